package api

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
)

func (s *Server) registerSpend() { add(s, "get-spend", s.spend) }

// Spend is where a show's money went.
type Spend struct {
	Show  string    `json:"show"`
	AsOf  time.Time `json:"as_of" doc:"The ledger is read anew every half minute at most"`
	Total SpendRow  `json:"total"`
	// ByDay, ByVendor, ByEpisode and ByKind are the same money cut in four ways.
	ByDay     []SpendRow `json:"by_day"`
	ByVendor  []SpendRow `json:"by_vendor"`
	ByEpisode []SpendRow `json:"by_episode"`
	ByKind    []SpendRow `json:"by_kind" doc:"takes, stills, lips"`
	// Finished is the running time of all newest cuts; Season is what all its shots would
	// cost at the price of those that are finished.
	Finished  float64      `json:"finished_s"`
	PerMinute drama.Money  `json:"cost_per_minute"`
	Season    *drama.Money `json:"season,omitempty" doc:"A forecast; absent while nothing is finished"`
	// Other are amounts in other currencies, which are not added.
	Other   []drama.Money `json:"other,omitempty"`
	Damaged []string      `json:"damaged,omitempty"`
}

// SpendRow is the sum of some jobs.
type SpendRow struct {
	Name      string      `json:"name"`
	Jobs      int         `json:"jobs"`
	Settled   drama.Money `json:"settled"`
	Open      drama.Money `json:"open" doc:"The estimate of jobs that have not ended"`
	Estimated int         `json:"estimated_jobs" doc:"Booked at our estimate: the vendor tells no price"`
	Failed    int         `json:"failed_jobs"`
	// Circled is how many shots of the newest scripts use a take of it, and their length.
	Circled int     `json:"circled,omitempty"`
	Seconds float64 `json:"circled_s,omitempty"`
	// PerSecond is what all its takes cost for each circled second.
	PerSecond *drama.Money `json:"per_circled_s,omitempty"`
	// P50 and P90 are how long jobs took from receipt to end, seconds.
	P50 float64 `json:"p50_s,omitempty"`
	P90 float64 `json:"p90_s,omitempty"`
	// Parts are a day's vendors, for charts.
	Parts map[string]int64 `json:"parts_micros,omitempty"`

	took []float64
}

// bookFor is how long a reading of the ledger serves.
const bookFor = 30 * time.Second

// books keep what was read of ledgers for a moment: a season has thousands of jobs, and a
// page that is loaded twice asks twice.
type books struct {
	mu   sync.Mutex
	read map[string]book
}

type book struct {
	at   time.Time
	jobs []ledger.Entry
}

func (s *Server) book(ctx context.Context, show string) (book, error) {
	s.books.mu.Lock()
	defer s.books.mu.Unlock()
	if b, ok := s.books.read[show]; ok && s.Now().Sub(b.at) < bookFor {
		return b, nil
	}
	b := book{at: s.Now().UTC()}
	err := s.Studio.Jobs(ctx, show, false, func(e ledger.Entry) error {
		b.jobs = append(b.jobs, e)
		return nil
	})
	if err != nil {
		return b, fmt.Errorf("read the ledger of %s: %w", show, err)
	}
	if s.books.read == nil {
		s.books.read = map[string]book{}
	}
	s.books.read[show] = b
	return b, nil
}

