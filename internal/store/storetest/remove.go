package storetest

import (
	"errors"
	"testing"

	"github.com/dailies/dailies/internal/store"
)

// removed: what is removed is gone at once, and nothing beside it; removing it again is
// no error.
func removed(t *testing.T, s store.Store) {
	for _, key := range []string{"a/1", "a/1.json", "a/12"} {
		put(t, s, key, []byte(key), "text/plain")
	}
	for range 2 {
		if err := s.Remove(t.Context(), "a/1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Head(t.Context(), "a/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("head of what was removed: %v", err)
	}
	for _, key := range []string{"a/1.json", "a/12"} {
		if _, err := s.Head(t.Context(), key); err != nil {
			t.Errorf("%s is gone too: %v", key, err)
		}
	}
	if err := s.Remove(t.Context(), "a/../b"); err == nil {
		t.Error("a key that is none was removed")
	}
	put(t, s, "a/1", []byte("again"), "text/plain")
	if got := get(t, s, store.Ref{Key: "a/1"}); string(got) != "again" {
		t.Errorf("put again it is %q", got)
	}
}
