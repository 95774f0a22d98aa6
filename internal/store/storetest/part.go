package storetest

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/dailies/dailies/internal/store"
)

// parts asks for parts of an object in one piece, of one that goes up in several, and
// of one that is empty.
func parts(t *testing.T, s store.Store) {
	small, large := noise(1000, 6), noise(12<<20, 7)
	for _, c := range []struct {
		body           []byte
		offset, length int64
	}{
		{small, 0, 1},
		{small, 0, 1000},
		{small, 10, 20},
		{small, 999, 1},
		{small, 990, 500},
		{small, 5, math.MaxInt64},
		{large, 5<<20 - 3, 6},
		{large, 11 << 20, 9 << 20},
	} {
		ref := put(t, s, "clip", c.body, "")
		for name, ref := range map[string]store.Ref{"with its claim check": ref, "by key alone": {Key: ref.Key}} {
			r, err := s.GetRange(t.Context(), ref, c.offset, c.length)
			if err != nil {
				t.Errorf("%d bytes from byte %d %s: %v", c.length, c.offset, name, err)
				continue
			}
			got, err := io.ReadAll(r)
			want := c.body[c.offset:][:min(c.length, int64(len(c.body))-c.offset)]
			if err = errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes from byte %d %s: %d came back, %v", c.length, c.offset, name, len(got), err)
			}
		}
	}
	ref := put(t, s, "clip", small, "")
	for _, offset := range []int64{1000, 5000, math.MaxInt64} {
		_, err := s.GetRange(t.Context(), ref, offset, 1)
		wantIs(t, "a part beyond the end", err, store.ErrRange)
	}
	put(t, s, "empty", nil, "")
	_, err := s.GetRange(t.Context(), store.Ref{Key: "empty"}, 0, 1)
	wantIs(t, "a part of nothing", err, store.ErrRange)
	ref.Bytes++
	_, err = s.GetRange(t.Context(), ref, 0, 10)
	wantIs(t, "a part of an object of another size", err, store.ErrChecksum)
	for _, none := range [][2]int64{{-1, 5}, {0, 0}, {0, -1}, {math.MinInt64, 1}} {
		if _, err := s.GetRange(t.Context(), store.Ref{Key: "clip"}, none[0], none[1]); err == nil {
			t.Errorf("%d bytes from byte %d: no error", none[1], none[0])
		}
	}
}
