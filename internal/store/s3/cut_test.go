package s3_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/test/s3service"
)

// TestAnswersThatAreCutOff: an answer whose connection ends in its middle is asked for
// again, whether it lists or reads: who asks at a terminal has nobody else to do so.
func TestAnswersThatAreCutOff(t *testing.T) {
	service := s3service.Start(t, s3service.Ways{})
	at, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(at)
	var cuts atomic.Int32
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && cuts.Add(-1) >= 0 {
			w = &cutOff{ResponseWriter: w, left: 8}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(between.Close)
	c := out(service)
	c.Endpoint = between.URL
	s, err := s3.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutNew(t.Context(), "a/b.json", []byte(`{"a":"longer than what is let through"}`), "application/json"); err != nil {
		t.Fatal(err)
	}
	cuts.Store(2)
	listed := 0
	if err := s.List(t.Context(), "a/", func(store.Info) error { listed++; return nil }); err != nil || listed != 1 {
		t.Errorf("listed %d, %v", listed, err)
	}
	cuts.Store(2)
	if body, _, err := s.Read(t.Context(), "a/b.json"); err != nil || len(body) < 30 {
		t.Errorf("read %q, %v", body, err)
	}
	cuts.Store(1000)
	if _, _, err := s.Read(t.Context(), "a/b.json"); err == nil {
		t.Error("what is always cut off was read")
	}
}

// cutOff lets so many bytes of an answer through.
type cutOff struct {
	http.ResponseWriter
	left int
}

func (c *cutOff) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	c.ResponseWriter.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}
