package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// RoundOf is how many votes make a round: attention is gone after an hour and a half,
// and what a person voted on is told at its end.
const RoundOf = 20

// BlindPair is a pair as it is put before a person, and how far they are in their round.
type BlindPair struct {
	arena.Showing
	Left, Right drama.Take
	Cast        int // votes of the person so far; cast % RoundOf is the place in the round
	// Sound says that both can be heard; LeftGain and RightGain, 0..1, make them as loud
	// as each other.
	Sound               bool
	LeftGain, RightGain float64
	// Lasts is one whole loop.
	Lasts time.Duration
}

// NextPair draws a pair for a person to vote on, of the shows that sees says. opened
// says whose takes they have looked at lately. dice gives what is drawn by, for the
// number of votes that they have cast: the same for as long as that is the same, so that
// a page that is loaded again shows the same. arena.ErrNoPair.
func (s *Studio) NextPair(ctx context.Context, sees func(show string) bool, opened func(drama.EpisodeID, string) bool, dice func(cast int) io.Reader) (BlindPair, error) {
	pairs, votes, _, err := s.ballots(nil).All(ctx, sees)
	if err != nil {
		return BlindPair{}, err
	}
	p := BlindPair{}
	shown := 0
	for _, v := range votes {
		if v.By == s.by() && v.Source == "" {
			shown++
			if v.Choice != arena.Skip {
				p.Cast++
			}
		}
	}
	blocked := func(p arena.Pair) bool { return opened(p.Episode, p.Slate) }
	if p.Showing, err = arena.Choose(pairs, votes, s.by(), s.now(), blocked, dice(shown)); err != nil {
		return p, err
	}
	left, right := p.Pair.A, p.Pair.B
	if p.Showing.Left == arena.SideB {
		left, right = right, left
	}
	if p.Left, err = s.library().Take(ctx, left.Take); err != nil {
		return p, fmt.Errorf("show a pair: %w", err)
	}
	if p.Right, err = s.library().Take(ctx, right.Take); err != nil {
		return p, fmt.Errorf("show a pair: %w", err)
	}
	p.Lasts = max(lasts(p.Left), lasts(p.Right))
	p.Sound, p.LeftGain, p.RightGain = loudness(p.Left, p.Right)
	return p, nil
}

// lasts is how long a take is seen.
func lasts(t drama.Take) time.Duration {
	if t.Asked != nil && t.Asked.Brief.Frames > 0 && t.Asked.Brief.FPS.Num > 0 {
		return t.Asked.Brief.Frames.Duration(t.Asked.Brief.FPS)
	}
	if t.Measured != nil {
		return t.Measured.Duration
	}
	return 0
}

// loudness says whether both takes can be heard, and by how much the louder one is
// turned down.
func loudness(a, b drama.Take) (sound bool, left, right float64) {
	audible := func(t drama.Take) bool { return t.Measured != nil && t.Measured.HasAudio && !t.Measured.Silent }
	if !audible(a) || !audible(b) {
		return false, 0, 0
	}
	quiet := min(a.Measured.Integrated, b.Measured.Integrated)
	gain := func(t drama.Take) float64 { return math.Pow(10, (quiet-t.Measured.Integrated)/20) }
	return true, gain(a), gain(b)
}

// Pair reads a pair of the arena. ErrUnknown.
func (s *Studio) Pair(ctx context.Context, show, id string) (arena.Pair, error) {
	p, err := s.ballots(nil).Pair(ctx, show, id)
	if errors.Is(err, ballots.ErrUnknown) {
		err = fmt.Errorf("the pair is %w", ErrUnknown)
	}
	return p, err
}

// Voted says that takes of a shot stand in a pair that people vote on blind: of a model
// that is tried, or of a bake-off.
func (s *Studio) Voted(ctx context.Context, id drama.EpisodeID, slate string) (bool, error) {
	filed, err := s.ballots(nil).Filed(ctx, id.Show)
	if err != nil || len(filed) == 0 {
		return false, err
	}
	takes, _, err := s.Takes(ctx, id, slate)
	if err != nil {
		return false, err
	}
	for _, t := range takes {
		if filed[arena.TryID(id.Show, t.Digest, t.Model)] || filed[arena.BakeoffID(id.Show, t.Digest)] {
			return true, nil
		}
	}
	return false, nil
}

// ReviewClip is the clip of a take that a browser plays, if it was made. ErrUnknown.
func (s *Studio) ReviewClip(ctx context.Context, id drama.TakeID) (drama.Object, error) {
	info, err := s.library().Review(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("the review of take %s is %w", id, ErrUnknown)
	}
	return drama.Object{Key: info.Key, Bytes: info.Bytes, Type: "video/mp4"}, err
}

// Ballot is what a person says of a showing.
type Ballot struct {
	Pair    string
	Show    string
	Left    arena.Side
	Mirror  bool
	Choice  arena.Choice
	Reasons []arena.Reason
	// Showing names the one showing that it is of.
	Showing string
	// Loop says that both takes were seen whole at least once, Opened that the person had
	// opened the shot's takes in the 24 hours before.
	Loop, Opened bool
}

// Vote casts a person's vote. It gives the vote with why it does not count, as far as
// that is known now. ErrUnknown for the pair.
func (s *Studio) Vote(ctx context.Context, b Ballot) (arena.Vote, error) {
	p, err := s.Pair(ctx, b.Show, b.Pair)
	if err != nil {
		return arena.Vote{}, err
	}
	at := s.now()
	sum := sha256.Sum256([]byte(b.Showing))
	v := arena.Vote{
		ID: arena.VoteID(at, hex.EncodeToString(sum[:8])), Pair: p.ID, By: s.by(), Left: b.Left, Choice: b.Choice, Reasons: b.Reasons, Mirror: b.Mirror, At: at,
	}
	switch {
	case b.Choice == arena.Skip:
		v.Void = arena.WhySkip
	case b.Choice == arena.Known:
		v.Void = arena.WhyKnown
	case !b.Loop:
		v.Void = arena.WhyLoop
	case b.Opened:
		v.Void = arena.WhyOpened
	}
	return v, s.ballots(nil).Cast(ctx, v)
}

// Round is what a person has voted on in their last whole round, in order, under the
// names that may be told; nothing before the first is whole. cast is how many votes they
// have cast in all.
func (s *Studio) Round(ctx context.Context, sees func(show string) bool) (round []arena.Counted, cast int, err error) {
	votes, _, err := s.Votes(ctx, sees)
	if err != nil {
		return nil, 0, err
	}
	var own []arena.Counted
	for _, v := range votes {
		if v.By == s.by() && v.Source == "" && v.Choice != arena.Skip {
			own = append(own, v)
		}
	}
	whole := len(own) / RoundOf * RoundOf
	return own[max(whole-RoundOf, 0):whole], len(own), nil
}
