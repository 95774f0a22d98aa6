package c2pa

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// Summary is what a file's manifest says, believed in nothing.
type Summary struct {
	// Found is false where there is no manifest; the rest is then empty.
	Found     bool   `json:"found"`
	Manifests int    `json:"manifests,omitempty"` // in the store: those of what it was made of, and its own
	Label     string `json:"label,omitempty"`     // of its own, the active one
	Generator string `json:"generator,omitempty"` // the program that made the claim
	Title     string `json:"title,omitempty"`
	// Signer is whose certificate is in it; zero where it cannot be read.
	Signer  Identity `json:"signer,omitzero"`
	Actions []string `json:"actions,omitempty"`
	// Sources are the digital source types of its actions.
	Sources []string `json:"sources,omitempty"`
}

// Read reads the manifest of an MP4 file of size bytes: whether there is one, whose, and
// what it says. Nothing is verified; Validate does that. A file that is no MP4 has none.
// It errs where there is one that cannot be read, or the file cannot.
func Read(r io.ReaderAt, size int64) (Summary, error) {
	f := open(r, size)
	raw, err := f.store()
	if err != nil || raw == nil {
		return Summary{Found: raw != nil || errors.Is(err, errStore)}, err
	}
	m, err := readManifest(raw)
	s := m.summary()
	s.Found = true
	return s, err
}

// errStore says that there is a manifest store, and what is wrong with it.
var errStore = errors.New("read its C2PA manifest store")

// store is the file's manifest store; nil: it has none.
func (f *file) store() ([]byte, error) {
	var kind [8]byte
	if n, err := f.r.ReadAt(kind[:min(8, f.size)], 0); n < 8 || string(kind[4:]) != "ftyp" {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, nil
	}
	boxes, purposes, err := f.held()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	at := -1
	for i, p := range purposes {
		// An original lies beside its update, which is read in its place.
		if p != purposeManifest && p != "original" && p != "update" {
			continue
		}
		if at >= 0 && purposes[at] == p {
			return nil, fmt.Errorf("%w: there are two", errStore)
		}
		if at < 0 || p == "update" {
			at = i
		}
	}
	if at < 0 {
		return nil, nil
	}
	_, from, err := f.purpose(boxes[at])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	from += 8 // the offset of further boxes
	if boxes[at].end() <= from {
		return nil, fmt.Errorf("%w: it is empty", errStore)
	}
	raw, err := f.read(from, boxes[at].end()-from, maxStore)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	return raw, nil
}

// manifest is the active one of a store, as it was read.
type manifest struct {
	count      int
	label      string
	kind       boxType
	version    int // of the claim
	claim      claim
	text       []byte // the claim as signed
	assertions []superbox
	signature  []byte
	sign1      *cose.Sign1Message
	chain      []*x509.Certificate
}

// readManifest reads the last manifest of a store. What was read before an error is kept.
func readManifest(raw []byte) (manifest, error) {
	var m manifest
	root, err := readJUMBF(raw)
	if err != nil {
		return m, err
	}
	if root.kind != typeStore || len(root.boxes) == 0 {
		return m, fmt.Errorf("%w: it holds no manifest", errJUMBF)
	}
	m.count = len(root.boxes)
	box := root.boxes[len(root.boxes)-1]
	m.label, m.kind = box.label, box.kind
	switch box.kind {
	case typeManifest, typeManifest2, typeUpdate:
	case typeCompressed:
		return m, errors.New("its manifest is compressed, which is not read here")
	default:
		return m, fmt.Errorf("%w: its last box is no manifest", errJUMBF)
	}
	store, ok := box.one(typeAssertions)
	if !ok {
		return m, fmt.Errorf("%w: it has not one store of assertions", errJUMBF)
	}
	m.assertions = store.boxes
	signature, ok := box.one(typeSignature)
	if !ok || !signature.hasCBOR {
		return m, fmt.Errorf("%w: it has not one signature", errJUMBF)
	}
	m.signature = signature.cbor
	said, ok := box.one(typeClaim)
	if !ok || !said.hasCBOR {
		return m, fmt.Errorf("%w: it has not one claim", errJUMBF)
	}
	m.text = said.cbor
	signErr := m.readSignature()
	if err := m.readClaim(said.label); err != nil {
		return m, fmt.Errorf("read its claim: %w", err)
	}
	return m, signErr
}

