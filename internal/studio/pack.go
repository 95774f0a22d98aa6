package studio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/submission"
	"github.com/dailies/dailies/internal/zipped"
)

// PackOptions say what a pack is to be.
type PackOptions struct {
	Profiles []string // whom it is for
	Partial  bool     // what is delivered and right, even if that is not all
	NoCosts  bool     // without what the takes have cost
	Tool     string   // dailies' version
	// Checks remember what was verified, beside the store; nil: nothing else does.
	Checks Checks
	// Tell hears what is done; nil: nobody.
	Tell func(format string, args ...any)
}

// Checks remember what verifications have found. What they do not know is verified anew.
type Checks interface {
	Load(key string) ([]byte, bool)
	Save(key string, record []byte)
}

// Packed is a pack whose every byte is known: its films lie in the store. Layout is nil
// where the pack is not whole and was to be: then Missing says what it has not.
type Packed struct {
	submission.Pack
	Entries []submission.Entry
	Layout  *zipped.Layout
}

// Waits says that all that the pack has not got waits for a person's approval.
func (p *Packed) Waits() bool {
	return len(p.Missing) > 0 && !slices.ContainsFunc(p.Missing, func(m submission.Missing) bool { return !m.Waits })
}

// Digest names the pack by what it holds, hex.
func (p *Packed) Digest() string {
	sum := sha256.New()
	fmt.Fprintln(sum, "pack 1")
	for _, e := range p.Entries {
		fmt.Fprintf(sum, "%s %d %s\n", e.SHA256, e.Bytes, e.Name)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// packing is one pack in the making.
type packing struct {
	*Studio
	PackOptions
	in submission.Input
}

// Pack makes the pack of a show's delivered episodes for receivers: every cut that is in it
// is held to their rules first, as Verify does, in a scratch folder, one cut at a time. What
// was found is kept, so that a second pack of the same cuts is quick; a signed cut is held to
// them anew, because certificates end. The same cuts, scripts and ledger give the same pack.
// ErrUnknown for the show or a profile.
func (s *Studio) Pack(ctx context.Context, show string, o PackOptions) (*Packed, error) {
	if o.Tell == nil {
		o.Tell = func(string, ...any) {}
	}
	season, err := s.latestSeason(ctx, show)
	if err != nil {
		return nil, err
	}
	if len(o.Profiles) == 0 {
		o.Profiles = season.Deliver
	}
	if len(o.Profiles) == 0 {
		return nil, fmt.Errorf("whom the pack of %s is for is %w: the season names nobody under deliver; name a profile, dailies profiles lists them", show, ErrUnknown)
	}
	profiles, err := FindProfiles(unique(o.Profiles))
	if err != nil {
		return nil, err
	}
	ids, err := s.Episodes(ctx, show)
	if err != nil {
		return nil, err
	}
	g := &packing{Studio: s, PackOptions: o, in: submission.Input{Season: season, Profiles: profiles, Partial: o.Partial, Tool: o.Tool}}
	for _, p := range profiles {
		g.in.Gaps = append(g.in.Gaps, submission.OfSeason(p, season)...)
	}
	for _, id := range ids {
		if err := g.episode(ctx, id); err != nil {
			return nil, fmt.Errorf("pack %s: %w", id, err)
		}
	}
	if err := g.unrendered(ctx, ids); err != nil {
		return nil, fmt.Errorf("pack %s: %w", show, err)
	}
	if len(g.in.Missing) > 0 && !o.Partial || len(g.in.Episodes) == 0 {
		return &Packed{Pack: submission.Head(g.in)}, nil
	}
	if err := g.beside(ctx, show); err != nil {
		return nil, fmt.Errorf("pack %s: %w", show, err)
	}
	p := &Packed{}
	if p.Pack, p.Entries, err = submission.Build(g.in); err != nil {
		return nil, fmt.Errorf("pack %s: %w", show, err)
	}
	if p.Layout, err = submission.Zip(p.Pack, p.Entries); err != nil {
		return nil, fmt.Errorf("pack %s: %w", show, err)
	}
	return p, nil
}

// unique are names, each once.
func unique(names []string) (all []string) {
	for _, n := range names {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// misses notes an episode that is not in the pack.
func (g *packing) misses(m submission.Missing) { g.in.Missing = append(g.in.Missing, m) }

// episode adds an episode, or notes why it is not in the pack.
func (g *packing) episode(ctx context.Context, id drama.EpisodeID) error {
	m, err := g.Manifest(ctx, id, 0)
	switch {
	case errors.Is(err, ErrUnknown):
		return g.undelivered(ctx, id)
	case library.Damaged(err) != nil:
		g.misses(submission.Missing{Episode: id.Number, Why: []string{err.Error()}, Do: fmt.Sprintf("render %s again", id)})
		return nil
	case err != nil:
		return err
	}
	e := submission.Episode{Manifest: m, Picked: map[string]submission.Picked{}}
	for _, p := range g.in.Profiles {
		picked, gaps, ok := submission.Pick(p, m, g.in.Season)
		if !ok {
			g.misses(submission.Missing{Episode: id.Number, Profile: p.Name, Why: []string{"the cut has not " + gaps[0].What}, Do: gaps[0].Do})
			continue
		}
		g.in.Gaps = append(g.in.Gaps, gaps...)
		e.Picked[p.Name] = picked
	}
	if len(e.Picked) == 0 {
		return nil
	}
	if err := g.verify(ctx, &e); err != nil || len(e.Picked) == 0 {
		return err
	}
	if err := g.records(ctx, &e); err != nil {
		return err
	}
	if newest, waits, err := g.Newest(ctx, id); err == nil && waits && newest.Cut > m.Cut {
		g.in.Gaps = append(g.in.Gaps, submission.Gap{
			Episodes: []int{id.Number}, What: fmt.Sprintf("cut %d, which waits for a person's approval: the pack has cut %d", newest.Cut, m.Cut),
			Do: fmt.Sprintf("dailies review approve %s", id),
		})
	}
	g.in.Episodes = append(g.in.Episodes, e)
	return nil
}

// undelivered notes why an episode has no delivered cut.
func (g *packing) undelivered(ctx context.Context, id drama.EpisodeID) error {
	miss := submission.Missing{Episode: id.Number, Why: []string{"no cut of it was delivered"}, Do: "render its script"}
	m, waits, err := g.Newest(ctx, id)
	if err != nil && !errors.Is(err, ErrUnknown) && library.Damaged(err) == nil {
		return err
	}
	if err == nil && waits {
		miss.Waits, miss.Why = true, []string{fmt.Sprintf("cut %d waits for a person's approval", m.Cut)}
		miss.Do = fmt.Sprintf("dailies review approve %s", id)
	}
	g.misses(miss)
	return nil
}

// unrendered notes the episodes that the season lists and nobody has rendered yet.
func (g *packing) unrendered(ctx context.Context, ids []drama.EpisodeID) error {
	if len(g.in.Season.Episodes) <= len(ids) {
		return nil
	}
	var known []string
	for _, id := range ids {
		_, ref, err := g.LatestScript(ctx, id)
		if err != nil {
			return err
		}
		src, err := g.library().Source(ctx, id, ref.SHA256)
		if err != nil {
			return nil //nolint:nilerr // an older release kept none: nobody can tell which these are
		}
		known = append(known, path.Base(src.Main))
	}
	for _, file := range g.in.Season.Episodes {
		if !slices.Contains(known, path.Base(file)) {
			g.misses(submission.Missing{File: file, Why: []string{"the season lists it, and it was never rendered"}, Do: "render the season"})
		}
	}
	return nil
}

// records reads what documents tell of an episode.
func (g *packing) records(ctx context.Context, e *submission.Episode) error {
	id := e.Manifest.ID
	var err error
	if e.Newest, _, err = g.LatestScript(ctx, id); err != nil {
		return err
	}
	e.Script = e.Newest
	if body, _, err := g.Store.Read(ctx, e.Manifest.Script.Key); err == nil {
		var p drama.Production
		if json.Unmarshal(body, &p) == nil && p.ID() == id {
			e.Script = p
		}
	}
	takes, damaged, err := g.library().Takes(ctx, id, "")
	if err != nil {
		return err
	}
	for _, d := range damaged {
		g.Tell("%v", d)
	}
	shown := map[drama.TakeID]bool{}
	var digests, stills []string
	for _, s := range e.Manifest.Shots {
		shown[s.Take] = true
		digests = append(digests, s.Digest)
	}
	e.Takes = map[drama.TakeID]drama.Take{}
	for _, t := range takes {
		if !shown[t.ID] {
			continue
		}
		e.Takes[t.ID] = t
		digests = append(digests, t.Digest)
		if t.Asked != nil && t.Asked.Still != "" {
			stills = append(stills, t.Asked.Still)
		}
	}
	slices.Sort(digests)
	if e.Circles, _, err = g.library().Circles(ctx, id.Show, slices.Compact(digests)); err != nil {
		return err
	}
	slices.Sort(stills)
	e.Stills, _, err = g.library().Stills(ctx, id.Show, slices.Compact(stills))
	return err
}

// Open opens the pack's files in the store.
func (p *Packed) Open(ctx context.Context, s *Studio) zipped.Open {
	return func(file int, from int64) (io.ReadCloser, error) {
		e := p.Entries[file]
		if e.Key == "" {
			return io.NopCloser(bytes.NewReader(e.Body[from:])), nil
		}
		ref := drama.Object{Key: e.Key, SHA256: e.SHA256, Bytes: e.Bytes}
		if from == 0 {
			return s.Store.Get(ctx, ref)
		}
		return s.Store.GetRange(ctx, ref, from, e.Bytes-from)
	}
}

// pictured is the look book's picture of somebody, where the script names none.
func pictured(book drama.LookBook, season drama.Season, papers []submission.Paper) []submission.Paper {
	for id := range season.Cast {
		has := slices.ContainsFunc(papers, func(p submission.Paper) bool { return p.Kind == submission.KindPicture && p.Of == id })
		sheet := drama.Sheet{Kind: "cast", ID: id, As: drama.RoleFace}
		if a, ok := book.Sheets[sheet.Key()]; ok && !has {
			papers = append(papers, submission.Paper{Kind: submission.KindPicture, Of: id, File: a.File})
		}
	}
	slices.SortStableFunc(papers, submission.ByName)
	return papers
}

// beside adds what is no episode's: papers and costs.
func (g *packing) beside(ctx context.Context, show string) error {
	book, err := g.library().LookBook(ctx, show)
	if err != nil && library.Damaged(err) == nil {
		return err
	}
	k := keys(drama.EpisodeID{Show: show})
	for _, p := range pictured(book, g.in.Season, submission.Papers(g.in.Season)) {
		p.Key = k.Blob(p.File.SHA256)
		p.CRC32, err = g.crcOf(ctx, drama.Object{Key: p.Key, SHA256: p.File.SHA256, Bytes: p.File.Bytes})
		if lost(err) {
			g.in.Gaps = append(g.in.Gaps, submission.Gap{What: fmt.Sprintf("the %s of %s", p.Kind, p.Of), Do: "its file is not in the store, or not as it was: render the script again"})
			continue
		}
		if err != nil {
			return err
		}
		g.in.Papers = append(g.in.Papers, p)
	}
	if g.NoCosts {
		return nil
	}
	costs, damaged, err := g.Costs(ctx, show)
	if err != nil {
		return err
	}
	for _, d := range damaged {
		g.Tell("%v", d)
	}
	g.in.Costs = []submission.Cost{}
	for _, c := range costs {
		g.in.Costs = append(g.in.Costs, submission.Cost{
			Episode: c.Episode, Provider: c.Provider, Model: c.Model, Jobs: c.Jobs, Estimated: c.Estimated, Settled: c.Settled, Pending: c.Open,
		})
	}
	return nil
}
