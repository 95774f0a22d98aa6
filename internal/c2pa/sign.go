package c2pa

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// Statement is what a manifest says of its file.
type Statement struct {
	Title     string
	Generator string // the program that made the file, e.g. dailies
	Version   string
	// Created says how what it shows came to be.
	Created SourceType
	// Edited says, in a sentence, what was done to it then; "": nothing.
	Edited string
}

// Signed is a file with its manifest, ready to be written.
type Signed struct {
	Label string // the manifest's
	Bytes int64
	file  splice
}

// WriteTo writes the signed file: io.WriterTo.
func (s *Signed) WriteTo(w io.Writer) (int64, error) {
	f := open(s.file, s.Bytes)
	if err := f.copy(w, 0, s.Bytes); err != nil {
		return 0, err
	}
	return s.Bytes, nil
}

// Sign makes the manifest of an MP4 file of size bytes and puts it right behind its ftyp.
// Everything is hashed as it will be written, with its offsets moved. The file's own
// bytes are read again when the result is written, under the same context.
//
// It errs with ErrSigned where a manifest is there already, and where the file is not one
// whose offsets can be moved: fragmented, damaged, without ftyp in front.
func (s *Signer) Sign(ctx context.Context, r io.ReaderAt, size int64, st Statement, now time.Time) (*Signed, error) {
	r = until{ctx, r}
	if err := s.chain.Current(now); err != nil {
		return nil, err
	}
	ftyp, moov, err := signable(open(r, size))
	if err != nil {
		return nil, err
	}
	head, err := open(r, size).read(moov.at, moov.size, maxMoov)
	if err != nil {
		return nil, fmt.Errorf("read its header: %w", err)
	}
	// The manifest's length is known before what it says is: hashes and signatures are as
	// long as they are.
	blank, err := s.manifest(st, make([]byte, sha256.Size), true)
	if err != nil {
		return nil, err
	}
	held := uuidBox(blank.store)
	if err := moveOffsets(head, ftyp.end(), int64(len(held))); err != nil {
		return nil, err
	}
	whole := splice{
		{r, 0, ftyp.end()},
		bytesPart(held),
		{r, ftyp.end(), moov.at - ftyp.end()},
		bytesPart(head),
		{r, moov.end(), size - moov.end()},
	}
	hash, err := open(whole, whole.size()).hash(hashAlg, leftOut())
	if err != nil {
		return nil, fmt.Errorf("hash it: %w", err)
	}
	made, err := s.manifest(st, hash, false)
	if err != nil {
		return nil, err
	}
	signed := uuidBox(made.store)
	if len(signed) != len(held) {
		return nil, fmt.Errorf("its manifest became %d bytes long, and not %d", len(signed), len(held))
	}
	whole[1] = bytesPart(signed)
	return &Signed{Label: made.label, Bytes: whole.size(), file: whole}, nil
}

// signable finds the boxes that a manifest is put between.
func signable(f *file) (ftyp, moov box, err error) {
	top, rest, err := f.top()
	if err != nil {
		return box{}, box{}, err
	}
	if len(top) == 0 || top[0].name != "ftyp" {
		return box{}, box{}, errors.New("it is no MP4 file: it does not begin with ftyp")
	}
	if rest > 0 {
		return box{}, box{}, fmt.Errorf("its last %d bytes are no box", rest)
	}
	headers := 0
	for _, b := range top {
		switch {
		case b.cut:
			return box{}, box{}, fmt.Errorf("it ends in the middle of its box %s", b.name)
		case b.rest: // other validators do not take it for a box
			return box{}, box{}, fmt.Errorf("its box %s does not say how long it is", b.name)
		case b.name == "uuid" && b.user == userType:
			return box{}, box{}, ErrSigned
		case b.name == "moof" || b.name == "mfra" || b.name == "meta":
			return box{}, box{}, fmt.Errorf("it has a box %s: only files with all samples in one table are signed", b.name)
		case b.name == "moov":
			moov, headers = b, headers+1
		}
	}
	if headers != 1 {
		return box{}, box{}, fmt.Errorf("it has %d boxes moov, and not one", headers)
	}
	return top[0], moov, nil
}

// made is a manifest store with its only manifest.
type made struct {
	label string
	store []byte
}

// manifest makes the store for a file of a hash. blank: with a signature of zeros.
func (s *Signer) manifest(st Statement, hash []byte, blank bool) (made, error) {
	agent := generator{Name: st.Generator, Version: st.Version}
	did := actions{Actions: []action{{Action: actionCreated, SourceType: string(st.Created), Agent: &agent}}}
	if st.Edited != "" {
		did.Actions = append(did.Actions, action{Action: actionEdited, Agent: &agent, Description: st.Edited})
	}
	m := made{label: "urn:c2pa:" + s.id("manifest", st, hash)}
	c := claim{
		InstanceID: "xmp:iid:" + s.id("instance", st, hash), Generator: agent, Signature: sigURL(m.label), Title: st.Title, Alg: hashAlg,
	}
	var boxes [][]byte
	for _, a := range []struct {
		label string
		says  any
	}{
		{labelActions2, did},
		{labelBMFF3, bmffHash{Exclusions: leftOut(), Alg: hashAlg, Hash: hash, Name: "the whole file"}},
	} {
		b := jumb(typeCBOR, a.label, rawBox("cbor", encode(a.says)))
		const header = 8
		c.Created = append(c.Created, hashedURI{URL: urlOf(a.label), Hash: sum(hashAlg, b[header:])})
		boxes = append(boxes, b)
	}
	text := encode(c)
	sign := func() ([]byte, error) { return s.sign(text, false) }
	if blank {
		sign = s.blank
	}
	signature, err := sign()
	if err != nil {
		return made{}, err
	}
	m.store = jumb(typeStore, labelStore, jumb(typeManifest, m.label,
		jumb(typeAssertions, labelAssertions, boxes...),
		jumb(typeClaim, labelClaim2, rawBox("cbor", text)),
		jumb(typeSignature, labelSignature, rawBox("cbor", signature)),
	))
	return m, nil
}

// id names a manifest by what it says, in the form of a random UUID: the same file that
// is signed again has the same names in it.
func (s *Signer) id(what string, st Statement, hash []byte) string {
	h := sha256.New()
	h.Write(encode([]any{what, st.Title, st.Generator, st.Version, string(st.Created), st.Edited, hash, s.chain.certs[0].Raw}))
	id := uuid.UUID(h.Sum(nil)[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4, RFC 9562
	return id.String()
}
