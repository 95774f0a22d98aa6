package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
	"github.com/dailies/dailies/workflows"
)

// MaxTimeline is the most bytes of an editor's timeline.
const MaxTimeline = handoff.MaxTimeline

// ErrTimeline: the editor's file cannot be read, or is not of this episode.
var ErrTimeline = errors.New("the timeline cannot be brought back")

// Conformed is an editor's cut that came back.
type Conformed struct {
	Edit    drama.Edit `json:"edit"`
	Changes []string   `json:"changes"` // against the script's order, in words
	Lost    []string   `json:"lost"`    // what of it is not carried
	Run     Run        `json:"-"`       // that cuts it; zero where it was only looked at
}

// ConformBack reads an editor's timeline (OTIO, FCPXML or CMX 3600 EDL), keeps it as the
// episode's cut and begins the run that makes the next cut of it. Nothing is bought: what
// it shows are takes that are there. A shot that it shows in one other take throughout has
// that take circled. With look nothing is kept and nothing begun. ErrTimeline,
// *handoff.UnknownError in it; ErrBusy while the episode is in work; ErrUnknown.
func (s *Studio) ConformBack(ctx context.Context, id drama.EpisodeID, name string, body []byte, look bool) (Conformed, error) {
	p, ref, planned, err := s.edits(ctx, id)
	if err != nil {
		return Conformed{}, err
	}
	takes, _, err := s.library().Takes(ctx, id, "")
	if err != nil {
		return Conformed{}, err
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	read, err := handoff.Parse(name, body, p.Season.Format.FPS)
	if err != nil {
		return Conformed{}, fmt.Errorf("%w: %w", ErrTimeline, err)
	}
	m, _, err := s.Newest(ctx, id)
	if err != nil && !errors.Is(err, ErrUnknown) && library.Damaged(err) == nil {
		return Conformed{}, err
	}
	known := handoff.Known{Episode: id, FPS: p.Season.Format.FPS, Takes: takes, Shown: map[string]int{}, Sounds: s.soundsOf(ctx, m)}
	for _, shot := range planned.Shots {
		if shot.Reuse != nil {
			known.Shown[shot.Slate] = shot.Reuse.Number
		}
	}
	got, err := handoff.Match(read, known)
	if err != nil {
		return Conformed{Lost: got.Lost}, fmt.Errorf("%w: %w; dailies takes %s lists those that there are", ErrTimeline, err, id)
	}
	sum := sha256.Sum256(body)
	e := drama.Edit{
		Episode: id, FPS: p.Season.Format.FPS, Events: got.Events, Cut: m.Cut, Name: name, SHA256: hex.EncodeToString(sum[:]), Lost: got.Lost, By: s.by(), At: s.now(),
	}
	out := Conformed{Edit: e, Lost: got.Lost, Changes: changes(p, e, planned, takes)}
	if look {
		return out, nil
	}
	circled, err := s.circleEdit(ctx, id, p, planned, e)
	if err != nil {
		return out, err
	}
	out.Edit.Knew = knew(p, planned, circled)
	if out.Edit.Circled, err = s.stillCircled(ctx, id, planned, circled); err != nil {
		return out, err
	}
	if out.Edit, err = s.library().WriteEdit(ctx, out.Edit); err != nil {
		return out, err
	}
	out.Run, err = s.recut(ctx, id, p, ref)
	return out, err
}

// DropEdit takes an editor's cut back, with the choices that came with it and still
// stand, and begins the run that cuts the episode in the script's order. ErrUnknown where
// there is none; ErrBusy.
func (s *Studio) DropEdit(ctx context.Context, id drama.EpisodeID) (Run, error) {
	e, err := s.Edit(ctx, id)
	if err != nil {
		return Run{}, err
	}
	p, ref, planned, err := s.edits(ctx, id)
	if err != nil {
		return Run{}, err
	}
	for _, c := range e.Circled {
		shot, ok := library.PlannedShot(&planned, c.Slate)
		if !ok || shot.Reuse == nil || shot.Reuse.Number != c.Now {
			continue // the script or the choice has changed since
		}
		if err := s.circleNumber(ctx, id, shot, c.Was); err != nil {
			return Run{}, err
		}
	}
	none := drama.Edit{Episode: id, By: s.by(), At: s.now()}
	if _, err := s.library().WriteEdit(ctx, none); err != nil {
		return Run{}, err
	}
	return s.recut(ctx, id, p, ref)
}

// Edit is the editor's cut that an episode is laid out by. ErrUnknown: none is.
func (s *Studio) Edit(ctx context.Context, id drama.EpisodeID) (drama.Edit, error) {
	e, err := s.library().Edit(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && len(e.Events) == 0 {
		return e, fmt.Errorf("an editor's cut of %s is %w: it is cut in the script's order", id, ErrUnknown)
	}
	return e, err
}

// edits is what an editor's cut stands on: the newest script, and a plan in which every
// shot has its take.
func (s *Studio) edits(ctx context.Context, id drama.EpisodeID) (drama.Production, drama.Object, plan.Plan, error) {
	p, ref, err := s.LatestScript(ctx, id)
	if err != nil {
		return p, ref, plan.Plan{}, err
	}
	_, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return p, ref, plan.Plan{}, err
	}
	if open {
		return p, ref, plan.Plan{}, fmt.Errorf("%s %w: wait for it or cancel it", id, ErrBusy)
	}
	made, err := s.Plan(ctx, Submission{Production: p})
	if err != nil {
		return p, ref, made, err
	}
	if missing := unmade(made); len(missing) > 0 {
		return p, ref, made, fmt.Errorf("%s has no take of %s yet: render it first; an editor's cut buys nothing: %w", id, strings.Join(missing, ", "), ErrUnknown)
	}
	if made.TotalHigh.Micros > 0 {
		return p, ref, made, fmt.Errorf("%s has lines that nobody has spoken yet: render it first; an editor's cut buys nothing: %w", id, ErrUnknown)
	}
	return p, ref, made, nil
}

// unmade are the shots that a run by a plan would make takes of.
func unmade(p plan.Plan) (missing []string) {
	for _, s := range p.Shots {
		if s.Action != plan.Reuse && s.Action != plan.Footage {
			missing = append(missing, s.Slate)
		}
	}
	return missing
}

// recut begins a run that uses every take again.
func (s *Studio) recut(ctx context.Context, id drama.EpisodeID, p drama.Production, ref drama.Object) (Run, error) {
	print, err := fingerprint(p, nil)
	if err != nil {
		return Run{}, err
	}
	return s.startEpisode(ctx, workflows.EpisodeInput{ID: id, Script: ref}, print)
}

// soundsOf are the sounds that a cut was handed over with.
func (s *Studio) soundsOf(ctx context.Context, m drama.Manifest) []handoff.Sound {
	t, err := s.timelineOf(ctx, m)
	if err != nil {
		return nil // its sounds are then called foreign, which says what becomes of them
	}
	return t.Sounds
}

// circleEdit circles the takes that an editor's cut shows throughout in the place of
// others, unless something would then have to be bought: a shot that starts from one of
// them, or lines that voices speak over it. Such takes are shown all the same, and the
// circles stay.
func (s *Studio) circleEdit(ctx context.Context, id drama.EpisodeID, p drama.Production, planned plan.Plan, e drama.Edit) (all []drama.EditCircle, err error) {
	for slate, number := range throughout(e) {
		if shot, ok := library.PlannedShot(&planned, slate); ok && shot.Reuse != nil && shot.Reuse.Number != number {
			all = append(all, drama.EditCircle{Slate: slate, Was: shot.Reuse.Number, Now: number})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	slices.SortFunc(all, func(a, b drama.EditCircle) int { return strings.Compare(a.Slate, b.Slate) })
	circle := func(number func(drama.EditCircle) int) error {
		for _, c := range all {
			shot, _ := library.PlannedShot(&planned, c.Slate)
			if err := s.circleNumber(ctx, id, shot, number(c)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := circle(func(c drama.EditCircle) int { return c.Now }); err != nil {
		return nil, err
	}
	after, err := s.Plan(ctx, Submission{Production: p})
	if err == nil && len(unmade(after)) == 0 && after.TotalHigh.Micros == 0 {
		return all, nil
	}
	return nil, errors.Join(err, circle(func(c drama.EditCircle) int { return c.Was }))
}

// stillCircled are the choices of an editor's cut with those of the one before it that
// stand still, so that both are unmade when it is taken back.
func (s *Studio) stillCircled(ctx context.Context, id drama.EpisodeID, planned plan.Plan, circled []drama.EditCircle) ([]drama.EditCircle, error) {
	before, err := s.Edit(ctx, id)
	if errors.Is(err, ErrUnknown) || library.Damaged(err) != nil {
		return circled, nil
	}
	if err != nil {
		return nil, err
	}
	for _, c := range before.Circled {
		shot, ok := library.PlannedShot(&planned, c.Slate)
		if !ok || shot.Reuse == nil || shot.Reuse.Number != c.Now {
			continue
		}
		if i := slices.IndexFunc(circled, func(n drama.EditCircle) bool { return n.Slate == c.Slate }); i >= 0 {
			circled[i].Was = c.Was
			continue
		}
		circled = append(circled, c)
	}
	return slices.DeleteFunc(circled, func(c drama.EditCircle) bool { return c.Was == c.Now }), nil
}

// throughout are the shots that an editor's cut shows in one take, with its number.
func throughout(e drama.Edit) map[string]int {
	one, several := map[string]int{}, map[string]bool{}
	for _, ev := range e.Events {
		if n, seen := one[ev.Slate]; seen && n != ev.Take {
			several[ev.Slate] = true
		}
		one[ev.Slate] = ev.Take
	}
	for slate := range several {
		delete(one, slate)
	}
	return one
}

func (s *Studio) circleNumber(ctx context.Context, id drama.EpisodeID, shot plan.Shot, number int) error {
	take, err := s.Take(ctx, drama.TakeID{Episode: id, Slate: shot.Slate, Number: number})
	if err != nil {
		return err
	}
	return s.library().WriteCircle(ctx, drama.Circle{Digest: shot.Digest, Take: take.ID, By: s.by(), At: s.now(), Draft: take.Draft != nil}, true)
}

// knew are the shots as the editor had them, with the takes that they have from now on.
func knew(p drama.Production, planned plan.Plan, circled []drama.EditCircle) (all []drama.EditShot) {
	for _, shot := range p.Episode.Shots() {
		k := drama.EditShot{Slate: shot.Slate, Frames: shot.Frames}
		if made, ok := library.PlannedShot(&planned, shot.Slate); ok && made.Reuse != nil {
			k.Take = made.Reuse.Number
		}
		for _, c := range circled {
			if c.Slate == shot.Slate {
				k.Take = c.Now
			}
		}
		all = append(all, k)
	}
	return all
}

// changes says in words how an editor's cut differs from the script's.
func changes(p drama.Production, e drama.Edit, planned plan.Plan, takes []drama.Take) (all []string) {
	byID := map[drama.TakeID]drama.Take{}
	for _, t := range takes {
		byID[t.ID] = t
	}
	var script, edited []string
	uses := map[string]int{}
	for _, ev := range e.Events {
		if n := len(edited); n == 0 || edited[n-1] != ev.Slate {
			edited = append(edited, ev.Slate)
		}
		uses[ev.Slate]++
	}
	for _, shot := range p.Episode.Shots() {
		script = append(script, shot.Slate)
		if uses[shot.Slate] == 0 {
			all = append(all, shot.Slate+" is left out")
		}
	}
	if !slices.Equal(script, edited) {
		all = append(all, "the order is "+strings.Join(edited, " "))
	}
	for i, ev := range e.Events {
		shot, _ := library.ScriptShot(&p, ev.Slate)
		made, ok := library.PlannedShot(&planned, ev.Slate)
		id := drama.TakeID{Episode: e.Episode, Slate: ev.Slate, Number: ev.Take}
		if ok && made.Reuse != nil && made.Reuse.Number != ev.Take {
			all = append(all, fmt.Sprintf("%s shows take %d instead of %d", ev.Slate, ev.Take, made.Reuse.Number))
		}
		first := timeline.First(shot, byID[id], e.FPS)
		if ev.In != first || ev.Frames != shot.Frames && shot.Frames > 0 {
			all = append(all, fmt.Sprintf("%s shows frames %d to %d of take %d (the script's are %d to %d)", ev.Slate, ev.In, ev.In+ev.Frames-1, ev.Take, first, first+max(shot.Frames, 1)-1))
		}
		was := shot.Cut
		if was.Kind == "" || was.Frames == 0 {
			was = media.Transition{Kind: media.Cut}
		}
		if ev.Out != was && i+1 < len(e.Events) {
			all = append(all, fmt.Sprintf("%s goes over by %s", ev.Slate, transition(ev.Out)))
		}
	}
	return all
}

func transition(t media.Transition) string {
	if t.Kind == media.Cut || t.Kind == "" {
		return "a cut"
	}
	return fmt.Sprintf("a %s of %d frames", t.Kind, t.Frames)
}
