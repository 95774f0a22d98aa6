package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

// Objects keeps the ledger in an object store: four small objects a job at most,
// each written with If-None-Match, under
//
//	SHOW/ledger/epNN/SLATE/TAKE/ATTEMPT/{intent,receipt,hold,outcome}.json
type Objects struct {
	Store store.Store
	// Keep lets List write down what has ended, by episode, so that the next one
	// reads one object for all of them: see list.go.
	Keep bool
	// Written lets what this process writes join those copies; nil: it does not.
	Written *Written
}

var _ Ledger = Objects{}

// The parts of a job's record, in the order in which they are written.
const (
	partIntent  = "intent"
	partReceipt = "receipt"
	partHold    = "hold"
	partOutcome = "outcome"
)

// maxWords bounds what a vendor's words take in a record, in bytes.
const maxWords = 4 << 10

func prefix(id ID) string {
	keys := store.Keys{Show: id.Take.Episode.Show}
	return fmt.Sprintf("%s%s/%04d/%02d/", keys.Jobs(id.Take.Episode.Number), id.Take.Slate, id.Take.Number, id.Attempt)
}

// Intend writes the intent. ErrExists if there is one.
func (o Objects) Intend(ctx context.Context, i Intent) error {
	return o.write(ctx, i.ID, partIntent, i)
}

// Receive writes the vendor's receipt. ErrExists if there is one; *ClaimedError where
// the vendor's job is another's.
func (o Objects) Receive(ctx context.Context, id ID, r Receipt) error {
	if err := o.claim(ctx, id, r); err != nil {
		return err
	}
	return o.write(ctx, id, partReceipt, r)
}

// Hold writes that a person must decide. ErrExists if it is known already.
func (o Objects) Hold(ctx context.Context, id ID, h Hold) error {
	h.Question = clip(h.Question)
	return o.write(ctx, id, partHold, h)
}

// Settle writes the outcome. ErrExists if there is one.
func (o Objects) Settle(ctx context.Context, id ID, out Outcome) error {
	out.Reason = clip(out.Reason)
	return o.write(ctx, id, partOutcome, out)
}

func clip(words string) string {
	if len(words) <= maxWords {
		return words
	}
	return strings.ToValidUTF8(words[:maxWords], "") + " …"
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
	if ended := o.Written.put(id, part, v); len(ended) > 0 {
		o.join(ctx, id.Take.Episode, ended)
	}
	return nil
}

// Get reads a job. ErrNotFound, *DamagedError with what can be read: one that has ended
// needs no more than its outcome.
func (o Objects) Get(ctx context.Context, id ID) (Entry, error) {
	e, err := o.entry(ctx, id, func(string) bool { return true })
	switch {
	case err != nil:
		return Entry{}, fmt.Errorf("read job %s: %w", id, err)
	case len(e.Damaged) > 0 && e.Outcome != nil:
		if e.Intent.ID != id {
			e.Intent = Intent{ID: id, Key: id.Key()}
		}
		return e, nil
	case len(e.Damaged) > 0:
		return e, fmt.Errorf("read job %s: %w", id, &DamagedError{e.Damaged})
	case e.Intent.ID == (ID{}):
		return Entry{}, fmt.Errorf("read job %s: %w", id, ErrNotFound)
	case e.Intent.ID != id:
		return Entry{}, fmt.Errorf("read job %s: %w", id, &DamagedError{[]string{o.Store.URI(prefix(id) + partIntent + ".json")}})
	}
	return e, nil
}

// entry reads those parts of a job that may be there, all at once. A job moves on
// meanwhile: what was written before a part that is there is looked for again, so
// that a job is never seen with an outcome but without the receipt that came before.
func (o Objects) entry(ctx context.Context, id ID, mayBe func(part string) bool) (Entry, error) {
	var intent *Intent
	var e Entry
	first := parts{o, prefix(id), mayBe, nil}
	group, at := errgroup.WithContext(ctx)
	lost := make([]parts, 4)
	for i, read := range []func(*parts) error{
		func(p *parts) error { return readPart(at, p, partIntent, &intent) },
		func(p *parts) error { return readPart(at, p, partReceipt, &e.Receipt) },
		func(p *parts) error { return readPart(at, p, partHold, &e.Hold) },
		func(p *parts) error { return readPart(at, p, partOutcome, &e.Outcome) },
	} {
		lost[i] = first
		group.Go(func() error { return read(&lost[i]) })
	}
	if err := group.Wait(); err != nil {
		return Entry{}, err
	}
	again := parts{o, prefix(id), mayBe, nil}
	if e.Outcome != nil && e.Receipt == nil {
		if err := readPart(ctx, &again, partReceipt, &e.Receipt); err != nil {
			return Entry{}, err
		}
	}
	if (e.Outcome != nil || e.Receipt != nil || e.Hold != nil) && intent == nil && len(lost[0].damaged) == 0 {
		if err := readPart(ctx, &again, partIntent, &intent); err != nil {
			return Entry{}, err
		}
	}
	for _, p := range append(lost, again) {
		for _, uri := range p.damaged {
			if !slices.Contains(e.Damaged, uri) {
				e.Damaged = append(e.Damaged, uri)
			}
		}
	}
	if intent != nil {
		e.Intent = *intent
	}
	return e, nil
}

// parts are a job's objects while they are read.
type parts struct {
	Objects

	prefix  string
	mayBe   func(part string) bool
	damaged []string // URIs
}

// readPart decodes a part, nil if there is none or it is damaged.
func readPart[T any](ctx context.Context, p *parts, part string, into **T) error {
	if !p.mayBe(part) {
		return nil
	}
	key := p.prefix + part + ".json"
	body, _, err := p.Store.Read(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrChecksum):
		p.damaged = append(p.damaged, p.Store.URI(key))
		return nil
	case err != nil:
		return err
	}
	v := new(T)
	if bytes.Equal(bytes.TrimSpace(body), []byte("null")) || json.Unmarshal(body, v) != nil {
		p.damaged = append(p.damaged, p.Store.URI(key))
		return nil
	}
	*into = v
	return nil
}
