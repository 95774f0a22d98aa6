// Command cmd is `make chaos`: a season while everything goes wrong that can. See package
// chaos.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dailies/dailies/test/chaos"
)

func main() {
	var o chaos.Options
	var plan bool
	flag.StringVar(&o.Program, "program", "bin/dailies", "dailies")
	flag.StringVar(&o.Dir, "dir", "", "a folder for all of it, which is kept (default a temporary one, which is kept if something is wrong)")
	flag.Uint64Var(&o.Seed, "seed", 0, "of the plan (default by chance)")
	flag.IntVar(&o.Kills, "kills", 300, "how many processes are killed")
	flag.IntVar(&o.Others, "faults", 100, "how many other faults happen")
	flag.IntVar(&o.Episodes, "episodes", 19, "of the season")
	flag.IntVar(&o.Shots, "shots", 23, "of each episode")
	flag.StringVar(&o.Topology, "topology", chaos.Outside, "embedded: one process and its engine; outside: the bucket on an S3 server of its own, behind a proxy that goes wrong; roles: workers, Temporal and S3 apart; cluster: the same, with Temporal on PostgreSQL (make cluster-tools)")
	flag.StringVar(&o.Tools, "tools", "bin/tools", "Temporal's programs, for the topology cluster")
	flag.StringVar(&o.Deploy, "deploy", "deploy", "the repository's folder of that name, likewise")
	flag.BoolVar(&o.Disk, "disk", true, "work on a disk of our own, which is filled; takes root, or unshare -Urm")
	flag.DurationVar(&o.JobTime, "job", 2*time.Second, "how long a vendor's job takes; up to twice as long")
	flag.DurationVar(&o.Stuck, "stuck", 10*time.Minute, "how long nothing may happen")
	flag.BoolVar(&plan, "plan", false, "print the plan only")
	server := flag.String("engine", "", "run a Temporal server over this folder (started by this program itself)")
	flag.Parse()
	if *server != "" {
		if err := engine(*server); err != nil {
			fmt.Fprintln(os.Stderr, "chaos:", err)
			os.Exit(1)
		}
		return
	}
	if o.Seed == 0 {
		var b [8]byte
		_, _ = rand.Read(b[:]) // it never fails
		o.Seed = binary.LittleEndian.Uint64(b[:]) >> 33
	}
	fmt.Printf("SEED=%d\n", o.Seed)
	if plan {
		for _, f := range chaos.Draw(o.Seed, o.Kills, o.Others, func(chaos.Kind) bool { return true }) {
			fmt.Println(f)
		}
		return
	}
	os.Exit(run(o, os.Stdout))
}

func engine(data string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return chaos.RunEngine(ctx, data)
}

func run(o chaos.Options, out io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	made := o.Dir == ""
	if made {
		dir, err := os.MkdirTemp("", "dailies-chaos-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		o.Dir = dir
	}
	o.Program, _ = filepath.Abs(o.Program) // it exists
	o.Log = out
	if self, err := os.Executable(); err == nil {
		o.Engine = []string{self, "-engine"}
	}
	report, err := chaos.Run(ctx, o)
	report.Print(out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
	}
	if err != nil || len(report.Violations) > 0 {
		fmt.Fprintf(out, "kept in %s; again: make chaos SEED=%d\n", o.Dir, o.Seed)
		return 1
	}
	if made {
		_ = os.RemoveAll(o.Dir)
	}
	return 0
}
