package providertest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// numeric is a job's id as a number that no float holds.
const numeric = "918273645546372819"

// oddities are shapes of an answer whose meaning is as certain as ever: what was
// bought MUST NOT be lost for them.
var oddities = map[string]func(raw, id string) (body, want string){
	"a byte order mark": func(raw, id string) (string, string) { return "\ufeff" + raw, id },
	"one more wrapper":  func(raw, id string) (string, string) { return `{"data":` + raw + `}`, id },
	"a numeric id": func(raw, id string) (string, string) {
		quoted, _ := json.Marshal(id) // a string cannot err
		return strings.ReplaceAll(raw, string(quoted), numeric), numeric
	},
}

// odd asks for a take whose answer, good in the exchange, comes in odd shapes.
func (x Exchanges) odd(t *testing.T, e Exchange) {
	id, _ := e.Want.Job["id"].(string)
	if e.Op != "submit" || id == "" || len(e.Answers) == 0 || !slices.Contains(e.Covers, "submitted") {
		return
	}
	last := e.Answers[len(e.Answers)-1]
	raw, err := json.Marshal(last.Body)
	if quoted, qerr := json.Marshal(id); err != nil || qerr != nil || !strings.Contains(string(raw), string(quoted)) {
		return // the id is not the vendor's
	}
	for name, change := range oddities {
		if x.NotOdd[name] != "" {
			continue
		}
		t.Run(e.Name+" with "+name, func(t *testing.T) {
			body, want := change(string(raw), id)
			odd := last
			odd.Body = body
			v := newVendor(t, append(slices.Clone(e.Answers[:len(e.Answers)-1]), odd))
			job, err := x.New(t, v.server.URL).Submit(t.Context(), x.request(t, e))
			if err != nil || job.ID != want {
				t.Errorf("job %q, %v (%s); want %q of %s", job.ID, err, provider.KindOf(err, ""), want, body)
			}
		})
	}
}
