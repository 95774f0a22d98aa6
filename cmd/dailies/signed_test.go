package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/c2pars"
)

const signedScript = `season:
  show: tiny
  title: {en: Tiny Doors}
  language: en
  format: {raster: 90x160, fps: 24}
  routing: {default: [fake]}
  subtitles: {sidecar: [en]}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens, lines: [{who: narrator, say: Yes.}]}
  - {shot: 1B, duration: 1s, action: a lamp}
`

// TestASignedMaster: the real program signs what it made, says so, verifies it and knows a
// byte that is another; c2pa-rs finds the master valid too. Without the key nothing is made.
func TestASignedMaster(t *testing.T) {
	h := newHouse(t, signedScript)
	by := c2patest.New(t)
	h.write("chain.pem", string(by.Chain))
	h.write("root.pem", string(by.Root))
	config := "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n  animatic: {type: animatic}\nc2pa: {chain_file: " + filepath.Join(h.dir, "chain.pem") + ", key_env: STUDIO_KEY"
	h.write("dailies.yaml", config+"}\n")
	out := filepath.Join(h.dir, "out")
	if r := h.run("render", h.script, "--out", out); r.code != exitUsage || !strings.Contains(r.stderr, "STUDIO_KEY is not set") {
		t.Fatalf("without the key: %d\n%s", r.code, r.stderr)
	}
	h.env = append(h.env, "STUDIO_KEY="+string(by.Key))
	h.must(exitDone, "render", h.script, "--out", out)
	if man := manifestIn(t, out); man.C2PA == nil || !strings.Contains(man.C2PA.Signer, "Night Shift Studio") {
		t.Errorf("the manifest says %+v", man.C2PA)
	}

	master := filepath.Join(out, "master.mp4")
	raw, err := os.ReadFile(master)
	if err != nil {
		t.Fatal(err)
	}
	judge := c2pars.New(t)
	if v := judge.Judge(raw, ""); v.State != "Valid" {
		t.Errorf("c2pa-rs says %v", v)
	}
	if v := judge.Judge(raw, string(by.Root)); v.State != "Trusted" {
		t.Errorf("c2pa-rs, under the root, says %v", v)
	}
	if seconds := judge.Opens(raw); seconds < 1.9 || seconds > 2.1 {
		t.Errorf("a browser plays it for %v s", seconds)
	}
	spoilt := bytes.Clone(raw)
	spoilt[len(spoilt)/2] ^= 1
	if v := judge.Judge(spoilt, ""); v.Good() || !v.Failed("assertion.bmffHash.mismatch") {
		t.Errorf("spoilt, c2pa-rs says %v", v)
	}

	verify := func(code int, what string) studio.Verified {
		t.Helper()
		var v studio.Verified
		if err := json.Unmarshal([]byte(h.must(code, "verify", what, "--json").stdout), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := verify(exitDone, out); v.C2PA == nil || v.C2PA.State != c2pa.Valid || v.C2PA.Title != "Tiny Doors (tiny/ep01 cut 1)" {
		t.Errorf("%+v", v.C2PA)
	}
	alone := filepath.Join(h.dir, "alone.mp4")
	if err := os.WriteFile(alone, spoilt, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := verify(exitNoCut, alone); !strings.Contains(strings.Join(v.Problems, " "), "assertion.bmffHash.mismatch") {
		t.Errorf("spoilt: %v", v.Problems)
	}
	h.write("dailies.yaml", config+", trust_file: "+filepath.Join(h.dir, "root.pem")+"}\n")
	if r := h.must(exitDone, "verify", master); !strings.Contains(r.stdout, "trusted: issued by Test Issuer") {
		t.Errorf("under the root: %s", r.stdout)
	}
	if r := h.must(exitDone, "render", h.script, "--json"); !strings.Contains(r.stdout, `"cut": 1,`) {
		t.Errorf("once more it is another cut: %s", r.stdout)
	}
	for _, file := range []string{filepath.Join(out, "manifest.json"), filepath.Join(h.dataDir(), "logs", "dailies.log")} {
		text, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("PRIVATE KEY")) || bytes.Contains(text, by.Key[40:80]) {
			t.Errorf("the key is in %s", file)
		}
	}
}
