package studio

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

func jobOf(take int) ledger.ID {
	return ledger.ID{Take: drama.TakeID{Episode: ep, Slate: "1A", Number: take}, Attempt: 1}
}

// intend records a job of the vendor wan, sent so long ago.
func intend(t *testing.T, s *Studio, take int, ago time.Duration) ledger.ID {
	t.Helper()
	id := jobOf(take)
	price := drama.Money{Micros: 4_000_000, Currency: "CNY"}
	if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Provider: "wan", Estimate: price, At: s.now().Add(-ago)}); err != nil {
		t.Fatal(err)
	}
	return id
}

// A job of the vendor's is one take: it cannot be adopted for a second one.
func TestAdoptRefusesAJobOfAnotherTake(t *testing.T) {
	s := shelf(t)
	first, second := intend(t, s, 1, time.Hour), intend(t, s, 2, time.Hour)
	if err := s.Ledger.Receive(t.Context(), first, ledger.Receipt{Job: provider.Job{ID: "v1"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Ledger.Hold(t.Context(), second, ledger.Hold{Question: "?"}); err != nil {
		t.Fatal(err)
	}
	for _, vendorJob := range []string{"v1", "", "v 2", "v2\x1b[31m", "\u202ev2"} {
		if err := s.Adopt(t.Context(), second, vendorJob); err == nil {
			t.Errorf("%q was adopted", vendorJob)
		} else if vendorJob == "v1" && !strings.Contains(err.Error(), first.String()) {
			t.Errorf("whose it is, is not said: %v", err)
		}
	}
	if e, err := s.Ledger.Get(t.Context(), second); err != nil || e.Receipt != nil {
		t.Errorf("%+v, %v", e, err)
	}
}

// Jobs of runs that have ended can be given up, whatever they have got to; one that
// is being submitted this moment cannot.
func TestDropAnyOpenJob(t *testing.T) {
	s := shelf(t)
	running, lost, now := intend(t, s, 1, time.Hour), intend(t, s, 2, time.Hour), intend(t, s, 3, time.Second)
	if err := s.Ledger.Receive(t.Context(), running, ledger.Receipt{Job: provider.Job{ID: "v1"}}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []ledger.ID{running, lost} {
		if err := s.Drop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		e, err := s.Ledger.Get(t.Context(), id)
		if err != nil || e.Outcome == nil || e.Outcome.State != "dropped" || e.Outcome.Price.Micros != 4_000_000 || !e.Outcome.Estimated {
			t.Errorf("%+v, %v", e.Outcome, err)
		}
		if err := s.Drop(t.Context(), id); err == nil {
			t.Error("dropped twice")
		}
	}
	if err := s.Drop(t.Context(), now); err == nil {
		t.Error("a job that is being submitted was dropped")
	}
}

// lists notes which episodes' jobs were read.
type lists struct {
	ledger.Ledger
	read []int
}

func (l *lists) List(ctx context.Context, show string, episode int, each func(ledger.Entry) error) error {
	l.read = append(l.read, episode)
	return l.Ledger.List(ctx, show, episode, each)
}

// TestJobsAreInTheOrderOfPeople: shot 2 before shot 10, whoever asks.
func TestJobsAreInTheOrderOfPeople(t *testing.T) {
	s := shelf(t)
	want := []string{"show/ep01/2B/1/1", "show/ep01/2B/2/1", "show/ep01/2B/10/1", "show/ep01/2B-still/1/1", "show/ep01/10A/1/1", "show/ep02/1A/1/1"}
	for _, i := range []int{4, 5, 2, 0, 3, 1} {
		id, err := ledger.ParseID(want[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "p", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	for name, list := range map[string]func(func(ledger.Entry) error) error{
		"a show's":   func(each func(ledger.Entry) error) error { return s.Jobs(t.Context(), "show", false, each) },
		"all shows'": func(each func(ledger.Entry) error) error { return s.Jobs(t.Context(), "", false, each) },
		"a page":     func(each func(ledger.Entry) error) error { return s.JobsFrom(t.Context(), "show", 0, false, each) },
	} {
		var got []string
		if err := list(func(e ledger.Entry) error { got = append(got, e.Intent.ID.String()); return nil }); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

// TestAPageOfJobsReadsNoSeason: from an episode on, in the order of the whole list, and no
// further than what is wanted.
func TestAPageOfJobsReadsNoSeason(t *testing.T) {
	s := shelf(t)
	for _, n := range []int{1, 2, 3, 12} {
		id := ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "show", Number: n}, Slate: "1A", Number: 1}, Attempt: 1}
		if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "p", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	l := &lists{Ledger: s.Ledger}
	s.Ledger = l
	numbers := func(from, most int) (got []int) {
		enough := errors.New("enough")
		err := s.JobsFrom(t.Context(), "show", from, false, func(e ledger.Entry) error {
			if got = append(got, e.Intent.ID.Take.Episode.Number); len(got) == most {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			t.Fatal(err)
		}
		return got
	}
	if got := numbers(0, 100); !slices.Equal(got, []int{1, 2, 3, 12}) {
		t.Errorf("all: %v", got)
	}
	l.read = nil
	if got := numbers(2, 1); !slices.Equal(got, []int{2}) || !slices.Equal(l.read, []int{2}) {
		t.Errorf("one from the second on: %v, read %v", got, l.read)
	}
	if got := numbers(12, 100); len(got) == 0 || got[0] != 12 {
		t.Errorf("from the twelfth on: %v", got)
	}
}
