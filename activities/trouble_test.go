package activities_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/espeak"
	"github.com/dailies/dailies/test/rehearsal"
)

// broken is a runner whose first conform or look ends with an error.
type broken struct {
	media.Runner
	err  error
	look bool
	done bool
}

func (r *broken) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	if !r.done && (job.Conform != nil && !r.look || job.Frame != nil && r.look) {
		r.done = true
		return media.Result{}, r.err
	}
	return r.Runner.Run(ctx, job, in, report)
}

// absent is a store that refuses the first call that writes, or reads a clip. Files of a
// take are stored side by side.
type absent struct {
	store.Store
	reads bool
	done  atomic.Bool
}

func (s *absent) Put(ctx context.Context, key string, body io.ReadSeeker, kind string) (store.Ref, error) {
	if !s.reads && s.done.CompareAndSwap(false, true) {
		return store.Ref{}, errors.New("dial tcp 10.0.0.9:9000: connection refused")
	}
	return s.Store.Put(ctx, key, body, kind)
}

func (s *absent) Get(ctx context.Context, ref store.Ref) (io.ReadCloser, error) {
	if s.reads && s.done.CompareAndSwap(false, true) {
		return nil, syscall.EMFILE
	}
	return s.Store.Get(ctx, ref)
}

// told is the type of the error that the engine is told, which it may try again.
func told(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "no error"
	}
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestActivityEnvironment()
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
	step := func(context.Context) error { return err }
	e.RegisterActivity(step)
	_, err = e.ExecuteActivity(step)
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || app.NonRetryable() {
		t.Errorf("the engine is told %v", err)
		return ""
	}
	return app.Type()
}

// Trouble of the machine's is no verdict: nothing is recorded, the step is told to
// be the machine's, and the next try of it passes the same take.
func TestTheMachinesTroubleIsNoVerdict(t *testing.T) {
	machine := func(text string) error { return &media.HostError{Err: errors.New(text)} }
	for name, trouble := range map[string]func(*rehearsal.Stage) (mended func()){
		"a killed child": func(s *rehearsal.Stage) func() {
			s.Media.Runner = &broken{Runner: s.Media.Runner, err: machine("killed from outside")}
			return func() {}
		},
		"no space": func(s *rehearsal.Stage) func() {
			s.Media.Runner = &broken{Runner: s.Media.Runner, err: machine("no space left on device")}
			return func() {}
		},
		"a killed child while the judge waits for pictures": func(s *rehearsal.Stage) func() {
			s.Media.Judge = &critic{says: []answer{score(1)}}
			s.Media.Runner = &broken{Runner: s.Media.Runner, err: machine("killed from outside"), look: true}
			return func() {}
		},
		"the store refuses": func(s *rehearsal.Stage) func() { s.Media.Store = &absent{Store: s.Media.Store}; return func() {} },
		"no file handles": func(s *rehearsal.Stage) func() {
			s.Media.Scratch = t.TempDir() // another worker's, which has no clip
			s.Media.Store = &absent{Store: s.Media.Store, reads: true}
			return func() {}
		},
		"no scratch folder": func(s *rehearsal.Stage) func() {
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			was := s.Media.Scratch
			s.Media.Scratch = filepath.Join(file, "scratch")
			return func() { s.Media.Scratch = was }
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			in := delivered(t, s, "She counts.", 0, 1)
			mended := trouble(s)
			out, err := s.Media.Conform(t.Context(), in)
			if told(t, err) != activities.ErrMachine {
				t.Fatalf("%+v, %v", out, err)
			}
			if _, _, err := s.Store.Read(t.Context(), store.Keys{Show: "rehearsal"}.Take(in.Take)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("recorded: %v", err)
			}
			mended()
			if out, err = s.Media.Conform(t.Context(), in); err != nil || !out.Verdict.Pass {
				t.Errorf("mended: %+v, %v", out, err)
			}
		})
	}
}

// What the program itself does wrong is not waited for, and a clip at fault is a
// verdict.
func TestOnlyTheMachinesTroubleIsTheMachines(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := delivered(t, s, "She counts.", 0, 1)
	whole := s.Media.Runner
	s.Media.Runner = &broken{Runner: whole, err: errors.New("conform: wrote 95 pictures, the mezzanine holds 96")}
	_, err := s.Media.Conform(t.Context(), in)
	if told(t, err) != activities.ErrWork {
		t.Errorf("a fault of the program's: %v", err)
	}
	s.Media.Runner = &broken{Runner: whole, err: &media.ClipError{Reason: "the decoder crashed on it, twice"}}
	if out, err := s.Media.Conform(t.Context(), in); err != nil || out.Verdict.Pass || len(out.Verdict.Reasons) != 1 {
		t.Errorf("a clip that kills decoders: %+v, %v", out, err)
	}
}

// A machine without the voice's program waits for it.
func TestAMissingVoiceProgramIsTheMachines(t *testing.T) {
	t.Setenv("PATH", "")
	s := rehearsal.New(t, rehearsal.Options{})
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return espeak.New(espeak.Options{}), true }
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She counts."))
	p.Season.Dialogue = drama.DialogueScratch
	p.Episode.Scenes[0].Shots[0].Lines = []drama.Line{{Who: "narrator", Kind: drama.LineVO, Say: "One, two."}}
	in := s.Submit(t, p)
	_, err := s.Media.Speak(t.Context(), activities.SpeakInput{Script: in.Script, Slate: "1A"})
	if told(t, err) != activities.ErrMachine {
		t.Errorf("%v", err)
	}
}
