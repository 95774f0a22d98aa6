// Package account keeps a show's money where all of its runs ask: one small record
// in the store, changed by compare-and-swap. A run draws the price of the takes it
// is about to buy, and gives back what it did not use. What is drawn names its run,
// so that a dead run's share is taken back. The record is a cache: the ledger stays
// the truth, and an episode's line is summed again whenever the ledger has grown
// without the account's knowledge, or the record is gone. It decides nothing about
// a single episode's or run's cap: these are the run's own business.
package account

import (
	"maps"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// version of the record's form.
const version = 1

// Record is the account of a show. Amounts are in Currency.
type Record struct {
	V        int    `json:"v"`
	Currency string `json:"currency"`
	// Season and Episodes are caps that a person has set with a command.
	Season   *Override         `json:"season,omitempty"`
	Episodes map[int]*Override `json:"episodes,omitempty"`
	// Books are what each episode has spent and holds, by number.
	Books map[int]*Book `json:"books"`
	// Runs are the season runs in progress, by the name they gave.
	Runs map[string]*Run `json:"runs,omitempty"`
	// Counted is when all objects of the ledger were counted last, in whatever episode.
	// Releases that leave no marks do not know of it, and lose it when they write.
	Counted time.Time `json:"counted,omitzero"`

	begun bool // again, in another currency
}

// Override is a cap in place of the script's. Once the script's own has changed,
// the script is the later word.
type Override struct {
	Cap  drama.Money  `json:"cap"`
	Over *drama.Money `json:"over,omitempty"` // the script's then; nil: none
}

// Book is an episode's line.
type Book struct {
	// Spent is what the episode has cost so far; what is in doubt counts with its
	// estimate.
	Spent int64 `json:"spent"` // micro-units
	// Objects is how many objects the episode's ledger had when Spent was summed;
	// the ledger only grows. 0: Spent was told by a run.
	Objects int `json:"objects,omitempty"`
	// Holder is the run that holds Reserved; nil: none is open.
	Holder *Holder `json:"holder,omitempty"`
	// Reserved is for takes that the run has begun or may begin.
	Reserved int64 `json:"reserved,omitempty"`
	// Needs is what the run still means to buy, at the cheapest. Later episodes
	// leave it alone.
	Needs int64 `json:"needs,omitempty"`
	// Asks is the cheapest take that did not fit; 0: none waits.
	Asks int64 `json:"asks,omitempty"`
}

// Holder is a run of an episode.
type Holder struct {
	Workflow string    `json:"workflow"`
	Run      string    `json:"run"`             // the first of its chain
	Seq      int       `json:"seq"`             // of its last word
	Group    string    `json:"group,omitempty"` // its season's run
	At       time.Time `json:"at"`
}

// Run is a season's run.
type Run struct {
	Cap *drama.Money `json:"cap,omitempty"`
	// Spent is what its episodes have spent in it, by number.
	Spent map[int]int64 `json:"spent,omitempty"`
	// Expected are its episodes that have not opened their books: what comes after
	// them waits, so that earlier episodes are paid first.
	Expected []int `json:"expected,omitempty"`
}

func fresh(currency string) *Record {
	return &Record{V: version, Currency: currency, Books: make(map[int]*Book)}
}

func (r *Record) book(episode int) *Book {
	b := r.Books[episode]
	if b == nil {
		b = &Book{}
		r.Books[episode] = b
	}
	return b
}

func pick(o *Override, script *drama.Money) *drama.Money {
	if o == nil || !same(o.Over, script) {
		return script
	}
	return &o.Cap
}

func same(a, b *drama.Money) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// SeasonCap is the season's cap: a person's, unless the script's has changed since.
// nil: none.
func (r *Record) SeasonCap(script *drama.Money) *drama.Money {
	if r == nil {
		return script
	}
	return pick(r.Season, script)
}

// EpisodeCap is an episode's, likewise.
func (r *Record) EpisodeCap(episode int, script *drama.Money) *drama.Money {
	if r == nil {
		return script
	}
	return pick(r.Episodes[episode], script)
}

// season is how the season's cap stands.
func (r *Record) season(limit drama.Money) drama.CapState {
	s := drama.CapState{Name: drama.CapSeason, Limit: limit, Spent: r.money(0), Reserved: r.money(0)}
	for _, b := range r.Books {
		s.Spent.Micros += b.Spent
		s.Reserved.Micros += b.Reserved
	}
	return s
}

// run is how the cap of a season's run stands.
func (r *Record) run(group string, limit drama.Money) drama.CapState {
	s := drama.CapState{Name: drama.CapRun, Limit: limit, Spent: r.money(0), Reserved: r.money(0)}
	if g := r.Runs[group]; g != nil {
		for _, spent := range g.Spent {
			s.Spent.Micros += spent
		}
	}
	for _, b := range r.Books {
		if b.Holder != nil && b.Holder.Group == group {
			s.Reserved.Micros += b.Reserved
		}
	}
	return s
}

// before is what earlier episodes still mean to buy, as far as they can: it is not
// for the episode. s is the cap that is asked, group the
// episode's run.
func (r *Record) before(episode int, group string, s drama.CapState) int64 {
	var sum int64
	for _, n := range slices.Sorted(maps.Keys(r.Books)) {
		b := r.Books[n]
		if n >= episode || b.Holder == nil || b.Needs == 0 {
			continue
		}
		if s.Name == drama.CapRun && b.Holder.Group != group {
			continue // another run's
		}
		if b.Asks > 0 && s.Never(r.money(b.Asks)) {
			continue // not even its cheapest take can be paid any more
		}
		sum += b.Needs
	}
	return sum
}

// expects says that an earlier episode of the same run has yet to open its book.
func (r *Record) expects(group string, episode int) bool {
	g := r.Runs[group]
	return g != nil && slices.ContainsFunc(g.Expected, func(n int) bool { return n < episode })
}

func (r *Record) arrived(group string, episode int) {
	if g := r.Runs[group]; g != nil {
		g.Expected = slices.DeleteFunc(g.Expected, func(n int) bool { return n == episode })
	}
}

func (r *Record) money(micros int64) drama.Money {
	return drama.Money{Micros: micros, Currency: r.Currency}
}
