package runway

import (
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// What a plan counts on is what is sent.
func TestFactsAreSent(t *testing.T) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		want := takes{audio: m.Audio, seed: m.Seed, negative: m.Negative, last: m.LastFrame}
		if got, ok := bodies[m.ID]; !ok || got != want {
			t.Errorf("%s: facts say %+v, its request has %+v", m.ID, want, got)
		}
	}
}

func TestFailureCodes(t *testing.T) {
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]provider.Kind{
		"":                             provider.KindFailed,
		"SAFETY.INPUT.TEXT":            provider.KindRefused,
		"SAFETY.OUTPUT.VIDEO":          provider.KindRefused,
		"SAFETYNET":                    provider.KindFailed,
		"INPUT_PREPROCESSING.FORMAT":   provider.KindInvalid,
		"INPUT_PREPROCESSING.INTERNAL": provider.KindFailed,
		"ASSET.INVALID":                provider.KindInvalid,
		"INTERNAL.BAD_OUTPUT.CODE01":   provider.KindFailed,
		"INTERNAL":                     provider.KindFailed,
		"THIRD_PARTY.UNAVAILABLE":      provider.KindFailed,
		"THIRD_PARTY.SAFETY":           provider.KindRefused,
		".":                            provider.KindFailed,
	} {
		if got := p.failure(task{Code: code}, wire.Poll); got.Kind != want {
			t.Errorf("%q is %s, want %s", code, got.Kind, want)
		}
	}
}

func TestCredits(t *testing.T) {
	for credits, want := range map[string]int64{"0": 0, "60": 600_000, "12.5": 125_000, `"7"`: 70_000, "0.1": 1000, "0.3": 3000, "0.00001": 1} {
		var c cost
		if err := json.Unmarshal([]byte(`{"credits":`+credits+`}`), &c); err != nil {
			t.Fatal(err)
		}
		if p := c.price(); p == nil || p.Micros != want || p.Currency != "USD" {
			t.Errorf("%s credits are %v, want %d", credits, p, want)
		}
	}
	for _, credits := range []string{"-1", "null", `""`, `"NaN"`, "1e9", "[]", `"Inf"`} {
		var c cost
		if err := json.Unmarshal([]byte(`{"credits":`+credits+`}`), &c); err != nil {
			t.Fatal(err)
		}
		if p := c.price(); p != nil {
			t.Errorf("%s credits are %v", credits, p)
		}
	}
}

func FuzzTask(f *testing.F) {
	f.Add([]byte(`{"status":"FAILED","failureCode":"SAFETY.INPUT.TEXT","progress":"0.5","cost":{"credits":"5"},"output":[null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got task
		if json.Unmarshal(body, &got) == nil {
			st := p.status(provider.Job{}, got, wire.Poll)
			if st.Progress < 0 || st.Progress > 1 || st.Price != nil && st.Price.Micros < 0 || st.State == provider.Succeeded && st.URL == "" {
				t.Errorf("%+v", st)
			}
		}
		explain(400, body)
	})
}
