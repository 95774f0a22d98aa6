package httpapi

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Certificate is read from files again when they change, so that a renewed one is
// shown without a restart. A broken pair leaves the one before in use.
type Certificate struct {
	certFile, keyFile string

	mu   sync.Mutex
	pair *tls.Certificate
	seen [2]time.Time // of the files, when they were read
}

// LoadCertificate reads a certificate and its key, PEM.
func LoadCertificate(certFile, keyFile string) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile}
	if err := c.load(c.changed()); err != nil {
		return nil, err
	}
	return c, nil
}

// changed is when the files were changed; zero where there is none.
func (c *Certificate) changed() (at [2]time.Time) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}

func (c *Certificate) load(at [2]time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("read the Studio's certificate: %w", err)
	}
	c.pair, c.seen = &pair, at
	return nil
}

func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.changed(); at != c.seen {
		if c.load(at) != nil {
			c.seen = at // looked at again when it changes again
		}
	}
	return c.pair, nil
}

// config is the server's; nil without a certificate.
func (c *Certificate) config() *tls.Config {
	if c == nil {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}
}
