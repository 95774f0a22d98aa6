package studio

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
)

// kept are the parts of a scratch folder that media workers keep, and bound themselves.
func kept() []string { return []string{"mezzanines", "sound"} }

// scratch lets go what killed processes left in this machine's scratch folder. What is in
// work is written to; what is old there is nobody's.
func (g *gc) scratch(ctx context.Context) error {
	if g.ScratchDir == "" || g.Retention.Scratch == 0 {
		return nil
	}
	entries, err := os.ReadDir(g.ScratchDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(g.ScratchDir)
	if err != nil {
		return err
	}
	defer root.Close()
	var lots []*lot
	for _, e := range entries {
		if slices.Contains(kept(), e.Name()) {
			continue
		}
		bytes, newest, err := weigh(root, e.Name())
		if err != nil {
			g.skip(filepath.Join(g.ScratchDir, e.Name()), err.Error())
			continue
		}
		l := &lot{Item: retention.Item{Kind: retention.Scratch}, name: filepath.Join(g.ScratchDir, e.Name())}
		l.add(store.Info{Key: e.Name(), Bytes: bytes, Modified: newest})
		l.drop = func() error { return root.RemoveAll(e.Name()) }
		lots = append(lots, l)
	}
	return g.let(ctx, lots, nil)
}

// uploads lets go what was sent in parts and came to no end: it is no object, so no walk finds it.
func (g *gc) uploads(ctx context.Context, prefix string) error {
	up, ok := g.Store.(store.Uploader)
	if !ok || g.Retention.Scratch == 0 {
		return nil
	}
	var lots []*lot
	err := up.Uploads(ctx, prefix, func(u store.Upload) error {
		l := &lot{Item: retention.Item{Kind: retention.Scratch}, name: u.Key + ", an upload that came to no end"}
		l.add(store.Info{Key: u.Key, Bytes: u.Bytes, Modified: u.Begun})
		l.drop = func() error { return up.Abort(ctx, u) }
		lots = append(lots, l)
		return nil
	})
	if no, refused := errors.AsType[*store.RefusedError](err); refused {
		g.skip("uploads under "+prefix, no.Error())
		return nil
	}
	if err != nil {
		return err
	}
	return g.let(ctx, lots, nil)
}

// weigh is how many bytes lie under a name, and when the youngest of it was written.
func weigh(root *os.Root, name string) (bytes int64, newest time.Time, err error) {
	err = fs.WalkDir(root.FS(), name, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // its owner has just removed it
		}
		if err != nil {
			return err
		}
		about, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if about.Mode().IsRegular() {
			bytes += about.Size()
		}
		if about.ModTime().After(newest) {
			newest = about.ModTime()
		}
		return nil
	})
	return bytes, newest, err
}

// marks lets go the old marks that somebody writes to a ledger, where no run of the episode
// is open. The account, for which they are, counts everything by itself long before.
func (g *gc) marks(ctx context.Context) error {
	if g.Retention.Scratch == 0 {
		return nil
	}
	of := make(map[drama.EpisodeID][]*lot)
	prefix := g.keys.Growing(0)
	err := g.Store.List(ctx, prefix, func(i store.Info) error {
		code, _, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		id, err := drama.ParseEpisodeID(g.keys.Show + "/" + code)
		if err != nil || g.Retention.Young(retention.Scratch, i.Modified, g.at) {
			return nil //nolint:nilerr // it is not one of ours
		}
		l := &lot{Item: retention.Item{Kind: retention.Scratch}, name: id.String() + " mark of a writer to its ledger"}
		l.add(i)
		of[id] = append(of[id], l)
		return nil
	})
	if err != nil {
		return err
	}
	for id, lots := range of {
		free, err := g.free(ctx, id)
		if err == nil && free {
			err = g.let(ctx, lots, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
