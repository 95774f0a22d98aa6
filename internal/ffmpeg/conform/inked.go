package conform

import (
	"fmt"
	"maps"
	"slices"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// inkDiff is how much burned text changes a pixel's luma, at least, to count as ink.
const inkDiff = 24

// inked measures where burned texts lie: on the first picture that shows each set of them
// the changed pixels are counted.
type inked struct {
	texts []media.Text
	sets  map[string]inkedSet
}

type inkedSet struct {
	styles []string // of the texts that are shown
	box    media.Box
}

// see compares frame n before and after its texts were burned in.
func (k *inked) see(n media.Frames, before, after *astiav.Frame) error {
	key, styles := "", []string(nil)
	for i, t := range k.texts {
		if t.From <= n && n < t.To {
			key += fmt.Sprint(i, " ")
			if !slices.Contains(styles, t.Style) {
				styles = append(styles, t.Style)
			}
		}
	}
	if _, known := k.sets[key]; known {
		return nil
	}
	a, err := footage.Planes(before)
	if err != nil {
		return err
	}
	b, err := footage.Planes(after)
	if err != nil {
		return err
	}
	if k.sets == nil {
		k.sets = map[string]inkedSet{}
	}
	k.sets[key] = inkedSet{styles: styles, box: changed(a[0], b[0])}
	return nil
}

// changed is the smallest box around all pixels that differ.
func changed(a, b footage.Plane) media.Box {
	var box media.Box
	for y := range a.Height {
		ra, rb := a.Row(y), b.Row(y)
		first, last := -1, -1
		for x, v := range ra {
			if d := int(v) - int(rb[x]); d > inkDiff || d < -inkDiff {
				if first < 0 {
					first = x
				}
				last = x
			}
		}
		if first >= 0 {
			box = box.With(media.Box{X0: first, Y0: y, X1: last + 1, Y1: y + 1})
		}
	}
	return box
}

// boxes is the part of the picture that the texts of each style lie in. Where texts of
// two styles are only ever seen together, it is that of both.
func (k *inked) boxes() map[string]media.Box {
	if len(k.sets) == 0 {
		return nil
	}
	out := map[string]media.Box{}
	keys := slices.Sorted(maps.Keys(k.sets))
	for _, key := range keys {
		if s := k.sets[key]; len(s.styles) == 1 {
			out[s.styles[0]] = out[s.styles[0]].With(s.box)
		}
	}
	for _, key := range keys {
		s := k.sets[key]
		if len(s.styles) < 2 {
			continue
		}
		for _, style := range s.styles {
			if _, alone := out[style]; !alone {
				out[style] = s.box
			}
		}
	}
	return out
}
