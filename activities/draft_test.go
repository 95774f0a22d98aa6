package activities_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/test/rehearsal"
)

var slate1A = []string{"1A"}

// drafted is a stage with a circled draft of an episode's only shot, and the request for
// its final.
func drafted(t *testing.T, o rehearsal.Options) (*rehearsal.Stage, activities.GenerateInput, drama.Take) {
	t.Helper()
	o.Drafts, o.Price = true, drama.Money{Micros: drama.Micro, Currency: "CNY"}
	s := rehearsal.New(t, o)
	prod := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
	prod.Season.Takes.Draft = true
	run := s.Submit(t, prod)
	plan := func(wish *drama.Retake) activities.PlanResult {
		p, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: run.ID, Script: run.Script, Retake: wish})
		if err != nil || len(p.Problems) > 0 {
			t.Fatalf("plan: %v, %q", err, p.Problems)
		}
		return p
	}
	order := func(p activities.PlanResult) activities.GenerateInput {
		shot := p.Shots[0]
		return activities.GenerateInput{
			Plan: p.Plan, Take: drama.TakeID{Episode: run.ID, Slate: "1A", Number: shot.NextTake}, Instance: "fake", Seed: 7, Estimate: shot.Routes[0].Price,
		}
	}
	first := plan(nil)
	in := order(first)
	clip, err := s.Generator.Generate(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Media.Conform(t.Context(), activities.ConformInput{Plan: first.Plan, Script: run.Script, Slate: "1A", Take: in.Take, Clip: &clip.Clip, Circle: "qc"}); err != nil {
		t.Fatal(err)
	}
	take, err := library.Library{Store: s.Store}.Take(t.Context(), in.Take)
	if err != nil {
		t.Fatal(err)
	}
	return s, order(plan(&drama.Retake{Slates: slate1A, Final: true})), take
}

// What is known of a draft is written down with the take: by which id, and until when, a
// final can be bought, and what it cost.
func TestADraftIsRecorded(t *testing.T) {
	s, in, take := drafted(t, rehearsal.Options{})
	if take.Draft == nil || take.Draft.ID != take.VendorJob || take.Price.Micros != 800_000 || take.Asked.Raster.ShortSide() != 128 {
		t.Errorf("take %+v, draft %+v", take, take.Draft)
	}
	e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: take.ID, Attempt: 1})
	if err != nil {
		t.Fatal(err)
	}
	if week := e.Intent.At.AddDate(0, 0, fake.DraftDays); !e.Intent.Draft || !take.Draft.Until.Equal(week) {
		t.Errorf("until %s, a week is %s: %+v", take.Draft.Until, week, e.Intent)
	}
	if in.Estimate.Micros != 4_000_000 {
		t.Errorf("the final is reserved at %s", in.Estimate)
	}
}

// A worker may die between any two steps of buying a final, and the next one may die too:
// it is bought once, of the draft, and its intent names that.
func TestAFinalIsBoughtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // what is waited for takes no time
		deaths := 0
		for first := 1; ; first++ {
			s, in, draft := drafted(t, rehearsal.Options{})
			p := &process{dies: first}
			_, err := mortal(s, p).Generate(t.Context(), in)
			if p.name == "" {
				break
			}
			deaths++
			if err == nil {
				t.Fatalf("died %s and still gave a clip", p.name)
			}
			_, _ = mortal(s, &process{dies: 1 + first%6}).Generate(t.Context(), in)
			clip, err := mortal(s, &process{}).Generate(t.Context(), in)
			if err != nil || clip.FinalOf == nil || *clip.FinalOf != draft.ID || clip.Draft != nil || clip.Price.Micros != 4_000_000 {
				t.Errorf("died %s: %+v, %v", p.name, clip, err)
			}
			jobs, err := fake.Jobs(s.Dirs["fake"])
			if err != nil || len(jobs) != 2 {
				t.Fatalf("died %s: %d jobs, %v", p.name, len(jobs), err)
			}
			for _, j := range jobs {
				if r := j.Request; r.Draft == (r.FinalOf != "") || r.FinalOf != "" && (r.FinalOf != draft.Draft.ID || r.Prompt != "" || r.Seed != nil) {
					t.Errorf("died %s: asked for %+v", p.name, r)
				}
			}
			e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1})
			if err != nil || e.Intent.FinalOf == nil || *e.Intent.FinalOf != draft.ID {
				t.Errorf("died %s: intent %+v, %v", p.name, e.Intent, err)
			}
		}
		if deaths < 10 {
			t.Errorf("only %d deaths were rehearsed", deaths)
		}
	})
}

