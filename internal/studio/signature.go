package studio

import (
	"context"
	"crypto/x509"
	"os"
	"time"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/drama"
)

// signature checks the C2PA manifest of the master at path, if it has one, and that it is
// the one which the cut's manifest names.
func (v *Verified) signature(ctx context.Context, path string, m *drama.Manifest, trust *x509.CertPool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := c2pa.Validate(ctx, f, info.Size(), time.Now(), trust)
	if err != nil {
		return err
	}
	if r.Found {
		v.C2PA = &r
	}
	for _, p := range r.Problems {
		v.breaks(ruleC2PA, "%s (%s)", p.Text, p.Code)
	}
	switch {
	case m == nil || m.C2PA == nil:
	case !r.Found:
		v.breaks(ruleC2PA, "it is not signed, by the manifest %s has signed it", m.C2PA.Signer)
	case r.Signer.Certificate != m.C2PA.Certificate:
		v.breaks(ruleC2PA, "%s has signed it, by the manifest it was %s, with another certificate", r.Signer, m.C2PA.Signer)
	}
	return nil
}
