package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/fake"
)

// seasonKills are deaths in the moment after the show's account was changed.
const seasonKills = 6

// TestASeasonKilledWhileItDraws kills the program, without a chance to tidy up, the
// moment that a word to the show's account was written. The same command goes on: the
// cap is never passed, all that it allows is bought, each take once, and earlier episodes
// first.
func TestASeasonKilledWhileItDraws(t *testing.T) {
	h := newHouse(t, tiny)
	h.write("season.yaml", "show: tiny\nlanguage: en\nformat: {raster: 128x224, fps: 24}\nrouting: {default: [fake]}\nbudget: {currency: CNY, season: 9, on_exceed: stop}\n"+
		"label: {off: true, reason: a test}\nepisodes: [e1.yaml, e2.yaml, e3.yaml, e4.yaml]\n")
	for _, n := range []string{"1", "2", "3", "4"} {
		episode := "season: season.yaml\nepisode: " + n + "\nscenes:\n- scene: 1\n  shots:\n"
		for _, slate := range []string{"1A", "1B", "1C"} {
			episode += "  - {shot: " + slate + ", duration: 1s, action: picture " + slate + " of episode " + n + "}\n"
		}
		h.write("e"+n+".yaml", episode)
	}
	account := filepath.Join(h.dataDir(), "s3/objects/dailies/tiny/account.json")
	changed := func() (at time.Time) {
		if info, err := os.Stat(account); err == nil {
			at = info.ModTime()
		}
		return at
	}
	kills := 0
	var last *process
	for last == nil {
		before := changed()
		p := h.spawn("render", filepath.Join(h.dir, "season.yaml"), "--json")
		look := time.NewTicker(2 * time.Millisecond)
		for alive := true; alive; {
			select {
			case <-p.done:
				alive, last = false, p
			case <-look.C:
				if kills < seasonKills && !changed().Equal(before) {
					p.kill()
					kills++
					alive = false
				}
			}
		}
		look.Stop()
	}
	if kills < seasonKills {
		t.Errorf("the season ended after %d of %d kills: %s", kills, seasonKills, last.stderr())
	}
	d := decode[seasonDelivery](t, result{stdout: last.stdout()})
	got := ""
	for _, e := range d.Episodes {
		got += " " + string(e.State)
	}
	if got != " delivered delivered delivered stopped" || last.code() != exitNoCut {
		t.Fatalf("%s, exit code %d: %s", got, last.code(), last.stderr())
	}
	if short := d.Episodes[3].Short; short == nil || short.Cap == nil || short.Cap.Name != drama.CapSeason || !strings.Contains(last.stderr(), "the season's cap is 9.00 CNY") {
		t.Errorf("the fourth does not say which cap: %+v: %s", short, last.stderr())
	}
	jobs, err := fake.Jobs(filepath.Join(h.dir, "vendor"))
	if err != nil {
		t.Fatal(err)
	}
	bought := map[string]int{}
	for _, j := range jobs {
		bought[j.Request.Take.Episode.String()+" "+j.Request.Take.Slate]++
	}
	for shot, n := range bought {
		if n != 1 {
			t.Errorf("%s was bought %d times", shot, n)
		}
	}
	if len(jobs) != 9 || len(h.ledgerJobs()) < 9 {
		t.Errorf("%d takes were bought under a cap of nine, the ledger has %d jobs: %v", len(jobs), len(h.ledgerJobs()), bought)
	}
}
