package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/prompt"
)

// Subject is what a shot should look and sound like. Its digest is the shot's
// identity: the same digest and a circled take mean that nothing is made.
type Subject struct {
	Brief  drama.Brief
	Prompt prompt.Prompt
	From   *Source  // the frame it starts from
	To     *Source  // the frame it ends on
	Clip   *Clipped // footage, instead of a take that is made
	Still  string   // digest of the still that it starts from
}

// Source is another shot's frame, by that shot's own digest, which holds its
// source in turn.
type Source struct {
	Digest string
	Frame  string // first, last
}

// Clipped is footage as the script uses it.
type Clipped struct {
	SHA256 string
	In     media.Frames
	Mute   bool
}

// digested is the exact content of a digest: canonical JSON with the keys in this
// order, no spaces, no HTML escapes. It is the identity of every take ever made:
// changing a name, an order or an omitempty here makes all of them stale. Add
// fields at the end and with omitempty, so that what does not use them keeps its
// digest. Left out on purpose: who makes the shot, its seed, its slate, its
// place in the cut, transition, the voices of those who say nothing, titles and translations (burned later), and file
// paths (files count by content).
type digested struct {
	V        int             `json:"v"` // 1
	Prompt   string          `json:"prompt"`
	Negative string          `json:"negative,omitempty"`
	Raster   string          `json:"raster"`
	FPS      string          `json:"fps"`
	Frames   media.Frames    `json:"frames"`
	Show     string          `json:"show"`
	Language string          `json:"language"`
	Look     string          `json:"look,omitempty"`
	Avoid    string          `json:"avoid,omitempty"`
	Set      string          `json:"set,omitempty"`
	Time     string          `json:"time,omitempty"`
	Mood     string          `json:"mood,omitempty"`
	Size     string          `json:"size,omitempty"`
	Angle    string          `json:"angle,omitempty"`
	Move     string          `json:"move,omitempty"`
	Lens     string          `json:"lens,omitempty"`
	Action   string          `json:"action,omitempty"`
	Sound    string          `json:"sound,omitempty"`
	Location *digestedThing  `json:"location,omitempty"`
	Cast     []digestedThing `json:"cast,omitempty"`
	Props    []digestedThing `json:"props,omitempty"`
	Lines    []digestedLine  `json:"lines,omitempty"`
	From     string          `json:"from,omitempty"` // digest of the source
	Frame    string          `json:"frame,omitempty"`
	Footage  string          `json:"footage,omitempty"` // SHA-256 of the clip
	In       media.Frames    `json:"in,omitempty"`
	Mute     bool            `json:"mute,omitempty"`
	Still    string          `json:"still,omitempty"`
	To       string          `json:"to,omitempty"` // digest of the shot whose frame it ends on
	ToFrame  string          `json:"to_frame,omitempty"`
}

type digestedThing struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	Looks    string   `json:"looks,omitempty"`
	Wardrobe string   `json:"wardrobe,omitempty"`
	Refs     []string `json:"refs,omitempty"` // SHA-256
}

type digestedVoice struct {
	Provider string            `json:"provider"`
	Name     string            `json:"name,omitempty"`
	Rate     int               `json:"rate,omitempty"`
	Pitch    int               `json:"pitch,omitempty"`
	Sample   string            `json:"sample,omitempty"` // SHA-256
	IDs      map[string]string `json:"ids,omitempty"`
	Says     string            `json:"says,omitempty"`
}

type digestedLine struct {
	Who   string         `json:"who"`
	Kind  string         `json:"kind"`
	Say   string         `json:"say"`
	Tone  string         `json:"tone,omitempty"`
	Voice *digestedVoice `json:"voice,omitempty"`
}

// Digest is the identity of what a shot should look and sound like: the SHA-256,
// in hex, of the content that digested documents.
func Digest(s Subject) string {
	b := s.Brief
	d := digested{
		V: 1, Prompt: s.Prompt.Text, Negative: s.Prompt.Negative,
		Raster: b.Raster.String(), FPS: b.FPS.String(), Frames: b.Frames,
		Show: b.Show, Language: b.Language, Look: b.Look, Avoid: b.Avoid,
		Set: b.Set, Time: b.Time, Mood: b.Mood, Size: b.Size, Angle: b.Angle, Move: b.Move, Lens: b.Lens,
		Action: b.Action, Sound: b.Sound, Still: s.Still,
	}
	if l := b.Location; l != nil {
		d.Location = &digestedThing{ID: l.ID, Name: l.Name, Looks: l.Looks, Refs: sums(l.Refs)}
	}
	for _, c := range b.Cast {
		d.Cast = append(d.Cast, digestedThing{ID: c.ID, Name: c.Name, Looks: c.Looks, Wardrobe: c.Wardrobe, Refs: sums(c.Refs)})
	}
	for _, p := range b.Props {
		d.Props = append(d.Props, digestedThing{ID: p.ID, Looks: p.Looks, Refs: sums(p.Refs)})
	}
	for _, l := range b.Lines {
		d.Lines = append(d.Lines, digestedLine{Who: l.Who, Kind: string(l.Kind), Say: l.Say, Tone: l.Tone, Voice: voice(l.Voice)})
	}
	if s.From != nil {
		d.From, d.Frame = s.From.Digest, s.From.Frame
	}
	if s.To != nil {
		d.To, d.ToFrame = s.To.Digest, s.To.Frame
	}
	if s.Clip != nil {
		d.Footage, d.In, d.Mute = s.Clip.SHA256, s.Clip.In, s.Clip.Mute
	}
	return hash(d)
}

func hash(v any) string {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	// Encoding plain structs of strings and numbers into memory cannot err.
	_ = e.Encode(v)
	sum := sha256.Sum256(bytes.TrimRight(buf.Bytes(), "\n"))
	return hex.EncodeToString(sum[:])
}

// sums are pictures by content; one with a role counts as that, for its maker is told
// what to take from it.
func sums(refs []drama.Ref) []string {
	var all []string
	for _, r := range refs {
		sum := r.SHA256
		if r.As != "" {
			sum += " " + string(r.As)
		}
		all = append(all, sum)
	}
	return all
}

func voice(v *drama.Voice) *digestedVoice {
	if v == nil {
		return nil
	}
	return &digestedVoice{Provider: v.Provider, Name: v.Name, Rate: v.Rate, Pitch: v.Pitch, Sample: sampleOf(v), IDs: v.IDs, Says: v.Says}
}
