package activities_test

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/judge/openai"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// critic is a judge that says what the test says, its last words again and again.
type critic struct {
	mu    sync.Mutex
	says  []answer
	asked []judge.Request
}

type answer struct {
	judge.Opinion
	err error
}

func (c *critic) Look(ctx context.Context, r judge.Request) (judge.Opinion, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, r)
	a := c.says[min(len(c.asked), len(c.says))-1]
	if ctx.Err() != nil {
		return judge.Opinion{}, &provider.Error{Kind: provider.KindTransient, Op: "look", Message: "stopped", Err: ctx.Err()}
	}
	return a.Opinion, a.err
}

func score(s float64, reasons ...string) answer {
	return answer{Opinion: judge.Opinion{Score: s, Reasons: reasons}}
}

func away(k provider.Kind, words string) answer {
	return answer{err: &provider.Error{Kind: k, Op: "look", Message: words}}
}

// delivered makes take n of shot 1A, to be conformed in a show with a minimum.
func delivered(t *testing.T, s *rehearsal.Stage, action string, least float64, n int) activities.ConformInput {
	t.Helper()
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", action))
	p.Season.Takes.MinScore = least
	run := s.Submit(t, p)
	in := take(t, s, action)
	in.Take.Number = n
	clip, err := s.Generator.Generate(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return activities.ConformInput{Plan: in.Plan, Script: run.Script, Slate: "1A", Take: in.Take, Clip: &clip.Clip, Circle: "qc"}
}

func TestJudge(t *testing.T) {
	of := func(s float64) *float64 { return &s }
	for _, c := range []struct {
		name   string
		least  float64
		says   []answer
		want   drama.Verdict
		asked  int
		action string
	}{
		{"good", 0.6, []answer{score(0.9)}, drama.Verdict{Pass: true, Score: of(0.9)}, 1, "plain"},
		{"exactly enough", 0.6, []answer{score(0.6, "soft")}, drama.Verdict{Pass: true, Score: of(0.6), Warnings: []string{"judge: soft"}}, 1, "plain"},
		{
			"not enough", 0.6,
			[]answer{score(0.35, "three people", "day, not night")},
			drama.Verdict{Score: of(0.35), Reasons: []string{"judge: the score is 0.35; takes.min_score asks for 0.60", "judge: three people", "judge: day, not night"}},
			1, "plain",
		},
		{"no minimum", 0, []answer{score(0, "all wrong")}, drama.Verdict{Pass: true, Score: of(0), Warnings: []string{"judge: all wrong"}}, 1, "plain"},
		{"key", 0.6, []answer{away(provider.KindAuth, "HTTP 401: no")}, drama.Verdict{Pass: true, Warnings: []string{"judge: could not be asked: look: HTTP 401: no"}}, 1, "plain"},
		{"quota", 0.6, []answer{away(provider.KindQuota, "no balance")}, drama.Verdict{Pass: true, Warnings: []string{"judge: could not be asked: look: no balance"}}, 1, "plain"},
		{"nonsense", 0.6, []answer{away(provider.KindFailed, "the answer holds no JSON object with a score")}, drama.Verdict{Pass: true, Warnings: []string{"judge: could not be asked: look: the answer holds no JSON object with a score"}}, 1, "plain"},
		{"an error of no Kind", 0.6, []answer{{err: errors.New("who knows")}}, drama.Verdict{Pass: true, Warnings: []string{"judge: could not be asked: who knows"}}, 1, "plain"},
		{"down", 0.6, []answer{away(provider.KindTransient, "no answer")}, drama.Verdict{Pass: true, Warnings: []string{"judge: could not be asked: look: no answer"}}, 3, "plain"},
		{"busy, then good", 0.6, []answer{away(provider.KindThrottled, "slow down"), score(0.9)}, drama.Verdict{Pass: true, Score: of(0.9)}, 2, "plain"},
		{"QC was first", 0.6, []answer{score(0.9)}, drama.Verdict{Reasons: []string{"black: 100 % of the pictures (limit 80 %)"}}, 0, "[fake: black]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			j := &critic{says: c.says}
			s.Media.Judge = j
			in := delivered(t, s, c.action, c.least, 1)
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
			if len(j.asked) != c.asked || out.Verdict.Pass != (out.Mezzanine != "") {
				t.Errorf("asked %d times, mezzanine %q", len(j.asked), out.Mezzanine)
			}
			_, _, err := s.Store.Read(t.Context(), store.Keys{Show: "rehearsal"}.Circle(rec.Digest))
			if circled := err == nil; circled != c.want.Pass {
				t.Errorf("circled: %t, %v", circled, err)
			}
		})
	}
}

