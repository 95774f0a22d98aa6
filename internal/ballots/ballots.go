// Package ballots keeps the arena's records in the store: the pairs that were filed,
// the votes that were cast, the tables that runs went by, and whether the table is
// frozen. They are the whole studio's, not one show's. Each is a small object that
// is written once; nothing is removed. It decides nothing: see package arena.
package ballots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

// Where the records lie. root is no show's: an id never begins with it.
const (
	root      = "_arena/"
	pairsRoot = root + "pairs/"  // SHOW/ID.json
	votesRoot = root + "votes/"  // YYYYMM/ID.json
	tableRoot = root + "tables/" // DIGEST.json
	dayRoot   = root + "days/"   // which table the votes of a day make
	madeRoot  = root + "made/"   // copies of what takes say: SHOW/epNN.json
	frozenKey = root + "frozen.json"

	keptName = "kept.json"
	jsonType = "application/json"
)

// Ballots are the records in a store. It is safe for concurrent use.
type Ballots struct {
	Store store.Store
	// Ledger and Exchange are what models cost, told in Currency beside their ratings.
	// Without a Ledger nothing is told of it.
	Ledger   ledger.Ledger
	Exchange drama.Exchange
	Currency string
	// Keep: copies may be written that make the next look quicker.
	Keep bool
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

func (b Ballots) now() time.Time {
	if b.Now != nil {
		return b.Now().UTC()
	}
	return time.Now().UTC()
}

func pairKey(show, id string) string { return pairsRoot + show + "/" + id + ".json" }

// voteKey is empty for what can name no vote.
func voteKey(id string) string {
	if !arena.ValidVoteID(id) {
		return ""
	}
	return votesRoot + id[:len("200601")] + "/" + id + ".json"
}

// ErrUnknown: there is no such pair.
var ErrUnknown = errors.New("there is no such pair")

// maxWords is how long a text of a record may be: what may be exported may be
// imported again.
const maxWords = 200

// File files a pair, once, and returns what is on file: another try's may have been
// first.
func (b Ballots) File(ctx context.Context, p arena.Pair) (arena.Pair, error) {
	if p.At.IsZero() {
		p.At = b.now()
	}
	p.Void = short(p.Void)
	fresh, err := b.putNew(ctx, pairKey(p.Episode.Show, p.ID), p)
	if err != nil {
		return p, fmt.Errorf("file the pair of %s/%s: %w", p.Episode, p.Slate, err)
	}
	if fresh {
		return p, nil
	}
	return b.Pair(ctx, p.Episode.Show, p.ID)
}

// short keeps printable words, and not too many of them.
func short(words string) string {
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, "")), " ")
	if r := []rune(words); len(r) > maxWords {
		words = string(r[:maxWords-1]) + "…"
	}
	return words
}

// Pair reads a pair. ErrUnknown.
func (b Ballots) Pair(ctx context.Context, show, id string) (arena.Pair, error) {
	var p arena.Pair
	if !drama.ValidID(show) || !arena.ValidID(id) {
		return p, ErrUnknown
	}
	err := b.read(ctx, pairKey(show, id), &p)
	if errors.Is(err, store.ErrNotFound) {
		return p, ErrUnknown
	}
	if err == nil && (p.ID != id || p.Episode.Show != show) {
		err = fmt.Errorf("read %s: it says that it is pair %q of %q", b.Store.URI(pairKey(show, id)), p.ID, p.Episode.Show)
	}
	return p, err
}

