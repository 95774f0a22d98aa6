package ballots

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/store"
)

// Table makes the table of today over the shows that of says, or (nil) over all.
// Records that cannot be read are named in damaged; the rest counts.
func (b Ballots) Table(ctx context.Context, of func(show string) bool) (t arena.Table, damaged []error, err error) {
	pairs, votes, damaged, err := b.All(ctx, of)
	if err != nil {
		return t, nil, err
	}
	var shows []string
	for _, p := range pairs {
		if !slices.Contains(shows, p.Episode.Show) {
			shows = append(shows, p.Episode.Show)
		}
	}
	aside, err := b.asides(ctx, shows)
	if err != nil {
		return t, nil, err
	}
	return arena.Rank(pairs, votes, b.now(), aside), damaged, nil
}

// ErrTable: the table that a run goes by is not there any more.
var ErrTable = errors.New("the table is gone")

// Routing is the table that runs go by: of all shows; the frozen one, while there is
// one; else that of today's votes, made once for as long as no vote is added. It is
// kept under its digest, so that a run can go by it to its end; without Keep it is
// only made.
func (b Ballots) Routing(ctx context.Context) (arena.Table, error) {
	f, err := b.Frozen(ctx)
	if err != nil {
		return arena.Table{}, err
	}
	if f.Table != "" {
		return b.Kept(ctx, f.Table)
	}
	at, err := b.votesOf(ctx, b.now())
	if err != nil {
		return arena.Table{}, err
	}
	var known struct {
		Table string `json:"table"`
	}
	err = b.read(ctx, at, &known)
	if err == nil {
		if t, err := b.Kept(ctx, known.Table); !errors.Is(err, ErrTable) {
			return t, err
		}
	} else if !errors.Is(err, store.ErrNotFound) && !damagedRecord(err) {
		return arena.Table{}, err
	}
	t, _, err := b.Table(ctx, nil)
	if err != nil || !b.Keep {
		return t, err
	}
	known.Table = t.Digest()
	if err := b.keepTable(ctx, t); err != nil {
		return t, err
	}
	fresh, err := b.putNew(ctx, at, known)
	if err != nil || fresh {
		return t, err
	}
	if err := b.read(ctx, at, &known); err != nil || known.Table == "" { // somebody else's was first
		return t, nil //nolint:nilerr // a damaged one is of no use, and ours is as good
	}
	return b.Kept(ctx, known.Table)
}

// votesOf is where the table is noted that the pairs and votes that there are make on
// a day.
func (b Ballots) votesOf(ctx context.Context, day time.Time) (string, error) {
	h := sha256.New()
	for _, prefix := range []string{pairsRoot, votesRoot} {
		err := b.Store.List(ctx, prefix, func(i store.Info) error {
			if !strings.HasSuffix(i.Key, "/"+keptName) {
				h.Write([]byte(i.Key + "\n"))
			}
			return nil
		})
		if err != nil {
			return "", fmt.Errorf("list the arena's records: %w", err)
		}
	}
	return dayRoot + day.UTC().Format(time.DateOnly) + "-" + hex.EncodeToString(h.Sum(nil))[:16] + ".json", nil
}

func (b Ballots) keepTable(ctx context.Context, t arena.Table) error {
	if _, err := b.putNew(ctx, tableRoot+t.Digest()+".json", t); err != nil {
		return fmt.Errorf("keep the leaderboard's table: %w", err)
	}
	return nil
}

// Kept reads a table by its digest. ErrTable.
func (b Ballots) Kept(ctx context.Context, digest string) (arena.Table, error) {
	var t arena.Table
	if digest == "" || strings.ContainsAny(digest, "/.") {
		return t, ErrTable
	}
	err := b.read(ctx, tableRoot+digest+".json", &t)
	if errors.Is(err, store.ErrNotFound) || damagedRecord(err) || err == nil && t.Digest() != digest {
		return t, fmt.Errorf("read table %.8s: %w", digest, ErrTable)
	}
	return t, err
}

// Frozen says which table runs go by whatever is voted; empty: today's.
type Frozen struct {
	Table string    `json:"table,omitempty"` // digest
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Frozen reads it.
func (b Ballots) Frozen(ctx context.Context) (Frozen, error) {
	var f Frozen
	err := b.read(ctx, frozenKey, &f)
	if errors.Is(err, store.ErrNotFound) {
		return Frozen{}, nil
	}
	return f, err
}

// Freeze keeps runs that begin from now on to today's table.
func (b Ballots) Freeze(ctx context.Context, by string) (Frozen, error) {
	t, _, err := b.Table(ctx, nil)
	if err != nil {
		return Frozen{}, err
	}
	if err := b.keepTable(ctx, t); err != nil {
		return Frozen{}, err
	}
	return b.freeze(ctx, Frozen{Table: t.Digest(), By: by, At: b.now()})
}

// Thaw lets runs that begin from now on go by today's table again.
func (b Ballots) Thaw(ctx context.Context, by string) (Frozen, error) {
	return b.freeze(ctx, Frozen{By: by, At: b.now()})
}

func (b Ballots) freeze(ctx context.Context, f Frozen) (Frozen, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return f, err
	}
	version := ""
	info, err := b.Store.Head(ctx, frozenKey)
	switch {
	case err == nil:
		version = info.Version
	case !errors.Is(err, store.ErrNotFound):
		return f, fmt.Errorf("freeze the leaderboard: %w", err)
	}
	if err := b.Store.PutIf(ctx, frozenKey, body, jsonType, version); err != nil {
		return f, fmt.Errorf("freeze the leaderboard: %w; try again", err)
	}
	return f, nil
}
