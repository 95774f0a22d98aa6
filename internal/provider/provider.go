// Package provider is the contract between dailies and whoever makes takes: a
// video-generation vendor, a studio's own machines, or the built-in animatic.
// One implementation is one folder beside this file. The contract is small on
// purpose: one request a call, no retries, no sleeping, no state. Retrying,
// pacing, money and records belong to the caller. providertest holds every
// implementation to it.
package provider

import (
	"context"
	"io"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Provider makes takes. Methods are safe for concurrent use. All errors are
// *Error with a Kind (errors.go); any other error is treated as Transient by
// Poll and Fetch and as Ambiguous by Submit, since money may have been spent.
type Provider interface {
	// Name is the adapter's name: "animatic", "ark" …
	Name() string
	// Models are the facts of every model, from the folder's models.yaml. No I/O.
	Models() []Model
	// Submit asks for one take with one request. It MUST NOT retry. It sends
	// r.Key where the vendor has room for it. When it cannot know whether the
	// vendor accepted the job the error MUST be Ambiguous.
	Submit(ctx context.Context, r Request) (Job, error)
	// Poll asks once how the job is doing. It MUST NOT sleep. A job still
	// running is a Status with Running, not an error.
	Poll(ctx context.Context, j Job) (Status, error)
	// Fetch opens the finished clip, or picture. It MUST NOT send credentials to a result
	// host. The caller limits size and time, and closes. NotFound is the host's word that
	// the link is dead; a fresh Poll may give another.
	Fetch(ctx context.Context, s Status) (io.ReadCloser, error)
}

// Canceler is a Provider that can stop a job. Cancel MUST be safe to repeat.
// stopped is false when the job goes on and will be paid for.
type Canceler interface {
	Cancel(ctx context.Context, j Job) (stopped bool, err error)
}

// Finder is a Provider that can look a job up by our own key after a lost answer.
// found is false only when the vendor surely has no such job.
type Finder interface {
	Find(ctx context.Context, r Request) (j Job, found bool, err error)
}

// Repeater is a Provider whose vendor makes one job of a Request.Key, however often the
// same request is sent with it: a submit whose answer was lost is sent once more and says
// which job it is.
type Repeater interface {
	// Repeats says for how long after a submit of r that holds; 0: not of this request.
	Repeats(r Request) time.Duration
}

// Discoverer is a Provider whose vendor lists its models for machines, so that one
// that came out today can be used today.
type Discoverer interface {
	// Discover asks once for the facts of every model there is now.
	Discover(ctx context.Context) ([]Model, error)
}

// Hearer is a Provider whose vendor calls Request.Callback as a job moves on. A call
// only ends a wait: nothing that it says is believed, Poll is asked.
type Hearer interface {
	// Hear says whether a call is the vendor's, as far as the vendor signs: an error if
	// it surely is not. answer is a JSON body that the vendor wants back; nil: none.
	Hear(ctx context.Context, c Call) (answer []byte, err error)
}

// Call is a request that somebody made to a Request.Callback. Whoever hands it on has
// seen that the address is one that was given to the vendor, and bounded it.
type Call struct {
	Method, Path, Query string
	Header              func(name string) string // the first of that name; empty: none
	Body                []byte
	At                  time.Time // when it came
}

// Request is everything a vendor is told.
type Request struct {
	Key        string         `json:"key"` // ours, unique per attempt to buy; [A-Za-z0-9-], at most 64 bytes
	Take       drama.TakeID   `json:"take"`
	Model      string         `json:"model"`
	Mode       Mode           `json:"mode"`
	Prompt     string         `json:"prompt"`
	Negative   string         `json:"negative,omitempty"`
	Seed       *int64         `json:"seed,omitempty"`
	Frames     media.Frames   `json:"frames"`            // wanted; the vendor may make more, never fewer
	MakeMS     int64          `json:"make_ms,omitempty"` // length to ask for, milliseconds: one that the model makes, at least Frames
	FPS        media.Rational `json:"fps"`
	Raster     media.Raster   `json:"raster"` // wanted shape; the vendor's own sizes are in Model
	Audio      bool           `json:"audio"`  // the model makes sound
	FirstFrame *Picture       `json:"first_frame,omitempty"`
	LastFrame  *Picture       `json:"last_frame,omitempty"`
	References []Picture      `json:"references,omitempty"`
	Voices     []Voice        `json:"voices,omitempty"` // fixed voices of those who speak, in the order that prompts count them
	Brief      drama.Brief    `json:"brief"`            // the shot itself, for those who draw
	Overlay    Overlay        `json:"overlay"`
	// Draft asks for a draft: see Model.Draft.
	Draft bool `json:"draft,omitempty"`
	// FinalOf is the draft whose final is asked for, by the id that its Status told; empty:
	// none. The model is the draft's. Prompt, pictures, length, sound and seed are the
	// draft's too and not told again: what stands here only says what is wanted. A draft that
	// the vendor does not know any more is Invalid.
	FinalOf string `json:"final_of,omitempty"`
	// ShotsMS are the lengths of the clip's shots where it is to be of several, in order and
	// with a hard cut between: together they are MakeMS. Prompt tells of all of them in the
	// model's own form.
	ShotsMS []int64 `json:"shots_ms,omitempty"`
	// Clip and Speech are what ModeLipSync begins with: pictures without sound, MP4 with
	// H.264, of Raster at FPS and Frames long; and what is said in them, WAV, as long. Nil
	// in other modes. References are then the face of who speaks, if there is a picture.
	Clip   *Material `json:"clip,omitempty"`
	Speech *Material `json:"speech,omitempty"`
	// Callback is where a vendor that can may say that the job has moved on; empty: it is
	// only asked. It is no part of what is asked for, and MUST NOT be shown or kept: what
	// it holds is secret. Only a Hearer is given one.
	Callback string `json:"-"`
	// Age is for a Finder: how long ago the request was sent at most, by our clock; 0: nobody
	// knows. It is no part of what is asked for.
	Age time.Duration `json:"-"`
}

// Overlay is text that a previsualisation writes on its picture; it is not part
// of the shot's digest, and vendors ignore it.
type Overlay struct {
	Slate string `json:"slate,omitempty"`
	Off   bool   `json:"off,omitempty"`
}

// Mode is what a take starts from.
type Mode string

// Modes.
const (
	ModeText       Mode = "text"
	ModeFirstFrame Mode = "first_frame"
	ModeFirstLast  Mode = "first_last"
	ModeReferences Mode = "references"
	// ModeFrameReferences is a first frame with references beside it: what it begins
	// with, and who its people are.
	ModeFrameReferences Mode = "frame_references"
	// ModeImage is for makers of pictures: what they make is a PNG, JPEG or WebP, for
	// other takes to start from. Where the model has ModeReferences too, it can be
	// shown references; it makes no clips, unless it has ModeText too.
	ModeImage Mode = "image"
	// ModeLipSync is for those who put other words in the mouth of somebody in a clip that
	// there is: what they make is that clip with other lips. A request has Clip and Speech,
	// no prompt and no frames.
	ModeLipSync Mode = "lip_sync"
)

// Framed says whether a take of the mode begins on a given frame.
func (m Mode) Framed() bool {
	return m == ModeFirstFrame || m == ModeFirstLast || m == ModeFrameReferences
}

// Shown says whether references are sent in the mode.
func (m Mode) Shown() bool {
	return m == ModeReferences || m == ModeFrameReferences || m == ModeImage
}

// Bare is the mode of the same take without its references.
func (m Mode) Bare() Mode {
	switch m {
	case ModeReferences:
		return ModeText
	case ModeFrameReferences:
		return ModeFirstFrame
	case ModeText, ModeFirstFrame, ModeFirstLast, ModeImage, ModeLipSync:
	}
	return m
}

// Unframed is the mode of the same take without its first frame.
func (m Mode) Unframed() Mode {
	if m == ModeFrameReferences {
		return ModeReferences
	}
	return ModeText
}

// Picture is a reference image. Open reads its bytes; URL is set when the store
// is reachable by vendors.
type Picture struct {
	Name   string                                           `json:"name"` // what it shows: "lin", "store"
	Kind   string                                           `json:"kind"` // cast, location, prop, frame
	Object drama.Object                                     `json:"object"`
	URL    string                                           `json:"-"`
	Open   func(ctx context.Context) (io.ReadCloser, error) `json:"-"`
	// Face is the vendor's own id of the picture, where an Enroller knows it; it is sent
	// in the picture's place.
	Face string `json:"-"`
}

// Job is a vendor's receipt. It is written to the ledger before the first poll
// and is all that is needed to go on after a crash.
type Job struct {
	ID    string `json:"id"`
	Model string `json:"model"`
	// Extra is for vendors whose poll URL needs more than the id. No secrets.
	Extra map[string]string `json:"extra,omitempty"`
}

// State is where a job is.
type State string

// States of a job.
const (
	Queued    State = "queued"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Status is what one poll said.
type Status struct {
	Job      Job               `json:"job"`
	State    State             `json:"state"`
	Word     string            `json:"word"`               // the vendor's own status word
	Progress float64           `json:"progress,omitempty"` // 0..1 where told
	URL      string            `json:"url,omitempty"`      // of the result; may expire
	Extra    map[string]string `json:"extra,omitempty"`
	Price    *drama.Money      `json:"price,omitempty"` // from the vendor's usage where reported
	Seed     *int64            `json:"seed,omitempty"`  // the seed used, where told
	Cues     []drama.SpokenCue `json:"cues,omitempty"`  // where lines are spoken, if known
	// Draft is what a finished draft is called where its final is asked for; empty: the
	// job's id.
	Draft string `json:"draft,omitempty"`
	// Err says why a job failed; its Kind decides what next. Set when State is
	// Failed, Cancelled or Expired.
	Err *Error `json:"err,omitempty"`
	// PollAfter is when the vendor wants to be asked again; 0: the instance's pace.
	PollAfter time.Duration `json:"poll_after,omitempty"`
	// Part is set for Fetch by a caller that has some of the result; nil: nothing.
	Part *Part `json:"-"`
	// FakeIP is set for Fetch by a caller whose network answers every name with an
	// address that its proxy made up.
	FakeIP bool `json:"-"`
}

// Part is what the caller has of a result already, so that a download that was cut
// goes on where it stopped. A Fetch that can, opens the rest of the very same bytes
// and sets From; any other delivers from the beginning, From 0.
type Part struct {
	Bytes int64  // had
	Tag   string // the host's name for exactly these bytes; set by Fetch, empty: none
	From  int64  // set by Fetch: where what it delivers begins
}
