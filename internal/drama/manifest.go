package drama

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Manifest describes a cut. It is written last: a cut without one does not
// exist. It is never changed. Where Review is set a cut may exist and wait: it is
// delivered when the record of the latest cut names it, or a later one.
type Manifest struct {
	ID        EpisodeID      `json:"id"`
	Cut       int            `json:"cut"`
	Digest    string         `json:"digest"` // of the cut list: same digest, same pictures
	Title     Text           `json:"title,omitempty"`
	Hook      string         `json:"hook,omitempty"` // the script's: the episode in a sentence
	Script    Object         `json:"script"`
	Frames    media.Frames   `json:"frames"`
	FPS       string         `json:"fps"`
	Raster    media.Raster   `json:"raster"`
	Shots     []ManifestShot `json:"shots"`
	Files     []ManifestFile `json:"files"` // every other file of the cut
	Spent     Money          `json:"spent"` // on all takes of this episode so far
	PerMinute Money          `json:"cost_per_minute"`
	Loudness  media.Loudness `json:"loudness_measured"`
	Season    Text           `json:"season_title,omitempty"`
	Label     ManifestLabel  `json:"label"`
	Consents  []Consent      `json:"consents,omitempty"` // of the characters in the cut
	C2PA      *C2PA          `json:"c2pa,omitempty"`     // of the signed master; nil: it is not signed
	Notes     []string       `json:"notes,omitempty"`
	// Language is what is spoken, Subtitles are the languages of the master's subtitles;
	// empty in manifests of older releases.
	Language  string   `json:"language,omitempty"`
	Subtitles []string `json:"subtitles,omitempty"`
	// Deliver, Safe and Filing are the season's, Card the lines of the opening card.
	Deliver []string  `json:"deliver,omitempty"`
	Safe    media.Box `json:"safe,omitzero"`
	Filing  *Filing   `json:"filing,omitempty"`
	Card    []string  `json:"card,omitempty"`
	// Versions are the further masters, each in a folder of its name.
	Versions []ManifestVersion `json:"versions,omitempty"`
	Stems    *ManifestStems    `json:"stems,omitempty"` // nil: none were asked for
	// Dub is set in the manifest of a dub, whose pictures are those of the cut; nil: it is
	// the cut itself.
	Dub *ManifestDub `json:"dub,omitempty"`
	// Edit is the editor's cut that it was laid out by; nil: the script's order.
	Edit *ManifestEdit `json:"edit,omitempty"`
	// Review: it is delivered when a person has approved it, and not before.
	Review bool      `json:"review,omitempty"`
	Tool   string    `json:"tool"` // dailies' version
	MadeAt time.Time `json:"made_at"`
}

// ManifestStems says how a cut's stems stand to its master.
type ManifestStems struct {
	// Gain is what all stems are turned down by, in dB, so that none is clipped; Master is
	// what the mix was raised by for the master, before its limiter.
	Gain   float64 `json:"gain_db"`
	Master float64 `json:"master_gain_db"`
	NoME   string  `json:"no_me,omitempty"` // why there is no stem of music and effects
}

// ManifestDub says what a dub is.
type ManifestDub struct {
	Language string    `json:"language"`
	Number   int       `json:"number"` // of the dubs into the language, from 1
	Lines    []DubLine `json:"lines"`
	// Lips are the shots whose pictures are not the cut's but show other lips.
	Lips []ManifestLips `json:"lips,omitempty"`
}

