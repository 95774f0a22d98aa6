package studio

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/store"
)

// UnlabelledName is what the master of a copy without the visible label is called.
const UnlabelledName = "master-unlabelled.mp4"

// ErrUnlabelled: a copy without the visible label wants to know who gets it, and why.
var ErrUnlabelled = errors.New("a copy without the label needs a reason and the name of who gets it")

// maxReason bounds a reason and a name, in characters.
const maxReason = 500

// MakeUnlabelled makes a copy of a cut (0: the newest), or of its version of a name, that
// bears no visible label, and writes down who gets it and why: the record is the copy's manifest, is written after its
// master, and is never removed. Article 9 of the Measures for labelling generated content
// asks for such a log, kept for six months at least. ErrUnlabelled, ErrUnknown.
func (s *Studio) MakeUnlabelled(ctx context.Context, id drama.EpisodeID, cut int, version, to, reason string) (drama.Manifest, error) {
	to, reason = strings.TrimSpace(to), strings.TrimSpace(reason)
	if to == "" || reason == "" || len([]rune(to)) > maxReason || len([]rune(reason)) > maxReason {
		return drama.Manifest{}, ErrUnlabelled
	}
	m, err := s.Manifest(ctx, id, cut)
	if err != nil {
		return m, err
	}
	if !m.Label.Shown {
		return m, fmt.Errorf("copy cut %d of %s: it bears no label to be left out", m.Cut, id)
	}
	if m, err = ofVersion(m, version); err != nil {
		return m, err
	}
	if s.Bare == nil {
		return m, errors.New("copy without the label: nothing here makes pictures")
	}
	err = s.Bare(ctx, m, version, func(path string, made media.AssembleResult) error {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read the copy: %w", err)
		}
		defer f.Close()
		prefix := keys(id).Unlabelled(id, m.Cut, made.SHA256)
		ref, err := s.Store.Put(ctx, prefix+UnlabelledName, f, "video/mp4")
		if err != nil {
			return fmt.Errorf("store the copy: %w", err)
		}
		m.Label.Shown, m.C2PA = false, nil // the signature is the labelled master's
		m.Label.Unlabelled = &drama.Unlabelled{To: to, Reason: reason, By: s.by(), At: s.now(), SHA256: ref.SHA256, Version: version}
		m.Versions, m.Stems = nil, nil // they lie beside the cut, not beside the copy
		m.Loudness = media.Loudness{Integrated: made.Integrated, TruePeak: made.TruePeak}
		m.Files = []drama.ManifestFile{{Name: UnlabelledName, SHA256: ref.SHA256, Bytes: ref.Bytes, Type: "video/mp4"}}
		body, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			return err
		}
		// One a hand-over: the same copy may go to several.
		record := fmt.Sprintf("%s%s.json", prefix, m.Label.Unlabelled.At.UTC().Format("20060102T150405.000000000Z"))
		if _, err := s.Store.Put(ctx, record, bytes.NewReader(body), "application/json"); err != nil {
			return fmt.Errorf("record the copy: %w", err)
		}
		return nil
	})
	return m, err
}

// ofVersion is what the manifest of a cut would say if its version of a name were its
// master; empty: as it is. ErrUnknown.
func ofVersion(m drama.Manifest, name string) (drama.Manifest, error) {
	if name == "" {
		return m, nil
	}
	var names []string
	for _, v := range m.Versions {
		if v.Name == name {
			return versionOf(m, v), nil
		}
		names = append(names, v.Name)
	}
	if len(names) == 0 {
		return m, fmt.Errorf("version %q of cut %d of %s is %w: the cut has no versions", name, m.Cut, m.ID, ErrUnknown)
	}
	hint := "it has " + strings.Join(names, ", ")
	if meant := near.Word(name, names); meant != "" {
		hint = fmt.Sprintf("did you mean %s?", meant)
	}
	return m, fmt.Errorf("version %q of cut %d of %s is %w; %s", name, m.Cut, m.ID, ErrUnknown, hint)
}

// Unlabelled lists the copies of an episode without the visible label, the newest first.
func (s *Studio) Unlabelled(ctx context.Context, id drama.EpisodeID) ([]drama.Manifest, error) {
	var out []drama.Manifest
	err := s.Store.List(ctx, keys(id).Unlabelled(id, 0, ""), func(o store.Info) error {
		if !strings.HasSuffix(o.Key, ".json") {
			return nil
		}
		body, _, err := s.Store.Read(ctx, o.Key)
		if err != nil {
			return err
		}
		var m drama.Manifest
		if err := json.Unmarshal(body, &m); err != nil || m.Label.Unlabelled == nil {
			return fmt.Errorf("the record %s is damaged", o.Key)
		}
		out = append(out, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list copies of %s without the label: %w", id, err)
	}
	slices.SortFunc(out, func(a, b drama.Manifest) int {
		return cmp.Compare(b.Label.Unlabelled.At.UnixNano(), a.Label.Unlabelled.At.UnixNano())
	})
	return out, nil
}

// ExportUnlabelled writes a copy and its manifest into dir.
func (s *Studio) ExportUnlabelled(ctx context.Context, m drama.Manifest, dir string) error {
	if m.Label.Unlabelled == nil || len(m.Files) != 1 {
		return errors.New("export a copy without the label: the manifest is of none")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	defer root.Close()
	f := m.Files[0]
	ref := drama.Object{Key: keys(m.ID).Unlabelled(m.ID, m.Cut, f.SHA256) + f.Name, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}
	if err := s.exportFile(ctx, root, ref, f.Name); err != nil {
		return fmt.Errorf("export %s: %w", f.Name, err)
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = root.WriteFile(library.ManifestName, body, 0o666)
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", library.ManifestName, err)
	}
	return nil
}
