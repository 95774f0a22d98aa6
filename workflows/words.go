package workflows

import (
	"errors"
	"slices"
	"strings"

	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/provider"
)

// Limits on what travels in results: reasons are for people, logs have the rest.
const (
	maxReasonBytes = 300
	maxReasons     = 4
)

// words is what a person needs to know of an activity's error.
func words(err error) string {
	var app *temporal.ApplicationError
	var timeout *temporal.TimeoutError
	switch {
	case errors.As(err, &app):
		return short(app.Message())
	case errors.As(err, &timeout):
		return "took too long: " + timeout.TimeoutType().String()
	}
	return short(err.Error())
}

// short cuts a reason to the size that travels.
func short(s string) string {
	s = strings.TrimSpace(s)
	if len(s) <= maxReasonBytes {
		return s
	}
	return strings.ToValidUTF8(s[:maxReasonBytes], "") + " …"
}

// brief cuts a list of reasons to the size that travels.
func brief(reasons []string) []string {
	var all []string
	for _, r := range reasons[:min(len(reasons), maxReasons)] {
		all = append(all, short(r))
	}
	return all
}

// kindWords says what a Kind means for the take.
func kindWords(kind string) string {
	switch kind {
	case string(provider.KindRefused):
		return "refused"
	case string(provider.KindInvalid):
		return "our request is wrong"
	case string(provider.KindAuth):
		return "the key is not accepted"
	case string(provider.KindQuota):
		return "the balance or plan does not allow it"
	case string(provider.KindFailed):
		return "failed"
	case string(provider.KindTransient), string(provider.KindThrottled):
		return "never accepted"
	case string(provider.KindUnknown):
		return "no end in a word that we know"
	case activities.ErrDropped:
		return "given up by a person"
	}
	return "went wrong"
}

func contains(all []string, s string) bool { return slices.Contains(all, s) }
