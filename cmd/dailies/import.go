package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) importCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import SHOW/epNN SLATE FILE", Short: "Bring a clip in as a take, and circle it", Args: cobra.ExactArgs(3),
		Long: `Import takes an existing clip as a take of a shot. It is judged and conformed like
any other; when it passes it is circled, and the next render uses it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			return a.importClip(cmd.Context(), id, args[1], filepath.Clean(args[2]))
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) importClip(ctx context.Context, id drama.EpisodeID, slate, path string) error {
	f, err := openClip(path)
	if err != nil {
		return err
	}
	defer f.Close()
	kind, err := mediaType(f, path)
	if err != nil {
		return err
	}
	return a.WithSession(ctx, app.ToAsk, func(ctx context.Context, s *app.Session) error {
		steps, err := s.Steps()
		if err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		got, err := s.Studio.Import(ctx, steps, id, slate, f, kind)
		if errors.Is(err, studio.ErrBusy) {
			return usage(err)
		}
		if err != nil {
			return unknownIsUsage(err)
		}
		if a.ui.json {
			if err := a.ui.object(got); err != nil {
				return err
			}
		}
		for _, w := range got.Verdict.Warnings {
			a.ui.say("warning: %s", w)
		}
		if !got.Circled {
			return &exitError{code: exitNoCut, err: fmt.Errorf("take %s is NG: %s", got.Take, strings.Join(got.Verdict.Reasons, "; "))}
		}
		a.ui.result("%s", got.Take)
		a.ui.say("take %d of %s is circled; the next render of %s uses it", got.Take.Number, got.Take.Slate, id)
		return nil
	})
}

// openClip opens a clip that can be one, and reads no byte of it. A pipe is opened
// without waiting for somebody to write into it.
func openClip(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, usagef("import: %w", err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = usagef("import: %w", err)
	case info.IsDir():
		err = usagef("import %s: it is a folder; name the clip in it", path)
	case !info.Mode().IsRegular():
		err = usagef("import %s: it is a pipe or a device; write the clip to a file first", path)
	case info.Size() == 0:
		err = usagef("import %s: it is empty", path)
	case info.Size() > script.MaxFootageBytes:
		err = usagef("import %s: it has %.1f GiB; at most %d GiB are taken: cut out what the shot needs", path, float64(info.Size())/(1<<30), int64(script.MaxFootageBytes)>>30)
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

// mediaType is only a label on the object; FFmpeg looks for itself.
func mediaType(f *os.File, path string) (string, error) {
	if t := mime.TypeByExtension(filepath.Ext(path)); strings.HasPrefix(t, "video/") {
		return t, nil
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return http.DetectContentType(head[:n]), nil
}
