//go:build !linux

package engine

import "syscall"

// childAttr has nothing to add: here the end of its stdin tells the child that we are gone.
func childAttr() *syscall.SysProcAttr { return nil }
