package app

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/webhook"
	"github.com/dailies/dailies/workflows"
)

// hooks are the configured webhooks.
func (a *Main) hooks() (all []webhook.Hook) {
	for _, c := range a.Config.Webhooks {
		h := webhook.Hook{URL: c.URL, SecretEnv: c.SecretEnv, Shows: c.Shows, Private: c.Private}
		for _, kind := range c.Events {
			h.Events = append(h.Events, webhook.Type(kind))
		}
		for _, p := range c.SpentOver {
			h.SpentOver = append(h.SpentOver, p.Money())
		}
		all = append(all, h)
	}
	return all
}

// herald writes down what webhooks are told; nil: there are none.
func (s *Session) herald() *activities.Herald {
	hooks := s.app.hooks()
	if len(hooks) == 0 {
		return nil
	}
	return &activities.Herald{Book: webhook.Book{Store: s.store}, Hooks: hooks, Start: func(ctx context.Context, e webhook.Event) error {
		round, err := s.Studio.SendEvent(ctx, e)
		s.posts.begin(e, round)
		return err
	}}
}

// secretsThere errs where a process that is to send lacks a secret: its events would wait.
func (a *Main) secretsThere() error {
	for i, h := range a.hooks() {
		if err := webhook.CheckSecret(a.Secret(h.SecretEnv)); err != nil {
			return Usagef("send to webhooks[%d] (%s): the variable %s holds no secret: %w", i, h.Place(), h.SecretEnv, err)
		}
	}
	return nil
}

// webhookSlots is how many events are on their way at once: they wait for receivers.
const webhookSlots = 16

// messenger makes the worker that sends to webhooks.
func (s *Session) messenger(ctx context.Context) {
	s.posts.mu.Lock()
	s.posts.sends = true
	s.posts.mu.Unlock()
	w := s.worker(ctx, workflows.WebhookQueue, worker.Options{MaxConcurrentActivityExecutionSize: webhookSlots, DisableWorkflowWorker: true})
	workflows.RegisterMessenger(w, &activities.Messenger{
		Book: webhook.Book{Store: s.store}, Hooks: s.app.hooks(), Secret: s.app.Secret,
		Tried: func(in activities.SendInput, st webhook.State) {
			s.posts.end(in)
			if s.numbers != nil {
				s.numbers.Posted(string(st))
			}
		},
	})
}

// posts are the events that this process has begun to tell and not tried to send yet.
type posts struct {
	mu    sync.Mutex
	tried map[[2]string]bool // round, hook: false while nothing was tried
	sends bool               // here, that is
}

// begin notes that a round has begun; none: it is somebody else's.
func (p *posts) begin(e webhook.Event, round string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, to := range e.To {
		if key := [2]string{round, to.Hook}; round != "" && !p.tried[key] { // the try may be over already
			p.note(key, false)
		}
	}
}

func (p *posts) end(in activities.SendInput) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note([2]string{in.Round, in.Hook}, true)
}

// mostPosts bounds what is remembered.
const mostPosts = 10000

func (p *posts) note(key [2]string, tried bool) {
	if p.tried == nil || len(p.tried) >= mostPosts {
		p.tried = map[[2]string]bool{}
	}
	p.tried[key] = tried
}

// left is how many this process has to try yet.
func (p *posts) left() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.sends {
		return 0
	}
	for _, tried := range p.tried {
		if !tried {
			n++
		}
	}
	return n
}

// lastPost is how long a command waits for the first try of what its work has told: a
// receiver may take twenty seconds.
const (
	lastPost  = 25 * time.Second
	postEvery = 20 * time.Millisecond
)

// post gives the events of a command's work their first try before its engine goes: else
// a receiver would hear of a delivery with the next command only.
func (s *Session) post(ctx context.Context) {
	for start := time.Now(); s.posts.left() > 0 && s.Owns() && ctx.Err() == nil && time.Since(start) < lastPost; {
		select {
		case <-ctx.Done():
		case <-time.After(postEvery):
		}
	}
}

// Replay sends an event again; where this process runs the engine it waits for the try.
func (s *Session) Replay(ctx context.Context, e webhook.Event) error {
	round, err := s.Studio.Replay(ctx, e)
	if err != nil {
		return err
	}
	s.posts.begin(e, round)
	s.post(ctx)
	return nil
}
