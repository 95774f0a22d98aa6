package kling

import (
	"fmt"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Each generation has its own word for success.
var (
	states = map[string]provider.State{
		"submitted": provider.Queued, "processing": provider.Running, "succeeded": provider.Succeeded, "failed": provider.Failed,
	}
	legacyStates = map[string]provider.State{
		"submitted": provider.Queued, "processing": provider.Running, "succeed": provider.Succeeded, "failed": provider.Failed,
	}
)

// status is a task in our words.
func (p *Provider) status(j provider.Job, t task) provider.Status {
	word, table, outputs := t.Status, states, t.Outputs
	if at := j.Extra[extraPath]; at != "" && at != tasksPath {
		word, table, outputs = t.TaskStatus, legacyStates, t.TaskResult.Videos
	}
	s := provider.Status{Job: j, Word: word}
	state, known := table[word]
	if !known {
		s.Err = p.ended(provider.KindUnknown, fmt.Sprintf("Kling calls the job %q, which is no word of its pages", word))
		return s
	}
	s.State = state
	switch state {
	case provider.Succeeded:
		if s.Price = p.unit.paid(t); j.Extra[extraPath] == lipsPath {
			s.Price = p.unit.with(s.Price, lookUnits)
		}
		if s.URL = clip(outputs); s.URL == "" {
			s.State = provider.Failed
			s.Err = p.ended(provider.KindFailed, "finished without a clip")
		}
	case provider.Failed:
		s.Err = p.ended(provider.KindFailed, either(t.reason(), "Kling gives no reason"))
		if says(t.reason(), moderated) {
			s.Err.Kind = provider.KindRefused
		}
		if s.Price = p.unit.paid(t); s.Price != nil {
			billed := s.Price.Micros > 0
			s.Err.Billed = &billed
		}
	default:
	}
	return s
}

func (p *Provider) ended(kind provider.Kind, message string) *provider.Error {
	return &provider.Error{Kind: kind, Op: string(wire.Poll), Message: p.ask.Clean(message)}
}

func clip(outputs []output) string {
	for _, o := range outputs {
		if o.URL != "" && (o.Type == "video" || o.Type == "") {
			return o.URL
		}
	}
	return ""
}
