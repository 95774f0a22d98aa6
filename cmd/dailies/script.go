package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/fonts"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

// folders opens folders for script.Load such that nothing leads outside of them, and
// nothing is read from them once ctx has ended: footage takes a while to hash.
type folders struct {
	ctx   context.Context
	roots []*os.Root
}

func (d *folders) Abs(p string) (string, error) {
	abs, err := filepath.Abs(filepath.FromSlash(p))
	return filepath.ToSlash(abs), err
}

func (d *folders) Open(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	d.roots = append(d.roots, root)
	return until{root.FS(), d.ctx}, nil
}

// until is a file system whose files end with a context.
type until struct {
	fs.FS
	ctx context.Context
}

func (u until) Open(name string) (fs.File, error) {
	f, err := u.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return file{f, u.ctx}, nil
}

func (u until) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(u.FS, name) }
func (u until) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(u.FS, name) }

type file struct {
	fs.File
	ctx context.Context
}

func (f file) Read(p []byte) (int, error) {
	if err := context.Cause(f.ctx); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (d *folders) close() {
	for _, r := range d.roots {
		_ = r.Close() // only read from
	}
}

// readScript reads one episode or season file with all problems, those with
// the config's providers included.
func (a *cli) readScript(path string) (*script.Script, script.Problems) {
	d := folders{ctx: a.ctx}
	defer d.close()
	s, problems := script.Load(&d, filepath.ToSlash(path))
	if s != nil {
		s.Season.Label.Answer(a.Config.Label.Code)
		problems = append(problems, a.checkHere(s)...)
	}
	return s, problems
}

// checkHere finds what only the config and this machine know to be wrong.
func (a *cli) checkHere(s *script.Script) script.Problems {
	return slices.Concat(a.unknownProviders(s), a.undrawn(s), a.unspoken(s))
}

// makersTold are the warnings of a plan of the script by itself: what those who are
// configured to make it cannot be told or given.
func (a *cli) makersTold(s *script.Script, known script.Problems) (script.Problems, error) {
	var out script.Problems
	for i := range s.Episodes {
		made, err := a.planAlone(a.ctx, s.Production(i), "", a.FactsUnasked())
		if err != nil {
			return nil, err
		}
		for _, w := range planProblems(s, made).Warnings() {
			said := func(p script.Problem) bool { return p.Message == w.Message }
			if !slices.ContainsFunc(known, said) && !slices.ContainsFunc(out, said) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// undrawn checks texts on pictures against this machine's fonts. In a cluster the
// media worker's count, and they are not seen from here.
func (a *cli) undrawn(s *script.Script) script.Problems {
	shelf := fonts.New(fonts.Folders()...)
	defer shelf.Close()
	severity := script.Error
	if !a.EmbedsTemporal() {
		severity = script.Warning
	}
	return s.Undrawn(shelf, severity)
}

// unknownProviders checks the names that only the config knows.
func (a *cli) unknownProviders(s *script.Script) script.Problems {
	var out script.Problems
	for _, p := range s.Providers {
		known, what := a.ProviderNames(), "provider"
		if p.Voice {
			known, what = a.VoiceNames(), "voice provider"
		}
		if slices.Contains(known, p.Name) {
			continue
		}
		hint := fmt.Sprintf("configured are %v; dailies.yaml can name more", known)
		if meant := near.Word(p.Name, known); meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
		out = append(out, s.ProblemAt(p.Position, script.Error, hint, "no %s is called %q", what, p.Name))
	}
	return out
}

// mustScript reads a script and ends the command when it has problems; warnings
// are shown.
func (a *cli) mustScript(path string) (*script.Script, error) {
	s, problems := a.readScript(path)
	if err := a.showProblems(problems); err != nil {
		return nil, err
	}
	return s, nil
}

// showProblems prints problems; it errs with exit code 1 when one is an error.
func (a *cli) showProblems(problems script.Problems) error {
	if err := context.Cause(a.ctx); err != nil {
		return err // what could not be read any more is no problem of the script
	}
	errs, warnings := problems.Errors(), problems.Warnings()
	if len(warnings) > 0 && !a.ui.quiet {
		// Warnings stand apart, and before what stops the work, so that that is read last.
		if len(errs) > 0 {
			a.ui.say("%s:", count(len(warnings), "warning"))
		}
		if err := warnings.Format(a.program.stderr, a.ui.terminal); err != nil {
			return err
		}
		if len(errs) > 0 {
			a.ui.say("%s:", count(len(errs), "problem"))
		}
	}
	if err := errs.Format(a.program.stderr, a.ui.terminal); err != nil {
		return err
	}
	if n := len(errs); n > 0 {
		return &exitError{code: exitScript}
	}
	return nil
}

// submissions turns a script into what the studio takes, one an episode. The
// returned root is open as long as files may be read.
func submissions(s *script.Script) ([]studio.Submission, io.Closer, error) {
	root, err := os.OpenRoot(filepath.FromSlash(s.Dir))
	if err != nil {
		return nil, nil, fmt.Errorf("open the show's folder: %w", err)
	}
	var subs []studio.Submission
	for i := range s.Episodes {
		main, texts := s.Texts(i)
		subs = append(subs, studio.Submission{
			Production: s.Production(i),
			Source:     &library.Source{Main: main, Files: texts},
			Open: func(path string) (io.ReadSeekCloser, error) {
				return root.Open(filepath.FromSlash(path))
			},
		})
	}
	return subs, root, nil
}

func (a *cli) validateCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "validate PATH…", Short: "Show every problem of scripts, with file, line and column",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.validate(args) },
	}
	a.jsonFlag(cmd)
	return cmd
}

// validated is what validate --json prints.
type validated struct {
	OK       bool      `json:"ok"`
	Episodes int       `json:"episodes"`
	Shots    int       `json:"shots"`
	Problems []problem `json:"problems"`
}

func (a *cli) validate(paths []string) error {
	var v validated
	var all script.Problems
	for _, path := range paths {
		s, problems := a.readScript(path)
		all = append(all, problems...)
		if s != nil {
			if !problems.HasErrors() {
				told, err := a.makersTold(s, problems)
				if err != nil {
					return err
				}
				all = append(all, told...)
			}
			v.Episodes += len(s.Episodes)
			for _, e := range s.Episodes {
				v.Shots += len(e.Shots())
			}
		}
	}
	v.OK, v.Problems = !all.HasErrors(), problemsOf(all)
	if a.ui.json {
		if err := a.ui.object(v); err != nil {
			return err
		}
		if !v.OK {
			return &exitError{code: exitScript}
		}
		return nil
	}
	err := a.showProblems(all)
	switch n := len(all.Errors()); n {
	case 0:
		a.ui.say("ok: %s, %s", count(v.Episodes, "episode"), count(v.Shots, "shot"))
	default:
		a.ui.say("%s; nothing was rendered", count(n, "problem"))
	}
	return err
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// episodeArg reads SHOW/epNN, or the path of a script with exactly one episode.
func (a *cli) episodeArg(arg string) (drama.EpisodeID, error) {
	id, err := drama.ParseEpisodeID(arg)
	if err == nil {
		return id, nil
	}
	if _, statErr := os.Stat(arg); errors.Is(statErr, fs.ErrNotExist) {
		return id, usagef("%w; nor is there such a file", err)
	}
	s, err := a.mustScript(arg)
	if err != nil {
		return id, err
	}
	if len(s.Episodes) != 1 {
		return id, usagef("%s has %d episodes; name one: %s/epNN", arg, len(s.Episodes), s.Season.Show)
	}
	return s.Production(0).ID(), nil
}
