package studio

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
)

// Verified is what Verify found.
type Verified struct {
	OK      bool                `json:"ok"`
	Subject string              `json:"subject"` // as asked for
	Cut     int                 `json:"cut,omitempty"`
	Files   int                 `json:"files"` // whose checksums were compared
	Master  *media.VerifyResult `json:"master,omitempty"`
	// Profiles are those that it was held to, and Checks what came of each of their rules.
	Profiles []string       `json:"profiles"`
	Checks   []profile.Line `json:"checks"`
	C2PA     *c2pa.Report   `json:"c2pa,omitempty"` // of the master's manifest; nil: it has none
	// Broken are the rules that it breaks, each once; Problems say how, the rule's name first.
	Broken   []string `json:"broken"`
	Problems []string `json:"problems"`
}

// breaks notes that a rule is broken.
func (v *Verified) breaks(rule, format string, args ...any) {
	if !slices.Contains(v.Broken, rule) {
		v.Broken = append(v.Broken, rule)
	}
	v.Problems = append(v.Problems, rule+": "+fmt.Sprintf(format, args...))
}

// Rules of a cut's files, beside those of its master.
const (
	ruleChecksum = "checksum"      // every file is as the manifest says
	ruleManifest = "aigc.manifest" // the implicit label is the manifest's
	rulePoster   = "aigc.poster"   // pictures beside the master bear it too
	ruleReadable = "readable"      // the file can be opened
	ruleVersion  = "version.file"  // a further master is there, and right
	ruleC2PA     = "c2pa.manifest" // its signature is good, and the one that the manifest names
)

func verified(subject string) Verified {
	return Verified{Subject: subject, Profiles: []string{}, Checks: []profile.Line{}, Broken: []string{}, Problems: []string{}}
}

// VerifyFile measures a master on disk. When a manifest lies beside it, it is held to
// that. It is held to the profiles too; without any, to those that its manifest names, and
// else to that of every master. ErrUnknown for a profile that is none.
func VerifyFile(ctx context.Context, run media.Runner, path string, trust *x509.CertPool, profiles ...string) (Verified, error) {
	if filepath.Base(path) == library.MasterName {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), library.ManifestName)); err == nil {
			return verifyMaster(ctx, run, path, filepath.Dir(path), trust, profiles)
		}
	}
	v := verified(path)
	return v.measure(ctx, run, media.VerifyJob{In: path}, nil, trust, profiles)
}

// VerifyFolder holds an exported cut to its manifest: every file's size and
// checksum, then the master's pictures, joins and sound. A folder without a manifest that
// holds one video is that video. Profiles are as in VerifyFile.
func VerifyFolder(ctx context.Context, run media.Runner, dir string, trust *x509.CertPool, profiles ...string) (Verified, error) {
	v := verified(dir)
	if path := onlyVideo(dir); path != "" {
		v, err := VerifyFile(ctx, run, path, trust, profiles...)
		v.Subject = dir
		return v, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", dir, err)
	}
	defer root.Close()
	m, err := folderManifest(root)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", dir, err)
	}
	v.Cut = m.Cut
	for _, f := range m.Files {
		if f.Name == library.ManifestName {
			continue
		}
		v.Files++
		if err := checkFile(ctx, root, f); err != nil {
			v.breaks(ruleChecksum, "%s: %v", f.Name, err)
			continue
		}
		if err := v.poster(root, m, f); err != nil {
			return v, fmt.Errorf("verify %s: %w", dir, err)
		}
	}
	job := expect(m, filepath.Join(dir, masterOf(m)))
	if job.HLS, err = streamOf(m, dir, hlsFolder); err != nil {
		return v, fmt.Errorf("verify %s: %w", dir, err)
	}
	if v, err = v.measure(ctx, run, job, &m, trust, profiles); err != nil {
		return v, err
	}
	return v.versions(ctx, run, m, dir, trust)
}

// hlsFolder is where a cut's HLS lies.
const hlsFolder = "hls/"

// streamOf is the HLS of an exported cut in a folder of its; nil if it has none.
func streamOf(m drama.Manifest, dir, folder string) (*media.VerifyHLS, error) {
	abs, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(folder)))
	if err != nil {
		return nil, err
	}
	job := &media.VerifyHLS{Dir: abs}
	for _, f := range m.Files {
		name, ok := strings.CutPrefix(f.Name, folder)
		if !ok {
			continue
		}
		local, err := filepath.Localize(name)
		if err != nil {
			continue // which is among the problems
		}
		if _, err := os.Stat(filepath.Join(abs, local)); err == nil {
			job.Files = append(job.Files, local)
		}
	}
	if len(job.Files) == 0 {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	return job, nil
}

