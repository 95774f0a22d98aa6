package drama

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
)

// TakeState is what was decided about a take.
type TakeState string

// States of a take: no good, kept for a decision, good, and the one that is used.
const (
	TakeNG     TakeState = "NG"
	TakeHold   TakeState = "hold"
	TakePrint  TakeState = "print"
	TakeCircle TakeState = "circle"
)

// TakeID names a take: episode, slate and number, for example
// night-shift/ep01/2B/3.
type TakeID struct {
	Episode EpisodeID `json:"episode"`
	Slate   string    `json:"slate"`
	Number  int       `json:"number"` // 1, 2, 3 … per slate, never used again
}

// String is "night-shift/ep01/2B/3".
func (t TakeID) String() string { return fmt.Sprintf("%s/%s/%d", t.Episode, t.Slate, t.Number) }

// ParseTakeID reads "night-shift/ep01/2B/3".
func ParseTakeID(s string) (TakeID, error) {
	parts := strings.Split(s, "/")
	if len(parts) == 4 {
		ep, err := ParseEpisodeID(parts[0] + "/" + parts[1])
		n, numErr := strconv.Atoi(parts[3])
		if t := (TakeID{Episode: ep, Slate: parts[2], Number: n}); err == nil && numErr == nil && n > 0 && parts[2] != "" && t.String() == s {
			return t, nil
		}
	}
	return TakeID{}, fmt.Errorf("read take %q: want SHOW/epNN/SLATE/NUMBER, for example night-shift/ep01/2B/3", s)
}

// Origins of a take.
const (
	OriginGenerated = "generated"
	OriginFootage   = "footage"
)

// Take is one attempt at a shot digest by one provider, model and seed. It is
// written once and never changed; which take is used is said by the circle.
type Take struct {
	ID        TakeID              `json:"id"`
	Digest    string              `json:"digest"` // of the shot as it was asked for
	Origin    string              `json:"origin"` // an Origin
	Provider  string              `json:"provider,omitempty"`
	Model     string              `json:"model,omitempty"`
	VendorJob string              `json:"vendor_job,omitempty"`
	Seed      *int64              `json:"seed,omitempty"`
	Note      string              `json:"note,omitempty"`
	Remedies  []string            `json:"remedies,omitempty"` // changes to the request that a vendor's moderation called for
	Price     Money               `json:"price"`
	Media     Object              `json:"media"` // as fetched; empty when nothing came
	Cues      []SpokenCue         `json:"cues,omitempty"`
	Measured  *media.Measurements `json:"measured,omitempty"`
	Verdict   Verdict             `json:"verdict"`
	MadeAt    time.Time           `json:"made_at"`
	// Asked is what its maker was asked for; nil: not noted, as in footage and in
	// takes of older releases.
	Asked *Asked `json:"asked,omitempty"`
	// Head is how many of its first frames the cut leaves out, because they only repeat the
	// picture that it starts from; decided once, when it is judged.
	Head media.Frames `json:"head,omitempty"`
	// Toned is how its colour stands to that of the take it starts from, decided with Head;
	// nil: it starts from none, or does not show the same.
	Toned *Toned `json:"toned,omitempty"`
	// Filed says that nobody has judged the take: it came after its shot had changed.
	Filed bool `json:"filed,omitempty"`
	// Heard is what a listener heard it say; nil: nobody listened.
	Heard *Heard `json:"heard,omitempty"`
	// Draft is set where it is one, and FinalOf where it is the final of one.
	Draft   *Draft  `json:"draft,omitempty"`
	FinalOf *TakeID `json:"final_of,omitempty"`
	// Pack is set where the take was cut out of a clip of several shots.
	Pack *Pack `json:"pack,omitempty"`
	// Removed is set where its clip was removed since, by a policy of retention: Media is
	// empty then. nil: it was not.
	Removed *Removed `json:"removed,omitempty"`
}

// Removed says what was removed, when and by whom.
type Removed struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Media Object    `json:"media"` // what it was
}

// Pack is where a take was cut out: of a clip that was made for several shots in one call.
type Pack struct {
	// Job is the take that the clip was bought as: that of the first of its shots.
	Job TakeID `json:"job"`
	// Windows are how long each of its shots was asked for, in milliseconds; Index says
	// which of them the take is, from 0.
	Windows []int64 `json:"windows_ms"`
	Index   int     `json:"index"`
}

