package c2pa

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/veraison/go-cose"
)

// Validate checks the manifest of an MP4 file of size bytes, if it has one: its
// signature and certificate at the time now, its assertions, and the file's hash. Roots
// are those that are trusted; nil: nobody is. What is wrong with the manifest is in the
// report; it errs where the file cannot be read.
func Validate(ctx context.Context, r io.ReaderAt, size int64, now time.Time, roots *x509.CertPool) (Report, error) {
	source := &watched{r: until{ctx, r}}
	rep, err := check(source, size, now, roots)
	if source.err != nil {
		err = source.err
	}
	return rep.judged(), err
}

func check(source *watched, size int64, now time.Time, roots *x509.CertPool) (Report, error) {
	f := open(source, size)
	var rep Report
	raw, err := f.store()
	switch {
	case err != nil:
		rep.Found = errors.Is(err, errStore)
		rep.bad("claim.cbor.invalid", "%v", err)
		return rep, nil
	case raw == nil:
		return rep, nil
	}
	m, err := readManifest(raw)
	rep.Summary = m.summary()
	if err != nil {
		rep.bad(codeOf(m), "%v", err)
		return rep, nil
	}
	rep.signature(m, now, roots)
	rep.assertions(m)
	rep.actions(m)
	rep.binding(f, m)
	return rep, nil
}

// codeOf is the code of a manifest that cannot be read as far as it was.
func codeOf(m manifest) string {
	switch {
	case m.text == nil:
		return "claim.missing"
	case m.sign1 == nil || m.chain == nil:
		return "claimSignature.mismatch"
	}
	return "claim.malformed"
}

// watched remembers that a file could not be read, other than for its end.
type watched struct {
	r   io.ReaderAt
	err error
}

func (w *watched) ReadAt(b []byte, at int64) (int, error) {
	n, err := w.r.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		w.err = err
	}
	return n, err
}

// signature checks who signed the claim.
func (r *Report) signature(m manifest, now time.Time, roots *x509.CertPool) {
	leaf := m.chain[0]
	if within(m.claim.Signature, m.label) != labelSignature {
		r.bad("claimSignature.missing", "its claim points to another signature")
	}
	if !strings.HasPrefix(m.label, "urn:c2pa:") && m.version > 1 {
		r.bad("claim.malformed", "%.80q is no name of a manifest", m.label)
	}
	if newHash(m.claim.Alg) == nil {
		r.bad("algorithm.unsupported", "its claim is hashed by %.40q", m.claim.Alg)
	}
	if strings.TrimSpace(m.claim.Generator.Name) == "" {
		r.bad("claim.malformed", "its claim does not say which program made it")
	}
	for _, fault := range profile(leaf) {
		r.bad("signingCredential.invalid", "the certificate of %s: %s", name(leaf), fault)
	}
	stamped := m.sign1.Headers.Unprotected["sigTst"] != nil || m.sign1.Headers.Unprotected["sigTst2"] != nil
	if stamped {
		r.Unchecked = append(r.Unchecked, "its time stamp")
	}
	if err := (Chain{m.chain}).Current(now); err != nil {
		if stamped {
			r.undecided("whether its certificate, which is not good now, was so when it was signed")
		} else {
			r.bad("signingCredential.expired", "%v", err)
		}
	}
	if err := verify(m.sign1, m.text, leaf); err != nil {
		r.bad("claimSignature.mismatch", "its signature is not that of %s: %v", name(leaf), err)
		return
	}
	r.rooted = trusted(m.chain, now, roots)
}

// verify holds a signature to the claim and the certificate.
func verify(s *cose.Sign1Message, text []byte, leaf *x509.Certificate) error {
	alg, err := s.Headers.Protected.Algorithm()
	if err != nil {
		return err
	}
	v, err := cose.NewVerifier(alg, leaf.PublicKey)
	if err != nil {
		return err
	}
	if s.Payload != nil {
		return errors.New("its claim is in the signature")
	}
	whole := *s
	whole.Payload = text
	return whole.Verify(nil, v)
}

