package activities_test

import (
	"errors"
	"strings"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// arriving is a request for a take that is conformed where it arrives.
func arriving(t *testing.T, s *rehearsal.Stage, action string) activities.GenerateInput {
	t.Helper()
	in := take(t, s, action)
	in.Then = &activities.Then{Script: s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", action))).Script, Circle: drama.ByQC}
	s.Generator.Conform = s.Media.AtOnce
	return in
}

// TestATakeIsConformedWhereItArrives: what comes of it is what a step of its own would have
// made, good or NG.
func TestATakeIsConformedWhereItArrives(t *testing.T) {
	for _, action := range []string{"plain", "[fake: black]"} {
		apart := rehearsal.New(t, rehearsal.Options{})
		ci, want := conformed(t, apart, action, drama.ByQC, 1)

		s := rehearsal.New(t, rehearsal.Options{})
		in := arriving(t, s, action)
		made, err := s.Generator.Generate(t.Context(), in)
		if err != nil || made.Ready == nil {
			t.Fatalf("%s: %+v, %v", action, made, err)
		}
		if got := made.Ready; got.Verdict.Pass != (action == "plain") || got.Verdict.Pass != want.Verdict.Pass || got.Mezzanine != want.Mezzanine || got.Frames != want.Frames || got.Provider != want.Provider || got.Price != want.Price {
			t.Errorf("%s: at once %+v\nas a step %+v", action, *got, want)
		}
		key := store.Keys{Show: "rehearsal"}.Take(ci.Take)
		if here, there := read[drama.Take](t, s.Store, key), read[drama.Take](t, apart.Store, key); here.Verdict.Pass != there.Verdict.Pass || here.Digest != there.Digest || here.Asked == nil || here.Asked.Prompt != there.Asked.Prompt {
			t.Errorf("%s: recorded at once %+v\nby a step %+v", action, here, there)
		}
	}
}

// TestATakeIsLeftToAStepOfItsOwn where media children are busy, or somebody else is to be
// asked about it.
func TestATakeIsLeftToAStepOfItsOwn(t *testing.T) {
	for name, busy := range map[string]func(*activities.Media){
		"children": func(m *activities.Media) { m.Children = make(chan struct{}, 1); m.Children <- struct{}{} },
		"listener": func(m *activities.Media) { m.Listener = &ear{} },
	} {
		s := rehearsal.New(t, rehearsal.Options{})
		busy(s.Media)
		made, err := s.Generator.Generate(t.Context(), arriving(t, s, "plain"))
		if err != nil || made.Ready != nil || made.Begun || made.Media.Key == "" {
			t.Errorf("%s: %+v, %v", name, made, err)
		}
	}
	s := rehearsal.New(t, rehearsal.Options{})
	in := arriving(t, s, "plain")
	in.Then = nil
	if made, err := s.Generator.Generate(t.Context(), in); err != nil || made.Ready != nil || made.Begun {
		t.Errorf("a run that asks for it itself: %+v, %v", made, err)
	}
}

// TestAClipIsThereWhateverComesOfConformingIt: a store that fails in its middle costs no
// clip, and the step that comes after finds what has been made.
func TestAClipIsThereWhateverComesOfConformingIt(t *testing.T) {
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in := arriving(t, s, "plain")
	keys := store.Keys{Show: "rehearsal"}
	st.Fail = func(op, key string) error {
		if strings.HasPrefix(op, "put") && key == keys.Take(in.Take) {
			return errors.New("no more room")
		}
		return nil
	}
	made, err := s.Generator.Generate(t.Context(), in)
	if err != nil || made.Ready != nil || !made.Begun || made.Media.Key == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	st.Fail = nil
	counted := &recorder{Runner: s.Media.Runner}
	s.Media.Runner = counted
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestActivityEnvironment() // the step's first try
	e.RegisterActivity(s.Media.Conform)
	answer, err := e.ExecuteActivity(s.Media.Conform, activities.ConformInput{
		Plan: in.Plan, Script: in.Then.Script, Slate: in.Take.Slate, Take: in.Take, Clip: &made.Clip, Begun: made.Begun, Circle: drama.ByQC,
	})
	var out activities.Conformed
	if err != nil || answer.Get(&out) != nil || !out.Verdict.Pass {
		t.Fatalf("%+v, %v", out, err)
	}
	if again, _ := counted.since(0); len(again) != 0 {
		t.Errorf("it was conformed again: %+v", again)
	}
}
