package callback_test

import (
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/store/mem"
)

func desk(t *testing.T, s *mem.Store) *callback.Desk {
	t.Helper()
	base, err := url.Parse("https://studio.example")
	if err != nil {
		t.Fatal(err)
	}
	return &callback.Desk{Store: s, Base: base, Log: slog.New(slog.DiscardHandler), Every: time.Millisecond}
}

// token is the last part of a job's address.
func token(t *testing.T, d *callback.Desk, instance, job string) string {
	t.Helper()
	u, err := d.URL(t.Context(), instance, job)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(u, "https://studio.example/hooks/"+instance+"/")
	if !ok {
		t.Fatalf("the address is %s", u)
	}
	return rest
}

func TestAnAddressIsKnownAgainByEveryProcess(t *testing.T) {
	s := mem.New()
	here, there := desk(t, s), desk(t, s)
	made := token(t, here, "kling", "night-shift-ep01-2B-t3-a1")
	if again := token(t, there, "kling", "night-shift-ep01-2B-t3-a1"); again != made {
		t.Errorf("the same job has the addresses %s and %s", made, again)
	}
	if strings.Contains(made, "night") {
		t.Errorf("%s tells the vendor of another thing than its job", made)
	}
	if _, ok, err := there.Open(t.Context(), "kling", made); !ok || err != nil {
		t.Errorf("a good token: %v, %v", ok, err)
	}
	other := token(t, here, "kling", "night-shift-ep01-2B-t3-a2")
	if other == made {
		t.Error("two jobs have one address")
	}
	for name, bad := range map[string]string{
		"nothing": "", "a guess": strings.Repeat("A", len(made)), "of another job's id": other[:22] + made[22:], "cut": made[:len(made)-1], "longer": made + "A",
	} {
		if _, ok, err := there.Open(t.Context(), "kling", bad); ok || err != nil {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
	if _, ok, _ := there.Open(t.Context(), "ark", made); ok {
		t.Error("a token of one instance opens another's")
	}
}

func TestStoresDoNotShareSecrets(t *testing.T) {
	one, other := token(t, desk(t, mem.New()), "kling", "j"), token(t, desk(t, mem.New()), "kling", "j")
	if one == other {
		t.Error("two stores made the same token")
	}
}

// rung waits for a call; the test's own limit ends it if none comes.
func rung(t *testing.T, e *callback.Ear) {
	t.Helper()
	select {
	case <-e.C:
	case <-t.Context().Done():
		t.Fatal("nobody rang")
	}
}

func TestACallWakesWhoWaitsHereOrInAnotherProcess(t *testing.T) {
	s := mem.New()
	studio, worker := desk(t, s), desk(t, s)
	for name, waits := range map[string]*callback.Desk{"here": studio, "elsewhere": worker} {
		e, other := waits.Listen("kling", "job 1"), waits.Listen("kling", "job 2")
		id, ok, err := studio.Open(t.Context(), "kling", token(t, studio, "kling", "job 1"))
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		for range 3 { // vendors repeat themselves
			if err := studio.Ring(t.Context(), "kling", id); err != nil {
				t.Fatal(err)
			}
		}
		rung(t, e)
		select {
		case <-other.C:
			t.Errorf("%s: another job was rung for", name)
		default:
		}
		e.Close()
		other.Close()
	}
}

func TestACallThatNobodyWaitsForIsHarmless(t *testing.T) {
	s := mem.New()
	studio := desk(t, s)
	id, _, err := studio.Open(t.Context(), "kling", token(t, studio, "kling", "over"))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := studio.Ring(t.Context(), "kling", id); err != nil {
			t.Fatal(err)
		}
	}
	e := desk(t, s).Listen("kling", "next")
	defer e.Close()
	ring, _, err := studio.Open(t.Context(), "kling", token(t, studio, "kling", "next"))
	if err != nil {
		t.Fatal(err)
	}
	if err := studio.Ring(t.Context(), "kling", ring); err != nil {
		t.Fatal(err)
	}
	rung(t, e)
}

func TestWithoutAnAddressNobodyIsAskedToCall(t *testing.T) {
	var d *callback.Desk
	if u, err := d.URL(t.Context(), "kling", "job"); u != "" || err != nil {
		t.Errorf("%q, %v", u, err)
	}
	e := d.Listen("kling", "job")
	defer e.Close()
	if e.C != nil {
		t.Error("there is something to hear")
	}
}
