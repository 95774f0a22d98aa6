package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// sqlUser owns both databases.
const sqlUser = "temporal"

// addServers describes the parts that are not ours.
func (c *Cluster) addServers() error {
	for _, add := range []func() error{c.addPostgres, c.addTemporal, c.addS3, c.addUI} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

// postgresTool is a program of the newest PostgreSQL that is installed.
func postgresTool(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // Debian's place, which is not on PATH
	if err == nil && len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return len(a) - len(b) })
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find PostgreSQL's %s: %w; apt-get install postgresql", name, err)
	}
	return path, nil
}

// unprivileged is who PostgreSQL runs as where we are root, which it refuses to be.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // as ourselves
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

func (c *Cluster) addPostgres() error {
	server, err1 := postgresTool("postgres")
	isReady, err2 := postgresTool("pg_isready")
	who, err3 := unprivileged()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	data := filepath.Join(c.opts.Data, Postgres)
	if err := initPostgres(data, c.state.Password, who); err != nil {
		return err
	}
	p := c.add(Postgres)
	p.command = []string{
		server, "-D", data, "-p", c.port(Postgres), "-c", "listen_addresses=" + loopback, "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB",
	}
	p.env = []string{"LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	p.dir, p.user, p.stop = data, who, syscall.SIGINT // fast: it does not wait for who is connected
	p.orphaned = syscall.SIGQUIT                      // it ends its children, at once
	p.ready = func(ctx context.Context) error {
		if out, err := exec.CommandContext(ctx, isReady, "-h", loopback, "-p", c.port(Postgres), "-q").CombinedOutput(); err != nil {
			return fmt.Errorf("PostgreSQL is not ready: %w: %s", err, out)
		}
		return nil
	}
	return nil
}

// initPostgres makes the database's folder, once.
func initPostgres(data, password string, who *syscall.Credential) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	initdb, err := postgresTool("initdb")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("make PostgreSQL's folder: %w", err)
	}
	secret, err := os.CreateTemp("", "dailies-cluster-")
	if err != nil {
		return fmt.Errorf("write PostgreSQL's password: %w", err)
	}
	defer os.Remove(secret.Name())
	_, err = secret.WriteString(password + "\n")
	if err := errors.Join(err, secret.Close()); err != nil {
		return fmt.Errorf("write PostgreSQL's password: %w", err)
	}
	if who != nil {
		if err := errors.Join(os.Chown(data, int(who.Uid), int(who.Gid)), os.Chown(secret.Name(), int(who.Uid), int(who.Gid))); err != nil {
			return fmt.Errorf("make PostgreSQL's folder: %w", err)
		}
	}
	cmd := exec.Command(initdb, "-D", data, "-U", sqlUser, "--auth=scram-sha-256", "--pwfile="+secret.Name(), "-E", "UTF8", "--locale=C.UTF-8") //nolint:gosec,noctx // a fixed program; it ends
	cmd.Dir, cmd.SysProcAttr = data, &syscall.SysProcAttr{Credential: who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("make PostgreSQL's database in %s: %w: %s", data, err, out), os.RemoveAll(data))
	}
	return nil
}

func (c *Cluster) addTemporal() error {
	server, err1 := c.tool("temporal-server")
	_, err2 := c.tool("temporal-sql-tool")
	dynamic, err3 := filepath.Abs(filepath.Join(c.opts.Deploy, "temporal", "dynamicconfig.yaml"))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	p := c.add(Temporal)
	// The config that the server's own image has, filled in as docker-compose.yml does.
	p.command = []string{server, "--allow-no-auth", "start"}
	p.env = []string{
		"DB=postgres12_pgx", "GOGC=400", "POSTGRES_SEEDS=" + loopback, "DB_PORT=" + c.port(Postgres), "POSTGRES_USER=" + sqlUser, "POSTGRES_PWD=" + c.state.Password,
		"BIND_ON_IP=" + loopback, "TEMPORAL_BROADCAST_ADDRESS=" + loopback, "DYNAMIC_CONFIG_FILE_PATH=" + dynamic, "LOG_LEVEL=warn",
		"FRONTEND_GRPC_PORT=" + c.port("frontend"), "FRONTEND_MEMBERSHIP_PORT=" + c.port("frontend-ring"), "FRONTEND_HTTP_PORT=" + c.port("frontend-http"),
		"HISTORY_GRPC_PORT=" + c.port("history"), "HISTORY_MEMBERSHIP_PORT=" + c.port("history-ring"),
		"MATCHING_GRPC_PORT=" + c.port("matching"), "MATCHING_MEMBERSHIP_PORT=" + c.port("matching-ring"),
		"WORKER_GRPC_PORT=" + c.port("worker"), "WORKER_MEMBERSHIP_PORT=" + c.port("worker-ring"),
	}
	schemas := false
	p.prepare = func(ctx context.Context) error {
		if schemas {
			return nil
		}
		if err := c.makeSchemas(ctx); err != nil {
			return err
		}
		schemas = true
		return nil
	}
	p.ready = func(ctx context.Context) error { return temporalServes(ctx, c.TemporalAddress()) }
	return nil
}