// ManifestLabel says how the cut is labelled as generated.
type ManifestLabel struct {
	Shown bool   `json:"shown"` // the cut bears the label, on the picture and in its metadata
	Text  string `json:"text,omitempty"`
	// Off and Reason are the script's: no label, and why.
	Off      bool   `json:"off,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Producer string `json:"producer,omitempty"` // as the script names them; the metadata holds only codes
	Code     string `json:"code,omitempty"`     // of the service provider, as the metadata holds it
	// Where it stands and for how long; empty in manifests of older releases.
	Position string       `json:"position,omitempty"`
	Frames   media.Frames `json:"frames,omitempty"`
	Whole    bool         `json:"whole,omitempty"`
	Language string       `json:"language,omitempty"` // of its letters' shapes
	// Unlabelled is set in the manifest of a copy without the visible label.
	Unlabelled *Unlabelled `json:"unlabelled,omitempty"`
}

// Unlabelled is a copy without the visible label, which somebody asked for.
type Unlabelled struct {
	To     string    `json:"to"` // who gets it
	Reason string    `json:"reason"`
	By     string    `json:"by"` // who handed it over
	At     time.Time `json:"at"`
	SHA256 string    `json:"sha256"` // of its master
	// Version is the name of the version that it is a copy of; empty: of the master.
	Version string `json:"version,omitempty"`
}

// C2PA says who has signed the master, and what was stated of it.
type C2PA struct {
	Manifest    string    `json:"manifest"`    // its label
	Certificate string    `json:"certificate"` // SHA-256 in hex
	Signer      string    `json:"signer"`
	Issuer      string    `json:"issuer"`
	Until       time.Time `json:"until"`       // the certificate's last day: a signature without a time stamp is good as long
	SourceType  string    `json:"source_type"` // IPTC's, of its pictures
}

// Consent is the paper by which a person agreed to be a character's model.
type Consent struct {
	Character string `json:"character"` // id
	File      File   `json:"file"`
}

// ManifestEdit names an editor's cut; see Edit.
type ManifestEdit struct {
	Version int       `json:"version"`
	Name    string    `json:"name"`
	SHA256  string    `json:"sha256"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Lost    []string  `json:"lost,omitempty"` // what of it was not carried
	// LeftOut are the takes of shots that it does not show.
	LeftOut []TakeID `json:"left_out,omitempty"`
}

// ManifestShot is one shot of a cut. An editor's cut may show a shot in several pieces.
type ManifestShot struct {
	Slate       string           `json:"slate"`
	Scene       string           `json:"scene"`
	Start       media.Frames     `json:"start"` // on the cut's timeline
	Frames      media.Frames     `json:"frames"`
	In          media.Frames     `json:"in,omitempty"` // the first frame of the take that is shown
	Cut         media.Transition `json:"transition"`   // into the next shot
	Take        TakeID           `json:"take"`
	Digest      string           `json:"digest"`
	Origin      string           `json:"origin"`
	Provider    string           `json:"provider,omitempty"`
	Model       string           `json:"model,omitempty"`
	Seed        *int64           `json:"seed,omitempty"`
	Price       Money            `json:"price"`
	Attempts    int              `json:"attempts"`
	VideoDigest string           `json:"video_digest"` // of the mezzanine's packets
	Verdict     Verdict          `json:"verdict"`
	Reasons     []string         `json:"reasons,omitempty"` // of the attempts that were NG
	// Draft is set where the take is one, and FinalOf where it is the final of one.
	Draft   *Draft  `json:"draft,omitempty"`
	FinalOf *TakeID `json:"final_of,omitempty"`
	// Runs are where the shot is black or stands still by itself, in its frames, and Inked
	// where its burned titles and subtitles lie; nil: an older release conformed it.
	Runs  *media.Runs          `json:"runs,omitempty"`
	Inked map[string]media.Box `json:"inked,omitempty"`
	// Marks are what the maker of the take's clip wrote into it about its origin.
	Marks []media.Mark `json:"marks,omitempty"`
}

// ManifestVersion is a further master of a cut, as long as the master and cut where it is.
type ManifestVersion struct {
	Name     string         `json:"name"`
	Raster   media.Raster   `json:"raster"`
	Texts    bool           `json:"texts"` // subtitles and titles are burned in, where the season burns any
	Loudness media.Loudness `json:"loudness_measured"`
	C2PA     *C2PA          `json:"c2pa,omitempty"` // nil: it is not signed
	// VideoDigests are those of its mezzanines' packets, in order; older releases told none.
	VideoDigests []string `json:"video_digests,omitempty"`
}

// ManifestFile is a delivered file, its name relative to the cut.
type ManifestFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Type   string `json:"type"`
}
