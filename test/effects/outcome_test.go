// Package effects shows that nothing in a script is there for nothing: every key
// and every word of its lists changes something that leaves the house.
package effects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/submission"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// The places where a script can have an effect.
const (
	refused   = "refused"   // it is no script, or no plan
	told      = "told"      // a warning
	prompt    = "prompt"    // the text that a vendor reads
	pictures  = "pictures"  // the pictures that a vendor is shown
	request   = "request"   // what else a vendor is asked for
	who       = "who"       // which vendor
	voices    = "voices"    // what a voice is asked for
	conform   = "conform"   // how takes are made ready: spec, burned texts, trims
	assembly  = "assembly"  // the cut list, its mix, label, tracks and chapters
	subtitles = "subtitles" // the files beside the master
	manifest  = "manifest"
	handed    = "handed" // what is handed in beside the cuts: see package submission
	run       = "run"    // how the run goes on and ends
)

// outcome is what a script leads to, by place.
type outcome map[string]string

// differs lists the places in which two outcomes differ.
func (o outcome) differs(other outcome) []string {
	var all []string
	for _, place := range []string{refused, told, prompt, pictures, request, who, voices, conform, assembly, subtitles, manifest, handed, run} {
		if o[place] != other[place] {
			all = append(all, place)
		}
	}
	return all
}

// memory is a folder of the script's files.
type memory fstest.MapFS

func (memory) Abs(p string) (string, error) { return "/" + strings.TrimPrefix(p, "/"), nil }
func (m memory) Open(dir string) (fs.FS, error) {
	return fs.Sub(fstest.MapFS(m), strings.TrimPrefix(dir, "/"))
}

// follow renders the script on a stage and writes down all that leaves the house.
func follow(t *testing.T, season, episode string, templates map[string]string) outcome {
	t.Helper()
	files := memory{}
	for name, body := range theFiles(t) {
		files["show/"+name] = &fstest.MapFile{Data: body}
	}
	files["show/season.yaml"], files["show/ep01.yaml"] = &fstest.MapFile{Data: []byte(season)}, &fstest.MapFile{Data: []byte(episode)}
	for name, text := range templates {
		files["show/templates/"+name+".tmpl"] = &fstest.MapFile{Data: []byte(text)}
	}
	loaded, problems := script.Load(files, "show/ep01.yaml")
	var text strings.Builder
	if err := problems.Format(&text, false); err != nil {
		t.Fatal(err)
	}
	if loaded == nil {
		return outcome{refused: text.String()}
	}
	o := outcome{told: text.String()}
	render(t, loaded.Production(0), files, o)
	return o
}

