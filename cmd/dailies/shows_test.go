package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/film"
	"github.com/dailies/dailies/test/vendors/speech"
	"github.com/dailies/dailies/test/vendors/tongue"
)

const (
	showSeed   = 20261130
	showFaults = 0.05 // of all requests to vendors
)

// show is a show at its vendors: who films it, who paints its sheets, who speaks and
// listens for it.
type show struct {
	house
	tale
	film  *vendors.House
	paint *vendors.House
	set   *film.Set
	booth *speech.Vendor
	key   string
	kills int
}

// openShow opens accounts in a currency, on days on which a share of all requests goes
// wrong, and a house whose config knows them.
func openShow(t *testing.T, s tale, video, image, listener string) *show {
	t.Helper()
	sh := &show{house: newHouse(t, s.text()), tale: s, key: "sk-show-0123456789abcdef"}
	words := &tongue.Tongue{}
	sh.set = &film.Set{
		Form: film.Seedance25, Tongue: words, Seed: showSeed, Faults: s.faults(), Dir: t.TempDir(), Miss: func(n int) bool { return n%6 == 3 },
	}
	filmed := ark.New(vendors.Options{
		Key: sh.key, Seed: showSeed, JobTime: time.Second, Jitter: time.Second, SubmitRPS: -1, QueryQPS: -1, ListQPS: -1, Currency: s.currency, Clip: sh.set.Clip,
		Chaos: vendors.Chaos{
			Lost: 0.02, Gateway: 0.005, Dropped: 0.01, ServerError: 0.005, Throttle: 0.005, RefuseLater: 0.0025, Fail: 0.0025, QueryError: showFaults, NotReady: showFaults,
		},
	})
	// A picture is its answer: one that was lost could be found by nobody.
	painted := ark.New(vendors.Options{
		Key: sh.key, Seed: showSeed + 1, SubmitRPS: -1, Currency: s.currency, Chaos: vendors.Chaos{Throttle: 0.025, ServerError: 0.025},
	})
	sh.film, sh.paint = filmed.House(), painted.House()
	sh.booth = speech.New(speech.Options{Key: sh.key, Tongue: words, Seed: showSeed + 2, Faults: showFaults, PerMinute: 300_000, PerThousand: 1_000_000})
	serve := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	at := serve(sh.booth)
	heard := at
	if listener == "qwen-asr" {
		heard += "/compatible-mode/v1"
	}
	sh.env = append(sh.env, "TEST_SHOW_KEY="+sh.key, testGrace+"=3s")
	sh.write("dailies.yaml", fmt.Sprintf(`providers:
  seedance: {type: ark, model: %s, base_url: %q, api_key_env: TEST_SHOW_KEY, slots: 10, submit_rps: 50, poll_every: 250ms, deadline: 15m}
  seedream: {type: images, server: ark, model: %s, base_url: %q, api_key_env: TEST_SHOW_KEY, slots: 4, submit_rps: 50, poll_every: 250ms, deadline: 15m}
voices:
  cast: {type: openai, model: gpt-4o-mini-tts, base_url: %q, api_key_env: TEST_SHOW_KEY, price: 1 %[6]s}
listen: {type: %[7]s, base_url: %[8]q, api_key_env: TEST_SHOW_KEY, price: 0.3 %[6]s}
media: {encoder: {preset: ultrafast, crf: 28}}
`, video, ark.BaseURL(serve(filmed)), image, ark.BaseURL(serve(painted)), at, s.currency, listener, heard))
	return sh
}

// TestTwoShows makes a show in Chinese and one in English, on the whole way from sheets to masters: pictures of everybody, samples of voices, drafts in packs,
// what was not said as written made anew, and finals, while a share of all requests goes
// wrong and the program is killed again and again. The vendors' own books say what was
// bought and what it cost, and their clips what is in them.
func TestTwoShows(t *testing.T) {
	for _, s := range []struct {
		tale
		video, image, listener string
	}{
		{chinese(), "doubao-seedance-2-5-260628", "doubao-seedream-4-0-250828", "qwen-asr"},
		{english(), "dreamina-seedance-2-5-260628", "dola-seedream-5-0-flash-260915", "openai"},
	} {
		if !slices.Contains(tales, s.language) {
			continue
		}
		t.Run(s.language, func(t *testing.T) {
			sh := openShow(t, s.tale, s.video, s.image, s.listener)
			sh.sheets()
			drafts := sh.deliver(draftKills, "render", sh.script, "--json")
			for _, shot := range drafts.Shots {
				if shot.Draft == nil {
					t.Errorf("shot %s of the first cut is no draft", shot.Slate)
				}
			}
			before := len(sh.film.Ledger())
			finals := sh.deliver([]int{before + 3}, append(append([]string{"final", sh.id() + "/ep01"}, finalScenes...), "--yes", "--json")...)
			for _, shot := range finals.Shots {
				if wanted := len(finalScenes) == 0 || slices.Contains(finalScenes, shot.Slate[:1]); (shot.Draft != nil) == wanted {
					t.Errorf("shot %s of the second cut: a draft is %v, its final was wanted: %v", shot.Slate, shot.Draft != nil, wanted)
				}
			}
			if finals.Cut != 2 || finals.Master == nil || finals.Master.Frames != sh.frames() {
				t.Errorf("delivered cut %d, %+v, want %d frames", finals.Cut, finals.Master, sh.frames())
			}
			sh.soldOnce()
			sh.oneSum()
			sh.linesFound()
			sh.wellSplit()
			if want := len(draftKills) + 1; sh.kills < want {
				t.Errorf("killed %d times, not %d", sh.kills, want)
			}
		})
	}
}

