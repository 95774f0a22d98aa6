package engine

import "syscall"

// childAttr makes the child die with us even if we are killed, and keeps a Ctrl-C in the terminal from reaching it before we have
// stopped our own work.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