func (m *manifest) readClaim(label string) error {
	switch label {
	case labelClaim2:
		m.version = 2
		return decode(m.text, &m.claim)
	case labelClaim:
		m.version = 1
		var c claim1
		if err := decode(m.text, &c); err != nil {
			return err
		}
		m.claim = claim{Generator: generator{Name: c.Generator}, Signature: c.Signature, Created: c.Assertions, Redacted: c.Redacted, Title: c.Title, Alg: c.Alg}
		return nil
	}
	return fmt.Errorf("it is of a kind, %.40q, that is not known here", label)
}

// readSignature reads whose certificates are in the signature.
func (m *manifest) readSignature() error {
	var s cose.Sign1Message
	if err := s.UnmarshalCBOR(trimmed(m.signature)); err != nil {
		return fmt.Errorf("read its signature: %w", err)
	}
	m.sign1 = &s
	chain, err := certificates(&s)
	m.chain = chain
	return err
}

// trimmed is a CBOR value without zeros that pad it.
func trimmed(b []byte) []byte {
	var v cbor.RawMessage
	if decode(b, &v) != nil {
		return b
	}
	return v
}

// certificates are those in a signature: in its protected part, or where older claims
// have them.
func certificates(s *cose.Sign1Message) ([]*x509.Certificate, error) {
	v, ok := s.Headers.Protected[cose.HeaderLabelX5Chain]
	for _, h := range []map[any]any{s.Headers.Protected, s.Headers.Unprotected} {
		if !ok {
			v, ok = h["x5chain"]
		}
	}
	var ders [][]byte
	switch v := v.(type) {
	case []byte:
		ders = [][]byte{v}
	case []any:
		for _, d := range v {
			if der, ok := d.([]byte); ok {
				ders = append(ders, der)
			}
		}
	}
	if len(ders) == 0 || len(ders) > maxChain {
		return nil, fmt.Errorf("its signature comes with %d certificates", len(ders))
	}
	var all []*x509.Certificate
	for _, der := range ders {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return all, fmt.Errorf("read the certificates of its signature: %w", err)
		}
		all = append(all, c)
	}
	return all, nil
}

func (m *manifest) summary() Summary {
	s := Summary{Found: true, Manifests: m.count, Label: m.label, Generator: m.claim.Generator.String(), Title: m.claim.Title}
	if len(m.chain) > 0 {
		s.Signer = identity(m.chain[0])
	}
	for _, a := range m.assertions {
		did, is, err := readActions(a)
		if !is || err != nil {
			continue
		}
		for _, one := range did.Actions {
			s.Actions = append(s.Actions, one.Action)
			if one.SourceType != "" {
				s.Sources = append(s.Sources, one.SourceType)
			}
		}
	}
	return s
}

// readActions reads an assertion of actions; false: it is none.
func readActions(a superbox) (actionsRead, bool, error) {
	var did actionsRead
	if b := base(a.label); b != labelActions && b != labelActions2 {
		return did, false, nil
	}
	if !a.hasCBOR {
		return did, true, errors.New("it has no content")
	}
	return did, true, decode(a.cbor, &did)
}

// Generated says whether a manifest says that a trained model made what the file shows,
// or a part of it.
func (s Summary) Generated() bool {
	for _, t := range s.Sources {
		if strings.HasSuffix(t, "/trainedAlgorithmicMedia") || strings.HasSuffix(t, "/compositeWithTrainedAlgorithmicMedia") || strings.HasSuffix(t, "/compositeSynthetic") {
			return true
		}
	}
	return false
}
