package c2pa

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/c2pa/c2patest"
)

var said = Statement{Title: "Night Shift, episode 1", Generator: "dailies", Version: "1.2.3", Created: TrainedComposite, Edited: "joined"}

func signer(t testing.TB, s c2patest.Studio) *Signer {
	t.Helper()
	chain, err := ParseChain(s.Chain)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseKey(s.Key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := NewSigner(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func sign(t testing.TB, s *Signer, plain []byte) []byte {
	t.Helper()
	made, err := s.Sign(t.Context(), bytes.NewReader(plain), int64(len(plain)), said, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if n, err := made.WriteTo(&out); err != nil || n != made.Bytes || int(n) != out.Len() {
		t.Fatalf("wrote %d of %d bytes: %v", n, made.Bytes, err)
	}
	return out.Bytes()
}

func validate(t testing.TB, raw []byte, roots *x509.CertPool) Report {
	t.Helper()
	r, err := Validate(t.Context(), bytes.NewReader(raw), int64(len(raw)), time.Now(), roots)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASignedFileIsValidForEveryKindOfKey(t *testing.T) {
	plain := c2patest.MP4(bytes.Repeat([]byte("picture "), 500))
	for _, kind := range []string{"P-256", "P-384", "P-521", "RSA", "Ed25519"} {
		t.Run(kind, func(t *testing.T) {
			studio := c2patest.With(t, c2patest.NewKey(t, kind))
			signed := sign(t, signer(t, studio), plain)
			r := validate(t, signed, nil)
			if r.State != Valid || len(r.Unchecked) > 0 {
				t.Fatalf("%+v", r)
			}
			if s := r.String(); !strings.Contains(s, "untrusted") || !strings.Contains(s, "Night Shift Studio") {
				t.Errorf("in words: %s", s)
			}
			if r.Title != said.Title || r.Generator != "dailies 1.2.3" || fmt.Sprint(r.Sources) != fmt.Sprint([]SourceType{TrainedComposite}) || !r.Generated() {
				t.Errorf("it says %+v", r.Summary)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(studio.Root)
			if r := validate(t, signed, roots); r.State != Trusted {
				t.Errorf("under its root: %+v", r)
			}
			other := x509.NewCertPool()
			other.AppendCertsFromPEM(c2patest.New(t).Root)
			if r := validate(t, signed, other); r.State != Valid {
				t.Errorf("under another's root: %+v", r)
			}
		})
	}
}

// What lies in the file is found where the tables say, and nothing else is moved.
func TestTheFileIsAsItWas(t *testing.T) {
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	signed := sign(t, signer(t, c2patest.New(t)), plain)
	for what, raw := range map[string][]byte{"plain": plain, "signed": signed} {
		for table, want := range map[string]string{"stco": "aaaabbbb", "co64": "cccc"} {
			at := bytes.Index(raw, []byte(table)) + 4 + 8
			got := ""
			if table == "co64" {
				o := binary.BigEndian.Uint64(raw[at:])
				got = string(raw[o : o+4])
			} else {
				for i := range 2 {
					o := binary.BigEndian.Uint32(raw[at+4*i:])
					got += string(raw[o : o+4])
				}
			}
			if got != want {
				t.Errorf("%s: by %s it is %q", what, table, got)
			}
		}
	}
	names := ""
	boxes, _, err := open(bytes.NewReader(signed), int64(len(signed))).top()
	for _, b := range boxes {
		names += b.name + " "
	}
	if err != nil || names != "ftyp uuid moov mdat " {
		t.Errorf("boxes %s: %v", names, err)
	}
	// Without the manifest, and with its offsets moved back, it is byte by byte the same.
	back := bytes.Clone(bytes.Join([][]byte{signed[:boxes[0].end()], signed[boxes[1].end():]}, nil))
	moov := back[boxes[0].end():][:boxes[2].size]
	if err := moveOffsets(moov, 0, -boxes[1].size); err != nil || !bytes.Equal(back, plain) {
		t.Errorf("the rest is not what it was: %v", err)
	}
}

// Signed again it is the same; but for the signature where RSA makes that.
func TestSignedAgain(t *testing.T) {
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	for _, kind := range []string{"P-256", "P-384", "P-521", "Ed25519", "RSA"} {
		s := signer(t, c2patest.With(t, c2patest.NewKey(t, kind)))
		a, b := sign(t, s, plain), sign(t, s, plain)
		if kind == "RSA" {
			end := len(c2patest.Top(a)[0]) + len(c2patest.Top(a)[1]) // the signature is the last of the manifest
			clear(a[end-s.size : end])
			clear(b[end-s.size : end])
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: it is another file", kind)
		}
	}
	s := signer(t, c2patest.New(t))
	a := sign(t, s, plain)
	if _, err := s.Sign(t.Context(), bytes.NewReader(a), int64(len(a)), said, time.Now()); !errors.Is(err, ErrSigned) {
		t.Errorf("a signed file is signed again: %v", err)
	}
}
