package activities_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// firstCut makes cut 1 of an episode of one shot and says how to assemble it again.
func firstCut(t *testing.T, s *rehearsal.Stage) (activities.AssembleInput, activities.Delivered) {
	t.Helper()
	in, got := conformed(t, s, "plain", "qc", 1)
	a := activities.AssembleInput{
		ID: in.Take.Episode, Plan: in.Plan, Script: in.Script, Cut: 1,
		Shots: []activities.CutShot{{Slate: "1A", Take: in.Take, Mezzanine: got.Mezzanine}},
	}
	return a, deliver(t, s, a)
}

func deliver(t *testing.T, s *rehearsal.Stage, in activities.AssembleInput) activities.Delivered {
	t.Helper()
	made, err := s.Media.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if made.Existing != nil {
		return *made.Existing
	}
	d, err := s.Library.Deliver(t.Context(), activities.DeliverInput{ID: in.ID, Cut: in.Cut, Manifest: made.Manifest})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNothingChangedLooksWhetherTheCutIsThere: a cut that is whole is not made again;
// one of which anything is gone or damaged is.
func TestNothingChangedLooksWhetherTheCutIsThere(t *testing.T) {
	for name, spoil := range map[string]struct {
		lose, damage, cut string
		want              int
	}{
		"whole":              {want: 1},
		"master gone":        {lose: "cuts/1/master.mp4", want: 2},
		"poster gone":        {lose: "cuts/1/poster.jpg", want: 2},
		"master cut off":     {damage: "cuts/1/master.mp4", want: 2},
		"manifest gone":      {lose: "cuts/1/manifest.json", want: 2},
		"manifest damaged":   {damage: "cuts/1/manifest.json", want: 2},
		"latest gone":        {lose: "latest.json", want: 2},
		"latest damaged":     {damage: "latest.json", want: 2},
		"latest of elsewhen": {damage: "latest.json", cut: `{"cut":0}`, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			st := mem.New()
			s := rehearsal.New(t, rehearsal.Options{Store: st})
			in, _ := firstCut(t, s)
			const base = "rehearsal/ep01/"
			if spoil.lose != "" {
				st.Lose(base + spoil.lose)
			}
			if spoil.damage != "" {
				put(t, st, base+spoil.damage, spoil.cut)
			}
			in.Cut = 2
			if d := deliver(t, s, in); d.Cut != spoil.want {
				t.Errorf("the newest cut is %d, want %d", d.Cut, spoil.want)
			}
			// Whatever was wrong, it is right now.
			in.Cut = 3
			if d := deliver(t, s, in); d.Cut != spoil.want {
				t.Errorf("once more: the newest cut is %d, want %d", d.Cut, spoil.want)
			}
		})
	}
}

func put(t *testing.T, s store.Store, key, body string) {
	t.Helper()
	if _, err := s.Head(t.Context(), key); err != nil {
		t.Fatalf("there is no %s to damage: %v", key, err)
	}
	if _, err := s.Put(t.Context(), key, strings.NewReader(body), "application/octet-stream"); err != nil {
		t.Fatal(err)
	}
}

// TestAMezzanineIsMadeAgain: what was conformed can be conformed again, and is, without
// a person and without a take bought.
func TestAMezzanineIsMadeAgain(t *testing.T) {
	for _, name := range []string{"video.mp4", "audio.wav", "conform.json"} {
		for how, spoil := range map[string]func(t *testing.T, s *mem.Store, key string){
			"gone":    func(_ *testing.T, s *mem.Store, key string) { s.Lose(key) },
			"cut off": func(t *testing.T, s *mem.Store, key string) { put(t, s, key, "x") },
			"empty":   func(t *testing.T, s *mem.Store, key string) { put(t, s, key, "") },
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				st := mem.New()
				s := rehearsal.New(t, rehearsal.Options{Store: st})
				in, first := firstCut(t, s)
				spoil(t, st, store.Keys{Show: "rehearsal"}.Mezzanine(in.Shots[0].Mezzanine)+name)
				st.Lose("rehearsal/ep01/cuts/1/master.mp4")
				s.Media.Scratch = t.TempDir() // another worker, that kept nothing
				in.Cut = 2
				if d := deliver(t, s, in); d.Cut != 2 || d.Master.SHA256 != first.Master.SHA256 {
					t.Errorf("cut %d, master %s, want cut 2 and %s", d.Cut, d.Master.SHA256, first.Master.SHA256)
				}
				if n := s.Bought(t); n != 1 {
					t.Errorf("%d takes were bought", n)
				}
			})
		}
	}
}

