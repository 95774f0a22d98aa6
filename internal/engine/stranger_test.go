package engine

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// ownPorts lists the TCP ports that this process listens on, from the kernel.
func ownPorts(t *testing.T) []int {
	t.Helper()
	mine := map[string]bool{}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil {
			mine[to] = true
		}
	}
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	var ports []int
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) < 10 || f[3] != "0A" || !mine["socket:["+f[9]+"]"] {
			continue
		}
		host, hex, _ := strings.Cut(f[1], ":")
		if host != "0100007F" {
			t.Errorf("it listens on %s, which is not 127.0.0.1", host)
		}
		p, err := strconv.ParseInt(hex, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, int(p))
	}
	return ports
}

// strangers are the ways in which another user of the machine may come.
func strangers(t *testing.T) map[string]grpc.DialOption {
	t.Helper()
	other, err := ensureIdentity(identityFile(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	anyServer := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the stranger does not care
	withKey := anyServer.Clone()
	withKey.Certificates = []tls.Certificate{other.pair}
	return map[string]grpc.DialOption{
		"in plain text":         grpc.WithTransportCredentials(insecure.NewCredentials()),
		"without a certificate": grpc.WithTransportCredentials(credentials.NewTLS(anyServer)),
		"with another's":        grpc.WithTransportCredentials(credentials.NewTLS(withKey)),
	}
}

// Another user of this machine reaches the same loopback; no port of the engine answers one.
func TestStrangersAreRefusedOnEveryPort(t *testing.T) {
	ctx := limited(t)
	e, err := Start(ctx, Options{Data: t.TempDir(), NoS3: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	ports := ownPorts(t)
	if len(ports) < 5 { // frontend, history, matching, worker, web page
		t.Fatalf("only ports %v were found", ports)
	}
	for how, creds := range strangers(t) {
		for _, p := range ports {
			conn, err := grpc.NewClient(hostPort(p), creds)
			if err != nil {
				t.Fatal(err)
			}
			ask, stop := context.WithTimeout(ctx, 10*time.Second)
			_, health := grpc_health_v1.NewHealthClient(conn).Check(ask, &grpc_health_v1.HealthCheckRequest{})
			_, info := workflowservice.NewWorkflowServiceClient(conn).GetSystemInfo(ask, &workflowservice.GetSystemInfoRequest{})
			stop()
			for _, err := range []error{health, info} {
				if status.Code(err) != codes.Unavailable && status.Code(err) != codes.Unauthenticated {
					t.Errorf("port %d asked %s: %v", p, how, err)
				}
			}
			_ = conn.Close()
		}
	}
	if _, err := client.DialContext(ctx, client.Options{HostPort: e.Address().Temporal, Logger: quiet{}}); err == nil {
		t.Error("a client without a key was let in")
	}
	c, err := dialAs(ctx, e.Address())
	if err != nil {
		t.Fatalf("the owner is refused: %v", err)
	}
	c.Close()
}

// Who listens on a port that the engine left does not get its clients.
func TestOwnerDoesNotSpeakToAPretender(t *testing.T) {
	key, err := ensureIdentity(identityFile(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", hostPort(0))
	if err != nil {
		t.Fatal(err)
	}
	pretender := grpc.NewServer(grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{key.pair}, ClientAuth: tls.RequestClientCert}))) //nolint:gosec // a pretender
	served := make(chan error, 1)
	go func() { served <- pretender.Serve(l) }()
	defer func() {
		pretender.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	mine := identityFile(t.TempDir())
	if _, err := ensureIdentity(mine); err != nil {
		t.Fatal(err)
	}
	if _, err := dialAs(limited(t), Address{Temporal: l.Addr().String(), Namespace: "default", KeyFile: mine}); err == nil || strings.Contains(err.Error(), "Unimplemented") {
		t.Errorf("the owner spoke to a pretender: %v", err)
	}
}

func TestKeysLieInPrivateFilesAndNeverPrint(t *testing.T) {
	file := identityFile(t.TempDir())
	key, err := ensureIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ensureIdentity(file)
	if err != nil || string(again.pem) != string(key.pem) {
		t.Errorf("a second start has another key (%v)", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, s := range []string{fmt.Sprint(key), fmt.Sprintf("%+v", key), fmt.Sprintf("%#v", key)} {
		if s != "[hidden]" {
			t.Errorf("it prints as %.40q", s)
		}
	}
	if err := os.WriteFile(file, []byte("-----BEGIN"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ensureIdentity(file); err == nil || !strings.Contains(err.Error(), filepath.Base(file)) {
		t.Errorf("a damaged key: %v", err)
	}
}
