package studio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Jobs calls each for every job in the ledger of a show, or of all shows when
// show is empty; with held only for those that wait for a person.
func (s *Studio) Jobs(ctx context.Context, show string, held bool, each func(ledger.Entry) error) error {
	shows := []string{show}
	if show == "" {
		var err error
		if shows, err = s.Shows(ctx); err != nil {
			return err
		}
	}
	for _, show := range shows {
		b := byEpisode{held: held, each: each}
		if err := s.Ledger.List(ctx, show, 0, b.add); err != nil {
			return err
		}
		if err := b.flush(); err != nil {
			return err
		}
	}
	return nil
}

// byEpisode hands entries on an episode at a time, in the order in which people count:
// 2B before 10A, which in the order of keys comes after it.
type byEpisode struct {
	held    bool
	each    func(ledger.Entry) error
	episode []ledger.Entry
}

// add takes an entry; those of an episode come one after the other.
func (b *byEpisode) add(e ledger.Entry) error {
	if len(b.episode) > 0 && b.episode[0].Intent.ID.Take.Episode != e.Intent.ID.Take.Episode {
		if err := b.flush(); err != nil {
			return err
		}
	}
	if !b.held || e.Held() {
		b.episode = append(b.episode, e)
	}
	return nil
}

// flush hands on what is left.
func (b *byEpisode) flush() error {
	slices.SortStableFunc(b.episode, func(x, y ledger.Entry) int {
		a, b := x.Intent.ID, y.Intent.ID
		return cmp.Or(drama.CompareSlates(a.Take.Slate, b.Take.Slate), cmp.Compare(a.Take.Number, b.Take.Number), cmp.Compare(a.Attempt, b.Attempt))
	})
	for _, e := range b.episode {
		if err := b.each(e); err != nil {
			return err
		}
	}
	b.episode = nil
	return nil
}

