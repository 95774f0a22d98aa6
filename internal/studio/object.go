package studio

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/store"
)

// OpenObject opens an object of the store so that a part of it can be read without the
// rest. ErrUnknown. ctx is for all reads to come.
func (s *Studio) OpenObject(ctx context.Context, ref store.Ref) (io.ReadSeekCloser, error) {
	if ref.Bytes == 0 {
		info, err := s.Store.Head(ctx, ref.Key)
		if errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("open %s: it is %w", ref.Key, ErrUnknown)
		}
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", ref.Key, err)
		}
		ref.Bytes = info.Bytes
	}
	return &object{ctx: ctx, store: s.Store, ref: ref}, nil
}

// object reads from wherever it was sought to.
type object struct {
	ctx   context.Context
	store store.Store
	ref   store.Ref
	at    int64
	body  io.ReadCloser // from at on; nil: not opened yet
}

func (o *object) Read(b []byte) (int, error) {
	if o.at >= o.ref.Bytes {
		return 0, io.EOF
	}
	if o.body == nil {
		body, err := o.store.GetRange(o.ctx, o.ref, o.at, o.ref.Bytes-o.at)
		if err != nil {
			return 0, fmt.Errorf("read %s from byte %d: %w", o.ref.Key, o.at, err)
		}
		o.body = body
	}
	n, err := o.body.Read(b)
	o.at += int64(n)
	return n, err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.ref.Bytes
	}
	if offset < 0 {
		return o.at, errors.New("seek before the beginning")
	}
	if offset == o.at {
		return o.at, nil
	}
	err := o.Close()
	o.at = offset
	return offset, err
}

func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}
