package runner_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// TestMain turns this test program into the media child of a test when its
// first argument says how the child is to behave.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && children[os.Args[1]] != nil {
		os.Exit(children[os.Args[1]](readOrder()))
	}
	os.Exit(m.Run())
}

func readOrder() media.Order {
	var o media.Order
	if err := json.NewDecoder(os.NewFile(3, "order")).Decode(&o); err != nil {
		panic(err)
	}
	return o
}

func say(r media.Report) { _ = json.NewEncoder(os.Stdout).Encode(r) }

// children are ways in which a media child may behave.
var children = map[string]func(media.Order) int{
	"good": func(o media.Order) int {
		n, _ := io.Copy(io.Discard, os.Stdin)
		say(media.Report{Progress: &media.Progress{Done: 1, Total: 2}})
		say(media.Report{Progress: &media.Progress{Done: 2, Total: 2}})
		say(media.Report{Result: &media.Result{Encode: &media.EncodeResult{Frames: o.Job.Encode.Frames, Bytes: n}}})
		return 0
	},
	"clip": func(media.Order) int {
		say(media.Report{Clip: &media.ClipError{Reason: "it is a poem"}})
		return 0
	},
	"error": func(media.Order) int { say(media.Report{Error: "the table is upside down"}); return 0 },
	"disk full": func(media.Order) int {
		say(media.Report{Error: "write mezzanine: No space left on device"})
		return 0
	},
	"no handles": func(media.Order) int {
		say(media.Report{Error: "open clip: too many open files"})
		return 0
	},
	"crash": func(media.Order) int { _ = syscall.Kill(os.Getpid(), syscall.SIGSEGV); select {} },
	"abort": func(media.Order) int { _ = syscall.Kill(os.Getpid(), syscall.SIGABRT); select {} },
	"killed": func(media.Order) int {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	},
	"crashes once": func(o media.Order) int {
		return diesOnce(o, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGSEGV); select {} })
	},
	"stalls once": func(o media.Order) int {
		return diesOnce(o, func() {
			say(media.Report{Progress: &media.Progress{Done: 1}})
			for {
				time.Sleep(time.Hour) // deaf, until killed
			}
		})
	},
	"no memory once": func(o media.Order) int {
		return diesOnce(o, func() {
			say(media.Report{Clip: &media.ClipError{Reason: "it needs more memory", Again: true}})
			os.Exit(0)
		})
	},
	"no memory": func(media.Order) int {
		say(media.Report{Clip: &media.ClipError{Reason: "it needs more memory", Again: true}})
		return 0
	},
	"out of memory": func(media.Order) int {
		fmt.Fprintln(os.Stderr, "fatal error: runtime: out of memory")
		_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
		select {}
	},
	"silent": func(media.Order) int { return 0 },
	"stall": func(media.Order) int {
		say(media.Report{Progress: &media.Progress{Done: 1}})
		for {
			time.Sleep(time.Hour) // deaf, until killed
		}
	},
	"babble": func(media.Order) int { fmt.Println("not json"); return 0 },
	"env": func(media.Order) int {
		dir, _ := os.Getwd()
		say(media.Report{Error: strings.Join(append(os.Environ(), "CWD="+dir), "\n")})
		return 0
	},
	"pid": func(media.Order) int {
		say(media.Report{Progress: &media.Progress{Done: media.Frames(os.Getpid())}})
		for {
			time.Sleep(time.Hour) // deaf, until killed
		}
	},
	"hostile": hostileChild,
	"noisy": func(media.Order) int {
		w := bufio.NewWriter(os.Stderr)
		for range 100_000 {
			fmt.Fprintln(w, "/secret/path is broken")
		}
		w.Flush()
		return 3
	},
}

// diesOnce dies, and the next time does its work if what the first left is gone.
func diesOnce(o media.Order, die func()) int {
	left := o.Job.Conform.OutVideo
	seen := filepath.Join(filepath.Dir(left), "seen")
	if _, err := os.Stat(seen); err != nil {
		_ = os.WriteFile(seen, nil, 0o600)
		_ = os.WriteFile(left, nil, 0o600)
		die()
	}
	if _, err := os.Stat(left); err == nil {
		say(media.Report{Error: "something lies where the mezzanine is to be"})
		return 0
	}
	say(media.Report{Result: &media.Result{Conform: &media.ConformResult{Frames: 7}}})
	return 0
}

// run runs a job in a child that behaves as told.
func run(ctx context.Context, t *testing.T, how string, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	t.Helper()
	r := newRunner(t, how)
	job := media.Job{Encode: &media.EncodeJob{Out: filepath.Join(t.TempDir(), "a.mp4"), Frames: 7}}
	return r.Run(ctx, job, stdin, report)
}

