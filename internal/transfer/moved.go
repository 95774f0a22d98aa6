package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// MovedKey is where it is written that a show was moved away.
func MovedKey(show string) string { return show + "/moved.json" }

// Moved is what is written there, before anything is copied.
type Moved struct {
	To   string    `json:"to"` // the place, as people call it
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Done bool      `json:"done"` // false: it is being copied
}

// ReadMoved says whether a show was moved away, or is being moved.
func ReadMoved(ctx context.Context, st store.Store, show string) (m Moved, ok bool, err error) {
	body, _, err := st.Read(ctx, MovedKey(show))
	if errors.Is(err, store.ErrNotFound) {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("see whether %s was moved: %w", show, err)
	}
	if err := json.Unmarshal(body, &m); err != nil {
		// Somebody has begun: whatever it says, nobody may write.
		return Moved{To: "another place"}, true, nil //nolint:nilerr // a damaged mark is a mark
	}
	return m, true, nil
}

// WriteMoved says that a show was moved, or is being moved.
func WriteMoved(ctx context.Context, st store.Store, show string, m Moved) error {
	body, err := json.Marshal(m)
	if err == nil {
		_, err = st.Put(ctx, MovedKey(show), strings.NewReader(string(body)), "application/json")
	}
	if err != nil {
		return fmt.Errorf("mark %s as moved: %w", show, err)
	}
	return nil
}

// Refusal says that nobody works on a show here any more: a *store.RefusedError.
func Refusal(show string, m Moved) error {
	if m.Done {
		return &store.RefusedError{Reason: fmt.Sprintf("%s was moved to %s on %s by %s: work on it there", show, m.To, m.At.Format(time.DateOnly), m.By)}
	}
	return &store.RefusedError{Reason: fmt.Sprintf("%s is being moved to %s (since %s, by %s): wait, run the same dailies move again if it was broken off, or dailies move %s --stay", show, m.To, m.At.Format(time.DateTime), m.By, show)}
}

// Settle waits until nobody writes to a show any more that was marked just now: whoever writes
// looks for the mark every lookEvery, and one write may be on its way.
func Settle(ctx context.Context) error { return pause(ctx, 2*lookEvery) }

const lookEvery = 3 * time.Second

// Guard is a store in which nothing is written to shows that were moved away: what was written there
// would be lost, and what was bought there would be bought again. Such a write is a
// *store.RefusedError.
func Guard(st store.Store) store.Store {
	return &guard{Store: st, looked: map[string]look{}, now: time.Now}
}

type guard struct {
	store.Store
	now func() time.Time

	mu     sync.Mutex
	looked map[string]look
}

type look struct {
	at time.Time
	no error // why nothing may be written
}

// mostLooked bounds what is remembered: a process writes to a few shows at a time.
const mostLooked = 1000

// may says why nothing may be written under a key; nil: it may.
func (g *guard) may(ctx context.Context, key string) error {
	show := showOf(key)
	if show == "" || key == MovedKey(show) {
		return nil
	}
	g.mu.Lock()
	l, ok := g.looked[show]
	g.mu.Unlock()
	if ok && g.now().Sub(l.at) < lookEvery {
		return l.no
	}
	at := g.now()
	m, moved, err := ReadMoved(ctx, g.Store, show)
	if err != nil {
		return err
	}
	l = look{at: at}
	if moved {
		l.no = Refusal(show, m)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.looked) >= mostLooked {
		clear(g.looked)
	}
	g.looked[show] = l
	return l.no
}

func (g *guard) Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (store.Ref, error) {
	if err := g.may(ctx, key); err != nil {
		return store.Ref{}, err
	}
	return g.Store.Put(ctx, key, body, mediaType)
}

func (g *guard) PutNew(ctx context.Context, key string, body []byte, mediaType string) (store.Ref, error) {
	if err := g.may(ctx, key); err != nil {
		return store.Ref{}, err
	}
	return g.Store.PutNew(ctx, key, body, mediaType)
}

func (g *guard) PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error {
	if err := g.may(ctx, key); err != nil {
		return err
	}
	return g.Store.PutIf(ctx, key, body, mediaType, version)
}

func (g *guard) Copy(ctx context.Context, from store.Ref, key string) (store.Ref, error) {
	if err := g.may(ctx, key); err != nil {
		return store.Ref{}, err
	}
	return g.Store.Copy(ctx, from, key)
}

func (g *guard) Remove(ctx context.Context, key string) error {
	if err := g.may(ctx, key); err != nil {
		return err
	}
	return g.Store.Remove(ctx, key)
}

// Uploads are the store's. What is aborted of a show that was moved away is nobody's.
func (g *guard) Uploads(ctx context.Context, prefix string, each func(store.Upload) error) error {
	if u, ok := g.Store.(store.Uploader); ok {
		return u.Uploads(ctx, prefix, each)
	}
	return nil
}

// Abort ends one of them.
func (g *guard) Abort(ctx context.Context, of store.Upload) error {
	if u, ok := g.Store.(store.Uploader); ok {
		return u.Abort(ctx, of)
	}
	return nil
}

// Close closes the store, where that is wanted.
func (g *guard) Close() error {
	if c, ok := g.Store.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// showOf is the show that a key belongs to, empty if it belongs to none.
func showOf(key string) string {
	show, _, ok := strings.Cut(key, "/")
	if !ok || show == "" || show[0] == '_' {
		return ""
	}
	return show
}
