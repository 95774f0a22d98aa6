package c2pa

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"github.com/dailies/dailies/internal/c2pa/c2patest"
)

func read(t *testing.T, raw []byte) (Summary, error) {
	t.Helper()
	return Read(bytes.NewReader(raw), int64(len(raw)))
}

func TestReadSaysWhose(t *testing.T) {
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	for name, raw := range map[string][]byte{
		"without a manifest": plain, "nothing": nil, "four bytes": []byte("ftyp"), "a text": []byte("WEBVTT and more text"), "half a header": plain[:20],
	} {
		if s, err := read(t, raw); err != nil || s.Found {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	s, err := read(t, sign(t, signer(t, c2patest.New(t)), plain))
	if err != nil || !s.Found || s.Manifests != 1 || s.Signer.Organization != "Night Shift Studio" || s.Signer.Issuer != "Test Issuer" {
		t.Errorf("%+v, %v", s, err)
	}
	if want := []string{actionCreated, actionEdited}; !slices.Equal(s.Actions, want) {
		t.Errorf("it did %v", s.Actions)
	}
}

// older is a manifest as others wrote it: a claim of version 1, a hash of version 2 whose
// list leaves parts of boxes out, an agent that is a mere name, a date with a tag.
func older(t *testing.T, s *Signer, plain []byte, out []exclusion, change ...func(*bmffHash, *cose.Sign1Message)) []byte {
	t.Helper()
	hash, err := open(bytes.NewReader(plain), int64(len(plain))).hash(hashAlg, out)
	if err != nil {
		t.Fatal(err)
	}
	binds, sealed := bmffHash{Exclusions: out, Hash: hash, Name: "jumbf manifest"}, &cose.Sign1Message{}
	for _, c := range change {
		c(&binds, sealed)
	}
	type dated struct {
		Action string    `cbor:"action"`
		Agent  string    `cbor:"softwareAgent"`
		When   time.Time `cbor:"when"`
	}
	const label = "urn:uuid:0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"
	c := claim1{Generator: "Vendor/1.0", Signature: "self#jumbf=c2pa.signature", Title: "clip", Alg: "sha256"}
	var boxes [][]byte
	for name, says := range map[string]any{
		labelActions: map[string]any{"actions": []dated{{actionCreated, "Model 2", time.Unix(1.7e9, 0)}}},
		labelBMFF2:   binds,
	} {
		b := jumb(typeCBOR, name, rawBox("cbor", encode(says)))
		c.Assertions = append(c.Assertions, hashedURI{URL: "self#jumbf=/c2pa/" + label + "/c2pa.assertions/" + name, Hash: sum("sha512", b[8:]), Alg: "sha512"})
		boxes = append(boxes, b)
	}
	text := encode(c)
	sig, err := s.sign(text, false)
	if err != nil {
		t.Fatal(err)
	}
	if sealed.Headers.Unprotected != nil {
		var m cose.Sign1Message
		if err := m.UnmarshalCBOR(sig); err != nil {
			t.Fatal(err)
		}
		m.Headers.RawUnprotected, m.Headers.Unprotected = nil, sealed.Headers.Unprotected
		if sig, err = m.MarshalCBOR(); err != nil {
			t.Fatal(err)
		}
	}
	store := jumb(typeStore, labelStore, jumb(typeManifest2, label, jumb(typeAssertions, labelAssertions, boxes...),
		jumb(typeClaim, labelClaim, rawBox("cbor", text)), jumb(typeSignature, labelSignature, rawBox("cbor", append(sig, 0, 0, 0)))))
	return slices.Concat(plain, uuidBox(store)) // behind it, so that no offset moves
}

func TestOthersManifests(t *testing.T) {
	s := signer(t, c2patest.New(t))
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	out := append(leftOut(),
		exclusion{XPath: "/moov/trak/mdia/minf/stbl/stco", Subset: []subset{{Offset: 16}}},
		exclusion{XPath: "/moov/trak/mdia/minf/stbl/co64", Subset: []subset{{Offset: 8, Length: 4}, {Offset: 16, Length: 900}}, Version: new(int64), Flags: []byte{0, 0, 0}},
		exclusion{XPath: "/moov/mvhd", Length: new(int64)}, // none is so long
	)
	whole := older(t, s, plain, out)
	r := validate(t, whole, nil)
	if !r.Valid() || r.Generator != "Vendor/1.0" || r.Title != "clip" || r.Generated() {
		t.Fatalf("%+v", r)
	}
	for name, at := range map[string]int{"an offset of stco": bytes.Index(whole, []byte("stco")) + 14, "one of co64": bytes.Index(whole, []byte("co64")) + 16} {
		b := bytes.Clone(whole)
		b[at] ^= 1
		if r := validate(t, b, nil); !r.Valid() {
			t.Errorf("%s is left out: %+v", name, r)
		}
	}
	b := bytes.Clone(whole)
	b[bytes.Index(b, []byte("mvhd"))+20] ^= 1
	if r := validate(t, b, nil); r.Valid() {
		t.Error("a byte that is not left out")
	}
	for name, bad := range map[string]exclusion{
		"parts in no order": {XPath: "/ftyp", Subset: []subset{{Offset: 8, Length: 4}, {Offset: 4}}},
		"a part too long":   {XPath: "/ftyp", Subset: []subset{{Offset: 8, Length: math.MaxInt64}}},
		"no path":           {XPath: "ftyp"},
		"flags of a byte":   {XPath: "/moov/mvhd", Flags: []byte{1}},
		"data before it":    {XPath: "/moov", Data: []dataMatch{{Offset: -1, Value: []byte("x")}}},
	} {
		_, err := open(bytes.NewReader(plain), int64(len(plain))).hash(hashAlg, []exclusion{bad})
		if !errors.Is(err, errExclusion) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of what is not checked here nobody is told that it is valid, where that decides.
func TestWhatCannotBeToldHere(t *testing.T) {
	s := signer(t, c2patest.New(t))
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	stamped := func(_ *bmffHash, m *cose.Sign1Message) {
		m.Headers.Unprotected = cose.UnprotectedHeader{"sigTst": []byte("a time stamp")}
	}
	pieces := func(b *bmffHash, _ *cose.Sign1Message) {
		b.Hash, b.Merkle = nil, []cbor.RawMessage{encode(map[string]int{"count": 1})}
	}
	later := time.Now().AddDate(2, 0, 0)
	for name, c := range map[string]struct {
		file []byte
		at   time.Time
		want State
	}{
		"a time stamp":                      {older(t, s, plain, leftOut(), stamped), time.Now(), Valid},
		"a time stamp, and the certificate": {older(t, s, plain, leftOut(), stamped), later, Partial},
		"no time stamp, and the same":       {older(t, s, plain, leftOut()), later, Invalid},
		"bound by pieces":                   {older(t, s, plain, leftOut(), pieces), time.Now(), Partial},
		"bound by pieces, and late":         {older(t, s, plain, leftOut(), pieces), later, Invalid},
	} {
		r, err := Validate(t.Context(), bytes.NewReader(c.file), int64(len(c.file)), c.at, nil)
		if err != nil || r.State != c.want {
			t.Errorf("%s: %s, %v", name, r, err)
		}
		if says := r.String(); c.want == Partial && (strings.Contains(says, "is valid,") || !strings.Contains(says, r.Unchecked[0])) {
			t.Errorf("%s: it says %s", name, says)
		}
	}
}

// Files that cannot be signed are refused before anything is made of them.
func TestWhatIsNotSigned(t *testing.T) {
	s := signer(t, c2patest.New(t))
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	top := c2patest.Top(plain)
	box := c2patest.Box
	far := bytes.Clone(plain)
	binary.BigEndian.PutUint32(far[bytes.Index(far, []byte("stco"))+12:], math.MaxUint32-5)
	short := bytes.Clone(plain)
	short[bytes.Index(short, []byte("stco"))+11] = 200
	inside := bytes.Clone(plain)
	inside[bytes.Index(inside, []byte("tkhd"))-1] = 0xff
	for want, raw := range map[string][]byte{
		"is no MP4 file":                 []byte("RIFF"),
		"does not begin with ftyp":       slices.Concat(top[1], top[2]),
		"are no box":                     append(bytes.Clone(plain), 1, 2, 3),
		"in the middle of its box mdat":  plain[:len(plain)-1],
		"does not say how long it is":    slices.Concat(top[0], top[1], []byte{0, 0, 0, 0}, top[2][4:]),
		"has a box moof":                 slices.Concat(plain, box("moof")),
		"has 0 boxes moov":               slices.Concat(top[0], top[2]),
		"has 2 boxes moov":               slices.Concat(plain, top[1]),
		"than its 32-bit offsets reach":  far,
		"is shorter than it says":        short,
		"than the one that it lies in":   inside,
		"offsets that are not moved":     slices.Concat(top[0], box("moov", box("trak", box("mdia", box("minf", box("stbl", box("saio")))))), top[2]),
		"lie too deep in each other":     slices.Concat(top[0], box("moov", nest(40)), top[2]),
		"than the 268435456 that are re": slices.Concat(top[0], binary.BigEndian.AppendUint64([]byte{0, 0, 0, 1, 'm', 'o', 'o', 'v'}, 1<<40)),
	} {
		r := io.ReaderAt(bytes.NewReader(raw))
		size := int64(len(raw))
		if strings.Contains(want, "268435456") {
			r, size = splice{{r, 0, size}, {zeros{}, 0, 1<<40 - 16}}, int64(len(top[0]))+1<<40
		}
		if _, err := s.Sign(t.Context(), r, size, said, time.Now()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := s.Sign(t.Context(), bytes.NewReader(plain), int64(len(plain)), said, time.Now().AddDate(2, 0, 0)); err == nil || !strings.Contains(err.Error(), "good until") {
		t.Errorf("with a certificate that has expired: %v", err)
	}
}

type zeros struct{}

func (zeros) ReadAt(b []byte, _ int64) (int, error) { clear(b); return len(b), nil }

func nest(deep int) []byte {
	var b []byte
	for range deep {
		b = c2patest.Box("meta", make([]byte, 4), b)
	}
	return b
}

// A file that cannot be read is an error, and no damage of its manifest.
func TestAFileThatCannotBeRead(t *testing.T) {
	signed := sign(t, signer(t, c2patest.New(t)), c2patest.MP4(bytes.Repeat([]byte("picture "), 100)))
	for _, at := range []int64{0, 40, 200, int64(len(signed)) - 10} {
		if _, err := Validate(t.Context(), broken{bytes.NewReader(signed), at}, int64(len(signed)), time.Now(), nil); !errors.Is(err, errDisk) {
			t.Errorf("broken at %d: %v", at, err)
		}
	}
}

var errDisk = errors.New("the disk is broken")

// Who gives up is not told of damage.
func TestACancelledRead(t *testing.T) {
	s := signer(t, c2patest.New(t))
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	signed := sign(t, s, plain)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := Validate(ctx, bytes.NewReader(signed), int64(len(signed)), time.Now(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%s, %v", r, err)
	}
	if _, err := s.Sign(ctx, bytes.NewReader(plain), int64(len(plain)), said, time.Now()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type broken struct {
	r  io.ReaderAt
	at int64
}

func (b broken) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > b.at {
		return 0, errDisk
	}
	return b.r.ReadAt(p, at)
}

// What others have made up ends in a finding, soon, and in no panic.
func FuzzValidate(f *testing.F) {
	signed, all := damaged(f)
	f.Add(signed)
	for _, d := range all {
		f.Add(d.File)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, readErr := Read(bytes.NewReader(raw), int64(len(raw)))
		r, err := Validate(t.Context(), bytes.NewReader(raw), int64(len(raw)), time.Now(), nil)
		if err != nil {
			t.Fatalf("bytes in memory cannot be read: %v", err)
		}
		if readErr == nil && s.Found != r.Found {
			t.Fatalf("found %v and %v", s.Found, r.Found)
		}
		if r.Valid() && readErr != nil {
			t.Fatalf("valid, and cannot be read: %v", readErr)
		}
		if r.State == Trusted {
			t.Fatal("trusted, and nobody is")
		}
	})
}

// Whatever is signed is valid then.
func FuzzSign(f *testing.F) {
	s := signer(f, c2patest.New(f))
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	top := c2patest.Top(plain)
	f.Add(plain)
	f.Add(slices.Concat(top[0], c2patest.Box("free", []byte("x")), top[2], top[1]))
	f.Add(slices.Concat(top[0], binary.BigEndian.AppendUint64([]byte{0, 0, 0, 1, 'm', 'd', 'a', 't'}, 20), []byte("data"), top[1]))
	f.Fuzz(func(t *testing.T, raw []byte) {
		made, err := s.Sign(t.Context(), bytes.NewReader(raw), int64(len(raw)), said, time.Now())
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := made.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		if r := validate(t, out.Bytes(), nil); !r.Valid() {
			t.Fatalf("%+v", r)
		}
	})
}
