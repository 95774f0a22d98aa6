package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// makersFor is how long it is believed who can make takes: where workers run apart each
// asking reads the store.
const makersFor = 2 * time.Second

// makers are who can make takes, and under which names their models go.
type makers struct {
	mu    sync.Mutex
	at    time.Time
	facts []provider.Facts
	names arena.Names
}

func (m *makers) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = time.Time{}
}

func (s *Server) makersNow(ctx context.Context) ([]provider.Facts, arena.Names, error) {
	s.makers.mu.Lock()
	defer s.makers.mu.Unlock()
	if !s.makers.at.IsZero() && s.Now().Sub(s.makers.at) < makersFor {
		return s.makers.facts, s.makers.names, nil
	}
	facts, err := s.Studio.Providers(ctx)
	if err != nil {
		return nil, nil, err
	}
	names, err := s.Studio.Names(ctx)
	if err != nil {
		return nil, nil, err
	}
	s.makers.at, s.makers.facts, s.makers.names = s.Now(), facts, names
	return facts, names, nil
}

// names are what models are called that nobody has revealed. Whatever tells of a model
// goes through them.
func (s *Server) names(ctx context.Context) (arena.Names, error) {
	_, names, err := s.makersNow(ctx)
	return names, err
}

// Makers are who can make takes now. Of a model under a code name nothing is told that
// would give it away: not its vendor, not the page its facts are from.
func (s *Server) Makers(ctx context.Context) ([]provider.Facts, error) {
	facts, names, err := s.makersNow(ctx)
	if err != nil {
		return nil, err
	}
	told := append([]provider.Facts{}, facts...)
	for i := range told {
		f := &told[i]
		if code, hidden := names[f.Model.ID]; hidden {
			f.Type, f.Model.ID, f.Model.Name, f.Model.Source = "", code, code, ""
			f.Model = f.Model.WithEndOf("", nil)
		}
	}
	return told, nil
}

// Instances are the names of who can make takes, sorted.
func (s *Server) Instances(ctx context.Context) ([]string, error) {
	facts, _, err := s.makersNow(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, f := range facts {
		all = append(all, f.Instance)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// Sold is what an instance has made and cost so far, in the shows that the actor may know
// of, by the ledger as it was read last.
func (s *Server) Sold(ctx context.Context) (map[string]Sold, error) {
	shows, err := s.Visible(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]Sold{}
	for _, v := range shows {
		b, err := s.book(ctx, v.Show)
		if err != nil {
			return nil, err
		}
		for _, e := range b.jobs {
			sold := all[e.Intent.Provider]
			sold.Jobs++
			if e.Outcome != nil {
				sold.add(e.Outcome.Price)
			}
			all[e.Intent.Provider] = sold
		}
	}
	return all, nil
}

// Sold is a number of jobs and what those that have ended cost, by currency.
type Sold struct {
	Jobs    int
	Settled []drama.Money
}

func (s *Sold) add(m drama.Money) {
	if m.Micros == 0 {
		return
	}
	i := slices.IndexFunc(s.Settled, func(have drama.Money) bool { return have.Currency == m.Currency })
	if i < 0 {
		s.Settled = append(s.Settled, m)
		return
	}
	s.Settled[i].Micros += m.Micros
}
