package activities

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
)

// Lines is who speaks the lines of scripts, and what that costs. The zero value is the
// built-in voice, for nothing.
type Lines struct {
	Voice string // of who names none; empty: espeak
	// VoiceID is a voice by all that decides how it sounds; nil: its name.
	VoiceID func(name string) string
	Speech  func(voice string) drama.Money // of a thousand characters; nil: nothing
	// Samples says whether a voice can make samples for models that take one; nil: none can.
	Samples func(voice string) bool
	// Known says whether a voice is configured; nil: all are.
	Known func(voice string) bool
	// Tongue is what a voice cast in one language is called in another; nil: the same.
	Tongue func(voice, name string) string
	// NoURLs: vendors cannot read samples by their address.
	NoURLs bool
}

// defaultVoice speaks offline.
const defaultVoice = "espeak"

// wanted is a line as it is asked for.
type wanted struct {
	voice   string // the configured one
	request voice.Request
	key     string // where it lies when it was spoken
	price   drama.Money
}

// want is a line as the voices of a shot's dialogue are asked for it.
func (l Lines) want(script *drama.Production, line drama.Line, by drama.Dialogue) wanted {
	w := wanted{voice: l.Voice, request: voice.Request{Text: line.Say, Language: script.Season.Language, Tone: line.Tone}}
	if w.voice == "" {
		w.voice = defaultVoice
	}
	if v := script.Season.Cast[line.Who].Voice; v != nil {
		if v.Provider != "" && by == drama.DialogueVoice {
			w.voice = v.Provider
		}
		if v.Provider == "" || v.Provider == w.voice {
			// A voice of one provider means nothing to another.
			w.request.Name, w.request.Rate, w.request.Pitch = v.Name, v.Rate, v.Pitch
		}
	}
	return l.whole(script, w)
}

// whole is a line with its key and price.
func (l Lines) whole(script *drama.Production, w wanted) wanted {
	sounds := w.voice
	if l.VoiceID != nil {
		sounds = l.VoiceID(w.voice) // another model of the same voice speaks anew
	}
	w.key = store.Keys{Show: script.Season.Show}.Speech(digestOf(struct {
		V       int           `json:"v"`
		Voice   string        `json:"voice"`
		Request voice.Request `json:"request"`
	}{1, sounds, w.request}))
	if l.Speech != nil {
		per := l.Speech(w.voice)
		w.price = drama.Money{Micros: (per.Micros*int64(utf8.RuneCountInString(w.request.Text)) + 999) / 1000, Currency: per.Currency}
	}
	return w
}

// linesAtOnce are looked for in the store at a time.
const linesAtOnce = 16

// Unspoken is what the lines cost that nobody has spoken yet, by slate, each in its
// voice's currency: a line that two shots have counts for the first. Only lines with a
// price are looked for.
func (l Lines) Unspoken(ctx context.Context, st store.Store, script *drama.Production) (map[string][]drama.Money, error) {
	if l.Speech == nil {
		return nil, nil
	}
	return stillUnspoken(ctx, st, script, true, func(s drama.Shot, line drama.Line) (wanted, bool) {
		return l.want(script, line, script.Season.DialogueOf(s)), script.Season.Spoken(s)
	})
}

// stillUnspoken is Unspoken of the lines that voices speak by what want says of them; once says
// that a line counts for its first shot only.
func stillUnspoken(ctx context.Context, st store.Store, script *drama.Production, once bool, want func(drama.Shot, drama.Line) (wanted, bool)) (map[string][]drama.Money, error) {
	type one struct {
		wanted
		slate string
		there bool
	}
	var all []*one
	seen := make(map[string]bool)
	for _, s := range script.Episode.Shots() {
		for _, line := range s.Lines {
			w, speaks := want(s, line)
			if speaks && w.price.Micros > 0 && drama.Audible(w.request.Text) && (!once || !seen[w.key]) {
				seen[w.key] = true
				all = append(all, &one{wanted: w, slate: s.Slate})
			}
		}
	}
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(linesAtOnce)
	for _, o := range all {
		group.Go(func() error {
			_, err := st.Head(asking, o.key)
			o.there = err == nil
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look for spoken lines: %w", err)
	}
	costs := make(map[string][]drama.Money)
	for _, o := range all {
		if !o.there {
			costs[o.slate] = append(costs[o.slate], o.price)
		}
	}
	return costs, nil
}
