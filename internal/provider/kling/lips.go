package kling

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Lip sync takes two requests: Kling looks for faces, which costs a little, and then
// changes the lips of one of them. A look that is lost is looked again; what is bought
// under our key is the second. Both are of the legacy paths, in either generation.
const (
	facesPath = "/v1/videos/identify-face"
	lipsPath  = "/v1/videos/advanced-lip-sync"
	// lookUnits is what the look costs, as models.yaml has it: the job's own deduction is
	// without it.
	lookUnits = "0.05"
	// leastFace is how long a face has to be seen, milliseconds.
	leastFace = 2000
)

type facesBody struct {
	VideoURL string `json:"video_url"`
}

// faces are what Kling sees in a clip; times are in milliseconds.
type faces struct {
	SessionID wire.Text `json:"session_id"` // good for a day
	Faces     []face    `json:"face_data"`
}

type face struct {
	ID   wire.Text   `json:"face_id"`
	From json.Number `json:"start_time"`
	To   json.Number `json:"end_time"`
}

func (f face) seen() int64 {
	from, err := f.From.Int64()
	to, err2 := f.To.Int64()
	if err != nil || err2 != nil || from < 0 || to < from {
		return 0
	}
	return to - from
}

type lipsBody struct {
	SessionID      string       `json:"session_id"`
	FaceChoose     []faceChosen `json:"face_choose"`
	ExternalTaskID string       `json:"external_task_id"`
	CallbackURL    string       `json:"callback_url,omitempty"`
}

type faceChosen struct {
	ID         string `json:"face_id"`
	SoundFile  string `json:"sound_file"`
	SoundStart int64  `json:"sound_start_time"`
	SoundEnd   int64  `json:"sound_end_time"`
	InsertAt   int64  `json:"sound_insert_time"`
	Volume     int    `json:"sound_volume"`
	OwnVolume  int    `json:"original_audio_volume"`
}

// submitLips asks for a clip with other lips.
func (p *Provider) submitLips(ctx context.Context, r provider.Request) (provider.Job, error) {
	m, ok := p.known(r.Model)
	if !ok || m.LipSync == nil {
		return provider.Job{}, wire.Invalid("model %s changes no lips", r.Model)
	}
	if err := wire.CheckLips(m, r); err != nil {
		return provider.Job{}, err
	}
	a, e, err := p.call(ctx, p.ask, wire.Request{Op: wire.Upload, Method: http.MethodPost, Path: facesPath, Body: facesBody{r.Clip.URL}})
	if err != nil {
		return provider.Job{}, err
	}
	var seen faces
	if err := json.Unmarshal(e.Data, &seen); err != nil || seen.SessionID == "" {
		return provider.Job{}, p.ask.Refuse(wire.Upload, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer that names no session"})
	}
	chosen, err := chosenFace(seen)
	if err != nil {
		return provider.Job{}, err
	}
	ms := int64(r.Frames) * 1000 * r.FPS.Den / r.FPS.Num
	body := lipsBody{
		SessionID: string(seen.SessionID), ExternalTaskID: r.Key, CallbackURL: r.Callback,
		FaceChoose: []faceChosen{{ID: string(chosen.ID), SoundFile: r.Speech.URL, SoundEnd: ms, Volume: 1}},
	}
	a, e, err = p.call(ctx, p.buy, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: lipsPath, Body: body})
	if err != nil {
		return provider.Job{}, err
	}
	made, _ := e.one()
	id := made.id()
	if id == "" {
		id = wire.ID(a.Body, "task_id", "id")
	}
	if id == "" {
		return provider.Job{}, p.buy.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "accepted without a job id"})
	}
	return provider.Job{ID: id, Model: r.Model, Extra: map[string]string{extraPath: lipsPath}}, nil
}

// chosenFace is the face that is seen. Which of several it is Kling cannot be told.
func chosenFace(seen faces) (face, error) {
	looked := true
	no := func(format string, args ...any) error {
		return &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Submit), Billed: &looked, Message: fmt.Sprintf(format, args...)}
	}
	switch n := len(seen.Faces); {
	case n == 0:
		return face{}, no("Kling sees no face in the clip whose lips it could change")
	case n > 1:
		return face{}, no("Kling sees %d faces in the clip, and cannot be told whose lips to change", n)
	case seen.Faces[0].ID == "":
		return face{}, no("Kling sees a face in the clip and gives it no id")
	case seen.Faces[0].seen() < leastFace:
		return face{}, no("Kling sees the face for %d ms, and needs %d", seen.Faces[0].seen(), leastFace)
	}
	return seen.Faces[0], nil
}
