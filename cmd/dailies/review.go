package main

import (
	"cmp"
	"context"
	"errors"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) reviewCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "review", Short: "Show cuts to people outside, and decide about them",
		Long: `Review opens one cut, or a list of takes, to people outside by a link with an end and a
passphrase: they may look, leave notes and say whether the cut is approved, nothing
else. Where the season says review: {required: true} a cut is delivered when
somebody has approved it, by a link or here.`,
	}
	for _, c := range []*cobra.Command{a.reviewLinkCmd(), a.reviewListCmd(), a.reviewRevokeCmd(), a.reviewDecideCmd(true), a.reviewDecideCmd(false)} {
		c.Args = usageArgs(c.Args)
		cmd.AddCommand(c)
	}
	return cmd
}

// shownLink is a link as review prints it, without what is secret of it.
type shownLink struct {
	ID  string `json:"id"`
	URL string `json:"url,omitempty"` // empty: no Studio is served to open it
	// Passphrase is told once, when the link is made.
	Passphrase string    `json:"passphrase,omitempty"`
	Episode    string    `json:"episode"`
	Cut        int       `json:"cut,omitempty"`
	Takes      []string  `json:"takes,omitempty"`
	By         string    `json:"by"`
	Expires    time.Time `json:"expires"`
	Download   bool      `json:"download,omitempty"`
	Revoked    bool      `json:"revoked,omitempty"`
}

func shownLinkOf(l review.Link, root string) shownLink {
	s := shownLink{ID: l.ID, Episode: l.Episode.String(), Cut: l.Cut, By: l.By, Expires: l.Expires, Download: l.Download, Revoked: !l.Revoked.IsZero()}
	if root != "" {
		s.URL = root + "/review/" + l.ID
	}
	for _, t := range l.Takes {
		s.Takes = append(s.Takes, t.String())
	}
	return s
}

// studioRoot is where people reach the Studio; empty: none is served from here.
func (a *cli) studioRoot(ctx context.Context) (string, error) {
	if public := strings.TrimRight(a.Config.Studio.PublicURL, "/"); public != "" || !a.EmbedsTemporal() {
		return public, nil
	}
	addr, up, err := engine.Connect(ctx, a.DataDir())
	if err != nil || !up {
		return "", err
	}
	return addr.Studio, nil
}

