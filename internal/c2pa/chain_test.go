package c2pa

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/c2pa/c2patest"
)

func TestWhoMayNotSign(t *testing.T) {
	for want, spoil := range map[string]func(*x509.Certificate){
		"extended key usage is none": func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil },
		"has time stamping":          func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} },
		"usage is anything":          func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} },
		"lacks digitalSignature":     func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment },
		"certificate authority's":    func(c *x509.Certificate) { c.IsCA = true },
		"has keyCertSign":            func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign },
		"has no organization":        func(c *x509.Certificate) { c.Subject.Organization = nil },
		"none of C2PA claim signing ": func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		},
	} {
		_, err := ParseChain(c2patest.New(t, spoil).Chain)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := ParseChain(c2patest.With(t, c2patest.NewKey(t, "P-224")).Chain); err == nil || !strings.Contains(err.Error(), "P-224") {
		t.Errorf("a key on another curve: %v", err)
	}
	mail := func(c *x509.Certificate) {
		c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	}
	if _, err := ParseChain(c2patest.New(t, mail).Chain); err != nil {
		t.Errorf("a certificate for mail: %v", err)
	}
}

func TestAChain(t *testing.T) {
	s, o := c2patest.New(t), c2patest.New(t)
	for want, text := range map[string]string{
		"has no certificate":        "",
		"no certificate in PEM":     "-----BEGIN NOTHING-----",
		"holds a private key":       string(s.Key),
		"did not issue":             string(s.LeafOnly) + string(o.Chain),
		"read certificate 1":        string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no")})),
		"more than 10 certificates": strings.Repeat(string(s.Root), 11),
		"is it the right file":      strings.Repeat(" ", maxCertPEM+1),
		"it is self-signed":         string(s.Root),
	} {
		if _, err := ParseChain([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	whole, err := ParseChain(s.Chain)
	if err != nil || len(whole.certs) != 2 {
		t.Errorf("%d certificates without the root: %v", len(whole.certs), err)
	}
	alone, err := ParseChain(s.LeafOnly)
	if err != nil || len(alone.certs) != 1 || alone.Fingerprint() != whole.Fingerprint() {
		t.Errorf("one alone: %v", err)
	}
	for at, want := range map[time.Time]string{
		s.Leaf.NotBefore.Add(-time.Second): "good from", s.Leaf.NotAfter.Add(time.Second): "good until", time.Now(): "",
	} {
		if err := whole.Current(at); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

func TestAKey(t *testing.T) {
	s, o := c2patest.New(t), c2patest.New(t)
	block, _ := pem.Decode(s.Key)
	for want, text := range map[string]string{
		"no private key":  string(s.Chain),
		"without a pass":  strings.ReplaceAll(string(s.Key), "PRIVATE", "ENCRYPTED PRIVATE"),
		"its PEM is dama": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes[:20]})),
	} {
		if _, err := ParseKey([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	chain, err := ParseChain(s.Chain)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseKey(append(s.Chain, o.Key...)) // what stands before it does not matter
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSigner(chain, key); err == nil || !strings.Contains(err.Error(), "is not the one of the certificate") {
		t.Errorf("another's key: %v", err)
	}
}
