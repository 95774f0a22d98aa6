package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/httpapi/access"
)

func TestRangesCannotBeAbused(t *testing.T) {
	s := newScreening(t)
	path := "/api/v1/shows/mine/episodes/1/cuts/4/files/master.mp4"
	for ranges, want := range map[string]struct{ code, bytes int }{
		"bytes=0-7": {206, 8}, "bytes=792-": {206, 8}, "bytes=-8": {206, 8}, "bytes=0-99999999999": {206, 800},
		"bytes=800-": {416, -1}, "bytes=9999999999999999999-": {416, -1}, "bytes=7-0": {416, -1}, "bytes=-0": {206, 0}, "bytes=x": {416, -1},
		"bytes=0-0,2-2,4-4": {200, 800}, "lines=1-2": {416, -1}, "": {200, 800},
		"bytes=" + strings.TrimSuffix(strings.Repeat("0-0,", 10_000), ","): {200, 800},
	} {
		w := ask(s.h, "GET", path, "Range", ranges, "Authorization", "Bearer "+s.by[access.Viewer])
		if w.Code != want.code || want.bytes >= 0 && w.Body.Len() != want.bytes {
			t.Errorf("Range %.40s: %d with %d bytes, want %d with %d", ranges, w.Code, w.Body.Len(), want.code, want.bytes)
		}
	}
}

func TestPathsLeadNowhereElse(t *testing.T) {
	s := newScreening(t)
	s.put("mine/secret.json", "the secret")
	s.put("secret.json", "the secret")
	const cut = "/api/v1/shows/mine/episodes/1/cuts/4/files/"
	for _, path := range []string{
		cut + "../../../secret.json", cut + "..%2f..%2f..%2fsecret.json", cut + "%2e%2e/%2e%2e/%2e%2e/secret.json", cut + "....//secret.json", cut + "/secret.json", cut + "%00master.mp4",
		cut + "manifest.json%00.mp4", cut + "..\\..\\secret.json", cut + "..%5c..%5csecret.json", cut, cut + "master.mp4/", cut + "master.mp4/../../secret.json",
		"/api/v1/shows/..%2fsecret.json", "/api/v1/shows/mine%2f..%2f..", "/api/v1/shows/mine/episodes/1%2f..%2f..%2fsecret.json", "/api/v1/shows/mine/episodes/-1", "/api/v1/shows/mine/episodes/1e3",
		"/api/v1/shows/mine/episodes/1/shots/..%2f..%2fsecret.json/takes", "/api/v1/shows/_studio/board", "/api/v1/shows/mine/episodes/1/shots/1A/takes/1%2f..%2fsecret.json/original",
		"/assets/../secret.json", "/assets/x/..%2f..%2f..%2fetc%2fpasswd", "/assets/x/../../../../etc/passwd", "/s/..%2fsecret.json", "/s/mine/ep01%2f..%2fsecret.json", "//evil.example/", "/\\evil.example",
	} {
		w := ask(s.h, "GET", path, "Authorization", "Bearer "+s.by[access.Admin])
		if w.Code == http.StatusOK || strings.Contains(w.Body.String(), "the secret") || strings.Contains(w.Body.String(), "root:") {
			t.Errorf("%s: %d %.100s", path, w.Code, w.Body)
		}
		if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "evil") && !strings.HasPrefix(to, "/evil") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}
