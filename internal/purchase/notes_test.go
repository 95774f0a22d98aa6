package purchase_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/purchase"
)

// What was odd on the way is told by whoever brings the take home, not only by the try
// that saw it.
func TestAnOddityOutlivesTheTryThatSawIt(t *testing.T) {
	word := make(chan purchase.Word, 1)
	living, die := context.WithCancel(t.Context())
	s := &server{
		status: func(w http.ResponseWriter, id string, poll int) {
			state := "completed"
			switch poll {
			case 1:
				state = "marinating"
			case 2:
				<-living.Done()
			}
			fmt.Fprintf(w, `{"id":%q,"status":%q}`, id, state)
		},
		content: func(w http.ResponseWriter, r *http.Request, _ int) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(mp4(10_000)))
		},
	}
	h := newHouse(t, s)
	told := beat.With(living, func(detail any) {
		if w, ok := detail.(purchase.Word); ok && len(w.Notes) > 0 {
			select {
			case word <- w:
			default: // told already
			}
		}
	})
	go func() {
		h.order.Last = new(<-word)
		die()
	}()
	if clip, err := h.buyer.Buy(told, h.order); !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", clip, err)
	}
	for _, last := range []*purchase.Word{h.order.Last, nil} { // by its heartbeat; by the ledger, once settled
		h.order.Last = last
		clip, failures := h.until(1)
		if len(clip.Notes) != 1 || !strings.Contains(clip.Notes[0], "marinating") {
			t.Errorf("notes %q, after %v", clip.Notes, failures)
		}
	}
	if s.submits != 1 {
		t.Errorf("bought %d times", s.submits)
	}
}

// A vendor that says a new word at every poll fills neither a heartbeat nor the ledger.
func TestNotesAreFew(t *testing.T) {
	s := &server{
		status: func(w http.ResponseWriter, id string, poll int) {
			state := "completed"
			if poll <= 30 {
				state = fmt.Sprintf("marinating %d %s", poll, strings.Repeat("x", 10_000))
			}
			fmt.Fprintf(w, `{"id":%q,"status":%q}`, id, state)
		},
		content: func(w http.ResponseWriter, r *http.Request, _ int) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(mp4(10_000)))
		},
	}
	h := newHouse(t, s)
	now := time.Now()
	h.buyer.Now = func() time.Time { return now } // however long 30 polls take, it is not late
	clip, failures := h.until(1)
	kept := h.entry().Outcome
	if len(clip.Notes) != 20 || kept == nil || len(kept.Notes) != 20 {
		t.Fatalf("%d notes after %v, in the ledger %+v", len(clip.Notes), failures, kept)
	}
	for _, note := range kept.Notes {
		if len(note) > 1000 {
			t.Errorf("a note of %d bytes", len(note))
		}
	}
}

// Nor does the reason of a job that ends with such a word.
func TestAReasonIsShort(t *testing.T) {
	s := &server{status: func(w http.ResponseWriter, id string, _ int) {
		fmt.Fprintf(w, `{"id":%q,"status":%q}`, id, "marinating "+strings.Repeat("x", 10_000))
	}}
	h := newHouse(t, s)
	h.until(1)
	if o := h.entry().Outcome; o == nil || len(o.Reason) > 1000 || !strings.Contains(o.Reason, "marinating") {
		t.Errorf("the outcome: %.2000v", o)
	}
}

// What a vendor says in place of a clip or an id reaches neither records nor
// terminals with its escapes, or with what turns the text beside it.
func TestVendorsTextsArePlain(t *testing.T) {
	s := &server{answer: func(int) string { return `{"id":"v1\u001b[2J\u202e"}` }}
	h := newHouse(t, s)
	_, f := h.until(1)
	if f[0].Type != purchase.Held || strings.ContainsAny(f[0].NoClip.Reason, "\u001b\u202e") {
		t.Errorf("%+v", f[0])
	}
	s2 := &server{status: func(w http.ResponseWriter, _ string, _ int) {
		fmt.Fprint(w, `{"id":"v1","status":"failed","error":{"message":"see https://u:p4ssw0rd@cdn.example/a?X-Amz-Signature=0123456789abcdef \u001b[31m\u2066now"}}`)
	}}
	h2 := newHouse(t, s2)
	h2.until(1)
	if why := h2.entry().Outcome.Reason; strings.ContainsAny(why, "\u001b\u2066") || strings.Contains(why, "p4ssw0rd") || strings.Contains(why, "0123456789abcdef") {
		t.Errorf("recorded: %q", why)
	}
}
