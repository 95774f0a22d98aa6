package fence

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// machineCalls are those that only this architecture has.
func machineCalls() []int { return []int{unix.SYS_FSTATAT} }
