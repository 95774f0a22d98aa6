package purchase_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
)

// However a paid clip is delivered at first, it is fetched until it is there, and
// nothing else is bought meanwhile.
func TestAPaidClipIsFetchedUntilItIsThere(t *testing.T) {
	clip := mp4(300_000)
	send := func(w http.ResponseWriter, kind, body string) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
	// cut sends a part of the clip without saying how long it is, and hangs up as if
	// that were all.
	cut := func(w http.ResponseWriter, b []byte) {
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).Flush() // chunked: no length
		_, _ = w.Write(b)
	}
	for _, c := range []struct {
		name  string
		fails int
		bad   func(w http.ResponseWriter, r *http.Request, get int)
	}{
		{"a page that checks the browser", 6, func(w http.ResponseWriter, _ *http.Request, _ int) {
			send(w, "text/html", "<!DOCTYPE html><title>Just a moment...</title>")
		}},
		{"JSON", 6, func(w http.ResponseWriter, _ *http.Request, _ int) {
			send(w, "application/json", `{"error":{"code":"video_not_ready"}}`)
		}},
		{"XML", 3, func(w http.ResponseWriter, _ *http.Request, _ int) {
			send(w, "application/xml", `<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>`)
		}},
		{"nothing", 4, func(w http.ResponseWriter, _ *http.Request, _ int) { send(w, "video/mp4", "") }},
		{"cut without a length", 1, func(w http.ResponseWriter, _ *http.Request, _ int) { cut(w, clip[:len(clip)*2/3]) }},
		{"cut before the movie box", 1, func(w http.ResponseWriter, _ *http.Request, _ int) { cut(w, clip[:len(clip)-308]) }},
		{"connection lost", 5, func(w http.ResponseWriter, _ *http.Request, _ int) {
			_, _ = w.Write(clip[:len(clip)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}},
		{"half, then silence", 1, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Length", fmt.Sprint(len(clip)))
			_, _ = w.Write(clip[:len(clip)/2])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}},
		{"not there yet", 3, func(w http.ResponseWriter, _ *http.Request, _ int) {
			http.Error(w, `{"detail":"Video content not ready"}`, http.StatusNotFound)
		}},
		{"the CDN is ill", 9, func(w http.ResponseWriter, _ *http.Request, _ int) {
			http.Error(w, "bad gateway", http.StatusBadGateway)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &server{}
			tries := 0
			s.content = func(w http.ResponseWriter, r *http.Request, get int) {
				// A dead link is asked for twice a try: with a fresh poll between.
				if tries++; get <= c.fails {
					c.bad(w, r, get)
					return
				}
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
			}
			h := newHouse(t, s)
			got, failures := h.until(c.fails + 1)
			if got.Media.Key == "" || !bytes.Equal(h.whatIs(got), clip) {
				t.Fatalf("got %+v after %v", got, failures)
			}
			if s.submits != 1 {
				t.Errorf("bought %d times", s.submits)
			}
			for _, f := range failures {
				if f.Final || f.After <= 0 || f.NoClip != nil {
					t.Errorf("a delivery's fault ends the take: %+v", f)
				}
			}
		})
	}
}

// The instance's deadline is for what the vendor makes, not for what we fetch.
func TestTheDeadlineDoesNotEndADelivery(t *testing.T) {
	s := &server{content: func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, "<html>") }}
	h := newHouse(t, s)
	now := time.Now()
	h.buyer.Now = func() time.Time { return now }
	if _, f := h.until(2); f[1].Final {
		t.Fatal(f[1])
	}
	now = now.Add(48 * time.Hour)
	if _, f := h.until(2); f[1].Final || h.entry().Outcome != nil {
		t.Errorf("given up: %v, %+v", f[1], h.entry().Outcome)
	}
}

