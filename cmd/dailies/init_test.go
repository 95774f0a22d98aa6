package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A show begins with files that have no problem, and nothing is overwritten.
func TestInit(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		dir := filepath.Join(t.TempDir(), "show")
		if r := dailies(t, "init", "Night Shift", "--language", language, "--dir", dir); r.code != exitDone {
			t.Fatalf("%s: %+v", language, r)
		}
		if r := dailies(t, "validate", filepath.Join(dir, "season.yaml")); r.code != exitDone {
			t.Errorf("%s: what init wrote has problems: %+v", language, r)
		}
		episode := filepath.Join(dir, "ep01.yaml")
		if err := os.WriteFile(episode, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := dailies(t, "init", "night-shift", "--language", language, "--dir", dir); r.code != exitUsage {
			t.Errorf("%s: began over another show: %+v", language, r)
		}
		if body, err := os.ReadFile(episode); err != nil || string(body) != "mine" {
			t.Errorf("%s: the episode is %q, %v", language, body, err)
		}
	}
	for _, args := range [][]string{{"init", "夜班"}, {"init", "x", "--language", "xx"}, {"init"}} {
		if r := dailies(t, append(args, "--dir", t.TempDir()+"/new")...); r.code != exitUsage {
			t.Errorf("%v: %+v", args, r)
		}
	}
}
