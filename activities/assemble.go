package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/internal/store"
)

// Assemble joins the circled takes to the cut's master and stores it with what
// lies beside it. If the latest cut is the same nothing is made. The cut is
// delivered by Deliver only.
func (m *Media) Assemble(ctx context.Context, in AssembleInput) (Assembled, error) {
	made, err := m.assemble(ctx, in)
	return made, ends(err)
}

func (m *Media) assemble(ctx context.Context, in AssembleInput) (Assembled, error) {
	c, trims, err := m.layOut(ctx, in)
	if err != nil {
		return Assembled{}, err
	}
	if existing, ok, err := m.same(ctx, c); err != nil || ok {
		return Assembled{Existing: existing}, err
	}
	job, done, err := m.material(ctx, in, c, trims)
	if err != nil {
		return Assembled{}, err
	}
	defer done()
	if err := m.renditions(ctx, in.ID.Show, c.Renditions(job), c.Spec); err != nil {
		return Assembled{}, err
	}
	made := cut.Made{Job: job}
	if made.Result, err = m.join(ctx, in.ID, "", &made.Job); err != nil {
		return Assembled{}, err
	}
	signature, err := m.sign(ctx, c, made.Job.Out, &made.Result)
	if err != nil {
		return Assembled{}, fmt.Errorf("sign %s: %w", in.ID, err)
	}
	if c.Takes, err = m.library().OtherTakes(ctx, in.ID, c.Shows); err != nil {
		return Assembled{}, err
	}
	if made.Covers, err = m.covers(ctx, c, filepath.Dir(job.Out)); err != nil {
		return Assembled{}, err
	}
	for _, v := range c.Script.Season.Versions {
		version, done, err := m.version(ctx, in, c, v)
		if err != nil {
			return Assembled{}, err
		}
		defer done()
		made.Versions = append(made.Versions, version)
	}
	files, err := m.storeCut(ctx, c, made)
	if err != nil {
		return Assembled{}, err
	}
	man := c.Manifest(made, files, m.Tool, m.now())
	man.C2PA = signature
	draft, err := m.library().KeepDraft(ctx, man)
	return Assembled{Manifest: draft}, err
}

// join has a cut's shots joined. What is kept of earlier cuts of the episode, or of its
// dubs that of names, is used again.
func (m *Media) join(ctx context.Context, id drama.EpisodeID, of string, job *media.AssembleJob) (media.AssembleResult, error) {
	return m.joinWith(ctx, id, m.lendParts(id, of, filepath.Dir(job.Out)), job)
}

// joinWith is join with the parts that are lent to it.
func (m *Media) joinWith(ctx context.Context, id drama.EpisodeID, sound parts, job *media.AssembleJob) (media.AssembleResult, error) {
	job.Parts = sound.lent
	r, err := m.run(ctx, media.Job{Assemble: job})
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return media.AssembleResult{}, damaged("assemble %s: %w", id, err)
	}
	if err != nil {
		return media.AssembleResult{}, fmt.Errorf("assemble %s: %w", id, err)
	}
	sound.keep()
	return *r.Assemble, nil
}

