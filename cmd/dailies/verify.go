package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) verifyCmd() *cobra.Command {
	var profiles []string
	var cut int
	cmd := &cobra.Command{
		Use: "verify FILE|DIR|SHOW/epNN|s3://…", Short: "Check a finished master, an exported folder or a cut", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args[0], cut, profiles) },
	}
	cmd.Flags().IntVar(&cut, "cut", 0, "number of an episode's cut (default the newest)")
	cmd.Flags().StringSliceVar(&profiles, "profile", nil, "whose rules to hold it to, from dailies profiles (default: the cut's own, else every master's)")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) verify(ctx context.Context, what string, cut int, profiles []string) error {
	if _, err := studio.FindProfiles(profiles); err != nil {
		return unknownIsUsage(err)
	}
	var v studio.Verified
	var err error
	id, episode := namesEpisode(what)
	switch {
	case cut != 0 && !episode:
		return usagef("verify %s --cut %d: cuts are an episode's: dailies verify SHOW/epNN --cut %d", what, cut, cut)
	case episode:
		err = a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
			m, err := st.Manifest(ctx, id, cut)
			if err == nil {
				v, err = st.VerifyCut(ctx, id, m.Cut, profiles...)
			}
			return unknownIsUsage(err)
		})
	case strings.HasPrefix(what, "s3://"):
		err = a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) (err error) {
			v, err = st.VerifyURI(ctx, what, profiles...)
			return unknownIsUsage(err)
		})
	default:
		v, err = a.verifyPath(ctx, what, profiles)
	}
	if err != nil {
		return err
	}
	if a.ui.json {
		if err := a.ui.object(v); err != nil {
			return err
		}
	} else {
		a.showVerified(v)
	}
	if !v.OK {
		return &exitError{code: exitNoCut}
	}
	return nil
}

// namesEpisode reads an episode's name; a file or a folder of that name goes first.
func namesEpisode(what string) (drama.EpisodeID, bool) {
	id, err := drama.ParseEpisodeID(what)
	if err != nil {
		return id, false
	}
	_, err = os.Stat(what)
	return id, errors.Is(err, fs.ErrNotExist)
}

func (a *cli) verifyPath(ctx context.Context, path string, profiles []string) (studio.Verified, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return studio.Verified{}, usagef("verify %s: there is no such file or folder, and it is no episode (SHOW/epNN)", path)
	}
	if err != nil {
		return studio.Verified{}, fmt.Errorf("verify %s: %w", path, err)
	}
	run, err := a.MediaRunner()
	if err != nil {
		return studio.Verified{}, err
	}
	trust, err := a.Trust()
	if err != nil {
		return studio.Verified{}, err
	}
	if info.IsDir() {
		return studio.VerifyFolder(ctx, run, path, trust, profiles...)
	}
	return studio.VerifyFile(ctx, run, path, trust, profiles...)
}

func (a *cli) showVerified(v studio.Verified) {
	for _, p := range v.Problems {
		a.ui.result("problem: %s", p)
	}
	passed := 0
	for _, l := range v.Checks {
		switch {
		case l.OK:
			passed++
		case l.Unknown:
			a.ui.say("not told: %s (%s): %s", l.Rule, l.Profile, l.Measured)
		case l.Advice:
			a.ui.say("advice: %s", l)
		}
	}
	if m := v.Master; m != nil {
		a.ui.say("%d frames, %s, %.1f LUFS, peak %.1f dBTP", m.Frames, m.Info.Raster, m.Integrated, m.TruePeak)
	}
	a.ui.say("%s: %s passed of %d", strings.Join(v.Profiles, ", "), count(passed, "check"), len(v.Checks))
	found, _ := profile.Find(v.Profiles)
	for _, p := range found {
		if !p.Published && p.Name != profile.Master {
			a.ui.say("%s has no public page: its own rules are our choice", p.Name)
		}
	}
	if v.C2PA != nil {
		a.ui.result("%s", v.C2PA)
		for _, u := range v.C2PA.Unchecked {
			a.ui.say("not checked: %s", u)
		}
	}
	if v.OK {
		a.ui.result("ok: %s", v.Subject)
	} else {
		a.ui.result("%s: %s", count(len(v.Problems), "problem"), v.Subject)
	}
}
