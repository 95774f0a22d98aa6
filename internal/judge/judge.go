// Package judge is the contract for a model that looks at a take and says whether
// it shows what the shot's brief asks for, with the question it is asked
// (prompt.go) and the reading of its answer (answer.go). Implementations lie in
// folders beside it (openai). It is not QC: whether a clip is broken is measured,
// not asked. What an opinion means for the take is the caller's to say.
package judge

import (
	"context"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// Judge looks at takes. It is safe for concurrent use.
type Judge interface {
	// Look gives an opinion of one take with one request. It MUST NOT retry and
	// MUST return when ctx ends. Errors are *provider.Error, without a credential
	// or a signed URL in their words; an answer that is no opinion is one too.
	Look(ctx context.Context, r Request) (Opinion, error)
}

// Request is a take and what it should show.
type Request struct {
	Brief drama.Brief
	Note  string // the direction for this take, if there was one
	// Shown is how much of the clip is used, from its start.
	Shown time.Duration
	// Frames are pictures of what is used, in order, evenly spaced.
	Frames []Picture
	// References are what the people, things and the place of the brief look like.
	References []Reference
	// ClipURL is where the whole clip can be read for a while, where it can be;
	// Length is the clip's.
	ClipURL string
	Length  time.Duration
}

// Picture is one picture of a take, as JPEG.
type Picture struct {
	JPEG []byte
	At   time.Duration // from the take's start
}

// Reference is a picture of somebody or something in the brief, as JPEG.
type Reference struct {
	Name string // of the cast, prop or place
	Kind string // cast, prop, location
	JPEG []byte
}

// Opinion is what a judge thinks of a take.
type Opinion struct {
	// Score is 0..1: the mean of the grades. It orders takes; what is wrong is in the grades.
	Score   float64       `json:"score"`
	Reasons []string      `json:"reasons,omitempty"` // what is wrong, in words, the gravest first
	Grades  []drama.Grade `json:"grades,omitempty"`  // of the questions that it could answer
}

// Named is a Judge that says by which model it judges: how far it can be believed is known
// by model.
type Named interface {
	Model() string
}

// ModelOf is the judge's model; empty: it does not say, or there is no judge.
func ModelOf(j Judge) string {
	if n, ok := j.(Named); ok {
		return n.Model()
	}
	return ""
}

// Public says whether others on the internet may be able to read a URL: it is
// https and names no host of a network of one's own.
func Public(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return a.IsGlobalUnicast() && !a.IsPrivate()
	}
	if !strings.Contains(host, ".") {
		return false
	}
	for _, own := range []string{".local", ".localhost", ".internal", ".lan", ".svc", ".home.arpa"} {
		if strings.HasSuffix(host, own) {
			return false
		}
	}
	return true
}
