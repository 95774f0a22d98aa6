package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/httpapi/api"
)

const (
	packSeason = `show: tiny
title: {en: "Tiny/Show"}
language: en
synopsis: {en: "A door, a lamp."}
format: {raster: 180x320, fps: 24}
routing: {default: [animatic]}
label: {off: true, reason: a test}
episodes: [ep01.yaml, ep02.yaml]
`
	packEpisode = `season: season.yaml
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens}
  - {shot: 1B, duration: 1s, action: a lamp}
`
)

// zipOf reads a pack's files, each against its CRC-32.
func zipOf(t *testing.T, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = string(text)
	}
	return all
}

// TestSubmissionPack: a real season goes into a pack, whole or not at all, and it is the same by
// every way out: to a file, through one that was cut off, to stdout, to S3, over HTTP.
func TestSubmissionPack(t *testing.T) {
	h := newHouse(t, packEpisode)
	h.write("season.yaml", packSeason)
	h.write("ep02.yaml", strings.Replace(packEpisode, "episode: 1", "episode: 2", 1))
	h.must(exitDone, "render", h.script)
	to := filepath.Join(h.dir, "tiny.zip")

	r := h.must(exitNoCut, "pack", "tiny", "--profile", "archive", "--out", to)
	if !strings.Contains(r.stderr, "ep02.yaml") {
		t.Errorf("the episode that was never rendered is not named: %s", r.stderr)
	}
	for _, name := range []string{to, to + ".part"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	h.must(exitDone, "pack", "tiny", "--profile", "archive", "--partial", "--out", to)
	partial, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if files := zipOf(t, partial); !strings.Contains(files["README.txt"], "PARTIAL") || !strings.Contains(files["documents/synopsis.txt"], "A door, a lamp.") {
		t.Errorf("%s", files["README.txt"])
	}

	h.must(exitDone, "render", filepath.Join(h.dir, "season.yaml"))
	said := decode[packResult](t, h.must(exitDone, "pack", "tiny", "--profile", "archive", "--out", to, "--json"))
	body, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	files := zipOf(t, body)
	if said.State != packWhole || said.Out.SHA256 != hex.EncodeToString(sum[:]) || files["archive/tiny-ep02.mp4"] == "" || len(said.Episodes) != 2 {
		t.Errorf("%+v", said)
	}
	for _, name := range []string{to + ".part", to + ".part.json"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was left", name)
		}
	}
	if again := decode[packResult](t, h.must(exitDone, "pack", "tiny", "--profile", "archive", "--out", to, "--json")); again.Out.Kept != int64(len(body)) {
		t.Errorf("the same pack once more: %+v", again.Out)
	}

	// As a kill leaves it: cut off in a film, and with a byte of the disk's own.
	cut := len(body) / 2
	other := filepath.Join(h.dir, "other.zip")
	if err := os.WriteFile(other+".part", append(bytes.Clone(body[:cut]), 'x'), 0o600); err != nil {
		t.Fatal(err)
	}
	h.must(exitDone, "pack", "tiny", "--profile", "archive", "--out", other)
	if got, err := os.ReadFile(other); err != nil || !bytes.Equal(got, body) {
		t.Errorf("a pack that goes on is another: %d bytes, %v", len(got), err)
	}
	if r := h.must(exitDone, "pack", "tiny", "--profile", "archive", "--out", "-"); r.stdout != string(body) {
		t.Errorf("to stdout it is another: %d bytes of %d", len(r.stdout), len(body))
	}
	uri := "s3://dailies/tiny/packs/all.zip"
	if in := decode[packResult](t, h.must(exitDone, "pack", "tiny", "--profile", "archive", "--out", uri, "--json")); in.Out.SHA256 != said.Out.SHA256 {
		t.Errorf("to S3 it is another: %+v", in.Out)
	}
	// What somebody else may have written is not believed, and links are not followed.
	if err := os.Symlink(to, filepath.Join(h.dir, "link.zip.part")); err != nil {
		t.Fatal(err)
	}
	h.must(exitUsage, "pack", "tiny", "--profile", "archive", "--out", filepath.Join(h.dir, "link.zip"))
	if err := os.WriteFile(other, []byte("a letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.must(exitUsage, "pack", "tiny", "--profile", "archive", "--out", other)
	h.must(exitUsage, "pack", "tiny", "--profile", "archive", "--out", "s3://dailies/tiny/ep01/cuts/1/master.mp4")
	h.must(exitUsage, "pack", "tiny", "--profile", "archiv")

	url, _ := studioOf(t, h, "tiny")
	root := strings.TrimSuffix(url, "/s/tiny")
	ask := func(method, path, body string, header http.Header) (int, []byte) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, root+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if r.Header = header; body != "" {
			r.Header = http.Header{"Content-Type": {"application/json"}}
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, got
	}
	status, answer := ask(http.MethodPost, api.Prefix+"/shows/tiny/packs", `{"profiles":["archive"]}`, nil)
	var made api.PackAnswer
	if err := json.Unmarshal(answer, &made); err != nil || status != http.StatusOK || made.State != packWhole || made.Bytes != int64(len(body)) {
		t.Fatalf("%d %s", status, answer)
	}
	if status, got := ask(http.MethodGet, made.URL, "", http.Header{"Range": {"bytes=1000-"}}); status != http.StatusPartialContent || !bytes.Equal(got, body[1000:]) {
		t.Errorf("over HTTP from byte 1000 on: %d, %d bytes of %d", status, len(got), len(body)-1000)
	}
}
