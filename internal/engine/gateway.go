package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/memory"

	"github.com/gofrs/flock"
	"github.com/versity/versitygw/embedgw"
)

// healthPath answers 200 without keys. No bucket can have this name.
const healthPath = "/.health"

// gatewayConfig is what the parent writes as one line of JSON on the gateway's stdin. It holds no key: the child reads the file.
type gatewayConfig struct {
	Folder string `json:"folder"` // absolute
	Region string `json:"region"`
	Port   int    `json:"port"`
}

func (c gatewayConfig) objects() string  { return filepath.Join(c.Folder, "objects") }
func (c gatewayConfig) metadata() string { return filepath.Join(c.Folder, "meta") }
func (c gatewayConfig) keys() string     { return credentialsFile(c.Folder) }

func credentialsFile(folder string) string { return filepath.Join(folder, "credentials.json") }

// gatewayReady is the one line that the gateway writes on its stdout, when it answers or cannot.
type gatewayReady struct {
	Error string `json:"error,omitempty"`
}

// RunGateway is the whole life of the process `dailies s3gateway`: an S3 gateway over a folder, which Start runs as a child because the
// gateway library changes the working directory of its process, prints to stdout and exists once per process.
//
// It reads its orders from stdin, says on stdout that it is ready, and ends when ctx does or stdin ends: when the parent dies, however
// it dies, the kernel closes the pipe. It takes over the process's working directory and os.Stdout: call it from main only.
func RunGateway(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	memory.Serve()
	os.Stdout = os.Stderr // the library greets on it; ours is for the one line

	in := bufio.NewReader(io.LimitReader(stdin, 1<<20))
	line, err := in.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read gateway orders: %w (this command is started by dailies itself)", err)
	}
	var cfg gatewayConfig
	if err := json.Unmarshal(line, &cfg); err != nil {
		return fmt.Errorf("read gateway orders: %w", err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, in) // returns when the parent closes the pipe or is no more
		cancel()
	}()

	ended := make(chan error, 1)
	go func() { ended <- serveGateway(ctx, cfg) }()
	var ready gatewayReady
	up := make(chan error, 1)
	go func() { up <- awaitGateway(ctx, hostPort(cfg.Port)) }()
	select {
	case err = <-ended:
		if err == nil {
			err = errors.New("it stopped at once")
		}
		ready.Error = err.Error()
	case err = <-up:
		if err != nil {
			ready.Error = err.Error()
		}
	}
	if err == nil {
		// It listens, and needs nobody else from here on.
		if err = isolate(); err != nil {
			ready.Error = err.Error()
		}
	}
	if encodeErr := json.NewEncoder(stdout).Encode(ready); encodeErr != nil {
		err = errors.Join(err, fmt.Errorf("report to parent: %w", encodeErr))
	}
	if err != nil {
		return fmt.Errorf("start S3 gateway: %w", err)
	}
	if err := <-ended; err != nil && ctx.Err() == nil {
		return fmt.Errorf("run S3 gateway: %w", err)
	}
	return nil
}

func serveGateway(ctx context.Context, cfg gatewayConfig) error {
	keys, err := readCredentials(cfg.keys())
	if err != nil {
		return err
	}
	if err := checkObjects(cfg); err != nil {
		return err
	}
	for _, dir := range []string{cfg.objects(), cfg.metadata()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make S3 folder: %w", err)
		}
	}
	// One gateway per folder, also in the moment in which a killed engine's gateway is still ending.
	lock := flock.New(filepath.Join(cfg.Folder, "gateway.lock"))
	lockCtx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := lock.TryLockContext(lockCtx, 20*time.Millisecond); err != nil {
		return fmt.Errorf("lock S3 folder: another gateway works on it: %w", err)
	}
	defer func() { _ = lock.Unlock() }() // the kernel does it too when we end

	if err := recallUploads(cfg); err != nil {
		return err
	}
	backend, err := newObjects(cfg)
	if err != nil {
		return err
	}
	const connections = 1024 // far above what one machine's workers open
	return embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
		RootUserAccess:    keys.AccessKey,
		RootUserSecret:    keys.SecretKey,
		Region:            cfg.Region,
		Ports:             []string{hostPort(cfg.Port)},
		MaxConnections:    connections,
		MaxRequests:       connections,
		MultipartMaxParts: 10_000,
		KeepAlive:         true,
		Quiet:             true,
		DisableACLs:       true,
		HealthPath:        healthPath,
	})
}

// awaitGateway returns once the gateway at address answers.
func awaitGateway(ctx context.Context, address string) error {
	client := &http.Client{Timeout: probeTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	return poll(ctx, func() error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+healthPath, nil)
		if err != nil {
			return fmt.Errorf("ask S3 gateway: %w", err)
		}
		resp, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("ask S3 gateway: %w", err)
		}
		if err := resp.Body.Close(); err != nil {
			return fmt.Errorf("ask S3 gateway: %w", err)
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("ask S3 gateway: status %d", resp.StatusCode)
		}
		return nil
	})
}
