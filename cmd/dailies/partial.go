package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// tellPartial tells how a run ended that was asked for some shots only: what it has,
// where to look at it, and what a cut still needs.
func (a *cli) tellPartial(d drama.Delivery, paths []string) {
	id := drama.EpisodeID{Show: d.Show, Number: d.Episode}
	made, again := 0, 0
	var missing []string
	for _, s := range d.Shots {
		switch {
		case s.State != drama.ShotCircle:
			missing = append(missing, s.Slate)
		case s.Reused:
			again++
		default:
			made++
		}
	}
	a.ui.say("%s, %s used again, spent %s, took %.1f s", count(made, "take")+" made", count(again, "take"), d.Spent, d.Elapsed)
	a.ui.result("%s partial", id)
	for _, path := range paths {
		a.ui.result("%s", path)
	}
	a.ui.say("a cut needs %s too: dailies render without --only makes it", strings.Join(missing, ", "))
}

// circledTakes is where the circled takes of a run lie: copied to out, where a folder
// was named.
func (a *cli) circledTakes(ctx context.Context, st *studio.Studio, d drama.Delivery, out string) ([]string, error) {
	takes, _, err := st.Takes(ctx, drama.EpisodeID{Show: d.Show, Number: d.Episode}, "")
	if err != nil {
		return nil, err
	}
	circled := map[string]bool{}
	for _, s := range d.Shots {
		circled[s.Take] = s.State == drama.ShotCircle
	}
	var ids []drama.TakeID
	var places []string
	for _, t := range takes {
		if circled[t.ID.String()] && t.URI != "" {
			ids, places = append(ids, t.ID), append(places, a.look(t.URI))
		}
	}
	if out == "" {
		return places, nil
	}
	return st.ExportTakes(ctx, ids, filepath.Join(out, "takes"))
}