// versions has the further masters of an exported cut decoded: they are as long as the
// master and cut where it is.
func (v Verified) versions(ctx context.Context, run media.Runner, m drama.Manifest, dir string, trust *x509.CertPool) (Verified, error) {
	for _, o := range m.Versions {
		name := drama.VersionFolder(o.Name) + library.MasterName
		local, err := filepath.Localize(name)
		if err != nil {
			v.breaks(ruleVersion, "%s: its name leaves the folder", name)
			continue
		}
		path := filepath.Join(dir, local)
		if _, err := os.Stat(path); err != nil {
			v.breaks(ruleVersion, "%s: there is none", name)
			continue
		}
		like := versionOf(m, o)
		job := expect(like, path)
		if job.HLS, err = streamOf(m, dir, drama.VersionFolder(o.Name)+hlsFolder); err != nil {
			return v, fmt.Errorf("verify %s: %w", dir, err)
		}
		one, err := verified(name).measure(ctx, run, job, &like, trust, []string{profile.Master})
		if err != nil {
			return v, err
		}
		for _, p := range one.Problems {
			v.breaks(ruleVersion, "%s: %s", name, p)
		}
	}
	v.OK = len(v.Problems) == 0
	return v, nil
}

// versionOf is the manifest of a cut as one of its versions must be.
func versionOf(m drama.Manifest, o drama.ManifestVersion) drama.Manifest {
	like := m
	like.Raster, like.Loudness, like.C2PA = o.Raster, o.Loudness, o.C2PA
	like.Safe, like.Shots = profile.Safe(m.Deliver, o.Raster), slices.Clone(m.Shots)
	for i := range like.Shots { // these are the master's; a padded picture is another
		like.Shots[i].Runs, like.Shots[i].Inked = nil, nil
	}
	return like
}

// masterOf is what a cut's master is called, or that of a copy without the label.
func masterOf(m drama.Manifest) string {
	if m.Label.Unlabelled != nil {
		return UnlabelledName
	}
	return library.MasterName
}

// verifyMaster holds one file to the manifest beside it.
func verifyMaster(ctx context.Context, run media.Runner, path, dir string, trust *x509.CertPool, profiles []string) (Verified, error) {
	v := verified(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", path, err)
	}
	defer root.Close()
	m, err := folderManifest(root)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", path, err)
	}
	v.Cut, v.Files = m.Cut, 1
	for _, f := range m.Files {
		if f.Name == library.MasterName {
			if err := checkFile(ctx, root, f); err != nil {
				v.breaks(ruleChecksum, "%s: %v", f.Name, err)
			}
		}
	}
	return v.measure(ctx, run, expect(m, path), &m, trust, profiles)
}

// VerifyURI holds a cut in the store to its manifest, or a video that lies there. uri is
// s3://… of the cut, or of a file in it. Profiles are as in VerifyFile.
func (s *Studio) VerifyURI(ctx context.Context, uri string, profiles ...string) (Verified, error) {
	v := verified(uri)
	id, language, cut, err := s.cutOf(uri)
	if err != nil && isVideo(uri) && strings.HasPrefix(uri, s.Store.URI("")) {
		return s.verifyObject(ctx, uri, profiles)
	}
	if err != nil {
		return v, err
	}
	dir, err := os.MkdirTemp("", "dailies-verify-")
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", uri, err)
	}
	defer os.RemoveAll(dir)
	if language != "" {
		_, err = s.ExportDub(ctx, id, language, cut, dir)
	} else {
		_, err = s.Export(ctx, id, cut, dir)
	}
	if err != nil {
		if errors.Is(err, ErrUnknown) || ctx.Err() != nil {
			return v, err
		}
		// What cannot be read as it was written is what verify is there to say.
		v.breaks(ruleReadable, "%v", err)
		return v, nil
	}
	found, err := VerifyFolder(ctx, s.Media, dir, s.Trust, profiles...)
	found.Subject = uri
	return found, err
}

// VerifyCut holds a cut of an episode to its manifest. ErrUnknown.
func (s *Studio) VerifyCut(ctx context.Context, id drama.EpisodeID, cut int, profiles ...string) (Verified, error) {
	return s.VerifyURI(ctx, s.Store.URI(strings.TrimSuffix(keys(id).Cut(id, cut), "/")), profiles...)
}

// VerifyDub holds a dub of an episode to its manifest. ErrUnknown.
func (s *Studio) VerifyDub(ctx context.Context, id drama.EpisodeID, language string, number int, profiles ...string) (Verified, error) {
	m, err := s.DubManifest(ctx, id, language, number)
	if err != nil {
		return Verified{}, err
	}
	return s.VerifyURI(ctx, s.Store.URI(strings.TrimSuffix(library.Prefix(m), "/")), profiles...)
}

// cutOf reads the episode and the number of the cut that a URI lies in; of a dub also its
// language.
func (s *Studio) cutOf(uri string) (id drama.EpisodeID, language string, number int, err error) {
	base := s.Store.URI("")
	key, ours := strings.CutPrefix(uri, base)
	if !ours {
		return id, "", 0, fmt.Errorf("%s is not in the store of this config, which is %s: %w", uri, base, ErrUnknown)
	}
	parts := strings.Split(strings.Trim(key, "/"), "/")
	if len(parts) >= 5 && parts[2] == "dubs" {
		language, parts = parts[3], append(parts[:2:2], parts[3:]...)
		parts[2] = "cuts"
	}
	if len(parts) >= 4 && parts[2] == "cuts" {
		id, err := drama.ParseEpisodeID(parts[0] + "/" + parts[1])
		n, numErr := strconv.Atoi(parts[3])
		if err == nil && numErr == nil && n > 0 {
			return id, language, n, nil
		}
	}
	return id, "", 0, fmt.Errorf("%s is no cut: want %sSHOW/epNN/cuts/N, or …/dubs/LANGUAGE/N: %w", uri, base, ErrUnknown)
}

