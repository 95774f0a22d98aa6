package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dailies/dailies/test/cluster"
)

// log of a PostgreSQL that is small beside the disk.
const maxWAL = "max_wal_size=512MB"

// openCluster makes ready for PostgreSQL and Temporal's own server, which is reached at an
// address of ours; the answer is what the config says of it.
func (r *run) openCluster(root, at string) (string, error) {
	// PostgreSQL does not run as root, and has to pass through.
	err := errors.Join(os.Chmod(r.Dir, 0o711), os.Chmod(root, 0o711)) //nolint:gosec // nobody can list them
	if err != nil {
		return "", err
	}
	if r.cluster, err = cluster.Prepare(cluster.Options{Data: filepath.Join(root, "cluster"), Tools: r.Tools, Deploy: r.Deploy}); err != nil {
		return "", err
	}
	r.toEngine.to = r.cluster.TemporalAddress
	return fmt.Sprintf("temporal: {address: %q, namespace: %s}\n", at, cluster.Namespace), nil
}

// servers are PostgreSQL and Temporal, as parts.
func (r *run) servers() (parts []Part) {
	for _, name := range []string{cluster.Postgres, cluster.Temporal} {
		h := r.cluster.Part(name).How()
		if name == cluster.Postgres {
			h.Argv = append(append([]string{}, h.Argv...), "-c", maxWAL) // the last word counts
		}
		parts = append(parts, Part{Name: name, Argv: h.Argv, Env: h.Env, Dir: h.Dir, User: h.User, Stop: h.Stop, Before: h.Prepare, Ready: h.Ready})
	}
	for i := range parts {
		ready := parts[i].Ready
		parts[i].Ready = func(ctx context.Context) error { return patiently(func() error { return ready(ctx) }) }
	}
	return parts
}
