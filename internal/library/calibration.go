package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// Calibration reads how far a judge was last found to agree with people on a show's takes;
// nil: nobody has looked. *RecordError.
func (l Library) Calibration(ctx context.Context, show string) (*judge.Calibration, error) {
	c, _, err := read(ctx, l, store.Keys{Show: show}.Calibration(), "dailies judge "+show+" --calibrate writes it anew", func(*judge.Calibration) error { return nil })
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	return c, err
}

// WriteCalibration keeps what was found, in place of what was found before.
func (l Library) WriteCalibration(ctx context.Context, show string, c judge.Calibration) error {
	body, err := encode("the calibration of the judge", c)
	if err != nil {
		return err
	}
	if _, err := l.Store.Put(ctx, store.Keys{Show: show}.Calibration(), bytes.NewReader(body), jsonType); err != nil {
		return fmt.Errorf("keep the calibration of the judge for %s: %w", show, err)
	}
	return nil
}

// Picks are the graded takes of some episodes about which people have decided, of the
// grades of one judge's model. A person's circle or mark print is for a take, a mark NG
// against it; of a take that has both nothing is known. damaged are records that cannot
// be read.
func (l Library) Picks(ctx context.Context, show string, episodes []drama.EpisodeID, model string) (picks []judge.Pick, damaged []error, err error) {
	for _, id := range episodes {
		takes, lost, err := l.Takes(ctx, id, "")
		if err != nil {
			return nil, nil, err
		}
		for _, bad := range lost {
			damaged = append(damaged, bad)
		}
		marks, unread, err := l.Marks(ctx, id, "")
		if err != nil {
			return nil, nil, err
		}
		damaged = append(damaged, unread...)
		var digests []string
		seen := make(map[string]bool)
		for _, t := range takes {
			if !seen[t.Digest] && t.Digest != "" {
				seen[t.Digest] = true
				digests = append(digests, t.Digest)
			}
		}
		circles, loose, err := l.Circles(ctx, show, digests)
		if err != nil {
			return nil, nil, err
		}
		for _, bad := range loose {
			damaged = append(damaged, bad)
		}
		for _, t := range takes {
			if t.Verdict.Judge != model || len(t.Verdict.Grades) == 0 {
				continue
			}
			c, circled := circles[t.Digest]
			good := circled && c.Take == t.ID && c.By != ByQC || marks[t.ID].State == drama.TakePrint
			ng := marks[t.ID].State == drama.TakeNG
			if good != ng {
				picks = append(picks, judge.Pick{Take: t.ID, Good: good, Grades: t.Verdict.Grades})
			}
		}
	}
	return picks, damaged, nil
}

// judged adds what is known of the judge to what a plan stands on.
func (l Library) judged(ctx context.Context, in *plan.Input) error {
	season := in.Production.Season
	if in.Judge == nil || !plan.Decides(season.Takes) {
		return nil
	}
	known, err := l.Calibration(ctx, season.Show)
	if Damaged(err) != nil {
		known, err = nil, nil // as if nobody had looked
	}
	in.Judge = &plan.Judge{Model: in.Judge.Model, Known: known}
	return err
}
