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

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *app) importClip(ctx context.Context, id drama.EpisodeID, slate, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return usagef("import: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return usagef("import %s: it is not a file", path)
	}
	kind, err := mediaType(f, path)
	if err != nil {
		return err
	}
	return a.withSession(ctx, toAsk, func(ctx context.Context, s *session) error {
		steps, err := s.steps()
		if err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		got, err := s.studio.Import(ctx, steps, id, slate, f, kind)
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
