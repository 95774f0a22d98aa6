package minimax

import (
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Every size that a plan may choose has a name at the vendor.
func TestSizesAreNamed(t *testing.T) {
	for _, list := range [][]byte{modelsYAML, modelsCNYAML} {
		models, err := facts.Read(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range models {
			for _, r := range m.Rasters {
				s, ok := sizes[r]
				if !ok {
					t.Errorf("%s: %s has no name", m.ID, r)
				}
				if s.ratio != "16:9" && apiOf(m.ID) == apiV1 && m.Modes[0] == provider.ModeText {
					t.Errorf("%s: %s cannot be made from text", m.ID, r)
				}
			}
		}
	}
}

func TestCodes(t *testing.T) {
	for code, kind := range kinds {
		body, err := json.Marshal(map[string]any{"base_resp": map[string]any{"status_code": json.Number(code), "status_msg": "no"}})
		if err != nil {
			t.Fatal(err)
		}
		submit, poll := kind, kind
		if kind == busy {
			submit, poll = provider.KindAmbiguous, provider.KindTransient
		}
		if kind == provider.KindInvalid {
			poll = provider.KindNotFound
		}
		for op, want := range map[wire.Op]provider.Kind{wire.Submit: submit, wire.Poll: poll} {
			if got := explain(op, 200, body); got.Kind != want || got.Code != string(code) {
				t.Errorf("%s of %s is %+v, want %s", code, op, got, want)
			}
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"task_id":176843862716480,"status":"Success","file_id":"1","base_resp":{"status_code":"0"}}`))
	f.Add([]byte(`{"task":{"status":"failed","error":{"code":1026,"message":"no (1026)"},"usage":{"total_seconds":"5"}}}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		var a answerV1
		var q queriedV2
		_ = json.Unmarshal(body, &a)
		_ = json.Unmarshal(body, &q)
		explain(wire.Submit, 200, body)
		p := Provider{}
		p.price(provider.Job{Model: "x"}, q.Task.Resolution, string(q.Task.Usage.Total))
	})
}
