package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// Ahead is what a render by a plan would come to.
type Ahead struct {
	Frames  media.Frames  `json:"frames"` // of the whole episode
	Running time.Duration `json:"-"`
	RunS    float64       `json:"running_time_s"`
	Cut     int           `json:"latest_cut"`                // 0: none was delivered
	Unknown int           `json:"unknown_lengths,omitempty"` // clips of footage whose length is their own
	// Takes is how many shots need a new take.
	Takes int `json:"new_takes"`
	// New says that there would be another cut. Why: by what it differs from the
	// latest, where that is known.
	New bool     `json:"new_cut"`
	Why []string `json:"why,omitempty"`
}

// Ahead says how long the episode will run, and whether a render makes another cut
// although it makes no take. It reads; it writes nothing.
func (s *Studio) Ahead(ctx context.Context, prod drama.Production, p plan.Plan) (Ahead, error) {
	a := Ahead{New: true}
	clips := map[string]timeline.Clip{}
	for _, shot := range p.Shots {
		if shot.Frames > 0 {
			clips[shot.Slate] = timeline.Clip{Frames: shot.Frames}
		} else {
			a.Unknown++
		}
		if shot.Action == plan.Make || shot.Action == plan.Skip {
			a.Takes++
		}
	}
	if len(clips) > 0 {
		list, err := timeline.Build(prod, clips)
		if err != nil {
			return a, fmt.Errorf("add up %s: %w", prod.ID(), err)
		}
		a.Frames, a.Running = list.Frames, list.Frames.Duration(list.FPS)
		a.RunS = a.Running.Seconds()
	}
	m, _, err := s.Newest(ctx, prod.ID())
	if errors.Is(err, ErrUnknown) || library.Damaged(err) != nil {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	a.Cut = m.Cut
	if a.Takes > 0 {
		return a, nil
	}
	var foreseen activities.Foreseen
	if s.Foresee != nil {
		if foreseen, err = s.Foresee(ctx, &prod, &p); err != nil {
			return a, err
		}
	}
	if foreseen.Frames > 0 { // an editor's cut may be longer or shorter than the script
		a.Frames, a.Running = foreseen.Frames, foreseen.Frames.Duration(prod.Season.Format.FPS)
		a.RunS = a.Running.Seconds()
	}
	if foreseen.Same {
		a.New = false
		return a, nil
	}
	cut := map[string]drama.TakeID{}
	for _, shot := range m.Shots {
		cut[shot.Slate] = shot.Take
	}
	for _, shot := range p.Shots {
		if t, ok := cut[shot.Slate]; ok && shot.Reuse != nil && *shot.Reuse != t {
			a.Why = append(a.Why, fmt.Sprintf("take %d of %s instead of %d", shot.Reuse.Number, shot.Slate, t.Number))
		}
	}
	edit, err := s.library().Edit(ctx, prod.ID())
	if err != nil && !errors.Is(err, store.ErrNotFound) && library.Damaged(err) == nil {
		return a, err
	}
	switch now := len(edit.Events) > 0; {
	case now && (m.Edit == nil || m.Edit.Version != edit.Version):
		a.Why = append(a.Why, "the editor's cut "+edit.Name)
	case !now && m.Edit != nil:
		a.Why = append(a.Why, "the editor's cut is taken back")
	}
	var old drama.Production
	body, _, err := s.Store.Read(ctx, m.Script.Key)
	if err == nil {
		err = json.Unmarshal(body, &old)
	}
	if err != nil {
		return a, nil //nolint:nilerr // without its script the old cut cannot be compared: another one is made, if it differs
	}
	changed, err := differences(old, prod)
	if err != nil {
		return a, err
	}
	a.Why = append(a.Why, changed...)
	if foreseen.Gone {
		a.Why = append(a.Why, fmt.Sprintf("files of cut %d are gone", m.Cut))
	}
	if foreseen.Known && len(a.Why) == 0 {
		a.Why = append(a.Why, "made by "+m.Tool+", which this program or its settings would make otherwise")
	}
	a.New = len(a.Why) > 0
	return a, nil
}

// ofTheCut are the keys of a season that change a cut though no take.
var ofTheCut = []string{"label", "language", "loudness", "score", "subtitles"}

// differences names what two productions would cut differently from the same takes.
func differences(old, now drama.Production) ([]string, error) {
	a, err1 := plain(old)
	b, err2 := plain(now)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	var out []string
	was, is := section(a, "season"), section(b, "season")
	for _, key := range ofTheCut {
		if !reflect.DeepEqual(was[key], is[key]) {
			out = append(out, key)
		}
	}
	if !maps.Equal(old.Season.Title, now.Season.Title) {
		out = append(out, "the season's title")
	}
	if !maps.Equal(old.Episode.Title, now.Episode.Title) {
		out = append(out, "the episode's title")
	}
	if old.Episode.Hook != now.Episode.Hook {
		out = append(out, "the hook")
	}
	if !maps.Equal(papers(old.Season), papers(now.Season)) {
		out = append(out, "consents")
	}
	before, after := map[string]any{}, map[string]any{}
	var order, orderNow []string
	for _, s := range old.Episode.Shots() {
		order = append(order, s.Slate)
	}
	for _, s := range now.Episode.Shots() {
		orderNow = append(orderNow, s.Slate)
	}
	shots(section(a, "episode"), before)
	shots(section(b, "episode"), after)
	for _, slate := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[slate]; there && !reflect.DeepEqual(before[slate], after[slate]) {
			out = append(out, "shot "+slate)
		}
	}
	if !slices.Equal(order, orderNow) {
		out = append(out, "which shots there are, or their order")
	}
	return out, nil
}

// papers are the characters' consents.
func papers(s drama.Season) map[string]drama.File {
	out := map[string]drama.File{}
	for id, c := range s.Cast {
		if c.Consent != nil {
			out[id] = *c.Consent
		}
	}
	return out
}

// plain is a production without what says only where in the file something stands.
func plain(p drama.Production) (map[string]any, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("compare scripts of %s: %w", p.ID(), err)
	}
	var v map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, fmt.Errorf("compare scripts of %s: %w", p.ID(), err)
	}
	dropPositions(v)
	return v, nil
}

func section(v map[string]any, key string) map[string]any {
	m, _ := v[key].(map[string]any) //nolint:revive // nil reads as empty
	return m
}

// shots collects everything that is a shot, by slate.
func shots(v any, into map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		if slate, ok := v["slate"].(string); ok {
			into[slate] = v
			return
		}
		for _, e := range v {
			shots(e, into)
		}
	case []any:
		for _, e := range v {
			shots(e, into)
		}
	}
}