func (a *cli) reviewLinkCmd() *cobra.Command {
	var cut int
	var takes []string
	var expires string
	var download bool
	cmd := &cobra.Command{
		Use: "link SHOW/epNN", Short: "Open a cut, or takes, to people outside", Args: cobra.ExactArgs(1),
		Long: `Link prints the address and the passphrase of a new review link, once: send them by
different ways. It shows the newest cut unless --cut or --take says otherwise. The
Studio, which dailies up serves, answers it; studio.public_url says where.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			l := review.Link{Episode: id, Cut: cut, Download: download}
			if l.Expires, err = endOf(expires, time.Now()); err != nil {
				return usage(err)
			}
			if l.Expires.IsZero() {
				return usagef("--expires never: a review link has an end, at most %d days away", review.MaxLife/(24*time.Hour))
			}
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				if l.Takes, err = takesOf(ctx, st, id, takes); err != nil {
					return unknownIsUsage(err)
				}
				if len(takes) == 0 {
					if l.Cut, err = cutOr(ctx, st, id, cut); err != nil {
						return unknownIsUsage(err)
					}
				}
				made, passphrase, err := st.As(signature()).MakeLink(ctx, l, "")
				if errors.Is(err, review.ErrAsked) {
					return usage(err)
				}
				if err != nil {
					return unknownIsUsage(err)
				}
				root, err := a.studioRoot(ctx)
				if err != nil {
					return err
				}
				s := shownLinkOf(made, root)
				s.Passphrase = passphrase
				if a.ui.json {
					return a.ui.object(s)
				}
				if root == "" {
					a.ui.say("no Studio is served for it now: dailies up does, and dailies review list tells the address then")
				}
				a.ui.say("good until %s; the passphrase is told once, send it by another way:", made.Expires.Local().Format(time.DateTime))
				a.ui.result("%s", cmp.Or(s.URL, "/review/"+s.ID))
				a.ui.result("%s", passphrase)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&cut, "cut", 0, "number of the cut (default the newest)")
	cmd.Flags().StringSliceVar(&takes, "take", nil, "a take to show instead of a cut, like 2B/3; can be given again")
	cmd.Flags().StringVar(&expires, "expires", "7d", "when it ends: 12h, 30d or a date")
	cmd.Flags().BoolVar(&download, "download", false, "let who has it take along what it shows")
	a.jsonFlag(cmd)
	return cmd
}

// takesOf reads takes as dailies takes prints them.
func takesOf(ctx context.Context, st *studio.Studio, id drama.EpisodeID, typed []string) (takes []drama.TakeID, err error) {
	if len(typed) == 0 {
		return nil, nil
	}
	p, _, err := st.LatestScript(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, t := range typed {
		slate, number, ok := strings.Cut(t, "/")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 1 || slate == "" {
			return nil, usagef("--take %q is no take; dailies takes %s lists them, like 2B/3", t, id)
		}
		slates, err := studio.Slates(p.Episode, []string{slate})
		if err != nil {
			return nil, err
		}
		takes = append(takes, drama.TakeID{Episode: id, Slate: slates[0], Number: n})
	}
	return takes, nil
}

// cutOr is the cut that was named, or the newest.
func cutOr(ctx context.Context, st *studio.Studio, id drama.EpisodeID, named int) (int, error) {
	if named < 0 {
		return 0, usagef("--cut is the number of a cut, from 1")
	}
	if named > 0 {
		return named, nil
	}
	m, _, err := st.Newest(ctx, id)
	return m.Cut, err
}

// signature is who types: an approval bears a name.
func signature() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return cmp.Or(strings.TrimSpace(strings.Split(u.Name, ",")[0]), u.Username)
}

func (a *cli) reviewListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list SHOW[/epNN]", Short: "List review links, and what was decided about an episode's cuts", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			show, _, one := strings.Cut(args[0], "/")
			var id drama.EpisodeID
			if one {
				var err error
				if id, err = a.episodeArg(args[0]); err != nil {
					return err
				}
				show = id.Show
			} else if !drama.ValidID(show) {
				return usagef("%q is no show; dailies status lists those that are", show)
			}
			return a.WithStudio(cmd.Context(), app.ToLook, func(ctx context.Context, st *studio.Studio) error {
				return a.reviewList(ctx, st, show, id)
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) reviewList(ctx context.Context, st *studio.Studio, show string, id drama.EpisodeID) error {
	all, err := st.Links(ctx, drama.EpisodeID{Show: show, Number: id.Number})
	if err != nil {
		return err
	}
	root, err := a.studioRoot(ctx)
	if err != nil {
		return err
	}
	out := struct {
		Links     []shownLink       `json:"links"`
		Decisions []review.Approval `json:"decisions,omitempty"`
	}{Links: []shownLink{}}
	for _, l := range all {
		out.Links = append(out.Links, shownLinkOf(l, root))
	}
	if id.Number > 0 {
		cuts, err := st.Cuts(ctx, id)
		if err != nil {
			return err
		}
		for _, cut := range cuts {
			decided, err := st.Decisions(ctx, id, cut)
			if err != nil {
				return err
			}
			out.Decisions = append(out.Decisions, decided...)
		}
	}
	if a.ui.json {
		return a.ui.object(out)
	}
	now := a.now()
	err = a.ui.table("LINK\tEPISODE\tSHOWS\tBY\tENDS", func(row func(string, ...any)) {
		for _, l := range out.Links {
			what, ends := "cut "+strconv.Itoa(l.Cut), l.Expires.Local().Format(time.DateTime)
			if l.Cut == 0 {
				what = count(len(l.Takes), "take")
			}
			switch {
			case l.Revoked:
				ends = "taken back"
			case !now.Before(l.Expires):
				ends = "is over"
			}
			row("%s\t%s\t%s\t%s\t%s", cmp.Or(l.URL, l.ID), l.Episode, what, orElse(l.By, "-"), ends)
		}
	})
	for _, d := range out.Decisions {
		word := "not approved"
		if d.Approved {
			word = "approved"
		}
		why := ""
		if d.Why != "" {
			why = ": " + d.Why
		}
		a.ui.result("cut %d %s by %s, %s%s", d.Cut, word, d.Name, d.At.Local().Format(time.DateTime), why)
	}
	return err
}

func (a *cli) reviewRevokeCmd() *cobra.Command {
	return &cobra.Command{
		Use: "revoke SHOW LINK", Short: "Take a review link back", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			link := args[1][strings.LastIndexByte(args[1], '/')+1:] // its address is fine as well
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				if err := st.RevokeLink(ctx, args[0], link); err != nil {
					return unknownIsUsage(err)
				}
				a.ui.say("nobody comes in by it any more")
				return nil
			})
		},
	}
}

// reviewDecideCmd is approve, or decline.
func (a *cli) reviewDecideCmd(approved bool) *cobra.Command {
	var cut int
	var why, name string
	use, short, said := "approve SHOW/epNN", "Approve a cut; where that is required it is delivered then", "cut %d of %s is approved"
	if !approved {
		use, short, said = "decline SHOW/epNN", "Say that a cut is not approved, and why", "cut %d of %s is not approved"
	}
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			return a.WithStudio(cmd.Context(), app.ToSend, func(ctx context.Context, st *studio.Studio) error {
				number, err := cutOr(ctx, st, id, cut)
				if err == nil {
					_, err = st.Decide(ctx, review.Approval{Episode: id, Cut: number, Approved: approved, Name: cmp.Or(name, signature()), Why: why})
				}
				if errors.Is(err, review.ErrAsked) {
					return usage(err)
				}
				if err != nil {
					return unknownIsUsage(err)
				}
				a.ui.say(said, number, id)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&cut, "cut", 0, "number of the cut (default the newest)")
	cmd.Flags().StringVar(&why, "why", "", "what is said of it; kept with the decision")
	cmd.Flags().StringVar(&name, "name", "", "who decides (default who is logged in here)")
	return cmd
}
