package c2pa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/veraison/go-cose"
)

// Signer signs claims with a key, whose chain of certificates goes with the signature.
type Signer struct {
	chain Chain
	cose  cose.Signer
	alg   cose.Algorithm
	size  int // bytes of a signature
}

// NewSigner errs where the key is not the one of the chain's first certificate.
func NewSigner(chain Chain, key crypto.Signer) (*Signer, error) {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(chain.certs[0].PublicKey) {
		return nil, fmt.Errorf("the key is not the one of the certificate of %s", name(chain.certs[0]))
	}
	alg, err := algorithm(key.Public())
	if err != nil {
		return nil, err
	}
	if k, ok := key.(*ecdsa.PrivateKey); ok {
		key = steady{k, map[cose.Algorithm]crypto.Hash{
			cose.AlgorithmES256: crypto.SHA256, cose.AlgorithmES384: crypto.SHA384, cose.AlgorithmES512: crypto.SHA512,
		}[alg]}
	}
	s := &Signer{chain: chain, alg: alg}
	if s.cose, err = cose.NewSigner(alg, key); err != nil {
		return nil, err
	}
	probe, err := s.sign([]byte("how long a signature is"), true)
	if err != nil {
		return nil, err
	}
	s.size = len(probe)
	return s, nil
}

// steady signs by ECDSA as RFC 6979 has it: the same each time. A master that two workers
// sign at once, of whom one was taken for dead, is then one file.
type steady struct {
	key  *ecdsa.PrivateKey
	hash crypto.Hash
}

func (s steady) Public() crypto.PublicKey { return s.key.Public() }

func (s steady) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return s.key.Sign(nil, digest, s.hash)
}

// Chain is the signer's.
func (s *Signer) Chain() Chain { return s.chain }

// ParseKey reads a private key in PEM: PKCS #8, SEC 1 or PKCS #1, not encrypted. No
// error quotes it.
func ParseKey(text []byte) (crypto.Signer, error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return nil, errors.New("there is no private key in PEM (-----BEGIN PRIVATE KEY-----) in it")
		}
		text = rest
		if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
			return nil, errors.New("the private key is encrypted; give it without a passphrase")
		}
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		default: // parameters of a curve, certificates
			continue
		}
		if err != nil {
			return nil, errors.New("the private key cannot be read: its PEM is damaged")
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, fmt.Errorf("the private key is of a kind (%T) that signs nothing", key)
		}
		return signer, nil
	}
}

// sign makes the COSE_Sign1 of a claim, which is not in it. probe asks for the bare
// signature.
func (s *Signer) sign(claim []byte, probe bool) ([]byte, error) {
	m := cose.NewSign1Message()
	m.Headers.Protected[cose.HeaderLabelAlgorithm] = s.alg
	m.Headers.Protected[cose.HeaderLabelX5Chain] = s.chain.der()
	m.Payload = claim
	if err := m.Sign(rand.Reader, nil, s.cose); err != nil {
		return nil, fmt.Errorf("sign the claim: %w", err)
	}
	m.Payload = nil
	if probe {
		return m.Signature, nil
	}
	return m.MarshalCBOR()
}

// blank is the COSE_Sign1 of a claim that is still to be signed, of the same length.
func (s *Signer) blank() ([]byte, error) {
	m := cose.NewSign1Message()
	m.Headers.Protected[cose.HeaderLabelAlgorithm] = s.alg
	m.Headers.Protected[cose.HeaderLabelX5Chain] = s.chain.der()
	m.Signature = make([]byte, s.size)
	return m.MarshalCBOR()
}
