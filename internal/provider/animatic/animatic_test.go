package animatic

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
	"github.com/dailies/dailies/internal/voice"
)

// counter is a media.Runner that encodes nothing: its clip is a digest of the
// pictures and sound it was given.
type counter struct {
	gate chan struct{} // nil: never waits
	runs chan struct{}
	fail error
}

func (c *counter) Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	if c.runs != nil {
		c.runs <- struct{}{}
	}
	if c.gate != nil {
		select {
		case <-c.gate:
		case <-ctx.Done():
			return media.Result{}, ctx.Err()
		}
	}
	if c.fail != nil {
		return media.Result{}, c.fail
	}
	e := job.Encode
	sum := sha256.New()
	picture := make([]byte, e.Raster.Width*e.Raster.Height*3/2)
	for n := range e.Frames {
		if _, err := io.ReadFull(stdin, picture); err != nil {
			return media.Result{}, fmt.Errorf("picture %d: %w", n, err)
		}
		sum.Write(picture)
		report(media.Progress{Done: n + 1, Total: e.Frames})
	}
	if n, err := stdin.Read(picture); n > 0 || !errors.Is(err, io.EOF) {
		return media.Result{}, fmt.Errorf("more than %d pictures (%w)", e.Frames, err)
	}
	if e.Audio != "" {
		wav, err := os.ReadFile(e.Audio)
		if err != nil {
			return media.Result{}, err
		}
		if want := 44 + 4*e.Frames.Samples(e.FPS, media.SampleRate); int64(len(wav)) != want {
			return media.Result{}, fmt.Errorf("sound has %d bytes, want %d", len(wav), want)
		}
		sum.Write(wav)
	}
	if err := os.WriteFile(e.Out, fmt.Appendf(nil, "%x", sum.Sum(nil)), 0o600); err != nil {
		return media.Result{}, err
	}
	return media.Result{Encode: &media.EncodeResult{Frames: e.Frames}}, nil
}

// hum is a voice: a tone as long as the text.
type hum struct{}

func (hum) Name() string        { return "hum" }
func (hum) Deterministic() bool { return true }
func (hum) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	if r.Text == "unspeakable" || !drama.Audible(r.Text) {
		return voice.Speech{}, errors.New("no such sound")
	}
	s := make([]int16, 22050*len(r.Text)/20*165/max(r.Rate, 80))
	for i := range s {
		s[i] = int16((i*len(r.Name+"x")*37)%12000 - 6000)
	}
	return voice.Speech{Samples: s, Rate: 22050}, nil
}

func small() provider.Request {
	b := benchBrief()
	b.Show = "night-shift"
	b.Lines = []drama.BriefLine{{Who: "lin", Name: "Lin Xia", Kind: drama.LineDialogue, Say: "We're closed."}}
	return provider.Request{Key: "small", Take: drama.TakeID{Slate: "1A", Number: 1}, Brief: b, Raster: media.Raster{Width: 36, Height: 64}, FPS: media.Rational{Num: 24, Den: 1}, Frames: 36, Audio: true, Overlay: provider.Overlay{Slate: "1A"}}
}

