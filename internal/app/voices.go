package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/online"
)

// speakers makes every configured voice.
func (a *Main) speakers() (map[string]voice.Speaker, error) {
	out := map[string]voice.Speaker{}
	for name, c := range a.Config.Voices {
		i := slices.IndexFunc(all.Voices(), func(v all.Voice) bool { return v.Type == c.Type })
		if i < 0 {
			return nil, Usagef("voice %s: no adapter is called %q", name, c.Type)
		}
		s, err := all.Voices()[i].New(all.VoiceOptions{
			BaseURL: c.BaseURL, Model: c.Model, Secret: func(string) string { return a.Secret(c.APIKeyEnv) }, FakeIP: a.Config.Network.AllowFakeIP,
		})
		if err != nil {
			return nil, fmt.Errorf("voice %s: %w", name, err)
		}
		out[name] = s
	}
	return out, nil
}

// lines is what voices cost.
func (a *Main) lines() activities.Lines {
	return activities.Lines{
		VoiceID: a.voiceID, Speech: func(name string) drama.Money { return a.Config.Voices[name].Price.Money() },
		Tongue: a.tongue, Samples: a.samples, Known: a.voiceKnown, NoURLs: a.EmbedsS3(),
	}
}

// Sampling is the samples of voices that a script's takes can be given, as if none were
// there yet, and whether vendors cannot read them by their address.
func (a *Main) Sampling(ctx context.Context, p drama.Production) (samples map[string]plan.Sample, noURLs bool, err error) {
	samples, err = a.lines().Sampling(ctx, nil, &p)
	return samples, a.EmbedsS3(), err
}

// samples says whether a voice can make samples for models that speak in a voice that
// they are given. The offline voice cannot: they would speak like it.
func (a *Main) samples(name string) bool {
	c, ok := a.Config.Voices[name]
	return ok && c.Type != offlineVoice
}

// voiceKnown says whether a voice is configured; the offline one always is.
func (a *Main) voiceKnown(name string) bool {
	_, ok := a.Config.Voices[name]
	return ok || name == offlineVoice
}

// voiceID is a voice by all that decides how it sounds.
func (a *Main) voiceID(name string) string {
	c := a.Config.Voices[name]
	return strings.TrimRight(strings.Join([]string{name, c.Model, c.BaseURL}, " "), " ")
}

// tongue is what a voice that was cast in one language is called in another.
func (a *Main) tongue(voice, name string) string {
	kind := offlineVoice
	if c, ok := a.Config.Voices[voice]; ok {
		kind = c.Type
	}
	for _, v := range all.Voices() {
		if v.Type == kind && v.Tongue != nil {
			return v.Tongue(name)
		}
	}
	return name
}

// Speaks lists the languages of a voice whose vendor says that it does not speak the
// given one; nil where it does, and where nobody says.
func (a *Main) Speaks(name, language string) []string {
	speakers, err := a.speakers()
	if err != nil {
		return nil // what is wrong with the config is said elsewhere
	}
	l, ok := speakers[name].(voice.Linguist)
	if !ok {
		return nil
	}
	known := l.Languages()
	if slices.Contains(known, online.Language(language)) {
		return nil
	}
	return known
}

// offlineVoice speaks where nobody else was cast; it is always configured.
const offlineVoice = "espeak"

// CannotSpeak says why the offline voice cannot speak a text in a language: it has
// no voice for it. nil when it can, and when it cannot be asked.
func (a *Main) CannotSpeak(ctx context.Context, language, text string) error {
	speakers, err := a.speakers()
	if err != nil || speakers[offlineVoice] == nil {
		return nil //nolint:nilerr // what is wrong with the config is said elsewhere
	}
	_, err = speakers[offlineVoice].Speak(ctx, voice.Request{Language: language, Text: text})
	if e, ok := errors.AsType[*provider.Error](err); ok && e.Kind == provider.KindInvalid {
		return e
	}
	return nil
}
