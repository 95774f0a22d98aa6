package access

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Act is one thing that somebody did, written once.
type Act struct {
	At        time.Time `json:"at"`
	Who       string    `json:"who"`             // the actor's name
	Token     string    `json:"token,omitempty"` // its ID
	Role      Role      `json:"role"`
	Address   string    `json:"address,omitempty"`
	Operation string    `json:"operation"` // its id in the API's table
	Show      string    `json:"show,omitempty"`
	Target    string    `json:"target"` // the path that was asked for
	Status    int       `json:"status"`
	// Before and After are what was decided, as far as the operation says so.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	// Quoted is the most that the act may cost by its quote, Cap what the run may spend.
	Quoted drama.Money `json:"quoted,omitzero"`
	Cap    drama.Money `json:"cap,omitzero"`
	// Key is the request's Idempotency-Key.
	Key string `json:"key,omitempty"`
}

// maxChange bounds what is kept of a change, bytes of JSON.
const maxChange = 16 << 10

type actKey struct{}

// Recording is ctx with an act that handlers may add to.
func Recording(ctx context.Context, a *Act) context.Context {
	return context.WithValue(ctx, actKey{}, a)
}

// ActedAs says in the act of the request who it was, where nobody knew before.
func ActedAs(ctx context.Context, who Actor) {
	if a, ok := ctx.Value(actKey{}).(*Act); ok {
		a.Who, a.Token, a.Role = who.Name, who.Token, who.Role
	}
}

// Changed says in the act of the request what was decided: before and after, as JSON.
func Changed(ctx context.Context, before, after any) {
	if a, ok := ctx.Value(actKey{}).(*Act); ok {
		a.Before, a.After = change(before), change(after)
	}
}

// Costs says in the act of the request what it may cost.
func Costs(ctx context.Context, quoted, limit drama.Money) {
	if a, ok := ctx.Value(actKey{}).(*Act); ok {
		a.Quoted, a.Cap = quoted, limit
	}
}

func change(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil || len(b) > maxChange {
		return json.RawMessage(`"too long to keep"`)
	}
	return b
}

// Audit is the acts in a store. The newest comes first in a list, because its key does.
type Audit struct{ Store store.Store }

// house is where acts lie that belong to no show; no show's id begins so.
const house = "_"

func auditPrefix(show string) string { return "_studio/audit/" + cmp.Or(show, house) + "/" }

// Write keeps an act, once.
func (a Audit) Write(ctx context.Context, act Act) error {
	act.Target, act.Who = clean(act.Target), cmp.Or(act.Who, "person")
	body, err := json.Marshal(act)
	if err != nil {
		return fmt.Errorf("record what %s did: %w", act.Who, err)
	}
	key := fmt.Sprintf("%s%016x-%s.json", auditPrefix(act.Show), math.MaxInt64-act.At.UnixNano(), rand.Text()[:10])
	if _, err := a.Store.PutNew(ctx, key, body, "application/json"); err != nil {
		return fmt.Errorf("record what %s did: %w", act.Who, err)
	}
	return nil
}

// clean keeps a path that somebody typed from writing elsewhere on a terminal.
func clean(path string) string {
	const most = 1024
	path = strings.Map(func(r rune) rune {
		if !printable(string(r)) {
			return '\ufffd'
		}
		return r
	}, path)
	return path[:min(most, len(path))]
}

// errEnough ends a listing.
var errEnough = errors.New("enough")

// List is the acts of a show, or the house's own, the newest first: at most limit of
// them, behind the one that after names. next names the last, "" if there are no more.
func (a Audit) List(ctx context.Context, show, after string, limit int) (acts []Act, next string, err error) {
	var keys []string
	prefix := auditPrefix(show)
	err = a.Store.List(ctx, prefix, func(i store.Info) error {
		if i.Key <= prefix+after && after != "" {
			return nil
		}
		if len(keys) > limit {
			return errEnough
		}
		keys = append(keys, i.Key)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, "", fmt.Errorf("list what was done: %w", err)
	}
	if len(keys) > limit {
		keys = keys[:limit]
		next = strings.TrimPrefix(keys[limit-1], prefix)
	}
	for _, key := range keys {
		body, _, err := a.Store.Read(ctx, key)
		var act Act
		if err == nil {
			err = json.Unmarshal(body, &act)
		}
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return nil, "", fmt.Errorf("read what was done: %s: %w", a.Store.URI(key), err)
		}
		acts = append(acts, act)
	}
	return acts, next, nil
}