func open(t *testing.T, dir string, r media.Runner) *Provider {
	t.Helper()
	p, err := New(Options{Runner: r, Speaker: hum{}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestContract(t *testing.T) {
	dirs := map[string]string{}
	var last *Provider
	providertest.Run(t, providertest.Suite{
		New: func(t *testing.T) provider.Provider {
			if dirs[t.Name()] == "" {
				dirs[t.Name()] = t.TempDir()
			} else {
				_ = last.Close() // we restart
			}
			last = open(t, dirs[t.Name()], &counter{})
			return last
		},
		Request: small,
		Wait: func(ctx context.Context) {
			last.mu.Lock()
			var waits []chan struct{}
			for _, j := range last.jobs {
				waits = append(waits, j.done)
			}
			last.mu.Unlock()
			for _, w := range waits {
				select {
				case <-w:
				case <-ctx.Done():
				}
			}
		},
		Draft: small,
		Final: func() provider.Request {
			r := small()
			r.Raster = media.Raster{Width: 72, Height: 128}
			return r
		},
		Foreign: provider.Job{ID: "nobody-knows", Model: "animatic"},
		Invalid: invalid(),
	})
}

func invalid() map[string]provider.Request {
	with := func(change func(*provider.Request)) provider.Request {
		r := small()
		change(&r)
		return r
	}
	return map[string]provider.Request{
		"odd width":     with(func(r *provider.Request) { r.Raster.Width = 37 }),
		"odd height":    with(func(r *provider.Request) { r.Raster.Height = 65 }),
		"too small":     with(func(r *provider.Request) { r.Raster.Width = 8 }),
		"too large":     with(func(r *provider.Request) { r.Raster.Width = 4098 }),
		"no raster":     with(func(r *provider.Request) { r.Raster = media.Raster{} }),
		"no rate":       with(func(r *provider.Request) { r.FPS = media.Rational{} }),
		"absurd rate":   with(func(r *provider.Request) { r.FPS = media.Rational{Num: 1000, Den: 1} }),
		"no frames":     with(func(r *provider.Request) { r.Frames = 0 }),
		"over 10 min":   with(func(r *provider.Request) { r.Frames = 24*600 + 1 }),
		"unknown model": with(func(r *provider.Request) { r.Model = "sora" }),
	}
}

func wait(t *testing.T, p *Provider, job provider.Job) provider.Status {
	t.Helper()
	if _, err := p.Poll(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	j := p.jobs[job.ID]
	p.mu.Unlock()
	if j != nil {
		select {
		case <-j.done:
		case <-time.After(5 * time.Minute):
			t.Fatal("the job does not end")
		}
	}
	s, err := p.Poll(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func clip(t *testing.T, p *Provider, s provider.Status) string {
	t.Helper()
	if s.State != provider.Succeeded {
		t.Fatalf("state %s: %v", s.State, s.Err)
	}
	in, err := p.Fetch(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// make draws a request on a fresh folder and returns its clip and status.
func makeClip(t *testing.T, r provider.Request) (string, provider.Status) {
	t.Helper()
	p := open(t, t.TempDir(), &counter{})
	job, err := p.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	s := wait(t, p, job)
	return clip(t, p, s), s
}

func TestSameRequestSameClip(t *testing.T) {
	seed, other := int64(7), int64(8)
	r := small()
	r.Seed = &seed
	first, status := makeClip(t, r)
	second, _ := makeClip(t, r)
	if first != second {
		t.Error("the same request gave two clips")
	}
	r.Seed = &other
	if third, _ := makeClip(t, r); third == first {
		t.Error("another seed gave the same clip")
	}
	if len(status.Cues) != 1 || status.Cues[0].Line != 0 || status.Cues[0].From < 7 || status.Cues[0].To <= status.Cues[0].From || status.Cues[0].To > r.Frames {
		t.Errorf("cues %+v", status.Cues)
	}
	if status.Seed == nil || *status.Seed != 7 {
		t.Errorf("seed %v", status.Seed)
	}
}

func TestRestartGoesOn(t *testing.T) {
	dir := t.TempDir()
	stuck := &counter{gate: make(chan struct{}), runs: make(chan struct{}, 1)}
	p := open(t, dir, stuck)
	job, err := p.Submit(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	<-stuck.runs
	if s, err := p.Poll(t.Context(), job); err != nil || s.State != provider.Running {
		t.Fatalf("state %s, %v", s.State, err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}

	again := open(t, dir, &counter{})
	resumed := clip(t, again, wait(t, again, job))
	if fresh, _ := makeClip(t, small()); fresh != resumed {
		t.Error("the clip after a restart differs from one made at once")
	}
	_ = again.Close()

	// A finished clip is not drawn again.
	idle := open(t, dir, &counter{fail: errors.New("drawn twice")})
	if s, err := idle.Poll(t.Context(), job); err != nil || s.State != provider.Succeeded || len(s.Cues) != 1 {
		t.Errorf("state %s, cues %v, %v", s.State, s.Cues, err)
	}
	if j, found, err := idle.Find(t.Context(), small()); err != nil || !found || !cmp.Equal(j, job) {
		t.Errorf("find: %v %v %v", j, found, err)
	}
}

func TestCancel(t *testing.T) {
	dir := t.TempDir()
	stuck := &counter{gate: make(chan struct{}), runs: make(chan struct{}, 1)}
	p := open(t, dir, stuck)
	job, err := p.Submit(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	<-stuck.runs
	for range 2 {
		if stopped, err := p.Cancel(t.Context(), job); err != nil || !stopped && p.jobs[job.ID] == nil {
			t.Fatalf("cancel: %v %v", stopped, err)
		}
	}
	if s := wait(t, p, job); s.State != provider.Cancelled || s.Err == nil {
		t.Errorf("state %s, %v", s.State, s.Err)
	}
	_ = p.Close()
	if s, err := open(t, dir, &counter{}).Poll(t.Context(), job); err != nil || s.State != provider.Cancelled {
		t.Errorf("after a restart: %s, %v", s.State, err)
	}
}

func TestFailuresSaySo(t *testing.T) {
	for name, c := range map[string]struct {
		runner media.Runner
		say    string
		want   string
	}{
		"encoder": {&counter{fail: errors.New("disk full")}, "Hello.", "disk full"},
		"voice":   {&counter{}, "unspeakable", "no such sound"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, t.TempDir(), c.runner)
			r := small()
			r.Brief.Lines[0].Say = c.say
			job, err := p.Submit(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			s := wait(t, p, job)
			if s.State != provider.Failed || s.Err == nil || s.Err.Kind != provider.KindFailed || !strings.Contains(s.Err.Message, c.want) {
				t.Errorf("%s: %v", s.State, s.Err)
			}
		})
	}
}

// What this machine is to blame for is said once, and then drawn again: no take is
// used up by a killed child or a full disk.
func TestTheMachinesFaultsAreDrawnAgain(t *testing.T) {
	for _, fault := range []error{
		&media.HostError{Err: errors.New("killed from outside")}, fmt.Errorf("write sound: %w", syscall.ENOSPC),
		fmt.Errorf("speak: the program is missing: %w", exec.ErrNotFound), fmt.Errorf("speak: run espeak-ng: %w", syscall.EAGAIN),
	} {
		r := &counter{fail: fault}
		p := open(t, t.TempDir(), r)
		job, err := p.Submit(t.Context(), small())
		if err != nil {
			t.Fatal(err)
		}
		s := wait(t, p, job)
		if s.Err == nil || s.Err.Kind != provider.KindTransient || !errors.Is(s.Err, fault) {
			t.Fatalf("%s: %v", s.State, s.Err)
		}
		r.fail = nil
		if s := wait(t, p, job); s.State != provider.Succeeded {
			t.Errorf("drawn again: %s, %v", s.State, s.Err)
		}
	}
}

func TestOpensOnAGivenFrame(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 72, 128))
	for y := range 128 {
		for x := range 72 {
			img.SetRGBA(x, y, color.RGBA{230, 20, 20, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	r := small()
	s := newShot(r, nil, loadFonts())
	s.first = plateOf(img, r.Raster.Width, r.Raster.Height)
	f := newFrame(r.Raster.Width, r.Raster.Height)
	red := func(n int) uint8 { s.draw(f, n, nil); return f.v[len(f.v)/2] }
	if v := red(0); v < 200 {
		t.Errorf("the first frame is not the given one: V %d", v)
	}
	if v := red(int(r.Frames) - 1); v > 190 {
		t.Errorf("the last frame still is the given one: V %d", v)
	}

	plain, _ := makeClip(t, small())
	r.FirstFrame = &provider.Picture{Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	if with, _ := makeClip(t, r); with == plain {
		t.Error("the given frame changes nothing")
	}
	r.FirstFrame.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("#EXTM3U not a picture")), nil
	}
	p := open(t, t.TempDir(), &counter{})
	if _, err := p.Submit(t.Context(), r); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("a frame that is no picture: %v", err)
	}
}

func TestSweepRemovesOldClips(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir, &counter{})
	job, err := p.Submit(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	wait(t, p, job)
	p.sweep(time.Now())
	if _, err := os.Stat(p.path(job.ID, clipName)); err != nil {
		t.Errorf("a fresh clip is gone: %v", err)
	}
	p.sweep(time.Now().Add(keepDone + time.Hour))
	if _, err := os.Stat(p.path(job.ID, clipName)); !os.IsNotExist(err) {
		t.Errorf("an old clip is still there: %v", err)
	}
}
