package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerArena() {
	add(s, "get-pair", s.pair)
	add(s, "get-showing", s.showing)
	add(s, "cast-vote", s.castVote)
	add(s, "get-round", s.round)
	add(s, "get-leaderboard", s.leaderboard)
	add(s, "get-votes-csv", s.votesCSV)
	add(s, "import-votes", s.importVotes)
	add(s, "put-leaderboard-frozen", s.freeze)
	add(s, "reveal-model", s.reveal)
}

// Pair is two takes of one shot, and nothing that says whose they are.
type Pair struct {
	Showing string     `json:"showing" doc:"What cast-vote wants"`
	Kind    arena.Kind `json:"kind"`
	Brief   Brief      `json:"brief"`
	Left    Clip       `json:"left"`
	Right   Clip       `json:"right"`
	Sound   bool       `json:"sound" doc:"false: one of them has none, so both are seen without"`
	LastsMS int64      `json:"lasts_ms" doc:"One whole loop: a vote before that does not count"`
	Nth     int        `json:"nth" doc:"The place in the round, from 1"`
	Of      int        `json:"of"`
}

// Clip is one side of a pair.
type Clip struct {
	URL  string  `json:"url"`
	Gain float64 `json:"gain" doc:"Makes both as loud as each other, 0 to 1"`
}

// Brief is what both takes were asked for.
type Brief struct {
	Size   string            `json:"size,omitempty"`
	Move   string            `json:"move,omitempty"`
	Action string            `json:"action,omitempty"`
	Lines  []drama.BriefLine `json:"lines,omitempty"`
	Frames media.Frames      `json:"frames,omitempty"`
}

type pairAnswer struct {
	Cache string `header:"Cache-Control"`
	Body  Pair
}

func (s *Server) pair(ctx context.Context, _ *struct{}) (*pairAnswer, error) {
	p, err := s.NextPair(ctx)
	return &pairAnswer{Cache: "no-store", Body: p}, err
}

// NextPair draws the pair that the actor votes on next. studio.ErrUnknown: there is none.
func (s *Server) NextPair(ctx context.Context) (Pair, error) {
	a := access.From(ctx)
	opened := func(id drama.EpisodeID, slate string) bool { return s.opened.lately(a.Name, id, slate, s.Now()) }
	next, err := s.by(ctx).NextPair(ctx, a.Sees, opened, func(cast int) io.Reader { return s.dice(a.Name, cast) })
	if errors.Is(err, arena.ErrNoPair) {
		return Pair{}, fmt.Errorf("a pair is %w: every one was voted on, or its takes were opened within 24 hours; compare: in a season makes more", studio.ErrUnknown)
	}
	if err != nil {
		return Pair{}, err
	}
	token, err := s.sealShowing(showing{
		Show: next.Pair.Episode.Show, Pair: next.Pair.ID, Left: next.Showing.Left, Mirror: next.Mirror, By: a.Name, At: s.Now().UTC(), Lasts: next.Lasts.Milliseconds(),
	})
	if err != nil {
		return Pair{}, err
	}
	out := Pair{
		Showing: token, Kind: next.Pair.Kind, Sound: next.Sound, LastsMS: next.Lasts.Milliseconds(), Nth: next.Cast%studio.RoundOf + 1, Of: studio.RoundOf,
		Left:  Clip{URL: s.ops["get-showing"].At(token, "left"), Gain: next.LeftGain},
		Right: Clip{URL: s.ops["get-showing"].At(token, "right"), Gain: next.RightGain},
	}
	if asked := next.Left.Asked; asked != nil {
		b := asked.Brief
		out.Brief = Brief{Size: b.Size, Move: b.Move, Action: b.Action, Lines: b.Lines, Frames: b.Frames}
		for i := range out.Brief.Lines {
			out.Brief.Lines[i].Voice = nil // it may be a vendor's
		}
	}
	return out, nil
}

type inShowing struct {
	Showing string `path:"showing" maxLength:"600" doc:"As get-pair gave it"`
	Side    string `path:"side" enum:"left,right"`
}

// showing streams one side of a pair: the take's review, so that both are of one size,
// length and coding. Neither name, digest nor date goes out with it.
func (s *Server) showing(ctx context.Context, in *inShowing) (*huma.StreamResponse, error) {
	v, err := s.openShowing(ctx, in.Showing)
	if err != nil {
		return nil, err
	}
	p, err := s.Studio.Pair(ctx, v.Show, v.Pair)
	if err != nil {
		return nil, err
	}
	take := p.A.Take
	if (v.Left == arena.SideA) != (in.Side == "left") {
		take = p.B.Take
	}
	o, err := s.Studio.ReviewClip(ctx, take)
	if err != nil {
		s.Log.Warn("show a pair", "take", take.String(), "error", err)
		return nil, ProblemUnknown.With("one of the two cannot be shown: skip this pair")
	}
	o.SHA256 = "" // no ETag: it is the same in the takes room
	return s.file(ctx, o, "clip", "")
}

