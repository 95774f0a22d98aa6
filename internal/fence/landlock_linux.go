package fence

import (
	"errors"
	"fmt"
	"path/filepath"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Rights to files, as https://docs.kernel.org/userspace-api/landlock.html groups them.
const (
	readFile   = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readRights = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	execRights = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
	// writeRights leaves out folders, links, sockets, pipes and devices: no job makes them.
	writeRights = readRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE
	treeRights = writeRights | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REFER
	// fileRights are those that mean something for a file rather than a folder.
	fileRights = execRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
)

// landlockABI is the kernel's version of Landlock; 0 if it has none or this process may not use it.
func landlockABI() int {
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(v)
}

// handled is everything that a kernel of this ABI can refuse: what is handled and not granted is refused.
func handled(abi int) unix.LandlockRulesetAttr {
	a := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_REFER - 1} // all 13 of ABI 1
	if abi >= 2 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		a.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 5 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		a.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return a
}

// loaders is where the dynamic loader lies, which the kernel starts for every program that is linked to libraries.
func loaders() []string {
	var all []string
	for _, glob := range []string{"/lib64/ld-linux*", "/lib/ld-linux*", "/lib/ld-musl*"} {
		found, _ := filepath.Glob(glob) // only a bad pattern is an error
		all = append(all, found...)
	}
	return all
}

// libraries is where what programs are linked to lies, and what runtimes ask about the machine.
func libraries() []string {
	return []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/sys/devices/system/cpu", "/sys/kernel/mm/transparent_hugepage"}
}

// restrictThread confines the calling thread, and all that it ever starts, for good. Without Landlock in the kernel only no_new_privs
// is left of it.
func restrictThread(r Rules) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	abi := landlockABI()
	var filter []bpf.Instruction
	switch {
	case r.NoSockets:
		filter = isolation(outward())
	case len(r.Ports) > 0:
		filter = tcpOnly()
	}
	if err := install(filter, 0); err != nil {
		return err
	}
	if abi == 0 {
		return nil
	}
	attr := handled(abi)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return fmt.Errorf("make Landlock rules: %w", errno)
	}
	ruleset := int(fd)
	defer unix.Close(ruleset)
	grant := func(rights uint64, paths ...string) error {
		for _, p := range paths {
			if err := addRule(ruleset, p, rights&attr.Handled_access_fs); err != nil {
				return err
			}
		}
		return nil
	}
	err := errors.Join(
		grant(execRights, r.Exec...), grant(execRights, loaders()...),
		grant(readRights, libraries()...), grant(readFile|unix.LANDLOCK_ACCESS_FS_WRITE_FILE, "/dev/null"),
		grant(readRights, r.Read...), grant(writeRights, r.Write...), grant(treeRights, r.Tree...),
	)
	for _, port := range r.Ports {
		if abi >= 4 {
			err = errors.Join(err, addPort(ruleset, port))
		}
	}
	if err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(ruleset), 0, 0); errno != 0 {
		return fmt.Errorf("apply Landlock rules: %w", errno)
	}
	return nil
}

// addPort grants listening on a TCP port, and calling it: a server asks itself whether it answers. The rule's kind and form are those of
// linux/landlock.h, which golang.org/x/sys does not have yet.
func addPort(ruleset, port int) error {
	const rulePort = 2
	attr := struct{ allowed, port uint64 }{unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP, uint64(port)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), rulePort, uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("add a Landlock rule: %w", errno)
	}
	return nil
}

// addRule grants rights to a path and what is below it. The error names no path: it may become a report of a job.
func addRule(ruleset int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.EACCES) {
		return nil // nothing to grant
	}
	if err != nil {
		return fmt.Errorf("open a path for Landlock rules: %w", err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("open a path for Landlock rules: %w", err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	attr := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("add a Landlock rule: %w", errno)
	}
	return nil
}
