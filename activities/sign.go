package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Signing is how masters are signed with a C2PA manifest.
type Signing struct {
	Chain c2pa.Chain
	// Signer holds the key; nil: it is not here. Cuts are foreseen without it, and not made.
	Signer *c2pa.Signer
}

// form is what makes a signed cut another one than the same without: the kind of its
// manifest, and the certificate. Without a time stamp a signature ends with that, so a new
// certificate makes the cut anew.
func (s *Signing) form() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%d:%s", c2pa.Form, s.Chain.Fingerprint())
}

// sign puts the manifest into the master at path, the last thing that is done to it, and
// counts it anew. The file is read and written piece by piece, and validated before it
// takes the place of the unsigned one. nil: nobody signs.
func (m *Media) sign(ctx context.Context, c *cut.Cut, path string, made *media.AssembleResult) (*drama.C2PA, error) {
	if m.Signing == nil {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	if m.Signing.Signer == nil {
		return nil, errors.New("this worker has the certificate and no key: give it the one of c2pa in the config, or let another do media work")
	}
	st := m.statement(c)
	return beat.While(ctx, func() (*drama.C2PA, error) {
		label, err := m.signed(ctx, path, st, made)
		if err != nil {
			return nil, err
		}
		who := m.Signing.Chain.Identity()
		return &drama.C2PA{
			Manifest: label, Certificate: who.Certificate, Signer: who.String(), Issuer: who.Issuer, Until: who.Until, SourceType: string(st.Created),
		}, nil
	})
}

// signed writes the signed file beside the other, and then over it.
func (m *Media) signed(ctx context.Context, path string, st c2pa.Statement, made *media.AssembleResult) (label string, err error) {
	plain, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer plain.Close()
	info, err := plain.Stat()
	if err != nil {
		return "", err
	}
	s, err := m.Signing.Signer.Sign(ctx, plain, info.Size(), st, m.now())
	if err != nil {
		return "", err
	}
	beside := path + ".signed"
	out, err := os.OpenFile(beside, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			_ = os.Remove(beside)
		}
	}()
	sum := sha256.New()
	if _, err := s.WriteTo(io.MultiWriter(out, sum)); err != nil {
		return "", err
	}
	r, err := c2pa.Validate(ctx, out, s.Bytes, m.now(), nil)
	if err != nil {
		return "", err
	}
	if !r.Valid() {
		return "", fmt.Errorf("what was signed does not hold: %s", r)
	}
	made.Bytes, made.SHA256 = s.Bytes, hex.EncodeToString(sum.Sum(nil))
	return s.Label, os.Rename(beside, path)
}

// statement is what the manifest says of a cut.
func (m *Media) statement(c *cut.Cut) c2pa.Statement {
	name, version, _ := strings.Cut(m.Tool, " ")
	st := c2pa.Statement{
		Title: title(c), Generator: name, Version: version,
		Edited: "shots joined in the script's order, sound mixed, texts set",
	}
	if c.Labelled() {
		st.Edited += ", labelled as generated"
	}
	switch of := c.Makings(); {
	case of.Trained && (of.Drawn || of.Footage):
		st.Created = c2pa.TrainedComposite
	case of.Trained:
		st.Created = c2pa.Trained
	case of.Drawn && !of.Footage:
		st.Created = c2pa.Algorithmic
	default:
		st.Created = c2pa.Composite
	}
	return st
}

// title names a cut to people and to us: Night Shift, The Bell (night-shift/ep01 cut 3).
func title(c *cut.Cut) string {
	var names []string
	for _, t := range []drama.Text{c.Script.Season.Title, c.Script.Episode.Title} {
		if name := t[c.Script.Season.Language]; name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return c.Named()
	}
	return fmt.Sprintf("%s (%s)", strings.Join(names, ", "), c.Named())
}
