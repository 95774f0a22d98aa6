package script

import "github.com/dailies/dailies/internal/drama"

// maxEffects bounds the sounds of one shot.
const maxEffects = 64

// effects are the sounds that are laid under a shot.
func (e *episodeBuilder) effects(k *shotKeys, out *drama.Shot) {
	if n := len(k.Effects); n > maxEffects {
		e.errorf(k.Effects[maxEffects].Where.mark, "the shot has %d effects; at most %d can be laid under one", n, maxEffects)
		return
	}
	for i := range k.Effects {
		s := &k.Effects[i]
		f := e.file(s.File, effectFile)
		if f == nil {
			continue
		}
		at := s.At.at(e.fps)
		if out.Frames > 0 && at >= out.Frames {
			e.errorf(s.At.mark, "the effect begins at %s, the shot lasts %s", seconds(at, e.fps), seconds(out.Frames, e.fps))
			continue
		}
		out.Effects = append(out.Effects, drama.Effect{File: *f, At: at, Level: s.Level.V})
	}
}
