package app

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/c2pa"
)

// maxPEM bounds a file of certificates, or of a key, in bytes.
const maxPEM = 1 << 20

// Signing reads who signs masters; nil: nobody. Where the key is not here its Signer is
// nil: such a machine plans, and makes no masters. It errs where what is there is not
// right.
func (a *Main) Signing() (*activities.Signing, error) {
	c := a.Config.C2PA
	if c.ChainFile == "" {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	text, err := readPEM(c.ChainFile)
	if err != nil {
		return nil, Usagef("read c2pa.chain_file: %w", err)
	}
	s := &activities.Signing{}
	if s.Chain, err = c2pa.ParseChain(text); err != nil {
		return nil, Usagef("read c2pa.chain_file %s: %w", c.ChainFile, err)
	}
	where := c.KeyEnv
	secret := []byte(a.Secret(c.KeyEnv))
	if c.KeyFile != "" {
		where = c.KeyFile
		// A machine that only plans may have a key's file that it may not read.
		if secret, err = readPEM(c.KeyFile); err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
			return nil, Usagef("read c2pa.key_file: %w", err)
		}
	}
	if len(secret) == 0 {
		return s, nil
	}
	key, err := c2pa.ParseKey(secret)
	if err != nil {
		return nil, Usagef("read the key of c2pa in %s: %w", where, err)
	}
	if s.Signer, err = c2pa.NewSigner(s.Chain, key); err != nil {
		return nil, Usagef("sign with the key of c2pa in %s: %w", where, err)
	}
	return s, nil
}

// canSign errs where masters are to be signed and this machine, which makes them, cannot:
// before anything is bought for them.
func (a *Main) canSign(s *activities.Signing) error {
	if s == nil {
		return nil
	}
	if s.Signer == nil {
		where := a.Config.C2PA.KeyEnv + " is not set"
		if f := a.Config.C2PA.KeyFile; f != "" {
			where = "there is no " + f
		}
		return Usagef("masters are signed (c2pa in the config), and this machine, which makes them, has no key: %s", where)
	}
	return Usage(s.Chain.Current(time.Now()))
}

// Trust are the roots that the config trusts; nil: none.
func (a *Main) Trust() (*x509.CertPool, error) {
	path := a.Config.C2PA.TrustFile
	if path == "" {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	text, err := readPEM(path)
	if err != nil {
		return nil, Usagef("read c2pa.trust_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, Usagef("read c2pa.trust_file %s: it has no certificate in PEM", path)
	}
	return pool, nil
}

func readPEM(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPEM+1))
	if err == nil && len(text) > maxPEM {
		err = fmt.Errorf("%s is larger than %d bytes; is it the right file?", path, maxPEM)
	}
	return text, err
}
