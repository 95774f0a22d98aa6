package handoff

import "github.com/dailies/dailies/internal/media"

// joint is a transition as editors' programs count it: around a cut point, where one
// clip gives way to the next, so many frames before and after.
type joint struct {
	kind          media.TransitionKind
	before, after media.Frames
}

// span is a clip from cut point to cut point, as those programs lay clips: what
// transitions use beyond is handles.
type span struct {
	start, in, frames media.Frames
	out               joint // into the next
}

// jointOf is a transition around its cut point.
func jointOf(t media.Transition, last bool) joint {
	switch t.Kind {
	case media.Dissolve, media.Wipe:
		if last || t.Frames <= 0 {
			return joint{kind: media.Cut}
		}
		return joint{t.Kind, t.Frames / 2, t.Frames - t.Frames/2}
	case media.Fade:
		if t.Frames <= 0 {
			return joint{kind: media.Cut}
		}
		if last {
			return joint{t.Kind, t.Frames, 0}
		}
		return joint{t.Kind, t.Frames / 2, t.Frames - t.Frames/2}
	case media.Cut:
	}
	return joint{kind: media.Cut}
}

// overlaps says whether both clips are seen at once. In a fade only black is.
func (j joint) overlaps() bool { return j.kind == media.Dissolve || j.kind == media.Wipe }

// spans are the timeline's clips from cut point to cut point.
func (t Timeline) spans() []span {
	all := make([]span, len(t.Clips))
	for i, c := range t.Clips {
		s := span{start: c.Start, in: c.In, frames: c.Frames, out: jointOf(c.Out, i == len(t.Clips)-1)}
		if i > 0 && all[i-1].out.overlaps() {
			// The overlap begins where this clip begins: the cut point lies in it.
			n := all[i-1].out.before
			s.start, s.in, s.frames = s.start+n, s.in+n, s.frames-n
		}
		if s.out.overlaps() {
			s.frames -= s.out.after
		}
		all[i] = s
	}
	return all
}

// whole gives clips that were read from cut point to cut point the frames that their
// transitions use.
func whole(read []Piece) []Piece {
	for i := range read {
		p := &read[i]
		j := p.joint
		if i == len(read)-1 && j.overlaps() {
			j = joint{kind: media.Cut}
		}
		p.Out = media.Transition{Kind: j.kind}
		if j.kind != media.Cut && j.kind != "" {
			p.Out.Frames = j.before + j.after
		}
		if p.Out.Kind == "" {
			p.Out.Kind = media.Cut
		}
		if j.overlaps() {
			p.Frames += j.after
			next := &read[i+1]
			next.In -= j.before
			next.Frames += j.before
		}
	}
	return read
}

// soundSpan is a stretch of a clip's own sound that is heard.
type soundSpan struct {
	clip      int
	start, in media.Frames
	frames    media.Frames
	out       joint // with the next stretch, where both are whole
	whole     bool
}

// ownSound are the stretches of the takes' own sound, from cut point to cut point,
// without what the cut silences.
func (t Timeline) ownSound() []soundSpan {
	var all []soundSpan
	spans := t.spans()
	for i, s := range spans {
		c := t.Clips[i]
		if !t.Sources[c.Source].Sound {
			continue
		}
		at := s.start
		end := s.start + s.frames
		whole := len(c.Mute) == 0
		add := func(from, to media.Frames) {
			if to > from {
				all = append(all, soundSpan{clip: i, start: from, in: s.in + from - s.start, frames: to - from, whole: whole, out: joint{kind: media.Cut}})
			}
		}
		for _, m := range c.Mute {
			add(at, min(c.Start+m[0], end))
			at = max(at, c.Start+m[1])
		}
		add(at, end)
	}
	for i := range all {
		if i+1 < len(all) && all[i].whole && all[i+1].whole && all[i+1].clip == all[i].clip+1 && spans[all[i].clip].out.overlaps() {
			all[i].out = spans[all[i].clip].out
		}
	}
	return all
}

// lanes lays the sounds of a track so that none overlaps another: as many lanes as
// that takes.
func (t Timeline) lanes(track string) [][]Sound {
	var lanes [][]Sound
next:
	for _, s := range t.Sounds {
		if s.Track != track || s.Frames <= 0 {
			continue
		}
		for i, l := range lanes {
			if last := l[len(l)-1]; last.Start+last.Frames <= s.Start {
				lanes[i] = append(l, s)
				continue next
			}
		}
		lanes = append(lanes, []Sound{s})
	}
	return lanes
}
