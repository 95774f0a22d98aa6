package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Other bytes than those that are pinned are not taken, whoever sends them.
func TestOnlyWhatIsPinnedIsTaken(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("something else"))
	}))
	defer srv.Close()
	for path, want := range map[string]string{"/gone": "404", "/other": "are not those that are expected"} {
		if _, err := get(t.Context(), srv.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := unpack([]byte("no archive")); err == nil {
		t.Error("what is no archive is unpacked")
	}
}