// maxManifest bounds a manifest that lies in a folder, in bytes.
const maxManifest = 16 << 20

func folderManifest(root *os.Root) (drama.Manifest, error) {
	var m drama.Manifest
	f, err := root.Open(library.ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return m, errors.New("there is no manifest.json: this is no exported cut")
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("read manifest.json: %w", err)
	}
	return m, nil
}

func checkFile(ctx context.Context, root *os.Root, f drama.ManifestFile) error {
	local, err := filepath.Localize(f.Name)
	if err != nil {
		return errors.New("its name leaves the folder")
	}
	in, err := root.Open(local)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("is missing")
	}
	if err != nil {
		return err
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, readerWith{ctx, in})
	switch {
	case err != nil:
		return err
	case n != f.Bytes:
		return fmt.Errorf("has %d bytes, the manifest says %d", n, f.Bytes)
	case hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		return errors.New("its checksum is not the manifest's")
	}
	return nil
}

// readerWith ends a long read with its context.
type readerWith struct {
	ctx context.Context
	r   io.Reader
}

func (r readerWith) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// inaudible is the loudness, in LUFS, under which a mix counts as silent and is
// not held to a target.
const inaudible = -60

// expect turns a manifest into what the master must be.
func expect(m drama.Manifest, path string) media.VerifyJob {
	job := media.VerifyJob{In: path, Frames: m.Frames, Raster: m.Raster}
	job.BlackOK, job.FrozenOK = runsOf(m)
	if fps, err := media.ParseRational(m.FPS); err == nil {
		job.FPS = fps
	}
	for i, shot := range m.Shots {
		if i == 0 {
			continue
		}
		job.Joins = append(job.Joins, shot.Start)
		if before := m.Shots[i-1].Cut.Kind; before == media.Cut || before == "" {
			job.HardCuts = append(job.HardCuts, shot.Start)
		}
	}
	if m.Loudness.Integrated > inaudible {
		// The manifest holds what was measured; a tenth is lost in coding.
		const coding = 0.1
		job.Loudness = &media.Loudness{Integrated: m.Loudness.Integrated, TruePeak: m.Loudness.TruePeak + coding}
	}
	return job
}

// measure has the master decoded and adds what is wrong with it: by itself, by its
// manifest, where it has one, and by profiles.
func (v Verified) measure(ctx context.Context, run media.Runner, job media.VerifyJob, m *drama.Manifest, trust *x509.CertPool, names []string) (Verified, error) {
	profiles, err := profilesFor(m, names)
	if err != nil {
		return v, err
	}
	for _, p := range profiles {
		v.Profiles = append(v.Profiles, p.Name)
	}
	abs, err := filepath.Abs(job.In)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", v.Subject, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		if len(v.Problems) == 0 {
			return v, fmt.Errorf("verify %s: %w", v.Subject, err)
		}
		return v, nil // it is among the problems
	}
	job.In = abs
	if err := v.signature(ctx, abs, m, trust); err != nil {
		return v, fmt.Errorf("verify %s: %w", v.Subject, err)
	}
	if job.Label, job.Card, err = lookFor(ctx, run, abs, m); err != nil {
		return v, fmt.Errorf("verify %s: %w", v.Subject, err)
	}
	res, err := run.Run(ctx, media.Job{Verify: &job}, nil, nil)
	var clip *media.ClipError
	switch {
	case errors.As(err, &clip):
		v.breaks(ruleReadable, "%s", clip.Reason)
	case err != nil:
		return v, fmt.Errorf("verify %s: %w", v.Subject, err)
	case res.Verify == nil:
		return v, fmt.Errorf("verify %s: the media child gave no answer", v.Subject)
	default:
		v.Master = res.Verify
		for _, p := range res.Verify.Problems {
			if m == nil && profile.Takes(p.Rule) { // nobody says what the takes had
				v.Checks = append(v.Checks, profile.Noted(p))
				continue
			}
			v.breaks(p.Rule, "%s", p.Text)
		}
		if m != nil {
			for _, name := range slices.Sorted(maps.Keys(res.Verify.Streams)) {
				label, has := res.Verify.Streams[name][aigc.Key]
				for _, p := range aigc.Differs(*m, label, has) {
					v.breaks(ruleManifest, "%s%s: %s", hlsFolder, name, p)
				}
			}
		}
		v.hold(profiles, profile.Subject{Name: filepath.Base(abs), Bytes: info.Size(), Seen: *res.Verify, Manifest: m})
	}
	v.OK = len(v.Problems) == 0
	return v, nil
}
