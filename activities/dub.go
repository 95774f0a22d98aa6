package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
)

// dub is a line as its speaker's voice is asked for it in another language: the voice that
// the cast names for it, else the speaker's own, else the one of those who have none.
func (l Lines) dub(script *drama.Production, shot drama.Shot, line drama.Line, language string) wanted {
	w := wanted{voice: l.Voice, request: voice.Request{Text: line.In(language, script.Season.Language), Language: language, Tone: line.Tone}}
	if w.voice == "" {
		w.voice = defaultVoice
	}
	v := script.Season.Cast[line.Who].Voice
	if v == nil {
		return l.whole(script, w)
	}
	if t, ok := v.Languages[language]; ok {
		w.voice, w.request.Name, w.request.Rate, w.request.Pitch = t.Provider, t.Name, t.Rate, t.Pitch
		return l.whole(script, w)
	}
	if v.Provider != "" && script.Season.DialogueOf(shot) != drama.DialogueScratch {
		w.voice = v.Provider
	}
	if v.Provider == "" || v.Provider == w.voice {
		// Words a minute are of a language; a voice's name may be.
		w.request.Name, w.request.Pitch = v.Name, v.Pitch
		if l.Tongue != nil {
			w.request.Name = l.Tongue(w.voice, v.Name)
		}
	}
	return l.whole(script, w)
}

// Undubbed is what the lines cost that nobody has spoken in a language yet, as Unspoken.
func (l Lines) Undubbed(ctx context.Context, st store.Store, script *drama.Production, language string) (map[string][]drama.Money, error) {
	if l.Speech == nil {
		return nil, nil
	}
	return stillUnspoken(ctx, st, script, true, func(s drama.Shot, line drama.Line) (wanted, bool) {
		return l.dub(script, s, line, language), !mouthed(line)
	})
}

// Dub makes the dub of an episode's newest cut, whose lines were spoken, and delivers it:
// the same pictures under another mix. It may be repeated: one that is there is found.
// Lines that do not fit their windows are told, and nothing is made then.
func (m *Media) Dub(ctx context.Context, in DubInput) (Dubbed, error) {
	made, err := m.dub(ctx, in)
	return made, ends(err)
}

func (m *Media) dub(ctx context.Context, in DubInput) (Dubbed, error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return Dubbed{}, err
	}
	c, shots, works, err := m.newestCut(ctx, in, script)
	if err != nil {
		return Dubbed{}, err
	}
	spoken, err := m.dubBefore(ctx, script, in.Language)
	if err != nil {
		return Dubbed{}, err
	}
	numbers, err := m.library().Dubs(ctx, in.ID, in.Language)
	if err != nil {
		return Dubbed{}, err
	}
	number := 1
	if n := len(numbers); n > 0 {
		number = numbers[n-1] + 1
	}
	d := c.Dub(in.Language, number, spoken)
	if unfit := d.Unfit(); len(unfit) > 0 {
		return Dubbed{Unfit: few(unfit)}, nil
	}
	if in.LipSync {
		if err := m.syncAll(ctx, in, d, works); err != nil {
			return Dubbed{}, err
		}
	}
	if number > 1 {
		if same, err := m.dubbedBefore(ctx, d, in, number-1); same != nil || err != nil {
			return Dubbed{Dub: same}, err
		}
	}
	as := AssembleInput{ID: in.ID, Plan: in.Plan, Script: in.Script, Cut: c.Number, Spent: in.Spent, Shots: shots}
	job, done, err := m.material(ctx, as, d, works)
	if err != nil {
		return Dubbed{}, err
	}
	defer done()
	if err := m.renditions(ctx, in.ID.Show, d.Renditions(job), d.Spec); err != nil {
		return Dubbed{}, err
	}
	made := cut.Made{Job: job}
	if made.Result, err = m.join(ctx, in.ID, "-"+in.Language, &made.Job); err != nil {
		return Dubbed{}, err
	}
	signature, err := m.sign(ctx, d, job.Out, &made.Result)
	if err != nil {
		return Dubbed{}, fmt.Errorf("sign the dub of %s: %w", in.ID, err)
	}
	files, err := m.storeCut(ctx, d, made)
	if err != nil {
		return Dubbed{}, err
	}
	manifest := d.Manifest(made, files, m.Tool, m.now())
	manifest.C2PA = signature
	man, ref, err := m.library().DeliverDub(ctx, manifest)
	if err != nil {
		return Dubbed{}, err
	}
	return Dubbed{Dub: dubbed(m.Store, man, ref)}, nil
}

