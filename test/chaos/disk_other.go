//go:build !linux

package chaos

import "errors"

// disk is a file system of our own, which only Linux gives us.
type disk struct{ dir string }

func newDisk(string, int64) (*disk, error) {
	return nil, errors.New("a disk of our own is made on Linux only")
}

func (*disk) fill() error  { return nil }
func (*disk) free() error  { return nil }
func (*disk) close() error { return nil }
