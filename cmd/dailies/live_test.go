package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/dashscope"
)

// TestDoctorAsksProviders: a key that works, one that does not, one that is not set,
// and a vendor that is not there; nothing is bought by asking.
func TestDoctorAsksProviders(t *testing.T) {
	const key = "sk-live-0123456789abcdef"
	a, d := ark.New(vendors.Options{Key: key}), dashscope.New(vendors.Options{Key: "another"})
	arks, dash := httptest.NewServer(a), httptest.NewServer(d)
	defer arks.Close()
	defer dash.Close()
	h := newHouse(t, tiny)
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  good: {type: ark, base_url: %q, api_key_env: LIVE_KEY, slots: 7, submit_rps: 3}
  wrong: {type: dashscope, base_url: %q, api_key_env: LIVE_KEY}
  unset: {type: ark, base_url: %q, api_key_env: NOBODYS_KEY}
  gone: {type: kling, base_url: "http://127.0.0.1:1", api_key_env: LIVE_KEY}
`, ark.BaseURL(arks.URL), dashscope.BaseURL(dash.URL), ark.BaseURL(arks.URL)))
	h.env = []string{"LIVE_KEY=" + key}
	r := h.must(exitUsage, "doctor", "--live", "--json")
	if strings.Contains(r.stdout+r.stderr, key) {
		t.Error("the key is shown")
	}
	found := map[string]check{}
	for _, c := range decode[struct{ Checks []check }](t, r).Checks {
		found[c.Name] = c
	}
	for name, ok := range map[string]bool{"good": true, "animatic": true, "wrong": false, "unset": false, "gone": false} {
		if c, there := found[name]; !there || c.OK != ok || !ok && c.Remedy == "" {
			t.Errorf("%s: %+v, want ok %v", name, c, ok)
		}
	}
	if n := len(a.House().Ledger()) + len(d.House().Ledger()); n != 0 {
		t.Errorf("asking bought %d jobs", n)
	}

	listed := map[string]listedProvider{}
	for _, p := range decode[struct{ Providers []listedProvider }](t, h.must(exitDone, "providers", "--json")).Providers {
		listed[p.Instance] = p
	}
	if p := listed["good"]; p.Slots != 7 || p.SubmitRPS != 3 || p.Key != "set" || len(p.Model.Rates) == 0 {
		t.Errorf("good: %+v", p)
	}
	if p := listed["unset"]; p.Key != "missing" || p.Parked == "" {
		t.Errorf("unset: %+v", p)
	}
}

// TestAModelThatHasEnded: the config still names it, and everything that looks at the
// config says so before a run does.
func TestAModelThatHasEnded(t *testing.T) {
	h := newHouse(t, tiny)
	h.write("dailies.yaml", `providers:
  byteplus: {type: ark, model: seedance-1-5-pro-251215, base_url: "https://ark.ap-southeast.bytepluses.com/api/v3", api_key_env: LIVE_KEY}
  borrowed: {type: ark, model: seedance-9, like: seedance-1-5-pro-251215, base_url: "https://ark.ap-southeast.bytepluses.com/api/v3", api_key_env: LIVE_KEY}
`)
	h.env = []string{"LIVE_KEY=k"}
	const says = "ended on 2026-11-11; dreamina-seedance-2-0-mini-260615 takes its place"
	listed := h.must(exitDone, "providers").stdout
	if strings.Count(listed, says) != 1 {
		t.Errorf("providers does not say once that %q:\n%s", says, listed)
	}
	var models []check
	for _, c := range decode[struct{ Checks []check }](t, h.must(exitUsage, "doctor", "--json")).Checks {
		if strings.HasPrefix(c.Name, "model of ") {
			models = append(models, c)
		}
	}
	if len(models) != 1 || models[0].OK || !strings.HasSuffix(models[0].Found, says) || !strings.Contains(models[0].Remedy, "providers.byteplus") {
		t.Errorf("doctor found of models %+v", models)
	}
	h.write("ep01.yaml", strings.ReplaceAll(tiny, "[fake]", "[byteplus, animatic]"))
	p := decode[planned](t, h.must(exitDone, "plan", h.script, "--json"))
	if len(p.Shots) == 0 || p.Shots[0].Provider != "animatic" || len(p.Shots[0].Rejected) != 1 || p.Shots[0].Rejected[0].Why != says {
		t.Errorf("planned %+v", p.Shots)
	}
}

// TestModelsOfToday: a vendor that lists its models for machines can be used with one
// that this release has never heard of.
func TestModelsOfToday(t *testing.T) {
	listing := `{"data":[{"id":"nobody/knows-it-1","name":"Knows It","supported_durations":[5,10],"supported_resolutions":["720p"],"supported_aspect_ratios":["9:16"],
		"supported_frame_images":["first_frame"],"generate_audio":true,"pricing_skus":{"duration_seconds_720p":"0.25"}}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/videos/models") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, listing)
	}))
	defer server.Close()
	h := newHouse(t, tiny)
	conf := "providers:\n  router: {type: openrouter, base_url: %q, api_key_env: LIVE_KEY, model: %s}\n"
	h.env = []string{"LIVE_KEY=sk-live-0123456789abcdef"}
	h.write("dailies.yaml", fmt.Sprintf(conf, server.URL+"/api/v1", `""`))
	if r := h.must(exitDone, "providers", "--refresh"); !strings.Contains(r.stderr, "nobody/knows-it-1") {
		t.Fatalf("%s\n%s", r.stdout, r.stderr)
	}
	h.write("dailies.yaml", fmt.Sprintf(conf, server.URL+"/api/v1", "nobody/knows-it-1"))
	for _, p := range decode[struct{ Providers []listedProvider }](t, h.must(exitDone, "providers", "--json")).Providers {
		if p.Instance != "router" {
			continue
		}
		price, err := p.Model.Price(provider.Bought{Mode: provider.ModeText, Raster: p.Model.Rasters[0], MS: 5000})
		if err != nil || p.Model.AnyModel || price.Micros != 1_250_000 || price.Currency != "USD" {
			t.Errorf("%+v: %s, %v", p.Model, price, err)
		}
	}
}
