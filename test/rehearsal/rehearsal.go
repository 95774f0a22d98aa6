// Package rehearsal sets a stage for tests and benchmarks: a store, the fake
// vendor under any number of instance names, and media work that costs nothing.
// Everything else on it is the real thing. It is no part of the program.
package rehearsal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/workflows"
)

// FPS is the rate of every production here.
var fps = media.Rational{Num: 24, Den: 1}

// Stage is all that a worker needs.
type Stage struct {
	Store     store.Store
	Ledger    ledger.Ledger
	Instances map[string]provider.Instance
	Providers map[string]provider.Provider
	Dirs      map[string]string // of the fake vendors, by instance: see fake.Jobs

	Planner   *activities.Planner
	Generator *activities.Generator
	Media     *activities.Media
	Library   *activities.Library
	Bank      *activities.Bank
}

// Options change the stage.
type Options struct {
	Store     store.Store // nil: in memory
	Instances []string    // nil: "fake"
	Painters  []string    // instances that make pictures
	Lips      []string    // instances that change lips
	Price     drama.Money // of a second
	NoFinder  bool
	Resubmit  bool // the instances' policy for lost answers
	// Good are instances that never misbehave, whatever a shot's action says.
	Good []string
	// NoNegative are models that take no negative prompt, as most do not.
	NoNegative bool
	// Until holds a slate's jobs running while it says so; nil: never.
	Until func(slate string) bool
	// Own gives each instance a model of its own: model-NAME.
	Own bool
	// Canceler makes the instances stop a job when they are asked to.
	Canceler bool
	// Drafts: the instances sell drafts.
	Drafts bool
	// Packs: the instances make several shots in one call, and no take under four seconds.
	Packs bool
}

// New sets the stage.
func New(t testing.TB, o Options) *Stage {
	t.Helper()
	if o.Store == nil {
		o.Store = mem.New()
	}
	if o.Instances == nil {
		o.Instances = []string{"fake"}
	}
	s := &Stage{
		Store: o.Store, Ledger: ledger.Objects{Store: o.Store, Keep: true, Written: &ledger.Written{}}, Instances: make(map[string]provider.Instance),
		Providers: make(map[string]provider.Provider), Dirs: make(map[string]string),
	}
	for _, name := range slices.Concat(o.Instances, o.Painters, o.Lips) {
		dir := filepath.Join(t.TempDir(), name)
		p, err := fake.New(fake.Options{Dir: dir, Price: o.Price, NoFinder: o.NoFinder})
		if err != nil {
			t.Fatal(err)
		}
		s.Dirs[name] = dir
		s.Providers[name] = direct(p, o, slices.Contains(o.Good, name))
		s.Instances[name] = provider.Instance{
			Name: name, Type: "fake", Model: "fake-1", Slots: 100, PollEveryMS: 1, DeadlineMS: 10_000, ResubmitAmbiguous: o.Resubmit,
		}
	}
	facts := func(context.Context) ([]provider.Facts, error) {
		var all []provider.Facts
		for i, names := range [][]string{o.Instances, o.Painters, o.Lips} {
			for _, name := range names {
				m := s.Providers[name].Models()[[]int{0, 1, 4}[i]]
				if o.Drafts && i == 0 {
					m = s.Providers[name].Models()[2]
				}
				if o.Packs && i == 0 {
					m = s.Providers[name].Models()[3]
				}
				m.Negative = m.Negative && !o.NoNegative
				if o.Own {
					m.ID = "model-" + name
				}
				all = append(all, provider.Facts{Instance: name, Type: "fake", Model: m})
			}
		}
		return all, nil
	}
	s.Bank = &activities.Bank{Account: &account.Account{Store: s.Store, Ledger: s.Ledger, Marked: true, Who: activities.RunOf}}
	s.Ledger = account.Marking{Ledger: s.Ledger, Account: s.Bank.Account}
	s.Planner = &activities.Planner{Store: s.Store, Ledger: s.Ledger, Facts: facts, Account: s.Bank.Account}
	s.Generator = &activities.Generator{Buyer: purchase.Buyer{
		Store: s.Store, Ledger: s.Ledger, Scratch: t.TempDir(), Grace: 20 * time.Millisecond,
		Providers: func(name string) (provider.Provider, provider.Instance, bool) {
			i, ok := s.Instances[name]
			return s.Providers[name], i, ok
		},
	}}
	s.Media = &activities.Media{Store: s.Store, Runner: Runner{}, Scratch: t.TempDir(), Tool: "rehearsal"}
	s.Generator.Buyer.Keep = s.Media.KeepClip
	s.Library = &activities.Library{Store: s.Store}
	return s
}

// Bought counts the jobs that all vendors of the stage have accepted.
func (s *Stage) Bought(t testing.TB) int {
	t.Helper()
	n := 0
	for _, dir := range s.Dirs {
		jobs, err := fake.Jobs(dir)
		if err != nil {
			t.Fatal(err)
		}
		n += len(jobs)
	}
	return n
}

// Submit stores a production and returns the run that renders it.
func (s *Stage) Submit(t testing.TB, p drama.Production) workflows.EpisodeInput {
	t.Helper()
	body, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	key := store.Keys{Show: p.Season.Show}.Script(p.ID(), hex.EncodeToString(sum[:]))
	ref, err := s.Store.Put(context.Background(), key, bytes.NewReader(body), "application/json")
	if err != nil {
		t.Fatal(err)
	}
	return workflows.EpisodeInput{ID: p.ID(), Script: ref, Rules: workflows.RulesNow}
}

// Shot is a four-second shot with an action, which may hold words for the fake
// vendor in brackets: see fake.Behaviour.
func Shot(slate, action string) drama.Shot {
	return drama.Shot{
		Slate: slate, Scene: "1", Size: "MS", Frames: 96, Action: action, Cut: media.Transition{Kind: media.Cut},
	}
}

// Shots are n plain shots 1A, 1B … 1Z, 1AA …
func Shots(n int) []drama.Shot {
	var all []drama.Shot
	for i := range n {
		slate := string(rune('A' + i%26))
		if i >= 26 {
			slate = string(rune('A'+i/26-1)) + slate
		}
		all = append(all, Shot("1"+slate, fmt.Sprintf("She counts to %d.", i)))
	}
	return all
}

// Production is episode 1 of a show with the given shots, made by the instances
// in order.
func Production(use []string, shots ...drama.Shot) drama.Production {
	return drama.Production{
		Season: drama.Season{
			Show: "rehearsal", Title: drama.Text{"en": "Rehearsal"}, Language: "en",
			Format:   drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: fps, Fit: media.FitFill},
			Routing:  []drama.Route{{Name: "default", Use: use}},
			Takes:    drama.TakePolicy{Max: 3},
			Dialogue: drama.DialogueNative,
			Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
			Label:    drama.Label{Text: "AI-generated", Position: "top-left", Frames: 72},
		},
		Episode: drama.Episode{
			Number: 1, Title: drama.Text{"en": "One"},
			Scenes: []drama.Scene{{Number: "1", Shots: shots}},
		},
	}
}

// Sold counts the jobs that all vendors of the stage have accepted, by slate.
func (s *Stage) Sold(t testing.TB) map[string]int {
	t.Helper()
	sold := make(map[string]int)
	for _, dir := range s.Dirs {
		jobs, err := fake.Jobs(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			sold[j.Request.Take.Slate]++
		}
	}
	return sold
}