// A run may wait for its turn longer than a draft lives: then nothing is bought, and
// nothing is written that a person would have to look after. What was begun in time is
// gone on with.
func TestADraftThatExpiresWhileItsFinalWaits(t *testing.T) {
	late := func() time.Time { return time.Now().AddDate(0, 0, fake.DraftDays) }
	s, in, _ := drafted(t, rehearsal.Options{})
	s.Generator.Buyer.Now = late
	_, err := s.Generator.Generate(t.Context(), in)
	if failure(err) != "invalid" || s.Bought(t) != 1 {
		t.Errorf("%v, %d bought", err, s.Bought(t))
	}
	if e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1}); err == nil {
		t.Errorf("the ledger has %+v", e)
	}
	s, in, _ = drafted(t, rehearsal.Options{})
	p := &process{dies: 6} // it is submitted
	if _, err := mortal(s, p).Generate(t.Context(), in); err == nil || s.Bought(t) != 2 {
		t.Fatalf("died %s: %v, %d bought", p.name, err, s.Bought(t))
	}
	s.Generator.Buyer.Now = late
	if clip, err := s.Generator.Generate(t.Context(), in); err != nil || clip.FinalOf == nil {
		t.Errorf("died %s, went on: %+v, %v", p.name, clip, err)
	}
}

// A person's pick counts: what QC found of a draft that was chosen nevertheless is no
// reason against its final.
func TestTheFinalOfANGDraftThatAPersonChose(t *testing.T) {
	for _, chosen := range []bool{true, false} {
		t.Run(fmt.Sprint(chosen), func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{Drafts: true})
			prod := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: black]"))
			prod.Season.Takes.Draft = true
			run := s.Submit(t, prod)
			conform := func(wish *drama.Retake) (activities.Conformed, drama.TakeID) {
				p, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: run.ID, Script: run.Script, Retake: wish})
				if err != nil || len(p.Problems) > 0 {
					t.Fatalf("plan: %v, %q", err, p.Problems)
				}
				id := drama.TakeID{Episode: run.ID, Slate: "1A", Number: p.Shots[0].NextTake}
				clip, err := s.Generator.Generate(t.Context(), activities.GenerateInput{Plan: p.Plan, Take: id, Instance: "fake", Seed: 7})
				if err != nil {
					t.Fatal(err)
				}
				c, err := s.Media.Conform(t.Context(), activities.ConformInput{Plan: p.Plan, Script: run.Script, Slate: "1A", Take: id, Clip: &clip.Clip, Circle: "qc", Replace: wish != nil})
				if err != nil {
					t.Fatal(err)
				}
				if wish == nil && chosen {
					if err := s.Library.CircleTake(t.Context(), activities.CircleInput{Take: id, Digest: p.Shots[0].Digest, By: "person"}); err != nil {
						t.Fatal(err)
					}
				}
				return c, id
			}
			draft, _ := conform(nil)
			if draft.Verdict.Pass {
				t.Fatal("a black draft passed")
			}
			if !chosen {
				p, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: run.ID, Script: run.Script, Retake: &drama.Retake{Slates: slate1A, Final: true}})
				if err != nil || len(p.Problems) != 1 {
					t.Errorf("of what nobody circled: %v, %q", err, p.Problems)
				}
				return
			}
			final, _ := conform(&drama.Retake{Slates: slate1A, Final: true})
			if !final.Verdict.Pass || len(final.Verdict.Warnings) == 0 {
				t.Errorf("%+v", final.Verdict)
			}
		})
	}
}
