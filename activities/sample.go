package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
)

// Samples of voices are made where the script has none, by the voice that it casts, for
// models that speak in a voice that they are given. Each is made once and kept by all that
// decides how it sounds.

// asideSample is the tail of the slate that a sample is booked under.
const asideSample = "-sample"

// SampleInput asks for the samples of voices that a shot's takes need.
type SampleInput struct {
	Plan   store.Ref `json:"plan"`
	Script store.Ref `json:"script"`
	Slate  string    `json:"slate"`
	Since  time.Time `json:"since"` // as SpeakInput's
}

// Sampled is what making samples has cost, in the run's currency.
type Sampled struct {
	Cost drama.Money `json:"cost,omitzero"`
}

// sample is how the sample of a character's voice is asked for; false where nobody who
// could make one is cast.
func (l Lines) sample(script *drama.Production, who string) (wanted, bool) {
	v := script.Season.Cast[who].Voice
	if v == nil || v.Provider == "" || v.Sample != nil || l.Samples == nil || !l.Samples(v.Provider) {
		return wanted{}, false
	}
	text, language := voice.SampleText(script.Season.Language)
	w := wanted{voice: v.Provider, request: voice.Request{Text: text, Language: language, Name: v.Name, Rate: v.Rate, Pitch: v.Pitch}}
	sounds := w.voice
	if l.VoiceID != nil {
		sounds = l.VoiceID(w.voice)
	}
	w.key = store.Keys{Show: script.Season.Show}.Speech(digestOf(struct {
		V       int           `json:"v"`
		Voice   string        `json:"voice"`
		Request voice.Request `json:"request"`
		MS      int           `json:"ms"`
	}{1, sounds, w.request, plan.MadeSampleMS}))
	if l.Speech != nil {
		per := l.Speech(w.voice)
		w.price = drama.Money{Micros: (per.Micros*int64(utf8.RuneCountInString(text)) + 999) / 1000, Currency: per.Currency}
	}
	return w, true
}

// Sampling is the samples that voices can make for a script whose models speak, by cast.
// Without a store none is there.
func (l Lines) Sampling(ctx context.Context, st store.Store, script *drama.Production) (map[string]plan.Sample, error) {
	if l.Samples == nil {
		return nil, nil
	}
	all := map[string]plan.Sample{}
	for _, s := range script.Episode.Shots() {
		if script.Season.Spoken(s) {
			continue
		}
		for _, line := range s.Lines {
			w, ok := l.sample(script, line.Who)
			if _, seen := all[line.Who]; seen || !ok || !drama.Audible(line.Say) {
				continue
			}
			there := false
			if st != nil {
				_, err := st.Head(ctx, w.key)
				if there = err == nil; !there && !errors.Is(err, store.ErrNotFound) {
					return nil, fmt.Errorf("look for the voice sample of %s: %w", line.Who, err)
				}
			}
			all[line.Who] = plan.Sample{Key: w.key, Price: w.price, There: there}
		}
	}
	return all, nil
}

// Sample makes the samples of voices that a shot's takes need and that are not there. It
// errs where the config has changed since the plan was made.
func (m *Media) Sample(ctx context.Context, in SampleInput) (Sampled, error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return Sampled{}, err
	}
	made, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return Sampled{}, err
	}
	shot, err := findShot(made, in.Slate)
	if err != nil {
		return Sampled{}, err
	}
	routes := shot.Routes
	if shot.Compare != nil {
		routes = slices.Concat(routes, shot.Compare.Routes)
	}
	out := Sampled{Cost: drama.Money{Currency: made.TotalLow.Currency}}
	seen := map[string]int{}
	for _, r := range routes {
		for _, v := range r.Voices {
			if v.Made == "" || seen[v.Made] > 0 {
				continue
			}
			seen[v.Made] = len(seen) + 1
			id := drama.TakeID{Episode: script.ID(), Slate: in.Slate + asideSample, Number: seen[v.Made]}
			if err := m.makeSample(ctx, script, v, id); err != nil {
				return Sampled{}, err
			}
			cost, err := m.Prices.booked(ctx, id, out.Cost.Currency, in.Since)
			if err != nil {
				return Sampled{}, err
			}
			if out.Cost, err = out.Cost.Add(cost); err != nil {
				return Sampled{}, err
			}
		}
	}
	return out, nil
}

func (m *Media) makeSample(ctx context.Context, script *drama.Production, v plan.Voice, id drama.TakeID) error {
	if _, err := m.Store.Head(ctx, v.Made); err == nil || !errors.Is(err, store.ErrNotFound) {
		return err
	}
	lines := m.lines()
	lines.Samples = func(name string) bool { _, ok := m.speaker(name); return ok }
	w, ok := lines.sample(script, v.Who)
	if !ok || w.key != v.Made {
		return damaged("make the voice sample of %s: the voices of the config are not those that the run was planned with; run it again", v.Who)
	}
	mine, give, err := m.takeTurn(ctx, v.Made, id)
	if err != nil || !mine {
		return err
	}
	defer give()
	speaker, _ := m.speaker(w.voice)
	var away error // of the store
	err = m.Prices.aside(ctx, id, w.voice, "", w.price, m.now, func() error {
		said, err := beat.While(ctx, func() (voice.Speech, error) { return speaker.Speak(ctx, w.request) })
		if err != nil {
			return err
		}
		samples := said.Samples[:min(len(said.Samples), said.Rate*plan.MadeSampleMS/1000)]
		away = kept(ctx, func() error {
			_, err := m.Store.Put(ctx, v.Made, bytes.NewReader(encodeWAV(samples, said.Rate)), wavType)
			return err
		})
		return nil
	})
	if err != nil {
		return fmt.Errorf("make the voice sample of %s: %w", v.Who, unspoken(err))
	}
	if away != nil {
		return fmt.Errorf("store %s: %w", v.Made, away)
	}
	return nil
}

func (m *Media) speaker(name string) (voice.Speaker, bool) {
	if m.Speakers == nil {
		return nil, false
	}
	return m.Speakers(name)
}
