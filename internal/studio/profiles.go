package studio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/store"
)

// FindProfiles gives profiles by their names. ErrUnknown, with the nearest name.
func FindProfiles(names []string) ([]profile.Profile, error) {
	found, unknown := profile.Find(names)
	if unknown == "" {
		return found, nil
	}
	hint := "dailies profiles lists them"
	if meant := near.Word(unknown, profile.Names()); meant != "" {
		hint = fmt.Sprintf("did you mean %s?", meant)
	}
	return nil, fmt.Errorf("profile %q is %w; %s", unknown, ErrUnknown, hint)
}

// profilesFor are those that a master is held to: those asked for, else those of its
// manifest that this release knows, else that of every master.
func profilesFor(m *drama.Manifest, names []string) ([]profile.Profile, error) {
	if len(names) > 0 {
		return FindProfiles(names)
	}
	if m != nil && m.Label.Unlabelled == nil { // such a copy is for whoever asked for it
		var known []string
		for _, name := range m.Deliver {
			if slices.Contains(profile.Names(), name) {
				known = append(known, name)
			}
		}
		if len(known) > 0 {
			return FindProfiles(known)
		}
	}
	return FindProfiles([]string{profile.Master})
}

// lookFor is what is looked for on the pictures of a file. Without a manifest that depends
// on their raster; a file that cannot be probed is told of when it is measured.
func lookFor(ctx context.Context, run media.Runner, path string, m *drama.Manifest) ([]media.LabelMark, *media.CardMark, error) {
	var raster media.Raster
	if m == nil {
		r, err := run.Run(ctx, media.Job{Probe: &media.ProbeJob{In: path}}, nil, nil)
		if _, broken := errors.AsType[*media.ClipError](err); err != nil && !broken {
			return nil, nil, err
		}
		if r.Probe != nil {
			raster = r.Probe.Raster
		}
	}
	labels, card := profile.Expect(m, raster)
	return labels, card, nil
}

// hold holds a measured master to its manifest's labels and to profiles.
func (v *Verified) hold(profiles []profile.Profile, s profile.Subject) {
	v.Checks = append(v.Checks, profile.Judge(profiles, profile.Measure(s))...)
	if m := s.Manifest; m != nil {
		v.Checks = append(v.Checks, profile.Beside(profiles, *m)...)
		show := m.Season[m.Language]
		if show == "" {
			show = m.ID.Show
		}
		v.Checks = append(v.Checks, profile.Named(profiles, s.Name, show, m.ID.Number)...)
		if s.Seen.Made == nil || len(s.Seen.Made.AIGC) < 2 { // of two, neither is the one
			label, has := "", false
			if s.Seen.Made != nil && len(s.Seen.Made.AIGC) == 1 {
				label, has = s.Seen.Made.AIGC[0].Value, true
			}
			for _, p := range aigc.Differs(*m, label, has) {
				v.breaks(ruleManifest, "%s", p)
			}
		}
	}
	for _, l := range v.Checks {
		if l.Failed() {
			v.breaks(l.Rule, "%s", l.Told())
		}
	}
}

// poster holds a picture beside the master to the manifest's label: it was generated too.
// Older releases labelled none.
func (v *Verified) poster(root *os.Root, m drama.Manifest, f drama.ManifestFile) error {
	if f.Type != "image/jpeg" || !m.Label.Shown || m.Language == "" {
		return nil
	}
	local, err := filepath.Localize(f.Name)
	if err != nil {
		return nil //nolint:nilerr // its checksum was not compared either
	}
	in, err := root.Open(local)
	if err != nil {
		return err
	}
	defer in.Close()
	labels, err := xmp.Of(in)
	switch {
	case err != nil:
		v.breaks(rulePoster, "%s: %v", f.Name, err)
	case len(labels) != 1:
		v.breaks(rulePoster, "%s bears %d implicit labels (XMP TC260:AIGC), and must bear one", f.Name, len(labels))
	default:
		for _, p := range aigc.Differs(m, labels[0], true) {
			v.breaks(rulePoster, "%s: %s", f.Name, p)
		}
	}
	return nil
}

// runsOf is where a cut may be black and may stand still: where the takes do, and where it
// fades. Shots that an older release conformed may everywhere.
func runsOf(m drama.Manifest) (black, still [][2]media.Frames) {
	for i, shot := range m.Shots {
		if shot.Runs == nil {
			whole := [2]media.Frames{shot.Start, shot.Start + shot.Frames}
			black, still = append(black, whole), append(still, whole)
			continue
		}
		at := func(spans [][2]media.Frames) (out [][2]media.Frames) {
			for _, s := range spans {
				out = append(out, [2]media.Frames{shot.Start + s[0], shot.Start + s[1]})
			}
			return out
		}
		black, still = append(black, at(shot.Runs.Black)...), append(still, at(shot.Runs.Still)...)
		if c := shot.Cut; c.Kind == media.Fade {
			end := shot.Start + shot.Frames
			fade := [2]media.Frames{end - c.Frames, end}
			if i+1 < len(m.Shots) {
				fade[1] = end + c.Frames
			}
			black, still = append(black, fade), append(still, fade)
		}
	}
	return black, still
}

// isVideo says whether a name is that of a video that can be measured.
func isVideo(name string) bool {
	return slices.Contains([]string{".mp4", ".mov", ".m4v"}, strings.ToLower(filepath.Ext(name)))
}

// onlyVideo is the only video of a folder without a manifest; empty: there is a manifest,
// or not exactly one.
func onlyVideo(dir string) string {
	if _, err := os.Stat(filepath.Join(dir, library.ManifestName)); err == nil {
		return ""
	}
	const most = 10_000
	d, err := os.Open(dir)
	if err != nil {
		return ""
	}
	defer d.Close()
	names, _ := d.Readdirnames(most) // what cannot be listed has none
	names = slices.DeleteFunc(names, func(n string) bool { return !isVideo(n) })
	if len(names) != 1 {
		return ""
	}
	return filepath.Join(dir, names[0])
}

// verifyObject measures a video of the store that is no cut's.
func (s *Studio) verifyObject(ctx context.Context, uri string, profiles []string) (Verified, error) {
	v := verified(uri)
	key := strings.TrimPrefix(uri, s.Store.URI(""))
	dir, err := os.MkdirTemp("", "dailies-verify-")
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", uri, err)
	}
	defer os.RemoveAll(dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", uri, err)
	}
	defer root.Close()
	name := filepath.Base(key)
	err = s.exportFile(ctx, root, drama.Object{Key: key}, name)
	if errors.Is(err, store.ErrNotFound) {
		return v, fmt.Errorf("%s is %w", uri, ErrUnknown)
	}
	if err != nil {
		return v, fmt.Errorf("verify %s: %w", uri, err)
	}
	v, err = VerifyFile(ctx, s.Media, filepath.Join(dir, name), s.Trust, profiles...)
	v.Subject = uri
	return v, err
}
