// Package timeline lays circled takes end to end: the cut list with exact record
// positions, the cues and titles of its lines, chapters, the poster, and the
// files that other programs read them from. It is pure and counts in frames
// only. It does not choose takes and it touches no media.
package timeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Clip is the circled take of a shot, as conformed.
type Clip struct {
	Take   drama.TakeID
	Frames media.Frames // exact length of the mezzanine
	In     media.Frames // the first frame of the take in it
}

// CutList is an episode's shots on the finished timeline.
type CutList struct {
	Episode drama.EpisodeID `json:"episode"`
	FPS     media.Rational  `json:"fps"`
	Raster  media.Raster    `json:"raster"`
	Events  []Event         `json:"events"`
	Frames  media.Frames    `json:"frames"` // of the whole
	// Notes say where the cut is not as the script has it.
	Notes []string `json:"notes,omitempty"`
}

// Event is one shot on the finished timeline.
type Event struct {
	Slate  string       `json:"slate"`
	Scene  string       `json:"scene"`
	Take   drama.TakeID `json:"take"`
	Start  media.Frames `json:"start"`  // record position of its first frame
	Frames media.Frames `json:"frames"` // all of it, overlaps included
	// Head and Tail are the frames that the transitions before and after use.
	Head media.Frames     `json:"head"`
	Tail media.Frames     `json:"tail"`
	Out  media.Transition `json:"out"` // into the next event
	// Again counts the uses of the shot before this one: an editor may show it in pieces.
	Again int `json:"again,omitempty"`
	// In is the first frame of the take that is shown.
	In media.Frames `json:"in,omitempty"`
}

// Use names the event among all: its slate, and the how manieth use of it that is.
func (e Event) Use() string { return Use(e.Slate, e.Again) }

// Use names a use of a shot; again counts those before it.
func Use(slate string, again int) string {
	if again == 0 {
		return slate
	}
	return fmt.Sprintf("%s+%d", slate, again)
}

// End is the record position after the event's last frame.
func (e Event) End() media.Frames { return e.Start + e.Frames }

// Build lays the shots that have a clip (by slate) end to end, in the order of
// the script. A shot without one is left out and noted. A transition that is
// longer than half of either shot, as can happen where footage has its own length
// or a shot is missing, is shortened and noted. It errs when no shot has a clip or
// a clip has no frames.
func Build(p drama.Production, clips map[string]Clip) (CutList, error) {
	c := CutList{Episode: p.ID(), FPS: p.Season.Format.FPS, Raster: p.Season.Format.Raster}
	for _, s := range p.Episode.Shots() {
		clip, ok := clips[s.Slate]
		if !ok {
			c.Notes = append(c.Notes, fmt.Sprintf("shot %s is missing", s.Slate))
			continue
		}
		if clip.Frames <= 0 {
			return CutList{}, fmt.Errorf("lay out %s: take %s has no frames", c.Episode, clip.Take)
		}
		c.Events = append(c.Events, Event{Slate: s.Slate, Scene: s.Scene, Take: clip.Take, Frames: clip.Frames, Out: s.Cut, In: clip.In})
	}
	return c.lay()
}

// lay gives the events their places.
func (c CutList) lay() (CutList, error) {
	if len(c.Events) == 0 {
		return CutList{}, fmt.Errorf("lay out %s: %w", c.Episode, errors.New("no shot has a take"))
	}
	at := media.Frames(0)
	for i := range c.Events {
		e := &c.Events[i]
		var next *Event
		if i+1 < len(c.Events) {
			next = &c.Events[i+1]
		}
		if note := settle(e, next); note != "" {
			c.Notes = append(c.Notes, note)
		}
		e.Start = at
		at = e.End() - e.Out.Overlap()
		c.Frames = e.End()
		head := media.Frames(0)
		e.Tail, head = Share(e.Out, next == nil)
		if next != nil {
			next.Head = head
		}
	}
	return c, nil
}

// settle makes e's transition one that is possible here and says what it changed.
func settle(e, next *Event) string {
	was := e.Out
	if e.Out.Kind == "" || e.Out.Frames <= 0 {
		e.Out = media.Transition{Kind: media.Cut}
		was.Kind = media.Cut
	}
	if e.Out.Kind == media.Cut {
		e.Out.Frames = 0
		return ""
	}
	limit := e.Frames / 2
	if next == nil {
		if e.Out.Kind != media.Fade {
			e.Out = media.Transition{Kind: media.Cut}
			return fmt.Sprintf("shot %s is last: its %s became a cut", e.Slate, was.Kind)
		}
	} else {
		limit = min(limit, next.Frames/2)
	}
	if e.Out.Frames > limit {
		e.Out.Frames = limit
		if limit == 0 {
			e.Out.Kind = media.Cut
		}
		return fmt.Sprintf("shot %s: its %s of %d frames was shortened to %d, half of the shorter shot", e.Slate, was.Kind, was.Frames, limit)
	}
	return ""
}

// Share is how many frames a transition uses of the end of its shot and of the
// beginning of the next. A fade goes out and in through black, half its length
// each, and wholly out after the last shot.
func Share(t media.Transition, last bool) (tail, head media.Frames) {
	switch t.Kind {
	case media.Dissolve, media.Wipe:
		if last {
			return 0, 0
		}
		return t.Frames, t.Frames
	case media.Fade:
		if last {
			return t.Frames, 0
		}
		return t.Frames / 2, t.Frames - t.Frames/2
	case media.Cut:
	}
	return 0, 0
}

// Ends is what a shot's conform must prepare for, from the script alone, by
// slate: it is known before any take is.
func Ends(e drama.Episode) map[string][2]media.Frames {
	ends := make(map[string][2]media.Frames)
	head := media.Frames(0)
	shots := e.Shots()
	for i, s := range shots {
		tail, next := Share(s.Cut, i == len(shots)-1)
		ends[s.Slate] = [2]media.Frames{head, tail}
		head = next
	}
	return ends
}

// Joins are the first frames of all events but the first; HardCuts are those
// where a picture follows another without any transition.
func (c CutList) Joins() (joins, hardCuts []media.Frames) {
	for i, e := range c.Events {
		if i == 0 {
			continue
		}
		joins = append(joins, e.Start)
		if c.Events[i-1].Out.Kind == media.Cut {
			hardCuts = append(hardCuts, e.Start)
		}
	}
	return joins, hardCuts
}

// Digest is the identity of a cut's pictures: takes, lengths and transitions in
// order, at a rate and raster. Burned texts are in the mezzanines' own digests.
func Digest(c CutList) string {
	type event struct {
		Slate  string       `json:"slate"`
		Take   string       `json:"take"`
		Frames media.Frames `json:"frames"`
		Kind   string       `json:"kind"`
		Over   media.Frames `json:"over"`
	}
	d := struct {
		V      int     `json:"v"`
		FPS    string  `json:"fps"`
		Raster string  `json:"raster"`
		Events []event `json:"events"`
	}{V: 1, FPS: c.FPS.String(), Raster: c.Raster.String()}
	for _, e := range c.Events {
		d.Events = append(d.Events, event{Slate: e.Slate, Take: e.Take.String(), Frames: e.Frames, Kind: string(e.Out.Kind), Over: e.Out.Frames})
	}
	// Encoding plain structs of strings and numbers cannot err.
	raw, _ := json.Marshal(d)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