// JobsFrom is Jobs of one show from an episode on, in the same order; 0: from the first.
// Only as much of the ledger is read as each wants: a season has tens of thousands of
// jobs, and a page shows a hundred.
func (s *Studio) JobsFrom(ctx context.Context, show string, episode int, held bool, each func(ledger.Entry) error) error {
	var numbers []int
	err := s.Store.ListLevel(ctx, store.Keys{Show: show}.Jobs(0), func(i store.Info) error {
		if id, err := drama.ParseEpisodeID(show + "/" + path.Base(i.Key)); i.IsFolder() && err == nil {
			numbers = append(numbers, id.Number)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list the ledger of %s: %w", show, err)
	}
	for _, n := range numbers[max(0, slices.Index(numbers, episode)):] {
		b := byEpisode{held: held, each: each}
		if err := s.Ledger.List(ctx, show, n, b.add); err != nil {
			return err
		}
		if err := b.flush(); err != nil {
			return err
		}
	}
	return nil
}

// Adopt says that the vendor did take the held job, under this id. Its shot goes
// on polling it.
func (s *Studio) Adopt(ctx context.Context, id ledger.ID, vendorJob string) error {
	e, err := s.held(ctx, id)
	if err != nil {
		return err
	}
	if err := s.nobodys(ctx, e, vendorJob); err != nil {
		return err
	}
	r := ledger.Receipt{Job: provider.Job{ID: vendorJob, Model: e.Intent.Model}, Provider: e.Intent.Provider, Found: "adopted", At: s.now()}
	if err := s.Ledger.Receive(ctx, id, r); err != nil {
		if claimed, ok := errors.AsType[*ledger.ClaimedError](err); ok {
			return fmt.Errorf("adopt %s as job %s: %w; look for another in its console, or drop this one", vendorJob, id, claimed)
		}
		return decided(id, err)
	}
	return s.resolve(ctx, id)
}

// nobodys errs when a vendor's job cannot be one's own: it is a job of another take,
// and one job is one clip.
func (s *Studio) nobodys(ctx context.Context, e ledger.Entry, vendorJob string) error {
	if !provider.Named(vendorJob) {
		return fmt.Errorf("adopt %q: that is no vendor's id of a job; copy it from the vendor's console, without spaces", vendorJob)
	}
	return s.Jobs(ctx, "", false, func(other ledger.Entry) error {
		if other.Intent.ID != e.Intent.ID && other.Receipt != nil && other.Receipt.Job.ID == vendorJob && other.Intent.Provider == e.Intent.Provider {
			return fmt.Errorf("adopt %s as job %s: it is job %s already, and one job of %s is one take; look for another in its console, or drop this one", vendorJob, e.Intent.ID, other.Intent.ID, e.Intent.Provider)
		}
		return nil
	})
}

// Resubmit says to buy again although the held job may have been accepted: its
// estimate is booked as spent, since it may be billed.
func (s *Studio) Resubmit(ctx context.Context, id ledger.ID) error {
	return s.settle(ctx, id, "resubmitted", "a person accepted the risk of paying twice", true)
}

// Absent says that the vendor never took the held job, as its console shows: it
// cost nothing and is submitted again.
func (s *Studio) Absent(ctx context.Context, id ledger.ID) error {
	return s.settle(ctx, id, "not_accepted", "a person looked: the vendor has no such job", false)
}

// submitting is longer than any process is in the middle of asking a vendor.
const submitting = 10 * time.Minute

// Drop gives a job up that is held, or that the vendor has, or that was being submitted
// when its process died, or whose record is damaged. Its estimate, where it is known, is
// booked as spent, since it may be billed. Whoever is at it sees that, and asks the
// vendor to stop it.
func (s *Studio) Drop(ctx context.Context, id ledger.ID) error {
	e, err := s.Ledger.Get(ctx, id)
	_, damaged := errors.AsType[*ledger.DamagedError](err)
	if damaged || err == nil && e.Outcome == nil && (e.Receipt != nil || e.Hold == nil && s.now().Sub(e.Intent.At) > submitting) {
		o := ledger.Outcome{State: "dropped", Price: e.Intent.Estimate, Estimated: e.Intent.Estimate.Micros != 0, Reason: "a person gave it up", At: s.now()}
		if err := s.Ledger.Settle(ctx, id, o); err != nil {
			return decided(id, err)
		}
		return nil
	}
	return s.settle(ctx, id, "dropped", "a person gave it up", true)
}

func (s *Studio) settle(ctx context.Context, id ledger.ID, state, reason string, mayBeBilled bool) error {
	e, err := s.held(ctx, id)
	if err != nil {
		return err
	}
	o := ledger.Outcome{State: state, Price: e.Intent.Estimate, Estimated: true, Reason: reason, At: s.now()}
	if !mayBeBilled {
		o.Price.Micros, o.Estimated = 0, false
	}
	if err := s.Ledger.Settle(ctx, id, o); err != nil {
		return decided(id, err)
	}
	return s.resolve(ctx, id)
}

// held reads a job that waits for a person, or says why it does not. A decision
// that is recorded but of which the run was not told is told again.
func (s *Studio) held(ctx context.Context, id ledger.ID) (ledger.Entry, error) {
	e, err := s.Ledger.Get(ctx, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return e, withNext(fmt.Errorf("job %s is %w; look at those that are", id, ErrUnknown), Next{"list-jobs", id.Take.Episode.Show})
	case err != nil:
		return e, err
	case e.Hold != nil && (e.Outcome != nil || e.Receipt != nil):
		_ = s.resolve(ctx, id) // a run that does not wait for it has been told
	}
	switch {
	case e.Outcome != nil:
		return e, fmt.Errorf("job %s needs no decision: it %s on %s", id, ended(e.Outcome.State), e.Outcome.At.Format("2006-01-02 15:04"))
	case e.Receipt != nil:
		return e, fmt.Errorf("job %s needs no decision: the vendor has it as %s", id, e.Receipt.Job.ID)
	case e.Hold == nil:
		return e, fmt.Errorf("job %s needs no decision yet: it is being submitted", id)
	}
	return e, nil
}

func ended(state string) string { return "ended as " + state }

func decided(id ledger.ID, err error) error {
	if errors.Is(err, ledger.ErrExists) {
		return withNext(fmt.Errorf("job %s %w meanwhile; look how", id, ErrDecided), Next{"list-jobs", id.Take.Episode.Show})
	}
	return err
}

// resolve tells the run, if there is one, to look at the ledger again. Without
// one the next run finds the decision there.
func (s *Studio) resolve(ctx context.Context, id ledger.ID) error {
	err := s.update(ctx, id.Take.Episode, workflows.UpdateResolveJob, workflows.ResolveJob{Slate: id.Take.Slate})
	if errors.Is(err, ErrIdle) {
		return nil
	}
	return err
}

// Cost is money by provider and model of one episode.
type Cost struct {
	Episode  drama.EpisodeID `json:"episode"`
	Provider string          `json:"provider"`
	Model    string          `json:"model"`
	Jobs     int             `json:"jobs"`
	// Settled is what ended jobs cost; Estimated says how many of them are
	// booked at our estimate because the vendor tells no price.
	Settled   drama.Money `json:"settled"`
	Estimated int         `json:"estimated_jobs"`
	// Open is the estimate of jobs that have not ended.
	Open drama.Money `json:"open"`
}

// Costs sums the ledger of a show by episode, provider, model and currency, in
// the ledger's order. Jobs whose cost nobody can know any more are named in damaged.
func (s *Studio) Costs(ctx context.Context, show string) (costs []Cost, damaged []error, err error) {
	type group struct {
		episode                   drama.EpisodeID
		provider, model, currency string
	}
	at := map[group]int{}
	err = s.Ledger.List(ctx, show, 0, func(e ledger.Entry) error {
		price := e.Intent.Estimate
		if e.Outcome != nil {
			price = e.Outcome.Price
		}
		if len(e.Damaged) > 0 && e.Outcome == nil {
			damaged = append(damaged, fmt.Errorf("job %s: %w", e.Intent.ID, &ledger.DamagedError{URIs: e.Damaged}))
		}
		if price == (drama.Money{}) {
			return nil
		}
		g := group{e.Intent.ID.Take.Episode, e.Intent.Provider, e.Intent.Model, price.Currency}
		i, ok := at[g]
		if !ok {
			i = len(costs)
			at[g] = i
			none := drama.Money{Currency: price.Currency}
			costs = append(costs, Cost{Episode: g.episode, Provider: g.provider, Model: g.model, Settled: none, Open: none})
		}
		c := &costs[i]
		c.Jobs++
		sum := &c.Open
		if e.Outcome != nil {
			sum = &c.Settled
			if e.Outcome.Estimated {
				c.Estimated++
			}
		}
		var err error
		*sum, err = sum.Add(price)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("sum the cost of %s: %w", show, err)
	}
	return costs, damaged, nil
}
