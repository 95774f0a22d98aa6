// Package flat holds what people and runs ask of a show to what it costs when the show
// grows: how many requests an S3 is asked, and how many of them one after another.
package flat

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// shotsEach is how many shots an episode has.
const shotsEach = 50

// idle is an engine that knows of no run.
type idle struct{ client.Client }

func (idle) DescribeWorkflow(context.Context, string, string) (*client.WorkflowExecutionDescription, error) {
	return nil, &serviceerror.NotFound{}
}

func (idle) ExecuteWorkflow(context.Context, client.StartWorkflowOptions, any, ...any) (client.WorkflowRun, error) {
	return begun{}, nil
}

type begun struct{ client.WorkflowRun }

func (begun) GetRunID() string { return "begun" }

// cost is what something asked of the store.
type cost struct {
	storetest.Requests
	chain int // requests one after another
}

// season is a finished one on a store that is asked from far away.
type season struct {
	*studio.Studio
	stage *rehearsal.Stage
	all   []drama.Production
	asked *storetest.Counted
	trip  time.Duration
}

func finished(t *testing.T, shots int) *season {
	t.Helper()
	s := &season{stage: rehearsal.New(t, rehearsal.Options{}), trip: 30 * time.Millisecond}
	s.all = rehearsal.Season("flat", max(1, shots/shotsEach), min(shots, shotsEach))
	for _, p := range s.all {
		rehearsal.Finish(t, s.stage, p)
	}
	s.asked = storetest.Count(storetest.Distant{Store: s.stage.Store, Trip: s.trip})
	book := ledger.Objects{Store: s.asked, Keep: true}
	purse := &account.Account{
		Store: s.asked, Ledger: book, Marked: true, Keep: true, Who: func(context.Context) (string, string) { return "episode/flat", "a" },
		Open: func(_ context.Context, _, run string) (bool, error) { return run != "", nil },
	}
	s.Studio = &studio.Studio{
		Temporal: idle{}, Store: s.asked, Ledger: account.Marking{Ledger: book, Account: purse}, Account: purse, Facts: s.stage.Planner.Facts,
		Retention: retention.Default(), OpenRuns: func(context.Context, string) ([]string, error) { return nil, nil },
	}
	return s
}

func (s *season) subs() (all []studio.Submission) {
	for _, p := range s.all {
		all = append(all, studio.Submission{Production: p})
	}
	return all
}

