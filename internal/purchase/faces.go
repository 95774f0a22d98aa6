package purchase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// A vendor that takes no picture of a face that looks real may take it once it is
// registered. That is done once a picture, of characters for whose likeness somebody has
// signed, and is recorded in the show: ahead, so that an answer that is lost is looked for
// before anything is registered again.

// signed is a picture of the request for which a consent was signed.
type signed struct {
	picture int    // in the request's References
	consent string // SHA-256
}

// enrolled is the record of a registered picture.
type enrolled struct {
	provider.Face
	Character string    `json:"character"`
	Consent   string    `json:"consent"` // SHA-256 of what was signed
	Provider  string    `json:"provider"`
	At        time.Time `json:"at"` // when it was registered last, or about to be
}

const (
	faceWait  = 600 // units of waiting until a face can be sent, ten minutes
	facePause = 5   // units between two questions
	faceSlow  = 30  // units of waiting where the vendor wants it slower: three faces a minute are the least that it allows
	faceShare = 3   // part of the grace that an answer which was lost has to show
)

// enroller is who registers faces of the request; nil: nobody has to.
func (j *job) enroller() provider.Enroller {
	e, ok := j.provider.(provider.Enroller)
	if !ok || len(j.signed) == 0 || !j.request.Mode.Shown() || !e.Enrolls(j.request.Model) {
		return nil
	}
	if !j.URLs {
		j.note("faces are not registered with " + j.order.Instance + ": it reads them by their address, and vendors cannot reach this store; configure s3")
		return nil
	}
	return e
}

// enroll sees that the faces of the request are registered.
func (j *job) enroll(ctx context.Context, e provider.Enroller) error {
	for _, s := range j.signed {
		p := &j.request.References[s.picture]
		f, err := j.face(ctx, e, *p, s.consent)
		if err != nil {
			return err
		}
		p.Face = f.ID
	}
	return nil
}

// face registers one picture, or waits until whoever does so is done.
func (j *job) face(ctx context.Context, e provider.Enroller, p provider.Picture, consent string) (provider.Face, error) {
	for waited := time.Duration(0); ; waited += facePause * j.unit() {
		rec, version, err := j.enrolled(ctx, p)
		if err != nil {
			return provider.Face{}, err
		}
		rec.Character, rec.Consent, rec.Provider = p.Name, consent, j.order.Instance
		if rec.State != provider.FaceActive && rec.State != provider.FaceRefused {
			rec, err = j.step(ctx, e, rec, version, p)
			if errors.Is(err, store.ErrChanged) {
				continue // somebody else is at it too
			}
			if err != nil {
				return provider.Face{}, j.unregistered(p, err)
			}
		}
		switch rec.State {
		case provider.FaceActive:
			return rec.Face, nil
		case provider.FaceRefused:
			why := "moderation said why to nobody"
			if rec.Why != "" {
				why = "moderation says: " + rec.Why
			}
			return provider.Face{}, j.fail(string(provider.KindRefused), j.spent, "", fmt.Errorf("register the picture of %s with %s: it was refused, and %s; give %s another picture", p.Name, j.order.Instance, text(why), p.Name))
		case provider.FaceAbsent, provider.FacePending:
		}
		if waited > faceWait*j.unit() {
			return provider.Face{}, &Failure{Type: string(provider.KindTransient), After: faceWait * j.unit() / 10, Err: fmt.Errorf("register the picture of %s with %s: it is still being looked at", p.Name, j.order.Instance)}
		}
		if err := beat.Wait(ctx, facePause*j.unit()); err != nil {
			return provider.Face{}, err
		}
	}
}

