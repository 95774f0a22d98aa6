package minimax

import (
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// busy marks the vendor's own faults. The page says to try again and not that
// nothing was made, so after a create they leave money in doubt.
const busy provider.Kind = "busy"

// kinds are the codes of https://platform.minimax.io/docs/api-reference/errorcode
var kinds = map[wire.Text]provider.Kind{
	"1000": busy, // unknown
	"1001": busy, // timeout
	"1013": busy, // internal
	"1024": busy, // internal
	"1033": busy, // downstream

	"1002": provider.KindThrottled, // requests a minute
	"1039": provider.KindThrottled, // tokens a minute
	"1041": provider.KindThrottled, // connections

	"1004": provider.KindAuth,  // not authorised
	"2049": provider.KindAuth,  // key is wrong, or of the other site
	"1008": provider.KindQuota, // balance
	"2056": provider.KindQuota, // the plan's window is used up

	"1026": provider.KindRefused, // input is sensitive
	"1027": provider.KindRefused, // output is sensitive

	"1042":  provider.KindInvalid, // illegal characters
	"2013":  provider.KindInvalid, // parameters
	"1043":  provider.KindInvalid, // these are of voices, and listed with the rest
	"1044":  provider.KindInvalid,
	"20132": provider.KindInvalid,
	"2037":  provider.KindInvalid,
	"2039":  provider.KindInvalid,
	"2042":  provider.KindInvalid,
	"2048":  provider.KindInvalid,
}

// types are the errors of v2, for where no code stands in the message.
var types = map[string]provider.Kind{
	"bad_request_error":          provider.KindInvalid,
	"authorized_error":           provider.KindAuth,
	"insufficient_balance_error": provider.KindQuota,
	"unprocessable_entity_error": provider.KindRefused,
	"rate_limit_error":           provider.KindThrottled,
	"server_error":               busy,
	"overloaded_error":           busy, // no page says that nothing was made
}

// codeAtEnd is where v2 writes the code: "invalid params (2013)".
var codeAtEnd = regexp.MustCompile(`\((\d{4,5})\)\s*$`)

// explain reads a body that says no.
func explain(op wire.Op, status int, body []byte) wire.Reason {
	var no refusal
	if json.Unmarshal(body, &no) != nil {
		return wire.Reason{} // a proxy's page: by status
	}
	if no.Base.Code != "" && no.Base.Code != "0" {
		return reason(op, status, no.Base.Code, kinds[no.Base.Code], no.Base.Message)
	}
	code := wire.Text(no.Error.Type)
	kind := types[no.Error.Type]
	if m := codeAtEnd.FindStringSubmatch(no.Error.Message); m != nil {
		code = wire.Text(m[1])
		if k, ok := kinds[code]; ok {
			kind = k
		}
	}
	return reason(op, status, code, kind, no.Error.Message)
}

func reason(op wire.Op, status int, code wire.Text, kind provider.Kind, message string) wire.Reason {
	switch {
	case kind == busy && op == wire.Submit, kind == "" && status == http.StatusOK && op == wire.Submit:
		kind = provider.KindAmbiguous
	case kind == busy:
		kind = provider.KindTransient
	case kind == "" && status == http.StatusOK:
		kind = provider.KindUnknown
	case kind == provider.KindInvalid && (op == wire.Poll || op == wire.Cancel):
		kind = provider.KindNotFound // the job's id is all that such a request has
	}
	return wire.Reason{Kind: kind, Code: string(code), Message: message}
}

// failure is why a job failed: whatever is not ours to mend is a take that did
// not come out.
func failure(c *wire.Client, code wire.Text, message string) *provider.Error {
	if code == "0" {
		code, message = "", ""
	}
	if message == "" {
		message = "the vendor says that the job failed, and not why"
	}
	kind := kinds[code]
	switch kind {
	case provider.KindRefused, provider.KindInvalid, provider.KindAuth, provider.KindQuota:
	default:
		kind = provider.KindFailed
	}
	return &provider.Error{Kind: kind, Op: string(wire.Poll), Code: c.Clean(string(code)), Message: c.Clean(message)}
}

// unknown is a status whose word is in no table.
func unknown(c *wire.Client, word string) *provider.Error {
	return &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: c.Clean("MiniMax says the status “" + word + "”, which its pages do not know")}
}

// empty is a finished job that has nothing to fetch.
func empty() *provider.Error {
	return &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: "the job has finished without a clip"}
}
