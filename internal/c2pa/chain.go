package c2pa

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veraison/go-cose"
)

// Chain is a signer's certificate and those that issued it, in that order. The last
// one's issuer is the root, which is not among them: whoever trusts it has it.
type Chain struct{ certs []*x509.Certificate }

// ParseChain reads certificates in PEM, the signer's first. A root at the end is left
// out. It errs where they are not a chain, or the first is not one that C2PA lets sign;
// its text names each fault.
func ParseChain(text []byte) (Chain, error) {
	if len(text) > maxCertPEM {
		return Chain{}, fmt.Errorf("it is larger than %d bytes; is it the right file?", maxCertPEM)
	}
	var c Chain
	for len(text) > 0 {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return Chain{}, errors.New("it holds a private key; it wants certificates alone, the signer's first")
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return Chain{}, fmt.Errorf("read certificate %d: %w", len(c.certs)+1, err)
		}
		c.certs = append(c.certs, cert)
		if len(c.certs) > maxChain {
			return Chain{}, fmt.Errorf("it has more than %d certificates", maxChain)
		}
	}
	if len(c.certs) == 0 {
		return Chain{}, errors.New("it has no certificate in PEM (-----BEGIN CERTIFICATE-----)")
	}
	if last := len(c.certs) - 1; last > 0 && selfIssued(c.certs[last]) {
		c.certs = c.certs[:last]
	}
	faults := profile(c.certs[0])
	if len(c.certs[0].Subject.Organization) == 0 { // no rule of the specification's
		faults = append(faults, "its subject has no organization (O), which is whom viewers show")
	}
	if len(faults) > 0 {
		return Chain{}, fmt.Errorf("the certificate of %s may not sign C2PA manifests: %s", name(c.certs[0]), strings.Join(faults, "; "))
	}
	for i, cert := range c.certs[1:] {
		if err := c.certs[i].CheckSignatureFrom(cert); err != nil {
			return Chain{}, fmt.Errorf("certificate %d (%s) did not issue certificate %d (%s): %w", i+2, name(cert), i+1, name(c.certs[i]), err)
		}
	}
	return c, nil
}

// Fingerprint is the SHA-256 in hex of the signer's certificate.
func (c Chain) Fingerprint() string {
	return fingerprint(c.certs[0])
}

func fingerprint(c *x509.Certificate) string {
	s := sha256.Sum256(c.Raw)
	return hex.EncodeToString(s[:])
}

// Identity is who the chain's first certificate is of.
func (c Chain) Identity() Identity { return identity(c.certs[0]) }

