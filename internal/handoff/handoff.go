// Package handoff is a cut as editors' programs know it: a timeline of takes with
// their handles, the other takes of each slate beside them, tracks of sound and a
// marker where each scene begins. It writes the timeline in the forms that those
// programs open, and reads back what an editor has made of it. It is pure: it opens
// no file, decodes no picture, and what it reads is hostile until it is read.
//
// Media is named relative to the timeline's own file, as Studio.Export lays it:
// media/2B-3.mp4 is take 3 of slate 2B.
package handoff

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// Names of a cut's timelines, beside its master.
const (
	OTIOName   = "timeline.otio"
	EDLName    = "timeline.edl"
	FCPXMLName = "timeline.fcpxml"
	XMEMLName  = "timeline.xml" // Final Cut Pro 7's, which Premiere reads
)

// MediaFolder is where takes and sounds lie, beside the timelines.
const MediaFolder = "media/"

// Timeline is a cut. All frames are of FPS.
type Timeline struct {
	Episode  drama.EpisodeID `json:"episode"`
	Cut      int             `json:"cut"`
	FPS      media.Rational  `json:"fps"`
	Raster   media.Raster    `json:"raster"`
	Frames   media.Frames    `json:"frames"` // of the whole
	Language string          `json:"language,omitempty"`
	Clips    []Clip          `json:"clips"` // in order; transitions make neighbours overlap
	Sources  []Source        `json:"sources"`
	Sounds   []Sound         `json:"sounds,omitempty"`
	Markers  []media.Chapter `json:"markers,omitempty"` // one where each scene begins
	Cues     []media.Cue     `json:"cues,omitempty"`    // in Language
}

// Name is what the timeline is called: night-shift-ep01-cut3.
func (t Timeline) Name() string {
	return fmt.Sprintf("%s-%s-cut%d", t.Episode.Show, t.Episode.Code(), t.Cut)
}

// Clip is a piece of a take on the picture track.
type Clip struct {
	Slate  string           `json:"slate"`
	Scene  string           `json:"scene"`
	Source int              `json:"source"` // index into Sources
	Start  media.Frames     `json:"start"`  // record position of its first frame
	In     media.Frames     `json:"in"`     // the first frame of the take that is shown
	Frames media.Frames     `json:"frames"` // all of it, overlaps included
	Out    media.Transition `json:"out"`    // into the next clip
	// Mute is where its own sound is silent, in frames of the clip.
	Mute [][2]media.Frames `json:"mute,omitempty"`
}

// End is the record position after the clip's last frame.
func (c Clip) End() media.Frames { return c.Start + c.Frames }

// Source is a take as media.
type Source struct {
	Take   drama.TakeID   `json:"take"`
	File   string         `json:"file"`            // relative to the timeline
	Frames media.Frames   `json:"frames"`          // how much there is of it, at the timeline's rate
	FPS    media.Rational `json:"fps,omitzero"`    // its own
	Raster media.Raster   `json:"raster,omitzero"` // its own
	Sound  bool           `json:"sound,omitempty"`
	// Used: the cut shows it. NG: it was not good enough for QC.
	Used bool `json:"used,omitempty"`
	NG   bool `json:"ng,omitempty"`
}

// Name is slate and number: 2B-3.
func (s Source) Name() string { return takeName(s.Take) }

// takeName is slate and number: 2B-3.
func takeName(id drama.TakeID) string { return fmt.Sprintf("%s-%d", id.Slate, id.Number) }

// TakeFile is what a take's clip is called where it is written out: 2B-3.mp4.
func TakeFile(t drama.Take) string { return takeName(t.ID) + extension(t.Media.Type) }

// extension is the usual one of a media type, which players go by.
func extension(mediaType string) string {
	switch mediaType {
	case "video/webm":
		return ".webm"
	case "video/quicktime":
		return ".mov"
	case "video/x-matroska":
		return ".mkv"
	case "audio/wav", "audio/x-wav", "audio/wave":
		return ".wav"
	case "audio/mpeg":
		return ".mp3"
	case "audio/flac":
		return ".flac"
	case "audio/mp4", "audio/aac", "audio/x-m4a":
		return ".m4a"
	case "audio/ogg":
		return ".ogg"
	}
	return ".mp4"
}

