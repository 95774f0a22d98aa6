package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// Lip sync: the clean pictures of each shot in which somebody who is seen speaks go with
// the dub's words to who changes lips, and what comes back takes the place of the shot's
// pictures in the dub. It is kept by what was sent and by the model.

// LipJob is a shot of a dub whose lips are to be changed.
type LipJob struct {
	Slate  string `json:"slate"`
	Use    string `json:"use"` // see cut.Shot.Use
	Digest string `json:"digest"`
	// Price is one purchase, in the run's currency.
	Price drama.Money `json:"price"`
	// Done: they were changed before. Why says that what was delivered cannot be used.
	Done bool   `json:"done,omitempty"`
	Why  string `json:"why,omitempty"`
	// NG counts those that were bought before and cannot be used.
	NG int `json:"ng,omitempty"`
	// Open is a job of an earlier run that has not ended, or whose delivery nobody has
	// looked at.
	Open *OpenJob `json:"open,omitempty"`
}

// LipsFound are the shots of a dub whose lips are to be changed; none where lines do not
// fit, since no dub comes of that.
type LipsFound struct {
	Jobs []LipJob `json:"jobs,omitempty"`
}

// lipWork is how a use's pictures get other lips.
type lipWork struct {
	lip     cut.Lip
	plan    plan.Lips
	own     shotWork // how the mezzanine of its own lips is made
	ownIs   library.Mezzanine
	send    media.ConformJob // of what is sent, without its files
	digest  string
	synced  drama.Synced // what was delivered; set where it is used
	rebuilt string       // digest of the mezzanine that is made of that
}

// sentClipName is what the clip that was sent is called in the store.
const sentClipName = "clip.mp4"