// TestWhatCannotBeMadeAgainEnds: a record that is needed and cannot be made again ends
// the step at once, names the object and is not tried again.
func TestWhatCannotBeMadeAgainEnds(t *testing.T) {
	keys := store.Keys{Show: "rehearsal"}
	for name, body := range map[string]string{"empty": "", "cut off": `{"id`, "another's": `{"id":{"slate":"9Z"}}`, "null": "null", "too large": strings.Repeat(" ", store.MaxSmall+1)} {
		t.Run(name, func(t *testing.T) {
			st := mem.New()
			s := rehearsal.New(t, rehearsal.Options{Store: st})
			in, _ := firstCut(t, s)
			take := keys.Take(in.Shots[0].Take)
			put(t, st, take, body)
			in.Cut = 2
			_, err := s.Media.Assemble(t.Context(), in)
			f, ok := activities.AsFailure(err)
			if !ok || !f.Final || f.Type != activities.ErrRecord || !strings.Contains(err.Error(), st.URI(take)) {
				t.Errorf("a damaged take: %v", err)
			}
		})
	}
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in, _ := firstCut(t, s)
	put(t, st, in.Script.Key, "{")
	s.Planner = rehearsal.New(t, rehearsal.Options{Store: st}).Planner // that has read no script yet
	_, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
	if f, ok := activities.AsFailure(err); !ok || !f.Final || !strings.Contains(err.Error(), in.Script.Key) {
		t.Errorf("a damaged script: %v", err)
	}
}

// TestADamagedCircleIsAProblemOfThePlan: nothing is bought in place of what may be
// there, and choosing again mends it.
func TestADamagedCircleIsAProblemOfThePlan(t *testing.T) {
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in, _ := firstCut(t, s)
	plan := func() activities.PlanResult {
		t.Helper()
		p, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := plan()
	if len(first.Problems) != 0 || first.Shots[0].Action != activities.ActionReuse {
		t.Fatalf("%+v", first)
	}
	key := store.Keys{Show: "rehearsal"}.Circle(first.Shots[0].Digest)
	put(t, st, key, "{")
	if p := plan(); len(p.Problems) != 1 || !strings.Contains(p.Problems[0], key) || len(p.Warnings) != 0 {
		t.Errorf("problems: %q, warnings: %q; want it told once", p.Problems, p.Warnings)
	}
	if err := s.Library.CircleTake(t.Context(), activities.CircleInput{Take: in.Shots[0].Take, Digest: first.Shots[0].Digest, By: "mo"}); err != nil {
		t.Fatal(err)
	}
	if p := plan(); len(p.Problems) != 0 || p.Shots[0].Action != activities.ActionReuse {
		t.Errorf("after choosing again: %+v", p)
	}
}

// TestALastingNoEndsWhatNothingPaidHangsOn, and only that: a paid clip waits for the
// store to come round.
func TestALastingNoEndsWhatNothingPaidHangsOn(t *testing.T) {
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in, _ := firstCut(t, s)
	run, got := conformed(t, s, "plain", "", 2)
	no := &store.RefusedError{Reason: "S3 refuses our keys"}
	st.Fail = func(op, key string) error { return fmt.Errorf("%s %s: %w", op, key, no) }
	fresh := rehearsal.New(t, rehearsal.Options{Store: st})
	_, plan := fresh.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
	_, assemble := fresh.Media.Assemble(t.Context(), in)
	for what, err := range map[string]error{"plan": plan, "assemble": assemble} {
		if f, ok := activities.AsFailure(err); !ok || !f.Final || f.Type != activities.ErrStore {
			t.Errorf("%s: %v, want its end", what, err)
		}
	}
	run.Take = drama.TakeID{Episode: run.Take.Episode, Slate: "1A", Number: 3}
	_, err := fresh.Media.Conform(t.Context(), run)
	if f, ok := activities.AsFailure(err); ok && f.Final || !errors.Is(err, no) {
		t.Errorf("conform a paid clip: %v, want another try; %+v", err, got)
	}
}

// TestADamagedOpenJobEndsPlanning by name, and giving it up lets the run go on.
func TestADamagedOpenJobEndsPlanning(t *testing.T) {
	for _, part := range []string{"intent", "receipt"} {
		st := mem.New()
		s := rehearsal.New(t, rehearsal.Options{Store: st})
		in, _ := firstCut(t, s)
		id := ledger.ID{Take: drama.TakeID{Episode: in.ID, Slate: "1A", Number: 7}, Attempt: 1}
		err := errors.Join(s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Estimate: drama.Money{Micros: 1, Currency: "CNY"}}), s.Ledger.Receive(t.Context(), id, ledger.Receipt{}))
		if err != nil {
			t.Fatal(err)
		}
		key := "rehearsal/ledger/ep01/1A/0007/01/" + part + ".json"
		put(t, st, key, "{")
		_, err = s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
		if f, ok := activities.AsFailure(err); !ok || !f.Final || f.Type != activities.ErrRecord || !strings.Contains(err.Error(), key) {
			t.Errorf("a damaged %s: %v", part, err)
		}
		if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "dropped"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script}); err != nil {
			t.Errorf("after it was given up: %v", err)
		}
	}
}
