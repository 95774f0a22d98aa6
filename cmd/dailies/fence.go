package main

import (
	"strings"

	"github.com/dailies/dailies/internal/fence"
)

// checkFence says how well this kernel confines what reads footage, what speaks lines,
// and the embedded S3.
func (a *cli) checkFence() check {
	kernel := fence.Kernel()
	c := check{Name: "media fence", OK: kernel.Landlock > 0 || kernel.Seccomp, Found: kernel.String() + ": around media children, espeak-ng and the S3 gateway"}
	c.Remedy = "take footage from people you trust only, or use a kernel (Linux 6.12 or later) and a container runtime that allow both"
	if lacks := kernel.Missing(); len(lacks) > 0 {
		c.Found += "; missing: " + strings.Join(lacks, "; ")
	}
	return c
}

// checkHidden says whether other programs of this user can read our keys.
func (a *cli) checkHidden() check {
	c := check{Name: "keys in memory", OK: a.program.hidden == nil, Found: "closed to other programs of this user"}
	if a.program.hidden != nil {
		c.Found, c.Remedy = a.program.hidden.Error(), "run dailies as a user of its own: programs of the same user can read its keys"
	}
	return c
}