// layOut reads what the cut is made of, and makes what an editor's cut wants of takes that
// the run did not: trims are the pieces of them, by use.
func (m *Media) layOut(ctx context.Context, in AssembleInput) (c *cut.Cut, trims map[string]shotWork, err error) {
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return nil, nil, err
	}
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return nil, nil, err
	}
	c = &cut.Cut{ID: in.ID, Number: in.Cut, Script: script, ScriptRef: in.Script, Spec: m.spec(script.Season.Format), Spent: in.Spent, Signed: m.Signing.form()}
	shots, gone, err := m.cutShots(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	for i, s := range in.Shots {
		if gone[i] { // one after the other: it is decoded and encoded again
			beat.Now(ctx)
			if shots[i].Mezzanine, err = m.remake(ctx, in, s.Slate); err != nil {
				return nil, nil, err
			}
		}
		if planned, ok := library.PlannedShot(p, s.Slate); ok {
			shots[i].Digest = planned.Digest
		}
	}
	if shots, trims, err = m.edited(ctx, c, p, shots); err != nil {
		return nil, nil, err
	}
	for i := range shots {
		w, ok := trims[shots[i].Use()]
		if !ok {
			continue
		}
		beat.Now(ctx)
		if shots[i].Mezzanine, err = m.trim(ctx, w); err != nil {
			return nil, nil, err
		}
	}
	if err := c.Lay(shots); err != nil {
		return nil, nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	return c, trims, nil
}

// cutShots reads the takes and mezzanines of the cut, some at once. gone are those
// whose mezzanine's record is lost.
func (m *Media) cutShots(ctx context.Context, in AssembleInput) (shots []cut.Shot, gone []bool, err error) {
	shots, gone = make([]cut.Shot, len(in.Shots)), make([]bool, len(in.Shots))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for i, s := range in.Shots {
		group.Go(func() (err error) {
			shots[i] = cut.Shot{Slate: s.Slate, Attempts: s.Attempts, Reasons: s.Reasons, Speech: s.Speech, MezzanineDigest: s.Mezzanine}
			shots[i].Take, shots[i].Mezzanine, gone[i], err = m.made(reading, in, s)
			shots[i].Digest = shots[i].Take.Digest
			beat.Now(ctx)
			return err
		})
	}
	return shots, gone, group.Wait()
}

// made reads a shot's take and its mezzanine, which may be lost.
func (m *Media) made(ctx context.Context, in AssembleInput, s CutShot) (t drama.Take, mz library.Mezzanine, gone bool, err error) {
	if f, ok := m.fresh.take(in.ID.Show, s); ok {
		return f.take, f.mezzanine, false, nil
	}
	if mz, err = m.library().Mezzanine(ctx, in.ID.Show, s.Mezzanine); lost(err) {
		gone = true
	} else if err != nil {
		return t, mz, false, err
	}
	t, err = readTake(ctx, m.library(), s.Take)
	return t, mz, gone, err
}

// same finds the cut, whole, if it is there already: as the latest, or as the newest one
// that waits for an approval. If none is required any more that one is delivered.
func (m *Media) same(ctx context.Context, c *cut.Cut) (*Delivered, bool, error) {
	d, err := m.latest(ctx, c)
	if d != nil || err != nil {
		return d, d != nil, err
	}
	if d, err = m.waiting(ctx, c); d == nil || err != nil {
		return nil, false, err
	}
	if r := c.Script.Season.Review; r == nil || !r.Required {
		d.Waits = false
		err = m.library().Release(ctx, c.ID, d.Cut)
	}
	return d, err == nil, err
}

// latest is the latest cut if it is this one, and whole; else nil.
func (m *Media) latest(ctx context.Context, c *cut.Cut) (*Delivered, error) {
	at, err := m.library().Latest(ctx, c.ID)
	if lost(err) || err == nil && at.Digest != c.Identity() {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	if err != nil {
		return nil, err
	}
	return m.again(ctx, c, at.Cut)
}

// waiting is the newest cut if it is this one, whole, and waits for an approval; else nil.
func (m *Media) waiting(ctx context.Context, c *cut.Cut) (*Delivered, error) {
	newest, err := m.library().NewestCut(ctx, c.ID)
	if err != nil || newest == 0 {
		return nil, err
	}
	d, err := m.again(ctx, c, newest)
	if d == nil || err != nil || !d.Waits {
		return nil, err
	}
	return d, nil
}

// again is a cut that was made before, if it is this one, and whole; else nil.
func (m *Media) again(ctx context.Context, c *cut.Cut, number int) (*Delivered, error) {
	man, ref, err := m.library().Manifest(ctx, c.ID, number)
	if lost(err) || err == nil && man.Digest != c.Identity() {
		return nil, nil //nolint:nilnil // without its manifest: the cut is made anew
	}
	if err != nil {
		return nil, err
	}
	if whole, err := m.whole(ctx, man); err != nil || !whole {
		return nil, err
	}
	d := DeliveredCut(m.Store, man, ref)
	d.Waits, err = m.library().Waits(ctx, man)
	return &d, err
}

// lost says that a record is gone or damaged: what it was of is made anew.
func lost(err error) bool { return errors.Is(err, store.ErrNotFound) || library.Damaged(err) != nil }

// bring brings what the child needs into its folder, a few files at once.
func (m *Media) bring(ctx context.Context, needed []cut.Material) error {
	files := fetching{ctx: ctx, slots: make(chan struct{}, filesAtOnce)}
	for _, n := range needed {
		how := m.download
		if n.Use != "" {
			how = func(ctx context.Context, ref store.Ref, path string) error {
				return ofMezzanine(n.Use, m.file(ctx, ref, path))
			}
		}
		files.get(how, n.Ref, n.Path)
	}
	return files.wait()
}

// storeCut uploads the cut's files.
func (m *Media) storeCut(ctx context.Context, c *cut.Cut, made cut.Made) ([]drama.ManifestFile, error) {
	prefix := c.Prefix()
	var files []drama.ManifestFile
	for _, d := range c.Deliverables(made) {
		var ref store.Ref
		var err error
		if d.XMP != "" {
			if err := label(d.Path, d.XMP); err != nil {
				return nil, fmt.Errorf("label %s: %w", d.Name, err)
			}
		}
		if d.Path != "" {
			ref, err = m.upload(ctx, d.Path, prefix+d.Name, d.Type, fileSum{d.SHA256, d.Bytes})
		} else if ref, err = m.Store.Put(ctx, prefix+d.Name, bytes.NewReader(d.Body), d.Type); err != nil {
			err = fmt.Errorf("store %s: %w", d.Name, err)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, drama.ManifestFile{Name: d.Name, SHA256: ref.SHA256, Bytes: ref.Bytes, Type: d.Type})
	}
	return files, nil
}

// label puts a packet of metadata into a JPEG that was just made.
func label(path, packet string) error {
	picture, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if picture, err = xmp.Into(picture, packet); err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o600)
}
