package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// numbersAt asks for numbers, calling the server by a name.
func numbersAt(t *testing.T, at, called string) (code int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at+"/metrics", nil)
	if err != nil {
		return 0, "", err
	}
	r.Host = called
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer w.Body.Close()
	all, err := io.ReadAll(w.Body)
	return w.StatusCode, string(all), err
}

// tellsNumbers holds what a process tells against lines that must be in it.
func tellsNumbers(t *testing.T, at string, want ...string) {
	t.Helper()
	code, body, err := numbersAt(t, at, at)
	if err != nil || code != http.StatusOK {
		t.Fatalf("numbers at %s: %d, %v", at, code, err)
	}
	lines := strings.Split(body, "\n")
	for _, line := range want {
		if !slices.Contains(lines, line) {
			t.Errorf("there is no %s in\n%s", line, body)
		}
	}
	if strings.Contains(body, "dailies_house_unread") {
		t.Error("some of it was not read")
	}
}

// comesToTell waits until the numbers of a process that works say so: of the house they are
// read every 20 s.
func comesToTell(t *testing.T, at, line string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		_, body, err := numbersAt(t, at, at)
		if err == nil && strings.Contains("\n"+body, "\n"+line+"\n") {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("never %s (%v) in\n%s", line, err, body)
		case <-tick.C:
		}
	}
}

// TestNumbersOfAHouse: what dailies up tells Prometheus of a house in which one take is
// made and another's job is held, and to whom.
func TestNumbersOfAHouse(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("360x640", "128x224", "a lamp", "'a lamp [fake: dropped]'", "  - {shot: 1C, duration: 1s, action: the street}\n", "").Replace(tiny))
	h.forgetful = true
	at := freeAddress(t)
	h.write("dailies.yaml", fmt.Sprintf("providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n  absent: {type: ark, model: doubao-seedance-2-0-260128, api_key_env: TEST_UNSET_KEY}\nstudio: {listen: \"\"}\ntelemetry: {metrics: %q, by_show: true}\n", at))
	up := h.start("up")
	code, body, err := numbersAt(t, at, "evil.example")
	for ; err != nil; code, body, err = numbersAt(t, at, "evil.example") { // it is not up yet
		up.alive(t)
	}
	if code != http.StatusMisdirectedRequest || strings.Contains(body, "dailies_") {
		t.Errorf("a name that is not ours is answered %d: %s", code, body)
	}
	h.must(exitWaiting, "render", h.script)
	tellsNumbers(t, at,
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
	)
	if r := h.run("up"); r.code != exitUsage || !strings.Contains(r.stderr, "telemetry.metrics") {
		t.Errorf("another at the same address: %d, %s", r.code, r.stderr)
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}
