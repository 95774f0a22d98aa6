// Package arena ranks models by what the studio's own people see: two takes of one
// shot side by side, no name on either, and a vote. It says what a pair and a vote
// are, which votes count, which pair to show next, how strong each model is and how
// sure that is, and whether that is enough to route by. It is pure: the same records
// give the same table on every machine. It keeps no record (see package ballots)
// and shows no page.
package arena

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// Origin is why a pair exists.
type Origin string

// Origins. Only bake-offs count: they are drawn at random. A retake's pair exists
// because the first model had failed at the shot, so it says nothing of the rest. Shots
// that a model is tried on are picked by a person, and the take beside it was chosen of
// several.
const (
	Bakeoff Origin = "bakeoff"
	Retake  Origin = "retake"
	Try     Origin = "try"
)

// Pair is two takes of one shot digest by two models. It is written once.
type Pair struct {
	ID      string          `json:"id"` // BakeoffID, RetakeID or TryID
	Episode drama.EpisodeID `json:"episode"`
	Slate   string          `json:"slate"`
	Digest  string          `json:"digest"` // of the shot that both were asked for
	Kind    Kind            `json:"kind"`
	Origin  Origin          `json:"origin"`
	// A and B have no order but that of their names: which of them is seen on the left
	// is drawn for each showing.
	A  Entrant   `json:"a"`
	B  Entrant   `json:"b"`
	At time.Time `json:"at"`
	// Void is why nobody is asked about it, in words: the second take came to nothing,
	// or only one of them passed QC. Empty: it is shown.
	Void string `json:"void,omitempty"`
}

// Entrant is one of the takes of a pair.
type Entrant struct {
	Take     drama.TakeID `json:"take"`
	Provider string       `json:"provider"` // instance
	Model    string       `json:"model"`
}

// BakeoffID names the one bake-off that a digest has in a show.
func BakeoffID(show, digest string) string { return named("bakeoff", show, digest) }

// RetakeID names the pair of two takes, in either order.
func RetakeID(a, b drama.TakeID) string {
	names := []string{a.String(), b.String()}
	slices.Sort(names)
	return named("retake", names...)
}

// TryID names the one pair of a model that is tried on a digest in a show.
func TryID(show, digest, model string) string { return named("try", show, digest, model) }

// idLength is long enough that no two pairs ever share a name.
const idLength = 32

func named(what string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(what))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))[:idLength]
}

// ValidID says whether s may name a pair.
func ValidID(s string) bool {
	if len(s) != idLength {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}

// Side is one of a pair's entrants.
type Side string

// The two entrants of a pair.
const (
	SideA Side = "a"
	SideB Side = "b"
)

// Other is the other entrant.
func (s Side) Other() Side {
	if s == SideA {
		return SideB
	}
	return SideA
}

// Choice is what a person said of a pair, by where it was seen.
type Choice string

// Choices. Known says that the person saw whose take it is, so that there is no
// blind vote of theirs.
const (
	Left    Choice = "left"
	Right   Choice = "right"
	Equal   Choice = "equal"
	BothBad Choice = "both_bad" // equal in the fit, and counted as bad of both
	Skip    Choice = "skip"
	Known   Choice = "known"
)

// Choices are all of them.
func Choices() []Choice { return []Choice{Left, Right, Equal, BothBad, Skip, Known} }

// Reason is what a vote was about, by the criteria of the public boards.
type Reason string

// Reasons of a vote; a person may give none.
const (
	Temporal  Reason = "temporal_consistency"
	Physical  Reason = "physical_plausibility"
	Adherence Reason = "prompt_adherence"
	Visual    Reason = "visual_quality"
	Coherence Reason = "coherence"
)

// Reasons are all of them, in the order in which they are shown.
func Reasons() []Reason { return []Reason{Temporal, Physical, Adherence, Visual, Coherence} }

// Vote is what one person said of one showing of a pair. It is written once;
// another vote may take its place, nothing removes it.
type Vote struct {
	ID      string   `json:"id"` // VoteID
	Pair    string   `json:"pair"`
	By      string   `json:"by"`
	Left    Side     `json:"left"` // who stood on the left
	Choice  Choice   `json:"choice"`
	Reasons []Reason `json:"reasons,omitempty"`
	// Mirror: the pair was shown to the same person again with the sides exchanged, to
	// see whether they agree with themself.
	Mirror bool      `json:"mirror,omitempty"`
	At     time.Time `json:"at"`
	// Void is why it does not count, as far as that was known when it was cast.
	Void Why `json:"void,omitempty"`
	// Source is the file that it was imported from; empty: it was cast here.
	Source string `json:"source,omitempty"`
}

// VoteID names a vote: the moment, and something random of at least 8 characters
// that tells two of one moment apart. Names sort by time.
func VoteID(at time.Time, random string) string {
	return at.UTC().Format("20060102T150405.000") + "-" + random
}

// ValidVoteID says whether s may name a vote: letters, digits, dots and dashes, at
// most 64.
func ValidVoteID(s string) bool {
	if len(s) < len("20060102T150405.000-")+8 || len(s) > 64 || s[8] != 'T' || s[19] != '-' {
		return false
	}
	for _, r := range s {
		ok := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r == 'T' || r == '.' || r == '-'
		if !ok {
			return false
		}
	}
	return true
}

// points is what the left side got: 1, ½ or 0; ok is false for what is no vote.
func (c Choice) points() (left float64, ok bool) {
	switch c {
	case Left:
		return 1, true
	case Right:
		return 0, true
	case Equal, BothBad:
		return 0.5, true
	case Skip, Known:
	}
	return 0, false
}

// forA is what A got of the vote: 1, ½ or 0.
func (v Vote) forA() (float64, bool) {
	p, ok := v.Choice.points()
	if v.Left == SideB {
		p = 1 - p
	}
	return p, ok
}
