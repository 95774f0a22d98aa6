package activities_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestWhatThisWorkerHasIsNotReadAgain: of a new shot nothing is read from the store that
// this worker has just bought, conformed or written; only once, and nothing that
// another worker has.
func TestWhatThisWorkerHasIsNotReadAgain(t *testing.T) {
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in := delivered(t, s, "plain", 0, 1)
	var mu sync.Mutex
	var read []string
	st.Fail = func(op, key string) error {
		mu.Lock()
		defer mu.Unlock()
		if op == "get" && !strings.Contains(key, "/plans/") && !strings.Contains(key, "/scripts/") {
			read = append(read, key[strings.LastIndex(key, "/")+1:])
		}
		return nil
	}
	reads := func(what string, want ...string) {
		t.Helper()
		slices.Sort(read)
		if !slices.Equal(read, want) {
			t.Errorf("%s reads %q, want %q", what, read, want)
		}
		read = nil
	}
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestActivityEnvironment()
	e.RegisterActivity(s.Media.Conform)
	answer, err := e.ExecuteActivity(s.Media.Conform, in)
	var got activities.Conformed
	if err != nil || answer.Get(&got) != nil || !got.Verdict.Pass {
		t.Fatalf("%+v, %v", got, err)
	}
	reads("conform")
	a := activities.AssembleInput{
		ID: in.Take.Episode, Plan: in.Plan, Script: in.Script, Cut: 1,
		Shots: []activities.CutShot{{Slate: "1A", Take: in.Take, Mezzanine: got.Mezzanine}},
	}
	assemble := func(m *activities.Media, what string, want ...string) {
		t.Helper()
		made, err := m.Assemble(t.Context(), a)
		if err != nil || made.Existing != nil {
			t.Fatalf("%+v, %v", made, err)
		}
		reads(what, want...)
	}
	assemble(s.Media, "the cut", "latest.json")
	assemble(s.Media, "the cut's second try", "0001.json", "conform.json", "latest.json")
	other := rehearsal.New(t, rehearsal.Options{Store: st}).Media
	assemble(other, "another worker", "0001.json", "audio.wav", "conform.json", "latest.json", "video.mp4")

	// A take that was judged before is read once for its conforming and its cut.
	in.Clip, in.Circle = nil, ""
	if _, err := s.Media.Conform(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	reads("a take that is used again", "0001.json", "conform.json")
	assemble(s.Media, "its cut", "latest.json")
}
