package ark

import (
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// states are the vendor's status words: https://www.volcengine.com/docs/82379/1521309,
// and expired, which 1520757 names for a task over its execution_expires_after.
var states = map[string]provider.State{
	"queued": provider.Queued, "running": provider.Running, "succeeded": provider.Succeeded,
	"failed": provider.Failed, "cancelled": provider.Cancelled, "expired": provider.Expired,
}

// status is a task in our words.
func (p *Provider) status(j provider.Job, t task) provider.Status {
	s := provider.Status{Job: j, State: states[t.Status], Word: t.Status}
	switch s.State {
	case provider.Queued, provider.Running:
	case provider.Succeeded:
		p.succeeded(&s, t)
	case provider.Failed:
		s.Err = p.failure(t)
	case provider.Cancelled:
		s.Err = ended("the task was cancelled before it ran")
	case provider.Expired:
		s.Err = ended("the task ran into its execution_expires_after")
	default:
		s.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: p.client.Clean(fmt.Sprintf("the task has the status %q", t.Status))}
	}
	return s
}

func (p *Provider) succeeded(s *provider.Status, t task) {
	s.URL, s.Price = t.Content.VideoURL, p.price(s.Job, t)
	if t.Seed.Known {
		s.Seed = &t.Seed.N
	}
	if t.Content.LastFrameURL != "" {
		s.Extra = map[string]string{"last_frame_url": t.Content.LastFrameURL}
	}
	if s.URL == "" {
		s.State = provider.Failed
		s.Err = &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: "the task succeeded without a clip"}
	}
}

// unbilled: only tasks that succeed are paid for,
// https://www.volcengine.com/docs/82379/1544106.
func unbilled() *bool { return new(bool) }

func ended(why string) *provider.Error {
	return &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Message: why, Billed: unbilled()}
}

// failure is why a task failed: the same codes as those of a request, and those
// that only its outcome can have.
func (p *Provider) failure(t task) *provider.Error {
	e := ended("the task failed, and the vendor says no reason")
	if t.Error == nil {
		return e
	}
	e.Code = p.client.Clean(t.Error.Code)
	if m := p.client.Clean(t.Error.Message); m != "" {
		e.Message = m
	}
	if strings.Contains(e.Code, realFace) && strings.HasPrefix(e.Code, "Input") {
		e.Message = p.faceRemedy("whoever its pictures show") + ": " + e.Message
	}
	switch kind := kindOf(t.Error.Code); kind {
	case provider.KindRefused, provider.KindInvalid, provider.KindAuth, provider.KindQuota:
		e.Kind = kind
	default: // whatever stood in the task's way, the task is over
	}
	return e
}

// price is what the vendor billed: the tokens that it says were used, at the
// model's rate. nil where the answer, or the rate, leaves that open.
func (p *Provider) price(j provider.Job, t task) *drama.Money {
	m, ok := p.facts(t.Model, j.Model)
	if !ok || t.Usage.CompletionTokens.N <= 0 || t.ServiceTier != "" && t.ServiceTier != "default" {
		return nil
	}
	per := rate(m, t)
	if per == nil {
		return nil
	}
	price, err := provider.Tokens(*per, t.Usage.CompletionTokens.N)
	if err != nil {
		return nil
	}
	return &price
}

// rate is the one that fits the answer, by the resolution's name; of all that fit
// what it leaves unsaid there must be only one. Rates do not depend on the mode.
func rate(m provider.Model, t task) *drama.Money {
	sounds := []bool{true, false}
	if t.GenerateAudio != nil {
		sounds = []bool{*t.GenerateAudio}
	} else if !m.Audio {
		sounds = []bool{false}
	}
	rasters := m.Rasters
	if r, ok := tiers[strings.ToLower(t.Resolution)]; ok {
		rasters = []media.Raster{r}
	}
	var one *drama.Money
	for _, raster := range rasters {
		for _, sound := range sounds {
			r, ok := m.Rate(provider.Bought{Mode: provider.ModeText, Raster: raster, Audio: sound})
			if !ok || r.PerMillionTokens == nil || one != nil && *one != *r.PerMillionTokens {
				return nil
			}
			one = r.PerMillionTokens
		}
	}
	return one
}
