package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/submission"
)

// checked is what was found of a cut for a pack.
type checked struct {
	Damaged string                     `json:"damaged,omitempty"` // it could not be read as it was written
	Reports map[string]json.RawMessage `json:"reports"`           // of Verified, by profile
	CRC32   map[string]uint32          `json:"crc32"`             // of the files that the profiles are given
}

// verify holds an episode to the receivers that it was picked for, and takes it from those
// for whom it is not right.
func (g *packing) verify(ctx context.Context, e *submission.Episode) error {
	m := e.Manifest
	body, _, err := g.Store.Read(ctx, keys(m.ID).Cut(m.ID, m.Cut)+"manifest.json")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	e.SHA256 = hex.EncodeToString(sum[:])
	c, err := g.checkOf(ctx, *e)
	if err != nil {
		return err
	}
	if c.Damaged != "" {
		g.misses(submission.Missing{Episode: m.ID.Number, Why: []string{c.Damaged}, Do: "render again: a new cut is made of the same takes"})
		clear(e.Picked)
		return nil
	}
	for _, p := range g.in.Profiles {
		picked, ok := e.Picked[p.Name]
		if !ok {
			continue
		}
		var v Verified
		picked.Report = c.Reports[p.Name]
		if err := json.Unmarshal(picked.Report, &v); err != nil {
			return fmt.Errorf("read what verify found: %w", err)
		}
		if v.OK {
			e.Picked[p.Name] = picked
			continue
		}
		delete(e.Picked, p.Name)
		g.misses(submission.Missing{Episode: m.ID.Number, Profile: p.Name, Why: v.Problems, Do: fmt.Sprintf("mend the script and render again, or pack without the profile; dailies verify --profile %s holds a cut to it", p.Name)})
	}
	e.CRC32 = c.CRC32
	return nil
}

// checkOf is what is known of an episode's cut, or is found out now.
func (g *packing) checkOf(ctx context.Context, e submission.Episode) (checked, error) {
	key, err := g.checkKey(e)
	if err != nil {
		return checked{}, err
	}
	signed := e.Manifest.C2PA != nil // its certificate may have ended since
	if c, ok := g.recall(ctx, key); ok && !signed {
		return c, nil
	}
	g.Tell("%s: verifying cut %d", e.Manifest.ID, e.Manifest.Cut)
	c, err := g.check(ctx, e)
	if err != nil || signed || c.Damaged != "" {
		return c, err
	}
	record, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	if g.Checks != nil {
		g.Checks.Save(key, record)
	}
	// A store that is only read, or is full, costs the next pack time and nothing else.
	if _, err := g.Store.PutNew(ctx, key, record, "application/json"); err != nil && !errors.Is(err, store.ErrExists) && g.Log != nil {
		g.Log.Debug("keep what verify found", "key", key, "error", err)
	}
	return c, nil
}

// checkKey names what a cut was held to: its manifest, who gets what of it, their rules,
// and who measures.
func (g *packing) checkKey(e submission.Episode) (string, error) {
	type given struct {
		Profile profile.Profile
		Files   []string
		Name    string
	}
	var all []given
	for _, p := range g.in.Profiles {
		picked, ok := e.Picked[p.Name]
		if !ok {
			continue
		}
		one := given{Profile: p, Name: picked.Items[0].To}
		for _, i := range picked.Items {
			one.Files = append(one.Files, i.File.Name)
		}
		all = append(all, one)
	}
	body, err := json.Marshal([]any{1, e.SHA256, all, g.Tool})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	return keys(e.Manifest.ID).Check(e.Manifest.ID, hex.EncodeToString(sum[:])), nil
}

// recall is what was found before.
func (g *packing) recall(ctx context.Context, key string) (checked, bool) {
	var c checked
	if g.Checks != nil {
		if body, ok := g.Checks.Load(key); ok && json.Unmarshal(body, &c) == nil {
			return c, true
		}
	}
	body, _, err := g.Store.Read(ctx, key)
	return c, err == nil && json.Unmarshal(body, &c) == nil
}

