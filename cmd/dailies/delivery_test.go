package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/vendors"
)

// deliveryFault is how the result of a shot is delivered while its vendor has a bad day.
type deliveryFault struct {
	action string // of the shot
	bad    func(w http.ResponseWriter, r *http.Request, clip []byte)
	says   string // of the cause, in status
}

// badDelivery stands before a vendor's server and spoils what it delivers until the bad
// day is over.
type badDelivery struct {
	seller *seller
	next   http.Handler
	faults []deliveryFault
	over   atomic.Bool
}

// of is the fault of a job's deliveries; nil: they are well.
func (b *badDelivery) of(id string) *deliveryFault {
	for _, j := range b.seller.house.Ledger() {
		for i, f := range b.faults {
			if j.ID == id && strings.Contains(strings.ToLower(j.Prompt), f.action) {
				return &b.faults[i]
			}
		}
	}
	return nil
}

func (b *badDelivery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, delivers := strings.CutPrefix(r.URL.Path, vendors.ClipPath)
	id, _, _ := strings.Cut(rest, "/")
	f := b.of(id)
	if b.over.Load() || !delivers || f == nil {
		b.next.ServeHTTP(w, r)
		return
	}
	got := httptest.NewRecorder()
	b.next.ServeHTTP(got, r)
	f.bad(w, r, got.Body.Bytes())
}

func sends(kind, body string) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

// TestBadDeliveries: the real program fetches paid clips through whatever stands in the
// way, says what it is, and buys nothing else meanwhile.
func TestBadDeliveries(t *testing.T) {
	faults := []deliveryFault{
		{"a door opens", sends("text/html", "<!DOCTYPE html><title>Just a moment...</title>"), "a web page"},
		{"a lamp", sends("application/json", `{"error":{"code":"video_not_ready"}}`), "JSON"},
		{"the street", func(w http.ResponseWriter, _ *http.Request, clip []byte) { // another half each time, without a length
			_ = http.NewResponseController(w).Flush()
			_, _ = w.Write(clip[:len(clip)/2+rand.IntN(1000)])
		}, "cut off"},
		{"a bridge", func(w http.ResponseWriter, r *http.Request, clip []byte) { // half, then silence
			w.Header().Set("Content-Length", fmt.Sprint(len(clip)))
			_, _ = w.Write(clip[:len(clip)/2])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "not a byte came"},
		{"a boat", func(w http.ResponseWriter, r *http.Request, clip []byte) { // to a portal's page
			if r.URL.Query().Has("login") {
				sends("text/html", "<html><title>Welcome to our Wi-Fi</title>")(w, r, nil)
				return
			}
			http.Redirect(w, r, r.URL.Path+"?login=1", http.StatusFound)
		}, "a web page"},
		{"a tower", func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusBadGateway) }, "502"},
	}
	var b strings.Builder
	b.WriteString(fromX[:strings.Index(fromX, "  - {shot")])
	for i, f := range faults {
		fmt.Fprintf(&b, "  - {shot: 1%c, duration: 1s, action: %s}\n", 'A'+i, f.action)
	}
	h := newHouse(t, b.String())
	bad := &badDelivery{faults: faults}
	x := newSeller(t, &h, "8", "1s", bad.before)
	x.done.Store(true)
	p := h.spawn("render", h.script, "--json")
	for i, f := range faults {
		h.waitsFor(p, func(w drama.Wait) bool {
			return w.Slate == fmt.Sprintf("1%c", 'A'+i) && strings.Contains(w.Failure, f.says) && w.NextTry != nil
		})
		p.says(t, f.says)
	}
	if n := len(x.house.Ledger()); n != len(faults) {
		t.Errorf("%d jobs were bought while paid clips did not come, want %d", n, len(faults))
	}
	bad.over.Store(true)
	<-p.done
	if p.code() != exitDone {
		t.Fatalf("exit code %d: %s", p.code(), p.stderr())
	}
	x.agrees(t, h, decode[drama.Delivery](t, result{stdout: p.stdout()}), len(faults))
}

// before is the bad day before a vendor's server.
func (b *badDelivery) before(s *seller, next http.Handler) http.Handler {
	b.seller, b.next = s, next
	return b
}

// TestAVendorThatDeliversJSONForEver: the clip is paid for and is asked for on and on;
// status names the cause at once, and after a while that a person may give it up.
// Nothing is bought before one has.
func TestAVendorThatDeliversJSONForEver(t *testing.T) {
	h := newHouse(t, fromX)
	bad := &badDelivery{faults: []deliveryFault{{"a lamp", sends("application/json", `{"code":500,"message":"busy"}`), "JSON"}}}
	x := newSeller(t, &h, "2", "200ms", bad.before)
	x.done.Store(true)
	began := time.Now()
	p := h.spawn("render", h.script, "--json")
	wait := h.waitsFor(p, func(w drama.Wait) bool { return strings.Contains(w.Failure, "JSON") })
	if took := time.Since(began); took > time.Minute || wait.Slate != "1B" {
		t.Errorf("named after %v: %+v", took, wait)
	}
	wait = h.waitsFor(p, func(w drama.Wait) bool { return w.For == drama.WaitDelivery })
	if wait.On != "tiny/ep01/1B/1/1" || wait.Slate != "1B" || wait.NextTry == nil || wait.Price == nil {
		t.Errorf("%+v", wait)
	}
	p.says(t, "`dailies jobs drop tiny/ep01/1B/1/1` gives it up")
	if n := len(x.house.Ledger()); n != 3 {
		t.Errorf("%d jobs were bought while a paid clip did not come, want 3", n)
	}
	bad.over.Store(true) // the next one is delivered
	h.must(exitDone, "jobs", "drop", "tiny/ep01/1B/1/1")
	<-p.done
	d := decode[drama.Delivery](t, result{stdout: p.stdout()})
	if p.code() != exitDone || d.State != drama.StateDelivered {
		t.Fatalf("exit code %d: %s", p.code(), p.stderr())
	}
	x.agrees(t, h, d, 4)
}

// asked asks for the status of a process's run until it is as is says.
func (h house) asked(p *process, what string, is func(drama.EpisodeStatus) bool) {
	h.t.Helper()
	p.says(h.t, "tiny/ep01 ") // else the question would start the engine
	for end := time.Now().Add(2 * time.Minute); ; {
		var st statuses
		if r := h.run("status", "tiny/ep01", "--json"); r.code == exitDone {
			st = decode[statuses](h.t, r)
		}
		if len(st.Episodes) == 1 && is(st.Episodes[0]) {
			return
		}
		select {
		case <-p.done:
			h.t.Fatalf("%v has ended with %d; never %s: %s%s", p.cmd.Args[1:], p.code(), what, p.stderr(), p.stdout())
		default:
		}
		if time.Now().After(end) {
			h.t.Fatalf("never %s: %+v", what, st)
		}
	}
}

// waitsFor asks for the status until something in it waits as is says.
func (h house) waitsFor(p *process, is func(drama.Wait) bool) (found drama.Wait) {
	h.t.Helper()
	h.asked(p, "does it wait so", func(st drama.EpisodeStatus) bool {
		i := slices.IndexFunc(st.Waits, is)
		if i >= 0 {
			found = st.Waits[i]
		}
		return i >= 0
	})
	return found
}
