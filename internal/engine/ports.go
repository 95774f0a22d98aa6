package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// freePort gives a loopback port nobody listens on: want if that is free, else (or when want is 0) any.
func freePort(want int) (int, error) {
	if want > 0 {
		l, err := net.Listen("tcp", hostPort(want))
		if err == nil {
			return want, l.Close()
		}
	}
	ports, err := freePorts(1)
	if err != nil {
		return 0, err
	}
	return ports[0], nil
}

// freePorts gives n different loopback ports nobody listens on.
//
// Each was connected to once and closed from the listening side. That leaves it in TIME_WAIT, in which the kernel gives it to nobody
// who asks for "any port", while a listener that asks for it by number (with SO_REUSEADDR, as Go does) gets it. So nobody
// takes it between here and the server's own listen.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", hostPort(0))
		if err != nil {
			return nil, fmt.Errorf("find free port: %w", err)
		}
		defer l.Close() // at the end of the function on purpose: while all are open, all differ
		if err := touch(l); err != nil {
			return nil, fmt.Errorf("find free port: %w", err)
		}
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func touch(l net.Listener) error {
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return err
	}
	server, err := l.Accept()
	if err != nil {
		return errors.Join(err, client.Close())
	}
	return errors.Join(server.Close(), client.Close())
}

// poll calls try until it returns nil or ctx ends; then it returns try's last error with ctx's.
func poll(ctx context.Context, try func() error) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
