package studio

import (
	"context"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/eta"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/workflows"
)

// ETA foresees when the last take that some open episodes of one show want will be
// there, of how long vendors' last jobs took. season is the run that has them, or more
// that have not begun; nil: there is none. Places that other shows hold are theirs. nil
// where nothing is left to be made.
func (s *Studio) ETA(ctx context.Context, of []drama.EpisodeStatus, season *drama.SeasonStatus) (*drama.ETA, error) {
	show, left, takes := "", map[string]int{}, pace{}
	open := map[int]bool{}
	for _, e := range of {
		show = e.ID.Show
		if e.EndedAt != nil || e.RunID == "" {
			continue
		}
		open[e.ID.Number] = true
		for _, shot := range e.Shots {
			takes.add(shot)
			if shot.Next != "" {
				left[shot.Next]++
			}
		}
	}
	if season != nil {
		show = season.Show
		for _, e := range season.Episodes {
			for instance, n := range e.Makes {
				if !e.Begun && !e.Dropped && !open[e.ID.Number] {
					left[instance] += n
				}
			}
		}
	}
	return s.foresee(ctx, show, left, takes)
}

// SeasonETA is ETA of a season's run, whose episodes in work it asks.
func (s *Studio) SeasonETA(ctx context.Context, season drama.SeasonStatus) (*drama.ETA, error) {
	var asked []drama.EpisodeStatus
	for _, e := range season.Episodes {
		if !e.Begun || e.Ended {
			continue
		}
		// One that cannot be asked at the moment is left out.
		if st, err := s.query(ctx, workflows.EpisodeWorkflowID(e.ID)); err == nil {
			asked = append(asked, st)
		}
	}
	return s.ETA(ctx, asked, &season)
}

func (s *Studio) foresee(ctx context.Context, show string, left map[string]int, takes pace) (*drama.ETA, error) {
	told := &drama.ETA{}
	var vendors []eta.Vendor
	for instance, n := range left {
		told.Left += n
		use, err := (ledger.Slots{Store: s.Store, Ledger: s.Ledger}).Use(ctx, instance)
		if err != nil {
			return nil, err
		}
		if len(use.Took) == 0 {
			told.Unknown = append(told.Unknown, instance)
		}
		vendors = append(vendors, s.vendor(show, n, use, takes))
	}
	if told.Left == 0 {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	slices.Sort(told.Unknown)
	if span, ok := eta.Of(vendors); ok {
		now := s.now().Truncate(time.Second)
		told.Early, told.Likely, told.Late = now.Add(span.Low), now.Add(span.Mid), now.Add(span.High)
	}
	return told, nil
}

// vendor is an account with what is left for it of a show.
func (s *Studio) vendor(show string, left int, use ledger.Use, takes pace) eta.Vendor {
	v := eta.Vendor{Slots: use.Places, Took: use.Took}
	shows := map[string]bool{show: true}
	for id, since := range use.Busy {
		shows[id.Take.Episode.Show] = true
		if id.Take.Episode.Show == show && len(v.Running) < left {
			v.Running = append(v.Running, s.now().Sub(since))
		}
	}
	v.Slots = max(1, use.Places/len(shows)) // they take turns
	v.Left = takes.times(left) - len(v.Running)
	slices.Sort(v.Running) // a map's order is another each time
	return v
}

// pace is how many takes a shot wanted until one was circled.
type pace struct{ shots, takes int }

func (p *pace) add(s drama.ShotStatus) {
	if s.State == drama.ShotCircle && s.Attempts > 0 {
		p.shots++
		p.takes += s.Attempts
	}
}

func (p *pace) times(n int) int {
	if p.shots == 0 {
		return n
	}
	return (n*p.takes + p.shots - 1) / p.shots
}
