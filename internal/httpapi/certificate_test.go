package httpapi_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// certify writes a certificate of this machine with a serial number, as of a time.
func certify(t *testing.T, dir string, serial int64, at time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "dailies test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, b := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// TestOtherMachinesComeOverTLS: with tokens and a certificate the server may listen
// anywhere; a renewed certificate is shown without a restart.
func TestOtherMachinesComeOverTLS(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	certFile, keyFile := certify(t, dir, 1, now.Add(-time.Minute))
	certificate, err := httpapi.LoadCertificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "tokens")
	secret, err := access.AddToken(file, access.Token{Name: "ana", Role: access.Viewer}, now)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := access.OpenTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	st := mem.New()
	jobs := ledger.Objects{Store: st}
	o := httpapi.Options{
		Studio:  &studio.Studio{Temporal: asleep{}, Namespace: "test", Store: st, Ledger: jobs, Account: &account.Account{Store: st, Ledger: jobs}},
		Version: "test", Log: slog.New(slog.DiscardHandler), Certificate: certificate, Access: access.Options{Tokens: tokens},
	}
	server, err := httpapi.Listen(o, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	if !strings.HasPrefix(server.URL, "https://127.0.0.1:") {
		t.Errorf("people open %s", server.URL)
	}
	ask := func(method, path string, form url.Values) *http.Response {
		t.Helper()
		client := http.Client{
			Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}, //nolint:gosec // the certificate is looked at below
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp
	}
	serial := func(r *http.Response) int64 { return r.TLS.PeerCertificates[0].SerialNumber.Int64() }
	alive := ask("GET", "/api/v1/healthz", nil)
	if alive.StatusCode != http.StatusNoContent || serial(alive) != 1 || alive.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("alive: %d, certificate %d, %v", alive.StatusCode, serial(alive), alive.Header)
	}
	if r := ask("GET", "/api/v1/shows", nil); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.StatusCode)
	}
	in := ask("POST", "/login", url.Values{"token": {secret}})
	if cookie := in.Header.Get("Set-Cookie"); in.StatusCode != http.StatusSeeOther || !strings.HasPrefix(cookie, "__Host-dailies=") || !strings.Contains(cookie, "Secure") {
		t.Errorf("log in: %d %s", in.StatusCode, cookie)
	}
	if _, _ = certify(t, dir, 2, now); serial(ask("GET", "/api/v1/healthz", nil)) != 2 {
		t.Error("a renewed certificate is not shown")
	}
	if err := os.WriteFile(certFile, []byte("half a cert"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(ask("GET", "/api/v1/healthz", nil)); got != 2 {
		t.Errorf("with a broken file: certificate %d, want the one before", got)
	}
	if _, err := httpapi.LoadCertificate(certFile, keyFile); err == nil {
		t.Error("a broken certificate was taken at the start")
	}
	plain, err := http.Get("http" + strings.TrimPrefix(server.URL, "https") + "/api/v1/healthz")
	if err == nil {
		defer plain.Body.Close()
		if plain.StatusCode != http.StatusBadRequest {
			t.Errorf("in plain text: %d", plain.StatusCode)
		}
	}
	// Nobody is asked, and everybody could come: it does not start.
	if _, err := httpapi.Listen(httpapi.Options{Studio: o.Studio, Log: o.Log}, "0.0.0.0:0"); err == nil {
		t.Error("it listens to all machines and asks nobody")
	}
}
