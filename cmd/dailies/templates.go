package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) templatesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "templates SHOW [VERSION]", Short: "Which prompt templates a show keeps; move it to others", Args: cobra.RangeArgs(1, 2),
		Long: `Says which version of the prompt templates a show keeps, and moves it to another,
back again too. A show keeps the version that it began with, so that a newer dailies
words nothing anew by itself. The move holds from the next plan on and makes nothing:
plan and prompts show what it changes. From v2 to v3, which tells every model a shot
in the words of its own guide, no take becomes stale; from v1, those of shots with
named props.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				return a.templates(ctx, st, args)
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) templates(ctx context.Context, st *studio.Studio, args []string) error {
	show := args[0]
	if _, err := episodesOf(ctx, st, show); err != nil {
		return err
	}
	version, err := st.Templates(ctx, show)
	if err != nil {
		return err
	}
	known := studio.TemplateVersions()
	if len(args) > 1 {
		if err := st.MoveTemplates(ctx, show, version, args[1]); errors.Is(err, studio.ErrVersion) {
			return usage(err)
		} else if err != nil {
			return unknownIsUsage(err)
		}
		version = args[1]
	}
	if a.ui.json {
		return a.ui.object(map[string]any{"show": show, "templates": version, "versions": known})
	}
	switch newest := known[len(known)-1]; {
	case len(args) > 1:
		a.ui.say("%s goes on with templates %s from its next plan on; dailies plan says what that makes again", show, version)
	case version == newest:
		a.ui.result("%s keeps templates %s, the newest", show, version)
	case slices.Contains(known, version):
		a.ui.result("%s keeps templates %s; there are %s. dailies templates %s %s moves it, and back", show, version, strings.Join(known, ", "), show, newest)
	default:
		a.ui.result("%s keeps templates %s, which this dailies does not have; use the newer one that it was rendered with", show, version)
	}
	return nil
}