// What the judge is shown: pictures of what the cut uses, and the shot's brief.
func TestWhatTheJudgeIsShown(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	j := &critic{says: []answer{score(1)}}
	s.Media.Judge = j
	in := delivered(t, s, "She counts.", 0, 1)
	if _, err := s.Media.Conform(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	r := j.asked[0]
	if r.Brief.Action != "She counts." || r.Shown != 4*time.Second || r.ClipURL != "" || len(r.Frames) != 8 {
		t.Errorf("shown: %+v", r)
	}
	for i, n := range []int{6, 18, 30, 42, 54, 66, 78, 90} {
		if f := r.Frames[i]; !strings.HasSuffix(string(f.JPEG), fmt.Sprintf("still %d", n)) || f.At != time.Duration(n)*time.Second/24 {
			t.Errorf("picture %d at %s: %q", i, f.At, f.JPEG)
		}
	}
}

// TestFloors: a grade under its floor is NG where the plan says that the judge may say so,
// and a warning where not; of a judge who does not agree with people not even the score
// counts.
func TestFloors(t *testing.T) {
	grades := []drama.Grade{{Question: "action", Grade: 4, Floor: 2}, {Question: "identity", Grade: 1, Floor: 2, Why: "another face"}}
	agrees, fails := picked(9), picked(2)
	for name, c := range map[string]struct {
		known        *judge.Calibration
		floors       bool
		least        float64
		pass, inPlan bool
	}{
		"not asked for":      {agrees, false, 0, true, false},
		"nobody has looked":  {nil, true, 0, true, true},
		"agrees":             {agrees, true, 0, false, false},
		"does not":           {fails, true, 0, true, true},
		"does not, by score": {fails, false, 0.9, true, true},
		"by score":           {agrees, false, 0.9, false, false},
		"by score, as ever":  {nil, false, 0.9, false, true},
	} {
		s := rehearsal.New(t, rehearsal.Options{})
		s.Planner.Judge = &plan.Judge{Model: "m"}
		if c.known != nil {
			if err := (library.Library{Store: s.Store}).WriteCalibration(t.Context(), "rehearsal", *c.known); err != nil {
				t.Fatal(err)
			}
		}
		j := &critic{says: []answer{{Opinion: judge.Opinion{Score: 0.625, Grades: grades, Reasons: []string{"identity: another face"}}}}}
		s.Media.Judge = named{j}
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
		p.Season.Takes.MinScore, p.Season.Takes.Floors = c.least, c.floors
		run := s.Submit(t, p)
		made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: run.ID, Script: run.Script})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(made.Warnings, " "), "the judge m"); told != c.inPlan {
			t.Errorf("%s: the plan says %q", name, made.Warnings)
		}
		in := take(t, s, "plain")
		in.Plan = made.Plan
		clip, err := s.Generator.Generate(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.Media.Conform(t.Context(), activities.ConformInput{Plan: made.Plan, Script: run.Script, Slate: "1A", Take: in.Take, Clip: &clip.Clip, Circle: "qc"})
		if err != nil || out.Verdict.Pass != c.pass || out.Verdict.Judge != "m" || len(out.Verdict.Grades) != 2 {
			t.Errorf("%s: %+v, %v", name, out.Verdict, err)
		}
		if words := fmt.Sprint(out.Verdict.Reasons, out.Verdict.Warnings); !strings.Contains(words, "identity is 1 of 4, under its floor of 2") || !strings.Contains(words, "another face") {
			t.Errorf("%s: it is not said: %s", name, words)
		}
	}
}

