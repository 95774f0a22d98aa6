package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// adopt finds the jobs that earlier runs of the episode left, ended by whatever
// ended them, and gives them to the planned shots that they were made for. What they
// may cost is in what the episode has spent already. Those that are nobody's any more
// are strays, to be collected; it tells of them, and of what cannot be.
func (p *Planner) adopt(
	ctx context.Context, id drama.EpisodeID, shots []ShotPlan, packs []PackPlan, currency string,
) (strays []Stray, warnings []string, err error) {
	all, err := p.library().Unfinished(ctx, p.Ledger, id)
	if err != nil {
		return nil, nil, err
	}
	bySlate := make(map[string]*ShotPlan)
	for i := range shots {
		s := &shots[i]
		if s.Action == ActionReuse && s.Compare != nil {
			bySlate[s.Slate] = &s.Compare.ShotPlan
		}
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
		if len(last.Intent.Pack) > 0 {
			k := packedSo(packs, shots, u)
			if k == nil {
				strays = append(strays, strayOf(last, u.Left...))
				continue
			}
			if k.Open, err = p.openJob(u, currency); err != nil {
				return nil, nil, err
			}
			for _, piece := range last.Intent.Pack {
				k.Takes = append(k.Takes, piece.Take)
			}
			continue
		}
		if s == nil || last.Intent.Digest != s.Digest || !s.routed(last.Intent.Provider) || !sameWish(s.FinalOf, last.Intent.FinalOf) {
			if beside(u) {
				continue
			}
			strays = append(strays, strayOf(last))
			continue
		}
		job, err := p.openJob(u, currency)
		if err != nil {
			return nil, nil, err
		}
		s.Open = append(s.Open, *job)
	}
	return p.collectable(ctx, strays)
}

// openJob is an unfinished take as a run goes on with it.
func (p *Planner) openJob(u library.Unfinished, currency string) (*OpenJob, error) {
	last := u.Jobs[len(u.Jobs)-1]
	job := &OpenJob{Take: u.Take.Number, Instance: last.Intent.Provider, Seed: last.Intent.Seed, Estimate: drama.Money{Currency: currency}}
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
		var err error
		if price, err = p.Exchange.Convert(price, currency); err != nil {
			return nil, damaged("adopt job %s: %w", last.Intent.ID, err)
		}
		if job.Estimate, err = job.Estimate.Add(price); err != nil {
			return nil, damaged("adopt job %s: %w", last.Intent.ID, err)
		}
	}
	return job, nil
}

// packedSo is the planned pack that an unfinished job is of: of the same shots as they are
// now, none of which has its take yet. nil: there is none.
func packedSo(packs []PackPlan, shots []ShotPlan, u library.Unfinished) *PackPlan {
	last := u.Jobs[len(u.Jobs)-1].Intent
	for i := range packs {
		k := &packs[i]
		same := len(k.Slates) == len(last.Pack) && len(u.Left) == len(last.Pack) && k.Route.Instance == last.Provider && k.Final == (last.FinalOf != nil) && k.Open == nil
		for j, piece := range last.Pack {
			same = same && piece.Take.Slate == k.Slates[j] && slices.ContainsFunc(shots, func(s ShotPlan) bool { return s.Slate == k.Slates[j] && s.Digest == piece.Digest })
		}
		if same {
			return k
		}
	}
	return nil
}

// beside says that an unfinished take is not to be collected: it is kept already, or what
// was bought is no take.
func beside(u library.Unfinished) bool {
	last := u.Jobs[len(u.Jobs)-1]
	switch {
	case u.Filed, strings.HasSuffix(u.Take.Slate, asideJudge), strings.HasSuffix(u.Take.Slate, asidePair), strings.HasSuffix(u.Take.Slate, asideVoice), strings.HasSuffix(u.Take.Slate, asideListen), strings.HasSuffix(u.Take.Slate, asideSample):
		return true
	case drama.ShotSlate(u.Take.Slate) != u.Take.Slate:
		return last.Outcome != nil // a still has a record of its own
	}
	return false
}

// sameWish says whether a shot and a job are the final of the same draft, or no final.
func sameWish(shot, job *drama.TakeID) bool {
	return (shot == nil) == (job == nil) && (shot == nil || *shot == *job)
}

func strayOf(e ledger.Entry, left ...ledger.Piece) Stray {
	s := Stray{
		Pack: e.Intent.Pack, Left: left,
		Job: e.Intent.ID, Instance: e.Intent.Provider, Model: e.Intent.Model, Digest: e.Intent.Digest, Seed: e.Intent.Seed,
		Remedies: e.Intent.Remedies, Estimate: e.Intent.Estimate, lost: e.Outcome == nil && e.Receipt == nil,
	}
	if e.Outcome != nil {
		s.Estimate = e.Outcome.Price
	}
	return s
}

// collectable are the strays that can be brought in, with words about each, and about
// those that cannot: nobody knows whether the vendor has them, or nobody works for it.
func (p *Planner) collectable(ctx context.Context, all []Stray) (strays []Stray, warnings []string, err error) {
	if len(all) == 0 {
		return nil, nil, nil
	}
	facts, err := p.Facts(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("ask for the configured providers: %w", err)
	}
	for _, s := range all {
		what := fmt.Sprintf("job %s of %s (%s) is of shot %s as it was before", s.Job, s.Instance, s.Estimate, drama.ShotSlate(s.Job.Take.Slate))
		switch {
		case s.lost:
			warnings = append(warnings, what+
				"; nobody knows whether the vendor has it, and it counts until `dailies jobs drop` gives it up")
		case !slices.ContainsFunc(facts, func(f provider.Facts) bool { return f.Instance == s.Instance }):
			warnings = append(warnings, what+"; "+s.Instance+
				" is not in the config any more, so that nobody can fetch its clip: put it back, or give the job up with `dailies jobs drop`")
		default:
			strays = append(strays, s)
			if drama.IsLips(s.Job.Take.Slate) {
				warnings = append(warnings, what+"; it is paid for: its pictures are brought in, for a dub that says the same")
				continue
			}
			const kept = "%s; it is paid for: its clip is brought in and kept as take %d, which can be circled"
			warnings = append(warnings, fmt.Sprintf(kept, what, s.Job.Take.Number))
		}
	}
	return strays, warnings, nil
}

// Told says in words which jobs of earlier runs are no shot's of the plan any more.
func (p *Planner) Told(ctx context.Context, made plan.Plan, prod *drama.Production) ([]string, error) {
	_, told, err := p.adopt(ctx, made.Episode, shotPlans(p.Store, made, prod), packPlans(made), made.TotalLow.Currency)
	return told, err
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
