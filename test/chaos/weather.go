package chaos

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// Way is how a request goes wrong.
type Way string

// Ways.
const (
	Reset Way = "reset" // the connection is reset before the request arrives
	Lost  Way = "lost"  // the request is done, its answer is lost
	Slow  Way = "slow"  // the request arrives late
	Cut   Way = "cut"   // the connection ends in the middle, of the request or the answer
	Busy  Way = "busy"  // 503
	Skew  Way = "skew"  // refused because clocks differ
)

// Weather stands before a server and makes its days bad. The zero Weather is fair.
type Weather struct {
	// Busy answers a request that is too much; nil: 503 without words.
	Busy func(http.ResponseWriter, *http.Request)
	// Skew answers a request whose time is wrong.
	Skew func(http.ResponseWriter, *http.Request)

	mu     sync.Mutex
	way    Way
	until  time.Time
	share  float64
	rng    *rand.Rand
	met    map[Way]int
	passed int
}

// Turn makes a share of all requests go wrong for a while.
func (w *Weather) Turn(way Way, lasts time.Duration, share float64, seed uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.way, w.until, w.share = way, time.Now().Add(lasts), share
	w.rng = rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // chances, no secrets
}

// Clear ends it.
func (w *Weather) Clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Time{}
}

// Met counts the requests that met each way, and those that passed.
func (w *Weather) Met() (met map[Way]int, passed int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.met), w.passed
}

// draw is what becomes of the next request, and a number from 0 to 1 for how.
func (w *Weather) draw() (way Way, how float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rng == nil || !time.Now().Before(w.until) || w.rng.Float64() >= w.share {
		w.passed++
		return "", 0
	}
	if w.met == nil {
		w.met = map[Way]int{}
	}
	w.met[w.way]++
	return w.way, w.rng.Float64()
}

// Before is the server behind the weather.
func (w *Weather) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		way, how := w.draw()
		switch way {
		case Reset:
			reset(out)
		case Lost:
			next.ServeHTTP(&deaf{head: http.Header{}}, r)
			reset(out)
		case Slow:
			late := time.NewTimer(50*time.Millisecond + time.Duration(how*float64(2*time.Second)))
			defer late.Stop()
			select {
			case <-late.C:
				next.ServeHTTP(out, r)
			case <-r.Context().Done():
			}
		case Cut:
			if r.ContentLength > 1 {
				// Half of what is sent arrives.
				r.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, int64(how*float64(r.ContentLength))), broken{}))
				next.ServeHTTP(&deaf{head: http.Header{}}, r)
				reset(out)
			}
			next.ServeHTTP(&short{ResponseWriter: out, left: int(how * 4096)}, r)
		case Busy:
			if w.Busy == nil {
				out.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.Busy(out, r)
		case Skew:
			w.Skew(out, r)
		default:
			next.ServeHTTP(out, r)
		}
	})
}

// reset ends the connection as a machine does that is gone, and does not return.
func reset(out http.ResponseWriter) {
	if h, ok := out.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // what it cannot do, it does as a normal end
			}
			_ = c.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// deaf takes an answer that nobody hears.
type deaf struct{ head http.Header }

func (d *deaf) Header() http.Header         { return d.head }
func (d *deaf) Write(p []byte) (int, error) { return len(p), nil }
func (d *deaf) WriteHeader(int)             {}

// broken is a body whose sender is gone.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// short lets so many bytes of an answer through.
type short struct {
	http.ResponseWriter
	left int
}

func (s *short) Write(p []byte) (int, error) {
	if len(p) <= s.left {
		s.left -= len(p)
		return s.ResponseWriter.Write(p)
	}
	_, _ = s.ResponseWriter.Write(p[:s.left])
	if f, ok := s.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
	panic(http.ErrAbortHandler)
}

// slowDown is S3's way to say that it is too much.
func slowDown(out http.ResponseWriter, r *http.Request) {
	s3Error(out, r, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
}

// tooSkewed is S3's way to say that one of two clocks is wrong: its own has jumped.
func tooSkewed(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Date", time.Now().Add(25*time.Minute).UTC().Format(http.TimeFormat))
	s3Error(out, r, http.StatusForbidden, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.")
}

func s3Error(out http.ResponseWriter, r *http.Request, status int, code, message string) {
	_, _ = io.Copy(io.Discard, r.Body) // a client that still sends would see a reset instead
	out.Header().Set("Content-Type", "application/xml")
	out.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message><Resource>%s</Resource></Error>", code, message, "")
	}
}
