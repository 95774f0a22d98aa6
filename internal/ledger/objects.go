package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dailies/dailies/internal/store"
)

// Objects keeps the ledger in an object store: four small objects a job at most,
// each written with If-None-Match, under
//
//	SHOW/ledger/epNN/SLATE/TAKE/ATTEMPT/{intent,receipt,hold,outcome}.json
type Objects struct {
	Store store.Store
}

var _ Ledger = Objects{}

// The parts of a job's record, in the order in which they are written.
const (
	partIntent  = "intent"
	partReceipt = "receipt"
	partHold    = "hold"
	partOutcome = "outcome"
)

// maxRecord is far above any real record, in bytes.
const maxRecord = 1 << 20

func prefix(id ID) string {
	keys := store.Keys{Show: id.Take.Episode.Show}
	return fmt.Sprintf("%s%s/%04d/%02d/", keys.Jobs(id.Take.Episode.Number), id.Take.Slate, id.Take.Number, id.Attempt)
}

// Intend writes the intent. ErrExists if there is one.
func (o Objects) Intend(ctx context.Context, i Intent) error {
	return o.write(ctx, i.ID, partIntent, i)
}

// Receive writes the vendor's receipt. ErrExists if there is one.
func (o Objects) Receive(ctx context.Context, id ID, r Receipt) error {
	return o.write(ctx, id, partReceipt, r)
}

// Hold writes that a person must decide. ErrExists if it is known already.
func (o Objects) Hold(ctx context.Context, id ID, h Hold) error {
	return o.write(ctx, id, partHold, h)
}

// Settle writes the outcome. ErrExists if there is one.
func (o Objects) Settle(ctx context.Context, id ID, out Outcome) error {
	return o.write(ctx, id, partOutcome, out)
}

func (o Objects) write(ctx context.Context, id ID, part string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s of job %s: %w", part, id, err)
	}
	_, err = o.Store.PutNew(ctx, prefix(id)+part+".json", body, "application/json")
	if errors.Is(err, store.ErrExists) {
		return fmt.Errorf("write %s of job %s: %w", part, id, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("write %s of job %s: %w", part, id, err)
	}
	return nil
}

// Get reads a job. The parts are read in the order in which they were written
// backwards, so that a job that moves on meanwhile is never seen with an outcome
// but without the receipt that came before it.
func (o Objects) Get(ctx context.Context, id ID) (Entry, error) {
	var e Entry
	var err error
	if e.Outcome, err = read[Outcome](ctx, o.Store, prefix(id)+partOutcome+".json"); err != nil {
		return Entry{}, fmt.Errorf("read job %s: %w", id, err)
	}
	if e.Hold, err = read[Hold](ctx, o.Store, prefix(id)+partHold+".json"); err != nil {
		return Entry{}, fmt.Errorf("read job %s: %w", id, err)
	}
	if e.Receipt, err = read[Receipt](ctx, o.Store, prefix(id)+partReceipt+".json"); err != nil {
		return Entry{}, fmt.Errorf("read job %s: %w", id, err)
	}
	intent, err := read[Intent](ctx, o.Store, prefix(id)+partIntent+".json")
	if err != nil {
		return Entry{}, fmt.Errorf("read job %s: %w", id, err)
	}
	if intent == nil {
		return Entry{}, fmt.Errorf("read job %s: %w", id, ErrNotFound)
	}
	e.Intent = *intent
	return e, nil
}

// read decodes a record, nil if there is none.
func read[T any](ctx context.Context, s store.Store, key string) (*T, error) {
	body, _, err := s.Read(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // absence is an answer here
	}
	if err != nil {
		return nil, err
	}
	v := new(T)
	dec := json.NewDecoder(io.LimitReader(bytes.NewReader(body), maxRecord))
	if err := dec.Decode(v); err != nil {
		return nil, fmt.Errorf("decode %s: %w", key, err)
	}
	return v, nil
}

// List calls each for every job of the show or episode, ordered by key.
func (o Objects) List(ctx context.Context, show string, episode int, each func(Entry) error) error {
	keys := store.Keys{Show: show}
	return o.Store.List(ctx, keys.Jobs(episode), func(info store.Info) error {
		if !strings.HasSuffix(info.Key, "/"+partIntent+".json") {
			return nil
		}
		intent, err := read[Intent](ctx, o.Store, info.Key)
		if err != nil {
			return fmt.Errorf("list jobs of %s: %w", show, err)
		}
		if intent == nil {
			return nil
		}
		e, err := o.Get(ctx, intent.ID)
		if err != nil {
			return fmt.Errorf("list jobs of %s: %w", show, err)
		}
		return each(e)
	})
}
