package activities

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// Frame takes the picture that another shot starts from out of a take as it was
// delivered, without burned texts. The last picture is the last that the cut
// shows. ErrRecord when the take is gone or cannot give the picture.
func (m *Media) Frame(ctx context.Context, input FrameInput) (store.Ref, error) {
	t, err := readTake(ctx, m.library(), input.Take)
	if err != nil {
		return store.Ref{}, err
	}
	script, err := m.scripts.Load(ctx, m.library(), input.Script)
	if err != nil {
		return store.Ref{}, err
	}
	shot, err := scriptShot(script, input.Slate)
	if err != nil {
		return store.Ref{}, err
	}
	frame := frameNumber(t, shot, script.Season.Format.FPS, input.Frame)
	key := store.Keys{Show: script.Season.Show}.Frame(digestOf(struct {
		V     int          `json:"v"`
		Media string       `json:"media"`
		Frame media.Frames `json:"frame"`
	}{1, t.Media.SHA256, frame}))
	if info, err := m.Store.Head(ctx, key); err == nil {
		return store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}, nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return store.Ref{}, fmt.Errorf("look for %s: %w", key, err)
	}
	dir, done, err := m.folder("frame")
	if err != nil {
		return store.Ref{}, err
	}
	defer done()
	if err := m.download(ctx, t.Media, filepath.Join(dir, "clip")); err != nil {
		return store.Ref{}, err
	}
	_, err = m.run(ctx, media.Job{Frame: &media.FrameJob{In: filepath.Join(dir, "clip"), Frame: frame, Out: filepath.Join(dir, "frame.png")}})
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return store.Ref{}, damaged("take the %s picture of %s: %w", input.Frame, t.ID, err)
	}
	if err != nil {
		return store.Ref{}, fmt.Errorf("take the %s picture of %s: %w", input.Frame, t.ID, err)
	}
	return m.upload(ctx, filepath.Join(dir, "frame.png"), key, "image/png", fileSum{})
}

// frameNumber is the picture's number in the clip; -1 is the clip's last. A clip
// that is longer than its shot goes on after the cut.
func frameNumber(t drama.Take, shot drama.Shot, fps media.Rational, which string) media.Frames {
	at := firstShown(t, shot, fps)
	if which != "first" {
		if shot.Frames == 0 {
			return -1
		}
		at += shot.Frames - 1
	}
	if t.Measured == nil {
		if which == "first" {
			return at
		}
		return -1
	}
	source := t.Measured.Info.FPS
	if !source.Valid() || t.Measured.VariableRate {
		source = fps
	}
	n := media.FramesIn(at.Duration(fps), source)
	if n >= t.Measured.Decoded-1 && which != "first" {
		return -1
	}
	return n
}

// firstShown is where in the clip its shot begins, in frames of the cut.
func firstShown(t drama.Take, shot drama.Shot, fps media.Rational) media.Frames {
	if t.Origin == drama.OriginFootage {
		return shot.In
	}
	return t.Skips(shot.Frames, fps)
}

// clipFrame is the picture of the clip at frame at of the cut's rate, as near as the clip's
// own rate says.
func clipFrame(t drama.Take, at media.Frames, fps media.Rational) media.Frames {
	if t.Measured == nil {
		return at
	}
	source := t.Measured.Info.FPS
	if !source.Valid() || t.Measured.VariableRate {
		source = fps
	}
	return max(0, min(media.FramesIn(at.Duration(fps), source), t.Measured.Decoded-1))
}
