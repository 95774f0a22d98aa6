package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

const loopback = "127.0.0.1"

// process is one process as /proc shows it.
type process struct {
	pid, parent int
	cpu         time.Duration // of it, and of its children that were waited for
}

// tick is the kernel's unit of CPU time, which is the same on all of Linux's machines.
const tick = time.Second / 100

// tree is a process and all that come of it.
func tree(root int) ([]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	children := map[int][]process{}
	var found []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		p, ok := readProcess(pid)
		switch {
		case !ok: // it has ended meanwhile
		case pid == root:
			found = append(found, p)
		default:
			children[p.parent] = append(children[p.parent], p)
		}
	}
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i].pid]...)
	}
	return found, nil
}

func readProcess(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The name stands in brackets and may hold anything.
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(f) < 15 {
		return process{}, false
	}
	p := process{pid: pid}
	p.parent, _ = strconv.Atoi(f[1])
	for _, of := range f[11:15] { // utime, stime, cutime, cstime
		n, _ := strconv.ParseInt(of, 10, 64)
		p.cpu += time.Duration(n) * tick
	}
	return p, true
}

// Ports are drawn below those that the kernel gives to connections, which could take one
// while its part is down; and Temporal keeps those of its ring as 16 bits with a sign.
const (
	firstPort, lastPort = 20000, 32000
	portTries           = 1000
)

// freePorts draws ports that nobody listens at now.
func freePorts(into map[string]int, names ...string) error {
	var open []net.Listener
	defer func() {
		for _, l := range open {
			_ = l.Close()
		}
	}()
	for _, name := range names {
		for range portTries {
			port := firstPort + rand.IntN(lastPort-firstPort)
			l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
			if err == nil {
				open, into[name] = append(open, l), port
				break
			}
		}
		if into[name] == 0 {
			return fmt.Errorf("find a free port for %s between %d and %d: none was in %d tries", name, firstPort, lastPort, portTries)
		}
	}
	return nil
}

func readState(path string, into any) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("read what the cluster was: %w", err)
	}
	return nil
}

func writeState(path string, s any) error {
	text, err := json.MarshalIndent(s, "", " ")
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep what the cluster is: %w", err)
	}
	return nil
}
