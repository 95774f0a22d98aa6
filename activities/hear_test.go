package activities_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// ear is a listener that hears what the test says, the last again and again.
type ear struct {
	mu    sync.Mutex
	hears []hearing
	asked []listen.Hint
}

type hearing struct {
	listen.Transcript
	err error
}

func (*ear) Model() string { return "ear-1" }

func (e *ear) Hear(ctx context.Context, s listen.Sound, h listen.Hint) (listen.Transcript, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, h)
	a := e.hears[min(len(e.asked), len(e.hears))-1]
	if ctx.Err() != nil {
		return listen.Transcript{}, &provider.Error{Kind: provider.KindTransient, Op: "hear", Message: "stopped", Err: ctx.Err()}
	}
	if len(s.Samples) == 0 {
		return listen.Transcript{}, errors.New("no sound")
	}
	return a.Transcript, a.err
}

func hears(text string) hearing { return hearing{Transcript: listen.Transcript{Text: text}} }

func deaf(k provider.Kind, words string) hearing {
	return hearing{err: &provider.Error{Kind: k, Op: "hear", Message: words}}
}

const line = "We're closed in five, Mara."

// spoken makes take 1 of a shot that says line.
func spoken(t *testing.T, s *rehearsal.Stage, change func(*drama.Production)) activities.ConformInput {
	t.Helper()
	shot := rehearsal.Shot("1A", "She speaks.")
	shot.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: line}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Cast = map[string]drama.Character{"lin": {Name: "Lin Xia"}, "mara": {Name: "Mara"}, "bo": {Name: "Bo Zheng"}}
	if change != nil {
		change(&p)
	}
	in := s.Submit(t, p)
	made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
	if err != nil || len(made.Problems) > 0 {
		t.Fatalf("plan: %v, %q", err, made.Problems)
	}
	id := drama.TakeID{Episode: in.ID, Slate: "1A", Number: 1}
	clip, err := s.Generator.Generate(t.Context(), activities.GenerateInput{Plan: made.Plan, Take: id, Instance: "fake", Seed: 7, Estimate: drama.Money{Micros: 4_000_000, Currency: "CNY"}})
	if err != nil {
		t.Fatal(err)
	}
	return activities.ConformInput{Plan: made.Plan, Script: in.Script, Slate: "1A", Take: id, Clip: &clip.Clip, Circle: "qc"}
}

func retake(p *drama.Production) { p.Season.Listen = drama.ListenRetake }

// over is a show whose speaker has a voice of its own.
func over(p *drama.Production) {
	p.Season.Listen = drama.ListenVoiceOver
	lin := p.Season.Cast["lin"]
	lin.Voice = &drama.Voice{Provider: "booth"}
	p.Season.Cast["lin"] = lin
}

