package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUsage: a mistake costs exit code 2 and says what to do, on stderr, and
// nothing is on stdout for a program to trip over.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.yaml")
	if err := os.WriteFile(broken, []byte("medai: {slots: 2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"rendr"}, "render"},
		{[]string{"frobnicate"}, "--help"},
		{[]string{"render"}, "render PATH"},
		{[]string{"render", "a", "b"}, "render PATH"},
		{[]string{"render", "--bogus", "x"}, "--help"},
		{[]string{"export", "night-shift/ep01"}, "--out"},
		{[]string{"export", "night-shift", "--out", dir}, "SHOW/epNN"},
		{[]string{"circle", "night-shift/ep01", "1A", "first"}, "takes"},
		{[]string{"jobs", "adopt", "night-shift", "x"}, "dailies jobs"},
		{[]string{"worker", "--roles", "all"}, "temporal.address"},
		{[]string{"cost", "Night Shift"}, "status"},
		{[]string{"providers", "--config", broken}, "media"},
		{[]string{"providers", "--config", filepath.Join(dir, "absent.yaml")}, "absent.yaml"},
		{[]string{"verify", filepath.Join(dir, "absent.mp4")}, "absent.mp4"},
	} {
		t.Run(strings.Join(c.args[:1], " "), func(t *testing.T) {
			r := dailies(t, append(c.args, "--data", data)...)
			if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, c.says) {
				t.Errorf("%v: code %d, stdout %q, stderr %q; want code %d and a word of %q on stderr", c.args, r.code, r.stdout, r.stderr, exitUsage, c.says)
			}
		})
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("a mistake made a data folder: %v", err)
	}
}

// problemsScript has one of several kinds of mistakes.
const problemsScript = `season:
  show: bad
  language: en
  cast:
    ana: {name: Ana}
  routing: {default: [animatik]}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 3, cast: [anna], action: Ana waits.}
  - {shot: 1A, duration: 2s, sise: CU, action: Ana goes.}
`

func TestValidate(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "bad.yaml", problemsScript)
	write(t, "good.yaml", strings.Replace(tiny, "[fake]", "[animatic]", 1))

	r := dailies(t, "validate", "bad.yaml")
	if r.code != exitScript || r.stdout != "" {
		t.Errorf("bad script: code %d, stdout %q", r.code, r.stdout)
	}
	for _, place := range []string{"bad.yaml:11:", "bad.yaml:12:", "^", "did you mean"} {
		if !strings.Contains(r.stderr, place) {
			t.Errorf("%q is not in:\n%s", place, r.stderr)
		}
	}
	v := decode[validated](t, dailies(t, "validate", "bad.yaml", "--json"))
	want := problem{File: "bad.yaml", Line: 11, Col: 36, Severity: "error", Message: `there is no character called "anna"`, Hint: `did you mean "ana"?`}
	if v.OK || !slices.Contains(v.Problems, want) {
		t.Errorf("--json: %+v", v)
	}

	clean := validated{OK: true, Episodes: 1, Shots: 3, Problems: []problem{}}
	r = dailies(t, "validate", "good.yaml", "--json")
	if d := cmp.Diff(clean, decode[validated](t, r)); d != "" || r.code != exitDone {
		t.Errorf("good script: code %d (-want +got):\n%s", r.code, d)
	}
}

// TestUnknownProvider: what only the config knows is found at its place too.
func TestUnknownProvider(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "ep01.yaml", strings.Replace(tiny, "[fake]", "[animatik]", 1))
	r := dailies(t, "validate", "ep01.yaml")
	if r.code != exitScript || !strings.Contains(r.stderr, "ep01.yaml:5:") || !strings.Contains(r.stderr, `did you mean "animatic"`) {
		t.Errorf("code %d:\n%s", r.code, r.stderr)
	}
}

