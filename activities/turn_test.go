package activities_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
)

// slow takes ten seconds for a line, and says no so many times first.
type slow struct {
	said, refuses atomic.Int32
}

func (*slow) Name() string        { return "slow" }
func (*slow) Deterministic() bool { return false }
func (s *slow) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	select {
	case <-ctx.Done():
		return voice.Speech{}, ctx.Err()
	case <-time.After(10 * time.Second):
	}
	if s.refuses.Add(-1) >= 0 {
		return voice.Speech{}, &provider.Error{Kind: provider.KindThrottled, Op: "speak", Message: "slow down"}
	}
	s.said.Add(1)
	return voice.Speech{Samples: make([]int16, 1000*len(r.Text)), Rate: 24000}, nil
}

// Episodes of a season that begin together want the same line at once: one of them buys
// it, the others find it. One whose voice says no gives its turn to the next; one that
// died is not waited for forever.
func TestALineThatManyWantIsBoughtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		refuses int32
		dead    bool
	}{"all go well": {}, "the first two are refused": {refuses: 2}, "one died in its turn": {dead: true}} {
		t.Run(name, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			price := drama.Money{Micros: 100 * drama.Micro, Currency: "CNY"}
			s.Media.Prices = activities.Prices{Ledger: s.Ledger, Speech: func(string) drama.Money { return price }}
			var inputs []activities.SpeakInput
			for n := 1; n <= 6; n++ {
				shot := rehearsal.Shot("1A", fmt.Sprintf("of episode %d", n))
				shot.Lines = []drama.Line{{Who: "narrator", Kind: drama.LineVO, Say: "Once upon a time."}}
				p := rehearsal.Production([]string{"fake"}, shot)
				p.Episode.Number, p.Season.Dialogue = n, drama.DialogueScratch
				run := s.Submit(t, p)
				made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: run.ID, Script: run.Script})
				if err != nil {
					t.Fatal(err)
				}
				inputs = append(inputs, activities.SpeakInput{Plan: made.Plan, Script: run.Script, Slate: "1A"})
			}
			synctest.Test(t, func(t *testing.T) {
				v := &slow{}
				v.refuses.Store(c.refuses)
				s.Media.Speakers = func(string) (voice.Speaker, bool) { return v, true }
				s.Media.Now = time.Now
				if c.dead {
					ctx, die := context.WithTimeout(t.Context(), time.Second)
					defer die()
					s.Media.Store = dying{s.Store}
					if _, err := s.Media.Speak(ctx, inputs[0]); err == nil {
						t.Error("the dead speak")
					}
					s.Media.Store = s.Store
				}
				var all sync.WaitGroup
				for _, in := range inputs[1:] {
					all.Go(func() {
						_, err := s.Media.Speak(t.Context(), in)
						if refused := (*provider.Error)(nil); err != nil && !errors.As(err, &refused) {
							t.Error(err)
						}
					})
				}
				all.Wait()
				if n := v.said.Load(); n != 1 {
					t.Errorf("bought %d times", n)
				}
			})
			var paid int64
			err := s.Ledger.List(t.Context(), "rehearsal", 0, func(e ledger.Entry) error {
				paid += e.Outcome.Price.Micros
				return nil
			})
			if each := price.Micros * int64(len("Once upon a time.")) / 1000; err != nil || paid != each && !c.dead {
				t.Errorf("paid %d of %d: %v", paid, each, err)
			}
		})
	}
}

// dying is the store of a process that ends before it can give anything back.
type dying struct{ store.Store }

func (dying) PutIf(context.Context, string, []byte, string, string) error {
	return errors.New("the process is gone")
}
