package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/engine"
)

// Topologies: which processes make the season.
const (
	// Embedded is `dailies up` and a render on one data folder, all servers the engine's own.
	Embedded = "embedded"
	// Outside is the same with the bucket on an S3 server of its own, behind a proxy that goes
	// wrong.
	Outside = "outside"
	// Roles is a worker for each role, a second one for the vendor, a Temporal server and an S3
	// server of their own, both behind proxies that go wrong; a render only watches.
	Roles = "roles"
	// Cluster is Roles with Temporal's own server on PostgreSQL, as docker-compose.yml has it.
	Cluster = "cluster"
)

// apart says that Temporal and each role are processes of their own.
func (r *run) apart() bool { return r.Topology == Roles || r.Topology == Cluster }

// partEngine is the Temporal server.
const partEngine = "temporal"

// RunEngine is a Temporal server over a folder: a part of the topology of roles. It ends with
// ctx.
func RunEngine(ctx context.Context, data string) error {
	e, err := engine.Start(ctx, engine.Options{Data: data, NoS3: true, NoUI: true})
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return e.Close()
	case <-e.Lost():
		return e.Err()
	}
}

// openRoles makes ready for workers apart; the answer is what the config says of Temporal.
func (r *run) openRoles(root string) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is there at once
	if err != nil {
		return "", err
	}
	r.listeners = append(r.listeners, l)
	go r.toEngine.listen(l)
	if r.Topology == Cluster {
		return r.openCluster(root, l.Addr().String())
	}
	r.engineData = filepath.Join(root, "temporal")
	r.toEngine.to = func() string {
		a, err := r.engineAddress()
		if err != nil {
			return ""
		}
		return a.Temporal
	}
	key := filepath.Join(r.engineData, "temporal", "engine.pem")
	return fmt.Sprintf("temporal: {address: %q, tls: {ca_file: %[2]q, cert_file: %[2]q, key_file: %[2]q, server_name: dailies}}\n", l.Addr(), key), nil
}

// patiently tries until something is, for a minute.
func patiently(try func() error) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if err := try(); err == nil || time.Now().After(end) {
			return err
		}
	}
}

// engineAddress is where the engine is now.
func (s *stage) engineAddress() (a engine.Address, err error) {
	body, err := os.ReadFile(filepath.Join(s.engineData, "engine.json"))
	if err == nil {
		err = json.Unmarshal(body, &a)
	}
	return a, err
}

// roles are the parts of that topology.
func (r *run) roles(root string) (parts []Part, err error) {
	if r.Topology == Cluster {
		parts = r.servers()
	} else {
		parts = append(parts, Part{Name: partEngine, Argv: append(append([]string{}, r.Engine...), r.engineData), Dir: r.Dir, Ready: func(ctx context.Context) error {
			return patiently(func() error { _, err := r.engineAddress(); return err })
		}})
	}
	for _, w := range []struct{ name, roles string }{{"workflow", "workflow"}, {"media", "media"}, {"vendor-1", "provider:" + seller}, {"vendor-2", "provider:" + seller}} {
		metrics, err := freeAddress()
		if err != nil {
			return nil, err
		}
		data := filepath.Join(root, "data-"+w.name)
		parts = append(parts, Part{
			Name: w.name, Argv: []string{r.program, "worker", "--roles", w.roles, "--data", data, "--config", r.config},
			Env: append([]string{"DAILIES_TELEMETRY_METRICS=" + metrics}, r.Env...), Dir: r.Dir, Metrics: metrics, Data: data,
		})
	}
	return parts, nil
}
