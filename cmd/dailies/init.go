package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/starter"
)

func (a *cli) initCmd() *cobra.Command {
	var dir, language, title string
	cmd := &cobra.Command{
		Use: "init SHOW", Short: "Begin a show: a season and a first episode, ready to render", Args: cobra.ExactArgs(1),
		Long: `Init writes a season and a first episode with comments into a folder named after
the show. They render as they are. Nothing that is there is overwritten.`,
		Annotations: map[string]string{noConfig: "yes"},
		RunE:        func(_ *cobra.Command, args []string) error { return a.init(args[0], title, dir, language) },
	}
	cmd.Flags().StringVar(&language, "language", "en", "of the comments and lines: en or zh")
	cmd.Flags().StringVar(&title, "title", "", "the show's title (default its name)")
	cmd.Flags().StringVar(&dir, "dir", "", "folder to write to (default ./SHOW)")
	return cmd
}

func (a *cli) init(name, title, dir, language string) error {
	show := name
	if !drama.ValidID(show) {
		if show = script.ID(name); !drama.ValidID(show) {
			return usagef("%q is no name of a show: choose one of the letters a-z, digits and dashes, and give --title", name)
		}
		if title == "" {
			title = name
		}
	}
	if title == "" {
		title = show
	}
	if dir == "" {
		dir = show
	}
	files, err := starter.Files(show, title, language)
	if err != nil {
		return usagef("%w", err)
	}
	for _, f := range files {
		switch _, err := os.Lstat(filepath.Join(dir, f.Name)); {
		case err == nil:
			return usagef("begin %s: %s is there already and stays as it is; choose another --dir", show, filepath.Join(dir, f.Name))
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("begin %s: %w", show, err)
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("begin %s: %w", show, err)
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(dir, f.Name), f.Text); err != nil {
			return fmt.Errorf("begin %s: %w", show, err)
		}
		a.ui.result("%s", filepath.Join(dir, f.Name))
	}
	a.ui.say("next: dailies render %s", filepath.Join(dir, "ep01.yaml"))
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
