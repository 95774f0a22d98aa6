package activities

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
)

// Bare makes a copy of a cut's master, or of that of its version of a name, that bears no
// visible label, and hands the file to keep, which must be done with it when it returns.
// The implicit label stays in it. It is made of what the cut was made of; of a cut whose
// mezzanines are gone there is none.
func (m *Media) Bare(ctx context.Context, man drama.Manifest, version string, keep func(path string, made media.AssembleResult) error) error {
	c, err := m.bare(ctx, man, version)
	if err != nil {
		return err
	}
	dir, done, err := m.folder("bare")
	if err != nil {
		return err
	}
	defer done()
	job, needed := c.Job(dir)
	if err := m.bring(ctx, needed); err != nil {
		return err
	}
	job.Label, job.Poster, job.Contact, job.Ladder, job.Stems = nil, "", nil, nil, nil
	job.Out = filepath.Join(dir, "bare.mp4")
	r, err := m.run(ctx, media.Job{Assemble: &job})
	if err != nil {
		return fmt.Errorf("copy cut %d of %s: %w", man.Cut, man.ID, err)
	}
	return keep(job.Out, *r.Assemble)
}

// bare lays a cut out as it was made, or its version of a name. Nothing is made: it errs
// where something that it was made of is not there, or would be another now.
func (m *Media) bare(ctx context.Context, man drama.Manifest, version string) (*cut.Cut, error) {
	script, err := m.scripts.Load(ctx, m.library(), man.Script)
	if err != nil {
		return nil, err
	}
	c := &cut.Cut{ID: man.ID, Number: man.Cut, Script: script, ScriptRef: man.Script, Spec: m.spec(script.Season.Format), Signed: m.Signing.form()}
	p := &plan.Plan{Episode: man.ID}
	var edit drama.Edit
	if man.Edit != nil {
		if edit, err = m.library().EditVersion(ctx, man.ID, man.Edit.Version); err != nil {
			return nil, fmt.Errorf("copy cut %d of %s: read the editor's cut that it is laid out by: %w", man.Cut, man.ID, err)
		}
	}
	gone := func(slate string) error {
		return fmt.Errorf("copy cut %d of %s: what shot %s was made of is not in the store any more, or was made by an older release; render it again and copy that cut", man.Cut, man.ID, slate)
	}
	var shots []cut.Shot
	for _, s := range script.Episode.Shots() {
		take, digest, shown := circledThen(man, edit, s.Slate)
		if !shown {
			continue
		}
		planned := plan.Shot{Slate: s.Slate, Digest: digest, Reuse: &take}
		shot, known, err := m.foreseen(ctx, script, planned)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, gone(s.Slate)
		}
		shots, p.Shots = append(shots, shot), append(p.Shots, planned)
	}
	var trims map[string]shotWork
	if man.Edit != nil {
		if shots, trims, err = m.editedBy(ctx, c, p, shots, edit); err != nil {
			return nil, err
		}
	}
	for i := range shots {
		s := &shots[i]
		if w, trimmed := trims[s.Use()]; trimmed {
			if s.Mezzanine, err = m.find(ctx, w); err != nil && !lost(err) {
				return nil, err
			}
		}
		if s.Mezzanine.Video.Key == "" {
			return nil, gone(s.Slate)
		}
	}
	if err := c.Lay(shots); err != nil {
		return nil, err
	}
	if c.Identity() != man.Digest {
		return nil, fmt.Errorf("copy cut %d of %s: this release, or this machine's config, would make another cut of the same script; render it again and copy that cut", man.Cut, man.ID)
	}
	if version == "" {
		return c, nil
	}
	at := slices.IndexFunc(script.Season.Versions, func(v drama.Version) bool { return v.Name == version })
	if at < 0 {
		return nil, fmt.Errorf("copy version %s of cut %d of %s: the cut has none of that name", version, man.Cut, man.ID)
	}
	work := func(_ context.Context, script *drama.Production, s cut.Shot) (shotWork, error) {
		shot, err := scriptShot(script, s.Slate)
		if err != nil {
			return shotWork{}, err
		}
		planned, _ := library.PlannedShot(p, s.Slate)
		return m.workOf(script, planned, shot, s)
	}
	find := func(ctx context.Context, w shotWork) (library.Mezzanine, error) {
		mz, err := m.find(ctx, w)
		if lost(err) || err == nil && mz.Video.Key == "" {
			return mz, gone(w.shot.Slate)
		}
		return mz, err
	}
	return m.versionOf(ctx, c, script, p, script.Season.Versions[at], work, find)
}

// circledThen is the take that a shot had when a cut was made, with the digest that the
// shot had; false: it had none. An editor's cut may show other takes of it: then the one
// that the editor knew stands under them, unless it had to give way to a newer one, which
// is shown in its place.
func circledThen(man drama.Manifest, edit drama.Edit, slate string) (take drama.TakeID, digest string, ok bool) {
	if man.Edit != nil {
		for _, id := range man.Edit.LeftOut {
			if id.Slate == slate {
				return id, "", true
			}
		}
	}
	var shown []int
	for _, s := range man.Shots {
		if s.Slate == slate {
			if !ok {
				take, digest, ok = s.Take, s.Digest, true
			}
			shown = append(shown, s.Take.Number)
		}
	}
	at := slices.IndexFunc(edit.Knew, func(k drama.EditShot) bool { return k.Slate == slate })
	if !ok || at < 0 {
		return take, digest, ok
	}
	var cut []int
	for _, e := range edit.Events {
		if e.Slate == slate {
			cut = append(cut, e.Take)
		}
	}
	knew := edit.Knew[at].Take
	if !slices.Contains(cut, knew) || slices.Contains(shown, knew) {
		take.Number = knew
		return take, digest, true
	}
	for _, n := range shown {
		if !slices.Contains(cut, n) {
			take.Number = n
		}
	}
	return take, digest, true
}
