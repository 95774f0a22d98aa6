package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

const testRole = "DAILIES_ENGINE_TEST_DATA"

// TestMain makes the test binary play the other processes: the gateway, and an owner of the folder named in the environment.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "s3gateway":
		if err := RunGateway(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case len(os.Args) > 1 && os.Args[1] == "hostilegateway":
		if err := hostileGateway(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case os.Getenv(testRole) != "":
		if err := otherProcess(os.Getenv(testRole)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// report is what the other process prints when it has its engine.
type report struct {
	Address Address
	Owned   bool
}

func otherProcess(data string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	e, err := StartOrJoin(ctx, Options{Data: data, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), NoUI: true})
	if err != nil {
		return err
	}
	r := report{Address: e.Address()}
	select {
	case <-e.Owned():
		r.Owned = true
	default:
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the test closes it
		return err
	}
	return e.Close()
}

type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader
}

func startProcess(t *testing.T, data string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), testRole+"="+data)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &process{cmd: cmd, stdin: stdin, out: bufio.NewReader(stdout)}
}

func (p *process) report(t *testing.T) report {
	t.Helper()
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("other process ended without an engine: %v", err)
	}
	var r report
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// kill ends the process the hard way, with no chance to tidy up.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // "signal: killed"
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func closeEngine(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Errorf("close engine: %v", err)
	}
}

func await(t *testing.T, ctx context.Context, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-ctx.Done():
		t.Fatalf("%s: did not happen", what)
	}
}

func TestStartServesEveryPartAndKeepsItsAddress(t *testing.T) {
	ctx := limited(t)
	// The folder's name is as nasty as a user's can be to a URI, and relative as users type it.
	t.Chdir(t.TempDir())
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Data: "100% café #1?"}
	begun := time.Now()
	e, err := Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("first start: %v", time.Since(begun))
	if after, _ := os.Getwd(); after != before {
		t.Errorf("the working directory moved from %s to %s", before, after)
	}
	if _, err := Start(ctx, opts); err != ErrOwned { //nolint:errorlint // the sentinel itself is promised
		t.Errorf("second Start on the folder: got %v, want ErrOwned", err)
	}
	first := e.Address()
	found, ok, err := Connect(ctx, opts.Data)
	if err != nil || !ok {
		t.Fatalf("Connect: found %v, error %v", ok, err)
	}
	if d := cmp.Diff(first, found); d != "" {
		t.Errorf("Connect found another address (-engine +found):\n%s", d)
	}
	checkUI(t, ctx, first)
	checkSearchAttributes(t, ctx, first)
	for _, name := range []string{"engine.json", "s3/credentials.json", "engine.lock"} {
		info, err := os.Stat(filepath.Join(opts.Data, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want 0600", name, info.Mode().Perm())
		}
	}
	putObject(t, ctx, first, "kept")
	begun = time.Now()
	closeEngine(t, e)
	t.Logf("close: %v", time.Since(begun))
	if _, ok, err := Connect(ctx, opts.Data); ok || err != nil {
		t.Errorf("Connect after Close: found %v, error %v; want nothing", ok, err)
	}

	begun = time.Now()
	e, err = Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	t.Logf("second start: %v", time.Since(begun))
	if d := cmp.Diff(first, e.Address()); d != "" {
		t.Errorf("the address changed over a restart (-first +second):\n%s", d)
	}
	getObject(t, ctx, e.Address(), "kept")
}

func checkUI(t *testing.T, ctx context.Context, a Address) {
	t.Helper()
	password, err := os.ReadFile(a.PasswordFile)
	if err != nil {
		t.Fatal(err)
	}
	right := strings.TrimSpace(string(password))
	// The second path asks the server itself, through the page's own certificate.
	for _, path := range []string{"/namespaces/default/workflows", "/api/v1/namespaces/default"} {
		for _, c := range []struct {
			host, password string
			want           int
		}{{"", right, http.StatusOK}, {"evil.example", right, http.StatusMisdirectedRequest}, {"", "", http.StatusUnauthorized}, {"", right + "x", http.StatusUnauthorized}} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.UI+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = c.host
			if c.password != "" {
				req.SetBasicAuth("dailies", c.password)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode != c.want {
				t.Errorf("Temporal UI %s asked as host %q: status %d, want %d", path, c.host, resp.StatusCode, c.want)
			}
		}
	}
}

func checkSearchAttributes(t *testing.T, ctx context.Context, a Address) {
	t.Helper()
	conn, err := a.dial()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	listed, err := operatorservice.NewOperatorServiceClient(conn).ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: a.Namespace})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(SearchAttributes(), listed.GetCustomAttributes()); d != "" {
		t.Errorf("search attributes (-want +got):\n%s", d)
	}
}

func putObject(t *testing.T, ctx context.Context, a Address, key string) {
	t.Helper()
	c, err := rootClient(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &a.S3Bucket, Key: &key, Body: strings.NewReader(key)}); err != nil {
		t.Fatal(err)
	}
}