// step looks for a face, asks how it stands, or registers it, and keeps what it is told.
func (j *job) step(ctx context.Context, e provider.Enroller, rec enrolled, version string, p provider.Picture) (enrolled, error) {
	ask := func(f provider.Face) (provider.Face, error) {
		// What was begun is heard to its end: its answer is the only one.
		asking, stop := context.WithTimeout(context.WithoutCancel(ctx), pollTimeout)
		defer stop()
		return beat.While(ctx, asked(j, "enroll", func() (provider.Face, error) { return e.Enroll(asking, f) }))
	}
	if rec.ID == "" {
		rec.State = ""
	}
	was := rec.Face
	f, err := ask(rec.Face)
	if err != nil {
		return rec, err
	}
	if f.State == provider.FaceAbsent && was.ID != "" {
		rec.Face, rec.At = f, time.Time{} // gone: it is looked for anew
		return rec, j.keepFace(ctx, rec, version)
	}
	if f.State == provider.FaceAbsent {
		rec.Face = f
		if !rec.At.IsZero() && j.now().Sub(rec.At) < j.grace()/faceShare {
			return rec, nil // somebody has just asked for it
		}
		rec.At = j.now()
		if err := j.keepFace(ctx, rec, version); err != nil {
			return rec, err
		}
		if f.URL, err = j.Store.Presign(ctx, p.Object.Key, pictureTTL); err != nil {
			return rec, err
		}
		if f, err = ask(f); err != nil {
			return rec, err
		}
		_, version, err = j.enrolled(ctx, p)
		if err != nil {
			return rec, err
		}
	}
	if f == was {
		return rec, nil
	}
	rec.Face = f
	return rec, j.keepFace(ctx, rec, version)
}

// lapsed says whether a face that was sent is not there any more, and forgets it.
func (j *job) lapsed(ctx context.Context) (any bool) {
	e, ok := j.provider.(provider.Enroller)
	for _, s := range j.signed {
		if !ok || s.picture >= len(j.request.References) {
			continue
		}
		p := j.request.References[s.picture]
		rec, version, err := j.enrolled(ctx, p)
		if p.Face == "" || err != nil || rec.ID != p.Face {
			continue
		}
		f, err := e.Enroll(ctx, rec.Face)
		if err != nil || f.State == provider.FaceActive {
			continue
		}
		rec.Face, rec.At = f, time.Time{}
		if err := j.keepFace(ctx, rec, version); err == nil {
			any = true
		}
	}
	return any
}

// enrolled reads what is known of a picture; the zero record, but for its name, is of one
// of which nothing is.
func (j *job) enrolled(ctx context.Context, p provider.Picture) (rec enrolled, version string, err error) {
	raw, info, err := j.Store.Read(ctx, j.faceKey(p))
	if errors.Is(err, store.ErrNotFound) {
		return enrolled{Face: provider.Face{Name: p.Object.SHA256}}, "", nil
	}
	if err != nil {
		return rec, "", err
	}
	if err := json.Unmarshal(raw, &rec); err != nil || rec.Name != p.Object.SHA256 {
		return rec, "", &Failure{Type: Record, Final: true, Err: fmt.Errorf("read %s: it is no record of the picture of %s (%w)", j.Store.URI(j.faceKey(p)), p.Name, err)}
	}
	return rec, info.Version, nil
}

// keepFace writes the record. Somebody else's that was faster stands: what is there is
// read again.
func (j *job) keepFace(ctx context.Context, rec enrolled, version string) error {
	raw, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("record the face of %s: %w", rec.Character, err)
	}
	key := store.Keys{Show: j.order.Take.Episode.Show}.Face(j.order.Instance, rec.Name)
	return j.Store.PutIf(context.WithoutCancel(ctx), key, raw, "application/json", version)
}

func (j *job) faceKey(p provider.Picture) string {
	return store.Keys{Show: j.order.Take.Episode.Show}.Face(j.order.Instance, p.Object.SHA256)
}

// unregistered is what follows an error on a face's way: nothing was bought.
func (j *job) unregistered(p provider.Picture, err error) error {
	e, vendors := errors.AsType[*provider.Error](err)
	if !vendors {
		return err // the store's, or somebody else was faster: again
	}
	said := fmt.Errorf("register the picture of %s with %s: %w", p.Name, j.order.Instance, err)
	switch e.Kind {
	case provider.KindRefused, provider.KindInvalid, provider.KindAuth, provider.KindQuota:
		return j.fail(string(e.Kind), j.spent, "", said)
	case provider.KindTransient, provider.KindThrottled, provider.KindAmbiguous, provider.KindFailed, provider.KindUnknown, provider.KindNotFound:
	}
	pause := facePause * j.unit()
	if e.Kind == provider.KindThrottled {
		pause = faceSlow * j.unit()
	}
	return &Failure{Type: string(provider.KindTransient), After: max(e.RetryAfter, pause), Err: said}
}
