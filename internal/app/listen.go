package app

import (
	"context"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/openai"
	"github.com/dailies/dailies/internal/listen/qwen"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// listener makes the configured listener; nil: there is none.
func (a *Main) listener() listen.Transcriber {
	c := a.Config.Listen
	if c.Type == "" {
		return nil
	}
	key := a.Secret(c.APIKeyEnv)
	if c.APIKeyEnv != "" && key == "" {
		return deaf{c.Model, &provider.Error{Kind: provider.KindAuth, Op: "hear", Message: c.APIKeyEnv + " is not set; listen.api_key_env names it"}}
	}
	var l listen.Transcriber
	var err error
	switch c.Type {
	case config.ListenQwen:
		l, err = qwen.New(qwen.Options{BaseURL: c.BaseURL, Model: c.Model, Key: key})
	default:
		l, err = openai.New(openai.Options{BaseURL: c.BaseURL, Model: c.Model, Key: key})
	}
	if err != nil {
		return deaf{c.Model, &provider.Error{Kind: provider.KindInvalid, Op: "hear", Message: err.Error(), Err: err}}
	}
	return l
}

// listens is who listens, as plans know it; nil: nobody.
func (a *Main) listens() *plan.Listener {
	if a.Config.Listen.Type == "" {
		return nil
	}
	return &plan.Listener{Minute: a.Config.Listen.Price.Money()}
}

// deaf is a listener that cannot be asked. It says why with each take instead of
// stopping work that needs no listener.
type deaf struct {
	model string
	why   *provider.Error
}

func (d deaf) Model() string { return d.model }

func (d deaf) Hear(context.Context, listen.Sound, listen.Hint) (listen.Transcript, error) {
	return listen.Transcript{}, d.why
}
