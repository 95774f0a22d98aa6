package s3_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/test/s3service"
)

// TestAClockThatIsWrong: an answer without a body, which is to a HEAD, says no more than 403.
// Its Date tells whether keys or clocks are meant.
func TestAClockThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		off  time.Duration
		want string
	}{
		"clock": {25 * time.Minute, "clock"}, "slow clock": {-25 * time.Minute, "clock"}, "keys": {0, "keys"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(c.off).UTC().Format(http.TimeFormat))
				w.WriteHeader(http.StatusForbidden)
			}))
			t.Cleanup(server.Close)
			config := out(s3service.Start(t, s3service.Ways{}))
			config.Endpoint = server.URL
			s, err := s3.New(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Head(t.Context(), "a")
			var refused *store.RefusedError
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, c.want) {
				t.Errorf("%v, want a word on %s", err, c.want)
			}
		})
	}
}