func getObject(t *testing.T, ctx context.Context, a Address, key string) {
	t.Helper()
	c, err := rootClient(a)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: &a.S3Bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil || string(b) != key {
		t.Errorf("object %s: got %q, %v", key, b, err)
	}
}

func TestRacingProcessesShareOneEngine(t *testing.T) {
	data := t.TempDir()
	const n = 3
	var all []*process
	for range n {
		all = append(all, startProcess(t, data))
	}
	owners := 0
	var reports []report
	for _, p := range all {
		r := p.report(t)
		reports = append(reports, r)
		if r.Owned {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("%d processes own the engine, want 1", owners)
	}
	for _, r := range reports[1:] {
		if d := cmp.Diff(reports[0].Address, r.Address); d != "" {
			t.Errorf("processes have different addresses:\n%s", d)
		}
	}
	for _, p := range all {
		_ = p.stdin.Close()
	}
	for _, p := range all {
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("a process ended badly: %v", err)
		}
	}
}

func slate(ctx workflow.Context) (string, error) {
	workflow.GetSignalChannel(ctx, "go on").Receive(ctx, nil)
	return "done", nil
}

func TestJoinedProcessTakesOverFromAKilledOwner(t *testing.T) {
	ctx := limited(t)
	data := t.TempDir()
	owner := startProcess(t, data)
	address := owner.report(t).Address

	e, err := StartOrJoin(ctx, Options{Data: data, NoUI: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	if d := cmp.Diff(address, e.Address()); d != "" {
		t.Errorf("joined another address (-owner +joined):\n%s", d)
	}
	select {
	case <-e.Owned():
		t.Fatal("the joined process says that it owns the engine")
	default:
	}
	if _, err := StartOrJoin(ctx, Options{Data: data, NoUI: true, Bucket: "another"}); err == nil {
		t.Error("a process with another bucket in its config joined")
	}
	putObject(t, ctx, address, "before")

	c, err := dialAs(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	w := worker.New(c, "q", worker.Options{})
	w.RegisterWorkflow(slate)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "ep01", TaskQueue: "q"}, slate)
	if err != nil {
		t.Fatal(err)
	}

	begun := time.Now()
	owner.kill(t)
	await(t, ctx, "take over", e.Owned())
	t.Logf("taken over in %v", time.Since(begun))

	// The client, its worker and the address are those from before the kill.
	if d := cmp.Diff(address, e.Address()); d != "" {
		t.Errorf("the address changed (-before +after):\n%s", d)
	}
	if err := c.SignalWorkflow(ctx, "ep01", "", "go on", nil); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := run.Get(ctx, &got); err != nil || got != "done" {
		t.Errorf("workflow begun before the kill: got %q, %v", got, err)
	}
	getObject(t, ctx, e.Address(), "before")
	if e.Err() != nil {
		t.Errorf("the engine says it is lost: %v", e.Err())
	}
}

func TestGatewayIsStartedAgainWhenItDies(t *testing.T) {
	ctx := limited(t)
	e, err := Start(ctx, Options{Data: t.TempDir(), NoTemporal: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	putObject(t, ctx, e.Address(), "before")
	e.mu.Lock()
	child := e.gateway
	e.mu.Unlock()
	if err := child.kill(); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, "death of the gateway", child.ended)
	if err := awaitGateway(ctx, strings.TrimPrefix(e.Address().S3Endpoint, "http://")); err != nil {
		t.Fatal(err)
	}
	getObject(t, ctx, e.Address(), "before")
}

func TestFixedPortInUseIsRefused(t *testing.T) {
	ctx := limited(t)
	e, err := Start(ctx, Options{Data: t.TempDir(), NoTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	taken := port(e.Address().S3Endpoint)
	_, err = Start(ctx, Options{Data: t.TempDir(), NoTemporal: true, S3Port: taken})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint(taken)) {
		t.Errorf("start on a taken port: got %v, want an error that names port %d", err, taken)
	}
}

func TestStartHonoursItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := t.TempDir()
	if _, err := Start(ctx, Options{Data: data, NoUI: true}); err == nil {
		t.Fatal("Start with an ended context succeeded")
	}
	e, err := Start(limited(t), Options{Data: data, NoUI: true}) // nothing was left locked or half made
	if err != nil {
		t.Fatal(err)
	}
	closeEngine(t, e)
}

func TestCredentialsNeverPrint(t *testing.T) {
	c := Credentials{AccessKey: "AK", SecretKey: "very-secret"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "c", c, "p", &c)
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v", struct{ C Credentials }{c}), log.String()} {
		if strings.Contains(s, "very-secret") {
			t.Errorf("the secret shows in %q", s)
		}
	}
}

type quiet struct{}

// dialAs connects as the engine's owner.
func dialAs(ctx context.Context, a Address) (client.Client, error) {
	opts, err := a.ClientOptions()
	if err != nil {
		return nil, err
	}
	opts.Logger = quiet{}
	return client.DialContext(ctx, opts)
}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
