package animatic

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// draw makes a job's clip: sound first, since the lips follow it, then pictures
// streamed to the encoder.
func (p *Provider) draw(ctx context.Context, key string, j *job) (err error) {
	// One odd brief must not take the engine down with it.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("lay out shot: %v", v)
		}
	}()
	r := j.w.Request
	scratch := p.path(key, "scratch")
	if err := os.RemoveAll(scratch); err != nil {
		return fmt.Errorf("clear scratch folder: %w", err)
	}
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer os.RemoveAll(scratch)

	if r.Mode == provider.ModeImage {
		b, err := p.drawPicture(ctx, r)
		if err != nil {
			return err
		}
		return p.keep(key, j, nil, func(to string) error { return writeFile(to, b) })
	}
	if r.Mode == provider.ModeLipSync {
		return p.mouths(ctx, key, j, scratch)
	}
	spoken, err := p.speak(ctx, r)
	if err != nil {
		return err
	}
	wav := ""
	if r.Audio {
		wav = scratch + "/sound.wav"
		if err := writeWAV(ctx, wav, mixSound(r, spoken)); err != nil {
			return fmt.Errorf("write sound: %w", err)
		}
	}
	sh := newShot(r, spoken, p.fonts)
	if err := p.loadPlates(key, j.w, sh); err != nil {
		return err
	}
	out := scratch + "/clip.mp4"
	if err := p.encode(ctx, sh, out, wav, func(pr media.Progress) {
		j.mu.Lock()
		j.progress = pr
		j.mu.Unlock()
	}); err != nil {
		return err
	}
	return p.keep(key, j, cuesOf(r, spoken), func(to string) error { return os.Rename(out, to) })
}

// keep puts what was drawn in its place and then says that it is finished.
func (p *Provider) keep(key string, j *job, cues []drama.SpokenCue, put func(to string) error) error {
	b, err := json.Marshal(result{Cues: cues})
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	if err := put(p.path(key, clipName)); err != nil {
		return fmt.Errorf("keep clip: %w", err)
	}
	if err := writeFile(p.path(key, resultName), b); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	j.mu.Lock()
	j.cues = cues
	j.mu.Unlock()
	return nil
}

// encode streams the shot to the runner.
func (p *Provider) encode(ctx context.Context, sh *shot, out, wav string, report func(media.Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pr, pw := io.Pipe()
	painted := make(chan error, 1)
	go func() {
		err := sh.render(ctx, pw)
		_ = pw.CloseWithError(err) // nil: end of the stream
		painted <- err
	}()
	_, err := p.o.Runner.Run(ctx, media.Job{Encode: &media.EncodeJob{
		Out: out, Raster: sh.raster, FPS: sh.fps, Frames: media.Frames(sh.frames), Audio: wav, Encoder: p.o.Encoder,
	}}, pr, report)
	// The runner may stop reading early: let the painter go.
	_ = pr.CloseWithError(io.ErrClosedPipe)
	cancel()
	paintErr := <-painted
	if err != nil {
		return fmt.Errorf("encode pictures: %w", err)
	}
	if paintErr != nil {
		return fmt.Errorf("draw pictures: %w", paintErr)
	}
	return nil
}

// loadPlates reads the pictures that the shot opens or ends on.
func (p *Provider) loadPlates(key string, w written, sh *shot) error {
	for _, pl := range []struct {
		use  bool
		name string
		to   **sprite
	}{{w.First, firstName, &sh.first}, {w.Last, lastName, &sh.last}} {
		if !pl.use {
			continue
		}
		b, err := os.ReadFile(p.path(key, pl.name))
		if err != nil {
			return fmt.Errorf("read given frame: %w", err)
		}
		img, err := decodePicture(b)
		if err != nil {
			return fmt.Errorf("read given frame: %w", err)
		}
		*pl.to = plateOf(img, sh.raster.Width, sh.raster.Height)
	}
	return nil
}

// cuesOf says which frames each line takes, from its exact samples.
func cuesOf(r provider.Request, spoken []spokenLine) []drama.SpokenCue {
	var cues []drama.SpokenCue
	for _, s := range spoken {
		from := frameAt(s.from, r.FPS)
		to := min(frameAt(s.to, r.FPS)+1, r.Frames)
		if from < to {
			cues = append(cues, drama.SpokenCue{Line: s.line, From: from, To: to})
		}
	}
	return cues
}

// frameAt is the frame in which a sample lies.
func frameAt(sample int, fps media.Rational) media.Frames {
	return media.Frames(int64(sample) * fps.Num / (fps.Den * media.SampleRate))
}