// newestCut is the newest delivered cut, which must be what the script and its takes make
// today; its shots, as they are assembled (see layOut); and by use how what it shows of
// each is conformed.
func (m *Media) newestCut(ctx context.Context, in DubInput, script *drama.Production) (*cut.Cut, []CutShot, map[string]shotWork, error) {
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return nil, nil, nil, err
	}
	other := func() error {
		return damaged("dub %s: its newest cut is not what its script makes now; render it, then dub", in.ID)
	}
	shots, known, whole := make([]cut.Shot, len(p.Shots)), make([]bool, len(p.Shots)), make([]shotWork, len(p.Shots))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for i, s := range p.Shots {
		if s.Action != plan.Reuse || s.Reuse == nil {
			return nil, nil, nil, other()
		}
		group.Go(func() (err error) {
			shots[i], whole[i], known[i], err = m.foreseenWork(reading, script, s)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, nil, err
	}
	var as []CutShot
	for i, s := range shots {
		if !known[i] || s.Mezzanine.Video.Key == "" {
			return nil, nil, nil, other()
		}
		as = append(as, CutShot{Slate: s.Slate, Take: s.Take.ID, Mezzanine: s.MezzanineDigest, Speech: s.Speech})
	}
	c := &cut.Cut{ID: in.ID, Script: script, ScriptRef: in.Script, Spec: m.spec(script.Season.Format), Spent: in.Spent, Signed: m.Signing.form()}
	shots, trims, err := m.edited(ctx, c, p, shots)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range shots {
		if w, ok := trims[shots[i].Use()]; ok {
			beat.Now(ctx)
			if shots[i].Mezzanine, err = m.trim(ctx, w); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	if err := c.Lay(shots); err != nil {
		return nil, nil, nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	at, err := m.library().Latest(ctx, in.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && at.Digest != c.Identity() {
		return nil, nil, nil, other()
	}
	c.Number = at.Cut
	works := make(map[string]shotWork)
	for i, w := range whole {
		works[p.Shots[i].Slate] = w
	}
	for i := range shots {
		use := shots[i].Use()
		if w, ok := trims[use]; ok {
			works[use] = w
		} else {
			works[use] = works[shots[i].Slate]
		}
	}
	return c, as, works, err
}

// dubBefore are the lines of a script as they were spoken in a language, by slate.
func (m *Media) dubBefore(ctx context.Context, script *drama.Production, language string) (map[string][]drama.SpokenLine, error) {
	all := make(map[string][]drama.SpokenLine)
	for _, shot := range script.Episode.Shots() {
		for i, l := range shot.Lines {
			if !drama.Audible(l.Say) || mouthed(l) {
				continue
			}
			ref, frames, err := m.spoken(ctx, m.lines().dub(script, shot, l, language).key, script.Season.Format.FPS)
			if errors.Is(err, store.ErrNotFound) {
				return nil, damaged("dub line %d of shot %s: it was spoken, and is not in the store any more; dub again", i+1, shot.Slate)
			}
			if err != nil {
				return nil, err
			}
			all[shot.Slate] = append(all[shot.Slate], drama.SpokenLine{Line: i, Sound: ref, Frames: frames})
		}
	}
	return all, nil
}

// dubbedBefore is a dub that was made before, if it is this one, and whole; else nil.
func (m *Media) dubbedBefore(ctx context.Context, d *cut.Cut, in DubInput, number int) (*drama.Dub, error) {
	man, ref, err := m.library().DubManifest(ctx, in.ID, in.Language, number)
	if lost(err) || err == nil && (man.Digest != d.Identity() || man.Cut != d.Number) {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	if err != nil {
		return nil, err
	}
	if whole, err := m.whole(ctx, man); err != nil || !whole {
		return nil, err
	}
	found := dubbed(m.Store, man, ref)
	found.Same = true
	return found, nil
}

// dubbed is what a run says of a dub.
func dubbed(s store.Store, man drama.Manifest, ref store.Ref) *drama.Dub {
	d := DeliveredCut(s, man, ref)
	return &drama.Dub{
		Language: man.Dub.Language, Number: man.Dub.Number, Cut: man.Cut, Master: d.Master, Manifest: d.Manifest, Lines: len(man.Dub.Lines), Lips: len(man.Dub.Lips), Notes: d.Notes,
	}
}

// dubs says whether a dub speaks any line of a shot.
func dubs(script *drama.Production, slate string) bool {
	shot, err := scriptShot(script, slate)
	return err == nil && slices.ContainsFunc(shot.Lines, func(l drama.Line) bool { return drama.Audible(l.Say) && !mouthed(l) })
}
