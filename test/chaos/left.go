package chaos

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// process is one of the program's, wherever it was started.
type process struct {
	pid  int
	role string // its first argument: up, render, media, s3gateway
	dead bool   // it has ended, and nobody has asked how
}

// processes are all that run the program under its path, which is this run's own.
func processes(program string) []process {
	entries, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var all []process
	for _, name := range entries {
		line, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		args := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		// It may be started by another program, as env is.
		at := slices.Index(args, program)
		if at < 0 || at == len(args)-1 {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		stat, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "stat"))
		_, rest, _ := strings.Cut(string(stat), ") ")
		all = append(all, process{pid: pid, role: args[at+1], dead: strings.HasPrefix(rest, "Z")})
	}
	slices.SortFunc(all, func(a, b process) int { return a.pid - b.pid })
	return all
}

// inRole are the pids of the program's processes with a role.
func inRole(program, role string) (pids []int) {
	for _, p := range processes(program) {
		if p.role == role && !p.dead {
			pids = append(pids, p.pid)
		}
	}
	return pids
}