// check brings the cut to a scratch folder, measures what the receivers get, and holds each
// film to its receiver's rules.
func (g *packing) check(ctx context.Context, e submission.Episode) (checked, error) {
	m := e.Manifest
	dir, err := os.MkdirTemp("", "dailies-pack-")
	if err != nil {
		return checked{}, err
	}
	defer os.RemoveAll(dir)
	if err := g.export(ctx, m, dir); err != nil {
		if lost(err) {
			g.Tell("%v", err)
			return checked{Damaged: fmt.Sprintf("cut %d is damaged: a file of it is gone, or is not what its manifest says", m.Cut)}, nil
		}
		return checked{}, err
	}
	run := &remembering{Runner: g.Media, of: map[string]media.Result{}}
	whole, err := VerifyFolder(ctx, run, dir, g.Trust, profile.Master)
	if err != nil {
		return checked{}, err
	}
	c := checked{Reports: map[string]json.RawMessage{}, CRC32: map[string]uint32{}}
	for _, p := range g.in.Profiles {
		picked, ok := e.Picked[p.Name]
		if !ok {
			continue
		}
		v, err := g.film(ctx, run, m, dir, picked, p)
		if err != nil {
			return c, err
		}
		for _, problem := range whole.Problems {
			if !slices.Contains(v.Problems, problem) {
				v.Problems = append(v.Problems, problem)
			}
		}
		for _, rule := range whole.Broken {
			if !slices.Contains(v.Broken, rule) {
				v.Broken = append(v.Broken, rule)
			}
		}
		v.OK, v.Files = len(v.Problems) == 0, whole.Files
		if c.Reports[p.Name], err = json.Marshal(v); err != nil {
			return c, err
		}
		for _, i := range picked.Items {
			if _, done := c.CRC32[i.File.Name]; done {
				continue
			}
			if c.CRC32[i.File.Name], err = crcOfFile(ctx, dir, i.File.Name); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

// film holds one film of a cut that lies in a folder to one profile.
func (g *packing) film(ctx context.Context, run media.Runner, m drama.Manifest, dir string, picked submission.Picked, p profile.Profile) (Verified, error) {
	local, err := filepath.Localize(picked.Film.File)
	if err != nil {
		return Verified{}, err
	}
	path, like, stream := filepath.Join(dir, local), m, hlsFolder
	for _, o := range m.Versions {
		if o.Name == picked.Film.Version {
			like, stream = versionOf(m, o), drama.VersionFolder(o.Name)+hlsFolder
		}
	}
	job := expect(like, path)
	if job.HLS, err = streamOf(m, dir, stream); err != nil {
		return Verified{}, err
	}
	v := verified(fmt.Sprintf("%s cut %d %s", m.ID, m.Cut, picked.Film.File))
	v.Cut = m.Cut
	if v, err = v.measure(ctx, run, job, &like, g.Trust, []string{p.Name}); err != nil {
		return v, err
	}
	v.Checks = slices.DeleteFunc(v.Checks, func(l profile.Line) bool { return l.Rule == "name" })
	v.Checks = append(v.Checks, profile.Named([]profile.Profile{p}, picked.Items[0].To, submission.ShowTitle(g.in.Season), m.ID.Number)...)
	return v, nil
}

// remembering runs each job once: a film is measured once, whoever it is held to.
type remembering struct {
	media.Runner
	of map[string]media.Result
}

// Run is media.Runner's.
func (r *remembering) Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	name, err := json.Marshal(job)
	if err != nil {
		return media.Result{}, err
	}
	if res, ok := r.of[string(name)]; ok {
		return res, nil
	}
	res, err := r.Runner.Run(ctx, job, stdin, report)
	if err == nil {
		r.of[string(name)] = res
	}
	return res, err
}

// lost says whether an error is that of an object that is gone, or is not what it was.
func lost(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrChecksum)
}

// crcOfFile is the CRC-32 of a file of an exported cut.
func crcOfFile(ctx context.Context, dir, name string) (uint32, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	local, err := filepath.Localize(name)
	if err != nil {
		return 0, err
	}
	f, err := root.Open(local)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := crc32.NewIEEE()
	_, err = io.Copy(sum, readerWith{ctx, f})
	return sum.Sum32(), err
}

// crcOf is the CRC-32 of an object, whose checksum is compared on the way.
func (s *Studio) crcOf(ctx context.Context, ref drama.Object) (uint32, error) {
	body, err := s.Store.Get(ctx, ref)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	sum := crc32.NewIEEE()
	_, err = io.Copy(sum, body)
	return sum.Sum32(), err
}
