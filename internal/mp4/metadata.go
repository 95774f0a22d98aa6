package mp4

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/Eyevinn/mp4ff/mp4"
)

// HeaderInFront says whether moov comes before the first mdat.
func HeaderInFront(file *mp4.File) bool {
	for _, b := range file.Children {
		switch b.Type() {
		case "moov":
			return true
		case "mdat":
			return false
		}
	}
	return false
}

// maxMetadata bounds one metadata value, and the number of keys.
const maxMetadata = 64 << 10

// Metadata reads the metadata whose keys are of the namespace mdta, where FFmpeg
// writes it and where QuickTime does.
func Metadata(moov *mp4.MoovBox) map[string]string {
	out := map[string]string{}
	boxes := moov.Children
	for _, b := range moov.Children {
		if u, ok := b.(*mp4.UdtaBox); ok {
			boxes = append(slices.Clip(boxes), u.Children...)
		}
	}
	for _, b := range boxes {
		meta, ok := b.(*mp4.MetaBox)
		if !ok || meta.Hdlr == nil || meta.Hdlr.HandlerType != "mdta" {
			continue
		}
		var keys []string
		for _, c := range meta.Children {
			switch c.Type() {
			case "keys":
				keys = readKeys(payload(c))
			case "ilst":
				readValues(payload(c), keys, out)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// payload is a box without its header, as it stands in a file.
func payload(b mp4.Box) []byte {
	var buf strings.Builder
	if err := b.Encode(&buf); err != nil || buf.Len() < 8 {
		return nil
	}
	return []byte(buf.String()[8:])
}

func readKeys(b []byte) []string {
	var keys []string
	for b = b[min(8, len(b)):]; len(b) >= 8; {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) || len(keys) == maxMetadata {
			break
		}
		name := ""
		if string(b[4:8]) == "mdta" {
			name = string(b[8:n])
		}
		keys = append(keys, name)
		b = b[n:]
	}
	return keys
}

func readValues(b []byte, keys []string, out map[string]string) {
	for len(b) >= 8+16 {
		n, key := int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
		if n < 8+16 || n > len(b) {
			return
		}
		if data := b[8:n]; string(data[4:8]) == "data" && key >= 1 && key <= len(keys) && keys[key-1] != "" && len(data) <= maxMetadata {
			out[keys[key-1]] = string(data[16:])
		}
		b = b[n:]
	}
}
