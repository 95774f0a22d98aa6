package xmp_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media/xmp"
)

const label = `{"Label":"1","ContentProducer":"a<b&c"}`

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture with a label is the same picture, and says it once.
func TestInto(t *testing.T) {
	plain := picture(t)
	labelled, err := xmp.Into(plain, xmp.Packet(label))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		picture []byte
		want    []string
	}{"plain": {plain, nil}, "labelled": {labelled, []string{label}}} {
		if _, err := jpeg.Decode(bytes.NewReader(c.picture)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := xmp.Of(bytes.NewReader(c.picture))
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	twice, err := xmp.Into(labelled, xmp.Packet("other"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := xmp.Of(bytes.NewReader(twice)); len(got) != 2 {
		t.Errorf("two labels are read as %q", got)
	}
	if _, err := xmp.Into([]byte("GIF89a"), "x"); err == nil {
		t.Error("a GIF is a JPEG")
	}
}

// Others write the property as an attribute.
func TestLabels(t *testing.T) {
	for text, want := range map[string][]string{
		xmp.Packet(label): {label},
		`<rdf:Description xmlns:TC260="x" TC260:AIGC="{&quot;Label&quot;:&quot;1&quot;}"/>`: {`{"Label":"1"}`},
		`<a><TC260:AIGC>1<b>2</b></TC260:AIGC></a>`:                                         {"12"},
		`<a><dc:AIGC>1</dc:AIGC></a>`:                                                       nil,
		`no XML < at all`:                                                                   nil,
	} {
		if got := xmp.Labels([]byte(text)); !cmp.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add(picture(f))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = xmp.Of(bytes.NewReader(b)) })
}

// FuzzLabels: whatever stands in a packet, what is kept of it is bounded.
func FuzzLabels(f *testing.F) {
	f.Add([]byte(xmp.Packet(`{"Label":"1"}`)))
	f.Add([]byte(`<a TC260:AIGC="1" TC260:AIGC='2'/><TC260:AIGC>3<b>4</b></TC260:AIGC>`))
	f.Add([]byte(`<TC260:AIGC><![CDATA[x]]>&amp;&unknown;<TC260:AIGC>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		labels, all := xmp.Labels(b), 0
		for _, l := range labels {
			all += len(l)
		}
		if len(labels) > 64 || all > 8*len(b)+64 {
			t.Errorf("%d labels of %d bytes in a packet of %d", len(labels), all, len(b))
		}
	})
}
