package library_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

func put(t *testing.T, s store.Store, key, body string) {
	t.Helper()
	if _, err := s.Put(t.Context(), key, strings.NewReader(body), "application/json"); err != nil {
		t.Fatal(err)
	}
}

// TestANumberIsNeverUsedAgain: whoever plans, a number is taken when anything of
// the take is there: its record, its clip, or only its job.
func TestANumberIsNeverUsedAgain(t *testing.T) {
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "waits"))
	id := p.ID()
	k := store.Keys{Show: id.Show}
	take := func(n int) drama.TakeID { return drama.TakeID{Episode: id, Slate: "1A", Number: n} }
	for name, leave := range map[string]func(t *testing.T, s store.Store){
		"a record": func(t *testing.T, s store.Store) {
			if _, err := (library.Library{Store: s}).WriteTake(t.Context(), drama.Take{ID: take(3), Digest: "d"}); err != nil {
				t.Fatal(err)
			}
		},
		"a damaged record": func(t *testing.T, s store.Store) { put(t, s, k.Take(take(3)), "{") },
		"a clip":           func(t *testing.T, s store.Store) { put(t, s, k.TakeMedia(take(3)), "mp4") },
		"a job": func(t *testing.T, s store.Store) {
			if err := (ledger.Objects{Store: s}).Intend(t.Context(), ledger.Intent{ID: ledger.ID{Take: take(3), Attempt: 1}}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := mem.New()
			leave(t, s)
			made, err := (library.Library{Store: s}).Plan(t.Context(), plan.Input{Production: p}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := made.Shots[0].NextTake; got != 4 {
				t.Errorf("the next take is %d, want 4", got)
			}
		})
	}
}

// The plan knows the take that a person circled, also when it is NG.
func TestThePlanKnowsWhatAPersonChose(t *testing.T) {
	s := mem.New()
	l := library.Library{Store: s}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "waits"))
	first, err := l.Plan(t.Context(), plan.Input{Production: p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := first.Shots[0].Digest
	id := drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}
	if _, err := l.WriteTake(t.Context(), drama.Take{ID: id, Digest: digest, Verdict: drama.Verdict{Reasons: []string{"frozen"}}}); err != nil {
		t.Fatal(err)
	}
	if err := l.WriteCircle(t.Context(), drama.Circle{Digest: digest, Take: id, By: "ana"}, true); err != nil {
		t.Fatal(err)
	}
	made, err := l.Plan(t.Context(), plan.Input{Production: p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := made.Shots[0]; s.Action != plan.Reuse || !strings.Contains(s.Reason, "frozen") || len(made.Warnings) != 1 {
		t.Errorf("%s, %q, warnings %v", s.Action, s.Reason, made.Warnings)
	}
}

// TestWhatCouldNotBeReadIsNotWritten: the limit of reading holds when it is written.
func TestWhatCouldNotBeReadIsNotWritten(t *testing.T) {
	s := mem.New()
	l := library.Library{Store: s}
	long := strings.Repeat("n", store.MaxSmall)
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", long))
	id := drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}
	_, script := l.SubmitScript(t.Context(), p)
	_, planned := l.KeepPlan(t.Context(), plan.Plan{Episode: p.ID(), Shots: []plan.Shot{{Note: long}}})
	_, take := l.WriteTake(t.Context(), drama.Take{ID: id, Note: long})
	_, draft := l.KeepDraft(t.Context(), drama.Manifest{ID: p.ID(), Cut: 1, Notes: []string{long}})
	_, _, cut := l.Deliver(t.Context(), p.ID(), 1, drama.Manifest{ID: p.ID(), Cut: 1, Notes: []string{long}})
	for what, err := range map[string]error{"script": script, "plan": planned, "take": take, "draft": draft, "cut": cut} {
		if !errors.Is(err, store.ErrTooLarge) {
			t.Errorf("%s: %v, want %v", what, err, store.ErrTooLarge)
		}
	}
	err := s.List(t.Context(), "", func(i store.Info) error { t.Errorf("%s was written", i.Key); return nil })
	if err != nil {
		t.Error(err)
	}
}

// TestListsGoPastDamage: one record that cannot be read hides no other, and is named.
func TestListsGoPastDamage(t *testing.T) {
	s := mem.New()
	l := library.Library{Store: s}
	id := drama.EpisodeID{Show: "s", Number: 1}
	take := func(n int) drama.TakeID { return drama.TakeID{Episode: id, Slate: "1A", Number: n} }
	for n := 1; n <= 3; n++ {
		if _, err := l.WriteTake(t.Context(), drama.Take{ID: take(n)}); err != nil {
			t.Fatal(err)
		}
	}
	key := store.Keys{Show: "s"}.Take(take(2))
	for name, body := range map[string]string{"empty": "", "cut off": "{", "another's": `{"id":{"number":9}}`, "too large": strings.Repeat(" ", store.MaxSmall+1)} {
		put(t, s, key, body)
		takes, damaged, err := l.Takes(t.Context(), id, "")
		if err != nil || len(takes) != 2 || len(damaged) != 1 || damaged[0].URI != s.URI(key) {
			t.Errorf("%s: %d takes, %v, %v", name, len(takes), damaged, err)
		}
	}
}
