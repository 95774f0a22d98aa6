package studio_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/transfer"
)

// place is a store with a show in it, and who works on it there.
func place(t *testing.T, st *mem.Store) *studio.Studio {
	t.Helper()
	return &studio.Studio{
		Store: transfer.Guard(st), Ledger: ledger.Objects{Store: st}, ScratchDir: t.TempDir(),
		OpenRuns: func(context.Context, string) ([]string, error) { return nil, nil },
	}
}

func write(t *testing.T, st store.Store, key, body string) error {
	t.Helper()
	_, err := st.Put(t.Context(), key, strings.NewReader(body), "application/json")
	return err
}

// TestAMoveThatIsBrokenOff: wherever a move ends, at most one place can be written to, and the same
// call goes on.
func TestAMoveThatIsBrokenOff(t *testing.T) { synctest.Test(t, brokenOff) }

func brokenOff(t *testing.T) {
	here, there := mem.New(), mem.New()
	for _, key := range []string{"night/ep01/script.json", "night/circles/a.json"} {
		if err := write(t, here, key, key); err != nil {
			t.Fatal(err)
		}
	}
	m := studio.Moving{To: there, Here: "laptop", There: "cluster"}
	writable := func() (where string) {
		t.Helper()
		for name, st := range map[string]*mem.Store{"laptop": here, "cluster": there} {
			if write(t, transfer.Guard(st), "night/notes/1.json", "a note") == nil {
				where += name
			}
			if err := st.Remove(t.Context(), "night/notes/1.json"); err != nil {
				t.Fatal(err)
			}
		}
		return where
	}
	lost := errors.New("the line is cut")
	failing := func(op, key string) func(string, string) error {
		return func(o, k string) error {
			if o == op && k == key {
				return lost
			}
			return nil
		}
	}
	// While it is copied: nobody can write in either place, until a person says that it stays.
	there.Fail = failing("put", "night/ep01/script.json")
	if _, err := place(t, here).Move(t.Context(), "night", m); !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if w := writable(); w != "" {
		t.Errorf("half copied, %s can be written to", w)
	}
	if err := place(t, here).Stay(t.Context(), "night"); err != nil {
		t.Fatal(err)
	}
	if w := writable(); w != "laptop" {
		t.Errorf("it stays, and %q can be written to", w)
	}
	// Work went on; what was half copied is in nobody's way. This time the last step is lost.
	if err := write(t, here, "night/circles/a.json", "moved on"); err != nil {
		t.Fatal(err)
	}
	there.Fail = failing("remove", transfer.MovedKey("night"))
	if _, err := place(t, here).Move(t.Context(), "night", m); !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if w := writable(); w != "" {
		t.Errorf("before the last step %s can be written to", w)
	}
	there.Fail = nil
	if _, err := place(t, here).Move(t.Context(), "night", m); err != nil {
		t.Fatal(err)
	}
	if w := writable(); w != "cluster" {
		t.Errorf("moved, and %q can be written to", w)
	}
	if body, _, err := there.Read(t.Context(), "night/circles/a.json"); err != nil || string(body) != "moved on" {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := place(t, here).Move(t.Context(), "night", m); !errors.Is(err, studio.ErrMoved) {
		t.Errorf("again: %v", err)
	}

	// Where somebody else has a show of this name nothing is moved.
	other := mem.New()
	if err := write(t, other, "night/ep01/script.json", "another"); err != nil {
		t.Fatal(err)
	}
	_, err := place(t, there).Move(t.Context(), "night", studio.Moving{To: other, Here: "cluster", There: "elsewhere"})
	if _, ok := errors.AsType[*transfer.ConflictError](err); !ok {
		t.Errorf("over another show: %v", err)
	}
	if w := writable(); w != "cluster" {
		t.Errorf("refused, and %q can be written to", w)
	}
}
