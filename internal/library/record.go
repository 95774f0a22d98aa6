// Package library reads and writes what a show has in its store: scripts, plans,
// takes, circles, mezzanines, stills and cuts. It is the only place that knows how
// such a record looks as an object, so that whoever asks (a step of a run, the
// command line, a plan) gets the same answer. It decides nothing about pictures
// or money, and it keeps no copy: the store is the record.
//
// A record that is damaged is a *RecordError: it names the object and the way out,
// and reading it again changes nothing. Lists go on past one.
package library

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

// Library is a store read as records. It is a value: make one where it is needed.
type Library struct{ Store store.Store }

// RecordError is a record that will be the same when it is read again: cut off,
// of another shape, of other bytes than were promised, over the limit, or gone
// where another record says that it is.
type RecordError struct {
	URI    string // of the object
	Remedy string // what a person can do about it
	Err    error
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("read %s: the record is damaged: %v; %s", e.URI, e.Err, e.Remedy)
}

func (e *RecordError) Unwrap() error { return e.Err }

// Damaged is the RecordError in err, nil if there is none.
func Damaged(err error) *RecordError {
	var bad *RecordError
	errors.As(err, &bad)
	return bad
}

const jsonType = "application/json"

// atOnce is how many records are asked for at once: a store that answers in 30 ms
// would need half a minute for a thousand of them one after the other.
const atOnce = 16

// tries is how often a conditional write is tried against others; people are the
// only others.
const tries = 5

// read decodes the object under key. remedy is what to do when it is damaged;
// check says whether it is the record that was looked for. store.ErrNotFound is
// passed on; *RecordError.
func read[T any](ctx context.Context, l Library, key, remedy string, check func(*T) error) (*T, store.Info, error) {
	body, info, err := l.Store.Read(ctx, key)
	switch {
	case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrChecksum):
		return nil, info, &RecordError{l.Store.URI(key), remedy, err}
	case err != nil:
		return nil, info, fmt.Errorf("read %s: %w", key, err)
	}
	v := new(T)
	if err := json.Unmarshal(body, v); err != nil {
		return nil, info, &RecordError{l.Store.URI(key), remedy, err}
	}
	if err := check(v); err != nil {
		return nil, info, &RecordError{l.Store.URI(key), remedy, err}
	}
	return v, info, nil
}

// is makes a check: the record's own name must be the one that it was found under.
func is[T any, N comparable](of func(*T) N, want N) func(*T) error {
	return func(v *T) error {
		if got := of(v); got != want {
			return fmt.Errorf("it says that it is of %q, not of %q", fmt.Sprint(got), fmt.Sprint(want))
		}
		return nil
	}
}

// encode is what is written of a record. What could not be read again is refused:
// store.ErrTooLarge, with what it is.
func encode(what string, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", what, err)
	}
	if len(body) > store.MaxSmall {
		return nil, fmt.Errorf("store %s: its record has %d bytes, the limit is %d: %w; split the episode", what, len(body), store.MaxSmall, store.ErrTooLarge)
	}
	return body, nil
}

// put writes a record over whatever lies there.
func (l Library) put(ctx context.Context, key, what string, v any) (store.Ref, error) {
	body, err := encode(what, v)
	if err != nil {
		return store.Ref{}, err
	}
	ref, err := l.Store.Put(ctx, key, bytes.NewReader(body), jsonType)
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", what, err)
	}
	return ref, nil
}

// version is what PutIf wants to replace a damaged record.
func (l Library) version(ctx context.Context, key string) (string, error) {
	info, err := l.Store.Head(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return info.Version, err
}

// found is what became of one of many records: it is there, or damaged, or neither.
type found[T any] struct {
	record  *T
	damaged *RecordError
}

// readAll reads many records, some at once, and returns them in the order of keys.
// It errs when the store does.
func readAll[T any](ctx context.Context, keys []string, one func(context.Context, string) (*T, error)) ([]found[T], error) {
	all := make([]found[T], len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, key := range keys {
		group.Go(func() error {
			v, err := one(ctx, key)
			switch bad := Damaged(err); {
			case bad != nil:
				all[i].damaged = bad
			case errors.Is(err, store.ErrNotFound):
			case err != nil:
				return err
			default:
				all[i].record = v
			}
			return nil
		})
	}
	return all, group.Wait()
}

// keys lists the objects under a prefix.
func (l Library) keys(ctx context.Context, prefix string) ([]string, error) {
	var all []string
	err := l.Store.List(ctx, prefix, func(i store.Info) error {
		all = append(all, i.Key)
		return nil
	})
	return all, err
}
