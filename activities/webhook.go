package activities

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dailies/dailies/internal/webhook"
)

// Herald writes down what people's own programs want to know, and has it sent.
type Herald struct {
	Book  webhook.Book
	Hooks []webhook.Hook
	// Start begins the run that sends an event. One that is sent, or was, is left alone.
	Start func(ctx context.Context, e webhook.Event) error
}

// TellInput is what happened, with all that decides the event's id, so that it is one
// event however often this is tried.
type TellInput struct {
	Type    webhook.Type `json:"type"`
	Subject string       `json:"subject"`
	At      time.Time    `json:"at"`
	Data    webhook.Data `json:"data"`
}

// Tell keeps an event and begins to send it, if any hook wants it.
func (h *Herald) Tell(ctx context.Context, in TellInput) error {
	e := webhook.New(in.Type, in.Subject, in.At, in.Data)
	if e.To = webhook.For(h.Hooks, e); len(e.To) == 0 {
		return nil
	}
	e, err := h.Book.Write(ctx, e)
	if err != nil {
		return err
	}
	return h.Start(ctx, e)
}

// Messenger sends events. It runs where the hooks' secrets are.
type Messenger struct {
	Book   webhook.Book
	Hooks  []webhook.Hook
	Secret func(env string) string
	Sender webhook.Sender
	Now    func() time.Time // nil: time.Now
	// Tried is told how a try ended, and which; nil: nobody is.
	Tried func(in SendInput, s webhook.State)
}

// SendInput names what is sent to whom; a hook's URL stays in the config.
type SendInput struct {
	Event string `json:"event"`
	Hook  string `json:"hook"`
	// Round names the run that sends: what another one came to does not count.
	Round string `json:"round"`
	// Replay: a person wants it sent, also to a hook that was off.
	Replay bool `json:"replay,omitempty"`
}

// sendAfter is how long a hook is left alone after each failed try, as the specification
// has it; after the last it is given up, more than three days after the first.
var sendAfter = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// noSecretAfter is how soon it is looked again for a secret that is not there.
const noSecretAfter = 5 * time.Minute

// ErrWebhook: a hook did not take an event.
const ErrWebhook = "webhook"

// SendWebhook sends an event to a hook once, and keeps what came of it. A try that did not
// get through is an error that says when the next one is due; what is given up is none.
// It is at least once: an answer that is lost is asked for again under the same id.
func (m *Messenger) SendWebhook(ctx context.Context, in SendInput) error {
	e, err := m.Book.Event(ctx, in.Event)
	if errors.Is(err, webhook.ErrNoEvent) {
		return damaged("%w", err)
	}
	if err != nil {
		return err
	}
	t, err := m.Book.Telling(ctx, in.Event, in.Hook)
	if err != nil {
		return err
	}
	if t.Round != in.Round {
		t = webhook.Telling{Target: webhook.Target{Hook: in.Hook}, Round: in.Round}
		for _, to := range e.To {
			if to.Hook == in.Hook {
				t.Target = to
			}
		}
	} else if t.State != webhook.Pending {
		return nil // the end of an earlier try was lost
	}
	h, err := m.find(ctx, in, &t)
	if err != nil {
		return err
	}
	if h == nil {
		return m.keep(ctx, in, t)
	}
	secret := m.Secret(h.SecretEnv)
	if err := webhook.CheckSecret(secret); err != nil {
		err = fmt.Errorf("send to webhook %s: the variable %s of its secret_env holds no secret here: %w", h.Place(), h.SecretEnv, err)
		t.State, t.Answer, t.Next = webhook.Pending, err.Error(), m.now().Add(noSecretAfter)
		if kept := m.keep(ctx, in, t); kept != nil {
			return kept
		}
		return &Failure{Type: ErrWebhook, After: noSecretAfter, Err: err}
	}
	a, err := m.Sender.Post(ctx, *h, secret, e)
	if err != nil {
		return err
	}
	t.Attempts, t.At, t.Answer, t.Next = t.Attempts+1, m.now(), a.Words, time.Time{}
	switch {
	case a.Taken():
		t.State = webhook.Taken
	case a.Off():
		t.State = webhook.Off
		if err := m.Book.SetGone(ctx, t.Target, t.At); err != nil {
			return err
		}
	case t.Attempts > len(sendAfter):
		t.State = webhook.Failed
	default:
		after := max(jittered(sendAfter[t.Attempts-1]), a.After)
		t.State, t.Next = webhook.Pending, t.At.Add(after)
		if err := m.keep(ctx, in, t); err != nil {
			return err
		}
		return &Failure{Type: ErrWebhook, After: after, Err: fmt.Errorf("send to webhook %s: %s", h.Place(), a.Words)}
	}
	return m.keep(ctx, in, t)
}

// find is the hook to send to; nil: there is none to send to, and t says why.
func (m *Messenger) find(ctx context.Context, in SendInput, t *webhook.Telling) (*webhook.Hook, error) {
	for _, h := range m.Hooks {
		if h.ID() != in.Hook {
			continue
		}
		since, err := m.Book.Gone(ctx, in.Hook)
		if err != nil {
			return nil, err
		}
		if since.IsZero() {
			return &h, nil
		}
		if in.Replay {
			return &h, m.Book.Back(ctx, in.Hook)
		}
		t.State, t.Answer = webhook.Off, "it answered 410 at "+since.UTC().Format(time.RFC3339)
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	t.State, t.Answer = webhook.Failed, "no webhook with this URL is configured where events are sent"
	return nil, nil //nolint:nilnil // as above
}

func (m *Messenger) keep(ctx context.Context, in SendInput, t webhook.Telling) error {
	err := m.Book.Note(ctx, in.Event, t)
	if err == nil && m.Tried != nil {
		m.Tried(in, t.State)
	}
	return err
}

func (m *Messenger) now() time.Time {
	if m.Now != nil {
		return m.Now().UTC()
	}
	return time.Now().UTC()
}

// jittered spreads tries that failed together.
func jittered(d time.Duration) time.Duration {
	return d + rand.N(d/5+1)
}