// yuan is an amount of them.
func yuan(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

func render(t *testing.T, p drama.Production, files memory, o outcome) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{Instances: []string{"fake", "other", "third"}, Own: true, Drafts: true, Painters: []string{"painter", "second"}, Price: yuan(1)})
	facts := s.Planner.Facts
	s.Planner.Facts = func(ctx context.Context) ([]provider.Facts, error) {
		all, err := facts(ctx)
		for i := range all {
			switch all[i].Instance { // the other is the cheapest one
			case "fake":
				all[i].Model.PricePerSecond = yuan(2)
			case "third":
				all[i].Model.PricePerSecond = yuan(3)
				// It makes several shots in one call, and nothing under four seconds.
				all[i].Model.Dialect, all[i].Model.MinMS, all[i].Model.MaxMS = "seedance25", 4000, 30_000
			}
		}
		return all, err
	}
	s.Planner.Exchange = drama.Exchange{AsOf: "2026-11-01", Rates: map[string]int64{"CNY": drama.Micro, "USD": 7 * drama.Micro}}
	heard, seen := &booth{}, &recorder{Runner: rehearsal.Sounding{Runner: s.Media.Runner}}
	s.Media.Runner, s.Media.Judge, s.Planner.Judge = seen, critic{}, &plan.Judge{Model: "critic"}
	agrees := judge.Calibration{Judge: "critic", Agreed: judge.Agreed{Good: 10, Passed: 10, NG: 10, Caught: 10}}
	if err := (library.Library{Store: s.Store}).WriteCalibration(t.Context(), p.Season.Show, agrees); err != nil {
		t.Fatal(err)
	}
	if p.Season.Listen != "" { // else what a line says would change the run too
		s.Media.Listener = ear{}
	}
	s.Media.Speakers = func(name string) (voice.Speaker, bool) { return speaker{booth: heard, name: name}, true }
	for name, f := range files {
		keep(t, s.Store, p.Season.Show, name, f.Data)
	}

	if slices.ContainsFunc(p.Season.Routing, func(r drama.Route) bool { return r.Order == "leaderboard" }) {
		votes(t, s.Store)
	}

	e := env(s)
	var waits []string
	e.RegisterDelayedCallback(func() { // whoever waits for a person is sent home
		var st drama.EpisodeStatus
		v, err := e.QueryWorkflow(workflows.QueryStatus)
		if err == nil {
			err = v.Get(&st)
		}
		if err != nil {
			t.Error(err)
		}
		for _, w := range st.Waits {
			waits = append(waits, fmt.Sprint(w.Slate, w.For))
		}
		e.CancelWorkflow()
	}, 48*time.Hour)
	e.ExecuteWorkflow(workflows.EpisodeName, s.Submit(t, p))
	if !e.IsWorkflowCompleted() {
		t.Fatal("the run did not end")
	}
	var d drama.Delivery
	if err := e.GetWorkflowError(); err == nil {
		if err := e.GetWorkflowResult(&d); err != nil {
			t.Fatal(err)
		}
	}
	o[run] = fmt.Sprintln(d.State, d.Spent, waits)
	for _, shot := range d.Shots {
		o[run] += fmt.Sprintln(shot.Slate, shot.State, shot.Attempts)
	}
	bought(t, s, o)
	if problems := strings.Join(d.Problems, "\n"); o[who] == "" {
		o[refused] = problems
	} else {
		o[run] += problems
	}
	if to := foreign(p); to != "" && d.State == drama.StateDelivered {
		again := env(s)
		in := s.Submit(t, p)
		in.Dub = to
		again.ExecuteWorkflow(workflows.EpisodeName, in)
		if err := again.GetWorkflowError(); err != nil {
			t.Fatal(err)
		}
	}
	o[voices], o[conform], o[assembly] = heard.all(), seen.of(true), seen.of(false)
	delivered(t, s.Store, p, o)
}

// env is the engine with all that works on the stage.
func env(s *rehearsal.Stage) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	e := suite.NewTestWorkflowEnvironment()
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
	e.SetTestTimeout(5 * time.Minute)
	workflows.RegisterWorkflows(e)
	workflows.RegisterRecords(e, s.Planner, s.Library, s.Bank)
	workflows.RegisterMedia(e, s.Media)
	workflows.RegisterProvider(e, s.Generator)
	return e
}

// foreign is the language that somebody is cast to speak a dub in; empty: nobody is.
func foreign(p drama.Production) string {
	for _, c := range p.Season.Cast {
		if c.Voice != nil {
			for language := range c.Voice.Languages {
				return language
			}
		}
	}
	return ""
}

// votes are those of a studio whose people see the third model above the others.
func votes(t *testing.T, s store.Store) {
	t.Helper()
	var pairs []arena.Pair
	var all []arena.Vote
	at := time.Now().Add(-time.Hour)
	for i := range 240 {
		id, digest := drama.EpisodeID{Show: "before", Number: 1}, fmt.Sprintf("%064x", i)
		p := arena.Pair{
			ID: arena.BakeoffID(id.Show, digest), Episode: id, Slate: "1A", Digest: digest, Kind: arena.Close, Origin: arena.Bakeoff, At: at,
			A: arena.Entrant{Model: "model-third"}, B: arena.Entrant{Model: []string{"model-fake", "model-other"}[i%2]},
		}
		v := arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", i)), Pair: p.ID, By: fmt.Sprint(i % 3), Left: arena.SideA, Choice: arena.Left, At: at}
		if i%4 < 2 {
			v.Left, v.Choice = arena.SideB, arena.Right
		}
		pairs, all = append(pairs, p), append(all, v)
	}
	if _, err := (ballots.Ballots{Store: s}).Import(t.Context(), pairs, all); err != nil {
		t.Fatal(err)
	}
}

