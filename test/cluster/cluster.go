// Package cluster runs the topology of docker-compose.yml as processes of this machine:
// PostgreSQL, Temporal with its web page, an S3 gateway, and dailies workers by role, each
// with its own environment. Every part can be stopped, killed and started again by itself,
// on its old address. It is for tests, benchmarks and `make cluster`, and no part of the
// program.
package cluster

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Names of the parts that are no workers.
const (
	Postgres = "postgres"
	Temporal = "temporal"
	UI       = "temporal-ui"
	S3       = "s3"
)

// Options say what to run. Data is required; Dailies where there are workers.
type Options struct {
	// Data is the folder of everything durable: a cluster that was stopped goes on from it,
	// with the same ports and passwords.
	Data string
	// Tools is the folder with temporal-server, temporal-sql-tool, versitygw and ui-server;
	// `make cluster-tools` fills bin/tools.
	Tools string
	// Dailies is the command that is dailies, e.g. bin/dailies.
	Dailies string
	// Config is dailies.yaml without temporal and s3.
	Config string
	// Workers are started last, in order.
	Workers []Worker
	// Deploy is the repository's folder deploy, whose settings for Temporal are used.
	Deploy string
	// UI also runs Temporal's web page.
	UI bool
}

// Worker is a process of dailies worker.
type Worker struct {
	Name    string
	Roles   string   // as --roles takes them
	Secrets []string // NAME=value, besides S3's
}

// Bucket and Namespace are what the workers make at their first start.
const (
	Bucket    = "dailies"
	Namespace = "dailies"
)

// Cluster is the parts, running or not.
type Cluster struct {
	opts  Options
	state state
	parts []*Part
}

// state is what a cluster keeps beside its parts' data.
type state struct {
	Password             string `json:"password"` // of PostgreSQL's user
	AccessKey, SecretKey string
	Ports                map[string]int `json:"ports"`
}

// Prepare makes everything ready for the servers and starts none, for who keeps them running
// himself: see Part.How.
func Prepare(o Options) (*Cluster, error) {
	c := &Cluster{opts: o}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	return c, c.addServers()
}

// Start starts all parts in their order. After an error nothing runs.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	c, err := Prepare(o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	for _, p := range c.parts {
		if err := p.Start(ctx); err != nil {
			return nil, err
		}
	}
	for _, w := range o.Workers {
		if _, err := c.AddWorker(ctx, w); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// prepare makes the folders, and reads or draws what the parts share.
func (c *Cluster) prepare() (err error) {
	if c.opts.Data, err = filepath.Abs(c.opts.Data); err != nil {
		return fmt.Errorf("find the cluster's folder: %w", err)
	}
	// PostgreSQL does not run as root and has to pass through.
	for _, dir := range []string{c.opts.Data, filepath.Join(c.opts.Data, "logs")} {
		if err := os.MkdirAll(dir, 0o711); err != nil {
			return fmt.Errorf("make the cluster's folder: %w", err)
		}
	}
	if err := readState(c.stateFile(), &c.state); err != nil {
		return err
	}
	if c.state.Ports == nil {
		c.state = state{Password: secret(), AccessKey: "dailies", SecretKey: secret(), Ports: map[string]int{}}
		if err := freePorts(c.state.Ports, portNames...); err != nil {
			return err
		}
		if err := writeState(c.stateFile(), c.state); err != nil {
			return err
		}
	}
	return c.writeConfig()
}

func (c *Cluster) stateFile() string { return filepath.Join(c.opts.Data, "cluster.json") }

// ConfigFile is the dailies.yaml of all workers; commands use it with Env.
func (c *Cluster) ConfigFile() string { return filepath.Join(c.opts.Data, "dailies.yaml") }

func (c *Cluster) writeConfig() error {
	text := fmt.Sprintf("temporal: {address: %q, namespace: %s}\ns3: {endpoint: %q, bucket: %s}\n%s", c.TemporalAddress(), Namespace, c.S3Endpoint(), Bucket, c.opts.Config)
	if err := os.WriteFile(c.ConfigFile(), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the workers' config: %w", err)
	}
	return nil
}

// TemporalAddress is host:port of Temporal's frontend.
func (c *Cluster) TemporalAddress() string { return c.address("frontend") }

// S3Endpoint is the gateway's URL.
func (c *Cluster) S3Endpoint() string { return "http://" + c.address(S3) }

// UIURL is Temporal's web page, where Options.UI wants it.
func (c *Cluster) UIURL() string { return "http://" + c.address(UI) }

// S3Keys are the access key and the secret key.
func (c *Cluster) S3Keys() (access, secret string) { return c.state.AccessKey, c.state.SecretKey }

// StudioURL is where a worker of the role studio serves.
func (c *Cluster) StudioURL() string { return "http://" + c.address("studio") }

// Env is what a process of dailies needs to reach the cluster, with a data folder of its
// own and the secrets that it is given; nothing of this process's environment but PATH.
func (c *Cluster) Env(name string, secrets ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(c.opts.Data, name), "LANG=C.UTF-8",
		"DAILIES_CONFIG=" + c.ConfigFile(), "DAILIES_DATA=" + filepath.Join(c.opts.Data, name),
		"AWS_ACCESS_KEY_ID=" + c.state.AccessKey, "AWS_SECRET_ACCESS_KEY=" + c.state.SecretKey,
	}, secrets...)
}

// Part is a part by its name; nil: there is none.
func (c *Cluster) Part(name string) *Part {
	for _, p := range c.parts {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Parts are all of them, in the order in which they were started.
func (c *Cluster) Parts() []*Part { return append([]*Part(nil), c.parts...) }

// Stop stops all parts, the last that was started first.
func (c *Cluster) Stop() error {
	var errs []error
	for _, p := range slices.Backward(c.parts) {
		errs = append(errs, p.Stop())
	}
	return errors.Join(errs...)
}

func (c *Cluster) address(port string) string {
	return net.JoinHostPort(loopback, strconv.Itoa(c.state.Ports[port]))
}

func (c *Cluster) port(name string) string { return strconv.Itoa(c.state.Ports[name]) }

// AddWorker starts another worker.
func (c *Cluster) AddWorker(ctx context.Context, w Worker) (*Part, error) {
	if err := os.MkdirAll(filepath.Join(c.opts.Data, w.Name), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of %s: %w", w.Name, err)
	}
	numbers := map[string]int{}
	if err := freePorts(numbers, w.Name); err != nil {
		return nil, err
	}
	at := net.JoinHostPort(loopback, strconv.Itoa(numbers[w.Name]))
	p := c.add(w.Name)
	p.command = []string{c.opts.Dailies, "worker", "--roles", w.Roles}
	p.env = append(c.Env(w.Name, w.Secrets...), "DAILIES_TELEMETRY_METRICS="+at, "DAILIES_STUDIO_LISTEN="+c.address("studio"))
	p.ready = func(ctx context.Context) error { return answers(ctx, "http://"+at+"/readyz") }
	return p, p.Start(ctx)
}

func secret() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// tool is a program of Options.Tools.
func (c *Cluster) tool(name string) (string, error) {
	path := filepath.Join(c.opts.Tools, name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("find %s: %w; make cluster-tools builds it", name, err)
	}
	return filepath.Abs(path)
}

// portNames are all ports that a cluster listens at.
var portNames = strings.Fields(Postgres + " " + S3 + " " + UI + " studio frontend frontend-ring frontend-http history history-ring matching matching-ring worker worker-ring")