// sheets makes the show's look book, approving what there is until nothing is missing.
func (sh *show) sheets() {
	sh.t.Helper()
	for range 12 {
		p := sh.spawn("sheet", sh.script, "--json")
		<-p.done
		switch p.code() {
		case exitDone:
		case exitWaiting:
			sh.answer()
			continue
		default:
			sh.t.Fatalf("sheet: exit code %d\n%s", p.code(), p.stderr())
		}
		b := decode[sheetsOut](sh.t, result{stdout: p.stdout()})
		var approve []string
		open := 0
		for _, s := range b.Sheets {
			switch s.State {
			case "choose":
				approve = append(approve, s.Name)
			case "approved":
			default:
				open++
			}
		}
		if len(approve) > 0 {
			sh.must(exitDone, "sheet", sh.script, "--approve", strings.Join(approve, ","))
		}
		if open == 0 {
			sh.t.Logf("%d sheets", len(b.Sheets))
			return
		}
	}
	sh.t.Fatal("the look book is not whole")
}

// deliver runs a command to its delivery. It is killed each time that the vendor has
// accepted so many jobs.
func (sh *show) deliver(kills []int, args ...string) drama.Delivery {
	sh.t.Helper()
	began := time.Now()
	for range 20 {
		p := sh.spawn(args...)
		look := time.NewTicker(100 * time.Millisecond)
		for alive := true; alive; {
			select {
			case <-p.done:
				alive = false
			case <-look.C:
				if len(kills) > 0 && len(sh.film.Ledger()) >= kills[0] {
					p.kill()
					kills = kills[1:]
					sh.kills++
				}
			}
		}
		look.Stop()
		switch p.code() {
		case exitDone, exitNoCut:
			d := decode[drama.Delivery](sh.t, result{stdout: p.stdout()})
			if d.State != drama.StateDelivered {
				for _, s := range d.Shots {
					if s.State != drama.ShotCircle {
						sh.t.Errorf("shot %s: %s: %q", s.Slate, s.State, s.Reasons)
					}
				}
				sh.t.Fatalf("%v ended as %s: %q", args, d.State, d.Problems)
			}
			sh.t.Logf("%v: cut %d after %v, %d jobs, %s spent", args, d.Cut, time.Since(began).Round(time.Second), len(sh.film.Ledger()), d.Spent)
			return d
		case exitWaiting:
			if sh.answer() == 0 {
				sh.t.Fatalf("%v waits, and not for a job:\n%s", args, p.stderr())
			}
		case -1: // killed
		default:
			sh.t.Fatalf("%v: exit code %d\n%s", args, p.code(), p.stderr())
		}
	}
	sh.t.Fatalf("%v came to no end", args)
	return drama.Delivery{}
}

// answer is the person who is asked about jobs that nobody knows of: what the vendor has
// under the job's own key is adopted, the rest is absent.
func (sh *show) answer() (answered int) {
	sh.t.Helper()
	for _, j := range sh.ledgerJobs() {
		if !j.Held() {
			continue
		}
		args := []string{"jobs", "absent", j.ID}
		if i := slices.IndexFunc(sh.film.Ledger(), func(made vendors.Job) bool { return made.Key == j.Intent.Key }); i >= 0 {
			args = []string{"jobs", "adopt", j.ID, sh.film.Ledger()[i].ID}
		}
		if r := sh.run(args...); r.code != exitDone {
			sh.t.Logf("%v: %d %s", args, r.code, r.stderr)
			continue
		}
		answered++
	}
	return answered
}

// chances are the test's own, the same each time.
func chances(of string) *rand.Rand {
	n := uint64(0)
	for _, b := range []byte(of) {
		n = n*31 + uint64(b)
	}
	return rand.New(rand.NewPCG(showSeed, n)) //nolint:gosec // a test wants the same chances again
}
