package kling

import (
	"net/http"

	"github.com/dailies/dailies/test/vendors"
)

// Lip sync is documented by a copy of the vendor's page: a look for faces, which charges,
// and a job that names its session.
const (
	lipKind     = "advanced-lip-sync"
	lipUnits    = 100_000 // micro-units a second: 0.5 units for five
	lookUnits   = "0.05"
	lipLeast    = 2000  // ms of sound, and of what of the face it covers
	lipMost     = 60000 // ms of a clip
	lipFaceSeen = 5000  // ms
)

func (v *Vendor) serveLips() {
	v.mux.HandleFunc("POST /v1/videos/identify-face", v.identify)
	path := "/v1/videos/" + lipKind
	v.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		v.create(w, r, legacy+lipKind, v.readLips)
	})
	v.mux.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) { v.getLegacy(w, r, legacy+lipKind) })
}

func (v *Vendor) identify(w http.ResponseWriter, r *http.Request) {
	const op = "identify"
	if !v.admit(w, r, op, "query") {
		return
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, 1200, problem.Error())
		return
	}
	if body.Has("video_id") == body.Has("video_url") {
		body.Wrong("video_url", "exactly one of it and video_id is required")
	}
	body.String("video_id")
	if body.Has("video_url") {
		body.URL("video_url")
	}
	body.End()
	if p := body.Problem(); p != nil {
		v.refuse(w, op, http.StatusBadRequest, 1201, p.Error())
		return
	}
	id := v.id()
	v.sessions.Store(id, true)
	v.answer(w, op, http.StatusOK, 0, "SUCCEED", map[string]any{
		"session_id": id, "final_unit_deduction": lookUnits,
		"face_data": []any{map[string]any{"face_id": "0", "face_image": "https://kling.example/0.png", "start_time": 0, "end_time": lipFaceSeen}},
	})
}

// readLips reads a job of lip sync.
func (v *Vendor) readLips(body *vendors.Object) (*ask, *no) {
	a := &ask{model: lipKind, each: lipUnits, seconds: 5, videos: 1}
	body.Need("session_id", "face_choose")
	session := body.String("session_id")
	faces := body.Objects("face_choose")
	if len(faces) != 1 {
		body.Wrong("face_choose", "has %d faces", len(faces))
	}
	for _, f := range faces {
		f.Need("face_id", "sound_start_time", "sound_end_time", "sound_insert_time")
		if f.String("face_id") != "0" {
			f.Wrong("face_id", "is none of the session's")
		}
		if f.Has("audio_id") == f.Has("sound_file") {
			f.Wrong("sound_file", "exactly one of it and audio_id is required")
		}
		f.String("audio_id")
		if f.Has("sound_file") {
			f.URL("sound_file")
		}
		from, to := f.Int("sound_start_time", 0, 0, lipMost), f.Int("sound_end_time", 0, 0, lipMost)
		at := f.Int("sound_insert_time", 0, 0, lipMost)
		if to-from < lipLeast || min(at+to-from, lipFaceSeen)-at < lipLeast {
			f.Wrong("sound_end_time", "the sound, or what of the face it covers, is shorter than 2 s")
		}
		f.Number("sound_volume", 1, 0, 2)
		f.Number("original_audio_volume", 1, 0, 2)
		f.End()
	}
	a.external, a.callback = body.String("external_task_id"), body.String("callback_url")
	body.End()
	if p := body.Problem(); p != nil {
		return nil, &no{http.StatusBadRequest, 1201, p.Error()}
	}
	if _, ok := v.sessions.Load(session); !ok {
		return nil, &no{http.StatusBadRequest, 1201, "the session does not exist or is over"}
	}
	return a, nil
}
