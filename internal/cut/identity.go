package cut

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// Identity is the digest of all that the cut is: pictures, sound and texts. The
// same identity is the same cut: nothing is made.
func (c *Cut) Identity() string {
	season := c.Script.Season
	d := struct {
		V          int               `json:"v"`
		List       string            `json:"list"`
		Mezzanines []string          `json:"mezzanines"`
		Speech     []drama.Speech    `json:"speech"`
		Score      *drama.Score      `json:"score"`
		Loudness   media.Loudness    `json:"loudness"`
		Label      drama.Label       `json:"label"`
		Title      drama.Text        `json:"title"`
		Cues       [][]media.Cue     `json:"cues"`
		Chapters   []media.Chapter   `json:"chapters"`
		Speaking   [][2]media.Frames `json:"speaking"`
		AIGC       int               `json:"aigc,omitempty"` // the form of the implicit label, where there is one
		Stems      bool              `json:"stems,omitempty"`
		Dub        string            `json:"dub,omitempty"`     // the language that it is dubbed into
		Effects    [][]drama.Effect  `json:"effects,omitempty"` // by event; nil where no shot has any
		// Files beside the master that not every show has.
		Formats []drama.SubtitleFormat `json:"formats,omitempty"`
		Titles  []media.Cue            `json:"titles,omitempty"`
		// FontTags are colours of speakers in SRT; the colours are in the cues.
		FontTags bool `json:"font_tags,omitempty"`
		// Texts are how the files of ASS have texts drawn.
		Texts map[string]media.TextStyle `json:"texts,omitempty"`
		// What the manifest alone says: who changes it wants it said.
		Season   drama.Text      `json:"season,omitempty"`
		Hook     string          `json:"hook,omitempty"`
		Consents []drama.Consent `json:"consents,omitempty"`
		Deliver  []string        `json:"deliver,omitempty"`
		Safe     media.Box       `json:"safe,omitzero"`
		Filing   *drama.Filing   `json:"filing,omitempty"`
		Card     []string        `json:"card,omitempty"`
		NoEdits  bool            `json:"no_edits,omitempty"`
		C2PA     string          `json:"c2pa,omitempty"` // the form of the signature, and by whose certificate
		// What is delivered beside the master, where the season asks for it.
		HLS      *ladderIdentity        `json:"hls,omitempty"`
		Versions []drama.Version        `json:"versions,omitempty"`
		Streams  int                    `json:"streams,omitempty"` // the form of the versions' HLS, where one has it
		Covers   []media.Raster         `json:"covers,omitempty"`
		Foci     map[string]media.Focus `json:"foci,omitempty"`
	}{
		V: 1, List: timeline.Digest(c.list), Score: season.Score.Heard(), Loudness: season.Loudness, Label: season.Label, Title: c.Script.Episode.Title,
		Season: season.Title, Hook: c.Script.Episode.Hook, Consents: c.consents(), C2PA: c.Signed,
		Stems: season.Stems, Formats: season.Subtitles.Formats, Titles: c.titles(), FontTags: season.Subtitles.FontTags, Texts: season.Texts, Versions: season.Versions, Streams: hlsForms(season.Versions), Covers: season.Covers,
		Deliver: season.Deliver, Safe: season.Safe, Filing: season.Filing, Card: c.card(), NoEdits: noEdits(season),
	}
	if season.HLS != nil {
		d.HLS = &ladderIdentity{Form: hlsForm, Rungs: season.HLS.Rungs}
	}
	if len(season.Versions)+len(season.Covers) > 0 {
		d.Foci = c.foci() // of the cut's own pictures, they are in the mezzanines' digests
	}
	for _, e := range c.list.Events {
		d.Mezzanines = append(d.Mezzanines, c.shots[e.Use()].MezzanineDigest)
		d.Speech = append(d.Speech, heard(c.shots[e.Use()].Speech))
	}
	d.Effects = c.laid()
	for _, language := range season.Subtitles.Sidecar {
		d.Cues = append(d.Cues, c.cues(language))
	}
	if c.Labelled() {
		d.AIGC = aigc.Form
	}
	d.Chapters = timeline.Chapters(c.list, *c.Script)
	d.Speaking = c.ducking()
	if c.dub != nil {
		d.Dub = c.dub.language
	}
	raw, err := json.Marshal(d)
	if err != nil {
		panic(err) // plain structs of strings and numbers cannot err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// ladderIdentity is what decides a cut's HLS beside its pictures and sound.
type ladderIdentity struct {
	Form  int          `json:"form"`
	Rungs []media.Rung `json:"rungs"`
}

// heard is speech by what is heard of it: in a run that had a line spoken and in one
// that found it, whatever it cost and whichever bucket it lies in, it is the same.
func heard(s drama.Speech) drama.Speech {
	s.Cost = drama.Money{}
	s.Lines = slices.Clone(s.Lines)
	for i := range s.Lines {
		s.Lines[i].Sound.Bucket = ""
	}
	return s
}

// laid are the effects of each event, by content; nil where there are none.
func (c *Cut) laid() [][]drama.Effect {
	var all [][]drama.Effect
	for i, e := range c.list.Events {
		for _, f := range c.effects(e) {
			if all == nil {
				all = make([][]drama.Effect, len(c.list.Events))
			}
			f.File.Path = "" // by what name the script has it does not matter
			all[i] = append(all[i], f)
		}
	}
	return all
}