// keep stores a file of the script as a submission does.
func keep(t *testing.T, s store.Store, show, name string, body []byte) {
	t.Helper()
	ref, err := s.Put(t.Context(), "in/"+name, bytes.NewReader(body), "application/octet-stream")
	if err == nil {
		_, err = s.Put(t.Context(), store.Keys{Show: show}.Blob(ref.SHA256), bytes.NewReader(body), "application/octet-stream")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// bought writes down what the vendors were asked for.
func bought(t *testing.T, s *rehearsal.Stage, o outcome) {
	t.Helper()
	for _, instance := range slices.Sorted(maps.Keys(s.Dirs)) {
		jobs, err := fake.Jobs(s.Dirs[instance])
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(jobs, func(a, b fake.Bought) int { return strings.Compare(a.Request.Take.String(), b.Request.Take.String()) })
		for _, j := range jobs {
			r := j.Request
			take := fmt.Sprintln(r.Take)
			o[who] += instance + " " + take
			o[prompt] += take + r.Prompt + "\n" + r.Negative + "\n"
			o[pictures] += take
			for _, p := range append([]provider.Picture{}, r.References...) {
				o[pictures] += fmt.Sprintln(p.Name, p.Object.SHA256)
			}
			for _, p := range []*provider.Picture{r.FirstFrame, r.LastFrame} {
				if p != nil {
					o[pictures] += fmt.Sprintln("frame", p.Object.Key)
				}
			}
			seed := int64(-1)
			if r.Seed != nil {
				seed = *r.Seed
			}
			if r.Take.Number > 1 || seed > 1000 {
				seed = -1 // made up of the shot's digest
			}
			for _, v := range r.Voices {
				o[request] += fmt.Sprintln(v.Name, v.ID, v.Object.SHA256)
			}
			o[request] += take + fmt.Sprintln(r.Mode, r.Raster, r.FPS, r.Frames, r.MakeMS, r.Audio, seed)
		}
	}
}

// delivered writes down the latest cut's texts.
func delivered(t *testing.T, s store.Store, p drama.Production, o outcome) {
	t.Helper()
	prefix := store.Keys{Show: p.Season.Show}.Cut(p.ID(), 1)
	body, _, err := s.Read(t.Context(), prefix+"manifest.json")
	if err != nil {
		return // nothing was delivered: run says so
	}
	var m drama.Manifest
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	cues := submission.Cues(submission.Episode{Manifest: m, Script: p})
	o[handed] = string(submission.Synopsis(p.Season, []drama.Production{p})) + string(cues)
	// Sums and keys follow from everything; what is left is what the manifest says itself.
	m.Digest, m.Script, m.MadeAt = "", drama.Object{}, time.Time{}
	for i := range m.Shots {
		m.Shots[i].Digest, m.Shots[i].VideoDigest, m.Shots[i].Seed = "", "", nil
	}
	for i, f := range m.Files {
		if strings.HasPrefix(f.Name, "subs/") {
			text, _, err := s.Read(t.Context(), prefix+f.Name)
			if err != nil {
				t.Fatal(err)
			}
			o[subtitles] += f.Name + "\n" + string(text)
		}
		m.Files[i].SHA256, m.Files[i].Bytes = "", 0
	}
	said, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	o[manifest] = string(said)
}

// recorder writes down media jobs.
type recorder struct {
	media.Runner
	mu             sync.Mutex
	making, joined []string
}

func (r *recorder) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	var said string
	var err error
	switch { // before it is carried out, while its files are there
	case job.Conform != nil:
		said, err = conformed(*job.Conform)
	case job.Assemble != nil:
		said, err = assembled(*job.Assemble)
	}
	if err != nil {
		return media.Result{}, err
	}
	r.mu.Lock()
	if job.Conform != nil {
		r.making = append(r.making, said)
	} else if job.Assemble != nil {
		r.joined = append(r.joined, said)
	}
	r.mu.Unlock()
	return r.Runner.Run(ctx, job, in, report)
}

// conformed is a job without its scratch folder. Of clips only a person's is told: a
// vendor's is another each time.
func conformed(c media.ConformJob) (string, error) {
	body, err := os.ReadFile(c.In)
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(c.In)
	if bytes.Contains(body, []byte("ftypqt")) {
		c.In = string(body)
	}
	return strings.ReplaceAll(asJSON(c), dir, ""), nil
}

// assembled is a job without its scratch folders, and with its music.
func assembled(a media.AssembleJob) (string, error) {
	dir := filepath.Dir(a.Out)
	a.Parts = "" // they are lent
	said := ""
	for _, f := range a.Effects { // a sound is told by what is in it
		body, err := os.ReadFile(f.Path)
		if err != nil {
			return "", err
		}
		said += fmt.Sprintf("%x", sha256.Sum256(body))
	}
	if a.Score != nil {
		music, err := os.ReadFile(a.Score.Path)
		if err != nil {
			return "", err
		}
		score := *a.Score
		score.Path, a.Score = string(music), &score
	}
	return strings.ReplaceAll(asJSON(a), dir, "") + said, nil
}

func (r *recorder) of(conforms bool) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.joined
	if conforms {
		all = r.making
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // jobs are plain structs
	}
	return string(raw)
}

