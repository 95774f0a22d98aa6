package engine

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/fence"
)

// hostileGateway is started as the gateway is, and tries to get out: before it listens, and after.
func hostileGateway() error {
	line, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil {
		return err
	}
	var cfg gatewayConfig
	if err := json.Unmarshal(line, &cfg); err != nil {
		return err
	}
	outside, err := net.Listen("unix", filepath.Join(cfg.Folder, "s")) // a path that Landlock lets it make no socket at
	if err == nil {
		_ = outside.Close()
	}
	worked := escapes(cfg)
	if err == nil {
		worked = append(worked, "a socket in the folder")
	}
	broken := works(cfg)
	listener, err := net.Listen("tcp", hostPort(cfg.Port))
	if err != nil {
		broken = append(broken, "listen: "+err.Error())
	}
	if err := isolate(); err != nil {
		broken = append(broken, "isolate: "+err.Error())
	}
	for name, try := range map[string]func() error{
		"call itself": func() error { _, err := net.Dial("tcp", hostPort(cfg.Port)); return err },
		"udp":         func() error { _, err := net.Dial("udp", "127.0.0.1:53"); return err },
		"start again": func() error { return exec.Command("/proc/self/exe", "s3gateway").Run() },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), "not implemented") {
			worked = append(worked, fmt.Sprintf("isolated: %s: %v", name, err))
		}
	}
	broken = append(broken, works(cfg)...)
	ready := gatewayReady{}
	if len(worked)+len(broken) > 0 {
		ready.Error = fmt.Sprintf("escaped: %v; broken: %v", worked, broken)
	}
	if err := json.NewEncoder(os.Stdout).Encode(ready); err != nil || listener == nil {
		return err
	}
	c, err := listener.Accept() // what it listens on, it still hears
	if err == nil {
		_, err = c.Write([]byte("heard"))
		err = errors.Join(err, c.Close())
	}
	return err
}

func escapes(cfg gatewayConfig) (worked []string) {
	data := filepath.Dir(cfg.Folder)
	for name, try := range map[string]func() error{
		"another port":        func() error { _, err := net.Listen("tcp", "127.0.0.1:0"); return err },
		"a call":              func() error { _, err := net.Dial("tcp", os.Getenv("LANG")); return err },
		"passwd":              func() error { _, err := os.ReadFile("/etc/passwd"); return err },
		"the data folder":     func() error { _, err := os.ReadDir(data); return err },
		"a neighbour's file":  func() error { _, err := os.ReadFile(filepath.Join(data, "secret")); return err },
		"its parent's memory": func() error { _, err := os.Open(fmt.Sprintf("/proc/%d/mem", os.Getppid())); return err },
		"a datagram":          func() error { _, err := net.Dial("udp", "127.0.0.1:53"); return err },
		"an abstract socket":  func() error { _, err := net.Listen("unix", "@engine-fence-test"); return err },
		"its parent":          func() error { p, _ := os.FindProcess(os.Getppid()); return p.Signal(os.Interrupt) },
		"a program":           func() error { return exec.Command("/bin/true").Run() },
		"a file elsewhere":    func() error { return os.WriteFile(filepath.Join(data, "x"), nil, 0o600) },
		"a move out": func() error {
			return os.Rename(filepath.Join(cfg.Folder, "credentials.json"), filepath.Join(data, "x"))
		},
		"a link": func() error { return os.Symlink("/etc/passwd", filepath.Join(cfg.Folder, "l")) },
	} {
		if try() == nil {
			worked = append(worked, name)
		}
	}
	return worked
}

// works does what the gateway does all day.
func works(cfg gatewayConfig) (broken []string) {
	a, b := filepath.Join(cfg.objects(), "bucket", "a"), filepath.Join(cfg.metadata(), "bucket")
	moved := filepath.Join(cfg.objects(), "moved")
	for i, err := range []error{
		os.MkdirAll(a, 0o700), os.MkdirAll(b, 0o700), os.WriteFile(filepath.Join(a, "x"), []byte("x"), 0o600), os.Rename(filepath.Join(a, "x"), filepath.Join(b, "x")),
		os.Remove(filepath.Join(b, "x")), os.Rename(a, moved), os.Remove(moved),
		os.WriteFile(filepath.Join(cfg.objects(), "linked", "x"), []byte("x"), 0o600), os.Remove(filepath.Join(cfg.objects(), "linked", "x")),
	} {
		if err != nil {
			broken = append(broken, fmt.Sprintf("%d: %v", i, err))
		}
	}
	return broken
}

// TestGatewayBreaksOutOfNothing: who takes the gateway over has the objects and nothing else of the user's.
func TestGatewayBreaksOutOfNothing(t *testing.T) {
	if lacks := fence.Kernel().Missing(); len(lacks) > 0 {
		t.Fatalf("this kernel cannot confine: %v", lacks)
	}
	data := t.TempDir()
	port, err := freePort(0)
	if err != nil {
		t.Fatal(err)
	}
	cfg := gatewayConfig{Folder: filepath.Join(data, "s3"), Port: port}
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	t.Setenv("LANG", other.Addr().String()) // which the child is given
	elsewhere := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(cfg.objects(), 0o700), os.WriteFile(filepath.Join(data, "secret"), []byte("x"), 0o600),
		os.WriteFile(cfg.keys(), []byte("{}"), 0o600), os.Symlink(elsewhere, filepath.Join(cfg.objects(), "linked")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	child, err := startGateway(t.Context(), []string{os.Args[0], "hostilegateway"}, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer child.stop()
	conn, err := net.Dial("tcp", hostPort(cfg.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	heard := make([]byte, 5)
	if _, err := conn.Read(heard); err != nil || !slices.Equal(heard, []byte("heard")) {
		t.Errorf("what it listens on is deaf: %q, %v", heard, err)
	}
}