// Whatever a vendor delivers instead of a clip, however long: nothing ends it but a
// person. After hours of fresh links a person is told what there is to decide; and a
// clip that comes after all is taken.
func TestAWrongDeliveryForEver(t *testing.T) {
	clip := mp4(10_000)
	for name, bad := range map[string]func(http.ResponseWriter){
		"JSON":       func(w http.ResponseWriter) { fmt.Fprint(w, `{"code":500}`) },
		"a web page": func(w http.ResponseWriter) { fmt.Fprint(w, "<html><title>Just a moment...</title>") },
		"nothing":    func(http.ResponseWriter) {},
		"a gateway":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
	} {
		t.Run(name, func(t *testing.T) {
			good := false
			s := &server{content: func(w http.ResponseWriter, r *http.Request, _ int) {
				if good {
					http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
					return
				}
				bad(w)
			}}
			h := newHouse(t, s)
			now := time.Now()
			h.buyer.Now = func() time.Time { return now }
			_, failures := h.until(20)
			for _, f := range failures {
				if f.Type == purchase.Undelivered || f.Final {
					t.Fatalf("often, but not for long: %+v", f)
				}
			}
			now = now.Add(3 * time.Hour)
			_, failures = h.until(1)
			f := failures[0]
			if m := f.Missing; f.Type != purchase.Undelivered || f.Final || f.After <= 0 || m == nil || m.Job != "s/ep01/1A/1/1" || m.VendorJob != "v1" || m.Tries != 21 || m.Price != h.order.Estimate {
				t.Errorf("%+v, %+v", f, f.Missing)
			}
			if s.submits != 1 || s.polls < 21 || h.entry().Outcome != nil {
				t.Errorf("%d bought, %d links asked for, outcome %+v", s.submits, s.polls, h.entry().Outcome)
			}
			good = true
			if got, f := h.until(1); !bytes.Equal(h.whatIs(got), clip) {
				t.Error(f)
			}
		})
	}
}

// What the vendor made broken comes the same every time: QC judges it then.
func TestABrokenClipOfTheVendorsIsTakenAsItIs(t *testing.T) {
	broken := mp4(10_000)[:9_000]
	s := &server{content: func(w http.ResponseWriter, r *http.Request, _ int) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(broken))
	}}
	h := newHouse(t, s)
	clip, failures := h.until(5)
	if !bytes.Equal(h.whatIs(clip), broken) || len(failures) != 2 || len(clip.Notes) != 1 {
		t.Errorf("%+v after %v", clip, failures)
	}
}

// Pictures that move are a clip, in whatever format; a picture that does not is none,
// and would be the same again.
func TestPicturesThatMoveAreTaken(t *testing.T) {
	gif := []byte("GIF89a" + strings.Repeat("\x00", 900) + ";")
	apng := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + strings.Repeat("\x00", 17) + "\x00\x00\x00\x08acTL" + strings.Repeat("\x00", 12) + "\x00\x00\x00\x00IEND\xae\x42\x60\x82")
	png := bytes.Replace(apng, []byte("acTL"), []byte("pHYs"), 1)
	for name, c := range map[string]struct {
		body []byte
		clip bool
	}{"GIF": {gif, true}, "APNG": {apng, true}, "PNG": {png, false}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, &server{content: func(w http.ResponseWriter, r *http.Request, _ int) {
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(c.body))
			}})
			got, failures := h.until(1)
			if c.clip && !bytes.Equal(h.whatIs(got), c.body) {
				t.Errorf("not taken: %v", failures)
			}
			if !c.clip && (len(failures) != 1 || failures[0].NoClip == nil) {
				t.Errorf("%+v after %v", got, failures)
			}
		})
	}
}

