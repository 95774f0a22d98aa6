package vertex

import (
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// The vendor has no status words: an operation is done, or not yet.
const (
	wordRunning = "done: false"
	wordDone    = "done: true"
)

// status is what an operation says, without its job. clean makes the vendor's
// texts fit to be shown.
func (o operation) status(clean func(string) string) provider.Status {
	s := provider.Status{State: provider.Running, Word: wordRunning}
	switch {
	case !o.Done:
		return s
	case o.Error != nil:
		s.Err = o.Error.failed()
	case o.Response == nil:
		s.Err = &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: "done without a result"}
	default:
		s.URL, s.Err = outcome(*o.Response)
	}
	s.State, s.Word = provider.Succeeded, wordDone
	if s.Err != nil {
		s.State = provider.Failed
		s.Err.Message, s.Err.Code = clean(s.Err.Message), clean(s.Err.Code)
	}
	return s
}

// outcome is where the clip is, empty for in the answer, or why there is none.
func outcome(r result[there]) (uri string, e *provider.Error) {
	for _, v := range r.Videos {
		if bool(v.Data) || v.URI != "" {
			return v.URI, nil
		}
	}
	reasons := strings.Join(r.FilteredReasons, " ")
	if r.FilteredCount <= 0 && reasons == "" {
		return "", &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: "done without a video"}
	}
	e = &provider.Error{Kind: provider.KindRefused, Op: string(wire.Poll), Message: "filtered" + about(reasons) + ": " + reasons, Code: supportCode(reasons)}
	if reasons == "" {
		e.Message = fmt.Sprintf("filtered: %d videos, no reason given", r.FilteredCount)
	}
	if strings.Contains(strings.ToLower(reasons), "audio") {
		billed := false // https://ai.google.dev/gemini-api/docs/veo says so of sound
		e.Billed = &billed
	}
	return "", e
}
