package mp4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/test/clips"
)

// boxed is a box of a name with its content.
func boxed(name string, body ...[]byte) []byte {
	all := cat(body...)
	return cat(be32(uint32(8+len(all))), []byte(name), all)
}

// marked is a file that bears marks at every place where they are looked for.
func marked() []byte {
	packet := []byte(xmp.Packet(`{"Label":"1"}`))
	meta := boxed("meta", be32(0), boxed("hdlr", make([]byte, 25)),
		boxed("keys", be32(0), be32(1), boxed("mdta", []byte("AIGC"))),
		boxed("ilst", boxed("\x00\x00\x00\x01", boxed("data", be32(1), be32(0), []byte(`{"Label":"2"}`)))))
	itunes := boxed("meta", be32(0), boxed("hdlr", make([]byte, 25)), boxed("ilst", boxed("----",
		boxed("mean", be32(0), []byte("com.apple")), boxed("name", be32(0), []byte("AIGC")), boxed("data", be32(1), be32(0), []byte(`{"Label":"3"}`)))))
	return cat(boxed("ftyp", []byte("isom"), be32(0)), boxed("uuid", c2paBox, []byte("a manifest")), boxed("uuid", xmpBox, packet),
		boxed("moov", boxed("udta", meta, boxed("XMP_", packet)), boxed("trak", boxed("udta", itunes)), boxed("uuid", xmpBox, packet)),
		boxed("meta", meta[8:]))
}

func onDisk(t testing.TB, b []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestMarksAreFoundWhereverTheyStand(t *testing.T) {
	marks, err := Marks(onDisk(t, marked()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range marks {
		got = append(got, strings.TrimSpace(m.Kind+" "+m.Place+" "+m.Value))
	}
	want := []string{"C2PA uuid", `AIGC xmp {"Label":"1"}`, `AIGC keys {"Label":"2"}`, `AIGC xmp {"Label":"1"}`, `AIGC keys {"Label":"3"}`, `AIGC xmp {"Label":"1"}`, `AIGC keys {"Label":"2"}`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("marks (-want +got):\n%s", d)
	}
}

// TestMarksAreBounded: a file of nothing but marks costs no memory to speak of.
func TestMarksAreBounded(t *testing.T) {
	item := boxed("\x00\x00\x00\x01")
	meta := boxed("meta", be32(0), boxed("hdlr", make([]byte, 25)), boxed("keys", be32(0), be32(1), boxed("mdta", []byte("AIGC"))),
		boxed("ilst", []byte(strings.Repeat(string(item), 100_000))))
	for name, b := range map[string][]byte{
		"items":   boxed("moov", boxed("udta", meta)),
		"boxes":   []byte(strings.Repeat(string(boxed("uuid", c2paBox)), 50_000)),
		"packets": boxed("moov", []byte(strings.Repeat(string(boxed("uuid", xmpBox, []byte(strings.Repeat(`<a TC260:AIGC="1"/>`, 100)))), 100))),
	} {
		marks, err := Marks(onDisk(t, b))
		if err != nil || len(marks) != maxMarks {
			t.Errorf("%s: %d marks, %v; want %d", name, len(marks), err, maxMarks)
		}
	}
}

// FuzzMarks throws broken boxes at what reads a clip's marks before anybody has decoded it.
func FuzzMarks(f *testing.F) {
	whole := marked()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	long := append([]byte(nil), whole...)
	binary.BigEndian.PutUint32(long, 1) // a size of 64 bits that is not there
	f.Add(long)
	f.Add(cat(be32(0), []byte("moov"), whole[16:]))
	f.Fuzz(func(t *testing.T, b []byte) {
		marks, err := marksIn(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Errorf("a file that can be read: %v", err)
		}
		if len(marks) > 10*maxMarks {
			t.Errorf("%d marks", len(marks))
		}
		for _, m := range marks {
			if len(m.Value) > MaxMark || m.Bytes > int64(len(b)) || m.Kind == MarkC2PA && m.SHA256 == "" {
				t.Errorf("a mark of %d bytes says %q, of %d", len(b), m.Value, m.Bytes)
			}
		}
	})
}

// FuzzDescribe throws damaged files at the readers of boxes, sample tables and parameter
// sets: what they say is the file's fault, and lies in the file.
func FuzzDescribe(f *testing.F) {
	whole, err := os.ReadFile(clips.One(f, "a.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=0.3", "-f", "lavfi", "-i", "sine=d=0.3", "-c:v", "libx264", "-g", "3", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, 40, byte(0), 0)
	f.Add(whole, 300, byte(0xff), 4)
	f.Add(whole, 900, byte(0x80), 1)
	f.Add(whole[:len(whole)/2], 500, byte(0x55), 40)
	f.Fuzz(func(t *testing.T, b []byte, at int, flip byte, n int) {
		b = append([]byte(nil), b...)
		for i := max(at, 0); i < min(at+min(n, 10_000), len(b)); i++ {
			b[i] ^= flip
		}
		file := onDisk(t, b)
		boxes, err := ReadBoxes(file)
		if err != nil {
			if _, clip := errors.AsType[*media.ClipError](err); !clip {
				t.Errorf("error %v, want the clip's fault", err)
			}
			return
		}
		if _, err := Describe(file, boxes); err != nil {
			if _, clip := errors.AsType[*media.ClipError](err); !clip {
				t.Errorf("error %v, want the clip's fault", err)
			}
		}
		for _, trak := range boxes.Moov.Traks {
			samples, err := SampleTable(trak, file)
			if err != nil {
				if _, clip := errors.AsType[*media.ClipError](err); !clip {
					t.Errorf("error %v, want the clip's fault", err)
				}
				continue
			}
			for i, s := range samples {
				if s.Off < 0 || s.Off+int64(s.Size) > int64(len(b)) {
					t.Fatalf("sample %d lies at %d, %d bytes, in a file of %d", i, s.Off, s.Size, len(b))
				}
			}
		}
	})
}
