package c2pars_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"testing"
	"time"

	"github.com/veraison/go-cose"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/test/c2pars"
	"github.com/dailies/dailies/test/signed"
)

// What is signed here is valid to c2pa-rs, for every kind of key; trusted only under a root
// that it was given. Every damage is found by it too, under the same code where it can read the manifest at
// all; and what it makes itself is valid here.
func TestC2PARSJudges(t *testing.T) {
	judge := c2pars.New(t)
	plain := c2patest.MP4(bytes.Repeat([]byte("picture "), 100))
	for _, kind := range []string{"P-256", "P-384", "P-521", "RSA", "Ed25519"} {
		s := c2patest.With(t, c2patest.NewKey(t, kind))
		file := signed.File(t, s, plain)
		v := judge.Judge(file, "")
		if v.State != "Valid" || len(v.Failure) != 1 || !v.Failed("signingCredential.untrusted") {
			t.Errorf("%s: %v", kind, v)
		}
		for _, code := range []string{"claimSignature.validated", "assertion.hashedURI.match", "assertion.bmffHash.match"} {
			if !v.Succeeded(code) {
				t.Errorf("%s: no %s in %v", kind, code, v.Success)
			}
		}
		if v := judge.Judge(file, string(s.Root)); v.State != "Trusted" || len(v.Failure) > 0 {
			t.Errorf("%s, under its root: %v", kind, v)
		}
	}

	theirs(t, judge)

	a, b := c2patest.Twins(t)
	file := signed.File(t, a, plain)
	for _, d := range c2patest.Damages(t, file, signed.File(t, b, plain), signed.File(t, a, c2patest.MP4(bytes.Repeat([]byte("another "), 100))), a, b) {
		v := judge.Judge(d.File, "")
		if v.Good() || v.State != "" && d.Code != "" && !v.Failed(d.Code) {
			t.Errorf("%s, to be found as %s: %v", d.Name, d.Code, v)
		}
	}
}

// made is a file whose manifest c2pa-rs makes; only the signature is a studio's, whatever
// its certificate is worth.
func made(t *testing.T, judge *c2pars.Judge, s c2patest.Studio) []byte {
	t.Helper()
	key, err := c2pa.ParseKey(s.Key)
	if err != nil {
		t.Fatal(err)
	}
	signs, err := cose.NewSigner(cose.AlgorithmES256, key)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(claim []byte) ([]byte, error) {
		m := cose.NewSign1Message()
		m.Headers.Protected[cose.HeaderLabelAlgorithm] = cose.AlgorithmES256
		m.Headers.Protected[cose.HeaderLabelX5Chain] = s.Leaf.Raw
		m.Payload = claim
		if err := m.Sign(rand.Reader, nil, signs); err != nil {
			return nil, err
		}
		m.Payload = nil
		return m.MarshalCBOR()
	}
	probe, err := sign([]byte("probe"))
	if err != nil {
		t.Fatal(err)
	}
	return judge.Sign(c2patest.MP4(bytes.Repeat([]byte("picture "), 100)), `{
		"claim_version": 2, "title": "theirs", "claim_generator_info": [{"name": "their program", "version": "7"}],
		"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}]}}]
	}`, "es256", len(probe), sign)
}

// theirs holds what c2pa-rs makes to what is checked here, and who may sign to whom it lets.
func theirs(t *testing.T, judge *c2pars.Judge) {
	t.Helper()
	check := func(raw []byte) c2pa.Report {
		r, err := c2pa.Validate(t.Context(), bytes.NewReader(raw), int64(len(raw)), time.Now(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	good := made(t, judge, c2patest.New(t))
	if v := judge.Judge(good, ""); v.State != "Valid" {
		t.Errorf("by itself: %v", v)
	}
	if r := check(good); !r.Valid() || len(r.Unchecked) > 0 || r.Title != "theirs" || !r.Generated() {
		t.Errorf("here: %+v", r)
	}
	good[len(good)-1] ^= 1
	if r := check(good); r.Valid() {
		t.Errorf("here, spoilt: %+v", r)
	}
	for name, c := range map[string]struct {
		is  func(*x509.Certificate)
		may bool
	}{
		"for mail": {func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
		}, true},
		"for servers": {func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}, false},
		"for nothing":           {func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil }, false},
		"for anything":          {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }, false},
		"for time stamps too":   {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} }, false},
		"of an authority":       {func(c *x509.Certificate) { c.IsCA = true }, false},
		"without signatures":    {func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }, false},
		"without organization":  {func(c *x509.Certificate) { c.Subject.Organization = nil }, true},
		"that has expired":      {func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, false},
		"that is not yet valid": {func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, false},
	} {
		raw := made(t, judge, c2patest.New(t, c.is))
		if v, r := judge.Judge(raw, ""), check(raw); v.Good() != c.may || r.Valid() != c.may {
			t.Errorf("a certificate %s: here %s, there %v", name, r, v)
		}
	}
}