func (s *Server) spend(ctx context.Context, in *InShow) (*Out[Spend], error) {
	sp, err := s.Spend(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	return out(sp), nil
}

// Spend sums a show's ledger.
func (s *Server) Spend(ctx context.Context, show string) (Spend, error) {
	v, _, err := s.Find(ctx, show)
	if err != nil {
		return Spend{}, err
	}
	b, err := s.book(ctx, show)
	if err != nil {
		return Spend{}, err
	}
	currency := v.Spent.Currency
	for _, e := range b.jobs {
		if currency == "" {
			currency = price(e).Currency
		}
	}
	sp := Spend{Show: show, AsOf: b.at, Finished: v.Seconds, PerMinute: v.PerMinute}
	sums := newSums(currency)
	other := map[string]int64{}
	for _, e := range b.jobs {
		if len(e.Damaged) > 0 && e.Outcome == nil {
			sp.Damaged = append(sp.Damaged, fmt.Sprintf("job %s/%d: its record is damaged", e.Intent.ID.Take, e.Intent.ID.Attempt))
		}
		if p := price(e); p.Currency != "" && p.Currency != currency {
			other[p.Currency] += p.Micros
			continue
		}
		sums.add(e)
	}
	for _, name := range slices.Sorted(maps.Keys(other)) {
		sp.Other = append(sp.Other, drama.Money{Micros: other[name], Currency: name})
	}
	left := 0.0
	for _, ep := range v.Episodes {
		fps := media.Rational{Num: 24, Den: 1}
		if ep.Script != nil {
			fps = ep.Script.Season.Format.FPS
		}
		for _, c := range ep.Cells {
			seconds := c.Frames.Duration(fps).Seconds()
			left += seconds
			if c.State == drama.ShotCircle && c.Provider != "" {
				sums.circled(c.Provider, seconds)
			}
		}
	}
	sp.Total, sp.ByDay, sp.ByVendor = sums.total.done(), sums.rows(sums.day), sums.rows(sums.vendor)
	sp.ByEpisode, sp.ByKind = sums.rows(sums.episode), sums.rows(sums.kind)
	if v.Seconds > 0 && v.PerMinute.Micros > 0 {
		sp.Season = &drama.Money{Micros: int64(float64(v.PerMinute.Micros) * left / 60), Currency: currency}
	}
	return sp, nil
}

// price is what a job costs, as far as that is known.
func price(e ledger.Entry) drama.Money {
	if e.Outcome != nil {
		return e.Outcome.Price
	}
	return e.Intent.Estimate
}

// sums are one ledger cut in several ways.
type sums struct {
	currency                   string
	total                      *SpendRow
	day, vendor, episode, kind map[string]*SpendRow
}

func newSums(currency string) *sums {
	none := drama.Money{Currency: currency}
	return &sums{
		currency: currency, total: &SpendRow{Settled: none, Open: none},
		day: map[string]*SpendRow{}, vendor: map[string]*SpendRow{}, episode: map[string]*SpendRow{}, kind: map[string]*SpendRow{},
	}
}

func (s *sums) row(m map[string]*SpendRow, name string) *SpendRow {
	if m[name] == nil {
		m[name] = &SpendRow{Name: name, Settled: drama.Money{Currency: s.currency}, Open: drama.Money{Currency: s.currency}}
	}
	return m[name]
}

func (s *sums) add(e ledger.Entry) {
	at := e.Intent.At
	if e.Outcome != nil {
		at = e.Outcome.At
	}
	kind := "takes"
	switch slate := e.Intent.ID.Take.Slate; {
	case drama.IsLips(slate):
		kind = "lips"
	case drama.ShotSlate(slate) != slate:
		kind = "stills"
	}
	day := s.row(s.day, at.UTC().Format(time.DateOnly))
	for _, r := range []*SpendRow{s.total, day, s.row(s.vendor, e.Intent.Provider), s.row(s.episode, e.Intent.ID.Take.Episode.Code()), s.row(s.kind, kind)} {
		r.Jobs++
		p := price(e)
		if e.Outcome == nil {
			r.Open.Micros += p.Micros
			continue
		}
		r.Settled.Micros += p.Micros
		if e.Outcome.Estimated {
			r.Estimated++
		}
		if e.Outcome.State != "succeeded" {
			r.Failed++
		} else if e.Receipt != nil {
			r.took = append(r.took, e.Outcome.At.Sub(e.Receipt.At).Seconds())
		}
	}
	if day.Parts == nil {
		day.Parts = map[string]int64{}
	}
	day.Parts[e.Intent.Provider] += price(e).Micros
}

func (s *sums) circled(vendor string, seconds float64) {
	if r := s.vendor[vendor]; r != nil {
		r.Circled++
		r.Seconds += seconds
	}
}

// done finishes a row.
func (r *SpendRow) done() SpendRow {
	slices.Sort(r.took)
	if n := len(r.took); n > 0 {
		r.P50, r.P90 = r.took[(n-1)/2], r.took[(n-1)*9/10]
	}
	if r.Seconds > 0 {
		r.PerSecond = &drama.Money{Micros: int64(float64(r.Settled.Micros) / r.Seconds), Currency: r.Settled.Currency}
	}
	return *r
}

func (s *sums) rows(m map[string]*SpendRow) []SpendRow {
	all := []SpendRow{}
	for _, r := range m {
		all = append(all, r.done())
	}
	slices.SortFunc(all, func(a, b SpendRow) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
