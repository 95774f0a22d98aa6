package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// A job that has ended never changes. So all that have ended in an episode are
// kept together in one object beside them, a copy that is made again when it is
// damaged or gone: what a listing costs does not grow with all that was ever made.
const settledName = "settled.json"

const (
	// jobsAtOnce is how many jobs are read at once: four small objects each.
	jobsAtOnce = 16
	// listsAtOnce is how many episodes are listed at once.
	listsAtOnce = 32
	// keepFrom is how many ended jobs that are not kept together yet are worth
	// writing the copy again.
	keepFrom = 16
)

// listed is a job as the listing of its objects shows it.
type listed struct {
	id    ID
	parts map[string]bool
	entry Entry
	known bool // from the copy
}

// same says that a copy has all the parts of a job that has ended.
func (j *listed) same(e Entry) bool {
	return j.parts[partOutcome] && j.parts[partReceipt] == (e.Receipt != nil) && j.parts[partHold] == (e.Hold != nil)
}

// List calls each for every job of the show or episode, ordered by key. What
// cannot be read is named in the entry's Damaged; the list goes on.
func (o Objects) List(ctx context.Context, show string, episode int, each func(Entry) error) error {
	jobs, kept, err := o.index(ctx, show, episode)
	if err != nil {
		return fmt.Errorf("list jobs of %s: %w", show, err)
	}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(jobsAtOnce)
	for _, j := range jobs {
		if e, ok := kept[j.id.Take.Episode.Number][j.id.String()]; ok && j.same(e) {
			j.entry, j.known = e, true
			continue
		}
		group.Go(func() (err error) {
			j.entry, err = o.entry(reading, j.id, func(part string) bool { return j.parts[part] })
			if got := j.entry.Intent.ID; got != j.id { // the intent is gone, damaged, or another's
				if got != (ID{}) || !j.parts[partIntent] {
					j.entry.Damaged = append(j.entry.Damaged, o.Store.URI(prefix(j.id)+partIntent+".json"))
				}
				j.entry.Intent = Intent{ID: j.id, Key: j.id.Key()}
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("list jobs of %s: %w", show, err)
	}
	o.keep(ctx, show, jobs)
	for _, j := range jobs {
		if err := each(j.entry); err != nil {
			return err
		}
	}
	return nil
}

// index lists the jobs with the parts that each has, and reads the copies of those
// that have ended, by episode and job. Episodes are listed side by side: one listing of a
// whole show would be a chain of pages as long as all that was ever made.
func (o Objects) index(ctx context.Context, show string, episode int) ([]*listed, map[int]map[string]Entry, error) {
	episodes := []int{episode}
	if episode == 0 {
		var err error
		if episodes, err = o.episodes(ctx, show); err != nil {
			return nil, nil, err
		}
	}
	found := make([][]*listed, len(episodes))
	copies := make([]map[string]Entry, len(episodes))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(listsAtOnce)
	for i, n := range episodes {
		group.Go(func() (err error) {
			found[i], err = o.jobs(ctx, show, n)
			return err
		})
		group.Go(func() (err error) {
			copies[i], err = o.settled(ctx, show, n)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	kept := make(map[int]map[string]Entry, len(episodes))
	for i, n := range episodes {
		kept[n] = copies[i]
	}
	return slices.Concat(found...), kept, nil
}

// episodes are those that a show's ledger has anything of, in the order of their keys.
func (o Objects) episodes(ctx context.Context, show string) (all []int, err error) {
	err = o.Store.ListLevel(ctx, store.Keys{Show: show}.Jobs(0), func(info store.Info) error {
		if id, err := drama.ParseEpisodeID(show + "/" + path.Base(info.Key)); err == nil && info.IsFolder() {
			all = append(all, id.Number)
		}
		return nil
	})
	return all, err
}

// jobs lists an episode's.
func (o Objects) jobs(ctx context.Context, show string, episode int) (jobs []*listed, err error) {
	keys := store.Keys{Show: show}
	err = o.Store.List(ctx, keys.Jobs(episode), func(info store.Info) error {
		id, part, ok := parseKey(show, strings.TrimPrefix(info.Key, keys.Jobs(0)))
		if !ok {
			return nil // not one of ours
		}
		if n := len(jobs); n == 0 || jobs[n-1].id != id {
			jobs = append(jobs, &listed{id: id, parts: make(map[string]bool)})
		}
		jobs[len(jobs)-1].parts[part] = true
		return nil
	})
	return jobs, err
}

// parseKey reads epNN/SLATE/TAKE/ATTEMPT/PART.json.
func parseKey(show, rest string) (id ID, part string, ok bool) {
	dir, file, _ := cutLast(rest)
	part, ok = strings.CutSuffix(file, ".json")
	if !ok {
		return ID{}, "", false
	}
	fields := strings.Split(dir, "/")
	if len(fields) != 4 {
		return ID{}, "", false
	}
	fields[2], fields[3] = strings.TrimLeft(fields[2], "0"), strings.TrimLeft(fields[3], "0")
	id, err := ParseID(show + "/" + strings.Join(fields, "/"))
	switch part {
	case partIntent, partReceipt, partHold, partOutcome:
		return id, part, err == nil
	}
	return ID{}, "", false
}

func cutLast(path string) (dir, file string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// copied is the form of the copy.
type copied struct {
	V    int     `json:"v"`
	Jobs []Entry `json:"jobs"`
}

func settledKey(show string, episode int) string {
	return store.Keys{Show: show}.Jobs(episode) + settledName
}

// settled reads the copy of an episode's ended jobs. One that is damaged is as good
// as none.
func (o Objects) settled(ctx context.Context, show string, episode int) (map[string]Entry, error) {
	byID, _, err := o.copyOf(ctx, show, episode)
	return byID, err
}

// copyOf is settled with the version of the copy, empty where there is none.
func (o Objects) copyOf(ctx context.Context, show string, episode int) (byID map[string]Entry, version string, err error) {
	key := settledKey(show, episode)
	body, info, err := o.Store.Read(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, "", nil
	case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrChecksum):
		info, err = o.Store.Head(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return nil, info.Version, err
	case err != nil:
		return nil, "", err
	}
	var c copied
	if json.Unmarshal(body, &c) != nil || c.V != 1 {
		return nil, info.Version, nil //nolint:nilerr // it is made again
	}
	byID = make(map[string]Entry, len(c.Jobs))
	for _, e := range c.Jobs {
		if e.Outcome != nil && len(e.Damaged) == 0 {
			byID[e.Intent.ID.String()] = e
		}
	}
	return byID, info.Version, nil
}

// keep writes the copies again where enough has ended since. It is only ever a
// shortcut: what cannot be written is read one by one next time.
func (o Objects) keep(ctx context.Context, show string, jobs []*listed) {
	if !o.Keep {
		return
	}
	ended, fresh := make(map[int][]Entry), make(map[int]int)
	for _, j := range jobs {
		if j.entry.Outcome == nil || len(j.entry.Damaged) > 0 {
			continue
		}
		n := j.id.Take.Episode.Number
		ended[n] = append(ended[n], j.entry)
		if !j.known {
			fresh[n]++
		}
	}
	for n, more := range fresh {
		if more < keepFrom {
			continue
		}
		body, err := json.Marshal(copied{V: 1, Jobs: ended[n]})
		if err != nil || len(body) > store.MaxSmall {
			continue
		}
		_, _ = o.Store.Put(ctx, settledKey(show, n), bytes.NewReader(body), "application/json")
	}
}
