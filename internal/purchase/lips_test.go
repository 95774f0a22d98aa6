package purchase_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
)

// lipsync is a vendor of lips that makes one job of a key, and whose answer to some
// submits is lost.
type lipsync struct {
	made    map[string]provider.Request
	submits int
	lost    func(n int) bool
	lasts   time.Duration
	refuses error
}

func (*lipsync) Name() string             { return "lipsync" }
func (*lipsync) Models() []provider.Model { return nil }

func (l *lipsync) Submit(_ context.Context, r provider.Request) (provider.Job, error) {
	l.submits++
	if l.refuses != nil {
		return provider.Job{}, l.refuses
	}
	if l.made == nil {
		l.made = make(map[string]provider.Request)
	}
	l.made[r.Key] = r
	if l.lost(l.submits) {
		return provider.Job{}, &provider.Error{Kind: provider.KindAmbiguous, Op: "submit", Message: "no answer"}
	}
	return provider.Job{ID: "lips-" + r.Key, Model: r.Model}, nil
}

func (*lipsync) Poll(_ context.Context, j provider.Job) (provider.Status, error) {
	return provider.Status{Job: j, State: provider.Succeeded, Word: "done", URL: "x"}, nil
}

func (*lipsync) Fetch(context.Context, provider.Status) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(mp4(1000))), nil
}

func (l *lipsync) Repeats(provider.Request) time.Duration { return l.lasts }

// lips is a house whose order is for other lips.
func lips(t *testing.T, l *lipsync) *house {
	t.Helper()
	h := newHouse(t, &server{})
	h.buyer.Providers = func(name string) (provider.Provider, provider.Instance, bool) {
		return l, provider.Instance{Name: name, Type: "lipsync", PollEveryMS: 1, DeadlineMS: 200}, true
	}
	h.order.Take.Slate = "1A-lips"
	h.order.Shot.Slate = "1A-lips"
	h.order.Shot.Routes[0].Mode = provider.ModeLipSync
	h.order.Lips = &purchase.Lips{Digest: "lips-digest"}
	for _, m := range []struct {
		key string
		to  *drama.Object
	}{{"s/lips/clip.mp4", &h.order.Lips.Clip}, {"s/lips/speech.wav", &h.order.Lips.Speech}} {
		ref, err := h.store.Put(t.Context(), m.key, strings.NewReader(m.key), "x")
		if err != nil {
			t.Fatal(err)
		}
		*m.to = ref
	}
	return h
}

// TestALostAnswerIsAskedForByTheSameRequest: where a vendor makes one job of a key, the
// request goes there once more and the job is one; the ledger has one intent.
func TestALostAnswerIsAskedForByTheSameRequest(t *testing.T) {
	l := &lipsync{lost: func(n int) bool { return n < 3 }, lasts: time.Hour}
	h := lips(t, l)
	clip, failures := h.until(9)
	if clip.Media.Key == "" || len(l.made) != 1 || l.submits != 3 {
		t.Fatalf("%+v of %d jobs by %d submits: %v", clip, len(l.made), l.submits, failures)
	}
	e := h.entry()
	if e.Receipt == nil || e.Receipt.Found != "repeated" || e.Intent.Digest != "lips-digest" || clip.Price != h.order.Estimate {
		t.Errorf("%+v, %s", e, clip.Price)
	}
	for _, r := range l.made {
		if r.Clip == nil || r.Speech == nil || r.Prompt != "" || r.Frames != 48 || r.Mode != provider.ModeLipSync {
			t.Errorf("it was asked for %+v", r)
		}
		body, err := r.Clip.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := io.ReadAll(body); err != nil || string(raw) != "s/lips/clip.mp4" {
			t.Errorf("the clip is %q, %v", raw, err)
		}
	}
}

// TestAKeyIsNotTrustedForEver: after that, and where a request cannot be the same, a
// person is asked.
func TestAKeyIsNotTrustedForEver(t *testing.T) {
	for _, lasts := range []time.Duration{0, time.Nanosecond} {
		l := &lipsync{lost: func(int) bool { return true }, lasts: lasts}
		_, failures := lips(t, l).until(5)
		if l.submits != 1 || len(failures) != 1 || failures[0].Type != purchase.Held {
			t.Errorf("%s: %d submits, %v", lasts, l.submits, failures)
		}
	}
}

// TestARepeatThatIsRefusedSaysNothingOfTheFirst: a key that was revoked meanwhile is no
// proof that nothing was bought.
func TestARepeatThatIsRefusedSaysNothingOfTheFirst(t *testing.T) {
	l := &lipsync{lost: func(int) bool { return true }, lasts: time.Hour}
	h := lips(t, l)
	_, err := h.buyer.Buy(t.Context(), h.order)
	l.refuses = &provider.Error{Kind: provider.KindAuth, Op: "submit", Message: "revoked"}
	_, again := h.buyer.Buy(t.Context(), h.order)
	for _, err := range []error{err, again} {
		if f, ok := errors.AsType[*purchase.Failure](err); !ok || f.Final {
			t.Errorf("%v", err)
		}
	}
	if e := h.entry(); e.Outcome != nil {
		t.Errorf("settled as %+v", e.Outcome)
	}
}

// TestWhatALookCostsIsBooked: a request that cannot be made may have been looked at for
// money.
func TestWhatALookCostsIsBooked(t *testing.T) {
	for _, charged := range []bool{true, false} {
		l := &lipsync{refuses: &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "no face", Billed: &charged}}
		h := lips(t, l)
		_, failures := h.until(1)
		if len(failures) != 1 || failures[0].NoClip == nil || (failures[0].NoClip.Price == h.order.Estimate) != charged || (h.entry().Outcome.Price.Micros > 0) != charged {
			t.Errorf("charged %v: %+v", charged, failures)
		}
	}
}
