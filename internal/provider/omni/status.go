package omni

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// statusCancelled is the status of an interaction that was stopped.
const statusCancelled = "cancelled"

// states are the vendor's status words. Missing are requires_action and
// requires_continuation: a video's interaction asks nothing of us, so they are as
// strange as a word that nobody knows.
var states = map[string]provider.State{
	"queued":          provider.Queued,
	"in_progress":     provider.Running,
	"completed":       provider.Succeeded,
	"failed":          provider.Failed,
	"incomplete":      provider.Failed,
	"budget_exceeded": provider.Failed,
	statusCancelled:   provider.Cancelled,
}

// tokenPrice is what a million output tokens cost: at 720p 5,792 of them are a
// second. https://ai.google.dev/gemini-api/docs/omni
var tokenPrice = drama.Money{Micros: 17_500_000, Currency: "USD"}

// status is what an interaction says, without its job. clean makes the vendor's
// texts fit to be shown.
func (i interaction) status(clean func(string) string) provider.Status {
	s := provider.Status{State: states[i.Status], Word: clean(i.Status), Price: i.price()}
	if s.Word == "" {
		s.Word = "none"
	}
	switch s.State {
	case provider.Queued, provider.Running:
	case provider.Succeeded:
		uri, inline := i.video()
		if uri == "" && !inline {
			// What the model makes nothing of is what a filter took from it: no page
			// tells the two apart, and the same prompt would fare no better.
			s.State, s.Err = provider.Failed, i.failure(provider.KindRefused, "completed without a video")
		}
		s.URL = uri
	case provider.Failed, provider.Cancelled:
		s.Err = i.failure(endings[i.Status], "the interaction is "+s.Word)
	default:
		s.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: "unknown status " + s.Word}
	}
	if s.Err != nil {
		s.Err.Message, s.Err.Code = clean(s.Err.Message), clean(s.Err.Code)
	}
	return s
}

// endings are what an end without a video means if the vendor gives no reason.
var endings = map[string]provider.Kind{
	"failed":     provider.KindFailed,
	"incomplete": provider.KindFailed,
	// Whose budget is not said: the worst is the account's.
	"budget_exceeded": provider.KindQuota,
	statusCancelled:   provider.KindFailed,
}

// failure is the reason of an interaction without a video: the vendor's error, or
// what the model says instead of showing it.
func (i interaction) failure(kind provider.Kind, what string) *provider.Error {
	e := &provider.Error{Kind: kind, Op: string(wire.Poll), Message: what, Code: i.Error.code()}
	told := i.Error.Message
	if told == "" {
		told = i.said()
	}
	if told != "" {
		e.Message += ": " + told
	}
	switch known := kindOf(e.Code); {
	case i.Status == statusCancelled:
	case moderated(told) || moderated(e.Code):
		e.Kind = provider.KindRefused
	case i.Status == "failed" && (known == provider.KindInvalid || known == provider.KindAuth || known == provider.KindQuota):
		e.Kind = known
	}
	return e
}

// video is the first video of the model's output: its URI, or that it is inline.
func (i interaction) video() (uri string, inline bool) {
	for _, s := range i.Steps {
		for _, c := range s.Content {
			if s.Type == stepOutput && c.Type == contentVideo && (c.URI != "" || bool(c.Data)) {
				return c.URI, bool(c.Data)
			}
		}
	}
	return "", false
}

// said is what the model says in words.
func (i interaction) said() string {
	var all []string
	for _, s := range i.Steps {
		for _, c := range s.Content {
			if s.Type == stepOutput && c.Type == contentText && c.Text != "" {
				all = append(all, c.Text)
			}
		}
	}
	return strings.Join(all, " ")
}

// price is what the tokens of the video cost; nil: the answer does not say.
func (i interaction) price() *drama.Money {
	var tokens int64
	for _, m := range i.Usage.Output {
		if strings.EqualFold(m.Modality, contentVideo) {
			tokens += int64(m.Tokens)
		}
	}
	if tokens == 0 {
		return nil
	}
	price, err := provider.Tokens(tokenPrice, tokens)
	if err != nil {
		return nil
	}
	return &price
}
