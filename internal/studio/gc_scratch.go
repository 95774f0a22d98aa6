package studio

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

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