// there says whether objects are in the store.
func (m *Media) there(ctx context.Context, keys ...string) (bool, error) {
	for _, key := range keys {
		if _, err := m.Store.Head(ctx, key); key == "" || errors.Is(err, store.ErrNotFound) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return true, nil
}

// sentEncoder is so fine that what is made of it looks like the take: bytes are limited
// by those who take it in a request, so that it becomes coarser where they say so.
var sentEncoder = media.Encoder{Preset: "veryfast", CRF: 12}

// coarser is by how much, and coarsest how far.
const (
	coarser  = 5
	coarsest = 32
)

// LipSync is what a plan needs to know of lips: who changes them, what is said in each
// shot in the language, and what is there already. nil: nobody changes any.
func (l Lines) LipSync(ctx context.Context, st store.Store, script *drama.Production, language, instance string) (*plan.LipSync, error) {
	if language == "" || instance == "" {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	out := &plan.LipSync{Instance: instance, Said: make(map[string]string)}
	for _, s := range script.Episode.Shots() {
		var said []string
		for _, line := range s.Lines {
			if drama.Audible(line.Say) && !mouthed(line) && s.OnLips(line) {
				said = append(said, l.dub(script, s, line, language).key)
			}
		}
		if len(said) > 0 {
			out.Said[s.Slate] = digestOf(said)
		}
	}
	var err error
	out.Done, err = library.Library{Store: st}.SyncedAs(ctx, script.Season.Show)
	return out, err
}

// lipWorks are the uses of a dub whose lips the plan has changed, in order.
func (m *Media) lipWorks(p *plan.Plan, d *cut.Cut, works map[string]shotWork) (all []lipWork) {
	planned := make(map[string]*plan.Lips)
	for _, s := range p.Shots {
		planned[s.Slate] = s.Lips
	}
	for _, lip := range d.Lips() {
		l := planned[lip.Slate]
		if l == nil || len(l.Routes) == 0 {
			continue
		}
		w := lipWork{lip: lip, plan: *l, own: works[lip.Use], ownIs: d.Shown(lip.Use)}
		w.send = w.own.job
		w.send.Burn, w.send.Safe, w.send.Like, w.send.Base = nil, media.Box{}, "", media.Tone{}
		w.send.Head, w.send.Tail, w.send.Spec.Encoder = 0, 0, sentEncoder
		w.send.Frames = lip.Frames
		if wait := l.SendFrames - lip.Frames; wait > 0 {
			w.send.Frames, w.send.MaxHold = l.SendFrames, w.send.MaxHold+wait
		}
		type said struct {
			SHA256 string       `json:"sha256"`
			At     media.Frames `json:"at"`
			Rate   float64      `json:"rate"`
		}
		var speech []said
		for _, line := range lip.Lines {
			speech = append(speech, said{line.Sound.SHA256, *line.At, line.Rate})
		}
		w.digest = digestOf(struct {
			V        int          `json:"v"`
			Pictures string       `json:"pictures"`
			Frames   media.Frames `json:"frames"`
			Speech   []said       `json:"speech"`
			Type     string       `json:"type"`
			Model    string       `json:"model"`
		}{1, mezzanineOf(w.own.take, w.send), lip.Frames, speech, l.Routes[0].Type, l.Routes[0].Model})
		all = append(all, w)
	}
	return all
}

// dubbedCut is the dub as it is before lips are changed.
func (m *Media) dubbedCut(ctx context.Context, in DubInput) (*cut.Cut, *plan.Plan, map[string]shotWork, error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return nil, nil, nil, err
	}
	c, _, works, err := m.newestCut(ctx, in, script)
	if err != nil {
		return nil, nil, nil, err
	}
	spoken, err := m.dubBefore(ctx, script, in.Language)
	if err != nil {
		return nil, nil, nil, err
	}
	return c.Dub(in.Language, 1, spoken), p, works, nil
}

// Lips says which shots of a dub get other lips, and what of that is there already. It
// makes nothing and buys nothing.
func (m *Media) Lips(ctx context.Context, in DubInput) (LipsFound, error) {
	found, err := m.findLips(ctx, in)
	return found, ends(err)
}

func (m *Media) findLips(ctx context.Context, in DubInput) (LipsFound, error) {
	d, p, works, err := m.dubbedCut(ctx, in)
	if err != nil || len(d.Unfit()) > 0 {
		return LipsFound{}, err
	}
	all := m.lipWorks(p, d, works)
	if len(all) == 0 {
		return LipsFound{}, nil
	}
	open := map[string]library.Unfinished{}
	if m.Prices.Ledger != nil {
		if open, err = m.library().OpenLips(ctx, m.Prices.Ledger, in.ID); err != nil {
			return LipsFound{}, err
		}
	}
	var out LipsFound
	for _, w := range all {
		j := LipJob{Slate: w.lip.Slate, Use: w.lip.Use, Digest: w.digest, Price: w.price()}
		s, err := m.library().Synced(ctx, in.ID.Show, w.digest)
		switch {
		case err == nil && s.Pass:
			if j.Done, err = m.there(ctx, s.Media.Key); err != nil {
				return LipsFound{}, err
			}
		case err == nil && len(s.NG) >= w.plan.MaxTakes:
			j.Done, j.Why = true, strings.Join(few(s.Reasons), "; ")
		case err == nil:
			j.NG = len(s.NG)
		case !lost(err):
			return LipsFound{}, err
		}
		if u, ok := open[w.digest]; ok && !j.Done && !slices.Contains(s.NG, u.Take) {
			planner := Planner{Exchange: m.Prices.Exchange}
			if j.Open, err = planner.openJob(u, j.Price.Currency); err != nil {
				return LipsFound{}, err
			}
		}
		out.Jobs = append(out.Jobs, j)
	}
	return out, nil
}

// price is one purchase: that of the plan, for as many pictures as are sent.
func (w lipWork) price() drama.Money {
	p := w.plan.Routes[0].Price
	if of := max(w.plan.SendFrames, w.plan.Frames); w.send.Frames > of && of > 0 {
		p.Micros = (p.Micros*int64(w.send.Frames) + int64(of) - 1) / int64(of)
	}
	return p
}

// LipInput asks for something about one use of a dub whose lips are changed.
type LipInput struct {
	DubInput
	Use    string `json:"use"`
	Digest string `json:"digest"` // as Lips said
	// Take is what was bought, Clip what came.
	Take drama.TakeID `json:"take,omitzero"`
	Clip *Clip        `json:"clip,omitempty"`
}

// LipMaterial is what is sent.
type LipMaterial struct {
	Clip   store.Ref `json:"clip"`
	Speech store.Ref `json:"speech"`
}

// lipWork is the use's.
func (m *Media) lipWork(ctx context.Context, in LipInput) (lipWork, error) {
	d, p, works, err := m.dubbedCut(ctx, in.DubInput)
	if err != nil {
		return lipWork{}, err
	}
	for _, w := range m.lipWorks(p, d, works) {
		if w.lip.Use == in.Use && w.digest == in.Digest {
			return w, nil
		}
	}
	return lipWork{}, damaged("change the lips of %s in %s: it is not what it was when the run began; dub again", in.Use, in.ID)
}

// LipSend makes what is sent of a use, or finds it.
func (m *Media) LipSend(ctx context.Context, in LipInput) (LipMaterial, error) {
	out, err := m.lipSend(ctx, in)
	return out, ends(err)
}

func (m *Media) lipSend(ctx context.Context, in LipInput) (LipMaterial, error) {
	var out LipMaterial
	key := func(name string) string { return store.Keys{Show: in.ID.Show}.SyncedFile(in.Digest, name) }
	record := key("sent.json")
	body, _, err := m.Store.Read(ctx, record)
	if err == nil && json.Unmarshal(body, &out) == nil {
		there, err := m.there(ctx, out.Clip.Key, out.Speech.Key)
		if there || err != nil {
			return out, err
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return out, err
	}
	w, err := m.lipWork(ctx, in)
	if err != nil {
		return out, err
	}
	dir, done, err := m.folder("lips")
	if err != nil {
		return out, err
	}
	defer done()
	clip, speech := filepath.Join(dir, "sent.mp4"), filepath.Join(dir, "speech.wav")
	if err := m.sentClip(ctx, w, dir, clip); err != nil {
		return out, err
	}
	lay := media.LayJob{FPS: w.send.Spec.FPS, Frames: w.send.Frames, Out: speech}
	for i, l := range w.lip.Lines {
		path := filepath.Join(dir, fmt.Sprintf("line-%02d.wav", i))
		if err := m.download(ctx, l.Sound, path); err != nil {
			return out, err
		}
		lay.Sounds = append(lay.Sounds, media.Sound{Path: path, At: *l.At, Rate: l.Rate})
	}
	if _, err := m.run(ctx, media.Job{Lay: &lay}); err != nil {
		return out, fmt.Errorf("lay the speech of %s: %w", in.Use, err)
	}
	if out.Clip, err = m.upload(ctx, clip, key(sentClipName), "video/mp4", fileSum{}); err != nil {
		return out, err
	}
	if out.Speech, err = m.upload(ctx, speech, key("speech.wav"), wavType, fileSum{}); err != nil {
		return out, err
	}
	if body, err = json.Marshal(out); err != nil {
		return out, err
	}
	_, err = m.Store.Put(ctx, record, strings.NewReader(string(body)), "application/json")
	return out, err
}

// sentClip conforms the take without texts, as fine as it may be.
func (m *Media) sentClip(ctx context.Context, w lipWork, dir, out string) error {
	take := filepath.Join(dir, "take")
	if !m.cache().give(take, w.own.take.Media.SHA256) {
		if err := m.download(ctx, w.own.take.Media, take); err != nil {
			return err
		}
	}
	job := w.send
	job.In, job.OutVideo, job.OutAudio = take, out, filepath.Join(dir, "unsent.wav")
	for {
		if _, err := m.run(ctx, media.Job{Conform: &job}); err != nil {
			return fmt.Errorf("conform take %s to change its lips: %w", w.own.take.ID, err)
		}
		made, err := os.Stat(out)
		if err != nil || w.plan.MaxBytes == 0 || made.Size() <= w.plan.MaxBytes || job.Spec.Encoder.CRF >= coarsest {
			return err
		}
		job.Spec.Encoder.CRF = min(job.Spec.Encoder.CRF+coarser, coarsest)
	}
}