type inVote struct {
	Body struct {
		Showing string         `json:"showing" maxLength:"600"`
		Choice  arena.Choice   `json:"choice" enum:"left,right,equal,both_bad,skip,known"`
		Reasons []arena.Reason `json:"reasons,omitempty" maxItems:"5" enum:"temporal_consistency,physical_plausibility,prompt_adherence,visual_quality,coherence"`
		Loops   int            `json:"loops" minimum:"0" maximum:"10000" doc:"How often both were seen whole"`
	}
}

// Voted is what became of a vote.
type Voted struct {
	Vote   string `json:"vote"`
	Counts bool   `json:"counts"`
	Why    string `json:"why,omitempty" doc:"Why it does not count"`
	Nth    int    `json:"nth" doc:"Votes in the round"`
	Of     int    `json:"of"`
	Told   bool   `json:"told" doc:"The round is whole: get-round tells it"`
}

func (s *Server) castVote(ctx context.Context, in *inVote) (*Out[Voted], error) {
	v, err := s.openShowing(ctx, in.Body.Showing)
	if err != nil {
		return nil, err
	}
	a := access.From(ctx)
	p, err := s.Studio.Pair(ctx, v.Show, v.Pair)
	if err != nil {
		return nil, err
	}
	seen := make(map[arena.Reason]bool)
	var reasons []arena.Reason
	for _, r := range in.Body.Reasons {
		if !seen[r] {
			seen[r] = true
			reasons = append(reasons, r)
		}
	}
	whole := s.Now().Sub(v.At) >= time.Duration(v.Lasts)*time.Millisecond
	vote, err := s.by(ctx).Vote(ctx, studio.Ballot{
		Pair: v.Pair, Show: v.Show, Left: v.Left, Mirror: v.Mirror, Choice: in.Body.Choice, Reasons: reasons, Showing: in.Body.Showing,
		Loop: in.Body.Loops >= 1 && whole, Opened: s.opened.lately(a.Name, p.Episode, p.Slate, s.Now()),
	})
	if err != nil {
		return nil, err
	}
	_, cast, err := s.by(ctx).Round(ctx, a.Sees)
	if err != nil {
		return nil, err
	}
	s.ranked()
	told := vote.Choice != arena.Skip && cast%studio.RoundOf == 0
	nth := cast % studio.RoundOf
	if told {
		nth = studio.RoundOf
	}
	return out(Voted{Vote: vote.ID, Counts: vote.Void == "", Why: string(vote.Void), Nth: nth, Of: studio.RoundOf, Told: told}), nil
}

// Told is one pair of a whole round, with whose takes it was.
type Told struct {
	Show    string       `json:"show"`
	Number  int          `json:"episode"`
	Slate   string       `json:"slate"`
	Kind    arena.Kind   `json:"kind"`
	Left    string       `json:"left" doc:"The model, or its code name"`
	Right   string       `json:"right"`
	Choice  arena.Choice `json:"choice"`
	Counts  bool         `json:"counts"`
	Why     string       `json:"why,omitempty"`
	Mirror  bool         `json:"mirror,omitempty" doc:"Shown a second time, with the sides exchanged"`
	Reasons []string     `json:"reasons,omitempty"`
}

// RoundAnswer is a person's last whole round.
type RoundAnswer struct {
	Items []Told `json:"items"`
	Nth   int    `json:"nth" doc:"Votes in the round that has begun"`
	Of    int    `json:"of"`
}

func (s *Server) round(ctx context.Context, _ *struct{}) (*Out[RoundAnswer], error) {
	a, err := s.LastRound(ctx)
	return out(a), err
}

// LastRound tells the actor whose takes they have voted on in their last whole round.
func (s *Server) LastRound(ctx context.Context) (RoundAnswer, error) {
	votes, cast, err := s.by(ctx).Round(ctx, access.From(ctx).Sees)
	a := RoundAnswer{Items: []Told{}, Nth: cast % studio.RoundOf, Of: studio.RoundOf}
	for _, v := range votes {
		t := Told{
			Show: v.Of.Episode.Show, Number: v.Of.Episode.Number, Slate: v.Of.Slate, Kind: v.Of.Kind, Left: v.Of.A.Model, Right: v.Of.B.Model, Choice: v.Choice,
			Counts: v.Why == "", Why: string(v.Why), Mirror: v.Mirror,
		}
		if v.Left == arena.SideB {
			t.Left, t.Right = t.Right, t.Left
		}
		for _, r := range v.Reasons {
			t.Reasons = append(t.Reasons, string(r))
		}
		a.Items = append(a.Items, t)
	}
	return a, err
}