// trusted says whether a chain leads to one of the roots.
func trusted(chain []*x509.Certificate, now time.Time, roots *x509.CertPool) bool {
	if roots == nil {
		return false
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// assertions holds each assertion to the hash that the claim has of it.
func (r *Report) assertions(m manifest) {
	left := map[string]superbox{}
	for _, a := range m.assertions {
		if _, twice := left[a.label]; twice {
			r.bad("assertion.undeclared", "there are two assertions %.80q", a.label)
		}
		left[a.label] = a
		if strings.HasPrefix(a.label, labelIngredient) {
			r.Unchecked = append(r.Unchecked, fmt.Sprintf("%.80s, of what it was made of", a.label))
		}
	}
	for _, u := range append(append([]hashedURI{}, m.claim.Created...), m.claim.Gathered...) {
		label, err := assertionOf(u.URL, m.label)
		if err != nil {
			r.bad("assertion.outsideManifest", "%v", err)
			continue
		}
		a, there := left[label]
		if !there {
			r.bad("assertion.missing", "its assertion %.80q is missing", label)
			continue
		}
		delete(left, label)
		alg := u.Alg
		if alg == "" {
			alg = m.claim.Alg
		}
		if have := sum(alg, a.payload); have == nil || !bytes.Equal(have, u.Hash) {
			r.bad("assertion.hashedURI.mismatch", "its assertion %.80q is not the one that was signed", label)
		}
	}
	for label := range left {
		r.bad("assertion.undeclared", "its claim does not know the assertion %.80q", label)
	}
	if len(m.claim.Redacted) > 0 {
		r.Unchecked = append(r.Unchecked, "what was redacted of what it was made of")
	}
}

// actions checks that what was done begins with how the file came to be.
func (r *Report) actions(m manifest) {
	begun := false
	for _, a := range m.assertions {
		did, is, err := readActions(a)
		switch {
		case !is:
			continue
		case err != nil:
			r.bad("assertion.cbor.invalid", "read its assertion %.80q: %v", a.label, err)
			continue
		case len(did.Actions) == 0:
			r.bad("assertion.action.malformed", "its assertion %.80q has no actions", a.label)
			continue
		}
		for i, one := range did.Actions {
			if one.Action != actionCreated && one.Action != actionOpened {
				continue
			}
			if begun || i > 0 {
				r.bad("assertion.action.malformed", "it begins twice, or in the middle of what was done")
			}
			begun = true
			if one.Action == actionCreated && one.SourceType == "" && m.version > 1 {
				r.bad("assertion.action.malformed", "it does not say how it was created")
			}
		}
	}
	if !begun && m.version > 1 && m.kind != typeUpdate {
		r.bad("assertion.action.malformed", "it does not say that it was created or opened")
	}
}

// binding holds the file to the hash that is signed.
func (r *Report) binding(f *file, m manifest) {
	if m.kind == typeUpdate {
		r.undecided("the file itself: its manifest updates another, which binds it")
		return
	}
	var bindings []superbox
	for _, a := range m.assertions {
		switch base(a.label) {
		case labelBMFF2, labelBMFF3:
			bindings = append(bindings, a)
		case labelBMFF: // version 1 is not to be used, §18.6.1
		}
	}
	if len(bindings) != 1 {
		code := "assertion.hardBindings.missing"
		if len(bindings) > 1 {
			code = "assertion.hardBindings.multiple"
		}
		r.bad(code, "%d of its assertions bind it to the file, and not one", len(bindings))
		return
	}
	var b bmffHash
	if !bindings[0].hasCBOR {
		r.bad("assertion.bmffHash.malformed", "what binds it to the file is empty")
		return
	}
	if err := decode(bindings[0].cbor, &b); err != nil {
		r.bad("assertion.bmffHash.malformed", "read what binds it to the file: %v", err)
		return
	}
	if b.Alg == "" {
		b.Alg = m.claim.Alg
	}
	switch {
	case len(b.Exclusions) == 0:
		r.bad("assertion.bmffHash.malformed", "what binds it to the file leaves not even itself out")
		return
	case len(b.Hash) == 0 && len(b.Merkle) == 0:
		r.bad("assertion.bmffHash.malformed", "what binds it to the file has no hash")
		return
	case len(b.Merkle) > 0:
		r.undecided("the file's pieces, which are bound by trees of hashes")
		if len(b.Hash) == 0 {
			return
		}
	}
	r.bound(f, b)
}

// undecided notes what is not checked, and without which nobody can call it valid.
func (r *Report) undecided(what string) {
	r.Unchecked, r.partial = append(r.Unchecked, what), true
}

// bound holds the whole file to its hash.
func (r *Report) bound(f *file, b bmffHash) {
	fresh := open(f.r, f.size)
	have, err := fresh.hash(b.Alg, b.Exclusions)
	switch {
	case errors.Is(err, errExclusion):
		r.bad("assertion.bmffHash.malformed", "%v", err)
		return
	case err != nil:
		r.bad("assertion.bmffHash.mismatch", "hash the file: %v", err)
		return
	case !bytes.Equal(have, b.Hash):
		r.bad("assertion.bmffHash.mismatch", "the file is not the one that was signed: its hash is another")
	}
	_, purposes, err := fresh.held()
	if err != nil {
		r.bad("assertion.bmffHash.mismatch", "read its boxes: %v", err)
	}
	for _, p := range purposes {
		if p != purposeManifest && len(b.Merkle) == 0 {
			r.bad("assertion.bmffHash.mismatch", "a box of C2PA for %.40q is in it, which nobody signed", p)
		}
	}
}
