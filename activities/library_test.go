package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
)

func read[T any](t *testing.T, s store.Store, key string) T {
	t.Helper()
	var v T
	body, _, err := s.Read(t.Context(), key)
	if err == nil {
		err = json.Unmarshal(body, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// conformed makes take n of shot 1A and conforms it.
func conformed(t *testing.T, s *rehearsal.Stage, action, circle string, n int) (activities.ConformInput, activities.Conformed) {
	t.Helper()
	run := s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", action)))
	in := take(t, s, action)
	in.Take.Number = n
	clip, err := s.Generator.Generate(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	ci := activities.ConformInput{Plan: in.Plan, Script: run.Script, Slate: "1A", Take: in.Take, Clip: &clip.Clip, Circle: circle}
	out, err := s.Media.Conform(t.Context(), ci)
	if err != nil {
		t.Fatal(err)
	}
	return ci, out
}

func TestConformMayBeRepeated(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, first := conformed(t, s, "plain", "qc", 1)
	second, err := s.Media.Conform(t.Context(), in)
	if err != nil || second.Mezzanine != first.Mezzanine || !second.Verdict.Pass {
		t.Errorf("again: %+v, %v", second, err)
	}
	in.Clip = nil
	third, err := s.Media.Conform(t.Context(), in)
	if err != nil || third.Mezzanine != first.Mezzanine || third.Provider != "fake" {
		t.Errorf("as a known take: %+v, %v", third, err)
	}
	// Another clip under the same number is refused: takes are immutable.
	other := *new(activities.Clip)
	other.Media = store.Ref{Key: "elsewhere", SHA256: "other"}
	if _, err := s.Store.Put(t.Context(), "elsewhere", strings.NewReader("other clip"), "video/mp4"); err != nil {
		t.Fatal(err)
	}
	other.Media.SHA256 = ""
	in.Clip = &other
	if _, err := s.Media.Conform(t.Context(), in); failure(err) != activities.ErrRecord {
		t.Errorf("another clip as take 1: %v", err)
	}
}

func TestBadClipIsAVerdict(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, out := conformed(t, s, "[fake: garbage]", "qc", 1)
	if out.Verdict.Pass || len(out.Verdict.Reasons) == 0 || out.Mezzanine != "" {
		t.Errorf("garbage: %+v", out)
	}
	rec := read[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(in.Take))
	if rec.Verdict.Pass || rec.Media.Key == "" {
		t.Errorf("record: %+v", rec)
	}
}

func TestQCNeverTakesAPersonsCircleAway(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, _ := conformed(t, s, "plain", "qc", 1)
	key := store.Keys{Show: "rehearsal"}.Circle(read[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(in.Take)).Digest)
	digest := read[drama.Circle](t, s.Store, key).Digest
	if err := s.Library.CircleTake(t.Context(), activities.CircleInput{Take: in.Take, Digest: digest, By: "mo"}); err != nil {
		t.Fatal(err)
	}
	conformed(t, s, "plain", "qc", 2)
	if c := read[drama.Circle](t, s.Store, key); c.By != "mo" || c.Take.Number != 1 {
		t.Errorf("after QC: %+v", c)
	}
	again, _ := conformed(t, s, "plain", "", 3)
	again.Circle, again.Replace = "qc", true
	if _, err := s.Media.Conform(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if c := read[drama.Circle](t, s.Store, key); c.Take.Number != 3 {
		t.Errorf("after a retake: %+v", c)
	}
	missing := in.Take
	missing.Number = 9
	if err := s.Library.CircleTake(t.Context(), activities.CircleInput{Take: missing, Digest: digest, By: "mo"}); failure(err) != activities.ErrRecord {
		t.Errorf("a take that is not there: %v", err)
	}
}

func TestDeliverMayBeRepeatedAndLatestNeverGoesBack(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	id := drama.EpisodeID{Show: "rehearsal", Number: 1}
	keys := store.Keys{Show: "rehearsal"}
	draft := func(cut int, digest string) activities.DeliverInput {
		body, err := json.Marshal(drama.Manifest{ID: id, Cut: cut, Digest: digest, FPS: "24/1", Frames: 48})
		if err != nil {
			t.Fatal(err)
		}
		ref, err := s.Store.Put(t.Context(), keys.Cut(id, cut)+"draft-"+digest, strings.NewReader(string(body)), "application/json")
		if err != nil {
			t.Fatal(err)
		}
		return activities.DeliverInput{ID: id, Cut: cut, Manifest: ref}
	}
	for range 2 {
		d, err := s.Library.Deliver(t.Context(), draft(2, "a"))
		if err != nil || d.Cut != 2 || d.Master.Duration != 2 {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	if _, err := s.Library.Deliver(t.Context(), draft(2, "b")); failure(err) != activities.ErrRecord {
		t.Errorf("another cut 2: %v", err)
	}
	if _, err := s.Library.Deliver(t.Context(), draft(1, "c")); err != nil {
		t.Fatal(err)
	}
	if at := read[struct{ Cut int }](t, s.Store, keys.Latest(id)); at.Cut != 2 {
		t.Errorf("latest went back to %d", at.Cut)
	}
}

type parrot struct{ said int }

func (*parrot) Name() string        { return "espeak" }
func (*parrot) Deterministic() bool { return true }
func (p *parrot) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	p.said++
	return voice.Speech{Samples: make([]int16, 1000*len(r.Text)), Rate: 24000}, nil
}

func TestLinesAreSpokenOnce(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	shot := rehearsal.Shot("1A", "plain")
	shot.Lines = []drama.Line{{Who: "narrator", Kind: drama.LineVO, Say: "One two."}, {Who: "narrator", Kind: drama.LineVO, Say: "Three."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Dialogue = drama.DialogueScratch
	run := s.Submit(t, p)
	in := activities.SpeakInput{Script: run.Script, Slate: "1A"}
	if _, err := s.Media.Speak(t.Context(), in); failure(err) != activities.ErrRecord {
		t.Errorf("without any voice: %v", err)
	}
	voiceOf := &parrot{}
	s.Media.Speakers = func(name string) (voice.Speaker, bool) { return voiceOf, name == "espeak" }
	var first drama.Speech
	for i := range 2 {
		got, err := s.Media.Speak(t.Context(), in)
		if err != nil || len(got.Lines) != 2 || got.Lines[0].Frames != 8 || got.Lines[1].Line != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		if i == 1 && got.Lines[0].Sound.SHA256 != first.Lines[0].Sound.SHA256 {
			t.Error("the same line has another sound")
		}
		first = got
	}
	if voiceOf.said != 2 {
		t.Errorf("spoke %d lines for two", voiceOf.said)
	}
}

// A line without a letter is a silence in its place, whatever the voice would say.
func TestALineWithoutLettersIsSilent(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	shot := rehearsal.Shot("1A", "plain")
	shot.Lines = []drama.Line{{Who: "narrator", Kind: drama.LineVO, Say: "One two."}, {Who: "narrator", Kind: drama.LineVO, Say: "……"}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Dialogue = drama.DialogueScratch
	in := activities.SpeakInput{Script: s.Submit(t, p).Script, Slate: "1A"}
	voiceOf := &parrot{}
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return voiceOf, true }
	got, err := s.Media.Speak(t.Context(), in)
	if err != nil || len(got.Lines) != 2 || voiceOf.said != 1 || got.Lines[1].Line != 1 || got.Lines[1].Frames != media.FramesIn(drama.SilentBeat, p.Season.Format.FPS) {
		t.Errorf("%+v, %v, spoken %d", got, err, voiceOf.said)
	}
}

// mute is a voice that only errs.
type mute struct{ err error }

func (mute) Name() string        { return "mute" }
func (mute) Deterministic() bool { return false }
func (m mute) Speak(context.Context, voice.Request) (voice.Speech, error) {
	return voice.Speech{}, m.err
}

func TestAVoicesErrorSaysWhetherToAskAgain(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	shot := rehearsal.Shot("1A", "plain")
	shot.Lines = []drama.Line{{Who: "narrator", Kind: drama.LineVO, Say: "One two."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Dialogue = drama.DialogueScratch
	in := activities.SpeakInput{Script: s.Submit(t, p).Script, Slate: "1A"}
	for kind, final := range map[provider.Kind]bool{
		provider.KindAuth: true, provider.KindQuota: true, provider.KindInvalid: true, provider.KindRefused: true,
		provider.KindThrottled: false, provider.KindTransient: false, provider.KindAmbiguous: false,
	} {
		said := &provider.Error{Kind: kind, Op: "speak", Message: "no", RetryAfter: 7 * time.Second}
		s.Media.Speakers = func(string) (voice.Speaker, bool) { return mute{said}, true }
		_, err := s.Media.Speak(t.Context(), in)
		var f *activities.Failure
		if !errors.As(err, &f) || f.Type != string(kind) || f.Final != final || !final && f.After != said.RetryAfter || !errors.Is(err, said) {
			t.Errorf("%s: %+v of %v", kind, f, err)
		}
	}
	for other, want := range map[error]string{
		errors.New("it sent a poem"):                               activities.ErrWork,
		fmt.Errorf("the program is missing: %w", exec.ErrNotFound): activities.ErrMachine,
		fmt.Errorf("run it: %w", syscall.EMFILE):                   activities.ErrMachine,
	} {
		s.Media.Speakers = func(string) (voice.Speaker, bool) { return mute{other}, true }
		if _, err := s.Media.Speak(t.Context(), in); !errors.Is(err, other) || told(t, err) != want {
			t.Errorf("%v: %q of %v", other, told(t, err), err)
		}
	}
}
