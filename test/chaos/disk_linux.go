package chaos

import (
	"fmt"
	"os"
	"syscall"
)

// disk is a file system of our own, so that it can be full without anybody else's.
type disk struct {
	dir  string
	size int64 // bytes
}

// newDisk mounts one at dir. The error says why this machine does not let us: it takes root,
// or a mount namespace of one's own (unshare -Urm).
func newDisk(dir string, size int64) (*disk, error) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=700", size)); err != nil {
		return nil, fmt.Errorf("mount a disk of our own at %s: %w", dir, err)
	}
	return &disk{dir: dir, size: size}, nil
}

// fill leaves no room: the disk is as large as what lies on it.
func (d *disk) fill() error {
	var s syscall.Statfs_t
	var err error
	// What is written meanwhile makes it larger than we ask for, which is refused.
	for spare := int64(0); spare < 64; spare = 2*spare + 1 {
		if err = syscall.Statfs(d.dir, &s); err != nil {
			break
		}
		used := (int64(s.Blocks) - int64(s.Bfree) + spare) * s.Bsize //nolint:gosec,unconvert // a disk of memory is not that large
		if err = d.resize(max(used, s.Bsize)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("fill %s: %w", d.dir, err)
}

func (d *disk) free() error { return d.resize(d.size) }

func (d *disk) resize(to int64) error {
	return syscall.Mount("tmpfs", d.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", to))
}

func (d *disk) close() error {
	if err := syscall.Unmount(d.dir, syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("unmount %s: %w", d.dir, err)
	}
	return os.Remove(d.dir)
}
