package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/httpapi/access"
)

func (a *cli) tokenCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Say who may come into the Studio",
		Long: `Token keeps the file studio.tokens_file: who may do what over the Studio's page and API.
A token is told once, when it is made; the file holds its hash. The server looks at the
file with each request, so what is revoked is refused from then on.`,
	}
	var file string
	cmd.PersistentFlags().StringVar(&file, "file", "", "the file, instead of studio.tokens_file")
	path := func() (string, error) {
		if file == "" {
			file = a.Config.Studio.TokensFile
		}
		if file == "" {
			return "", usagef("nothing says where tokens lie: set studio.tokens_file in dailies.yaml, or --file")
		}
		return file, nil
	}
	for _, c := range []*cobra.Command{a.tokenNewCmd(path), a.tokenListCmd(path), a.tokenRevokeCmd(path)} {
		c.Args = usageArgs(c.Args)
		cmd.AddCommand(c)
	}
	return cmd
}

func (a *cli) tokenNewCmd(path func() (string, error)) *cobra.Command {
	var role, spend, expires string
	var shows []string
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Make a token", Args: cobra.ExactArgs(1),
		Long: `New makes a token and prints it, once. Viewers look and comment; editors decide about
takes and ask for new ones within the caps; producers spend; admins see who did what.`,
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := path()
			if err != nil {
				return err
			}
			t := access.Token{Name: args[0], Shows: shows}
			if t.Role, err = access.ParseRole(role); err != nil {
				return usage(err)
			}
			if spend != "" {
				if t.Spend, err = parseMoney(spend, ""); err != nil {
					return usage(err)
				}
			}
			now := time.Now()
			if t.Expires, err = endOf(expires, now); err != nil {
				return usage(err)
			}
			secret, err := access.AddToken(file, t, now)
			if err != nil {
				return usage(err)
			}
			a.ui.say("%s is a %s now; this is told once, send it by a safe way:", t.Name, t.Role)
			a.ui.result("%s", secret)
			return nil
		},
	}
	cmd.Flags().StringVar(&role, "role", "viewer", "viewer, editor, producer or admin")
	cmd.Flags().StringSliceVar(&shows, "show", nil, "a show that they may see; can be given again (default all)")
	cmd.Flags().StringVar(&expires, "expires", "90d", "when it ends: 12h, 30d, a date, or never")
	cmd.Flags().StringVar(&spend, "spend-a-day", "", "the most that they may ask for in a day, like \"50 CNY\" (default what the caps leave)")
	return cmd
}

// endOf reads when a token ends: a number of days or hours, a date, or never.
func endOf(s string, now time.Time) (time.Time, error) {
	if s == "never" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		if !day.After(now) {
			return time.Time{}, fmt.Errorf("--expires %s: that day has begun already", s)
		}
		return day.UTC(), nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int
		if _, err := fmt.Sscanf(days+" ", "%d ", &n); err == nil && n > 0 && n <= 3650 && fmt.Sprint(n) == days {
			return now.AddDate(0, 0, n).UTC().Truncate(time.Second), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(d).UTC().Truncate(time.Second), nil
	}
	return time.Time{}, fmt.Errorf("--expires %q: write it like 12h, 30d, 2026-12-31 or never", s)
}

func (a *cli) tokenListCmd(path func() (string, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List who may come in", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			file, err := path()
			if err != nil {
				return err
			}
			tokens, err := access.OpenTokens(file)
			if err != nil {
				return err
			}
			all, err := tokens.List()
			if err != nil {
				return err
			}
			if a.flags.json {
				shown := []access.Shown{}
				for _, t := range all {
					shown = append(shown, t.Shown())
				}
				return a.ui.object(map[string]any{"tokens": shown})
			}
			now := time.Now()
			return a.ui.table("NAME\tROLE\tSHOWS\tENDS\tA DAY", func(row func(string, ...any)) {
				for _, t := range all {
					shows, ends, day := "all", "never", "-"
					if len(t.Shows) > 0 {
						shows = strings.Join(t.Shows, " ")
					}
					switch {
					case !t.Good(now):
						ends = "is over"
					case !t.Expires.IsZero():
						ends = t.Expires.Local().Format(time.DateTime)
					}
					if t.Spend.Micros > 0 {
						day = t.Spend.String()
					}
					row("%s\t%s\t%s\t%s\t%s", t.Name, t.Role, shows, ends, day)
				}
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) tokenRevokeCmd(path func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use: "revoke NAME", Short: "Take a token back, with its sessions", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := path()
			if err != nil {
				return err
			}
			n, err := access.RevokeToken(file, args[0])
			if err == nil && n == 0 {
				err = errors.New("there is no token of " + args[0] + "; dailies token list names those that there are")
				return usage(err)
			}
			if err != nil {
				return err
			}
			a.ui.say("%s may not come in any more", args[0])
			return nil
		},
	}
}
