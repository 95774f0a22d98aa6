package c2pars_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/test/c2pars"
)

func sign(t *testing.T, s c2patest.Studio, plain []byte) []byte {
	t.Helper()
	chain, err := c2pa.ParseChain(s.Chain)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c2pa.ParseKey(s.Key)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := c2pa.NewSigner(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.Sign(bytes.NewReader(plain), int64(len(plain)), c2pa.Statement{
		Title: "Night Shift, 第一集", Generator: "dailies", Version: "1.2.3", Created: c2pa.Trained, Edited: "joined",
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := made.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is signed here is valid to c2pa-rs, for every kind of key; trusted only under a root
// that it was given. Every damage is found by it too, most under the same code.
func TestC2PARSJudges(t *testing.T) {
	judge := c2pars.New(t)
	plain := c2patest.MP4(bytes.Repeat([]byte("picture "), 100))
	for _, kind := range []string{"P-256", "P-384", "P-521", "RSA", "Ed25519"} {
		s := c2patest.With(t, c2patest.NewKey(t, kind))
		signed := sign(t, s, plain)
		v := judge.Judge(signed, "")
		if v.State != "Valid" || len(v.Failure) != 1 || !v.Failed("signingCredential.untrusted") {
			t.Errorf("%s: %v", kind, v)
		}
		for _, code := range []string{"claimSignature.validated", "assertion.hashedURI.match", "assertion.bmffHash.match"} {
			if !v.Succeeded(code) {
				t.Errorf("%s: no %s in %v", kind, code, v.Success)
			}
		}
		if v := judge.Judge(signed, string(s.Root)); v.State != "Trusted" || len(v.Failure) > 0 {
			t.Errorf("%s, under its root: %v", kind, v)
		}
	}

	a, b := c2patest.Twins(t)
	signed := sign(t, a, plain)
	for _, d := range c2patest.Damages(t, signed, sign(t, b, plain), sign(t, a, c2patest.MP4(bytes.Repeat([]byte("another "), 100))), a, b) {
		v := judge.Judge(d.File, "")
		t.Logf("%-45s %v", d.Name, v)
		if v.Good() {
			t.Errorf("%s: %v", d.Name, v)
		}
	}
}

