// Package fence confines programs by the kernel: what a program that reads hostile bytes may open, start and reach is decided before
// its first instruction and cannot be taken back, whatever becomes of it.
//
// Start runs a program that may touch the files of its Rules and nothing else: no_new_privs, so that no set-uid program gives more, and
// Landlock, which besides files knows TCP, signals and abstract sockets where the kernel is new enough. Seal is what such a program does
// to itself once it runs: a seccomp filter under which there are no sockets, no programs to start and no other process to look into.
// Isolate is for one that serves: it keeps the sockets that it has, and gets no more.
// Hide keeps the program that starts them, with its keys, out of their sight.
//
// It promises no more than the kernel gives: on one without Landlock or seccomp the rest still holds. Kernel says what there is.
package fence

import "fmt"

// Rules name what a confined program may touch. All paths are absolute; one that does not exist grants nothing.
type Rules struct {
	Exec  []string // programs that may be started and read; their loader may be too
	Read  []string // files, or folders with all below them
	Write []string // folders in which files may be made, written, read and removed; no folders, links, sockets or devices
	Tree  []string // folders below which folders may be made and removed, too, and files moved from one to the other
	// Ports are the TCP ports that it may listen on and call. All others are refused where the kernel's Landlock knows TCP, all other
	// kinds of sockets by seccomp, as for NoSockets.
	Ports []int
	// NoSockets leaves it without any socket. What else Isolate refuses is refused too, but starting programs, which Exec is for.
	NoSockets bool
}

// Support is what this kernel gives, as this process may use it.
type Support struct {
	Landlock int  // ABI version; 0: none. 4 adds TCP, 6 signals and abstract sockets
	Seccomp  bool // filters for all threads
}

// Kernel asks the kernel. It costs three system calls.
func Kernel() Support { return Support{Landlock: landlockABI(), Seccomp: seccompThere()} }

// Missing says in words what this kernel lacks, worst first; empty: nothing.
func (s Support) Missing() []string {
	var out []string
	if s.Landlock == 0 {
		out = append(out, "Landlock (Linux 5.13 with lsm=landlock): a confined program may open what its user may")
	}
	if !s.Seccomp {
		out = append(out, "seccomp filters: a confined program may open sockets and start programs")
	}
	if s.Landlock > 0 && s.Landlock < 6 {
		out = append(out, "Landlock's signal scope (Linux 6.12)")
	}
	return out
}

func (s Support) String() string {
	seccomp := "no seccomp"
	if s.Seccomp {
		seccomp = "seccomp"
	}
	landlock := "no Landlock"
	if s.Landlock > 0 {
		landlock = fmt.Sprintf("Landlock %d", s.Landlock)
	}
	return "no_new_privs, " + landlock + ", " + seccomp
}
