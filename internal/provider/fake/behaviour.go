package fake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

// Behaviour is a word in a shot's action: "[fake: throttled*2, black]". A word
// with *N holds for the first N requests of the shot, without for all.
type Behaviour string

// Ways to misbehave at submit, while polling, and in what is delivered.
const (
	Throttled Behaviour = "throttled" // 429, slow down
	Transient Behaviour = "transient" // 500 that surely accepted nothing
	Lost      Behaviour = "lost"      // job accepted, answer lost
	Dropped   Behaviour = "dropped"   // request lost, nothing accepted, and no answer
	Refused   Behaviour = "refused"   // moderation
	Invalid   Behaviour = "invalid"   // 400
	Auth      Behaviour = "auth"      // 401
	Quota     Behaviour = "quota"     // balance

	Slow    Behaviour = "slow"    // runs for three polls more
	Failed  Behaviour = "failed"  // the job ends as failed
	Unknown Behaviour = "unknown" // one poll says a word nobody knows, then it goes on
	Stuck   Behaviour = "stuck"   // runs for ever
	Expired Behaviour = "expired" // the first result URL is dead

	Short     Behaviour = "short"     // half the duration
	Black     Behaviour = "black"     // black pictures
	Frozen    Behaviour = "frozen"    // one picture throughout
	Silent    Behaviour = "silent"    // a sound track with nothing on it
	Uncut     Behaviour = "uncut"     // of several shots the first goes on through the second
	Garbage   Behaviour = "garbage"   // bytes that are no clip
	Truncated Behaviour = "truncated" // the first half of a clip's bytes
	HTML      Behaviour = "html"      // an error page with status 200; with *N, for the first N fetches
)

var inBrackets = regexp.MustCompile(`\[fake:([^\]]*)\]`)

// active says whether the shot asks for b now, and counts the asking.
func (p *Provider) active(r provider.Request, b Behaviour) (bool, error) {
	for _, m := range inBrackets.FindAllStringSubmatch(r.Brief.Action, -1) {
		for word := range strings.SplitSeq(m[1], ",") {
			name, times, counted := strings.Cut(strings.TrimSpace(word), "*")
			if Behaviour(name) != b {
				continue
			}
			if !counted {
				return true, nil
			}
			limit, err := strconv.Atoi(times)
			if err != nil {
				return false, fmt.Errorf("read fake behaviour %q: %w", word, err)
			}
			return p.mark(r.Take.Episode.Code()+"-"+r.Take.Slate+"-"+name, limit)
		}
	}
	return false, nil
}

// mark takes one of limit places under a name; false when they are used up.
// It holds across processes and crashes.
func (p *Provider) mark(name string, limit int) (bool, error) {
	for n := range limit {
		err := writeNew(filepath.Join(p.o.Dir, "marks", fmt.Sprintf("%s-%d", filepath.Base(name), n)), nil)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return false, fmt.Errorf("count fake behaviour: %w", err)
		}
	}
	return false, nil
}

// answer decides what a submit says: an error or none, and whether the job was
// accepted in either case.
func (p *Provider) answer(r provider.Request) (refusal error, accept bool, err error) {
	no := func(k provider.Kind, text, code string) error {
		return &provider.Error{Kind: k, Op: "submit", Message: text, Code: code}
	}
	for _, c := range []struct {
		b      Behaviour
		err    error
		accept bool
	}{
		{Auth, no(provider.KindAuth, "the key is not valid", "401"), false},
		{Quota, no(provider.KindQuota, "the balance is used up", "402"), false},
		{Invalid, no(provider.KindInvalid, "the request has a wrong field", "400"), false},
		{Refused, no(provider.KindRefused, "the prompt was refused by moderation", "content_policy"), false},
		{Throttled, &provider.Error{Kind: provider.KindThrottled, Op: "submit", Message: "too many requests", Code: "429", RetryAfter: 10 * time.Millisecond}, false},
		{Transient, no(provider.KindTransient, "internal error, nothing accepted", "500"), false},
		{Dropped, no(provider.KindAmbiguous, "connection closed before an answer", ""), false},
		{Lost, no(provider.KindAmbiguous, "connection closed before an answer", ""), true},
	} {
		on, err := p.active(r, c.b)
		if err != nil {
			return nil, false, err
		}
		if on {
			return c.err, c.accept, nil
		}
	}
	return nil, true, nil
}

