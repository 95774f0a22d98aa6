package s3_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/store/s3"
)

// TestCloseGivesUpConnections: a server that is about to end has nothing to wait for,
// and the store can still be used.
func TestCloseGivesUpConnections(t *testing.T) {
	const atOnce = 3
	var arrived sync.WaitGroup
	arrived.Add(atOnce)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived.Done()
		arrived.Wait() // so many connections at once
	}))
	closed := make(chan struct{}, 10)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	st, err := s3.New(t.Context(), s3.Config{Endpoint: server.URL, Bucket: "b", Region: "r", PathStyle: true, AccessKey: "key", SecretKey: "5ecre7"})
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for range atOnce {
		asking.Go(func() {
			if err := st.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for range atOnce {
		<-closed
	}
	arrived.Add(1)
	if err := st.Check(t.Context()); err != nil {
		t.Errorf("after Close: %v", err)
	}
}
