package mem_test

import (
	"errors"
	"testing"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return mem.New() })
}

func TestFailsWhenTold(t *testing.T) {
	boom := errors.New("boom")
	s := mem.New()
	s.Fail = func(op, key string) error {
		if op == "put" && key == "a" {
			return boom
		}
		return nil
	}
	if _, err := s.PutNew(t.Context(), "a", nil, ""); !errors.Is(err, boom) {
		t.Errorf("put: got %v, want the told error", err)
	}
	if _, err := s.PutNew(t.Context(), "b", nil, ""); err != nil {
		t.Errorf("put of another key: %v", err)
	}
}
