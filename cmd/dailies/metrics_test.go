package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestNumbersOfAHouse: what dailies up tells Prometheus of a house in which one take is
// made and another's job is held, and to whom.
func TestNumbersOfAHouse(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("360x640", "128x224", "a lamp", "'a lamp [fake: dropped]'", "  - {shot: 1C, duration: 1s, action: the street}\n", "").Replace(tiny))
	h.forgetful = true
	at := freeAddress(t)
	h.write("dailies.yaml", fmt.Sprintf("providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n  absent: {type: ark, model: doubao-seedance-2-0-260128, api_key_env: TEST_UNSET_KEY}\nstudio: {listen: \"\"}\ntelemetry: {metrics: %q, by_show: true}\n", at))
	up := h.start("up")
	ask := func(host string) (int, string) {
		for {
			up.alive(t)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at+"/metrics", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			w, err := http.DefaultClient.Do(r)
			if err != nil {
				continue // it is not up yet
			}
			defer w.Body.Close()
			body, err := io.ReadAll(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			return w.StatusCode, string(body)
		}
	}
	if code, body := ask("evil.example"); code != http.StatusMisdirectedRequest || strings.Contains(body, "dailies_") {
		t.Errorf("a name that is not ours is answered %d: %s", code, body)
	}
	h.must(exitWaiting, "render", h.script)
	_, body := ask(at)
	lines := strings.Split(body, "\n")
	for _, want := range []string{
		`dailies_open_runs{workflow_type="Episode"} 1`,
		`dailies_jobs_held{provider="fake"} 1`,
		`dailies_job_holds_total{provider="fake"} 1`,
		`dailies_cap_used_ratio{cap="episode",show="tiny"} 0.02`, // one is paid, one is in doubt, of a hundred
		`dailies_spend_total{currency="CNY",provider="fake"} 1`,
		`dailies_shots_total{provider="fake",state="circle"} 1`,
		`dailies_provider_parked{provider="fake"} 0`,
		`dailies_provider_parked{provider="absent"} 1`,
		`dailies_queue_backlog{kind="activity",task_queue="provider:fake"} 0`,
		`dailies_media_made_seconds_total{kind="conform"} 1`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
	if strings.Contains(body, "dailies_house_unread") {
		t.Error("some of it was not read")
	}
	if r := h.run("up"); r.code != exitUsage || !strings.Contains(r.stderr, "telemetry.metrics") {
		t.Errorf("another at the same address: %d, %s", r.code, r.stderr)
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}
