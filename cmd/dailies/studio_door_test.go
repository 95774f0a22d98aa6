package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// hostileScript says code wherever a script has words.
const hostileScript = `season:
  show: tiny
  title: {en: "<script>alert('season')</script>"}
  language: en
  format: {raster: 180x320, fps: 24}
  routing: {default: [animatic]}
  label: {off: true, reason: "<img src=x onerror=alert('reason')>"}
episode: 1
title: {en: "</title><script>alert('episode')</script>"}
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: "a door <img src=x onerror=alert('action')>", lines: [{who: narrator, say: "\"><script>alert('line')</script>"}]}
`

// TestStudioOnASharedMachine: with a tokens_file nobody comes in without a token, and
// what people wrote into a script is text on every page.
func TestStudioOnASharedMachine(t *testing.T) {
	h := newHouse(t, hostileScript)
	h.must(exitDone, "render", h.script)
	file := filepath.Join(h.dir, "tokens")
	secret := strings.TrimSpace(h.must(exitDone, "token", "new", "ana", "--role", "viewer", "--file", file).stdout)
	h.env = append(h.env, "DAILIES_STUDIO_TOKENS_FILE="+file)
	url, up := studioOf(t, h, "tiny")
	root := strings.TrimSuffix(url, "/s/tiny")
	ask := func(path, token string) (int, string, http.Header) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, root+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body), resp.Header
	}
	for _, path := range []string{"/api/v1/shows", "/s/tiny", "/api/v1/shows/tiny/episodes/1/cuts/1/files/master.mp4"} {
		if code, body, _ := ask(path, ""); code != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d %.100s", path, code, body)
		}
	}
	for _, path := range []string{"/", "/s/tiny", "/s/tiny/ep01", "/s/tiny/ep01/1A", "/waiting"} {
		code, body, header := ask(path, secret)
		if code != http.StatusOK {
			t.Errorf("%s: %d %.200s", path, code, body)
		}
		for _, bad := range []string{"<script>alert", "<img src=x"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "require-trusted-types-for 'script'") {
			t.Errorf("%s: its policy is %q", path, header.Get("Content-Security-Policy"))
		}
	}
	h.must(exitDone, "token", "revoke", "ana", "--file", file)
	if code, _, _ := ask("/api/v1/shows", secret); code != http.StatusUnauthorized {
		t.Errorf("with a token that was revoked: %d", code)
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
	// Other machines are let in only with TLS.
	if r := h.run("up", "--listen", "0.0.0.0:0"); r.code != exitUsage || !strings.Contains(r.stderr, "plain text") {
		t.Errorf("up on all addresses: %d %s", r.code, r.stderr)
	}
}
