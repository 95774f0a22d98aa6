package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// ExportHandoff writes beside an exported cut what its timelines refer to: every take of
// its slates and the sounds that are laid over them, under media/; and the drafts for 剪映
// and CapCut with their media in them. It returns the number of files. A cut of an older
// release has no timelines: those are written too, without the sounds, which it did not
// note. ErrUnknown for the cut.
func (s *Studio) ExportHandoff(ctx context.Context, m drama.Manifest, dir string) (files int, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, fmt.Errorf("export takes to %s: %w", dir, err)
	}
	defer root.Close()
	t, err := s.timelineOf(ctx, m)
	if err != nil {
		return 0, err
	}
	if !hasFile(m, handoff.OTIOName) {
		for name, body := range map[string][]byte{handoff.OTIOName: handoff.OTIO(t), handoff.EDLName: handoff.EDL(t), handoff.FCPXMLName: handoff.FCPXML(t), handoff.XMEMLName: handoff.XMEML(t)} {
			if err := writeWhole(root, name, body); err != nil {
				return files, fmt.Errorf("export %s: %w", name, err)
			}
			files++
		}
	}
	written := map[string]bool{}
	put := func(ref drama.Object, name string) error {
		if written[name] {
			return nil
		}
		written[name] = true
		files++
		if err := s.exportFile(ctx, root, ref, name); err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		return nil
	}
	for _, src := range t.Sources {
		take, err := s.Take(ctx, src.Take)
		if err != nil {
			return files, err
		}
		if err := put(take.Media, src.File); err != nil {
			return files, err
		}
	}
	for _, snd := range t.Sounds {
		if err := put(snd.Object, snd.File); err != nil {
			return files, err
		}
	}
	for _, d := range handoff.Drafts(t) {
		n, err := exportDraft(root, d)
		files += n
		if err != nil {
			return files, fmt.Errorf("export a draft: %w", err)
		}
	}
	return files, nil
}

// exportDraft writes a draft, whose media lies in the folder already: a second name of
// the same file where the disk knows such, else a copy.
func exportDraft(root *os.Root, d handoff.Draft) (files int, err error) {
	folder := handoff.DraftFolder + d.Folder
	for _, from := range slices.Sorted(maps.Keys(d.Media)) {
		to, err := filepath.Localize(folder + d.Media[from])
		if err != nil {
			return files, fmt.Errorf("the name %q leaves the folder", d.Media[from])
		}
		if err := root.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return files, err
		}
		if err := root.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return files, err
		}
		if root.Link(filepath.FromSlash(from), to) != nil {
			body, err := root.ReadFile(filepath.FromSlash(from))
			if err == nil {
				err = root.WriteFile(to, body, 0o666)
			}
			if err != nil {
				return files, err
			}
		}
		files++
	}
	for _, name := range slices.Sorted(maps.Keys(d.Files)) {
		if err := writeWhole(root, folder+name, d.Files[name]); err != nil {
			return files, err
		}
		files++
	}
	return files, nil
}

// writeWhole writes a file beside its place and moves it there.
func writeWhole(root *os.Root, name string, body []byte) error {
	local, err := filepath.Localize(name)
	if err != nil {
		return fmt.Errorf("the name %q leaves the folder", name)
	}
	if err := root.MkdirAll(filepath.Dir(local), 0o777); err != nil {
		return err
	}
	if err := root.WriteFile(local+".part", body, 0o666); err != nil {
		return err
	}
	return root.Rename(local+".part", local)
}

func hasFile(m drama.Manifest, name string) bool {
	return slices.ContainsFunc(m.Files, func(f drama.ManifestFile) bool { return f.Name == name })
}

// timelineOf is a cut as its timelines have it, or, of an older release's, as its manifest
// tells.
func (s *Studio) timelineOf(ctx context.Context, m drama.Manifest) (handoff.Timeline, error) {
	if hasFile(m, handoff.OTIOName) {
		body, _, err := s.Store.Read(ctx, keys(m.ID).Cut(m.ID, m.Cut)+handoff.OTIOName)
		if err != nil {
			return handoff.Timeline{}, fmt.Errorf("read the timeline of cut %d of %s: %w", m.Cut, m.ID, err)
		}
		return handoff.Own(body)
	}
	fps, err := media.ParseRational(m.FPS)
	if err != nil {
		return handoff.Timeline{}, fmt.Errorf("read the manifest of cut %d of %s: %w", m.Cut, m.ID, err)
	}
	var p drama.Production
	body, _, err := s.Store.Read(ctx, m.Script.Key)
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return handoff.Timeline{}, fmt.Errorf("read the script of cut %d of %s: %w", m.Cut, m.ID, err)
	}
	takes, _, err := s.library().Takes(ctx, m.ID, "")
	if err != nil {
		return handoff.Timeline{}, err
	}
	byID, script := map[drama.TakeID]drama.Take{}, map[string]drama.Shot{}
	for _, t := range takes {
		byID[t.ID] = t
	}
	for _, shot := range p.Episode.Shots() {
		script[shot.Slate] = shot
	}
	list := timeline.CutList{Episode: m.ID, FPS: fps, Raster: m.Raster, Frames: m.Frames}
	for _, shot := range m.Shots {
		e := timeline.Event{Slate: shot.Slate, Scene: shot.Scene, Take: shot.Take, Start: shot.Start, Frames: shot.Frames, Out: shot.Cut, In: shot.In}
		if e.In == 0 {
			e.In = timeline.First(script[shot.Slate], byID[shot.Take], fps)
		}
		list.Events = append(list.Events, e)
	}
	t := handoff.Lay(list, m.Cut, takes)
	t.Language, t.Markers = p.Season.Language, timeline.Chapters(list, p)
	return t, nil
}
