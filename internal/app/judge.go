package app

import (
	"context"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/judge/openai"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// judge makes the configured judge; nil: there is none.
func (a *Main) judge() judge.Judge {
	c := a.Config.Judge
	if c.BaseURL == "" {
		return nil
	}
	key := a.Secret(c.APIKeyEnv)
	if c.APIKeyEnv != "" && key == "" {
		return keyless(c.APIKeyEnv)
	}
	return openai.New(openai.Options{BaseURL: c.BaseURL, Model: c.Model, Key: key})
}

// judges is who looks at takes, as plans know it; nil: nobody.
func (a *Main) judges() *plan.Judge {
	if a.Config.Judge.BaseURL == "" {
		return nil
	}
	return &plan.Judge{Model: a.Config.Judge.Model}
}

// lookPrice is what the judge's look at a take costs; nothing where there is none.
func (a *Main) lookPrice() drama.Money {
	if a.Config.Judge.BaseURL == "" {
		return drama.Money{}
	}
	return a.Config.Judge.Price.Money()
}

// keyless is a judge whose key is not there, by its variable. It says so with each
// take instead of stopping work that needs no judge.
type keyless string

func (k keyless) Look(context.Context, judge.Request) (judge.Opinion, error) {
	return judge.Opinion{}, &provider.Error{Kind: provider.KindAuth, Op: "look", Message: string(k) + " is not set; judge.api_key_env names it"}
}
