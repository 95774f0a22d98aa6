package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dailies/dailies/internal/terminal"
)

// What cannot be a clip is refused before it is read, and before anything is started.
func TestImportRefusesAtOnce(t *testing.T) {
	h := newHouse(t, tiny)
	at := func(name string) string { return filepath.Join(h.dir, name) }
	if err := syscall.Mkfifo(at("pipe.mp4"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.write("empty.mp4", "")
	h.write("huge.mp4", "")
	if err := os.Truncate(at("huge.mp4"), 20e9); err != nil { // of holes
		t.Fatal(err)
	}
	for path, word := range map[string]string{
		at("pipe.mp4"): "pipe", "/dev/zero": "device", h.dir: "folder", at("empty.mp4"): "empty", at("huge.mp4"): "at most", at("none.mp4"): "no such",
	} {
		if r := h.must(exitUsage, "import", "tiny/ep01", "1A", path); !strings.Contains(r.stderr, word) {
			t.Errorf("%s: %s", path, r.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(h.dir, "data", "s3")); !os.IsNotExist(err) {
		t.Errorf("an engine was started for it (%v)", err)
	}
}

// Ctrl-C reaches the command while it reads a large file.
func TestReadingEndsWithTheCommand(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clip.mp4"), make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancelCause(t.Context())
	d := folders{ctx: ctx}
	defer d.close()
	fsys, err := d.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fsys.Open("clip.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Read(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	interrupt(errInterrupted)
	if _, err := io.Copy(io.Discard, f); !errors.Is(err, errInterrupted) {
		t.Errorf("it reads on: %v", err)
	}
}

// What a template, a script or a file's name would do to the terminal is shown, not done.
func TestNothingActsOnTheTerminal(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "action: a door opens", `action: "a \e]0;owned\a door"`, 1))
	if r := h.run("prompts", h.script); strings.ContainsFunc(r.stdout+r.stderr, terminal.Acts) {
		t.Errorf("a script: %q", r.stdout+r.stderr)
	}
	h.write("ep01.yaml", tiny)
	if err := os.Mkdir(filepath.Join(h.dir, "templates"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.write("templates/shot.tmpl", "\x1b[2J\u202egnp.exe\u202c\u009b31m{{.Action}}")
	acted := func(what, out string) {
		t.Helper()
		if i := strings.IndexFunc(out, terminal.Acts); i >= 0 {
			t.Errorf("%s: %q", what, out[i:min(len(out), i+20)])
		}
	}
	r := h.run("prompts", h.script)
	if !strings.Contains(r.stdout, "oor opens") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	acted("prompts", r.stdout+r.stderr)
	h.write("templates/shot.tmpl", "{{\x1b[31m}}")
	r = h.run("prompts", h.script)
	acted("a broken template", r.stdout+r.stderr)
	r = h.run("import", "tiny/ep01", "1A", "no\x1b[31msuch\nfile")
	acted("a file's name", r.stdout+r.stderr)
	r = h.run("status", "x\x1b]52;c;aGk=\a/ep01")
	acted("an argument", r.stdout+r.stderr)
	var out, errs strings.Builder
	u := &ui{out: &out, err: &errs, terminal: true}
	const nasty = "\x1b[2J\u202egnp.exe\u2066\u009b31m\a\r\x7f"
	u.say("%s", nasty)
	u.result("%s", nasty)
	u.complain(errors.New(nasty))
	if err := (&ui{out: &out, json: true}).object(map[string]string{nasty: nasty}); err != nil {
		t.Error(err)
	}
	_ = u.table("A", func(row func(string, ...any)) { row("%s\tb", nasty) })
	u.redraw([]string{nasty})
	acted("the terminal", out.String()+errs.String())
	if got := terminal.Plain("下雨了\tnew\nline é"); got != "下雨了\tnew\nline é" {
		t.Errorf("plain text became %q", got)
	}
}
