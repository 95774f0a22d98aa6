package main

import (
	"context"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
)

func (a *cli) openCmd() *cobra.Command {
	var print bool
	cmd := &cobra.Command{
		Use: "open [SHOW[/epNN]]", Short: "Open the Studio's page of a show or an episode", Args: cobra.MaximumNArgs(1),
		Long: `Open shows the Studio, which dailies up serves, in the browser of this machine, and prints
the page's address.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			what := ""
			if len(args) > 0 {
				what = args[0]
			}
			return a.open(cmd.Context(), what, print)
		},
	}
	cmd.Flags().BoolVar(&print, "print", false, "print the address and open nothing")
	return cmd
}

func (a *cli) open(ctx context.Context, what string, print bool) error {
	page, err := pageOf(what)
	if err != nil {
		return err
	}
	if !a.EmbedsTemporal() {
		return usagef("temporal.address is configured, so dailies up serves no Studio here")
	}
	addr, up, err := engine.Connect(ctx, a.DataDir())
	if err != nil {
		return err
	}
	if !up || addr.Studio == "" {
		return usagef("no Studio is served for %s: start dailies up", a.DataDir())
	}
	url := addr.Studio + page
	a.ui.result("%s", url)
	if print {
		return nil
	}
	if err := browse(ctx, url); err != nil {
		a.ui.say("no browser could be opened here (%v): open the address yourself", err)
	}
	return nil
}

// pageOf is the page of a show or an episode.
func pageOf(what string) (string, error) {
	switch {
	case what == "":
		return "/", nil
	case strings.Contains(what, "/"):
		id, err := drama.ParseEpisodeID(what)
		return "/s/" + id.String(), usage(err)
	case !drama.ValidID(what):
		return "", usagef("%q is no show's name; want SHOW or SHOW/epNN, for example night-shift/ep01", what)
	}
	return "/s/" + what, nil
}

// browse hands an address of ours to the machine's browser.
func browse(ctx context.Context, url string) error {
	command := []string{"xdg-open", url}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open", url}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", url}
	}
	return exec.CommandContext(ctx, command[0], command[1:]...).Run() //nolint:gosec // the address is the engine's own, the page a checked name
}
