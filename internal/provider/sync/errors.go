package sync

import (
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// states are the words of https://sync.so/docs/api-reference/api/generate-api/get.
var states = map[wire.Text]provider.State{
	"PENDING": provider.Queued, "PROCESSING": provider.Running, "COMPLETED": provider.Succeeded,
	"FAILED": provider.Failed, "REJECTED": provider.Failed,
}

// codes are Sync's, whole or the beginning they share:
// https://sync.so/docs/developer-guides/error-handling. Codes of a job that failed are
// spelled in small letters there, and in capitals elsewhere.
var codes = map[string]provider.Kind{
	"INVALID_IDEMPOTENCY_KEY":             provider.KindInvalid,
	"IDEMPOTENCY_":                        provider.KindAmbiguous, // of our key there is, or may be, a job
	"GENERATION_INPUT_VALIDATION":         provider.KindInvalid,
	"GENERATION_UNSUPPORTED":              provider.KindInvalid,
	"GENERATION_MEDIA":                    provider.KindInvalid,
	"GENERATION_AUDIO":                    provider.KindInvalid,
	"GENERATION_VIDEO":                    provider.KindInvalid,
	"GENERATION_TEXT":                     provider.KindInvalid,
	"GENERATION_INPUT_VIDEO_INACCESSIBLE": provider.KindFailed,
	"GENERATION_INPUT_AUDIO_INACCESSIBLE": provider.KindFailed,
	"GENERATION_TIMEOUT":                  provider.KindFailed,
	"GENERATION_":                         provider.KindFailed,
}

func kindOf(code string) provider.Kind {
	code = strings.ToUpper(code)
	for n := len(code); n > 0; n-- {
		if k, ok := codes[code[:n]]; ok {
			return k
		}
	}
	return ""
}

// failure is the body of an answer that says no.
type failure struct {
	Message wire.Text `json:"message"`
	Error   wire.Text `json:"error"`
	Code    wire.Text `json:"errorCode"`
	Old     wire.Text `json:"error_code"`
	Short   wire.Text `json:"code"`
}

// explain reads an error. 402 is the plan or the balance, 409 the state of our key.
func explain(status int, raw []byte) wire.Reason {
	var f failure
	_ = wire.Decode(raw, &f) // an error that is no JSON is its status
	r := wire.Reason{Message: first(f.Message, f.Error), Code: first(f.Code, f.Old, f.Short)}
	switch r.Kind = kindOf(r.Code); {
	case status == http.StatusPaymentRequired:
		r.Kind = provider.KindQuota
	case status == http.StatusConflict && r.Kind == "":
		r.Kind = provider.KindAmbiguous
	case status == http.StatusRequestEntityTooLarge:
		r.Kind = provider.KindInvalid
	}
	return r
}

func first(all ...wire.Text) string {
	for _, t := range all {
		if t != "" {
			return string(t)
		}
	}
	return ""
}

// status is a job in our words. Sync tells no price.
func (p *Provider) status(j provider.Job, a wire.Answer, g generation) provider.Status {
	s := provider.Status{Job: j, State: states[g.Status], Word: string(g.Status)}
	no := func(k provider.Kind, code, message string) *provider.Error {
		return p.client.Refuse(wire.Poll, a, wire.Reason{Kind: k, Code: code, Message: message})
	}
	switch s.State {
	case "":
		s.Err = no(provider.KindUnknown, "", "the job is "+string(g.Status))
	case provider.Succeeded:
		if s.URL = first(g.MediaURL, g.OutputURL); s.URL == "" {
			s.State, s.Err = provider.Failed, no(provider.KindFailed, "", "the job is complete without a clip")
		}
	case provider.Failed:
		code, why := first(g.ErrorCode, g.OldCode), first(g.Error)
		kind := kindOf(code)
		if kind != provider.KindInvalid {
			kind = provider.KindFailed
		}
		if g.Status == "REJECTED" {
			kind = provider.KindRefused
		}
		if why == "" {
			why = "the job is " + string(g.Status) + ", and no reason is told"
		}
		s.Err = no(kind, code, why)
	default:
	}
	return s
}
