package engine

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refused starts an engine and gives the words of the refusal.
func refused(t *testing.T, opts Options) string {
	t.Helper()
	opts.Logger, opts.NoUI = slog.New(slog.DiscardHandler), true
	e, err := Start(limited(t), opts)
	if err == nil {
		closeEngine(t, e)
		t.Fatal("it started")
	}
	return err.Error()
}

// has checks that a message holds what a person needs of it.
func has(t *testing.T, msg string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(msg, w) {
			t.Errorf("%q is not in: %s", w, msg)
		}
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFoldersThatCannotBeUsedAreRefusedInWords(t *testing.T) {
	t.Run("a file", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "data")
		write(t, data, "a script, perhaps")
		has(t, refused(t, Options{Data: data}), data, "is a file")
	})
	t.Run("beneath a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		write(t, file, "")
		has(t, refused(t, Options{Data: filepath.Join(file, "data")}), "is a file")
	})
	t.Run("read-only", func(t *testing.T) {
		has(t, refused(t, Options{Data: "/sys/kernel/dailies"}), "may not write", "--data") // not even root may
	})
	t.Run("of a newer release", func(t *testing.T) {
		data := t.TempDir()
		write(t, formatFile(data), "7\n")
		has(t, refused(t, Options{Data: data}), "newer", "7")
		if err := CheckFolder(data); err == nil {
			t.Error("it may be looked at")
		}
	})
	t.Run("with a damaged format", func(t *testing.T) {
		data := t.TempDir()
		write(t, formatFile(data), "\x00")
		has(t, refused(t, Options{Data: data}), "format", "damaged")
	})
}

func TestFolderOfAnOlderReleaseIsTakenOver(t *testing.T) {
	data := t.TempDir()
	write(t, filepath.Join(data, "engine.json"), `{"pid": 1}`)
	write(t, formatFile(data), "1\n")
	e, err := Start(limited(t), Options{Data: data, NoTemporal: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	closeEngine(t, e)
	if b, err := os.ReadFile(formatFile(data)); err != nil || string(b) != "2\n" {
		t.Errorf("format %q, %v", b, err)
	}
}

func TestDamagedDatabaseIsNamedWithItsWayOut(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, file string){
		"not a database": func(t *testing.T, file string) { write(t, file, strings.Repeat("no database ", 1000)) },
		"cut off": func(t *testing.T, file string) {
			if err := os.Truncate(file, 40_000); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			e, err := Start(limited(t), Options{Data: data, NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			closeEngine(t, e)
			file := filepath.Join(data, "temporal", "temporal.db")
			for _, beside := range []string{"-wal", "-shm"} {
				if err := os.Remove(file + beside); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			harm(t, file)
			has(t, refused(t, Options{Data: data, NoS3: true}), "damaged", filepath.Dir(file), "move it away", "s3")
			// What the message proposes works.
			if err := os.Rename(filepath.Dir(file), filepath.Join(data, "away")); err != nil {
				t.Fatal(err)
			}
			e, err = Start(limited(t), Options{Data: data, NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			closeEngine(t, e)
		})
	}
}

func TestHalfOfAnS3FolderIsRefused(t *testing.T) {
	opts := Options{Data: t.TempDir(), NoTemporal: true, Logger: slog.New(slog.DiscardHandler)}
	start := func() *Engine {
		e, err := Start(limited(t), opts)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	closeEngine(t, start())
	e := start() // a bucket without objects is nothing wrong
	putObject(t, t.Context(), e.Address(), "kept")
	closeEngine(t, e)
	meta, objects := filepath.Join(opts.Data, "s3", "meta"), filepath.Join(opts.Data, "s3", "objects")
	aside := filepath.Join(opts.Data, "aside")
	for _, half := range []string{meta, objects} {
		if err := os.Rename(half, aside); err != nil {
			t.Fatal(err)
		}
		has(t, refused(t, opts), half, "restore")
		if err := errors.Join(os.RemoveAll(half), os.Rename(aside, half)); err != nil {
			t.Fatal(err)
		}
	}
	// What the messages propose works: restored, it is as it was; moved away, it begins anew.
	e = start()
	getObject(t, t.Context(), e.Address(), "kept")
	closeEngine(t, e)
	if err := os.Rename(filepath.Dir(meta), aside); err != nil {
		t.Fatal(err)
	}
	closeEngine(t, start())
}

func TestFolderRemovedUnderARunningEngine(t *testing.T) {
	ctx := limited(t)
	data := filepath.Join(t.TempDir(), "data")
	e, err := Start(ctx, Options{Data: data, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }() // it may well say that files are gone
	if err := os.Rename(data, data+"-moved"); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, "the engine to notice", e.Lost())
	if !errors.Is(e.Err(), ErrFolderGone) {
		t.Errorf("lost because %v", e.Err())
	}
}
