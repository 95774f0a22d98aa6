package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

// ErrBusy: so many others change the record that our change never came through.
// Asking again is right.
var ErrBusy = errors.New("the account is changed by others all the time")

// Account keeps the shows' accounts.
type Account struct {
	Store    store.Store
	Ledger   ledger.Ledger
	Exchange drama.Exchange
	// Open says whether a run is open; nil: it is.
	// An empty run asks for any of the workflow's.
	Open func(ctx context.Context, workflow, run string) (bool, error)
	// Wake tells a run that money may have come back; nil: it asks by itself after a
	// while.
	Wake func(ctx context.Context, workflow string) error
	Now  func() time.Time // nil: time.Now
	// Marked says that whoever writes to the ledger does so through Marking. Otherwise
	// all objects of a show's ledger are counted whenever the account must be sure.
	Marked bool
	// Keep lets Read write down what it has counted.
	Keep bool
	// Who names the workflow and the run that ctx is of; empty, or nil: a person.
	Who func(ctx context.Context) (workflow, run string)

	marked marked
}

// How often a change is tried again when somebody else was quicker, and how long
// after.
const (
	tries   = 60
	between = 4 * time.Millisecond
)

func (a *Account) now() time.Time {
	if a.Now != nil {
		return a.Now().UTC()
	}
	return time.Now().UTC()
}

// Read gives a show's account with every line as the ledger has it. nil when
// nothing of the show was ever bought or capped.
func (a *Account) Read(ctx context.Context, show, currency string) (*Record, error) {
	r, version, err := a.load(ctx, show, currency)
	if err != nil {
		return nil, err
	}
	k := &look{}
	if err := a.refresh(ctx, show, r, 0, k); err != nil {
		return nil, err
	}
	if a.Keep && a.Marked && k.all && version != "" && !r.begun {
		// So that whoever asks next need not count everything. Whoever was quicker knows as
		// much.
		body, err := json.Marshal(r)
		if err == nil && a.Store.PutIf(ctx, store.Keys{Show: show}.Account(), body, "application/json", version) == nil {
			a.forget(ctx, k.idle)
		}
	}
	return r, nil
}

// Episode gives a show's account with the line of one episode as the ledger has it; the
// sums of others may be old.
func (a *Account) Episode(ctx context.Context, show, currency string, number int) (*Record, error) {
	r, _, err := a.load(ctx, show, currency)
	if err != nil {
		return nil, err
	}
	return r, a.sumOf(ctx, show, r, number)
}

// Caps gives a show's account for the caps that persons have set: the sums in it
// may be old.
func (a *Account) Caps(ctx context.Context, show, currency string) (*Record, error) {
	r, _, err := a.load(ctx, show, currency)
	return r, err
}

// load reads the record. One that is missing, damaged, or of another currency is
// begun again: the ledger knows the sums.
func (a *Account) load(ctx context.Context, show, currency string) (*Record, string, error) {
	body, info, err := a.Store.Read(ctx, store.Keys{Show: show}.Account())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fresh(currency), "", nil
	case errors.Is(err, store.ErrChecksum), errors.Is(err, store.ErrTooLarge):
		info, err := a.Store.Head(ctx, store.Keys{Show: show}.Account())
		return fresh(currency), info.Version, err
	case err != nil:
		return nil, "", fmt.Errorf("read the account of %s: %w", show, err)
	}
	r := fresh(currency)
	if json.Unmarshal(body, r) != nil {
		return fresh(currency), info.Version, nil
	}
	if r.V > version {
		return nil, "", fmt.Errorf("read the account of %s: a newer dailies wrote it (version %d); use that one", show, r.V)
	}
	if r.Books == nil {
		r.Books = make(map[int]*Book)
	}
	if currency != "" && r.Currency != currency {
		again := fresh(currency)
		again.begun = true
		again.Season, again.Episodes = r.Season, r.Episodes
		return again, info.Version, nil
	}
	return r, info.Version, nil
}

// change applies f to the record until nobody else was quicker.
func (a *Account) change(ctx context.Context, show, currency string, f func(*Record) error) (*Record, error) {
	key := store.Keys{Show: show}.Account()
	for range tries {
		r, version, err := a.load(ctx, show, currency)
		if err != nil {
			return nil, err
		}
		if err := f(r); err != nil {
			return nil, err
		}
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("write the account of %s: %w", show, err)
		}
		err = a.Store.PutIf(ctx, key, body, "application/json", version)
		if err == nil {
			return r, nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return nil, fmt.Errorf("write the account of %s: %w", show, err)
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("write the account of %s: %w", show, ErrBusy)
}

func pause(ctx context.Context) error {
	t := time.NewTimer(between + rand.N(4*between))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
