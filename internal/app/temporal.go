package app

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/engine"
)

// clientOptions says how Temporal is reached.
func (a *Main) clientOptions(addr engine.Address) (client.Options, error) {
	if a.EmbedsTemporal() {
		return addr.ClientOptions()
	}
	c := a.Config.Temporal
	opts := client.Options{HostPort: c.Address, Namespace: c.Namespace}
	if c.TLS.On() {
		conf, err := tlsConfig(c.TLS)
		if err != nil {
			return opts, Usage(err)
		}
		opts.ConnectionOptions.TLS = conf
	}
	if c.APIKeyEnv != "" {
		key := a.Secret(c.APIKeyEnv)
		if key == "" {
			return opts, Usagef("connect to Temporal: %s is not set; temporal.api_key_env names it", c.APIKeyEnv)
		}
		opts.Credentials = client.NewAPIKeyStaticCredentials(key)
	}
	return opts, nil
}

// tlsConfig reads the files of a TLS connection.
func tlsConfig(c config.TLS) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read temporal.tls.ca_file: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read temporal.tls.ca_file: %s holds no certificate", c.CAFile)
		}
	}
	if c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read temporal.tls.cert_file and key_file: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}
