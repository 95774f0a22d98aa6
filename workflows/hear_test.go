package workflows_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/listen/openai"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// stalls is a listening server that hears, of whoever is told to it by name, what the
// test says, one answer a take, the last again and again.
type stalls struct {
	mu    sync.Mutex
	hears map[string][]string // by speaker; "" is no sound at all
	asked map[string]int
}

func (s *stalls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _, err := r.FormFile("file")
	who := r.FormValue("prompt")
	said, ok := s.hears[who]
	if r.URL.Path != "/v1/audio/transcriptions" || err != nil || !ok {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"error": {"message": "nobody is called `+who+`"}}`)
		return
	}
	text := said[min(s.asked[who], len(said)-1)]
	s.asked[who]++
	type word struct {
		Word  string  `json:"word"`
		Start float64 `json:"start"`
		End   float64 `json:"end"`
	}
	var words []word
	for i, v := range strings.Fields(text) {
		words = append(words, word{v, 2 + float64(i)/8, 2.1 + float64(i)/8}) // all speak late
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"text": text, "language": "english", "duration": 4.0, "words": words})
}

// An episode of four shots, in three of which somebody speaks: one says what is written, one something
// else at first, one leaves a half out and then adds to it; then of a fourth
// nothing can be heard, ever. What is wrong is made anew, within takes.max; all is booked once; and the
// subtitles of what is right lie where it is heard.
func TestWhatWasSaid(t *testing.T) {
	ears := &stalls{asked: make(map[string]int), hears: map[string][]string{
		"Anna": {"We are closed in 5."},
		"Bo":   {"Would you like some coffee?", "Where is my brother?"},
		"Cai":  {"He took the money.", "He took the money and left the country. And I helped him do it.", "He took the money, and left the country."},
		"Dee":  {""},
	}}
	srv := httptest.NewServer(ears)
	defer srv.Close()
	listener, err := openai.New(openai.Options{BaseURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Listener, s.Media.Runner = listener, rehearsal.Sounding{Runner: s.Media.Runner}
	s.Planner.Listener = &plan.Listener{Minute: yuan(15)} // one for four seconds
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Hear: yuan(15)}
	episode := func() drama.Production {
		p := rehearsal.Production([]string{"fake"})
		p.Season.Listen, p.Season.Cast, p.Season.Subtitles.Sidecar = drama.ListenRetake, map[string]drama.Character{}, []string{"en"}
		p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "stop"}
		for i, l := range []struct{ who, say string }{
			{"Anna", "We're closed in five."}, {"Bo", "Where is my brother?"}, {"Cai", "He took the money and left the country."}, {"", ""},
		} {
			shot := rehearsal.Shot("1"+string(rune('A'+i)), "Somebody.")
			if l.who != "" {
				id := strings.ToLower(l.who)
				p.Season.Cast[id] = drama.Character{Name: l.who}
				shot.Lines = []drama.Line{{Who: id, Kind: drama.LineDialogue, Say: l.say}}
			}
			p.Episode.Scenes[0].Shots = append(p.Episode.Scenes[0].Shots, shot)
		}
		return p
	}
	p := episode()
	d := run(t, env(t, s), s.Submit(t, p))
	// One take of 1A and 1D, two of 1B, three of 1C; six of them are listened to.
	if d.State != drama.StateDelivered || s.Bought(t) != 7 || d.NG != 3 {
		t.Fatalf("ended as %s, %d bought, %d NG: %v %+v", d.State, s.Bought(t), d.NG, d.Problems, d.Shots)
	}
	if got := sold(t, s); got["fake"] != 28 || got["listen"] != 6 || d.Spent != yuan(34) {
		t.Errorf("the ledger says %v, the run %s", got, d.Spent)
	}
	for slate, words := range map[string]string{
		"1B": "take 1 by fake is NG: heard: says “Would you like some coffee” instead of “Where is my brother”",
		"1C": "take 1 by fake is NG: heard: leaves out “and left the country”; take 2 by fake is NG: heard: adds “And I helped him do it”",
	} {
		for _, shot := range d.Shots {
			if got := strings.Join(shot.Reasons, "; "); shot.Slate == slate && got != words {
				t.Errorf("%s: %s", slate, got)
			}
		}
	}
	take := record[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(drama.TakeID{Episode: p.ID(), Slate: "1C", Number: 2}))
	if h := take.Heard; h == nil || h.By != openai.DefaultModel || len(h.Differences) != 1 || len(h.Words) != 14 {
		t.Errorf("take 2 of 1C is recorded as %+v", take.Heard)
	}
	srt := subtitles(t, s, p, d.Cut)
	for _, cue := range []string{"00:00:02,000 --> ", "00:00:06,000 --> ", "00:00:10,000 --> "} {
		if !strings.Contains(srt, cue) {
			t.Errorf("no cue begins where the line is heard, %s:\n%s", cue, srt)
		}
	}
	// The same again: nothing is bought, nobody is asked.
	p.Season.Loudness.Integrated = -14
	again := run(t, env(t, s), s.Submit(t, p))
	if again.State != drama.StateDelivered || again.Cut != d.Cut+1 || s.Bought(t) != 7 || ears.asked["Anna"]+ears.asked["Bo"]+ears.asked["Cai"] != 6 {
		t.Errorf("again: %s, cut %d, %d bought, asked %v", again.State, again.Cut, s.Bought(t), ears.asked)
	}
	if srt != subtitles(t, s, p, again.Cut) {
		t.Error("the subtitles of the same takes have moved")
	}
	// Nobody is ever heard: three takes, and then a person is asked.
	p = episode()
	p.Season.Cast["dee"] = drama.Character{Name: "Dee"}
	p.Episode.Scenes[0].Shots[3].Lines = []drama.Line{{Who: "dee", Kind: drama.LineDialogue, Say: "I never loved you."}}
	d = run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateNG || s.Bought(t) != 10 || ears.asked["Dee"] != 3 || !strings.Contains(strings.Join(d.Shots[3].Reasons, " "), "says nothing") {
		t.Errorf("never heard: %s, %d bought, asked %v: %v", d.State, s.Bought(t), ears.asked, d.Shots[3].Reasons)
	}
	if got := sold(t, s); got["fake"] != 40 || got["listen"] != 9 || d.Spent != yuan(49) {
		t.Errorf("the ledger says %v, the run %s", got, d.Spent)
	}
}

func subtitles(t *testing.T, s *rehearsal.Stage, p drama.Production, cut int) string {
	t.Helper()
	body, _, err := s.Store.Read(t.Context(), store.Keys{Show: "rehearsal"}.Cut(p.ID(), cut)+"subs/rehearsal-ep01.en.srt")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Listening is reserved with the take, under every cap, and a run that has no money for
// it buys no take.
func TestHearingsAreReserved(t *testing.T) {
	ears := &stalls{asked: make(map[string]int), hears: map[string][]string{"Anna": {"Would you like some coffee?"}}}
	srv := httptest.NewServer(ears)
	defer srv.Close()
	for _, c := range []struct {
		most   int64
		state  drama.EpisodeState
		bought int
	}{{4, drama.StateNG, 0}, {9, drama.StateStopped, 1}, {15, drama.StateNG, 3}} {
		listener, err := openai.New(openai.Options{BaseURL: srv.URL})
		if err != nil {
			t.Fatal(err)
		}
		s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
		s.Media.Runner = rehearsal.Sounding{Runner: s.Media.Runner}
		s.Media.Listener, s.Planner.Listener = listener, &plan.Listener{Minute: yuan(15)}
		s.Media.Prices = activities.Prices{Ledger: s.Ledger, Hear: yuan(15)}
		shot := rehearsal.Shot("1A", "Anna speaks.")
		shot.Lines = []drama.Line{{Who: "anna", Kind: drama.LineDialogue, Say: "We're closed in five."}}
		p := rehearsal.Production([]string{"fake"}, shot)
		most := yuan(c.most)
		p.Season.Listen, p.Season.Cast = drama.ListenRetake, map[string]drama.Character{"anna": {Name: "Anna"}}
		p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "stop"}
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != c.state || s.Bought(t) != c.bought || d.Spent != yuan(5*int64(c.bought)) {
			t.Errorf("with %d: %s, %d bought, spent %s: %v", c.most, d.State, s.Bought(t), d.Spent, d.Problems)
		}
	}
}

// counted is a voice that counts what it speaks.
type counted struct {
	parrot
	n atomic.Int32
}

func (c *counted) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	c.n.Add(1)
	return c.parrot.Speak(ctx, r)
}

// What is misspoken is spoken over where the season says so: the take is kept, its lines are
// laid where they are heard and the take is silent there, what they cost is reserved and
// booked, and whoever cannot be spoken over is made anew. The same again asks nobody.
func TestLinesAreSpokenOver(t *testing.T) {
	ears := &stalls{asked: make(map[string]int), hears: map[string][]string{
		"Anna": {"Would you like some coffee?", "We are closed in 5."},
		"Bo":   {"Would you like some coffee?", "Where is my brother?"},
		"Cai":  {"He took the money. And I helped him do it.", "He took the money."},
	}}
	s, booth := overStage(t, ears)
	p := rehearsal.Production([]string{"fake"})
	p.Season.Listen, p.Season.Subtitles.Sidecar = drama.ListenVoiceOver, []string{"en"}
	p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "stop"}
	voice := &drama.Voice{Provider: "booth"}
	p.Season.Cast = map[string]drama.Character{"anna": {Name: "Anna", Voice: voice}, "bo": {Name: "Bo"}, "cai": {Name: "Cai", Voice: voice}}
	for i, l := range []struct{ who, say string }{{"anna", "We're closed in five."}, {"bo", "Where is my brother?"}, {"cai", "He took the money."}} {
		shot := rehearsal.Shot("1"+string(rune('A'+i)), "Somebody.")
		shot.Lines = []drama.Line{{Who: l.who, Kind: drama.LineDialogue, Say: l.say}}
		p.Episode.Scenes[0].Shots = append(p.Episode.Scenes[0].Shots, shot)
	}
	d := run(t, env(t, s), s.Submit(t, p))
	// Bo has no voice, and what Cai adds stays on the lips: both are made anew.
	if d.State != drama.StateDelivered || s.Bought(t) != 5 || d.NG != 2 {
		t.Fatalf("ended as %s, %d bought, %d NG: %v %+v", d.State, s.Bought(t), d.NG, d.Problems, d.Shots)
	}
	// 21 characters of Anna's.
	lines := drama.Money{Micros: 21 * drama.Micro / 10, Currency: "CNY"}
	if want := yuan(25); d.Spent.Micros != want.Micros+lines.Micros {
		t.Errorf("spent %s, want %s and %s for the lines", d.Spent, want, lines)
	}
	take := record[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}))
	if !take.Over() || !strings.Contains(strings.Join(take.Verdict.Warnings, "; "), "says “Would you like some coffee” instead of") || !strings.Contains(strings.Join(take.Verdict.Warnings, "; "), "lips of anna") {
		t.Errorf("the take is recorded as %+v, %v", take.Heard, take.Verdict)
	}
	if srt := subtitles(t, s, p, d.Cut); !strings.Contains(srt, "00:00:02,000 --> ") {
		t.Errorf("no cue begins where the line is laid:\n%s", srt)
	}
	spoken := booth.n.Load()
	p.Season.Loudness.Integrated = -14
	again := run(t, env(t, s), s.Submit(t, p))
	if again.State != drama.StateDelivered || again.Cut != d.Cut+1 || s.Bought(t) != 5 || booth.n.Load() != spoken || again.Spent.Micros != d.Spent.Micros {
		t.Errorf("again: %s, cut %d, %d bought, %d spoken, %s", again.State, again.Cut, s.Bought(t), booth.n.Load(), again.Spent)
	}
	// The plan foresees it, and a take that says its lines is not spoken over.
	foresee := func() activities.Foreseen {
		t.Helper()
		in := s.Submit(t, p)
		made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
		if err != nil {
			t.Fatal(err)
		}
		whole := record[plan.Plan](t, s.Store, made.Plan.Key)
		seen, err := s.Media.Foresee(t.Context(), &p, &whole)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Known != (seen.Frames > 0) {
			t.Errorf("foreseen %+v", seen)
		}
		seen.Frames = 0
		return seen
	}
	if seen := foresee(); seen != (activities.Foreseen{Known: true, Same: true}) {
		t.Errorf("foreseen %+v", seen)
	}
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	d = run(t, env(t, s), in)
	if d.State != drama.StateDelivered || d.Cut != again.Cut+1 || d.Shots[0].Take != "rehearsal/ep01/1A/2" || booth.n.Load() != spoken {
		t.Errorf("retaken: %s, cut %d, %s, %d spoken", d.State, d.Cut, d.Shots[0].Take, booth.n.Load())
	}
	if seen := foresee(); seen != (activities.Foreseen{Known: true, Same: true}) {
		t.Errorf("after the retake: foreseen %+v", seen)
	}
}

// overStage is a stage where somebody listens, for a CNY a take, and the voice "booth"
// speaks, for a hundred a thousand characters.
func overStage(t *testing.T, ears *stalls) (*rehearsal.Stage, *counted) {
	t.Helper()
	srv := httptest.NewServer(ears)
	t.Cleanup(srv.Close)
	listener, err := openai.New(openai.Options{BaseURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Listener, s.Media.Runner = listener, rehearsal.Sounding{Runner: s.Media.Runner}
	s.Planner.Listener = &plan.Listener{Minute: yuan(15)} // one for four seconds
	booth := &counted{}
	s.Media.Speakers = func(name string) (voice.Speaker, bool) { return booth, name == "booth" }
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Hear: yuan(15), Speech: func(string) drama.Money { return yuan(100) }}
	s.Planner.Lines.Speech = s.Media.Prices.Speech
	return s, booth
}

// Lines that are spoken over a take are paid for before: where no cap has room the take
// waits for them, circled, also over a run that is continued, and no other is bought.
func TestLinesSpokenOverWaitForMoney(t *testing.T) {
	s, booth := overStage(t, &stalls{asked: make(map[string]int), hears: map[string][]string{"Anna": {"Would you like some coffee?"}}})
	s.Media.Now = func() time.Time { return time.Now().AddDate(1, 0, 0) } // after all that the run waits
	shot := rehearsal.Shot("1A", "Anna speaks.")
	shot.Lines = []drama.Line{{Who: "anna", Kind: drama.LineDialogue, Say: "We're closed in five."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Listen, p.Season.Cast = drama.ListenVoiceOver, map[string]drama.Character{"anna": {Name: "Anna", Voice: &drama.Voice{Provider: "booth"}}}
	most := yuan(6)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "pause"}
	e := env(t, s)
	at(e, 1, func() {
		if st := status(t, e); st.State != drama.StatePaused || st.Spent != yuan(5) || booth.n.Load() != 0 {
			t.Errorf("without money for the line: %+v", st)
		}
	})
	at(e, 2, func() {
		e.SetContinueAsNewSuggested(true)
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(6)})
	})
	in := continued(t, e, s.Submit(t, p))
	e = env(t, s)
	at(e, 1, func() { accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(8)}) })
	d := run(t, e, in)
	if d.State != drama.StateDelivered || s.Bought(t) != 1 || booth.n.Load() != 1 || d.Spent.Micros != yuan(5).Micros+21*drama.Micro/10 {
		t.Errorf("%s, %d bought, %d spoken, spent %s: %v", d.State, s.Bought(t), booth.n.Load(), d.Spent, d.Shots)
	}
}
