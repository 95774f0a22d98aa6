// Package webhook tells people's own programs what happens in a house, by the Standard
// Webhooks specification: which events there are and who wants which, the record of each
// in the store with what became of it, and one signed request. It decides nothing and
// tries nothing twice; runs of workflows do.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// Type is what happened. Its word, and the fields of its Data, are for good.
type Type string

// Types of events.
const (
	// Delivered: a cut, or a dub, is delivered. Cut, Dub, Master, Manifest, Spent.
	Delivered Type = "episode.delivered"
	// Waiting: something stands still until a person decides. Wait.
	Waiting Type = "episode.waiting"
	// Ended: a run came to its end without what it was asked for. State, Problems, Spent.
	Ended Type = "episode.ended"
	// SpentOver: an episode has cost more than an amount of spent_over. Over, Spent.
	SpentOver Type = "episode.spent_over"
	// Parked: a provider's key or balance does not work. Provider, Reason, Until. Told once
	// an hour, whatever runs find out.
	Parked Type = "provider.parked"
)

// Types are all, in the order of the manual.
func Types() []Type { return []Type{Delivered, Waiting, Ended, SpentOver, Parked} }

// Event is something that happened, as it is kept and sent.
type Event struct {
	Form int    `json:"form"` // of this record
	ID   string `json:"id"`   // the webhook-id
	Type Type   `json:"type"`
	// At is when it happened: the same whoever tells of it again.
	At   time.Time `json:"timestamp"`
	Data Data      `json:"data"`
	// To are the hooks that wanted it when it happened.
	To []Target `json:"to"`
}

// Data is what is told of an event; which fields are set depends on its Type alone.
type Data struct {
	Show    string `json:"show"`
	Episode int    `json:"episode,omitempty"`
	// Run is the run's id at Temporal, the same after it went on in a new history.
	Run string `json:"run,omitempty"`

	State    drama.EpisodeState `json:"state,omitempty"`
	Problems []string           `json:"problems,omitempty"` // the first few
	Cut      int                `json:"cut,omitempty"`
	Dub      string             `json:"dub,omitempty"` // its language
	Master   *drama.Deliverable `json:"master,omitempty"`
	Manifest *drama.Deliverable `json:"manifest,omitempty"`
	Spent    *drama.Money       `json:"spent,omitempty"` // on the episode so far
	Over     *drama.Money       `json:"over,omitempty"`
	Wait     *drama.Wait        `json:"wait,omitempty"`
	Provider string             `json:"provider,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Until    *time.Time         `json:"until,omitempty"` // it is asked again
}

// Target is a hook as events know it: without its URL, which may hold a secret.
type Target struct {
	Hook  string `json:"hook"`  // Hook.ID
	Place string `json:"place"` // Hook.Place
}

// maxProblems and maxProblem bound what of a run's problems is told: the specification
// asks for bodies under 20 KB.
const (
	maxProblems = 5
	maxProblem  = 400 // bytes
)

// New makes an event. subject names what of the show it is about: two of the same type,
// subject and day are one.
func New(kind Type, subject string, at time.Time, d Data) Event {
	at = at.UTC().Truncate(time.Millisecond)
	d.Problems = slices.Clone(d.Problems[:min(len(d.Problems), maxProblems)])
	for i := range d.Problems {
		d.Problems[i] = cut(d.Problems[i])
	}
	d.Reason = cut(d.Reason)
	if d.Wait != nil {
		w := *d.Wait
		w.Reason, w.Failure = cut(w.Reason), cut(w.Failure)
		d.Wait = &w
	}
	return Event{Form: form, ID: id(kind, d.Show, d.Episode, subject, at), Type: kind, At: at, Data: d}
}

func cut(s string) string {
	if len(s) <= maxProblem {
		return s
	}
	return strings.ToValidUTF8(s[:maxProblem], "") + "…"
}

// id begins with the day, so that its record is found by it alone. It holds no full stop,
// which parts the signed text.
func id(kind Type, show string, episode int, subject string, at time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s", kind, show, episode, subject))
	return "evt_" + at.Format(day) + "_" + hex.EncodeToString(sum[:12])
}

const day = "20060102"

var goodID = regexp.MustCompile(`^evt_([0-9]{8})_[0-9a-f]{24}$`)

// ValidID says whether text may be an event's id.
func ValidID(text string) bool { return goodID.MatchString(text) }

// Body is what is sent: the same bytes each time.
func (e Event) Body() ([]byte, error) {
	return json.Marshal(struct {
		Type Type      `json:"type"`
		At   time.Time `json:"timestamp"`
		Data Data      `json:"data"`
	}{e.Type, e.At, e.Data})
}
