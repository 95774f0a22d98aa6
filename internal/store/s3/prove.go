package s3

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dailies/dailies/internal/store"
)

// proofs is the prefix of the objects that Prove writes and removes; it is beside
// all shows, as slots are.
const proofs = "_proof/"

// Prove finds out what the service does, with small objects of its own, which it
// removes. It errs when the bucket cannot be used at all: *store.RefusedError where
// asking again would not help.
func (s *Store) Prove(ctx context.Context) (store.Abilities, error) {
	a := store.Abilities{Service: s.service.Name, HostStyle: s.hostStyle, Parts: true, Ranges: true}
	if s.service.Note != "" {
		a.Notes = append(a.Notes, s.service.Note)
	}
	if err := s.Check(ctx); err != nil {
		return a, err
	}
	base := proofs + rand.Text()
	var made []string
	key := func(name string) string {
		made = append(made, base+"-"+name)
		return base + "-" + name
	}
	defer func() { s.remove(ctx, made) }()
	if err := s.proveBytes(ctx, key("bytes"), &a); err != nil {
		return a, err
	}
	if err := s.proveExclusive(ctx, key("exclusive"), &a); err != nil {
		return a, err
	}
	if err := s.proveParts(ctx, key("parts"), &a); err != nil {
		return a, err
	}
	a.Checksum = guard(s.guard.Load()).String()
	if g := guard(s.partGuard.Load()); g.String() != a.Checksum {
		a.Notes = append(a.Notes, "checksum of parts: "+g.String())
	}
	return a, nil
}

// proveBytes puts an object, reads it back whole and in part, and lists it.
func (s *Store) proveBytes(ctx context.Context, key string, a *store.Abilities) error {
	const text = "dailies was here"
	if _, err := s.Put(ctx, key, strings.NewReader(text), "text/plain"); err != nil {
		return fmt.Errorf("try to write: %w", err)
	}
	body, info, err := s.Read(ctx, key)
	if err != nil {
		return fmt.Errorf("try to read: %w", err)
	}
	if string(body) != text {
		return &store.RefusedError{Reason: "the service gives back other bytes than it was given: dailies cannot work with it"}
	}
	if info.SHA256 == "" {
		a.Notes = append(a.Notes, "the service keeps no metadata of objects: their checksums are known only where a record has them")
	}
	part, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(key), Range: aws.String("bytes=8-10")})
	if err != nil {
		a.Ranges = false
	} else {
		got, err := io.ReadAll(io.LimitReader(part.Body, int64(len(text))))
		a.Ranges = err == nil && string(got) == text[8:11]
		_ = part.Body.Close()
	}
	listed := false
	err = s.List(ctx, key, func(i store.Info) error {
		listed = listed || i.Key == key
		return nil
	})
	if err != nil {
		return fmt.Errorf("try to list: %w", err)
	}
	if !listed {
		return &store.RefusedError{Reason: "the service does not list what was just written: dailies counts money and takes by lists and cannot work with it"}
	}
	return nil
}

// provers is how many write at once.
const provers = 3

// proveExclusive lets several write under the same condition: exactly one must win,
// for an object that is not there yet (If-None-Match) and for one that is (If-Match).
func (s *Store) proveExclusive(ctx context.Context, key string, a *store.Abilities) error {
	version := ""
	for _, header := range []string{"If-None-Match", "If-Match"} {
		won, err := s.race(ctx, key, version)
		switch refused, isRefusal := errors.AsType[*store.RefusedError](err); {
		case isRefusal:
			a.Why = fmt.Sprintf("it refuses writes with %s (%v)", header, refused.Err)
			return nil
		case err != nil:
			return fmt.Errorf("try %s: %w", header, err)
		case won != 1:
			a.Why = fmt.Sprintf("of %d who wrote at once with %s, %d were told that they had won", provers, header, won)
			return nil
		}
		info, err := s.Head(ctx, key)
		if err != nil {
			return fmt.Errorf("try %s: %w", header, err)
		}
		version = info.Version
	}
	a.Exclusive = true
	return nil
}

// race is how many of several writers won. It goes past Serialize: what counts is
// what the service does.
func (s *Store) race(ctx context.Context, key, version string) (int, error) {
	errs := make([]error, provers)
	var writing sync.WaitGroup
	for i := range provers {
		writing.Go(func() {
			_, errs[i] = s.putSmall(ctx, key, fmt.Append(nil, i, rand.Text()), "text/plain", func(in *s3.PutObjectInput) {
				if version == "" {
					in.IfNoneMatch = aws.String("*")
				} else {
					in.IfMatch = &version
				}
			})
		})
	}
	writing.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, errPrecondition) && !errors.Is(err, errConflict) && !errors.Is(err, store.ErrNotFound):
			return won, err
		}
	}
	return won, nil
}

// proveParts uploads an object of one part. A service without parts takes objects
// in one piece, which S3 allows up to 5 GiB.
func (s *Store) proveParts(ctx context.Context, key string, a *store.Abilities) error {
	body := bytes.NewReader([]byte("part"))
	info, err := digest(ctx, body)
	if err != nil {
		return err
	}
	info.Key = key
	err = s.putParts(ctx, info, body)
	if _, ok := errors.AsType[*store.RefusedError](err); ok {
		a.Parts = false
		s.noParts.Store(true)
		a.Notes = append(a.Notes, "large objects go up in one piece: the service does not take parts")
		return nil
	}
	if err != nil {
		return fmt.Errorf("try to upload in parts: %w", err)
	}
	return nil
}

// remove takes away what Prove wrote, also when ctx has ended. What cannot be
// removed does no harm.
func (s *Store) remove(ctx context.Context, keys []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var removing sync.WaitGroup
	for _, key := range keys {
		removing.Go(func() {
			_, _ = s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: s.key(key)})
		})
	}
	removing.Wait()
}