// Lay makes the timeline of a cut list. takes are all that the episode has, those of
// the cut among them; others are left out where nothing came of them.
func Lay(list timeline.CutList, cut int, takes []drama.Take) Timeline {
	t := Timeline{Episode: list.Episode, Cut: cut, FPS: list.FPS, Raster: list.Raster, Frames: list.Frames}
	used := make(map[drama.TakeID]bool)
	shown := make(map[string]bool)
	for _, e := range list.Events {
		used[e.Take], shown[e.Slate] = true, true
	}
	takes = slices.Clone(takes)
	order := make(map[string]int)
	for i, e := range list.Events {
		if _, ok := order[e.Slate]; !ok {
			order[e.Slate] = i
		}
	}
	slices.SortStableFunc(takes, func(a, b drama.Take) int {
		if d := order[a.ID.Slate] - order[b.ID.Slate]; d != 0 {
			return d
		}
		if used[a.ID] != used[b.ID] {
			if used[a.ID] {
				return -1
			}
			return 1
		}
		return a.ID.Number - b.ID.Number
	})
	at := make(map[drama.TakeID]int)
	for _, k := range takes {
		if !shown[k.ID.Slate] || !used[k.ID] && (k.Media.Key == "" || k.Measured == nil) {
			continue // nothing came, or nobody has looked how long it is
		}
		if _, twice := at[k.ID]; twice {
			continue
		}
		at[k.ID] = len(t.Sources)
		t.Sources = append(t.Sources, source(k, list.FPS, used[k.ID]))
	}
	for _, e := range list.Events {
		i, ok := at[e.Take]
		if !ok { // its record is gone: its clip may be there all the same
			i, at[e.Take] = len(t.Sources), len(t.Sources)
			t.Sources = append(t.Sources, source(drama.Take{ID: e.Take}, list.FPS, true))
		}
		t.Clips = append(t.Clips, Clip{Slate: e.Slate, Scene: e.Scene, Source: i, Start: e.Start, In: e.In, Frames: e.Frames, Out: e.Out})
		// A clip may be a little short of what it is asked for: its last picture is held.
		t.Sources[i].Frames = max(t.Sources[i].Frames, e.In+e.Frames)
	}
	return t
}

func source(k drama.Take, fps media.Rational, used bool) Source {
	s := Source{Take: k.ID, File: MediaFolder + TakeFile(k), Used: used, NG: !k.Verdict.Pass && !used}
	if m := k.Measured; m != nil {
		s.Frames, s.FPS, s.Raster, s.Sound = Made(k, fps), m.Info.FPS, upright(m.Info), m.HasAudio
	}
	return s
}

// Made is how many frames of the rate a take has; 0: nobody has measured it.
func Made(k drama.Take, fps media.Rational) media.Frames {
	if k.Measured == nil {
		return 0
	}
	return media.FramesIn(k.Measured.Duration, fps)
}

// upright is a clip's raster as it is looked at.
func upright(i media.Info) media.Raster {
	r := i.Raster
	if i.Rotation == 90 || i.Rotation == 270 {
		r.Width, r.Height = r.Height, r.Width
	}
	return r
}

// rate is the timeline's, or the clip's own where it is known.
func (s Source) rate(fps media.Rational) media.Rational {
	if s.FPS.Valid() {
		return s.FPS
	}
	return fps
}

func (s Source) raster(r media.Raster) media.Raster {
	if s.Raster.Width > 0 && s.Raster.Height > 0 {
		return s.Raster
	}
	return r
}

// others are the further takes of a clip's slate, by their index.
func (t Timeline) others(c Clip) (all []int) {
	for i, s := range t.Sources {
		if i != c.Source && s.Take.Slate == c.Slate {
			all = append(all, i)
		}
	}
	return all
}
