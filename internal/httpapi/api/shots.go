package api

import (
	"cmp"
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerShots() {
	add(s, "get-shot", s.shot)
	add(s, "list-takes", s.takes)
	add(s, "get-take", s.take)
	add(s, "add-take", s.addTake)
	add(s, "get-take-original", s.original)
	add(s, "get-circle", s.getCircle)
	add(s, "put-circle", s.putCircle)
	add(s, "approve-still", s.approve)
	add(s, "redo-still", s.redo)
	add(s, "cancel-shot", s.cancelShot)
}

// ShotAnswer is a shot with what its script says and where it stands in the newest cut.
type ShotAnswer struct {
	live.Cell
	Script  *drama.Shot `json:"script,omitempty"`
	InCut   *InCut      `json:"in_cut,omitempty"`
	Circle  Circle      `json:"circle"`
	Version string      `json:"version" doc:"The circle's ETag: what put-circle wants as If-Match"`
	Strip   string      `json:"strip,omitempty" doc:"Ten pictures of the circled take in a row"`
	Clip    string      `json:"clip,omitempty" doc:"What a browser plays of the circled take"`
}

// InCut is a shot's place in a cut.
type InCut struct {
	Cut   int          `json:"cut"`
	Start media.Frames `json:"start"`
	Take  string       `json:"take"`
}

type inShotTold struct {
	InShot
	InLanguage
}

func (s *Server) shot(ctx context.Context, in *inShotTold) (*Out[ShotAnswer], error) {
	a, err := s.Shot(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	if a.Reasons, err = s.tell(ctx, in.ID(), in.Slate, in.Lang, a.Reasons); err != nil {
		return nil, err
	}
	return out(a), nil
}

// Shot is all that is known of one, but for its takes. studio.ErrUnknown.
func (s *Server) Shot(ctx context.Context, id drama.EpisodeID, slate string) (ShotAnswer, error) {
	e, c, err := s.cell(ctx, id, slate)
	if err != nil {
		return ShotAnswer{}, err
	}
	circle, err := s.circleOf(ctx, id, c)
	if err != nil {
		return ShotAnswer{}, err
	}
	a := ShotAnswer{Cell: c, Script: ScriptOf(e, c.Slate), InCut: InCutOf(e, c.Slate), Circle: circle, Version: etag(circle)}
	if circle.Take > 0 {
		take := drama.TakeID{Episode: id, Slate: slate, Number: circle.Take}
		a.Strip, a.Clip = s.takeURL("get-take-strip", take), s.takeURL("get-take-review", take)
	}
	return a, nil
}

// ScriptOf is what the newest script says of a shot; nil: nothing any more.
func ScriptOf(e *live.Episode, slate string) *drama.Shot {
	if e.Script == nil {
		return nil
	}
	for _, shot := range e.Script.Episode.Shots() {
		if shot.Slate == slate {
			return &shot
		}
	}
	return nil
}

// InCutOf is a shot's place in the newest cut; nil: it is not in it.
func InCutOf(e *live.Episode, slate string) *InCut {
	if e.Manifest == nil {
		return nil
	}
	for _, shot := range e.Manifest.Shots {
		if shot.Slate == slate {
			return &InCut{Cut: e.Manifest.Cut, Start: shot.Start, Take: shot.Take.String()}
		}
	}
	return nil
}

// Take is a take as the API shows it.
type Take struct {
	studio.TakeInfo
	Slate    string `json:"slate"`
	Number   int    `json:"number"`
	Original string `json:"original,omitempty" doc:"Its clip; empty: nothing came"`
	Review   string `json:"review,omitempty" doc:"What a browser plays of it, at the cut's raster and rate; empty: it cannot be decoded"`
	Thumb    string `json:"thumb,omitempty" doc:"A small picture of it"`
	Strip    string `json:"strip,omitempty" doc:"Ten pictures of it in a row"`
	// Mark is what a person thinks of it besides the circle.
	Mark *drama.Mark `json:"mark,omitempty"`
}

// Clip is what a page plays of the take; empty: there is nothing.
func (t Take) Clip() string { return cmp.Or(t.Review, t.Original) }

type takesAnswer struct {
	Page[Take]
	Damaged []string `json:"damaged,omitempty" doc:"Takes whose records cannot be read"`
}

type inTakes struct {
	InShot
	InPage
}

func (s *Server) takes(ctx context.Context, in *inTakes) (*Out[takesAnswer], error) {
	all, damaged, err := s.Takes(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	p, err := page(all, in.InPage, func(t Take) string { return fmt.Sprint(t.Number) })
	return out(takesAnswer{p, damaged}), err
}

// Takes are a shot's takes in order, and what is said of those that cannot be read.
func (s *Server) Takes(ctx context.Context, id drama.EpisodeID, slate string) (all []Take, damaged []string, err error) {
	infos, bad, err := s.Studio.Takes(ctx, id, slate)
	if err != nil {
		return nil, nil, err
	}
	s.opened.note(access.From(ctx).Name, id, slate, s.Now())
	for _, e := range bad {
		damaged = append(damaged, e.Error())
	}
	marks, bad, err := s.Studio.Marks(ctx, id, slate)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range bad {
		damaged = append(damaged, e.Error())
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, info := range infos {
		if code := names.Of(info.Model); code != info.Model {
			info.Model = code
			if info.Asked != nil { // whose words it was told in says whose model it is
				asked := *info.Asked
				asked.Dialect = ""
				info.Asked = &asked
			}
		}
		t := s.view(info)
		if m, ok := marks[info.ID]; ok {
			t.Mark = &m
		}
		all = append(all, t)
	}
	return all, damaged, nil
}

func (s *Server) view(info studio.TakeInfo) Take {
	t := Take{TakeInfo: info, Slate: info.ID.Slate, Number: info.ID.Number}
	t.URI = "" // where the store keeps it is nothing for browsers
	if info.Media.Key != "" {
		t.Original = s.mediaURL("get-take-original", info.Media, info.ID.Episode.Show, fmt.Sprint(info.ID.Episode.Number), info.ID.Slate, fmt.Sprint(info.ID.Number))
	}
	t.Media.Bucket, t.Media.Key = "", ""
	if info.Measured != nil {
		t.Review, t.Thumb, t.Strip = s.takeURL("get-take-review", info.ID), s.takeURL("get-take-thumb", info.ID), s.takeURL("get-take-strip", info.ID)
	}
	return t
}

func (s *Server) takeURL(op string, id drama.TakeID) string {
	return s.ops[op].At(id.Episode.Show, fmt.Sprint(id.Episode.Number), id.Slate, fmt.Sprint(id.Number))
}

func (s *Server) take(ctx context.Context, in *InTake) (*Out[Take], error) {
	all, _, err := s.Takes(ctx, in.InEpisode.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.Number == in.Take {
			return out(t), nil
		}
	}
	return nil, fmt.Errorf("take %s is %w", in.ID(), studio.ErrUnknown)
}

// Circle is which take a shot uses.
type Circle struct {
	Take int    `json:"take" minimum:"0" doc:"0: none"`
	By   string `json:"by,omitempty"`
}

func (s *Server) circleOf(ctx context.Context, id drama.EpisodeID, c live.Cell) (Circle, error) {
	if c.Digest == "" {
		return Circle{Take: c.Take}, nil
	}
	record, ok, err := s.Studio.CircleOf(ctx, id.Show, c.Digest)
	switch {
	case err != nil:
		return Circle{}, err
	case !ok:
		return Circle{}, nil
	}
	return Circle{Take: record.Take.Number, By: record.By}, nil
}

type circleAnswer struct {
	ETag string `header:"ETag"`
	Body struct {
		Circle
		Warnings []string `json:"warnings,omitempty" doc:"What it means to use this take"`
	}
}

func (s *Server) getCircle(ctx context.Context, in *InShot) (*circleAnswer, error) {
	_, c, err := s.cell(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	a := &circleAnswer{}
	if a.Body.Circle, err = s.circleOf(ctx, in.ID(), c); err != nil {
		return nil, err
	}
	a.ETag = etag(a.Body.Circle)
	return a, nil
}

type inCircle struct {
	InShot
	Match string `header:"If-Match"`
	Body  struct {
		Take int `json:"take" minimum:"0" doc:"The take to use; 0 takes the choice back"`
	}
}

func (s *Server) putCircle(ctx context.Context, in *inCircle) (*circleAnswer, error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	_, c, err := s.cell(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	now, err := s.circleOf(ctx, in.ID(), c)
	if err != nil {
		return nil, err
	}
	if !matches(in.Match, etag(now)) {
		return nil, ProblemStale.With(fmt.Sprintf("take %d of %s is circled now, by %s; look at it, then decide again", now.Take, in.Slate, now.By))
	}
	a := &circleAnswer{}
	if in.Body.Take == 0 {
		err = s.by(ctx).Uncircle(ctx, in.ID(), in.Slate)
	} else {
		a.Body.Warnings, err = s.by(ctx).Circle(ctx, in.ID(), in.Slate, in.Body.Take)
	}
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	if _, c, err = s.cell(ctx, in.ID(), in.Slate); err != nil {
		return nil, err
	}
	if a.Body.Circle, err = s.circleOf(ctx, in.ID(), c); err != nil {
		return nil, err
	}
	a.ETag = etag(a.Body.Circle)
	access.Changed(ctx, now, a.Body.Circle)
	s.Model.Publish(live.EventCircle, in.ID(), in.Slate, live.Circled{Show: in.Show, Number: in.Number, Slate: in.Slate, Take: a.Body.Take, By: a.Body.By})
	return a, nil
}

func (s *Server) approve(ctx context.Context, in *InShot) (*Out[live.Row], error) {
	return s.still(ctx, in, false)
}

func (s *Server) still(ctx context.Context, in *InShot, redo bool) (*Out[live.Row], error) {
	if err := s.by(ctx).Approve(ctx, in.ID(), in.Slate, redo); err != nil {
		return nil, err
	}
	return s.touched(ctx, in.InEpisode)
}

func (s *Server) cancelShot(ctx context.Context, in *InShot) (*Out[live.Row], error) {
	if err := s.by(ctx).CancelShot(ctx, in.ID(), in.Slate); err != nil {
		return nil, err
	}
	return s.touched(ctx, in.InEpisode)
}

// touched answers with how an episode is doing after it was changed here.
func (s *Server) touched(ctx context.Context, in InEpisode) (*Out[live.Row], error) {
	s.Model.Touch(ctx, in.ID())
	return s.getEpisode(ctx, &in)
}