// picked is a judge who caught so many of ten NG takes, and passed all good ones.
func picked(caught int) *judge.Calibration {
	return &judge.Calibration{Judge: "m", Agreed: judge.Agreed{Good: 10, Passed: 10, NG: 10, Caught: caught}}
}

// named is a critic with a name.
type named struct{ *critic }

func (named) Model() string { return "m" }

// partial prefers the take whose pictures hold a word, or what comes first.
type partial struct {
	named
	word   string
	duels  int
	always judge.Choice
	err    error
}

func (p *partial) Compare(_ context.Context, d judge.Duel) (judge.Choice, error) {
	p.duels++
	has := func(r judge.Request) bool { return strings.Contains(string(r.Frames[0].JPEG), p.word) }
	switch {
	case p.err != nil:
		return "", p.err
	case p.always != "":
		return p.always, nil
	case has(d.First):
		return judge.First, nil
	}
	return judge.Second, nil
}

// TestTheBestOfSeveral: pairs are asked about in both orders, once each; a choice that goes
// with the order is none, and then grades decide.
func TestTheBestOfSeveral(t *testing.T) {
	for name, c := range map[string]struct {
		partial
		best, duels int
		price       int64 // of the duels, in looks
		no          bool  // not asked
	}{
		"the third":              {partial{word: "ep01-1A-t3-"}, 3, 4, 4, false},
		"the graded best":        {partial{word: "ep01-1A-t2-"}, 2, 4, 4, false},
		"whoever is first":       {partial{always: judge.First}, 2, 4, 4, false},
		"whoever is second":      {partial{always: judge.Second}, 2, 4, 4, false},
		"all alike":              {partial{always: judge.Equal}, 2, 4, 4, false},
		"nobody there":           {partial{err: &provider.Error{Kind: provider.KindAuth, Op: "look", Message: "no key"}}, 2, 1, 0, false},
		"without asking, graded": {partial{word: "ep01-1A-t3-"}, 2, 0, 0, true},
	} {
		s := rehearsal.New(t, rehearsal.Options{})
		j := &c.partial
		j.named = named{&critic{says: []answer{score(0.5), score(0.8), score(0.7)}}}
		s.Media.Judge, s.Media.Prices = j, activities.Prices{Ledger: s.Ledger, Look: drama.Money{Micros: 1000, Currency: "CNY"}}
		var in activities.BestInput
		for n := 1; n <= 3; n++ {
			d := delivered(t, s, "plain", 0, n)
			if out, err := s.Media.Conform(t.Context(), d); err != nil || !out.Verdict.Pass {
				t.Fatal(out, err)
			}
			in.Plan, in.Script, in.Slate, in.Ask = d.Plan, d.Script, d.Slate, !c.no
			in.Takes = append(in.Takes, d.Take)
		}
		in.Since = time.Now()
		for range 2 { // it is asked once
			out, err := s.Media.Best(t.Context(), in)
			if err != nil || out.Take.Number != c.best || c.err == nil && j.duels != c.duels || c.err == nil && out.Looks.Micros != 1000*c.price {
				t.Errorf("%s: %+v, %v, %d duels", name, out, err, j.duels)
			}
		}
		rec := read[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(in.Takes[0]))
		if circle := read[drama.Circle](t, s.Store, store.Keys{Show: "rehearsal"}.Circle(rec.Digest)); circle.Take.Number != c.best {
			t.Errorf("%s: take %d is circled", name, circle.Take.Number)
		}
	}
}

// mortalRecords dies at records too. Between an answer and its record nobody can
// help it: there it lives.
type mortalRecords struct{ mortalStore }

