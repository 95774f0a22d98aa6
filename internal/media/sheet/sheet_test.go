package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
)

// clip is the beginning of an MP4 with box behind its ftyp.
func clip(box []byte, more string) []byte {
	b := binary.BigEndian.AppendUint32(nil, 16)
	b = append(b, "ftypisom\x00\x00\x02\x00"...)
	return append(append(b, box...), more...)
}

func TestSheetIsReadBackAndNothingBehindIt(t *testing.T) {
	want := Sheet{Thumb: []byte("thumb"), Strip: []byte("a longer strip")}
	box, err := want.Box()
	if err != nil {
		t.Fatal(err)
	}
	whole := clip(box, "moov and the rest")
	r := bytes.NewReader(whole)
	got, err := Read(r)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if r.Len() != len("moov and the rest") {
		t.Errorf("%d bytes are left, want what lies behind the sheet", r.Len())
	}
	for n := range len(whole) - len("moov and the rest") {
		if _, err := Read(bytes.NewReader(whole[:n])); !errors.Is(err, ErrNone) {
			t.Fatalf("cut at %d: %v, want ErrNone", n, err)
		}
	}
}

func TestClipsWithoutSheetSaySo(t *testing.T) {
	box, err := Sheet{Thumb: []byte("t"), Strip: []byte("s")}.Box()
	if err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(box)
	binary.BigEndian.PutUint32(huge[24:], 1<<31)
	lies := bytes.Clone(box)
	binary.BigEndian.PutUint32(lies, 1<<30)
	other := bytes.Clone(box)
	other[9]++
	for name, b := range map[string][]byte{
		"empty": {}, "no MP4": []byte("<html>a page of words</html>"), "master": clip([]byte("\x00\x00\x00\x10moov........................................"), ""),
		"a picture of 2 GiB": clip(huge, ""), "a box that lies": clip(lies, ""), "another uuid": clip(other, ""),
		"an ftyp of 4 GiB": []byte("\xff\xff\xff\xffftyp............................................"), "an ftyp of nothing": []byte("\x00\x00\x00\x00ftyp......"),
	} {
		if _, err := Read(bytes.NewReader(b)); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %v, want ErrNone", name, err)
		}
	}
	if _, err := Read(io.MultiReader(bytes.NewReader(clip(box, "")[:20]), failing{})); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a store that fails: %v", err)
	}
	for _, s := range []Sheet{{}, {Thumb: []byte("t")}, {Thumb: []byte("t"), Strip: make([]byte, maxPicture+1)}} {
		if _, err := s.Box(); err == nil {
			t.Errorf("a sheet of %d and %d bytes was made", len(s.Thumb), len(s.Strip))
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestTilesAreEvenlySpaced(t *testing.T) {
	for frames, want := range map[media.Frames][]media.Frames{
		96:  {4, 14, 24, 33, 43, 52, 62, 72, 81, 91},
		10:  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		3:   {0, 0, 0, 1, 1, 1, 1, 2, 2, 2},
		1:   {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		240: {12, 36, 60, 84, 108, 132, 156, 180, 204, 228},
	} {
		var got []media.Frames
		for i := range Tiles {
			got = append(got, At(i, frames))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%d frames: %s", frames, d)
		}
	}
}
