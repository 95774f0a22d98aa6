package fence

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Hide keeps this process's memory and environment from every other process of the same user: nobody may trace it, /proc/PID/mem and
// /proc/PID/environ are closed, and no core is dumped. Keys that came by the environment are also gone from where /proc/PID/environ
// looks, for those who read it all the same (root, and what runs as root); os.Getenv gives them as before.
//
// Programs that this one starts are not hidden by it. Call it first in main, before anything else runs. Errors are the machine's: the
// process is not, or not wholly, hidden.
func Hide() error {
	err := moveEnvironment() // first: what is hidden may not open its own memory
	if dumpErr := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); dumpErr != nil {
		err = errors.Join(err, fmt.Errorf("hide this process: %w", dumpErr))
	}
	return err
}

// moveEnvironment sets every variable again, for which Go and C take memory of their own, and wipes the block that the kernel had made.
func moveEnvironment() error {
	start, end, err := environmentBlock()
	if err != nil {
		return err
	}
	for _, line := range os.Environ() {
		if name, value, ok := strings.Cut(line, "="); ok && name != "" {
			if err := os.Setenv(name, value); err != nil {
				return fmt.Errorf("move the environment: %w", err)
			}
		}
	}
	mem, err := os.OpenFile("/proc/self/mem", os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("wipe the environment: %w", err)
	}
	_, err = mem.WriteAt(make([]byte, end-start), start)
	if err = errors.Join(err, mem.Close()); err != nil {
		return fmt.Errorf("wipe the environment: %w", err)
	}
	return nil
}

// environmentBlock is where the kernel laid the environment of this process: the fields env_start and env_end of proc_pid_stat(5).
func environmentBlock() (start, end int64, err error) {
	const first, envStart, envEnd = 3, 50, 51 // the fields after the name, which may hold spaces, count from 3
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0, 0, fmt.Errorf("find the environment: %w", err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= envEnd-first {
		return 0, 0, errors.New("find the environment: /proc/self/stat is too short")
	}
	start, startErr := strconv.ParseInt(string(fields[envStart-first]), 10, 64)
	end, endErr := strconv.ParseInt(string(fields[envEnd-first]), 10, 64)
	const most = 64 << 20 // far above what the kernel takes
	if err := errors.Join(startErr, endErr); err != nil || start <= 0 || end < start || end-start > most {
		return 0, 0, fmt.Errorf("find the environment: /proc/self/stat is odd: %w", err)
	}
	return start, end, nil
}
