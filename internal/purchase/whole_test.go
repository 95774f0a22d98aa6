package purchase

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func box(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// What a container says of its own length is compared with what came.
func TestWhole(t *testing.T) {
	ftyp, moov, mdat := box("ftyp", make([]byte, 16)), box("moov", make([]byte, 200)), box("mdat", make([]byte, 5000))
	large := join([]byte("\x00\x00\x00\x01mdat"), binary.BigEndian.AppendUint64(nil, 16+5000), make([]byte, 5000))
	open := join([]byte("\x00\x00\x00\x00mdat"), make([]byte, 5000))
	ebml := []byte("\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01")
	segment := func(size []byte, body []byte) []byte { return join(ebml, []byte("\x18\x53\x80\x67"), size, body) }
	cluster := join([]byte("\x1f\x43\xb6\x75\x50\x00"), make([]byte, 0x1000)) // 4096 bytes
	ts := bytes.Repeat(append([]byte{0x47}, make([]byte, 187)...), 50)
	m2ts := bytes.Repeat(append([]byte{0, 0, 0, 0, 0x47}, make([]byte, 187)...), 50)
	webp := join([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 4+1000), []byte("WEBP"), make([]byte, 1000))
	png := join([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 900), []byte("\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
	gif := join([]byte("GIF89a"), make([]byte, 900), []byte{0x3b})
	jpeg := join([]byte{0xff, 0xd8, 0xff, 0xe0}, make([]byte, 900), []byte{0xff, 0xd9})
	for name, file := range map[string][]byte{
		"mp4, movie first":       join(ftyp, moov, mdat),
		"mp4, movie last":        join(ftyp, mdat, moov),
		"mp4, 64-bit length":     join(ftyp, large, moov),
		"mp4, data to the end":   join(ftyp, moov, open),
		"matroska":               segment([]byte("\x50\x06"), cluster),
		"matroska, live":         segment([]byte("\x01\xff\xff\xff\xff\xff\xff\xff"), join(cluster, cluster)),
		"transport stream":       ts,
		"192-byte packets":       m2ts,
		"webp":                   webp,
		"png":                    png,
		"gif":                    gif,
		"jpeg":                   jpeg,
		"jpeg with a tail":       join(jpeg, make([]byte, 100)),
		"mp4 with a few bytes":   join(ftyp, moov, mdat, []byte("abc")),
		"who knows what this is": []byte("null clip of a rehearsal"),
	} {
		if err := whole(bytes.NewReader(file), int64(len(file))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string][]byte{
		"mp4, movie first":      join(ftyp, moov, mdat),
		"mp4, movie last":       join(ftyp, mdat, moov),
		"mp4, 64-bit length":    join(ftyp, large, moov),
		"matroska":              segment([]byte("\x50\x06"), cluster),
		"matroska, live":        segment([]byte("\x01\xff\xff\xff\xff\xff\xff\xff"), join(cluster, cluster)),
		"transport stream":      ts,
		"192-byte packets":      m2ts,
		"webp":                  webp,
		"png":                   png,
		"gif":                   gif,
		"jpeg":                  jpeg,
		"mp4 before its movie":  join(ftyp, mdat, box("free", make([]byte, 300))),
		"mp4, only a beginning": join(ftyp, box("free", make([]byte, 300))),
	} {
		cut := file[:len(file)*2/3]
		if err := whole(bytes.NewReader(cut), int64(len(cut))); !errors.Is(err, errCut) {
			t.Errorf("%s, two thirds of it: %v", name, err)
		}
	}
}

func FuzzWhole(f *testing.F) {
	f.Add(join(box("ftyp", make([]byte, 16)), box("moov", nil)))
	f.Add([]byte("\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, file []byte) {
		_ = whole(bytes.NewReader(file), int64(len(file))) // it ends, and reads nothing that is not there
	})
}
