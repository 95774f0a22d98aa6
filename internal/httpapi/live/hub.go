package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Times of the stream.
const (
	flushEvery   = 200 * time.Millisecond // what changes together is told together
	commentEvery = 15 * time.Second
	// writeWithin is how long a write may take: who does not read for so long is gone.
	writeWithin = 10 * time.Second
)

// Run keeps the model fresh while somebody listens, until ctx ends.
func (m *Model) Run(ctx context.Context) {
	for {
		m.mu.RLock()
		listened := m.listened
		m.mu.RUnlock()
		select {
		case <-ctx.Done():
			return
		case <-listened:
		}
		_ = m.fresh(ctx) // it is logged, and listeners see the age of what they have
		select {
		case <-ctx.Done():
			return
		case <-time.After(freshFor):
		}
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
	if out.write(s.hello.bytes()) != nil {
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
		if b := s.take(); len(b.wire) > 0 && out.write(b.wire) != nil {
			return
		}
	}
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

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
