package api

import (
	"context"

	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// Prompted is what would be sent for a shot, to whom.
type Prompted struct {
	Slate      string           `json:"slate"`
	References []plan.Reference `json:"references,omitempty"`
	Routes     []ToldRoute      `json:"routes" doc:"Best first; of a reused shot none"`
	Rejected   []plan.Rejection `json:"rejected,omitempty" doc:"Who was asked for and cannot"`
}

// ToldRoute is one who may make the shot, and the request's text, to the letter.
type ToldRoute struct {
	Instance string        `json:"instance"`
	Model    string        `json:"model"`
	Mode     provider.Mode `json:"mode"`
	MakeMS   int64         `json:"make_ms" doc:"The length that is asked for, in milliseconds"`
	Told     plan.Told     `json:"told"`
	Dialect  string        `json:"dialect,omitempty" doc:"The wording in which the model is told it, with the version of the templates; none: the neutral prompt, or a model under a code name"`
	Pictures []int         `json:"pictures,omitempty" doc:"Which of the references it is shown, by place from 0; none: all, where the mode is references or image"`
}

// Prompts are a script's.
type Prompts struct {
	Checked Checked    `json:"checked"`
	Shots   []Prompted `json:"shots"`
}

func (s *Server) prompts(ctx context.Context, in *inTyped) (*Out[Prompts], error) {
	_, c, err := s.read(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	a := Prompts{Checked: c, Shots: []Prompted{}}
	if !c.OK {
		return out(a), nil
	}
	sub, err := s.submission(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	made, err := s.Studio.Plan(ctx, sub)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	for _, shot := range made.Shots {
		p := Prompted{Slate: shot.Slate, References: shot.References, Routes: []ToldRoute{}, Rejected: shot.Rejected}
		for _, r := range shot.Routes {
			t := ToldRoute{r.Instance, names.Of(r.Model), r.Mode, r.MakeMS, shot.Told(r, nil), r.Dialect, r.Pictures}
			if t.Model != r.Model {
				t.Dialect = "" // it would say whose model that is
			}
			p.Routes = append(p.Routes, t)
		}
		a.Shots = append(a.Shots, p)
	}
	return out(a), nil
}
