// Package online is what listeners over the network have in common. It knows no vendor;
// HTTP itself is package wire's. A take costs next to nothing to listen to and what was
// heard is written down, so that none of this is a submit: what was lost on the way is
// transient and may be asked for again.
package online

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Op is what errors call it.
const Op wire.Op = "hear"

// MaxAnswer is how much of an answer is read, bytes: every word of two minutes with its
// times and alternatives.
const MaxAnswer = 2 << 20

// maxTime is how long one take may take to be heard: a studio's own CPU is slower than
// real time.
const maxTime = 5 * time.Minute

// Within bounds the time that a take takes.
func Within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, maxTime)
}

// Check refuses a sound that no listener takes.
func Check(s listen.Sound, most int) error {
	switch {
	case len(s.Samples) == 0 || s.Rate <= 0:
		return Invalid("there is no sound to hear")
	case s.Length() > listen.MaxLength:
		return Invalid("the sound lasts %s; at most %s are heard", s.Length().Round(time.Second), listen.MaxLength)
	case 2*len(s.Samples)+wavHeader > most:
		return Invalid("the sound is %d bytes long; the listener takes %d", 2*len(s.Samples)+wavHeader, most)
	}
	return nil
}

const wavHeader = 44

// Clean is a transcript fit to be kept, without the client's credentials: a server that
// is not what it seems could write back what it was sent.
func Clean(c *wire.Client, t listen.Transcript, length time.Duration) listen.Transcript {
	hide := func(s string) string {
		for _, secret := range c.Secrets {
			if secret != "" {
				s = strings.ReplaceAll(s, secret, "[secret]")
			}
		}
		return s
	}
	t.Text, t.Language = hide(t.Text), hide(t.Language)
	for i, w := range t.Words {
		t.Words[i].Word = hide(w.Word)
	}
	return t.Clean(length)
}

// Invalid is a request that no second try makes better.
func Invalid(format string, args ...any) *provider.Error {
	return &provider.Error{Kind: provider.KindInvalid, Op: string(Op), Message: fmt.Sprintf(format, args...)}
}

// NoKey is a request without a credential.
func NoKey(vendor string) *provider.Error {
	return &provider.Error{Kind: provider.KindAuth, Op: string(Op), Message: "there is no key for " + vendor + "; name its variable in listen.api_key_env"}
}

// maxTerms is how much of names is told, in characters: listeners that take more of them
// hear them where they are not.
const maxTerms = 400

// Terms are the names of a hint with commas between them.
func Terms(h listen.Hint) string {
	var b strings.Builder
	for _, t := range h.Terms {
		t = strings.Join(strings.Fields(t), " ")
		if t == "" || b.Len()+len(t) > maxTerms {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t)
	}
	return b.String()
}

// NoTranscript is an answer that is none though its status is good: see wire's Without.
func NoTranscript(c *wire.Client, a wire.Answer, why string) *provider.Error {
	return c.Without(Op, a, "transcript", errors.New(why))
}

// Language is the language of a BCP 47 tag as listeners call it.
func Language(tag string) string {
	l := wire.Spoken(tag)
	if l == "nb" || l == "nn" {
		return "no"
	}
	return l
}
