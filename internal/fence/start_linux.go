package fence

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// Start starts cmd behind the rules, as cmd.Start does. It returns with the program confined and running; release, called once the
// program has ended, gives back the thread that started it.
//
// The rules are laid on a thread of this process that does nothing but start the program, and the program inherits them: so they hold
// before its first instruction and for each of its threads, which a program that confines itself can only approximate once its runtime
// has started some. The thread lives as long as the program, as cmd.SysProcAttr.Pdeathsig wants, and ends with it.
//
// Errors are the machine's: the kernel refused the rules, or the program could not be started.
func Start(cmd *exec.Cmd, r Rules) (release func(), err error) {
	started, done := make(chan error), make(chan struct{})
	go ownThread(func() {
		err := restrictThread(r)
		if err != nil {
			err = fmt.Errorf("confine %s: %w", cmd.Path, err)
		} else {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			<-done
		}
	})
	if err := <-started; err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { close(done) }), nil
}

// ownThread runs f on a thread that is never used again: a confined one is of no use to anybody else, and ends with its goroutine. The
// main thread it is not: that cannot end, and as it stands for the whole process, a program confined with it might send it signals.
func ownThread(f func()) {
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		f() // never unlocked
		return
	}
	other := make(chan struct{})
	go func() { // on another thread, since this one is taken
		runtime.LockOSThread()
		close(other)
		f()
	}()
	<-other
	runtime.UnlockOSThread()
}
