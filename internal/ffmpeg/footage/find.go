package footage

import (
	"errors"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// MaxFromEnd is how far from the end a still may be counted: the pictures in
// between are kept.
const MaxFromEnd = 32

// errFound ends decoding early.
var errFound = errors.New("found")

// FindPicture decodes up to picture n, or to the n-th from the end, and returns
// it; the caller frees it.
func FindPicture(in *Input, n media.Frames, report func(media.Progress)) (*astiav.Frame, Picture, error) {
	video := in.Video()
	if video == nil {
		return nil, Picture{}, media.ClipErrorf("the file holds no picture track")
	}
	dec, err := OpenDecoder(video)
	if err != nil {
		return nil, Picture{}, err
	}
	defer dec.Close()
	keep := 1 // pictures kept: the last ones
	if n < 0 {
		keep = int(-n)
	}
	var kept []Shown
	defer func() {
		for _, s := range kept {
			s.Frame.Free()
		}
	}()
	seen := media.Frames(0)
	err = DecodeAll(in, video, dec, func(f *astiav.Frame) error {
		seen++
		if report != nil {
			report(media.Progress{Done: seen})
		}
		if seen > MaxClipPictures {
			return media.ClipErrorf("the clip has more than %d pictures", MaxClipPictures)
		}
		if n >= 0 && seen <= n {
			return nil
		}
		what, err := Describe(f, in, video)
		if err != nil {
			return err
		}
		if len(kept) == keep {
			kept[0].Frame.Free()
			kept = append(kept[:0], kept[1:]...)
		}
		c := f.Clone()
		if c == nil {
			return errors.New("keep picture: out of memory")
		}
		kept = append(kept, Shown{Frame: c, What: what})
		if n >= 0 {
			return errFound
		}
		return nil
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, Picture{}, err
	}
	if len(kept) < keep {
		return nil, Picture{}, media.ClipErrorf("the clip has %d pictures; picture %d is wanted", seen, n)
	}
	s := kept[0]
	kept = kept[1:]
	return s.Frame, s.What, nil
}
