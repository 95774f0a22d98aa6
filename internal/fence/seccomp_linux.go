package fence

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// seccompThere says whether the kernel takes filters. Filters for all threads are as old as the system call that is asked (Linux 3.17).
func seccompThere() bool {
	action := uint32(unix.SECCOMP_RET_ERRNO)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}

// Seal takes from this process, for good, every system call that decoding, drawing and encoding do without: no sockets, no programs to
// start, no other process to trace, read, write or signal, no change of anybody's rights. Files are Landlock's business.
//
// What is refused answers ENOSYS, as it would on an older kernel, so that libraries fall back to what is allowed. Without seccomp in
// the kernel it does nothing and returns nil. Errors are the machine's: the filter was refused, or does not hold.
func Seal() error { return install(filter(uint32(os.Getpid())), unix.SECCOMP_FILTER_FLAG_TSYNC) }

// Isolate takes from this process, for good, what a server does without once it listens: no more sockets of any kind, no calls to others,
// no programs to start, no other process to look into, no namespaces and nothing of the kernel's own. What it has open it keeps. What is
// refused, without seccomp and errors: as Seal.
func Isolate() error {
	return install(isolation(append(outward(), unix.SYS_EXECVE, unix.SYS_EXECVEAT)), unix.SECCOMP_FILTER_FLAG_TSYNC)
}

// install lays a filter on the calling thread, or with TSYNC on all of this process. An empty one, or without seccomp in the kernel, it
// does nothing.
func install(filter []bpf.Instruction, flags uintptr) error {
	if len(filter) == 0 || !seccompThere() {
		return nil
	}
	raw, err := bpf.Assemble(filter)
	if err != nil {
		return fmt.Errorf("assemble seccomp filter: %w", err)
	}
	prog := make([]unix.SockFilter, len(raw))
	for i, in := range raw {
		prog[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	// With TSYNC a thread that could not be made to follow is named in the answer, without an error.
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(prog)
	if errno != 0 {
		return fmt.Errorf("apply seccomp filter: %w", errno)
	}
	if thread != 0 {
		return errors.New("apply seccomp filter: a thread of this process has another one")
	}
	return nil
}

// Offsets into struct seccomp_data (linux/seccomp.h), on the little-endian machines that this is built for.
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16 // of 8 bytes each; what is compared here is int or unsigned int, so its lower half
)

// namespaces are the flags of clone that would make a new namespace of any kind.
const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

var (
	allow  = bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}
	refuse = bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)}
)

// ours begins a program: it refuses the calls of other architectures, whose numbers mean others, and of x32, which have bit 30 set, and
// leaves the number of the call to compare.
func ours() []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: offArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		refuse,
		bpf.LoadAbsolute{Off: offNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: 1 << 30, SkipTrue: 1},
		refuse,
	}
}

// isolation refuses some calls and allows the rest.
func isolation(refused []int) []bpf.Instruction {
	prog := ours()
	for _, n := range refused {
		prog = append(prog, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(n), SkipTrue: 1}, refuse)
	}
	return append(prog, allow)
}

// outward is what a program without sockets is refused.
func outward() []int { return append(apart(), network()...) }

// tcpOnly is isolation with sockets of plain TCP, which Landlock holds to its ports. It knows no MPTCP, which Go's listeners ask for
// first: they take the refusal for a kernel without.
func tcpOnly() []bpf.Instruction {
	unsupported := bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.EPROTONOSUPPORT)}
	prog := isolation(apart())
	return append(prog[:len(prog)-1],
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_SOCKET, SkipTrue: 11},
		bpf.LoadAbsolute{Off: offArgs, Size: 4}, // domain
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_INET, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.AF_INET6, SkipTrue: 1},
		unsupported,
		bpf.LoadAbsolute{Off: offArgs + 8, Size: 4}, // type, and flags beside it
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xf},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SOCK_STREAM, SkipTrue: 3},
		bpf.LoadAbsolute{Off: offArgs + 16, Size: 4}, // protocol
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_TCP, SkipTrue: 1},
		unsupported,
		allow,
	)
}

// filter is the program for process pid.
func filter(pid uint32) []bpf.Instruction {
	arg := func(n uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: offArgs + 8*n, Size: 4} }

	prog := ours()
	for _, n := range append(calls(), machineCalls()...) {
		prog = append(prog, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(n), SkipTrue: 1}, allow)
	}
	// one allows a call if its argument n is one of the values.
	one := func(call int, n uint32, values ...uint32) {
		block := []bpf.Instruction{arg(n)}
		for _, v := range values {
			block = append(block, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: v, SkipTrue: 1}, allow)
		}
		block = append(block, refuse)
		prog = append(prog, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(call), SkipTrue: uint8(len(block))})
		prog = append(prog, block...)
	}
	one(unix.SYS_TGKILL, 0, pid) // how a runtime interrupts its own threads, and abort ends
	one(unix.SYS_PRLIMIT64, 0, 0, pid)
	one(unix.SYS_IOCTL, 1, unix.TCGETS, unix.TIOCINQ) // isatty; never TIOCSTI, which types into a terminal
	one(unix.SYS_PRCTL, 0, unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_SET_VMA, unix.PR_GET_SECCOMP, unix.PR_GET_NO_NEW_PRIVS, unix.PR_GET_DUMPABLE)
	// Threads, but no processes and no namespaces. clone3 hides its flags in memory and stays refused: libc then takes clone.
	prog = append(prog,
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_CLONE, SkipTrue: 4},
		arg(0),
		bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: unix.CLONE_THREAD, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: namespaces, SkipTrue: 1},
		allow,
		refuse,
	)
	return prog
}