// makeSchemas makes both databases, or brings them up to this release, by the script that
// docker-compose.yml runs.
func (c *Cluster) makeSchemas(ctx context.Context) error {
	script, err := filepath.Abs(filepath.Join(c.opts.Deploy, "temporal", "schema.sh"))
	if err != nil {
		return fmt.Errorf("find Temporal's schema.sh: %w", err)
	}
	tools, err := filepath.Abs(c.opts.Tools)
	if err != nil {
		return fmt.Errorf("find the tools: %w", err)
	}
	cmd := exec.CommandContext(ctx, "sh", script) //nolint:gosec // our own
	cmd.Env = []string{"PATH=" + tools + ":" + os.Getenv("PATH"), "POSTGRES_SEEDS=" + loopback, "DB_PORT=" + c.port(Postgres), "POSTGRES_USER=" + sqlUser, "SQL_PASSWORD=" + c.state.Password}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make Temporal's databases: %w: %s", err, out)
	}
	return nil
}

// temporalServes asks the frontend whether it takes requests.
func temporalServes(ctx context.Context, address string) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("reach Temporal at %s: %w", address, err)
	}
	defer conn.Close()
	const service = "temporal.api.workflowservice.v1.WorkflowService"
	a, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: service})
	if err != nil {
		return fmt.Errorf("ask Temporal at %s whether it serves: %w", address, err)
	}
	if a.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("temporal at %s is %s", address, a.GetStatus())
	}
	return nil
}

func (c *Cluster) addS3() error {
	server, err := c.tool("versitygw")
	if err != nil {
		return err
	}
	p := c.add(S3)
	objects, meta := filepath.Join(c.opts.Data, S3, "objects"), filepath.Join(c.opts.Data, S3, "meta")
	for _, dir := range []string{objects, meta} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the gateway's folder: %w", err)
		}
	}
	const health = "/health"
	p.command = []string{server, "--quiet", "--keep-alive", "--disable-acl", "--port", c.address(S3), "--health", health, "posix", "--data-integrity-etag", "--sidecar", meta, objects} // as docker-compose.yml has it
	p.env = []string{"ROOT_ACCESS_KEY_ID=" + c.state.AccessKey, "ROOT_SECRET_ACCESS_KEY=" + c.state.SecretKey, "GOGC=400"}
	p.ready = func(ctx context.Context) error { return answers(ctx, c.S3Endpoint()+health) }
	return nil
}

func (c *Cluster) addUI() error {
	if !c.opts.UI {
		return nil
	}
	server, err := c.tool("ui-server")
	if err != nil {
		return err
	}
	dir := filepath.Join(c.opts.Data, UI)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the page's folder: %w", err)
	}
	text := fmt.Sprintf("temporalGrpcAddress: %s\nhost: %s\nport: %s\nenableUi: true\ndefaultNamespace: %s\ncors: {allowOrigins: [%q]}\n", c.TemporalAddress(), loopback, c.port(UI), Namespace, c.UIURL())
	if err := os.WriteFile(filepath.Join(dir, "cluster.yaml"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the page's config: %w", err)
	}
	p := c.add(UI)
	p.command, p.env = []string{server, "--config", dir, "--root", "/", "--env", "cluster", "start"}, []string{"HOME=" + dir}
	p.ready = func(ctx context.Context) error { return answers(ctx, c.UIURL()+"/healthz") }
	return nil
}

// answers asks for a page.
func answers(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	if err := a.Body.Close(); err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: %s", url, a.Status)
	}
	return nil
}
