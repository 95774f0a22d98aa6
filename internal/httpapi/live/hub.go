package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Times of the stream.
const (
	flushEvery   = 250 * time.Millisecond
	commentEvery = 15 * time.Second
	// writeWithin is how long a write may take: who does not read for so long is gone.
	writeWithin = 10 * time.Second
)

// Run keeps the model fresh while somebody listens, until ctx ends.
func (m *Model) Run(ctx context.Context) {
	tick := time.NewTicker(freshFor)
	defer tick.Stop()
	for {
		m.mu.RLock()
		listened := m.listened
		m.mu.RUnlock()
		select {
		case <-ctx.Done():
			return
		case <-listened:
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_ = m.fresh(ctx) // it is logged, and listeners see the age of what they have
	}
}

// Serve writes events to one browser until it goes away or ctx ends.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (s *Sub) Serve(ctx context.Context, w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	out := stream{w: w, control: http.NewResponseController(w)}
	if out.send(s.hello) != nil {
		return
	}
	comment := time.NewTicker(commentEvery)
	defer comment.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-comment.C:
			if out.write([]byte(":\n\n")) != nil {
				return
			}
			continue
		case <-s.wake:
		}
		select { // what changes together is told together
		case <-ctx.Done():
			return
		case <-time.After(flushEvery):
		}
		if out.send(s.take()...) != nil {
			return
		}
	}
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s stream) send(events ...Event) error {
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	*b = (*b)[:0]
	for _, e := range events {
		if e.wire == nil {
			e.wire = e.bytes()
		}
		*b = append(*b, e.wire...)
	}
	return s.write(*b)
}

// buffers are what streams gather their events in: all write at the same moments, most of
// the time none does.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// bytes is the event as it is sent; nil if its data is no JSON.
func (e Event) bytes() []byte {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return nil
	}
	return fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", e.ID, e.Kind, data)
}

func (s stream) write(b []byte) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.control.Flush()
}