// Toned is what became of the colour of a take that starts from another take's picture.
type Toned struct {
	// Drift maps the colours of the first take of its chain to its own.
	Drift media.Tone `json:"drift"`
	// Grade is what the cut does about it; zero: nothing.
	Grade media.Tone `json:"grade,omitzero"`
	// Before and After are how far it lies from the first take, as it came and in the cut;
	// see media.Drift.
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// Whole is how long the clip was asked for, milliseconds.
func (p Pack) Whole() (ms int64) {
	for _, w := range p.Windows {
		ms += w
	}
	return ms
}

// Still is the picture that takes of a shot start from, by the still's digest. It
// is bought as a take of StillSlate.
type Still struct {
	Digest   string    `json:"digest"`
	Take     TakeID    `json:"take"`
	Image    Object    `json:"image"`
	Provider string    `json:"provider"`
	Model    string    `json:"model"`
	Price    Money     `json:"price"`
	MadeAt   time.Time `json:"made_at"`
	// ApprovedBy is who approved it; empty: nobody has.
	ApprovedBy string `json:"approved_by,omitempty"`
	// Told is the digest of what every maker of it would be told, under which it is
	// found too, and Asked what its maker was asked for; empty: not noted, by an older
	// release. One that is asked for the same again is not made again.
	Told  string `json:"told,omitempty"`
	Asked *Asked `json:"asked,omitempty"`
	// Removed is set where its picture was removed since: Image is empty then.
	Removed *Removed `json:"removed,omitempty"`
}

// Skips is Head, as far as a shot of so many frames leaves room for it in the take.
func (t Take) Skips(frames media.Frames, fps media.Rational) media.Frames {
	if t.Measured == nil || frames == 0 {
		return 0
	}
	return max(0, min(t.Head, media.FramesIn(t.Measured.Duration, fps)-frames))
}

const (
	stillSuffix = "-still"
	lipsSuffix  = "-lips"
)

// StillSlate is the slate under which a shot's still is bought: 2B-still.
func StillSlate(slate string) string { return slate + stillSuffix }

// LipsSlate is the slate under which a shot's pictures with other lips are bought: 2B-lips.
func LipsSlate(slate string) string { return slate + lipsSuffix }

// IsLips says whether a slate is one that LipsSlate made.
func IsLips(slate string) bool { return strings.HasSuffix(slate, lipsSuffix) }

// ShotSlate is the shot's slate that StillSlate or LipsSlate was given; any other slate is
// its own.
func ShotSlate(slate string) string {
	return strings.TrimSuffix(strings.TrimSuffix(slate, stillSuffix), lipsSuffix)
}

// Object is where bytes lie in the store and what they are: a claim check.
type Object struct {
	// Bucket is the one that it was put into; a show that was moved has it in another.
	Bucket string `json:"bucket,omitempty"`
	Key    string `json:"key,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	Type   string `json:"type,omitempty"`
}

// Retake is a person's wish for new takes of shots that may have a circled one.
type Retake struct {
	Slates []string `json:"slates"` // slates or scene numbers
	// Note is a direction for the new takes. It is added to the prompt and kept
	// with the take; it is not part of the shot's digest.
	Note string `json:"note,omitempty"`
	Seed *int64 `json:"seed,omitempty"` // of the first new take
	Use  string `json:"use,omitempty"`  // provider instance, instead of the routing
	By   string `json:"by,omitempty"`
	// Final asks for the finals of the circled drafts instead, and Whole for new takes that
	// are no drafts, whatever the season says. At most one of them.
	Final bool `json:"final,omitempty"`
	Whole bool `json:"whole,omitempty"`
}

// SpokenCue is when a line of the shot is really spoken, where the maker knows.
type SpokenCue struct {
	Line int          `json:"line"` // index into the shot's lines
	From media.Frames `json:"from"`
	To   media.Frames `json:"to"`
}

// CutAway is the cue of a line that an editor has cut away: nobody hears it.
func CutAway(line int) SpokenCue { return SpokenCue{Line: line, From: -1, To: -1} }

// Away says that the line is not heard at all.
func (c SpokenCue) Away() bool { return c.From < 0 && c.To < 0 }

// Verdict is what QC found, and the judge where there is one. Pass is false for NG.
type Verdict struct {
	Pass     bool     `json:"pass"`
	Reasons  []string `json:"reasons,omitempty"`  // why not, in words
	Warnings []string `json:"warnings,omitempty"` // worth a look, not fatal
	// Said are those reasons and warnings that have a code, for readers of other languages:
	// each in English is one of them.
	Said  []phrase.Phrase `json:"said,omitempty"`
	Score *float64        `json:"score,omitempty"` // the judge's, 0..1; nil: none was asked
	// Limits are the season's own lines that QC went by; nil: those that are built in.
	Limits *QC `json:"limits,omitempty"`
	// Grades are the judge's, by question, and Judge is its model; empty: none was asked, or
	// by an older release.
	Grades []Grade `json:"grades,omitempty"`
	Judge  string  `json:"judge,omitempty"`
}

// Grade is how a judge answers one question about a take, 0 to 4.
type Grade struct {
	Question string `json:"question"` // action, identity …
	Grade    int    `json:"grade"`
	Floor    int    `json:"floor"`         // under which a take should not be
	At       string `json:"at,omitempty"`  // where it is seen
	Why      string `json:"why,omitempty"` // what is wrong, in words
}

// ByQC circles what nobody has looked at.
const ByQC = "qc"

// ByQC says that no person has chosen.
func (c Circle) ByQC() bool { return c.By == ByQC }

// Circle says which take is used for a digest. One whose take has the number 0 says
// that a person took the choice back: none is.
type Circle struct {
	Digest string    `json:"digest"`
	Take   TakeID    `json:"take"`
	By     string    `json:"by"` // "qc" or "person"
	At     time.Time `json:"at"`
	// Draft says that the take is one: what more there is to know of it, the take knows.
	Draft bool `json:"draft,omitempty"`
	// Limits are those that QC went by when it circled the take; see Verdict.
	Limits *QC `json:"limits,omitempty"`
}
