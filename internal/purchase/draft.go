package purchase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

const day = 24 * time.Hour

// final makes the request for the final of a draft: what the vendor has of the draft is
// not told again.
func (j *job) final(s plan.Shot, route plan.Route) {
	j.request = provider.Request{
		Take: j.order.Take, Model: route.Model, Mode: route.Mode, FinalOf: s.Final.Draft.ID,
		Frames: s.Frames, MakeMS: route.MakeMS, FPS: s.Brief.FPS, Raster: route.Raster, Audio: route.Audio, Brief: s.Brief, ShotsMS: s.Weights(),
		Overlay: provider.Overlay{Slate: fmt.Sprintf("%s take %d", s.Slate, j.order.Take.Number)},
	}
}

// mark says in an intent that it is of a draft, which its vendor keeps for so many days
// from before it was asked, or of a final.
func (j *job) mark(i *ledger.Intent) {
	s := j.order.Shot
	i.Pack = j.pieces()
	if s.Final != nil {
		of := s.Final.Of
		i.FinalOf = &of
	}
	route := s.RouteOf(j.order.Instance)
	if !j.request.Draft || route == nil || route.Draft == nil {
		return
	}
	i.Draft = true
	if route.Draft.Days > 0 {
		i.DraftUntil = i.At.Add(time.Duration(route.Draft.Days) * day)
	}
}

// forgotten errs where the final of a draft that its vendor has forgotten would be
// asked for. What was asked for before that is gone on with.
func (j *job) forgotten(ctx context.Context, id ledger.ID) error {
	f := j.order.Shot.Final
	if f == nil || !f.Draft.Expired(j.now()) {
		return nil
	}
	if _, err := j.Ledger.Get(ctx, id); !errors.Is(err, ledger.ErrNotFound) {
		return nil //nolint:nilerr // what is wrong with the record, its reader says
	}
	err := fmt.Errorf("buy the final of take %d: its draft expired at %s, and nothing was bought; a new take from the prompt is a choice, and so is the draft", f.Of.Number, f.Draft.Until.UTC().Format(time.DateTime))
	return j.fail(string(provider.KindInvalid), j.spent, "", err)
}

// draftOf is the draft that a job delivered; nil: what it delivered is none.
func draftOf(e ledger.Entry) *drama.Draft {
	if !e.Intent.Draft || e.Receipt == nil || e.Outcome == nil {
		return nil
	}
	d := drama.Draft{ID: e.Receipt.Job.ID, Until: e.Intent.DraftUntil}
	if e.Outcome.DraftID != "" {
		d.ID = e.Outcome.DraftID
	}
	return &d
}
