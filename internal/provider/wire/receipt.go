package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
)

// wrappers are the names under which vendors and gateways put an answer inside an
// answer.
var wrappers = []string{"data", "result", "output", "response", "task", "job", "video"}

// ID is a job's id in the answer to a submit, under the first of names that is there:
// what was bought must not be lost because an id is a number today, or the answer
// lies in one more wrapper. It is empty where the meaning is not certain: an error
// beside it, two ids, or none. The vendor may have the job then, and nobody knows
// which.
func ID(body []byte, names ...string) string {
	var answer any
	if numbers(body, &answer) != nil {
		return ""
	}
	const deep = 2 // data.task.id
	return id(answer, names, deep)
}

func id(answer any, names []string, deep int) string {
	if list, ok := answer.([]any); ok && len(list) == 1 {
		answer = list[0]
	}
	o, ok := answer.(map[string]any)
	if !ok || says(o["error"]) {
		return ""
	}
	for _, name := range names {
		if v := usable(o[name]); v != "" {
			return v
		}
	}
	if deep == 0 {
		return ""
	}
	var found []string
	for _, name := range wrappers {
		if v := id(o[name], names, deep-1); v != "" && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// says whether an error's field holds one.
func says(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		return v != "0"
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return true
}

// usable is a value as an id; empty: it is none.
func usable(v any) string {
	switch v := v.(type) {
	case string:
		if provider.Named(v) {
			return v
		}
	case json.Number:
		if s := v.String(); !strings.ContainsAny(s, ".eE-") && s != "0" {
			return s
		}
	}
	return ""
}

// Decode reads an answer leniently: a field of an unexpected type is left empty, and
// the rest is read. It errs for what is no JSON.
func Decode(body []byte, out any) error {
	err := json.Unmarshal(trim(body), out)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); odd && isObject(body) {
		return nil
	}
	return err
}

func isObject(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(trim(body)), []byte("{")) }

// numbers reads JSON with its numbers as they are written.
func numbers(body []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(trim(body)))
	d.UseNumber()
	return d.Decode(out)
}

// trim takes a byte order mark away, which JSON does not have and some gateways send.
func trim(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }
