package s3

import (
	"context"
	"crypto/md5" //nolint:gosec // it is S3's, and guards against accidents only
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dailies/dailies/internal/store"
)

// guard is how a service checks bytes on their way in. The best that it takes is
// found out by trying, and remembered: services refuse headers that they do not
// know. On the way out every object is held to its SHA-256 in any case.
type guard int32

const (
	guardSHA256 guard = iota // x-amz-checksum-sha256
	guardMD5                 // Content-MD5
	guardNone
)

func (g guard) String() string {
	switch g {
	case guardSHA256:
		return "sha256"
	case guardMD5:
		return "md5"
	case guardNone:
		return "none"
	}
	return fmt.Sprintf("guard(%d)", int32(g))
}

// errPartGuard: the service did not take the parts' guard; the next is remembered.
var errPartGuard = errors.New("the service takes another checksum of parts")

// loosen goes on to the next guard after one that was refused. false: there is none.
func (s *Store) loosen(current *atomic.Int32, refused guard) bool {
	if refused == guardNone {
		return false
	}
	current.CompareAndSwap(int32(refused), int32(refused+1)) // another write may have found it out too
	return true
}

// putGuarded puts an object in one piece. When the service refuses the guard, the
// next is tried; it is remembered only if it helped, because what is refused may be
// something else (a condition).
func (s *Store) putGuarded(ctx context.Context, info store.Info, body io.ReadSeeker, on func(*s3.PutObjectInput)) error {
	if s.putOwn(ctx, info, body, on) {
		return nil
	}
	var refused error
	for g := guard(s.guard.Load()); ; g++ {
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read body: %w", err)
		}
		in := s.putInput(info, body)
		on(in)
		if _, ok := body.(*store.Known); ok && g != guardSHA256 {
			// The service does not hold it to its checksum.
			if own, err := digest(ctx, body); err != nil {
				return fmt.Errorf("read body: %w", err)
			} else if own.SHA256 != info.SHA256 || own.Bytes != info.Bytes {
				return store.ErrChecksum
			}
			if _, err := body.Seek(0, io.SeekStart); err != nil {
				return fmt.Errorf("read body: %w", err)
			}
		}
		if err := g.apply(in, info, body); err != nil {
			return err
		}
		_, err := s.client.PutObject(ctx, in, unsigned)
		if !unable(err) {
			// Taken, or refused for something else: the guard was understood.
			if refused != nil {
				s.guard.Store(int32(g))
			}
			return err
		}
		if refused == nil {
			refused = err
		}
		if g == guardNone {
			return refused
		}
	}
}

func (g guard) apply(in *s3.PutObjectInput, info store.Info, body io.ReadSeeker) error {
	switch g {
	case guardSHA256:
		sum, err := hex.DecodeString(info.SHA256)
		if err != nil {
			return fmt.Errorf("encode checksum: %w", err)
		}
		in.ChecksumSHA256 = aws.String(base64.StdEncoding.EncodeToString(sum))
	case guardMD5:
		h := md5.New() //nolint:gosec // it is S3's, and guards against accidents only
		if _, err := io.Copy(h, body); err != nil {
			return fmt.Errorf("read body: %w", err)
		}
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read body: %w", err)
		}
		in.ContentMD5 = aws.String(base64.StdEncoding.EncodeToString(h.Sum(nil)))
	case guardNone:
	}
	return nil
}