// Filed says which pairs of a show are on file, by id.
func (b Ballots) Filed(ctx context.Context, show string) (map[string]bool, error) {
	filed := make(map[string]bool)
	prefix := pairsRoot + show + "/"
	err := b.Store.List(ctx, prefix, func(i store.Info) error {
		if id, ok := strings.CutSuffix(strings.TrimPrefix(i.Key, prefix), ".json"); ok && arena.ValidID(id) {
			filed[id] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the pairs of %s: %w", show, err)
	}
	return filed, nil
}

// Shows are those that have pairs on file.
func (b Ballots) Shows(ctx context.Context) (shows []string, err error) {
	err = b.Store.List(ctx, pairsRoot, func(i store.Info) error {
		show, _, _ := strings.Cut(strings.TrimPrefix(i.Key, pairsRoot), "/")
		if n := len(shows); n == 0 || shows[n-1] != show {
			shows = append(shows, show)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the shows that have pairs: %w", err)
	}
	return shows, nil
}

// Cast writes a vote, once. A vote that is there already is left as it is.
func (b Ballots) Cast(ctx context.Context, v arena.Vote) error {
	_, err := b.cast(ctx, v)
	return err
}

func (b Ballots) cast(ctx context.Context, v arena.Vote) (fresh bool, err error) {
	if !arena.ValidVoteID(v.ID) || !arena.ValidID(v.Pair) || !arena.ValidPerson(v.By) {
		return false, fmt.Errorf("cast a vote: %q of %q on pair %q is none", v.ID, v.By, v.Pair)
	}
	if fresh, err = b.putNew(ctx, voteKey(v.ID), v); err != nil {
		return false, fmt.Errorf("cast vote %s: %w", v.ID, err)
	}
	return fresh, nil
}

// Import files pairs and casts votes from elsewhere; those that are here already stay
// as they are. It says how many votes are new.
func (b Ballots) Import(ctx context.Context, pairs []arena.Pair, votes []arena.Vote) (fresh int, err error) {
	group, putting := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, p := range pairs {
		group.Go(func() error {
			_, err := b.putNew(putting, pairKey(p.Episode.Show, p.ID), p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return 0, fmt.Errorf("import pairs: %w", err)
	}
	cast := make([]bool, len(votes))
	group, putting = errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, v := range votes {
		group.Go(func() (err error) {
			cast[i], err = b.cast(putting, v)
			return err
		})
	}
	err = group.Wait()
	for _, is := range cast {
		if is {
			fresh++
		}
	}
	if err != nil {
		return fresh, fmt.Errorf("import votes: %w; import the file again, what is there stays", err)
	}
	return fresh, nil
}

// All reads every pair and vote of the shows that of says, or (nil) of all, in the
// order of their keys. Records that cannot be read are named in damaged; the rest is
// given.
func (b Ballots) All(ctx context.Context, of func(show string) bool) (pairs []arena.Pair, votes []arena.Vote, damaged []error, err error) {
	var lost []error
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		pairs, damaged, err = kept(reading, b, pairsRoot, func(p arena.Pair) string { return pairKey(p.Episode.Show, p.ID) }, beside)
		return err
	})
	group.Go(func() (err error) {
		votes, lost, err = kept(reading, b, votesRoot, func(v arena.Vote) string { return voteKey(v.ID) }, beside)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, nil, nil, fmt.Errorf("read the arena's records: %w", err)
	}
	if of != nil {
		pairs = slices.DeleteFunc(pairs, func(p arena.Pair) bool { return !of(p.Episode.Show) })
		known := make(map[string]bool, len(pairs))
		for _, p := range pairs {
			known[p.ID] = true
		}
		votes = slices.DeleteFunc(votes, func(v arena.Vote) bool { return !known[v.Pair] })
	}
	return pairs, votes, append(damaged, lost...), nil
}

// Keys are where the records of a show lie, in no order.
func (b Ballots) Keys(ctx context.Context, show string) ([]string, error) {
	pairs, votes, damaged, err := b.All(ctx, func(s string) bool { return s == show })
	if err = errors.Join(append(damaged, err)...); err != nil {
		return nil, err
	}
	var keys []string
	for _, p := range pairs {
		keys = append(keys, pairKey(show, p.ID))
	}
	for _, v := range votes {
		keys = append(keys, voteKey(v.ID))
	}
	return keys, nil
}

// read decodes a record. store.ErrNotFound.
func (b Ballots) read(ctx context.Context, key string, into any) error {
	body, _, err := b.Store.Read(ctx, key)
	if err != nil {
		return fmt.Errorf("read %s: %w", b.Store.URI(key), err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("read %s: the record is damaged: %w; put it back from a backup, or remove it: what it says is then not counted", b.Store.URI(key), err)
	}
	return nil
}

// putNew writes a record if there is none.
func (b Ballots) putNew(ctx context.Context, key string, v any) (fresh bool, err error) {
	body, err := json.Marshal(v)
	if err != nil {
		return false, err
	}
	_, err = b.Store.PutNew(ctx, key, body, jsonType)
	if errors.Is(err, store.ErrExists) {
		return false, nil
	}
	return err == nil, err
}