// Current errs where the certificate is not good at a time: a signature without a time
// stamp is good while its certificate is.
func (c Chain) Current(at time.Time) error {
	leaf := c.certs[0]
	switch {
	case at.Before(leaf.NotBefore):
		return fmt.Errorf("the certificate of %s is good from %s on", name(leaf), leaf.NotBefore.UTC().Format(time.DateOnly))
	case at.After(leaf.NotAfter):
		return fmt.Errorf("the certificate of %s was good until %s; put in one that is", name(leaf), leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	return nil
}

// der is the chain as it stands in a signature.
func (c Chain) der() any {
	if len(c.certs) == 1 {
		return c.certs[0].Raw
	}
	var all []any
	for _, cert := range c.certs {
		all = append(all, cert.Raw)
	}
	return all
}

// Identity is whom a certificate is of.
type Identity struct {
	Organization string    `json:"organization,omitempty"`
	Name         string    `json:"name,omitempty"`
	Issuer       string    `json:"issuer,omitempty"`
	Serial       string    `json:"serial,omitempty"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	Certificate  string    `json:"certificate,omitempty"` // SHA-256 in hex
}

func (i Identity) String() string {
	switch {
	case i.Organization == "":
		return i.Name
	case i.Name == "" || i.Name == i.Organization:
		return i.Organization
	}
	return i.Name + ", " + i.Organization
}

func identity(c *x509.Certificate) Identity {
	return Identity{
		Organization: strings.Join(c.Subject.Organization, ", "), Name: c.Subject.CommonName, Issuer: issuer(c),
		Serial: c.SerialNumber.Text(16), From: c.NotBefore.UTC(), Until: c.NotAfter.UTC(), Certificate: fingerprint(c),
	}
}

func issuer(c *x509.Certificate) string {
	if c.Issuer.CommonName != "" {
		return c.Issuer.CommonName
	}
	return strings.Join(c.Issuer.Organization, ", ")
}

func name(c *x509.Certificate) string {
	if s := identity(c).String(); s != "" {
		return s
	}
	return "serial " + c.SerialNumber.Text(16)
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

// Purposes that a signer's certificate may be for, §14.4.1: signing claims, signing
// documents, protecting mail.
var purposes = []asn1.ObjectIdentifier{
	{1, 3, 6, 1, 4, 1, 62558, 2, 1}, // c2pa-kp-claimSigning
	{1, 3, 6, 1, 5, 5, 7, 3, 36},    // id-kp-documentSigning, RFC 9336
	{1, 3, 6, 1, 4, 1, 311, 76, 59, 1, 9},
}

// profile are the faults of a signer's certificate by §14.5.1 of the specification.
func profile(c *x509.Certificate) []string {
	var faults []string
	fault := func(is bool, format string, args ...any) {
		if is {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	fault(c.Version != 3, "it is of X.509 version %d, not 3", c.Version)
	fault(c.IsCA, "it is a certificate authority's")
	fault(selfIssued(c), "it is self-signed: have it issued by an authority, if need be one of your own")
	fault(c.KeyUsage&x509.KeyUsageDigitalSignature == 0, "its key usage lacks digitalSignature")
	fault(c.KeyUsage&x509.KeyUsageCertSign != 0, "its key usage has keyCertSign")
	fault(slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny), "its extended key usage is anything")
	fault(!allowed(c), "its extended key usage is none of C2PA claim signing (1.3.6.1.4.1.62558.2.1), document signing (1.3.6.1.5.5.7.3.36) and e-mail protection")
	fault(slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping), "its extended key usage has time stamping or OCSP signing")
	fault(len(c.AuthorityKeyId) == 0, "it has no authority key identifier")
	fault(len(c.UnhandledCriticalExtensions) > 0, "it has critical extensions that nobody knows")
	fault(!signedWell(c.SignatureAlgorithm), "it is signed with %v", c.SignatureAlgorithm)
	if _, err := algorithm(c.PublicKey); err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

func allowed(c *x509.Certificate) bool {
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) ||
		slices.ContainsFunc(c.UnknownExtKeyUsage, func(id asn1.ObjectIdentifier) bool { return slices.ContainsFunc(purposes, id.Equal) })
}

// signedWell are the ways in which a certificate may be signed, §14.5.1: nothing of MD5 and
// SHA-1.
func signedWell(a x509.SignatureAlgorithm) bool {
	return slices.Contains([]x509.SignatureAlgorithm{
		x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519,
	}, a)
}

// algorithm is the COSE algorithm of a key, §13.2.
func algorithm(key crypto.PublicKey) (cose.Algorithm, error) {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return cose.AlgorithmES256, nil
		case 384:
			return cose.AlgorithmES384, nil
		case 521:
			return cose.AlgorithmES512, nil
		}
		return 0, fmt.Errorf("its key is on the curve %s; P-256, P-384 and P-521 are good", k.Curve.Params().Name)
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 {
			return 0, fmt.Errorf("its RSA key has %d bits; 2048 are the least", k.N.BitLen())
		}
		return cose.AlgorithmPS256, nil
	case ed25519.PublicKey:
		return cose.AlgorithmEdDSA, nil
	}
	return 0, fmt.Errorf("its key is of a kind (%T) that C2PA does not know", key)
}
