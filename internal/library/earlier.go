package library

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// earlierTakes is how many takes of a slate, the newest first, are looked at for one
// that can be used again after the script has changed.
const earlierTakes = 8

// earlier reads the takes of those shots of a plan that are to be made although
// their slates have takes, with the circles of what those were made for. It returns
// the records that cannot be read: what they say is not known, and nothing more.
func (l Library) earlier(ctx context.Context, made plan.Plan, in *plan.Input, keys map[string][]string) ([]*RecordError, error) {
	id := made.Episode
	prefix := store.Keys{Show: id.Show}.Takes(id, "")
	var records []string
	for _, s := range made.Shots {
		if _, circled := in.Circles[s.Digest]; circled || s.Action != plan.Make && s.Action != plan.Skip {
			continue
		}
		own := slices.Clone(keys[s.Slate])
		slices.SortFunc(own, func(a, b string) int {
			_, x := numbered(prefix, a)
			_, y := numbered(prefix, b)
			return y - x
		})
		records = append(records, own[:min(len(own), earlierTakes)]...)
	}
	if len(records) == 0 {
		return nil, nil
	}
	takes, damaged, err := l.readTakes(ctx, prefix, id, records)
	if err != nil {
		return nil, fmt.Errorf("read the earlier takes of %s: %w", id, err)
	}
	var digests, stills []string
	for _, t := range takes {
		if t.Digest != "" && !slices.Contains(digests, t.Digest) {
			digests = append(digests, t.Digest)
		}
		if a := t.Asked; a != nil && a.Still != "" && !slices.Contains(stills, a.Still) {
			stills = append(stills, a.Still)
		}
	}
	// A still that is damaged, or gone, is as good as one of which nothing is noted.
	known, _, err := l.Stills(ctx, id.Show, stills)
	if err != nil {
		return nil, fmt.Errorf("read the earlier stills of %s: %w", id, err)
	}
	maps.Copy(in.Stills, known)
	circles, lost, err := l.Circles(ctx, id.Show, digests)
	if err != nil {
		return nil, fmt.Errorf("read the earlier circles of %s: %w", id, err)
	}
	for _, digest := range digests {
		if bad := lost[digest]; bad != nil {
			damaged = append(damaged, bad)
		}
	}
	in.Earlier = make(map[string][]plan.Earlier)
	for _, t := range takes {
		var circle *drama.Circle
		if c, ok := circles[t.Digest]; ok {
			circle = &c
		}
		in.Earlier[t.ID.Slate] = append(in.Earlier[t.ID.Slate], plan.Earlier{Take: t, Circle: circle})
	}
	return damaged, nil
}
