// Package online is what voices over the network have in common: the checks
// before a request, and what has to be true of the sound that comes back. It
// knows no vendor; HTTP itself is package wire's.
//
// A line costs next to nothing and is stored once it is spoken, so none of this
// is a Submit: what was lost on the way is Transient and may be asked for again.
package online

import (
	"context"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/line"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// Op is what errors call it.
const Op wire.Op = "speak"

// ownRate is the speed that a vendor's factor 1 stands for, words a minute.
const ownRate = 170

// maxTime is how long one line may take, download and all: vendors speak faster
// than real time, and a studio's own GPU speaks lines, not books.
const maxTime = 5 * time.Minute

// Within bounds the time that a line takes.
func Within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, maxTime)
}

// Text is the line as it is sent. It errs, Invalid, when there is nothing to say
// in it and when it has more characters than the vendor takes.
func Text(text string, most int) (string, error) {
	text = line.Clean(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > most {
		return "", Invalid("the text has %d characters; a line has 1 to %d", n, most)
	}
	if !line.Sounds(text) {
		return "", Invalid("there is nothing to say in %q", line.Shorten(text))
	}
	return text, nil
}

// Speed is words a minute as a vendor's factor, within its range; 0: the voice's own.
func Speed(words int, least, most float64) float64 {
	if words <= 0 {
		return 0
	}
	return min(max(math.Round(float64(words)/ownRate*100)/100, least), most)
}

// Invalid is a request that no second try makes better.
func Invalid(format string, args ...any) *provider.Error {
	return &provider.Error{Kind: provider.KindInvalid, Op: string(Op), Message: fmt.Sprintf(format, args...)}
}

// NoKey is a request without a credential.
func NoKey(vendor string) *provider.Error {
	return &provider.Error{Kind: provider.KindAuth, Op: string(Op), Message: "there is no key for " + vendor + "; name its variable in the voice's api_key_env"}
}

// Speech is a vendor's sound without the silence around it, and how many samples
// went from its beginning. It errs when it is nothing but silence, Transient,
// and when it lasts too long, Invalid.
func Speech(samples []int16, rate int) (s voice.Speech, cut int, err error) {
	if l := pcm.Length(len(samples), rate); l > pcm.Longest {
		return s, 0, Invalid("the line lasts %s; a line lasts at most %s", l.Round(time.Second), pcm.Longest)
	}
	trimmed, cut := pcm.Trim(samples, rate)
	if len(trimmed) == 0 {
		return s, 0, &provider.Error{Kind: provider.KindTransient, Op: string(Op), Message: fmt.Sprintf("what came is %s of silence", pcm.Length(len(samples), rate).Round(time.Millisecond))}
	}
	return voice.Speech{Samples: trimmed, Rate: rate}, cut, nil
}

// NoSound is an answer that is no sound though its status is good: see wire's Without.
func NoSound(c *wire.Client, a wire.Answer, cause error) *provider.Error {
	return c.Without(Op, a, "sound", cause)
}

// Language is the language of a BCP 47 tag as voices call it.
func Language(tag string) string {
	if l := wire.Spoken(tag); l != "no" {
		return l
	}
	return "nb"
}
