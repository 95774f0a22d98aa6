package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/submission"
)

// packAsked is what a person asked for.
type packAsked struct {
	show, out string
	studio.PackOptions
}

func (a *cli) packCmd() *cobra.Command {
	var p packAsked
	cmd := &cobra.Command{
		Use: "pack SHOW [--profile NAME,NAME]", Short: "A ZIP of all delivered episodes to hand in, with what receivers ask for", Args: cobra.ExactArgs(1),
		Long: `Pack writes a ZIP of a show's delivered episodes for the receivers that profiles name: a
folder for each, in which films, covers, subtitles and stems are called as it wants them,
and beside those a synopsis, the cast, who made each shot, the music, rights, costs and
checksums. Each cut is verified first. Episodes that are not delivered or not right are
named, and nothing is written (exit code 3, or 4 where only an approval is missing);
--partial packs the others.

The same cuts give the same bytes. A pack to a file that was cut off goes on where it
ended: what is there is read and checked, and is called FILE.part until it is whole.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.show = args[0]; !drama.ValidID(p.show) {
				return usagef("%q is no show; dailies status lists those that are", p.show)
			}
			return a.pack(cmd.Context(), p)
		},
	}
	cmd.Flags().StringSliceVar(&p.Profiles, "profile", nil, "whom it is for, from dailies profiles (default: the season's deliver)")
	cmd.Flags().StringVar(&p.out, "out", "", "file to write, - for stdout, or s3://… under the show's packs/ (default SHOW-PROFILE.zip here)")
	cmd.Flags().BoolVar(&p.Partial, "partial", false, "pack what is delivered and right; the pack says what is missing")
	cmd.Flags().BoolVar(&p.NoCosts, "no-costs", false, "leave out what the takes have cost")
	a.jsonFlag(cmd)
	return cmd
}

// packedAs is where a pack was written.
type packedAs struct {
	Path   string `json:"path,omitempty"`
	URI    string `json:"uri,omitempty"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Kept   int64  `json:"kept,omitempty"` // bytes that were there already, and right
}

// States of a pack.
const (
	packWhole      = "packed"
	packPartial    = "partial"
	packIncomplete = "incomplete" // nothing was written
)

type packResult struct {
	State string    `json:"state"`
	Out   *packedAs `json:"out"` // null: nothing was written
	submission.Pack
}

func (a *cli) pack(ctx context.Context, p packAsked) error {
	if _, err := studio.FindProfiles(p.Profiles); err != nil {
		return unknownIsUsage(err)
	}
	if p.out == "-" && a.ui.json {
		return usagef("--out - writes the ZIP to stdout, and --json its object: choose one of them")
	}
	p.Tool, p.Tell = version, a.ui.say
	need := app.ToLook
	if strings.HasPrefix(p.out, "s3://") {
		need = app.ToRun
	}
	var streamed error // a stream that was begun cannot be begun again by another engine
	err := a.WithStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		packed, out, err := a.packTo(ctx, st, p)
		if out != nil && p.out == "-" {
			streamed, err = err, nil
		}
		if err != nil || streamed != nil {
			return err
		}
		return a.showPacked(p, packed, out)
	})
	return errors.Join(err, streamed)
}

// packTo makes the pack and writes it where it is wanted; out is nil where nothing was
// written.
func (a *cli) packTo(ctx context.Context, st *studio.Studio, p packAsked) (packed *studio.Packed, out *packedAs, err error) {
	var file *packFile
	if p.out != "-" && !strings.HasPrefix(p.out, "s3://") {
		if p.out == "" && len(p.Profiles) == 0 {
			p.out = p.show + ".zip"
		}
		if p.out == "" {
			p.out = p.show + "-" + strings.Join(p.Profiles, "-") + ".zip"
		}
		if file, err = openPack(p.out); err != nil {
			return nil, nil, err
		}
		defer func() { err = errors.Join(err, file.close()) }()
		p.Checks = file
	}
	if packed, err = st.Pack(ctx, p.show, p.PackOptions); err != nil {
		return nil, nil, unknownIsUsage(err)
	}
	if packed.Layout == nil {
		return packed, nil, nil
	}
	open := packed.Open(ctx, st)
	switch {
	case file != nil:
		out, err = file.write(ctx, packed.Layout, open, a.packingShown(packed.Layout.Bytes()))
		return packed, out, err
	case p.out != "-":
		ref, err := st.PutPack(ctx, packed, p.out)
		return packed, &packedAs{URI: p.out, Bytes: ref.Bytes, SHA256: ref.SHA256}, unknownIsUsage(err)
	}
	r := packed.Layout.Reader(open)
	defer func() { err = errors.Join(err, r.Close()) }()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(a.program.stdout, sum), r)
	if err != nil {
		err = fmt.Errorf("write the pack to stdout: %w", err)
	}
	return packed, &packedAs{Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// packingShown shows a person at a terminal how far a pack is.
func (a *cli) packingShown(whole int64) func(int64) {
	if !a.ui.terminal || a.ui.quiet || whole == 0 {
		return nil
	}
	var last time.Time
	return func(n int64) {
		if now := time.Now(); now.Sub(last) > time.Second/2 || n == whole {
			last = now
			a.ui.redraw([]string{fmt.Sprintf("packing: %d %% of %.1f MB", n*100/whole, float64(whole)/1e6)})
		}
	}
}

// showPacked tells what was packed, and what was not.
func (a *cli) showPacked(p packAsked, packed *studio.Packed, out *packedAs) error {
	r := packResult{State: packWhole, Out: out, Pack: packed.Pack}
	switch {
	case out == nil:
		r.State = packIncomplete
	case len(packed.Missing) > 0:
		r.State = packPartial
	}
	if a.ui.json {
		if err := a.ui.object(r); err != nil {
			return err
		}
	}
	for _, m := range packed.Missing {
		a.ui.complain(fmt.Errorf("not packed: %s", m))
	}
	for _, g := range packed.Gaps {
		a.ui.say("asked for, and not there: %s", g)
	}
	if out == nil {
		code := exitNoCut
		if packed.Waits() {
			code = exitWaiting
		}
		if p.Partial {
			a.ui.say("nothing was written: no episode is delivered and right")
		} else {
			a.ui.say("nothing was written; --partial packs the episodes that are delivered and right")
		}
		return &exitError{code: code}
	}
	if out.Kept > 0 {
		a.ui.say("%.1f MB were there already, and right", float64(out.Kept)/1e6)
	}
	a.ui.say("%s for %s: %s, %.1f MB, SHA-256 %s", count(len(packed.Episodes), "episode"), receivers(packed.For), count(len(packed.Entries), "file"), float64(out.Bytes)/1e6, out.SHA256)
	switch {
	case p.out == "-":
	case out.URI != "":
		a.ui.result("%s", out.URI)
	default:
		a.ui.result("%s", filepath.Clean(out.Path))
	}
	return nil
}

func receivers(all []submission.Receiver) string {
	var names []string
	for _, r := range all {
		names = append(names, r.Profile)
	}
	return strings.Join(names, ", ")
}
