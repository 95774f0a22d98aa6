// Package c2patest makes what tests of C2PA need: keys with certificates, and MP4 files of
// a few hundred bytes.
package c2patest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"
)

// Studio is a signer whom only its own root vouches for.
type Studio struct {
	Key      []byte // PEM
	Chain    []byte // PEM: the studio's, and the one between it and the root
	Root     []byte // PEM
	Leaf     *x509.Certificate
	LeafOnly []byte // PEM: the studio's certificate alone
}

// claimSigning is c2pa-kp-claimSigning.
var claimSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 62558, 2, 1}

// New makes a studio with a key on P-256. change may spoil its certificate.
func New(t testing.TB, change ...func(*x509.Certificate)) Studio {
	t.Helper()
	return With(t, NewKey(t, "P-256"), change...)
}

// NewKey makes a private key: P-256, P-384, P-521, RSA or Ed25519.
func NewKey(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "P-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "P-521":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "P-224":
		key, err = ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	case "RSA":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "Ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		t.Fatalf("there is no key %s", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// With makes a studio with a key.
func With(t testing.TB, key crypto.Signer, change ...func(*x509.Certificate)) Studio {
	t.Helper()
	now := time.Now()
	authority := func(cn string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: serial(t), Subject: pkix.Name{CommonName: cn, Organization: []string{"Tests"}}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
	}
	rootKey, midKey := NewKey(t, "P-256"), NewKey(t, "P-256")
	root := issue(t, authority("Test Root"), nil, rootKey.Public(), rootKey)
	mid := issue(t, authority("Test Issuer"), root, midKey.Public(), rootKey)
	leaf := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: "Masters", Organization: []string{"Night Shift Studio"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, UnknownExtKeyUsage: []asn1.ObjectIdentifier{claimSigning},
	}
	for _, c := range change {
		c(leaf)
	}
	leaf = issue(t, leaf, mid, key.Public(), midKey)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return Studio{
		Key:   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		Chain: slices.Concat(text(leaf), text(mid), text(root)), Root: text(root), Leaf: leaf, LeafOnly: text(leaf),
	}
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func issue(t testing.TB, c, parent *x509.Certificate, key crypto.PublicKey, by crypto.Signer) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key, by)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func text(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// Box is an MP4 box.
func Box(name string, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), []byte(name), body)
}

// MP4 is a file with two tracks whose samples lie in its mdat box: at Sample, and behind
// it. It is one to those who read boxes, and shows nothing.
func MP4(samples []byte) []byte {
	u32 := func(v ...uint32) (b []byte) {
		for _, n := range v {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	ftyp := Box("ftyp", []byte("isom"), u32(0x200), []byte("isomiso2avc1mp41"))
	moov := func(at uint32) []byte {
		trak := func(table []byte) []byte {
			return Box("trak", Box("tkhd", u32(7), make([]byte, 80)), Box("mdia", Box("mdhd", u32(0), make([]byte, 20)), Box("minf", Box("stbl", Box("stsz", u32(0, 4, 1)), table))))
		}
		return Box("moov",
			Box("mvhd", u32(0), make([]byte, 96)),
			trak(Box("stco", u32(0, 2, at, at+4))),
			trak(Box("co64", u32(0, 1, 0, at+8))),
			Box("udta", Box("meta", u32(0), Box("hdlr", u32(0, 0), []byte("mdta"), make([]byte, 13)), Box("keys", u32(0, 0)), Box("ilst"))),
		)
	}
	head := uint32(len(ftyp) + len(moov(0)) + 8)
	return slices.Concat(ftyp, moov(head), Box("mdat", samples))
}
