package activities

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// adopt finds the jobs that earlier runs of the episode left, ended by whatever
// ended them, and gives them to the planned shots that they were made for. What they
// may cost is in what the episode has spent already. It tells of those that are
// nobody's any more.
func (p *Planner) adopt(ctx context.Context, id drama.EpisodeID, shots []ShotPlan, currency string) (warnings []string, err error) {
	all, err := p.library().Unfinished(ctx, p.Ledger, id)
	if err != nil {
		return nil, err
	}
	bySlate := make(map[string]*ShotPlan)
	for i := range shots {
		s := &shots[i]
		if s.Action != ActionMake {
			continue
		}
		bySlate[s.Slate] = s
		if s.Still != nil && s.Still.Made == nil {
			bySlate[s.Still.Slate] = &s.Still.ShotPlan
		}
	}
	for _, u := range all {
		last := u.Jobs[len(u.Jobs)-1]
		s := bySlate[u.Take.Slate]
		if s == nil {
			continue
		}
		job := OpenJob{Take: u.Take.Number, Instance: last.Intent.Provider, Seed: last.Intent.Seed, Estimate: drama.Money{Currency: currency}}
		for _, name := range last.Intent.Remedies {
			job.Remedies = append(job.Remedies, attempts.Remedy(name))
		}
		for _, e := range u.Jobs {
			price := e.Intent.Estimate
			if e.Outcome != nil {
				price = e.Outcome.Price
				if e.Outcome.Policy {
					job.Again++
				}
			}
			if price == (drama.Money{}) {
				continue // given up, of a job that nobody knows the price of
			}
			if price, err = p.Exchange.Convert(price, currency); err != nil {
				return nil, damaged("adopt job %s: %w", last.Intent.ID, err)
			}
			if job.Estimate, err = job.Estimate.Add(price); err != nil {
				return nil, damaged("adopt job %s: %w", last.Intent.ID, err)
			}
		}
		switch {
		case last.Intent.Digest != s.Digest:
			if last.Outcome == nil {
				warnings = append(warnings, fmt.Sprintf("job %s of %s was bought for shot %s as it was before; it is not used, and counts as %s until it is dropped", last.Intent.ID, last.Intent.Provider, u.Take.Slate, last.Intent.Estimate))
			}
		case !s.routed(job.Instance):
			warnings = append(warnings, fmt.Sprintf("job %s is open at %s, which is not asked for shot %s any more; it counts as %s until it is dropped", last.Intent.ID, job.Instance, u.Take.Slate, last.Intent.Estimate))
		default:
			s.Open = append(s.Open, job)
		}
	}
	return warnings, nil
}

// routed says whether an instance is one of the shot's.
func (s ShotPlan) routed(instance string) bool {
	for _, r := range s.Routes {
		if r.Instance == instance {
			return true
		}
	}
	return false
}