// outcome is what a poll says of a job whose time has come.
func (p *Provider) outcome(job Bought, s provider.Status) (provider.Status, error) {
	r := job.Request
	asks := func(b Behaviour) (bool, error) { return p.active(r, b) }
	if on, err := asks(Stuck); on || err != nil {
		return s, err
	}
	if has(r, Slow) {
		if on, err := p.mark(job.ID+"-slow", 3); on || err != nil {
			return s, err
		}
	}
	if has(r, Unknown) {
		if on, err := p.mark(job.ID+"-unknown", 1); on || err != nil {
			s.Word = "marinating"
			s.Err = &provider.Error{Kind: provider.KindUnknown, Op: "poll", Message: `the status word "marinating" is not known`}
			return s, err
		}
	}
	failed, err := p.once(job, Failed)
	if err != nil {
		return s, err
	}
	if failed {
		s.State, s.Word = provider.Failed, "failed"
		s.Err = &provider.Error{Kind: provider.KindFailed, Op: "poll", Message: "the model gave up", Code: "internal"}
		return s, nil
	}
	s.State, s.Word, s.URL = provider.Succeeded, "done", "fake://"+job.ID
	return s, nil
}

// once decides a counted behaviour for a job and keeps to it at every poll.
func (p *Provider) once(job Bought, b Behaviour) (bool, error) {
	if !has(job.Request, b) {
		return false, nil
	}
	decided := filepath.Join(p.o.Dir, "marks", filepath.Base(job.ID)+"-"+string(b))
	if matches, err := filepath.Glob(decided + "-*"); err != nil || len(matches) > 0 {
		return len(matches) > 0 && strings.HasSuffix(matches[0], "-yes"), err
	}
	on, err := p.active(job.Request, b)
	if err != nil {
		return false, err
	}
	word := "-no"
	if on {
		word = "-yes"
	}
	if err := writeNew(decided+word, nil); err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	return on, nil
}

func has(r provider.Request, b Behaviour) bool {
	return slices.Contains(words(r), b)
}

// words are the behaviours that a shot names, without their counts.
func words(r provider.Request) []Behaviour {
	var all []Behaviour
	for _, m := range inBrackets.FindAllStringSubmatch(r.Brief.Action, -1) {
		for word := range strings.SplitSeq(m[1], ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(word), "*")
			all = append(all, Behaviour(name))
		}
	}
	return all
}

// deliver opens what the job made.
func (p *Provider) deliver(ctx context.Context, job Bought) (io.ReadCloser, error) {
	if has(job.Request, Expired) {
		if on, err := p.mark(job.ID+"-expired", 1); on || err != nil {
			return nil, &provider.Error{Kind: provider.KindNotFound, Op: "fetch", Message: "the result URL has expired", Code: "403", Err: err}
		}
	}
	look := Normal
	// A page in place of the clip is the host's, not the job's: it is counted by fetch.
	if on, err := p.active(job.Request, HTML); on || err != nil {
		return page(), err
	}
	for _, b := range []Behaviour{Short, Black, Frozen, Silent, Uncut, Garbage, Truncated} {
		on, err := p.once(job, b)
		if err != nil {
			return nil, &provider.Error{Kind: provider.KindTransient, Op: "fetch", Message: "read the job folder", Err: err}
		}
		if on {
			look = b
			break
		}
	}
	if job.Request.Mode == provider.ModeImage {
		return picture(job.Request, look)
	}
	return p.o.Clips.Open(ctx, job.Request, look)
}
