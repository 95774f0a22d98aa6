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
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) verifyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify FILE|DIR|s3://…", Short: "Check a finished master, an exported folder or a cut in S3", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args[0]) },
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) verify(ctx context.Context, what string) error {
	var v studio.Verified
	var err error
	if strings.HasPrefix(what, "s3://") {
		err = a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) (err error) {
			v, err = st.VerifyURI(ctx, what)
			return unknownIsUsage(err)
		})
	} else {
		v, err = a.verifyPath(ctx, what)
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

func (a *cli) verifyPath(ctx context.Context, path string) (studio.Verified, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return studio.Verified{}, usagef("verify %s: there is no such file or folder", path)
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
		return studio.VerifyFolder(ctx, run, path, trust)
	}
	return studio.VerifyFile(ctx, run, path, trust)
}

func (a *cli) showVerified(v studio.Verified) {
	for _, p := range v.Problems {
		a.ui.result("problem: %s", p)
	}
	if m := v.Master; m != nil {
		a.ui.say("%d frames, %s, %.1f LUFS, peak %.1f dBTP", m.Frames, m.Info.Raster, m.Integrated, m.TruePeak)
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
