package runway

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

var (
	// The page gives an empty balance no status of its own.
	noCredits = regexp.MustCompile(`(?i)\bcredits?\b`)
	// Jobs at once are never a 429 here; they wait as THROTTLED. What is, is the
	// account's cap of tasks in 24 hours: waiting a minute does not help.
	// https://docs.dev.runwayml.com/usage/tiers/
	dailyCap = regexp.MustCompile(`(?i)dail|per day|24[ -]?h|rolling`)
)

// explain reads a body that says no: https://docs.dev.runwayml.com/errors/errors/
// The zero Kind leaves it to the status, which is what the page sorts errors by.
func explain(status int, body []byte) wire.Reason {
	var no refusal
	if json.Unmarshal(body, &no) != nil || len(no.Error) == 0 {
		return wire.Reason{} // a proxy's page
	}
	r := wire.Reason{Message: no.says()}
	switch {
	case (status == http.StatusBadRequest || status == http.StatusForbidden) && noCredits.MatchString(r.Message):
		r.Kind = provider.KindQuota
	case status == http.StatusTooManyRequests && dailyCap.MatchString(r.Message):
		r.Kind = provider.KindQuota
	case status == http.StatusServiceUnavailable:
		// The page says to send it again, of 502 and 504 too; but those are said by
		// whoever stands before the API and may not know what it did.
		r.Kind = provider.KindTransient
	}
	return r
}

// failures are the families of failureCode, of which the longest prefix counts:
// https://docs.dev.runwayml.com/errors/task-failures/
var failures = map[string]provider.Kind{
	"SAFETY":                       provider.KindRefused,
	"INPUT_PREPROCESSING":          provider.KindInvalid,
	"INPUT_PREPROCESSING.SAFETY":   provider.KindRefused,
	"INPUT_PREPROCESSING.INTERNAL": provider.KindFailed,
	"ASSET":                        provider.KindInvalid,
	"INTERNAL":                     provider.KindFailed,
	"THIRD_PARTY":                  provider.KindFailed,
	"THIRD_PARTY.SAFETY":           provider.KindRefused,
}

// failure is why a task failed.
func (p *Provider) failure(t task, op wire.Op) *provider.Error {
	kind := provider.KindFailed
	code := t.Code
	for code != "" {
		if k, ok := failures[code]; ok {
			kind = k
			break
		}
		code = code[:max(strings.LastIndexByte(code, '.'), 0)]
	}
	e := &provider.Error{Kind: kind, Op: string(op), Code: p.api.Clean(t.Code), Message: p.api.Clean(t.Failure)}
	if e.Message == "" {
		e.Message = "the vendor says that the job failed, and not why"
	}
	if strings.HasPrefix(t.Code, "SAFETY.INPUT") {
		billed := true // unless the task's own cost says otherwise
		e.Billed = &billed
	}
	return e
}