func TestWhatIsSaid(t *testing.T) {
	covered := "the lines are spoken over the take by their voices"
	wrong := "heard: says “Would you like a coffee” instead of “We're closed in five, Mara”"
	for _, c := range []struct {
		name   string
		change func(*drama.Production)
		hears  []hearing
		want   drama.Verdict
		asked  int
	}{
		{"as written", retake, []hearing{hears("We are closed in 5, Mara")}, drama.Verdict{Pass: true}, 1},
		{"something else", retake, []hearing{hears("Would you like a coffee?")}, drama.Verdict{Reasons: []string{wrong}}, 1},
		{"something else, of a show that wants to know", nil, []hearing{hears("Would you like a coffee?")}, drama.Verdict{Pass: true, Warnings: []string{wrong}}, 1},
		{"nothing", retake, []hearing{hears("")}, drama.Verdict{Reasons: []string{"heard: says nothing"}}, 1},
		{"more", retake, []hearing{hears("We're closed in five, Mara. Please come back tomorrow morning.")}, drama.Verdict{Reasons: []string{"heard: adds “Please come back tomorrow morning”"}}, 1},
		{"something else, with a voice", over, []hearing{hears("Would you like a coffee?")}, drama.Verdict{Pass: true, Warnings: []string{wrong, covered + ", and the lips of lin will not match"}}, 1},
		{"something else, off the screen", func(p *drama.Production) {
			over(p)
			p.Episode.Scenes[0].Shots[0].Lines[0].Kind = drama.LineOS
		}, []hearing{hears("Would you like a coffee?")}, drama.Verdict{Pass: true, Warnings: []string{wrong, covered}}, 1},
		{"nothing, with a voice", over, []hearing{hears("")}, drama.Verdict{Pass: true, Warnings: []string{"heard: says nothing", covered + ", and the lips of lin will not match"}}, 1},
		{"more, with a voice", over, []hearing{hears("We're closed in five, Mara. Please come back tomorrow morning.")}, drama.Verdict{Reasons: []string{"heard: adds “Please come back tomorrow morning”, which no voice can cover"}}, 1},
		{"more, off the screen", func(p *drama.Production) {
			over(p)
			p.Episode.Scenes[0].Shots[0].Lines[0].Kind = drama.LineVO
		}, []hearing{hears("We're closed in five, Mara. Please come back tomorrow morning.")}, drama.Verdict{Pass: true, Warnings: []string{"heard: adds “Please come back tomorrow morning”", covered}}, 1},
		{"perhaps, with a voice", over, []hearing{hears("We're not closed in five, Mara.")}, drama.Verdict{Pass: true, Warnings: []string{"heard: adds “not”, or is misheard"}}, 1},
		{"something else, of somebody without a voice", func(p *drama.Production) { p.Season.Listen = drama.ListenVoiceOver }, []hearing{hears("Would you like a coffee?")}, drama.Verdict{Reasons: []string{wrong}}, 1},
		{"perhaps", retake, []hearing{hears("We're not closed in five, Mara.")}, drama.Verdict{Pass: true, Warnings: []string{"heard: adds “not”, or is misheard"}}, 1},
		{"key", retake, []hearing{deaf(provider.KindAuth, "HTTP 401: no")}, drama.Verdict{Pass: true, Warnings: []string{"heard: nobody could be asked to listen: hear: HTTP 401: no"}}, 1},
		{"down", retake, []hearing{deaf(provider.KindTransient, "no answer")}, drama.Verdict{Pass: true, Warnings: []string{"heard: nobody could be asked to listen: hear: no answer"}}, 3},
		{"busy, then right", retake, []hearing{deaf(provider.KindThrottled, "slow down"), hears(line)}, drama.Verdict{Pass: true}, 2},
		{"QC was first", func(p *drama.Production) {
			retake(p)
			p.Episode.Scenes[0].Shots[0].Action = "[fake: black]"
		}, []hearing{hears("")}, drama.Verdict{Reasons: []string{"black: 100 % of the pictures (limit 80 %)"}}, 0},
		{"no lines", func(p *drama.Production) { p.Episode.Scenes[0].Shots[0].Lines = nil }, []hearing{hears("")}, drama.Verdict{Pass: true}, 0},
		{"a beat", func(p *drama.Production) { p.Episode.Scenes[0].Shots[0].Lines[0].Say = "……" }, []hearing{hears("")}, drama.Verdict{Pass: true}, 0},
		{"one of two mouthed", func(p *drama.Production) {
			retake(p)
			shot := &p.Episode.Scenes[0].Shots[0]
			shot.Lines = append(shot.Lines, drama.Line{Who: "lin", Kind: drama.LineDialogue, Say: "And nobody is to know of it.", Tone: "mouthed"})
		}, []hearing{hears(line)}, drama.Verdict{Pass: true}, 1},
		{"mouthed", func(p *drama.Production) { p.Episode.Scenes[0].Shots[0].Lines[0].Tone = "mouthed, silent" }, []hearing{hears("")}, drama.Verdict{Pass: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			e := &ear{hears: c.hears}
			s.Media.Listener, s.Media.Runner = e, rehearsal.Sounding{Runner: s.Media.Runner}
			in := spoken(t, s, c.change)
			var out activities.Conformed
			synctest.Test(t, func(t *testing.T) {
				var err error
				if out, err = s.Media.Conform(t.Context(), in); err != nil {
					t.Fatal(err)
				}
			})
			rec := read[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(in.Take))
			for _, got := range []drama.Verdict{out.Verdict, rec.Verdict} {
				if diff := cmp.Diff(c.want, inWords(t, got)); diff != "" {
					t.Error(diff)
				}
			}
			if len(e.asked) != c.asked || out.Verdict.Pass != (out.Mezzanine != "") {
				t.Errorf("asked %d times, mezzanine %q", len(e.asked), out.Mezzanine)
			}
			heard := c.asked > 0 && c.hears[len(c.hears)-1].err == nil
			if heard != (rec.Heard != nil) {
				t.Fatalf("recorded: %+v", rec.Heard)
			}
			told := len(c.want.Reasons) + len(c.want.Warnings)
			if heard && rec.Heard.Over {
				told-- // what becomes of it is no difference
			}
			if heard && rec.Heard.Over != strings.Contains(strings.Join(c.want.Warnings, "; "), covered) {
				t.Errorf("its lines are spoken over: %t", rec.Heard.Over)
			}
			if heard && (rec.Heard.By != "ear-1" || rec.Heard.Text != c.hears[len(c.hears)-1].Text || len(rec.Heard.Differences) != told) {
				t.Errorf("recorded: %+v", rec.Heard)
			}
			if heard {
				if diff := cmp.Diff(listen.Hint{Language: "en", Terms: []string{"Lin Xia", "Mara"}}, e.asked[0]); diff != "" {
					t.Errorf("told: %s", diff)
				}
			}
		})
	}
}

// Drawings, voices' lines and what a person chose are not listened to.
func TestNotForTheListener(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	e := &ear{hears: []hearing{hears("")}}
	s.Media.Listener = e
	s.Planner.Facts = func(context.Context) ([]provider.Facts, error) {
		return []provider.Facts{{Instance: "fake", Type: "animatic", Model: s.Providers["fake"].Models()[0]}}, nil
	}
	if out, err := s.Media.Conform(t.Context(), spoken(t, s, retake)); err != nil || !out.Verdict.Pass || len(e.asked) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
	s = rehearsal.New(t, rehearsal.Options{})
	s.Media.Listener = e
	if out, err := s.Media.Conform(t.Context(), spoken(t, s, func(p *drama.Production) { p.Season.Dialogue = drama.DialogueScratch })); err != nil || !out.Verdict.Pass || len(e.asked) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// A clip is listened to once, whatever dies in between, and paid for once; burned
// subtitles lie where it was heard, in every cut of it.
func TestHeardOnce(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	minute := drama.Money{Micros: 600_000, Currency: "CNY"}
	s.Planner.Listener = &plan.Listener{Minute: minute}
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Hear: minute}
	e := &ear{hears: []hearing{{Transcript: listen.Transcript{Text: line, Words: []listen.Word{
		{Word: "We're", Start: 2 * time.Second, End: 2300 * time.Millisecond},
		{Word: "closed", Start: 2300 * time.Millisecond, End: 2600 * time.Millisecond},
		{Word: "in", Start: 2600 * time.Millisecond, End: 2700 * time.Millisecond},
		{Word: "five,", Start: 2700 * time.Millisecond, End: 3000 * time.Millisecond},
		{Word: "Mara.", Start: 3 * time.Second, End: 3500 * time.Millisecond},
	}}}, hears("nonsense that nobody should ask for")}}
	s.Media.Listener = e
	runner := &burns{Runner: rehearsal.Sounding{Runner: s.Media.Runner}}
	s.Media.Runner = runner
	in := spoken(t, s, func(p *drama.Production) {
		retake(p)
		p.Season.Subtitles.Burn = "en"
	})
	first, deaths := outlive(t, s, in)
	again, err := s.Media.Conform(t.Context(), in)
	if err != nil || cmp.Diff(first, again) != "" || !first.Verdict.Pass {
		t.Errorf("again: %+v, %v", again, err)
	}
	if !slices.ContainsFunc(runner.all, func(b []media.Text) bool { return len(b) == 1 && b[0].From == 48 && b[0].To >= 84 && b[0].To <= 96 }) {
		t.Errorf("burned %+v, want it from frame 48 on, where it is heard", runner.all)
	}
	in.Clip, in.Circle = nil, ""
	runs := len(runner.all)
	if later, err := s.Media.Conform(t.Context(), in); err != nil || later.Mezzanine != first.Mezzanine || len(runner.all) != runs {
		t.Errorf("for a later cut: %+v, %v, conformed %d times more", later, err, len(runner.all)-runs)
	}
	if len(e.asked) != 1 || deaths < 2 {
		t.Errorf("asked %d times in %d deaths", len(e.asked), deaths)
	}
	// Four seconds of a minute at 0.60.
	if want := (drama.Money{Micros: 40_000, Currency: "CNY"}); first.Looks != want {
		t.Errorf("cost %s, want %s", first.Looks, want)
	}
	entry, err := s.Ledger.Get(t.Context(), ledger.ID{Take: drama.TakeID{Episode: in.Take.Episode, Slate: "1A-listen", Number: 1}, Attempt: 1})
	if err != nil || entry.Outcome == nil || entry.Outcome.Price.Micros != 40_000 || entry.Intent.Model != "ear-1" {
		t.Errorf("booked: %+v, %v", entry, err)
	}
}

