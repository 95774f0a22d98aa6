package comfyui

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// kinds are the codes of both APIs. Where there is none the HTTP status decides.
var kinds = map[string]provider.Kind{
	// https://github.com/Comfy-Org/docs/blob/main/openapi-v2.yaml
	"insufficient_credits": provider.KindQuota,
	"invalid_request":      provider.KindInvalid,
	"invalid_workflow":     provider.KindInvalid,
	"workflow_format_ui":   provider.KindInvalid,
	"missing_asset":        provider.KindInvalid,
	"hash_mismatch":        provider.KindInvalid,
	// The key was used: there probably is a job, and nobody says which.
	"idempotency_key_reuse": provider.KindAmbiguous,
	"queue_full":            provider.KindThrottled,
	"deployment_not_ready":  provider.KindThrottled,
	"rate_limited":          provider.KindThrottled,
	"too_many_streams":      provider.KindThrottled,
	// upstream_error: the status decides, since the key stays claimed.

	// https://github.com/Comfy-Org/ComfyUI/blob/master/execution.py
	"invalid_prompt":                   provider.KindInvalid,
	"no_prompt":                        provider.KindInvalid,
	"prompt_no_outputs":                provider.KindInvalid,
	"prompt_outputs_failed_validation": provider.KindInvalid,
	"missing_node_type":                provider.KindInvalid,
}

// reason is why: {"error": {…}}.
type reason struct {
	Code    string          `json:"code"` // v2
	Type    string          `json:"type"` // native
	Message string          `json:"message"`
	Details json.RawMessage `json:"details"` // native: a text; v2: an object
}

type badNode struct {
	ClassType string `json:"class_type"`
	Errors    []struct {
		Type    string `json:"type"`
		Message string `json:"message"`
		Details string `json:"details"`
	} `json:"errors"`
}

// explain reads a no of either API.
func explain(_ int, body []byte) wire.Reason {
	var p struct {
		Error json.RawMessage `json:"error"`
		// An empty list where there are none.
		NodeErrors json.RawMessage `json:"node_errors"`
	}
	if json.Unmarshal(body, &p) != nil {
		return wire.Reason{}
	}
	var text string
	if json.Unmarshal(p.Error, &text) == nil && text != "" {
		return wire.Reason{Message: text + badNodes(p.NodeErrors)}
	}
	var r reason
	if json.Unmarshal(p.Error, &r) != nil {
		return wire.Reason{}
	}
	code := cmp.Or(r.Code, r.Type)
	var details struct {
		NodeErrors json.RawMessage `json:"node_errors"`
	}
	_ = json.Unmarshal(r.Details, &details) // natively a text
	message := r.Message
	if json.Unmarshal(r.Details, &text) == nil && text != "" {
		message += ": " + text
	}
	return wire.Reason{Kind: kinds[code], Code: code, Message: message + badNodes(p.NodeErrors) + badNodes(details.NodeErrors)}
}

// badNodes is "; node 3 (KSampler): Value not in list: sampler_name".
func badNodes(raw json.RawMessage) (out string) {
	var nodes map[string]badNode
	if json.Unmarshal(raw, &nodes) != nil {
		return ""
	}
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		for _, e := range nodes[id].Errors {
			out += "; " + says(id, nodes[id].ClassType, e.Message)
			if e.Details != "" {
				out += ": " + e.Details
			}
		}
	}
	return out
}
