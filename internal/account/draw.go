package account

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// Draw is how a run stands and what it asks for. All amounts are whole sums, never
// differences: saying it twice changes nothing.
type Draw struct {
	ID       drama.EpisodeID `json:"id"`
	Workflow string          `json:"workflow"`
	Run      string          `json:"run"` // the first of its chain
	// Seq counts the run's words; an older one than the last is not heard.
	Seq      int    `json:"seq"`
	Currency string `json:"currency"`
	// Season is the script's cap of the season; nil: none.
	Season *drama.Money `json:"season,omitempty"`
	// Group is the season's run that the episode is part of.
	Group string `json:"group,omitempty"`
	// Spent is what the episode has cost in all, RunSpent what this run has spent.
	Spent    drama.Money `json:"spent"`
	RunSpent drama.Money `json:"run_spent"`
	// Reserved is for what is in flight.
	Reserved drama.Money `json:"reserved"`
	// Asks are the prices of takes that are to begin.
	Asks []drama.Money `json:"asks,omitempty"`
	// Needs is what the run still means to buy, at the cheapest, Asks among it.
	Needs drama.Money `json:"needs"`
	// Waits is the cheapest take that was refused before and waits; nothing: none.
	Waits drama.Money `json:"waits,omitzero"`
	// Opening is the run's first word.
	Opening bool `json:"opening,omitempty"`
	// Closing is its last: the book is closed.
	Closing bool `json:"closing,omitempty"`
}

// Grant is the answer.
type Grant struct {
	// Granted says of each of Asks whether it may begin.
	Granted []bool `json:"granted,omitempty"`
	// Caps are how the caps stand with that.
	Caps []drama.CapState `json:"caps,omitempty"`
	// Short is the cap that the first refused take does not fit; nil: all were
	// granted, or the money is there and an earlier episode's.
	Short *drama.CapState `json:"short,omitempty"`
	// Never says that it does not fit even if everything reserved came back: only a
	// person can help.
	Never bool `json:"never,omitempty"`
}

// Draw hears how a run stands and grants as many of the asked takes as fit the
// season's cap and the run's, in their order. Earlier episodes come first. ErrBusy.
func (a *Account) Draw(ctx context.Context, d Draw) (Grant, error) {
	var g Grant
	var wake []string
	k := &look{}
	_, err := a.change(ctx, d.ID.Show, d.Currency, func(r *Record) error {
		g, wake = Grant{Granted: make([]bool, len(d.Asks))}, nil
		n := d.ID.Number
		b := r.book(n)
		if h := b.Holder; h != nil && h.Run == d.Run && h.Seq > d.Seq {
			return nil // a late echo
		}
		if d.Opening || b.Holder == nil || b.Holder.Run != d.Run {
			if err := a.refresh(ctx, d.ID.Show, r, n, k); err != nil {
				return err
			}
		}
		free := r.hear(d, a)
		if d.Closing {
			if err := a.close(ctx, r, d, k); err != nil {
				return err
			}
			wake = r.waiting(n)
			return nil
		}
		r.grant(d, &g)
		if slices.Contains(g.Granted, false) && len(d.Asks) > 0 {
			// Before it says no, it looks whether somebody has died with money in hand.
			if err := a.refresh(ctx, d.ID.Show, r, n, k); err != nil {
				return err
			}
			r.hear(d, a)
			g = Grant{Granted: make([]bool, len(d.Asks))}
			r.grant(d, &g)
		}
		g.Caps = r.caps(d)
		if free || d.Opening {
			wake = r.waiting(n)
		}
		return nil
	})
	if err != nil {
		return Grant{}, err
	}
	a.forget(ctx, append(k.idle, k.mine...))
	a.wake(ctx, wake)
	return g, nil
}

// hear writes down how the run stands. It is true when something may be free that
// was not.
func (r *Record) hear(d Draw, a *Account) (free bool) {
	b := r.book(d.ID.Number)
	free = b.Spent+b.Reserved+b.Needs > d.Spent.Micros+d.Reserved.Micros+d.Needs.Micros
	b.Spent, b.Objects, b.Reserved, b.Needs, b.Asks = d.Spent.Micros, 0, d.Reserved.Micros, d.Needs.Micros, d.Waits.Micros
	b.Holder = &Holder{Workflow: d.Workflow, Run: d.Run, Seq: d.Seq, Group: d.Group, At: a.now()}
	if d.Group != "" {
		g := r.Runs[d.Group]
		if g != nil {
			if g.Spent == nil {
				g.Spent = make(map[int]int64)
			}
			g.Spent[d.ID.Number] = d.RunSpent.Micros
		}
		r.arrived(d.Group, d.ID.Number)
	}
	return free
}

// caps are the caps that the account answers for.
func (r *Record) caps(d Draw) []drama.CapState {
	var all []drama.CapState
	if g := r.Runs[d.Group]; d.Group != "" && g != nil && g.Cap != nil {
		all = append(all, r.run(d.Group, *g.Cap))
	}
	if limit := r.SeasonCap(d.Season); limit != nil {
		all = append(all, r.season(*limit))
	}
	return all
}

