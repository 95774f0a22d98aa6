// Package dialect tells a shot to a video or image model in the words that its
// vendor's guide asks for: the order of the parts, how a line is marked, how a picture
// is bound to a name, what is said of those who are silent, how what is not wanted is
// said. Each dialect is data (templates/v3/dialects); this package only fills it in.
// It is pure: the same shot gives the same bytes. A shot's identity is no business of
// its dialect: that stays with the neutral prompt of package prompt.
package dialect

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Plain is the dialect of a model that nobody has described: the neutral prompt.
const Plain = "plain"

// Mode is what the take starts from; the values are those of provider.Mode.
type Mode string

// The modes that dialects know.
const (
	Text       Mode = "text"
	FirstFrame Mode = "first_frame"
	References Mode = "references"
	Image      Mode = "image"
)

// Shot is all that is told of a shot.
type Shot struct {
	Brief drama.Brief
	Mode  Mode
	// Pictures are sent with the prompt, in the order in which they are numbered.
	Pictures []Picture
	// Cite is how the model's prompts name picture n: see provider.Model. Empty: they
	// cannot, so that nothing is bound and everybody is described.
	Cite string
	// Negative is what must not be seen, as the negative template words it; Field says
	// that the model has a field of its own for that.
	Negative string
	Field    bool
	// Sound says that the model is asked for sound.
	Sound bool
	Staging
	// Voices are the fixed voices that are sent, by whose they are: how the prompt names
	// each, empty where it need not. Who is not in it speaks as the script describes.
	Voices map[string]string
	// Ends: the last frame is sent too, beside the first.
	Ends bool
	Note string // a person's direction for this take alone
	// Restrained is for a vendor that has refused the shot: the caller has made the
	// words of the brief mild.
	Restrained bool
}

// Staging is what the script says of a shot beside its brief. It is no part of the
// shot's identity.
type Staging struct {
	// Dressed are the members of the cast, by id, who wear something else than by
	// default: a reference picture does not show it.
	Dressed []string `json:"dressed,omitempty"`
	// Talking are those who are seen talking while another voice speaks their lines
	// over the take (dialogue: voice, scratch).
	Talking []string `json:"talking,omitempty"`
}

// Picture is one that is sent: whose, of what kind (cast, prop, location), and what of
// them it shows; empty: all that it shows counts.
type Picture struct {
	Name, Kind string
	As         drama.Role
}

// Told is what the model is told.
type Told struct {
	Prompt   string
	Negative string // of the model's own field; empty where it has none
}

// Dialect is one of a version's dialects, ready to tell shots.
type Dialect struct {
	name string
	data data
	in   map[string]*language // by frame language: en, zh
}

// Name is version and name: "v3/seedance2".
func (d *Dialect) Name() string { return d.name }

// Frame is the language of the words around the script's own: "en" or "zh".
func (d *Dialect) Frame(b drama.Brief) string {
	if d.data.Frame != "show" {
		return d.data.Frame
	}
	return written(b)
}

// Foreign says whether the script's directions are in a language that the model's
// guide does not want.
func (d *Dialect) Foreign(b drama.Brief) bool {
	return d.data.Frame != "show" && written(b) != d.data.Frame
}

// Useful is how many reference pictures help; 0: as many as the model takes.
func (d *Dialect) Useful() int { return d.data.Useful }

// Drops says whether the dialect has no way to say what must not be seen.
func (d *Dialect) Drops(field bool) bool { return !field && d.data.Avoid == "drop" }

// Sweet is how long the guide wants a prompt to be at most in the language of its
// frame, how long this one is, and in what: characters or words; 0: it names no length.
func (d *Dialect) Sweet(b drama.Brief, text string) (most, have int, unit string) {
	frame := d.Frame(b)
	if frame == "zh" {
		return d.data.Sweet[frame], ideographs(text), "Chinese characters"
	}
	return d.data.Sweet[frame], len(strings.Fields(text)), "words"
}

// Tell says the shot in the dialect. It cannot fail.
func (d *Dialect) Tell(s Shot) Told {
	frame := d.Frame(s.Brief)
	t := newTelling(d, d.in[frame], s, "")
	told := Told{Prompt: t.text(d.data.order(s.Mode))}
	if s.Field {
		told.Negative = t.field()
	}
	return told
}
