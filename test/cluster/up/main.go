// Up runs a cluster on this machine until Ctrl-C: `make cluster-up`. What it is made of
// and what is emulated says package cluster.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dailies/dailies/test/cluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	data := flag.String("data", "out/cluster", "the folder of everything durable")
	tools := flag.String("tools", "bin/tools", "the folder with temporal-server, temporal-sql-tool, versitygw, ui-server")
	program := flag.String("dailies", "bin/dailies", "the program")
	deploy := flag.String("deploy", "deploy", "the folder with Temporal's settings")
	flag.Parse()
	vendors, err := cluster.Emulate(ctx, 10*time.Second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, vendors.Close()) }()
	began := time.Now()
	c, err := cluster.Start(ctx, cluster.Options{
		Data: *data, Tools: *tools, Dailies: *program, Deploy: *deploy, UI: true, Config: vendors.Config, Workers: vendors.Workers,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	fmt.Printf("up after %s; logs in %s/logs\n", time.Since(began).Round(time.Second), *data)
	for _, p := range c.Parts() {
		fmt.Printf("  %-18s process %d\n", p.Name, p.PID())
	}
	access, secret := c.S3Keys()
	fmt.Printf("Temporal %s, its page %s, S3 %s, Studio %s\nfor commands:\n", c.TemporalAddress(), c.UIURL(), c.S3Endpoint(), c.StudioURL())
	fmt.Printf("  export DAILIES_CONFIG=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n", c.ConfigFile(), access, secret)
	fmt.Println("Ctrl-C stops all of it; what was begun goes on with the next start")
	<-ctx.Done()
	return nil
}