func (s mortalRecords) PutNew(ctx context.Context, key string, body []byte, kind string) (ref store.Ref, err error) {
	if strings.Contains(key, "/opinions/") || strings.Contains(key, "/hearings/") {
		ref, err = s.Store.PutNew(ctx, key, body, kind)
		return ref, errors.Join(err, s.p.do("answered", func() error { return nil }))
	}
	err = s.p.do("record", func() error { ref, err = s.Store.PutNew(ctx, key, body, kind); return err })
	return ref, err
}

// outlive conforms under a worker that dies at its first write, then at its second, and so
// on, until one lives to the end.
func outlive(t *testing.T, s *rehearsal.Stage, in activities.ConformInput) (made activities.Conformed, deaths int) {
	t.Helper()
	whole := s.Media.Store
	defer func() { s.Media.Store = whole }()
	for dies := 1; ; dies++ {
		p := &process{dies: dies}
		s.Media.Store = mortalRecords{mortalStore{whole, p}}
		made, err := s.Media.Conform(t.Context(), in)
		if p.name != "" {
			deaths++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return made, deaths
	}
}

// A clip is asked about once, whatever dies in between, and for later cuts it is
// not asked about at all.
func TestJudgeIsAskedOnce(t *testing.T) {
	for _, bad := range []bool{false, true} {
		s := rehearsal.New(t, rehearsal.Options{})
		j := &critic{says: []answer{score(0.7, "soft"), score(0.1)}}
		least := 0.6
		if bad {
			j.says, least = []answer{score(0.2, "soft"), score(0.9)}, 0.5
		}
		s.Media.Judge = j
		in := delivered(t, s, "plain", least, 1)
		first, deaths := outlive(t, s, in)
		again, err := s.Media.Conform(t.Context(), in)
		if err != nil || cmp.Diff(first, again) != "" || first.Verdict.Pass == bad {
			t.Errorf("again: %+v, %v", again, err)
		}
		in.Clip, in.Circle = nil, ""
		if later, err := s.Media.Conform(t.Context(), in); err != nil || !later.Verdict.Pass || later.Verdict.Score == nil {
			t.Errorf("for a later cut: %+v, %v", later, err)
		}
		if len(j.asked) != 1 || deaths < 2 {
			t.Errorf("asked %d times in %d deaths", len(j.asked), deaths)
		}
	}
}

// A take that passed because nobody could be asked stays as it was recorded.
func TestJudgeComesTooLate(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	j := &critic{says: []answer{away(provider.KindAuth, "no key"), score(0.1)}}
	s.Media.Judge = j
	in := delivered(t, s, "plain", 0.6, 1)
	for range 2 {
		out, err := s.Media.Conform(t.Context(), in)
		if err != nil || !out.Verdict.Pass || len(out.Verdict.Warnings) != 1 || out.Verdict.Score != nil {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	if len(j.asked) != 1 {
		t.Errorf("asked %d times", len(j.asked))
	}
}

// Two tries at once, of which one could not ask: the loser does not go on with a
// verdict that is not the take's.
func TestTwoVerdictsAtOnce(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := delivered(t, s, "plain", 0.6, 1)
	s.Media.Judge = judgeFunc(func(context.Context, judge.Request) (judge.Opinion, error) {
		s.Media.Judge = &critic{says: []answer{away(provider.KindAuth, "no key")}}
		if _, err := s.Media.Conform(t.Context(), in); err != nil {
			t.Error(err)
		}
		return judge.Opinion{Score: 0.1}, nil
	})
	if out, err := s.Media.Conform(t.Context(), in); err == nil {
		t.Errorf("the second verdict is used: %+v", out)
	}
	if out, err := s.Media.Conform(t.Context(), in); err != nil || !out.Verdict.Pass || out.Mezzanine == "" {
		t.Errorf("the next try: %+v, %v", out, err)
	}
}

type judgeFunc func(context.Context, judge.Request) (judge.Opinion, error)

func (f judgeFunc) Look(ctx context.Context, r judge.Request) (judge.Opinion, error) {
	return f(ctx, r)
}

// Where the clip cannot be read by URL, pictures are shown.
func TestJudgeWithoutTheClip(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	j := &critic{says: []answer{away(provider.KindInvalid, "cannot download"), score(0.9)}}
	s.Media.Judge, s.Media.URLs = j, true
	out, err := s.Media.Conform(t.Context(), delivered(t, s, "plain", 0.6, 1))
	if err != nil || !out.Verdict.Pass || out.Verdict.Score == nil || len(j.asked) != 2 || j.asked[0].ClipURL == "" || j.asked[1].ClipURL != "" {
		t.Errorf("%+v, %v: %d", out, err, len(j.asked))
	}
}

// Drawings and what a person chose are not looked at.
func TestNotForTheJudge(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	j := &critic{says: []answer{score(0)}}
	s.Media.Judge = j
	s.Planner.Facts = func(context.Context) ([]provider.Facts, error) {
		return []provider.Facts{{Instance: "fake", Type: "animatic", Model: s.Providers["fake"].Models()[0]}}, nil
	}
	if out, err := s.Media.Conform(t.Context(), delivered(t, s, "plain", 1, 1)); err != nil || !out.Verdict.Pass || len(j.asked) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// stills is a runner that cannot take pictures.
type stills struct{ media.Runner }

func (r stills) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	if job.Frame != nil {
		return media.Result{}, &media.ClipError{Reason: "no such picture"}
	}
	return r.Runner.Run(ctx, job, in, report)
}

func TestNoPicturesForTheJudge(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	s.Media.Judge, s.Media.Runner = &critic{says: []answer{score(0)}}, stills{s.Media.Runner}
	out, err := s.Media.Conform(t.Context(), delivered(t, s, "plain", 1, 1))
	if err != nil || !out.Verdict.Pass || len(out.Verdict.Warnings) != 1 || !strings.Contains(out.Verdict.Warnings[0], "no such picture") {
		t.Errorf("%+v, %v", out, err)
	}
}

// A worker that is stopped while the judge thinks records nothing.
func TestStoppedWhileTheJudgeThinks(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := delivered(t, s, "plain", 0.6, 1)
	ctx, stop := context.WithCancel(t.Context())
	s.Media.Judge = judgeFunc(func(ctx context.Context, _ judge.Request) (judge.Opinion, error) {
		stop()
		return judge.Opinion{}, &provider.Error{Kind: provider.KindTransient, Op: "look", Message: "stopped", Err: ctx.Err()}
	})
	if out, err := s.Media.Conform(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", out, err)
	}
	if _, _, err := s.Store.Read(t.Context(), store.Keys{Show: "rehearsal"}.Take(in.Take)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("recorded: %v", err)
	}
}

// The whole way to a server that is not there: the take passes, the key is not shown.
func TestJudgeIsNotThere(t *testing.T) {
	const key = "sk-0123456789abcdef"
	s := rehearsal.New(t, rehearsal.Options{})
	s.Media.Judge = openai.New(openai.Options{BaseURL: "ftp://" + key + "/v1", Model: "m", Key: key})
	out, err := s.Media.Conform(t.Context(), delivered(t, s, "plain", 0.6, 1))
	if err != nil || !out.Verdict.Pass || len(out.Verdict.Warnings) != 1 || strings.Contains(out.Verdict.Warnings[0], key) {
		t.Errorf("%+v, %v", out, err)
	}
}

// inWords is a verdict without its codes, each of which says what one of its words does.
func inWords(t *testing.T, v drama.Verdict) drama.Verdict {
	t.Helper()
	for _, p := range v.Said {
		if !slices.Contains(slices.Concat(v.Reasons, v.Warnings), p.String()) {
			t.Errorf("it is said in code alone: %s", p)
		}
	}
	v.Said = nil
	return v
}
