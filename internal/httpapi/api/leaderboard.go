package api

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

// Compared are the shows of which the actor may see votes.
func (s *Server) Compared(ctx context.Context) ([]string, error) {
	shows, err := s.Studio.Compared(ctx)
	return slices.DeleteFunc(shows, func(show string) bool { return !access.From(ctx).Sees(show) }), err
}

type inLeaderboard struct {
	Show string `query:"show" maxLength:"64" doc:"Only this show's votes"`
}

// Leaderboard is the table with what could not be read for it.
type Leaderboard struct {
	studio.Leaderboard
	Damaged []string `json:"damaged,omitempty"`
}

func (s *Server) leaderboard(ctx context.Context, in *inLeaderboard) (*Out[Leaderboard], error) {
	l, err := s.Leaderboard(ctx, in.Show)
	return out(l), err
}

// seenOf narrows what the actor may see to a show; empty: all of it.
func seenOf(ctx context.Context, show string) (func(string) bool, error) {
	a := access.From(ctx)
	if show == "" {
		return a.Sees, nil
	}
	if !a.Sees(show) {
		return nil, access.ErrUnseen
	}
	return func(s string) bool { return s == show }, nil
}

// Leaderboard ranks by the votes that the actor may see, of one show or of all.
func (s *Server) Leaderboard(ctx context.Context, show string) (Leaderboard, error) {
	of, err := seenOf(ctx, show)
	if err != nil {
		return Leaderboard{}, err
	}
	key := strings.Join(append([]string{show}, access.From(ctx).Shows...), " ")
	if a, ok := s.tables.get(key, s.Now()); ok {
		return a, nil
	}
	l, damaged, err := s.Studio.Leaderboard(ctx, of)
	a := Leaderboard{Leaderboard: l}
	for _, e := range damaged {
		a.Damaged = append(a.Damaged, e.Error())
	}
	if err == nil {
		s.tables.put(key, a, s.Now())
	}
	return a, err
}

// tables are rankings of the last minute: a thousand draws of the shots are not made
// for each page that is loaded.
type tables struct {
	mu  sync.Mutex
	all map[string]rankedTable
}

type rankedTable struct {
	Leaderboard
	at time.Time
}

const (
	tableFor   = time.Minute
	tablesMost = 100
)

func (t *tables) get(key string, now time.Time) (Leaderboard, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.all[key]
	return r.Leaderboard, ok && now.Sub(r.at) < tableFor
}

func (t *tables) put(key string, l Leaderboard, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil || len(t.all) >= tablesMost {
		t.all = make(map[string]rankedTable)
	}
	t.all[key] = rankedTable{l, now}
}

// forget lets the next look rank anew: somebody has changed more than one vote.
func (t *tables) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = nil
}

func (s *Server) votesCSV(ctx context.Context, in *inLeaderboard) (*csvAnswer, error) {
	of, err := seenOf(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	votes, _, err := s.Studio.Votes(ctx, of)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := arena.WriteCSV(&b, votes); err != nil {
		return nil, err
	}
	return &csvAnswer{Type: "text/csv; charset=utf-8", Disposition: `attachment; filename="votes.csv"`, Body: b.Bytes()}, nil
}

type inImport struct {
	RawBody []byte `contentType:"text/csv"`
}

// Imported is how many votes of a file were new.
type Imported struct {
	Votes int `json:"votes"`
	New   int `json:"new"`
}

func (s *Server) importVotes(ctx context.Context, in *inImport) (*Out[Imported], error) {
	fresh, all, err := s.by(ctx).ImportVotes(ctx, bytes.NewReader(in.RawBody), "API")
	if errors.Is(err, arena.ErrFile) {
		return nil, ProblemInvalid.With(err.Error())
	}
	if err != nil {
		return nil, err
	}
	s.tables.forget()
	s.ranked()
	return out(Imported{Votes: all, New: fresh}), nil
}

type inFreeze struct {
	Body struct {
		Frozen bool `json:"frozen" doc:"true: runs that begin from now on go by today's table, whatever is voted"`
	}
}

func (s *Server) freeze(ctx context.Context, in *inFreeze) (*Out[ballots.Frozen], error) {
	defer s.tables.forget()
	if !in.Body.Frozen {
		return out(ballots.Frozen{}), s.by(ctx).ThawLeaderboard(ctx)
	}
	f, err := s.by(ctx).FreezeLeaderboard(ctx)
	return out(f), err
}

type inReveal struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"60" doc:"The code name"`
	}
}

func (s *Server) reveal(ctx context.Context, in *inReveal) (*Out[ballots.Revealed], error) {
	defer s.tables.forget()
	defer s.makers.forget()
	r, err := s.by(ctx).Reveal(ctx, in.Body.Code)
	if errors.Is(err, ballots.ErrCode) {
		return nil, ProblemUnknown.With(err.Error())
	}
	return out(r), err
}

// ranked tells pages that the ranking has changed, once a minute at most: never who
// voted for what.
func (s *Server) ranked() {
	const every = time.Minute
	now := s.Now().UnixNano()
	if last := s.rankedAt.Load(); now-last >= int64(every) && s.rankedAt.CompareAndSwap(last, now) {
		s.Model.Publish(live.EventLeaderboard, drama.EpisodeID{}, "", struct{}{})
	}
}
