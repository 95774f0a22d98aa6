package espeak

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/voice"
)

// TestMain lets the test binary be started as espeak-ng is, and try to get out.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "-v" {
		fmt.Fprintln(os.Stderr, "escaped:"+strings.Join(escapes(), ";"))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func escapes() (worked []string) {
	for name, try := range map[string]func() error{
		"udp":    func() error { _, err := net.Dial("udp", "127.0.0.1:53"); return err },
		"listen": func() error { _, err := net.Listen("tcp", "127.0.0.1:0"); return err },
		"unix":   func() error { _, err := net.Listen("unix", "@espeak-fence-test"); return err },
		"run":    func() error { return exec.Command("/bin/true").Run() },
		"passwd": func() error { _, err := os.ReadFile("/etc/passwd"); return err },
		"home":   func() error { _, err := os.ReadDir("/root"); return err },
		"proc":   func() error { _, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid())); return err },
		"write":  func() error { return os.WriteFile(filepath.Join(os.TempDir(), "espeak-fence-test"), nil, 0o600) },
	} {
		if try() == nil {
			worked = append(worked, name)
		}
	}
	return worked
}

// A voice's program that a text has taken over gets at nothing.
func TestTheProgramIsConfined(t *testing.T) {
	if lacks := fence.Kernel().Missing(); len(lacks) > 0 {
		t.Fatalf("this kernel cannot confine: %v", lacks)
	}
	_, err := New(Options{Binary: os.Args[0]}).Speak(t.Context(), voice.Request{Text: "Hello.", Language: "en"})
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Fatalf("it did not run: %v", err)
	}
	if _, worked, ok := strings.Cut(err.Error(), "escaped:"); !ok || strings.TrimSpace(worked) != "" {
		t.Errorf("%v", err)
	}
}
