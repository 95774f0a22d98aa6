package studio

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/submission"
)

// maxPack bounds the record of a pack when it is unpacked, in bytes.
const maxPack = 256 << 20

// packRecord is a pack as it is kept: what it says, its documents, and where its films lie.
type packRecord struct {
	Pack    submission.Pack    `json:"pack"`
	Entries []submission.Entry `json:"entries"`
}

// KeepPack keeps a pack under its digest, so that it can be read in parts, by whoever asks.
// No film is stored again.
func (s *Studio) KeepPack(ctx context.Context, p *Packed) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err := json.NewEncoder(z).Encode(packRecord{p.Pack, p.Entries})
	if err = errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("keep the pack of %s: %w", p.Show, err)
	}
	key := store.Keys{Show: p.Show}.Pack(p.Digest())
	if _, err := s.Store.PutNew(ctx, key, b.Bytes(), "application/gzip"); err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("keep the pack of %s: %w", p.Show, err)
	}
	return nil
}

// KeptPack is a pack that was kept. ErrUnknown.
func (s *Studio) KeptPack(ctx context.Context, show, digest string) (*Packed, error) {
	fail := func(err error) (*Packed, error) {
		return nil, fmt.Errorf("read pack %.12s of %s: %w", digest, show, err)
	}
	body, _, err := s.Store.Read(ctx, store.Keys{Show: show}.Pack(digest))
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("pack %.12s of %s is %w; make it again", digest, show, ErrUnknown)
	}
	if err != nil {
		return fail(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return fail(err)
	}
	var r packRecord
	if err := json.NewDecoder(io.LimitReader(z, maxPack)).Decode(&r); err != nil {
		return fail(err)
	}
	p := &Packed{Pack: r.Pack, Entries: r.Entries}
	if p.Show != show || p.Digest() != digest {
		return fail(errors.New("it is of another pack: remove the object, and make the pack again"))
	}
	if p.Layout, err = submission.Zip(p.Pack, p.Entries); err != nil {
		return fail(err)
	}
	return p, nil
}

// PutPack writes a pack to the store, under SHOW/packs/. uri is s3://…/NAME.zip there. It is
// read twice: for its checksum, and to be sent. ErrUnknown for another place.
func (s *Studio) PutPack(ctx context.Context, p *Packed, uri string) (drama.Object, error) {
	base := s.Store.URI(store.Keys{Show: p.Show}.Packs())
	name, ours := strings.CutPrefix(uri, base)
	if !ours || strings.Contains(name, "/") || !strings.HasSuffix(name, ".zip") || name == ".zip" {
		return drama.Object{}, fmt.Errorf("%s is no place for a pack: want %sNAME.zip: %w", uri, base, ErrUnknown)
	}
	r := p.Layout.Reader(p.Open(ctx, s))
	defer func() { _ = r.Close() }() // of what was read
	ref, err := s.Store.Put(ctx, store.Keys{Show: p.Show}.Packs()+name, r, "application/zip")
	if err != nil {
		return ref, fmt.Errorf("write %s: %w", uri, err)
	}
	return ref, nil
}
