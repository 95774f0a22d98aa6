package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider/all"
)

// asDailies makes the test binary the real program: its children (media, S3
// gateway) and whole commands that tests start run through it. A value other
// than 1 is the folder of a house whose fake vendor the program knows.
const asDailies = "DAILIES_TEST_RUN"

// testGrace is how long the program waits before it believes that an intent was
// abandoned: vendors that are emulated have no lag.
const testGrace = "DAILIES_TEST_GRACE"

// testMarket is set where the house's vendors are those of a market.
const testMarket = "DAILIES_TEST_MARKET"

func TestMain(m *testing.M) {
	switch dir := os.Getenv(asDailies); dir {
	case "":
	case "1":
		main()
		return
	default:
		p := fromOS()
		if grace, err := time.ParseDuration(os.Getenv(testGrace)); err == nil {
			p.grace = grace
		}
		p.adapters, p.child = []all.Adapter{house{dir: dir}.vendor()}, child()
		if os.Getenv(testMarket) != "" {
			p.adapters = []all.Adapter{market{house: house{dir: dir}}.adapter()}
		}
		if os.Getenv(testRelease) != "" {
			p.interceptors = otherSteps()
		}
		os.Exit(p.run())
	}
	forget, err := buildProcess()
	if err != nil {
		panic(err)
	}
	if err := os.Setenv(asDailies, "1"); err != nil { // children that are this test's binary inherit it
		panic(err)
	}
	if testdata, err = filepath.Abs("testdata"); err != nil {
		panic(err)
	}
	code := m.Run()
	forget()
	os.Exit(code)
}

// testdata is absolute: tests change their folder.
var testdata string

var update = flag.Bool("update", false, "rewrite golden files")

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// dailies runs the real program in this process.
func dailies(t *testing.T, args ...string) result {
	t.Helper()
	return run(t, program{args: args})
}

func run(t *testing.T, p program) result {
	t.Helper()
	var out, err bytes.Buffer
	p.stdin, p.stdout, p.stderr = strings.NewReader(""), &out, &err
	p.child = child()
	p.exit = func(code int) { t.Errorf("left at once with %d", code) }
	r := result{code: p.run()}
	r.stdout, r.stderr = out.String(), err.String()
	return r
}

// golden compares with testdata/name; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(testdata, name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got); go test -update rewrites it:\n%s", path, d)
	}
}