// newRunner makes a runner whose children behave as told.
func newRunner(t *testing.T, how string) *runner.Runner {
	t.Helper()
	r, err := runner.New(runner.Options{Command: []string{os.Args[0], how}, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(how, "stall") {
		r.BarkAtProgress()
	}
	return r
}

func TestResultAndProgress(t *testing.T) {
	var seen []media.Progress
	res, err := run(t.Context(), t, "good", strings.NewReader("pictures"), func(p media.Progress) { seen = append(seen, p) })
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(media.Result{Encode: &media.EncodeResult{Frames: 7, Bytes: 8}}, res); d != "" {
		t.Errorf("result (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]media.Progress{{Done: 1, Total: 2}, {Done: 2, Total: 2}}, seen); d != "" {
		t.Errorf("progress (-want +got):\n%s", d)
	}
}

func TestWhoIsToBlame(t *testing.T) {
	for how, clip := range map[string]bool{
		"clip": true, "crash": true, "abort": true, "stall": true,
		"no memory": true,
		"error":     false, "killed": false, "silent": false, "babble": false, "noisy": false, "out of memory": false, "disk full": false, "no handles": false,
	} {
		t.Run(how, func(t *testing.T) {
			_, err := run(t.Context(), t, how, nil, nil)
			if err == nil {
				t.Fatal("no error")
			}
			var c *media.ClipError
			if errors.As(err, &c) != clip {
				t.Errorf("blames the clip: %v, want %v (%v)", !clip, clip, err)
			}
			var machine *media.HostError
			if want := slices.Contains([]string{"killed", "out of memory", "disk full", "no handles"}, how); errors.As(err, &machine) != want {
				t.Errorf("blames the machine: %t (%v)", !want, err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the child's stderr: %v", err)
			}
		})
	}
}

// One death may be the machine's: a second child gets the clip, with nothing of the
// first in its way. Pictures that are fed are nobody's clip.
func TestOneDeathIsNotTheClips(t *testing.T) {
	for _, how := range []string{"crashes once", "stalls once", "no memory once"} {
		r := newRunner(t, how)
		dir := t.TempDir()
		in := filepath.Join(dir, "clip")
		if err := os.WriteFile(in, []byte("clip"), 0o600); err != nil {
			t.Fatal(err)
		}
		job := media.Job{Conform: &media.ConformJob{In: in, OutVideo: filepath.Join(dir, "v.mp4"), OutAudio: filepath.Join(dir, "a.wav")}}
		if res, err := r.Run(t.Context(), job, nil, nil); err != nil || res.Conform == nil || res.Conform.Frames != 7 {
			t.Errorf("%s: %+v, %v", how, res, err)
		}
	}
	_, err := run(t.Context(), t, "crash", strings.NewReader("pictures"), nil)
	if _, ok := errors.AsType[*media.ClipError](err); ok || err == nil {
		t.Errorf("an encoder that crashes blames a clip: %v", err)
	}
	if _, err := run(t.Context(), t, "crash", nil, nil); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two deaths: %v", err)
	}
}

func TestAChildThatCannotStartIsTheMachines(t *testing.T) {
	r, err := runner.New(runner.Options{Command: []string{filepath.Join(t.TempDir(), "gone")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Run(t.Context(), media.Job{Probe: &media.ProbeJob{In: "/a.mp4"}}, nil, nil)
	if _, ok := errors.AsType[*media.HostError](err); !ok {
		t.Errorf("%v", err)
	}
}

func TestCancelKillsTheChild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var pid int
	_, err := run(ctx, t, "pid", nil, func(p media.Progress) { pid = int(p.Done); cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("child %d is still there (%v)", pid, err)
	}
}

func TestBlockedStdinDoesNotHoldTheRunner(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	defer w.Close()
	for _, how := range []string{"stall", "crash", "clip"} {
		if _, err := run(t.Context(), t, how, r, nil); err == nil {
			t.Errorf("%s: no error", how)
		}
	}
}

func TestChildGetsNoSecret(t *testing.T) {
	t.Setenv("ARK_API_KEY", "sk-12345")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "sk-12345")
	_, err := run(t.Context(), t, "env", nil, nil)
	if err == nil || !strings.Contains(err.Error(), "PATH=") {
		t.Fatalf("the child did not tell its environment: %v", err)
	}
	if strings.Contains(err.Error(), "sk-12345") {
		t.Errorf("the child knows a secret: %v", err)
	}
	if !strings.Contains(err.Error(), "CWD="+os.TempDir()) {
		t.Errorf("the child does not work in its scratch folder: %v", err)
	}
}

func TestPathsMustBeAbsolute(t *testing.T) {
	r, err := runner.New(runner.Options{Command: []string{os.Args[0], "good"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context(), media.Job{Probe: &media.ProbeJob{In: "a.mp4"}}, nil, nil); err == nil {
		t.Error("a relative path was taken")
	}
	if _, err := r.Run(t.Context(), media.Job{}, nil, nil); err == nil {
		t.Error("an empty job was taken")
	}
}
