package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/dailies/dailies/internal/fence"
)

// childAttr makes the child die with us even if we are killed, and keeps a Ctrl-C in the terminal from reaching it before we have
// stopped our own work.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// startConfined starts the gateway behind a fence: whoever finds a hole in what reads requests gets at the objects, which the keys open
// to him, and at nothing else of this user's. It may touch its folder, and listen where it is told to; once it does, isolate takes the
// rest of the network from it.
//
// It sees /proc, for the only way to give a file that was written without a name one is through /proc/self/fd. What is secret there is
// refused by Landlock, as other processes are by it.
func startConfined(cmd *exec.Cmd, cfg gatewayConfig) (release func(), err error) {
	rules := fence.Rules{
		Exec: []string{cmd.Path}, Read: []string{"/proc", "/etc/localtime", "/usr/share/zoneinfo"},
		Tree: []string{cfg.Folder, cfg.objects(), cfg.metadata()}, Ports: []int{cfg.Port},
	}
	for _, arg := range cmd.Args[1:] { // the program, where argv begins with another that starts it
		if filepath.IsAbs(arg) {
			rules.Exec = append(rules.Exec, arg)
		}
	}
	// Somebody may have moved the bucket to a larger disk and left a link.
	buckets, err := filepath.Glob(filepath.Join(cfg.objects(), "*"))
	if err != nil {
		return nil, err
	}
	rules.Tree = append(rules.Tree, buckets...)
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		rules.Tree = append(rules.Tree, dir)
	}
	return fence.Start(cmd, rules)
}

func isolate() error { return fence.Isolate() }
