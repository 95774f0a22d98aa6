//go:build bench

package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tick is the unit of /proc, on every Linux.
const tick = 10 * time.Millisecond

// processor is what a process has used, in user and in system mode, its children's use
// left out, and whose child it is. fs.ErrNotExist where it has ended.
func processor(pid int) (used time.Duration, parent int, err error) {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, err
	}
	name := strings.LastIndexByte(string(body), ')') // it may hold anything
	fields := strings.Fields(string(body[name+1:]))
	const of, user, system = 1, 11, 12 // proc(5), counted after the name
	if len(fields) <= system {
		return 0, 0, fmt.Errorf("read the use of process %d: only %d fields", pid, len(fields))
	}
	var n [3]int64
	for i, field := range []int{of, user, system} {
		if n[i], err = strconv.ParseInt(fields[field], 10, 64); err != nil {
			return 0, 0, fmt.Errorf("read the use of process %d: %w", pid, err)
		}
	}
	return time.Duration(n[1]+n[2]) * tick, int(n[0]), nil
}

// processorTime is what a running process has used.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	used, _, err := processor(pid)
	if err != nil {
		t.Fatal(err)
	}
	return used
}

// withChildren is what this process and its running children have used.
func withChildren(t *testing.T) time.Duration {
	t.Helper()
	self := os.Getpid()
	sum := processorTime(t, self)
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range all {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			t.Fatal(err)
		}
		used, parent, err := processor(pid)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && parent == self {
			sum += used
		}
	}
	return sum
}