// A host that can, is asked for the rest only.
func TestADownloadGoesOnWhereItStopped(t *testing.T) {
	clip := mp4(400_000)
	s := &server{}
	s.content = func(w http.ResponseWriter, r *http.Request, get int) {
		w.Header().Set("ETag", `"one"`)
		if get > 1 {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
			return
		}
		w.Header().Set("Accept-Ranges", "bytes")
		w.Header().Set("Content-Length", fmt.Sprint(len(clip)))
		_, _ = w.Write(clip[:len(clip)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	h := newHouse(t, s)
	got, _ := h.until(2)
	if !bytes.Equal(h.whatIs(got), clip) {
		t.Fatal("the parts do not make the clip")
	}
	if from := s.ranges[len(s.ranges)-1]; !strings.HasPrefix(from, "bytes=") || from == "bytes=0-" {
		t.Errorf("the second request asked for %q of it", from)
	}
	// Where it is another file by now, it begins anew.
	h2 := newHouse(t, &server{})
	other := mp4(200_000)
	h2.server.content = func(w http.ResponseWriter, r *http.Request, get int) {
		if get == 1 {
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Accept-Ranges", "bytes")
			w.Header().Set("Content-Length", fmt.Sprint(len(clip)))
			_, _ = w.Write(clip[:len(clip)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("ETag", `"two"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(other))
	}
	if got, _ := h2.until(2); !bytes.Equal(h2.whatIs(got), other) {
		t.Error("two files were made one")
	}
}

// A link is dead by the vendor's own word only, said again of fresh links, and then
// the take is lost.
func TestADeadLink(t *testing.T) {
	s := &server{content: func(w http.ResponseWriter, _ *http.Request, _ int) { http.Error(w, "gone", http.StatusGone) }}
	h := newHouse(t, s)
	now := time.Now()
	h.buyer.Now = func() time.Time { now = now.Add(time.Millisecond); return now }
	_, failures := h.until(50)
	last := failures[len(failures)-1]
	if !last.Final || last.Type != "failed" || len(failures) < 4 || last.NoClip.Price.Micros != 4_000_000 || s.submits != 1 {
		t.Errorf("%d failures, the last %+v", len(failures), last)
	}
}

// Our own disk and store are no vendor's fault: the clip waits, nothing more is
// bought, and both go on when there is room.
func TestOurOwnTroubleBuysNothing(t *testing.T) {
	clip := mp4(100_000)
	for name, trouble := range map[string]func(h *house) (mend func()){
		"no space in the store": func(h *house) func() {
			h.store.err = fmt.Errorf("put: %w", syscall.ENOSPC)
			return func() { h.store.err = nil }
		},
		"the store is away": func(h *house) func() {
			h.store.err = fmt.Errorf("put: connection refused")
			return func() { h.store.err = nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{content: func(w http.ResponseWriter, r *http.Request, _ int) {
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
			}}
			h := newHouse(t, s)
			mend := trouble(h)
			for range 3 {
				if _, f := h.until(1); f[0].Type != purchase.Machine || f[0].Final || f[0].After <= 0 {
					t.Fatalf("%+v", f[0])
				}
			}
			if s.gets != 1 {
				t.Errorf("a clip that is here was fetched %d times", s.gets)
			}
			first := h.order
			h.order = order(2)
			if _, f := h.until(1); f[0].Type != purchase.Machine || s.submits != 1 {
				t.Errorf("%d were bought that nobody could keep: %+v", s.submits, f[0])
			}
			mend()
			for _, o := range []purchase.Order{first, h.order} {
				h.order = o
				if got, f := h.until(1); !bytes.Equal(h.whatIs(got), clip) {
					t.Errorf("%+v, %v", got, f)
				}
			}
			if s.submits != 2 {
				t.Errorf("bought %d", s.submits)
			}
		})
	}
}

// A disk that is full before anything was bought is said before anything is.
func TestNothingIsBoughtForAFullDisk(t *testing.T) {
	s := &server{content: func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write(mp4(1000)) }}
	h := newHouse(t, s)
	free := int64(1 << 20)
	h.buyer.Free = func(string) (int64, error) { return free, nil }
	if _, f := h.until(1); f[0].Type != purchase.Machine || s.submits != 0 {
		t.Errorf("%d bought: %+v", s.submits, f[0])
	}
	free = 1 << 30
	if clip, f := h.until(1); clip.Media.Key == "" {
		t.Error(f)
	}
}

// A vendor that cannot be reached, or a key that stopped working, does not end a job
// that is paid for, however late it is; a vendor that answers does.
func TestSilenceDoesNotEndAPaidJob(t *testing.T) {
	for _, c := range []struct {
		name  string
		say   func(w http.ResponseWriter, poll int)
		final bool
	}{
		{"silent", func(http.ResponseWriter, int) { panic(http.ErrAbortHandler) }, false},
		{"key refused", func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusUnauthorized) }, false},
		{"a captive portal", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Location", "https://wifi.example/login")
			w.WriteHeader(http.StatusFound)
		}, false},
		{"a load balancer forgot it once", func(w http.ResponseWriter, poll int) {
			if poll == 1 {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			panic(http.ErrAbortHandler)
		}, false},
		{"still running", func(w http.ResponseWriter, _ int) { fmt.Fprint(w, `{"id":"v1","status":"in_progress"}`) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &server{status: func(w http.ResponseWriter, _ string, poll int) { c.say(w, poll) }}
			h := newHouse(t, s)
			now := time.Now()
			h.buyer.Now = func() time.Time { now = now.Add(30 * time.Millisecond); return now } // past any deadline in no time
			_, failures := h.until(12)
			last := failures[len(failures)-1]
			if last.Final != c.final || s.submits != 1 || (h.entry().Outcome != nil) != c.final {
				t.Errorf("%+v, outcome %+v", last, h.entry().Outcome)
			}
		})
	}
}

// A vendor that answers two submits with one job has sold one clip: the second take is a
// person's question, and is made of no other's clip.
func TestOneJobForTwoTakes(t *testing.T) {
	s := &server{
		answer:  func(int) string { return `{"id":"v1","status":"queued"}` },
		content: func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write(mp4(1000)) },
	}
	h := newHouse(t, s)
	if clip, f := h.until(1); clip.VendorJob != "v1" {
		t.Fatal(f)
	}
	if clip, f := h.until(1); clip.VendorJob != "v1" { // the same take again
		t.Fatal(f)
	}
	h.order = order(2)
	for range 2 {
		_, f := h.until(1)
		if f[0].Type != purchase.Held || !strings.Contains(f[0].Error(), "s/ep01/1A/1/1 already") || !h.entry().Held() {
			t.Errorf("%+v, %+v", f[0], h.entry())
		}
	}
	if s.submits != 2 {
		t.Errorf("%d submits", s.submits)
	}
	r := ledger.Receipt{Job: provider.Job{ID: "v2"}, Provider: "wan", Found: "adopted"}
	if err := h.ledger.Receive(t.Context(), ledger.ID{Take: h.order.Take, Attempt: 1}, r); err != nil {
		t.Fatal(err)
	}
	if clip, f := h.until(1); clip.VendorJob != "v2" {
		t.Error(f)
	}
}

// A job that a person gives up while it is polled ends at once, and the vendor is
// asked to stop it.
func TestAJobIsDroppedWhileItIsPolled(t *testing.T) {
	s := &server{}
	h := newHouse(t, s)
	id := ledger.ID{Take: h.order.Take, Attempt: 1}
	s.status = func(w http.ResponseWriter, _ string, poll int) {
		if poll == 1 {
			if err := h.ledger.Settle(t.Context(), id, ledger.Outcome{State: "dropped", Price: h.order.Estimate, Estimated: true}); err != nil {
				t.Error(err)
			}
		}
		fmt.Fprint(w, `{"id":"v1","status":"in_progress"}`)
	}
	now := time.Now()
	h.buyer.Now = func() time.Time { now = now.Add(5 * time.Millisecond); return now }
	_, f := h.until(1)
	if f[0].Type != purchase.Dropped || f[0].NoClip.Price != h.order.Estimate || s.polls > 20 {
		t.Errorf("%+v after %d polls", f[0], s.polls)
	}
}
