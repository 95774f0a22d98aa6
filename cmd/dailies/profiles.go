package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) profilesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "profiles [NAME…]", Short: "What platforms, law and buyers want of a master, with sources",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listProfiles()
			}
			found, err := studio.FindProfiles(args)
			if err != nil {
				return unknownIsUsage(err)
			}
			return a.showProfiles(found)
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) listProfiles() error {
	t := profile.Built()
	if a.ui.json {
		return a.ui.object(map[string]any{"profiles": t.Profiles, "sources": t.Sources})
	}
	for _, p := range t.Profiles {
		note := ""
		if !p.Published {
			note = " (no public page)"
		}
		a.ui.result("%-16s %s%s", p.Name, p.Title, note)
	}
	return nil
}

func (a *cli) showProfiles(found []profile.Profile) error {
	if a.ui.json {
		return a.ui.object(map[string]any{"profiles": found, "sources": profile.Built().Sources})
	}
	for _, p := range found {
		a.ui.result("%s: %s", p.Name, p.Title)
		for _, r := range profile.Wishes(p) {
			advice := ""
			if r.Advice {
				advice = " (advice)"
			}
			a.ui.result("  %-18s %s%s; %s", r.Rule, r.Wanted, advice, sourceWords(r.Sources))
		}
		for _, key := range slices.Sorted(maps.Keys(p.Sheet)) {
			a.ui.result("  to declare: %s: %s", key, p.Sheet[key])
		}
		if p.FileName != "" {
			a.ui.result("  named: %s", p.FileName)
		}
	}
	return nil
}

func sourceWords(sources []profile.Source) string {
	var all []string
	for _, s := range sources {
		all = append(all, fmt.Sprint(s))
	}
	return strings.Join(all, "; ")
}
