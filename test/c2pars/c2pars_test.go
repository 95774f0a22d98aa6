package c2pars_test

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"github.com/veraison/go-cose"

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
// that it was given. Every damage is found by it too, under the same code where it can read the manifest at
// all; and what it makes itself is valid here.
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

	theirs(t, judge)

	a, b := c2patest.Twins(t)
	signed := sign(t, a, plain)
	for _, d := range c2patest.Damages(t, signed, sign(t, b, plain), sign(t, a, c2patest.MP4(bytes.Repeat([]byte("another "), 100))), a, b) {
		v := judge.Judge(d.File, "")
		if v.Good() || v.State != "" && d.Code != "" && !v.Failed(d.Code) {
			t.Errorf("%s, to be found as %s: %v", d.Name, d.Code, v)
		}
	}
}

// theirs has c2pa-rs make a manifest, of which only the signature is the test's, and reads it
// here.
func theirs(t *testing.T, judge *c2pars.Judge) {
	t.Helper()
	s := c2patest.New(t)
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
	made := judge.Sign(c2patest.MP4(bytes.Repeat([]byte("picture "), 100)), `{
		"claim_version": 2, "title": "theirs", "claim_generator_info": [{"name": "their program", "version": "7"}],
		"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}]}}]
	}`, "es256", len(probe), sign)
	if v := judge.Judge(made, ""); v.State != "Valid" {
		t.Errorf("by itself: %v", v)
	}
	check := func(raw []byte) c2pa.Report {
		r, err := c2pa.Validate(bytes.NewReader(raw), int64(len(raw)), time.Now(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := check(made); !r.Valid() || len(r.Unchecked) > 0 || r.Title != "theirs" || !r.Generated() {
		t.Errorf("here: %+v", r)
	}
	made[len(made)-1] ^= 1
	if r := check(made); r.Valid() {
		t.Errorf("here, spoilt: %+v", r)
	}
}