func TestPlanAndPrompts(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "ep01.yaml", strings.Replace(tiny, "[fake]", "[animatic]", 1))
	r := dailies(t, "plan", "ep01.yaml", "--json")
	if r.code != exitDone {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	// The digests are the plan package's business.
	golden(t, "plan.json", regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(r.stdout, "DIGEST"))
	r = dailies(t, "plan", "ep01.yaml")
	golden(t, "plan.txt", r.stdout)
	golden(t, "prompts.txt", dailies(t, "prompts", "ep01.yaml").stdout)
	if r := dailies(t, "prompts", "ep01.yaml", "1b"); r.code != exitDone || !strings.Contains(r.stdout, "1B") || strings.Contains(r.stdout, "1A") {
		t.Errorf("prompts of one slate: code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r := dailies(t, "prompts", "ep01.yaml", "1X"); r.code != exitUsage || !strings.Contains(r.stderr, "did you mean") {
		t.Errorf("prompts of an unknown slate: code %d: %s", r.code, r.stderr)
	}
	if r := dailies(t, "plan", "absent.yaml", "--json"); r.code != exitScript || len(decode[planned](t, r).Problems) != 1 {
		t.Errorf("plan of a file that is not there: code %d\n%s", r.code, r.stdout)
	}
}

func TestWithoutEngine(t *testing.T) {
	t.Chdir(t.TempDir())
	if r := dailies(t, "schema"); r.code != exitDone || !json.Valid([]byte(r.stdout)) {
		t.Errorf("schema: code %d, valid JSON: %v", r.code, json.Valid([]byte(r.stdout)))
	}
	if r := dailies(t, "version"); r.code != exitDone || strings.TrimSpace(r.stdout) != version {
		t.Errorf("version: code %d, %q", r.code, r.stdout)
	}
	if r := dailies(t, "completion", "bash"); r.code != exitDone || !strings.Contains(r.stdout, "dailies") {
		t.Errorf("completion: code %d", r.code)
	}
	if r := dailies(t, "providers", "--json"); r.code != exitDone || !strings.Contains(r.stdout, `"animatic"`) {
		t.Errorf("providers: code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	r := dailies(t)
	golden(t, "help.txt", r.stdout)
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("commands that need no engine left %v (%v)", entries, err)
	}
}

// TestMoney: what people type as an amount.
func TestMoney(t *testing.T) {
	for text, want := range map[string]string{"12.50": "12.50 CNY", "12.5 cny": "12.50 CNY", "0": "0.00 CNY", "3.000001": "3.000001 CNY"} {
		if m, err := parseMoney(text, "CNY"); err != nil || m.String() != want {
			t.Errorf("parseMoney(%q) = %v, %v; want %s", text, m, err, want)
		}
	}
	for _, text := range []string{"", "-1", "1,5", "1e3", "12.50 USD", "1.0000001", "CNY", "99999999999999999999", ".5", "0x10"} {
		if m, err := parseMoney(text, "CNY"); err == nil {
			t.Errorf("parseMoney(%q) = %v, want an error", text, m)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What a maker that is configured cannot be told is said before anything is planned, in
// its place.
func TestValidateSaysWhatMakersAreNotTold(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "dailies.yaml", "providers:\n  gen: {type: runway, model: gen4.5, api_key_env: TEST_RUNWAY_KEY}\n")
	write(t, "ep01.yaml", strings.Replace(strings.Replace(tiny, "[fake]", "[gen]", 1), "  language: en\n", "  language: en\n  avoid: cartoon\n", 1))
	r := run(t, program{args: []string{"validate", "ep01.yaml", "--json"}, env: []string{"TEST_RUNWAY_KEY=key_0123"}})
	v := decode[validated](t, r)
	if r.code != exitDone || !v.OK || !slices.ContainsFunc(v.Problems, func(p problem) bool {
		return p.Severity == "warning" && p.Line > 0 && strings.Contains(p.Message, "gen is not told what to avoid")
	}) {
		t.Errorf("code %d: %+v\n%s", r.code, v, r.stderr)
	}
}