// of measures what something costs.
func (s *season) of(t *testing.T, what string, do func() error) cost {
	t.Helper()
	s.asked.Taken()
	began := time.Now()
	if err := do(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	c := cost{chain: int((time.Since(began) + s.trip/2) / s.trip)}
	c.Requests = s.asked.Taken()
	return c
}

// word is what a run of an episode says to the account.
func word(p drama.Production, seq int) account.Draw {
	none := drama.Money{Currency: "CNY"}
	return account.Draw{
		ID: p.ID(), Workflow: "episode/" + p.ID().String(), Run: "run", Seq: seq, Currency: "CNY", Season: p.Season.Budget.Season,
		Spent: none, RunSpent: none, Reserved: none, Needs: none,
	}
}

// asks are what is measured, in order: what each leaves is there for the next.
var asks = []struct {
	name string
	// perEpisode says that it is asked of all episodes.
	perEpisode bool
	do         func(ctx context.Context, s *season) error
}{
	{"the first run's account", true, func(ctx context.Context, s *season) error {
		d := word(s.all[0], 1)
		d.Opening = true
		_, err := s.Account.Draw(ctx, d)
		return err
	}},
	{"its end", false, func(ctx context.Context, s *season) error {
		d := word(s.all[0], 2)
		d.Closing = true
		_, err := s.Account.Draw(ctx, d)
		return err
	}},
	{"the next run's account", false, func(ctx context.Context, s *season) error {
		d := word(s.all[0], 1)
		d.Run, d.Opening = "next", true
		_, err := s.Account.Draw(ctx, d)
		return err
	}},
	{"a no", false, func(ctx context.Context, s *season) error {
		d := word(s.all[0], 2)
		more := drama.Money{Micros: d.Season.Micros + 1, Currency: "CNY"}
		d.Run, d.Asks, d.Needs = "next", []drama.Money{more}, more
		g, err := s.Account.Draw(ctx, d)
		if err == nil && g.Granted[0] {
			err = fmt.Errorf("it was granted: %+v", g)
		}
		return err
	}},
	{"caps", false, func(ctx context.Context, s *season) error {
		all, err := s.Caps(ctx, "flat")
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("there are none")
		}
		return err
	}},
	{"plan an episode", false, func(ctx context.Context, s *season) error {
		made, err := s.Plan(ctx, studio.Submission{Production: s.all[0]})
		if err == nil && made.Shots[0].Action != "reuse" {
			err = fmt.Errorf("it would make %s anew", made.Shots[0].Slate)
		}
		return err
	}},
	{"plan the season", true, func(ctx context.Context, s *season) error {
		_, err := s.Plans(ctx, s.subs())
		return err
	}},
	{"submit the season", true, func(ctx context.Context, s *season) error {
		_, err := s.SubmitSeason(ctx, "flat", s.subs(), nil, 0)
		return err
	}},
	{"retake a shot", false, func(ctx context.Context, s *season) error {
		_, err := s.Retake(ctx, s.all[0].ID(), drama.Retake{Slates: []string{"1A"}}, nil)
		return err
	}},
	{"status of an episode", false, func(ctx context.Context, s *season) error {
		_, err := s.Status(ctx, s.all[0].ID())
		return err
	}},
	{"status of the show", true, func(ctx context.Context, s *season) error {
		ids, err := s.Episodes(ctx, "flat")
		if err != nil {
			return err
		}
		all, err := s.Statuses(ctx, ids)
		if err == nil && (len(all) != len(s.all) || all[0].State != drama.StateDelivered) {
			err = fmt.Errorf("%d of %d episodes: %+v", len(all), len(s.all), all)
		}
		return err
	}},
	{"cost", true, func(ctx context.Context, s *season) error {
		costs, _, err := s.Costs(ctx, "flat")
		if n := costs[0].Jobs; err == nil && n != len(s.all[0].Episode.Shots()) {
			err = fmt.Errorf("%d jobs", n)
		}
		return err
	}},
	{"jobs, a page", false, func(ctx context.Context, s *season) error {
		n := 0
		err := s.JobsFrom(ctx, "flat", 0, false, func(ledger.Entry) error {
			if n++; n == 10 {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		return err
	}},
	{"takes of an episode", false, func(ctx context.Context, s *season) error {
		_, _, err := s.Takes(ctx, s.all[0].ID(), "")
		return err
	}},
	{"gc, dry", true, func(ctx context.Context, s *season) error {
		_, err := s.Retain(ctx, "flat", false)
		return err
	}},
}

var errEnough = fmt.Errorf("enough")

// table measures a finished season.
func table(t *testing.T, shots int) map[string]cost {
	s := finished(t, shots)
	costs := make(map[string]cost)
	synctest.Test(t, func(t *testing.T) {
		for _, a := range asks {
			costs[a.name] = s.of(t, a.name, func() error { return a.do(t.Context(), s) })
		}
	})
	return costs
}

// TestCostDoesNotGrow: what is asked of one episode costs the same however many there are
// beside it; what is asked of all costs the same an episode, side by side.
func TestCostDoesNotGrow(t *testing.T) {
	small, large := table(t, 2*shotsEach), table(t, 12*shotsEach)
	for _, a := range asks {
		was, now := small[a.name], large[a.name]
		t.Logf("%-24s %4d requests (%v), %2d one after another", a.name, now.All(), now.Requests, now.chain)
		if !a.perEpisode && was.All() != now.All() {
			t.Errorf("%s: %d requests in a season of 2 episodes (%v), %d of 12 (%v)", a.name, was.All(), was.Requests, now.All(), now.Requests)
		}
		times := 6
		if a.name == asks[0].name {
			times = 11 // of the other episodes alone: one, and eleven
		}
		if a.perEpisode && now.All() > times*was.All() {
			t.Errorf("%s: %d requests of 2 episodes (%v), %d of 12 (%v): more than %d times as many", a.name, was.All(), was.Requests, now.All(), now.Requests, times)
		}
		if !a.perEpisode && now.chain > was.chain {
			t.Errorf("%s: %d requests one after another in a season of 2 episodes, %d of 12", a.name, was.chain, now.chain)
		}
	}
}

// TestLadder prints the table for the sizes that DAILIES_FLAT names: 10,100,1000.
func TestLadder(t *testing.T) {
	for size := range strings.SplitSeq(os.Getenv("DAILIES_FLAT"), ",") {
		shots, _ := strconv.Atoi(size)
		if shots == 0 {
			return
		}
		costs := table(t, shots)
		for _, a := range asks {
			c := costs[a.name]
			t.Logf("%6d shots: %-24s %5d requests, chain %3d: %v", shots, a.name, c.All(), c.chain, c.Requests)
		}
	}
}
