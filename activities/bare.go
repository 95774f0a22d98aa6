package activities

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
)

// Bare makes a copy of a cut's master that bears no visible label, and hands the file to
// keep, which must be done with it when it returns. The implicit label stays in it. It is
// made of what the cut was made of; of a cut whose mezzanines are gone there is none.
func (m *Media) Bare(ctx context.Context, man drama.Manifest, keep func(path string, made media.AssembleResult) error) error {
	if man.Edit != nil {
		return fmt.Errorf("copy cut %d of %s: it is laid out by an editor's cut, of which no copy without the label can be made; take the editor's cut back, or hand the labelled master out", man.Cut, man.ID)
	}
	script, err := m.scripts.Load(ctx, m.library(), man.Script)
	if err != nil {
		return err
	}
	shots := make([]cut.Shot, len(man.Shots))
	for i, s := range man.Shots {
		var known bool
		shots[i], known, err = m.foreseen(ctx, script, plan.Shot{Slate: s.Slate, Digest: s.Digest, Reuse: &s.Take})
		if err != nil {
			return err
		}
		if !known || shots[i].Mezzanine.Video.Key == "" {
			return fmt.Errorf("copy cut %d of %s: what shot %s was made of is not in the store any more, or was made by an older release; render it again and copy that cut", man.Cut, man.ID, s.Slate)
		}
	}
	c := &cut.Cut{ID: man.ID, Number: man.Cut, Script: script, ScriptRef: man.Script, Spec: m.spec(script.Season.Format), Signed: m.Signing.form()}
	if err := c.Lay(shots); err != nil {
		return err
	}
	if c.Identity() != man.Digest {
		return fmt.Errorf("copy cut %d of %s: this release, or this machine's config, would make another cut of the same script; render it again and copy that cut", man.Cut, man.ID)
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
