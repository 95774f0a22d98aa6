package engine

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/private"

	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/config"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// serverName is who the embedded Temporal says it is. No DNS knows it.
const serverName = "dailies"

// identity is the one certificate of a data folder's engine, with its key, in a 0600 file: every port of Temporal asks for it and shows
// it. Who can read the file drives the engine; another user of this machine, who reaches loopback as we do, cannot, nor can one pretend
// to be the engine on a port that it left.
type identity struct {
	pem  []byte // certificate and key
	pair tls.Certificate
	pool *x509.CertPool
}

func (identity) String() string       { return "[hidden]" }
func (identity) GoString() string     { return "[hidden]" }
func (identity) LogValue() slog.Value { return slog.StringValue("[hidden]") }

func identityFile(data string) string { return filepath.Join(data, "temporal", "engine.pem") }

// readIdentity reads the file. A damaged one is told by name: nothing stored depends on it.
func readIdentity(file string) (identity, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return identity{}, fmt.Errorf("read Temporal's key: %w", err)
	}
	id := identity{pem: b, pool: x509.NewCertPool()}
	if id.pair, err = tls.X509KeyPair(b, b); err != nil || !id.pool.AppendCertsFromPEM(b) {
		return identity{}, fmt.Errorf("read Temporal's key from %s: it is damaged; stop dailies on this folder and delete the file: a new one is made", file)
	}
	return id, nil
}

// ensureIdentity reads the file, or makes it on the first start.
func ensureIdentity(file string) (identity, error) {
	id, err := readIdentity(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return id, err
	}
	b, err := newIdentity()
	if err != nil {
		return identity{}, fmt.Errorf("make Temporal's key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return identity{}, fmt.Errorf("keep Temporal's key: %w", err)
	}
	if err := private.Write(file, b); err != nil {
		return identity{}, fmt.Errorf("keep Temporal's key: %w", err)
	}
	return readIdentity(file)
}

// newIdentity makes a certificate that vouches for itself, as server and as client. It has no end that a machine with a wrong clock
// could meet: what protects it is its file.
func newIdentity() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: serverName}, DNSNames: []string{serverName},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...), nil
}

// client is how the engine is spoken to.
func (id identity) client() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, ServerName: serverName, RootCAs: id.pool, Certificates: []tls.Certificate{id.pair}}
}

// server makes every port of a Temporal server, those between its services too, take and show this identity only.
func (id identity) server() config.RootTLS {
	both := base64.StdEncoding.EncodeToString(id.pem)
	ask := config.ClientTLS{ServerName: serverName, RootCAData: []string{both}}
	group := config.GroupTLS{
		Client: ask,
		Server: config.ServerTLS{CertData: both, KeyData: both, ClientCAData: []string{both}, RequireClientAuth: true},
	}
	return config.RootTLS{Internode: group, Frontend: group, SystemWorker: config.WorkerTLS{CertData: both, KeyData: both, Client: ask}}
}

// page is how Temporal's web page speaks to the server.
func (id identity) page() uiconfig.TLS {
	both := base64.StdEncoding.EncodeToString(id.pem)
	return uiconfig.TLS{CaData: both, CertData: both, KeyData: both, EnableHostVerification: true, ServerName: serverName}
}

// ClientOptions are a Temporal client's for this engine: address, namespace and the key by which it is let in. Between parts of one
// machine there is nothing to save by compressing.
func (a Address) ClientOptions() (client.Options, error) {
	opts := client.Options{
		HostPort: a.Temporal, Namespace: a.Namespace,
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	}
	if a.KeyFile == "" {
		return opts, nil // an engine of a release that let everybody in
	}
	id, err := readIdentity(a.KeyFile)
	if err != nil {
		return opts, err
	}
	opts.ConnectionOptions.TLS = id.client()
	return opts, nil
}

// dial connects to the engine's Temporal as its owner.
func (a Address) dial() (*grpc.ClientConn, error) {
	creds := insecure.NewCredentials()
	if a.KeyFile != "" {
		id, err := readIdentity(a.KeyFile)
		if err != nil {
			return nil, err
		}
		creds = credentials.NewTLS(id.client())
	}
	conn, err := grpc.NewClient(a.Temporal, grpc.WithTransportCredentials(creds))
	if err != nil {
		return nil, fmt.Errorf("dial Temporal at %s: %w", a.Temporal, err)
	}
	return conn, nil
}
