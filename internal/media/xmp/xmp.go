// Package xmp writes and reads the implicit label of generated pictures as XMP: the
// property TC260:AIGC (TC260-PG-20252A and its companions on pictures), in a packet as
// ISO 16684-1 has it, in a JPEG's APP1 segment (XMP specification part 3, 1.1.3). It is
// pure and knows no other metadata.
package xmp

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	space    = "http://www.tc260.org.cn/ns/AIGC/1.0/"
	property = "AIGC"
	header   = "http://ns.adobe.com/xap/1.0/\x00" // of the APP1 segment that holds a packet
)

// Packet is an XMP packet that holds an implicit label.
func Packet(label string) string {
	var text strings.Builder
	if err := xml.EscapeText(&text, []byte(label)); err != nil {
		panic(err) // writing to memory cannot err
	}
	return "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:TC260="` + space + `"><TC260:AIGC>` + text.String() + `</TC260:AIGC></rdf:Description>` +
		`</rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
}

// maxTokens bounds the work on one packet, maxLabels what is kept of it.
const (
	maxTokens = 100_000
	maxLabels = 64
)

// Labels are the implicit labels of a packet, each as often as it is there, up to 64: as an
// element or as an attribute. What is no XML has none.
func Labels(packet []byte) []string {
	var out []string
	d := xml.NewDecoder(bytes.NewReader(packet))
	d.Strict = false
	var text *strings.Builder // inside of the property; nil: outside
	deep := 0
	for range maxTokens {
		t, err := d.RawToken()
		if err != nil || len(out) >= maxLabels {
			return out[:min(len(out), maxLabels)]
		}
		switch t := t.(type) {
		case xml.StartElement:
			if text != nil {
				deep++
				continue
			}
			if ours(t.Name) {
				text, deep = &strings.Builder{}, 0
			}
			for _, a := range t.Attr {
				if ours(a.Name) {
					out = append(out, a.Value)
				}
			}
		case xml.EndElement:
			switch {
			case text == nil:
			case deep > 0:
				deep--
			default:
				out = append(out, strings.TrimSpace(text.String()))
				text = nil
			}
		case xml.CharData:
			if text != nil {
				text.Write(t)
			}
		}
	}
	return out
}

// ours says whether a name is the property's, by the prefix that all write.
func ours(n xml.Name) bool { return n.Local == property && n.Space == "TC260" }

// errJPEG says that what should be a JPEG is none.
var errJPEG = errors.New("it is no JPEG")

// Into is a JPEG with a packet, before its other segments but JFIF's.
func Into(jpeg []byte, packet string) ([]byte, error) {
	if len(jpeg) < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8 {
		return nil, errJPEG
	}
	n := 2 + len(header) + len(packet)
	if n > 0xffff {
		return nil, errors.New("the packet is longer than a segment")
	}
	at := 2
	if jpeg[2] == 0xff && jpeg[3] == 0xe0 && len(jpeg) >= 6 {
		at = min(4+int(binary.BigEndian.Uint16(jpeg[4:])), len(jpeg))
	}
	out := make([]byte, 0, len(jpeg)+2+n)
	out = append(out, jpeg[:at]...)
	out = append(out, 0xff, 0xe1, byte(n>>8), byte(n))
	out = append(append(out, header...), packet...)
	return append(out, jpeg[at:]...), nil
}

// Of are the implicit labels that a JPEG bears, read from its beginning: segments stand
// before the picture. Reading alone can err.
func Of(r io.Reader) ([]string, error) {
	const most = 16 << 20 // bytes of segments
	b, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return nil, errJPEG
	}
	var out []string
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff; {
		kind, n := b[1], 2+int(binary.BigEndian.Uint16(b[2:]))
		if kind == 0xda || n < 4 || n > len(b) { // the picture begins, or nothing that is known
			break
		}
		if body := b[4:n]; kind == 0xe1 && bytes.HasPrefix(body, []byte(header)) {
			out = append(out, Labels(body[len(header):])...)
		}
		b = b[n:]
	}
	return out, nil
}
