package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"
)

// gatewayChild is the running child process of RunGateway.
type gatewayChild struct {
	stdin io.Closer // closing it is the order to stop
	ended chan struct{}
	err   error // valid once ended is closed
	kill  func() error
}

// startGateway runs argv as the gateway's process and waits until it answers.
func startGateway(ctx context.Context, argv []string, cfg gatewayConfig, log *slog.Logger) (*gatewayChild, error) {
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:gosec // argv is this same binary
	cmd.Dir = cfg.Folder
	cmd.Env = childEnv()
	cmd.SysProcAttr = childAttr()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start S3 gateway: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start S3 gateway: %w", err)
	}
	cmd.Stderr = &lineLog{log: log}

	c := &gatewayChild{stdin: stdin, ended: make(chan struct{})}
	release, err := startConfined(cmd, cfg)
	if err != nil {
		return nil, fmt.Errorf("start S3 gateway: %w", err)
	}
	drained := make(chan struct{})
	go func() {
		<-drained // Wait closes stdout, so it must come after the last read
		c.err = cmd.Wait()
		release()
		close(c.ended)
	}()
	c.kill = cmd.Process.Kill

	answer := make(chan error, 1)
	go func() {
		defer close(drained)
		r := bufio.NewReader(io.LimitReader(stdout, 1<<20))
		line, err := r.ReadBytes('\n')
		var ready gatewayReady
		switch {
		case err != nil:
			answer <- errors.New("it ended before it was ready")
		case json.Unmarshal(line, &ready) != nil:
			answer <- fmt.Errorf("it answered %.100q; is %q this program's gateway command?", line, strings.Join(argv, " "))
		case ready.Error != "":
			answer <- errors.New(ready.Error)
		default:
			answer <- nil
		}
		_, _ = io.Copy(io.Discard, r)
	}()
	err = json.NewEncoder(stdin).Encode(cfg)
	if err == nil {
		select {
		case err = <-answer:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("start S3 gateway: %w", err)
	}
	return c, nil
}

// stop asks the child to end and kills it if it takes too long. Every finished write is on disk either way.
func (c *gatewayChild) stop() {
	_ = c.stdin.Close()
	select {
	case <-c.ended:
	case <-time.After(3 * time.Second):
		_ = c.kill()
		<-c.ended
	}
}

// childEnv is what the gateway needs of our environment: nothing secret.
func childEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG", "TZ", "GOCOVERDIR", "GOMEMLIMIT", "GOGC", "GORACE"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// lineLog hands the child's stderr to slog, at debug: the gateway writes chatter there, and errors reach us as answers.
type lineLog struct {
	log  *slog.Logger
	part []byte
}

func (l *lineLog) Write(p []byte) (int, error) {
	l.part = append(l.part, p...)
	for {
		line, rest, ok := strings.Cut(string(l.part), "\n")
		if !ok {
			break
		}
		l.part = []byte(rest)
		if line = strings.TrimSpace(line); line != "" {
			l.log.Debug("the S3 gateway says", slog.String("line", line))
		}
	}
	if len(l.part) > 64<<10 {
		l.part = nil
	}
	return len(p), nil
}