// booth writes down what voices are asked for.
type booth struct {
	mu   sync.Mutex
	said []string
}

func (b *booth) all() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(b.said)
	return strings.Join(b.said, "\n")
}

type speaker struct {
	*booth
	name string
}

func (s speaker) Name() string      { return s.name }
func (speaker) Deterministic() bool { return true }
func (s speaker) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, fmt.Sprintf("%s %+v", s.name, r))
	return voice.Speech{Samples: make([]int16, 500*len(r.Text)), Rate: 24000}, nil
}

// critic finds everything middling, and the face wrong.
type critic struct{}

func (critic) Model() string { return "critic" }

func (critic) Look(context.Context, judge.Request) (judge.Opinion, error) {
	return judge.Opinion{Score: 0.5, Grades: []drama.Grade{{Question: "identity", Grade: 1, Floor: 2}}}, nil
}

// ear hears the same of every take.
type ear struct{}

func (ear) Model() string { return "ear-1" }

func (ear) Hear(context.Context, listen.Sound, listen.Hint) (listen.Transcript, error) {
	return listen.Transcript{Text: "Would you like some coffee?"}, nil
}

// theFiles are those that the script names, or may name after a change.
func theFiles(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{
		"lin.pdf": []byte("%PDF-1.4 lin"), "bo.pdf": []byte("%PDF-1.4 bo"), "clip.mov": []byte("\x00\x00\x00\x14ftypqt  a"), "reel.mov": []byte("\x00\x00\x00\x14ftypqt  b"),
		"theme.flac": []byte("fLaC"), "march.flac": []byte("fLaC march"),
		"lin.wav": wav(1), "new.wav": wav(2),
	}
	for i, name := range []string{"lin.png", "bo.png", "store.png", "phone.png", "new.png"} {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 640+2*i))); err != nil {
			t.Fatal(err)
		}
		all[name] = b.Bytes()
	}
	return all
}

// wav is three seconds of a sound: mono, 8 kHz, 16 bits.
func wav(level byte) []byte {
	const bytesOf = 3 * 16_000
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	b.Write([]byte{bytesOf & 0xff, bytesOf >> 8, 0, 0})
	b.Write(bytes.Repeat([]byte{level, 0}, bytesOf/2))
	return b.Bytes()
}
