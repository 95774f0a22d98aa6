package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dailies/dailies/internal/store"
)

// Serialize makes conditional writes one at a time under a lock, for a service that
// does not decide between writers. It is right only if everybody who writes to the
// bucket takes the same lock: processes of one machine can, others cannot. It MUST
// be called before the store is used.
func (s *Store) Serialize(lock func(context.Context) (unlock func(), err error)) { s.lock = lock }

// putLocked looks, compares and writes under the lock.
func (s *Store) putLocked(ctx context.Context, key string, body []byte, mediaType, version string) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, err
	}
	if len(body) > store.MaxSmall {
		return store.Info{}, store.ErrTooLarge
	}
	sum := sha256.Sum256(body)
	info := store.Info{Key: key, Bytes: int64(len(body)), SHA256: hex.EncodeToString(sum[:]), Type: mediaType}
	unlock, err := s.lock(ctx)
	if err != nil {
		return info, fmt.Errorf("lock the store: %w", err)
	}
	defer unlock()
	there, err := s.Head(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return info, err
	}
	if there.Version != version {
		return info, errPrecondition
	}
	return info, explain(s.putGuarded(ctx, info, bytes.NewReader(body), func(*s3.PutObjectInput) {}))
}