// burns keeps what was burned in.
type burns struct {
	media.Runner
	mu  sync.Mutex
	all [][]media.Text
}

func (b *burns) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	if job.Conform != nil {
		b.mu.Lock()
		b.all = append(b.all, job.Conform.Burn)
		b.mu.Unlock()
	}
	return b.Runner.Run(ctx, job, in, report)
}

// What was paid for is written down, though the store is away for a moment, and though
// the books cannot be closed.
func TestAHearingIsKept(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	minute := drama.Money{Micros: 600_000, Currency: "CNY"}
	e := &ear{hears: []hearing{hears(line), hears("nonsense that nobody should ask for")}}
	s.Media.Listener, s.Media.Runner = e, rehearsal.Sounding{Runner: s.Media.Runner}
	s.Media.Prices = activities.Prices{Ledger: unsettling{s.Ledger}, Hear: minute}
	in := spoken(t, s, retake)
	s.Media.Store = &hiccups{Store: s.Store, left: 2}
	synctest.Test(t, func(t *testing.T) {
		if _, err := s.Media.Conform(t.Context(), in); err == nil {
			t.Error("the books were not closed, and that is no error")
		}
		s.Media.Prices.Ledger = s.Ledger
		if out, err := s.Media.Conform(t.Context(), in); err != nil || !out.Verdict.Pass || len(out.Verdict.Warnings) > 0 {
			t.Errorf("%+v, %v", out, err)
		}
	})
	if len(e.asked) != 1 {
		t.Errorf("listened %d times", len(e.asked))
	}
}

// hiccups is a store that refuses hearings at first.
type hiccups struct {
	store.Store
	left int
}

func (s *hiccups) PutNew(ctx context.Context, key string, body []byte, kind string) (store.Ref, error) {
	if strings.Contains(key, "/hearings/") && s.left > 0 {
		s.left--
		return store.Ref{}, errors.New("slow down")
	}
	return s.Store.PutNew(ctx, key, body, kind)
}

// unsettling is a ledger that takes no outcomes.
type unsettling struct{ ledger.Ledger }

func (unsettling) Settle(context.Context, ledger.ID, ledger.Outcome) error {
	return errors.New("slow down")
}
