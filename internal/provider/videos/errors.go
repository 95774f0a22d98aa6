package videos

import (
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// details are answers that say more than their HTTP status, by how they begin.
// https://docs.sglang.io/docs/sglang-diffusion/api/openai_api
var details = []struct {
	begins string
	kind   provider.Kind
}{
	{"input_reference or reference_url is required", provider.KindInvalid},
	// SGLang without an output folder; said before the job is made.
	{"Video delivery is unavailable", provider.KindTransient},
}

// exceptions are the names that vLLM-Omni gives as a failed job's code, and what
// they mean; all others are Failed.
// https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/videos_api/
var exceptions = map[string]provider.Kind{
	// The pipeline does not take what it was asked for, and will not next time.
	"ValueError":             provider.KindInvalid,
	"ValidationError":        provider.KindInvalid,
	"RequestValidationError": provider.KindInvalid,
	"NotImplementedError":    provider.KindInvalid,
	"400":                    provider.KindInvalid,
	"422":                    provider.KindInvalid,
}

// explain reads the server's own words; the kind is mostly the HTTP status's.
func explain(_ int, body []byte) wire.Reason {
	var p problem
	if json.Unmarshal(body, &p) != nil {
		return wire.Reason{}
	}
	r := p.reason()
	for _, d := range details {
		if strings.HasPrefix(r.Message, d.begins) {
			r.Kind = d.kind
		}
	}
	return r
}

func (p problem) reason() wire.Reason {
	var text string
	if json.Unmarshal(p.Detail, &text) == nil && text != "" {
		return wire.Reason{Message: text}
	}
	var fields []invalid
	if json.Unmarshal(p.Detail, &fields) == nil && len(fields) > 0 {
		return wire.Reason{Message: list(fields)}
	}
	if json.Unmarshal(p.Error, &text) == nil && text != "" {
		return wire.Reason{Message: text}
	}
	var f failure
	if json.Unmarshal(p.Error, &f) == nil && f.Message != "" {
		return wire.Reason{Code: string(f.Code), Message: f.Message}
	}
	return wire.Reason{Message: p.Message}
}

// list is "body.size: String should match pattern; …".
func list(fields []invalid) string {
	var says []string
	for _, f := range fields {
		var at []string
		for _, l := range f.Loc {
			at = append(at, string(l))
		}
		says = append(says, strings.Join(at, ".")+": "+f.Msg)
	}
	return strings.Join(says, "; ")
}

// failed is why a job failed.
func (p *Provider) failed(v video) *provider.Error {
	e := &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: "the server says that the job failed"}
	if v.Error == nil {
		return e
	}
	e.Code = p.client.Clean(string(v.Error.Code))
	if v.Error.Message != "" {
		e.Message = p.client.Clean(v.Error.Message)
	}
	if kind, ok := exceptions[e.Code]; ok {
		e.Kind = kind
	}
	return e
}