func (r *Record) grant(d Draw, g *Grant) {
	b := r.book(d.ID.Number)
	early := r.expects(d.Group, d.ID.Number)
	for i, price := range d.Asks {
		fits := !early
		for _, c := range r.caps(d) {
			if price.Micros <= c.Left().Micros-r.before(d.ID.Number, d.Group, c) {
				continue
			}
			fits = false
			never := c.Never(price)
			if c.Missing(price).Micros > 0 && (g.Short == nil || never && !g.Never) {
				g.Short, g.Never = &c, never
			}
		}
		if fits {
			g.Granted[i] = true
			b.Reserved += price.Micros
			b.Needs = max(b.Needs-price.Micros, 0)
			continue
		}
		if b.Asks == 0 || price.Micros < b.Asks {
			b.Asks = price.Micros
		}
	}
}

// close ends the run's part: the ledger has the last word on what it has cost.
func (a *Account) close(ctx context.Context, r *Record, d Draw, k *look) error {
	if k.closed == nil {
		show, n := d.ID.Show, d.ID.Number
		if a.Marked {
			marks, err := a.marks(ctx, show, n)
			if err != nil {
				return err
			}
			k.mine = slices.DeleteFunc(marks, func(m mark) bool { return m.workflow != d.Workflow })
		}
		counts, err := a.count(ctx, show, []int{n})
		if err != nil {
			return err
		}
		spent, err := a.sum(ctx, show, n, r.Currency)
		if err != nil {
			return err
		}
		k.closed = &summed{counts[n], spent}
	}
	*r.book(d.ID.Number) = Book{Spent: k.closed.spent, Objects: k.closed.objects}
	return nil
}

// waiting are the workflows that wait for money, but for the episode itself.
func (r *Record) waiting(episode int) []string {
	var all []string
	for _, n := range slices.Sorted(maps.Keys(r.Books)) {
		if b := r.Books[n]; n != episode && b.Holder != nil && b.Asks > 0 {
			all = append(all, b.Holder.Workflow)
		}
	}
	return all
}

func (a *Account) wake(ctx context.Context, workflows []string) {
	if a.Wake == nil {
		return
	}
	for _, w := range workflows {
		_ = a.Wake(ctx, w) // it asks again by itself too
	}
}

// Season is a season's run that begins or ends, or whose cap changes.
type Season struct {
	Show     string       `json:"show"`
	Group    string       `json:"group"`
	Currency string       `json:"currency"`
	Cap      *drama.Money `json:"cap,omitempty"` // of the run; nil: none
	// Expected are the episodes that it is going to render.
	Expected []int `json:"expected,omitempty"`
}

// OpenSeason begins a season's run; one that was open before it is dead.
func (a *Account) OpenSeason(ctx context.Context, s Season) error {
	_, err := a.change(ctx, s.Show, s.Currency, func(r *Record) error {
		if r.Runs[s.Group] != nil {
			return nil
		}
		r.Runs = map[string]*Run{s.Group: {Cap: s.Cap, Expected: s.Expected}}
		return nil
	})
	return err
}

// RaiseSeason sets the cap of a season's run.
func (a *Account) RaiseSeason(ctx context.Context, s Season) error {
	r, err := a.change(ctx, s.Show, s.Currency, func(r *Record) error {
		g := r.Runs[s.Group]
		if g == nil {
			return fmt.Errorf("set the cap of a run of %s: it is not open", s.Show)
		}
		g.Cap = s.Cap
		return nil
	})
	if err != nil {
		return err
	}
	a.wake(ctx, r.waiting(0))
	return nil
}

// Absent says that an episode of a season's run will not ask: it has ended.
func (a *Account) Absent(ctx context.Context, show, group string, episode int) error {
	r, err := a.change(ctx, show, "", func(r *Record) error { r.arrived(group, episode); return nil })
	if err != nil {
		return err
	}
	a.wake(ctx, r.waiting(episode))
	return nil
}

// CloseSeason ends a season's run.
func (a *Account) CloseSeason(ctx context.Context, s Season) error {
	_, err := a.change(ctx, s.Show, s.Currency, func(r *Record) error { delete(r.Runs, s.Group); return nil })
	return err
}

// SetSeason sets the season's cap over the script's, for running and later runs.
func (a *Account) SetSeason(ctx context.Context, show string, limit drama.Money, script *drama.Money) error {
	r, err := a.change(ctx, show, limit.Currency, func(r *Record) error {
		r.Season = &Override{Cap: limit, Over: script}
		return nil
	})
	if err != nil {
		return err
	}
	a.wake(ctx, r.waiting(0))
	return nil
}

// SetEpisode sets an episode's cap over the script's, for later runs.
func (a *Account) SetEpisode(ctx context.Context, id drama.EpisodeID, limit drama.Money, script *drama.Money) error {
	_, err := a.change(ctx, id.Show, limit.Currency, func(r *Record) error {
		if r.Episodes == nil {
			r.Episodes = make(map[int]*Override)
		}
		r.Episodes[id.Number] = &Override{Cap: limit, Over: script}
		return nil
	})
	return err
}

// CapsOf is how the caps of a show stand for an episode (0: the season alone), in
// the record's currency. The script's caps are given.
func (r *Record) CapsOf(episode int, ofEpisode, ofSeason *drama.Money) []drama.CapState {
	var all []drama.CapState
	if limit := r.EpisodeCap(episode, ofEpisode); limit != nil && episode > 0 {
		s := drama.CapState{Name: drama.CapEpisode, Limit: *limit, Spent: r.money(0), Reserved: r.money(0)}
		if b := r.Books[episode]; b != nil {
			s.Spent.Micros, s.Reserved.Micros = b.Spent, b.Reserved
		}
		all = append(all, s)
	}
	if limit := r.SeasonCap(ofSeason); limit != nil {
		all = append(all, r.season(*limit))
	}
	return all
}
