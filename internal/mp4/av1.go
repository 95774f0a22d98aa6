package mp4

// AV1Sample is a temporal unit as a sample holds it: without its temporal delimiters
// (AV1 Codec ISO Media File Format Binding, section 2.4). One that cannot be read stays
// as it is.
func AV1Sample(unit []byte) []byte {
	const delimiter = 2
	var out []byte
	for at := 0; at < len(unit); {
		size := obuSize(unit[at:])
		if size == 0 {
			return unit
		}
		if unit[at]>>3&15 != delimiter {
			out = append(out, unit[at:at+size]...)
		}
		at += size
	}
	return out
}

// obuSize is how many bytes the first unit of b has, its header among them; 0 if that
// cannot be read.
func obuSize(b []byte) int {
	const extended, sized = 4, 2
	if len(b) == 0 || b[0]&0x80 != 0 || b[0]&sized == 0 {
		return 0
	}
	at := 1
	if b[0]&extended != 0 {
		at++
	}
	payload := 0
	for i := range 4 { // leb128, of at most 2^28
		if at >= len(b) {
			return 0
		}
		payload |= int(b[at]&0x7f) << (7 * i)
		at++
		if b[at-1]&0x80 == 0 {
			if payload > len(b)-at {
				return 0
			}
			return at + payload
		}
	}
	return 0
}
