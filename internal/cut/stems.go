package cut

import (
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// stemsFolder is beside the master.
const stemsFolder = "stems"

// stemLayers are the stems of a cut by name, in the manifest's order.
var stemLayers = []struct {
	name   string
	layers []media.Layer
}{
	{"dialogue", []media.Layer{media.LayerDialogue}},
	{"effects", []media.Layer{media.LayerEffects}},
	{"music", []media.Layer{media.LayerMusic}},
	{"me", []media.Layer{media.LayerEffects, media.LayerMusic}},
	{"mix", media.Layers()},
}

// stems are the files of the mix's layers, in dir. There is no music where the season has
// no score, and no M&E where a take's own sound has dialogue in it: the stem of effects
// would lack all else that is heard there.
func (c *Cut) stems(dir string) []media.Stem {
	if !c.Script.Season.Stems {
		return nil
	}
	var all []media.Stem
	for _, s := range stemLayers {
		if s.name == "music" && c.Script.Season.Score == nil || s.name == "me" && len(c.speaking()) > 0 {
			continue
		}
		stem := media.Stem{Path: filepath.Join(dir, s.name+".flac"), Layers: s.layers}
		if slices.ContainsFunc(s.layers, c.generated) && !c.Script.Season.Label.Off {
			l := c.Script.Season.Label
			stem.Comments = map[string]string{aigc.Key: aigc.Value(l.Producer, c.ID.Show, c.produceID())}
		}
		all = append(all, stem)
	}
	return all
}

// stemFiles are the stems that the job has made.
func stemFiles(_ *Cut, made Made) []Deliverable {
	var all []Deliverable
	for _, s := range made.Job.Stems {
		all = append(all, Deliverable{Name: path.Join(stemsFolder, filepath.Base(s.Path)), Type: "audio/flac", Path: s.Path})
	}
	return all
}

// stemsMade says of the stems what the manifest keeps; nil: there are none.
func (c *Cut) stemsMade(r media.AssembleResult) *drama.ManifestStems {
	if !c.Script.Season.Stems {
		return nil
	}
	hundredth := func(db float64) float64 { return math.Round(100*db) / 100 }
	m := &drama.ManifestStems{Gain: hundredth(r.StemGain), Master: hundredth(r.Gain)}
	if in := c.speaking(); len(in) > 0 {
		m.NoME = "no M&E: dialogue is in the take of " + list(in)
	}
	return m
}

// speaks says that dialogue is in the own sound of a take that is used: its lines are the
// model's or the footage's own, and it is not silent.
func (c *Cut) speaks(use string) bool {
	s := c.shots[use]
	if len(s.Speech.Lines) > 0 || !sounds(s) {
		return false
	}
	for _, shot := range c.Script.Episode.Shots() {
		if shot.Slate == s.Slate {
			return !shot.Mute && !c.Script.Season.Spoken(shot) && slices.ContainsFunc(shot.Lines, func(l drama.Line) bool { return drama.Audible(l.Say) })
		}
	}
	return false
}

// sounds says that anything is heard of a shot's take.
func sounds(s Shot) bool {
	m := s.Mezzanine.Result.Measurements
	return m.HasAudio && !m.Silent
}

// speaking are the slates in whose own sound dialogue is.
func (c *Cut) speaking() []string {
	var all []string
	for _, e := range c.list.Events {
		if c.speaks(e.Use()) && !slices.Contains(all, e.Slate) {
			all = append(all, e.Slate)
		}
	}
	return all
}

// generated says that something in a layer was made by a model or a voice. What the
// script brings, its score and its effects, is the producer's own.
func (c *Cut) generated(l media.Layer) bool {
	for _, e := range c.list.Events {
		s := c.shots[e.Use()]
		own := s.Take.Origin == drama.OriginGenerated && sounds(s)
		switch {
		case l == media.LayerDialogue && (len(s.Speech.Lines) > 0 || own && c.speaks(e.Use())),
			l == media.LayerEffects && own && !c.speaks(e.Use()):
			return true
		}
	}
	return false
}

// list words slates, the first few of many.
func list(slates []string) string {
	const few = 8
	if n := len(slates); n > few {
		return fmt.Sprintf("%s and %d more shots", strings.Join(slates[:few], ", "), n-few)
	}
	return strings.Join(slates, ", ")
}
