package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// Export writes a cut (0: the newest) into dir, laid out as in the store: all
// files, checksums verified, the manifest last. Nothing half-written is ever
// seen under its name. Files of a cut that was exported there before and that
// this one does not have are removed; anything else in dir is left alone.
func (s *Studio) Export(ctx context.Context, id drama.EpisodeID, cut int, dir string) (drama.Manifest, error) {
	m, err := s.Manifest(ctx, id, cut)
	if err != nil {
		return m, err
	}
	if err := s.goneFiles(ctx, m); err != nil {
		return m, err
	}
	return m, s.export(ctx, m, dir)
}

// export writes the files of a manifest to a folder.
func (s *Studio) export(ctx context.Context, m drama.Manifest, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	defer root.Close()
	old := exported(root)
	// Without a manifest the folder is no cut until the new one is whole.
	if err := root.Remove(library.ManifestName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	prefix := library.Prefix(m)
	now := map[string]bool{}
	for _, f := range m.Files {
		now[f.Name] = true
		if f.Name == library.ManifestName {
			continue
		}
		ref := drama.Object{Key: prefix + f.Name, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}
		err := s.exportFile(ctx, root, ref, f.Name)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrChecksum) {
			err = fmt.Errorf("%w; the cut is damaged: render again makes a new one, or export another with --cut", err)
		}
		if err != nil {
			return fmt.Errorf("export %s: %w", f.Name, err)
		}
	}
	for _, name := range old {
		if !now[name] && filepath.IsLocal(name) {
			if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove %s of the cut exported before: %w", name, err)
			}
		}
	}
	if err := s.exportFile(ctx, root, drama.Object{Key: prefix + library.ManifestName}, library.ManifestName); err != nil {
		return fmt.Errorf("export %s: %w", library.ManifestName, err)
	}
	return nil
}

// ExportTakes writes takes' clips to a folder, each under its slate and number, and
// gives their paths in the order of ids.
func (s *Studio) ExportTakes(ctx context.Context, ids []drama.TakeID, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("export takes to %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("export takes to %s: %w", dir, err)
	}
	defer root.Close()
	var paths []string
	for _, id := range ids {
		t, err := s.Take(ctx, id)
		if err != nil {
			return paths, err
		}
		if t.Removed != nil {
			return paths, fmt.Errorf("export take %s: its clip was removed on %s by %s, as the policy of retention says", id, t.Removed.At.Format(time.DateOnly), t.Removed.By)
		}
		name := handoff.TakeFile(t)
		if err := s.exportFile(ctx, root, t.Media, name); err != nil {
			return paths, fmt.Errorf("export take %s: %w", id, err)
		}
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths, nil
}

// exported lists the files of the cut that lies in the folder already.
func exported(root *os.Root) []string {
	body, err := root.ReadFile(library.ManifestName)
	if err != nil {
		return nil
	}
	var m drama.Manifest
	if json.Unmarshal(body, &m) != nil {
		return nil // not ours: nothing of it is removed
	}
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	return names
}

// exportFile writes one object beside its place and moves it there when its
// checksum is right.
func (s *Studio) exportFile(ctx context.Context, root *os.Root, ref store.Ref, name string) (err error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return fmt.Errorf("the name %q leaves the folder", name)
	}
	if err := root.MkdirAll(filepath.Dir(local), 0o777); err != nil {
		return err
	}
	body, err := s.Store.Get(ctx, ref)
	if err != nil {
		return err
	}
	defer body.Close()
	part := local + ".part"
	out, err := root.Create(part)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close(), root.Remove(part))
		}
	}()
	if _, err := io.Copy(out, body); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return root.Rename(part, local)
}
