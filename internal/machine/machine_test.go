package machine_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
)

func TestTrouble(t *testing.T) {
	_, full := os.Open("/dev/full")
	if f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0); err == nil {
		_, full = f.Write([]byte("x"))
		_ = f.Close()
	}
	missing := exec.CommandContext(t.Context(), "no-such-program-of-ours").Run()
	killed := exec.CommandContext(t.Context(), "sh", "-c", "kill -KILL $$").Run()
	failed := exec.CommandContext(t.Context(), "sh", "-c", "exit 3").Run()
	_, nowhere := os.Open(filepath.Join(t.TempDir(), "none"))
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"a full disk":                      {full, true},
		"the quota":                        {fmt.Errorf("write: %w", syscall.EDQUOT), true},
		"a disk that is read only":         {&fs.PathError{Op: "open", Path: "x", Err: syscall.EROFS}, true},
		"no handles":                       {&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}, true},
		"no handles at all":                {syscall.ENFILE, true},
		"a disk that fails":                {syscall.EIO, true},
		"no memory":                        {os.NewSyscallError("fork/exec", syscall.ENOMEM), true},
		"no process to start":              {os.NewSyscallError("fork/exec", syscall.EAGAIN), true},
		"a program that is not there":      {missing, true},
		"a program that was killed":        {killed, true},
		"a child that the runner blames":   {fmt.Errorf("draw: %w", &media.HostError{Err: errors.New("killed")}), true},
		"one of several":                   {errors.Join(errors.New("x"), syscall.ECONNRESET, syscall.ENOSPC), true},
		"a program that failed":            {failed, false},
		"a file that is not there":         {nowhere, false},
		"a connection that was cut":        {syscall.ECONNRESET, false},
		"a clip":                           {media.ClipErrorf("it is damaged"), false},
		"somebody gave up":                 {context.Canceled, false},
		"nothing":                          {nil, false},
		"words that only sound like it":    {errors.New("no space left on device"), false},
		"a vendor that refuses by its own": {errors.New("quota exceeded"), false},
	} {
		if got := machine.Trouble(c.err); got != c.want {
			t.Errorf("%s (%v): %v, want %v", name, c.err, got, c.want)
		}
	}
}

// A child's error is text; what its own limits do to it is not the machine's.
func TestWordsOfAChild(t *testing.T) {
	for words, want := range map[string][2]string{
		"write out.mp4: No space left on device":          {"no space left on device", "no space left on device"},
		"open x: too many open files":                     {"too many open files", "too many open files"},
		"Cannot allocate memory":                          {"", "cannot allocate memory"},
		"runtime: failed to create new OS thread":         {"", "failed to create new os thread"},
		"Resource temporarily unavailable":                {"", ""},
		"Invalid data found when processing input":        {"", ""},
		"fatal error: runtime: out of memory: cannot map": {"", "out of memory"},
	} {
		if got := [2]string{machine.Named(words), machine.Dying(words)}; got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
