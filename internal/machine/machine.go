// Package machine tells the trouble of this machine from what clips, vendors and
// requests are to blame for: no space, no file handles, no memory, no program to
// start, a program that was killed. It is the one list of that, for errors, for errno
// values and for the words of a child process, whose errors cross as text. Trouble
// costs nothing, uses up no take and settles no job: what met it is tried again when
// the machine is well. It asks the machine nothing.
package machine

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/dailies/dailies/internal/media"
)

// lacks are the errno values of what a machine has no more of, or cannot do now.
var lacks = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EMFILE, syscall.ENFILE, syscall.EIO}

// short are those that say the same of a program without limits of its own. One that
// is confined is short of memory because its clip asks for too much, and FFmpeg says
// EAGAIN where it only wants more bytes.
var short = []syscall.Errno{syscall.ENOMEM, syscall.EAGAIN}

// dying are a program's last words for what there is no more of: the Go runtime's and
// the C library's. One that is told so, and lives, reports it.
var dying = []string{"out of memory", "cannot allocate memory", "failed to create new os thread", "pthread_create failed"}

// Trouble says of an error of this process whether it is this machine's.
func Trouble(err error) bool {
	if _, host := errors.AsType[*media.HostError](err); host {
		return true
	}
	if slices.ContainsFunc(slices.Concat(lacks, short), func(e syscall.Errno) bool { return errors.Is(err, e) }) {
		return true
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status, ok := exit.Sys().(syscall.WaitStatus)
		return ok && status.Signaled() && Kills(status.Signal())
	}
	return errors.Is(err, exec.ErrNotFound) // not installed, or PATH is wrong
}

// Lacks says of an errno whether it is this machine's, whoever got it.
func Lacks(errno syscall.Errno) bool { return slices.Contains(lacks, errno) }

// Kills says of a signal that ended a program whether it came from outside: from the
// kernel, when memory ran out for everybody, or from a person.
func Kills(s syscall.Signal) bool {
	return s == syscall.SIGKILL || s == syscall.SIGTERM || s == syscall.SIGINT || s == syscall.SIGHUP
}

// Named is the trouble that the words of a child's error name; empty: none.
func Named(words string) string {
	words = strings.ToLower(words)
	for _, errno := range lacks {
		if strings.Contains(words, errno.Error()) {
			return errno.Error()
		}
	}
	return ""
}

// Dying is Named for the last words of a program that ended by a signal.
func Dying(words string) string {
	words = strings.ToLower(words)
	for _, lack := range dying {
		if strings.Contains(words, lack) {
			return lack
		}
	}
	return Named(words)
}
