package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// stampKey says of a store when its last backup began. By it the store's own clock is read.
const stampKey = "_studio/backup.json"

// rounds is how often what a store has is listed anew while people and runs write to it.
const rounds = 6

// Backup is how a backup is made.
type Backup struct {
	From  store.Store
	Place string // what people call that store
	To    *Folder
	Host  string // this machine
	Told  Told
	// Runs copies the record of runs into a file; nil: there is none.
	Runs func(ctx context.Context, file string) error
	// Now is the clock by which snapshots are called; nil: time itself.
	Now func() time.Time

	mu    sync.Mutex
	known map[string]Entry // by key: what the folder has of this store, by now or since earlier
	log   *os.File         // of what was copied, for who goes on after a kill
	sums  count
}

// Make makes a snapshot while others write. It is a moment's: everything that was written by
// About.As, and of what was written later nothing, or what stood in its place before. So what it
// has names nothing that it has not. Runs' record is copied first: it is older than the ledger,
// as it is after a kill, and the ledger knows what was bought since.
//
// Errors: of the store, and of the disk. What was copied is not copied again by the next one.
func (b *Backup) Make(ctx context.Context) (_ Snapshot, _ Totals, err error) {
	b.sums.told = b.Told
	s := Snapshot{Name: b.now().Format(stampForm), About: About{From: b.Place, Host: b.Host}}
	if _, err := os.Lstat(b.To.snapshot(s.Name)); err == nil {
		return s, Totals{}, fmt.Errorf("make backup: snapshot %s was made within this second; begin again", s.Name)
	}
	if err := b.begin(s.About.From); err != nil {
		return s, Totals{}, err
	}
	defer func() { err = errors.Join(err, b.log.Close()) }()
	if b.Runs != nil {
		if err := b.Runs(ctx, b.To.Runs(s.Name)); err != nil {
			return s, Totals{}, err
		}
		s.About.Runs = true
		defer func() {
			if err != nil {
				err = errors.Join(err, os.Remove(b.To.Runs(s.Name)))
			}
		}()
	}
	entries, as, err := b.settle(ctx)
	if err != nil {
		return s, b.sums.sum, fmt.Errorf("back up %s: %w", s.About.From, err)
	}
	s.Entries = slices.SortedFunc(maps.Values(entries), func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	s.About.As, s.About.Ended, s.About.Objects = as, b.now(), len(s.Entries)
	for _, e := range s.Entries {
		s.About.Bytes += e.Bytes
	}
	if err := b.To.finish(s); err != nil {
		return s, b.sums.sum, err
	}
	b.sums.sum.Objects, b.sums.sum.Bytes = s.About.Objects, s.About.Bytes
	return s, b.sums.sum, b.To.clear("")
}

func (b *Backup) now() time.Time {
	if b.Now != nil {
		return b.Now().UTC()
	}
	return time.Now().UTC()
}

// begin learns what the folder has of this store.
func (b *Backup) begin(from string) error {
	b.known = map[string]Entry{}
	if err := b.To.clear("object."); err != nil {
		return err
	}
	names, err := b.To.Snapshots()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		last, err := b.To.Read(names[0])
		// What another store calls a version means nothing here.
		if err == nil && last.About.From == from {
			b.learn(last.Entries)
		}
	}
	copied, err := readEntries(b.To.copied(from), nil)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read what an earlier backup copied: %w", err)
	}
	b.learn(copied)
	if b.log, err = os.OpenFile(b.To.copied(from), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return fmt.Errorf("note what is copied: %w", err)
	}
	if _, err = b.log.WriteString("\n"); err != nil { // after a line that a kill cut off
		return errors.Join(fmt.Errorf("note what is copied: %w", err), b.log.Close())
	}
	return nil
}

func (b *Backup) learn(entries []Entry) {
	for _, e := range entries {
		b.known[e.Key] = e
	}
}

// settle copies what the store has until what was copied is one moment's, and tells which.
func (b *Backup) settle(ctx context.Context) (map[string]Entry, time.Time, error) {
	began := b.now()
	there, err := b.list(ctx)
	if err != nil {
		return nil, began, err
	}
	has := map[string]Entry{}
	if _, err := b.copy(ctx, has, slices.Collect(maps.Values(there)), true); err != nil {
		return nil, began, err
	}
	// Nobody wrote: what there is now is all that there was.
	again, err := b.list(ctx)
	if err != nil || unchanged(has, again) {
		return has, began, err
	}
	for range rounds {
		as, err := b.moment(ctx)
		if err != nil {
			return nil, began, err
		}
		if again, err = b.list(ctx); err != nil {
			return nil, began, err
		}
		late, err := b.upTo(ctx, as, has, again)
		if err != nil || late == 0 {
			return has, as, err
		}
	}
	return nil, began, fmt.Errorf("some objects are written too often to be copied: the store's state of one moment was not seen in %d rounds; try again when less is written", rounds)
}

// upTo brings has to what the store had at a moment, and tells of how many objects that was not
// possible: they came after our last look, and were written again before this one.
func (b *Backup) upTo(ctx context.Context, as time.Time, has map[string]Entry, there map[string]store.Info) (late int, err error) {
	for key := range has {
		if _, ok := there[key]; !ok {
			delete(has, key)
		}
	}
	var since []store.Info
	for key, i := range there {
		if !i.Modified.Truncate(time.Second).After(as) && has[key].Version != i.Version {
			since = append(since, i)
		}
	}
	moved, err := b.copy(ctx, has, since, false)
	if err != nil {
		return 0, err
	}
	for _, key := range moved {
		if _, ok := has[key]; !ok {
			late++
		}
	}
	return late, nil
}

// unchanged says whether what was copied is what is listed.
func unchanged(has map[string]Entry, there map[string]store.Info) bool {
	if len(has) != len(there) {
		return false
	}
	for key, i := range there {
		if e, ok := has[key]; !ok || e.Version != i.Version {
			return false
		}
	}
	return true
}

// moment writes into the store, so that it tells its time, and waits until that second is over:
// a listing that begins then has everything that was written up to it.
func (b *Backup) moment(ctx context.Context) (time.Time, error) {
	body, err := json.Marshal(struct {
		Host  string    `json:"host"`
		Began time.Time `json:"began"`
	}{b.Host, b.now()})
	if err != nil {
		return time.Time{}, err
	}
	if err := b.stamp(ctx, body); err != nil {
		return time.Time{}, err
	}
	info, err := b.From.Head(ctx, stampKey)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the store's clock: %w", err)
	}
	return info.Modified.Truncate(time.Second), pause(ctx, time.Second+100*time.Millisecond)
}

// stamp replaces the stamp, whoever made it.
func (b *Backup) stamp(ctx context.Context, body []byte) error {
	for range copyTries {
		info, err := b.From.Head(ctx, stampKey)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("read the store's clock: %w", err)
		}
		err = b.From.PutIf(ctx, stampKey, body, "application/json", info.Version)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("read the store's clock: %w", err)
		}
	}
	return fmt.Errorf("read the store's clock: %s is written by others all the time", stampKey)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Backup) list(ctx context.Context) (map[string]store.Info, error) {
	there := map[string]store.Info{}
	err := b.From.List(ctx, "", func(i store.Info) error {
		if !ofThisStore(i.Key) {
			there[i.Key] = i
		}
		return nil
	})
	return there, err
}

// copy sees to it that the folder has objects, and notes them in has. Those that are another
// version by the time that they are read are noted if that is wanted, else named; those that
// have gone are neither.
func (b *Backup) copy(ctx context.Context, has map[string]Entry, objects []store.Info, newer bool) (moved []string, err error) {
	slices.SortFunc(objects, func(a, b store.Info) int { return cmp.Compare(a.Key, b.Key) })
	err = each(ctx, objects, func(ctx context.Context, i store.Info) error {
		b.mu.Lock()
		e, ok := b.known[i.Key]
		b.mu.Unlock()
		if !ok || e.Version != i.Version || e.Bytes != i.Bytes || !b.To.has(e) {
			var err error
			if e, err = b.one(ctx, i); errors.Is(err, store.ErrNotFound) {
				return nil
			} else if err != nil {
				return err
			}
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if e.Version != i.Version && !newer {
			moved = append(moved, i.Key)
			return nil
		}
		has[i.Key] = e
		return nil
	})
	return moved, err
}

// one copies an object.
func (b *Backup) one(ctx context.Context, i store.Info) (Entry, error) {
	file, info, err := fetch(ctx, b.From, i.Key, b.To.at(incomingName))
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Key: i.Key, Bytes: info.Bytes, SHA256: info.SHA256, Type: info.Type, Version: info.Version}
	if b.To.has(e) {
		err = os.Remove(file)
	} else {
		err = b.To.keep(file, e)
	}
	if err != nil {
		return e, err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return e, fmt.Errorf("note %s: %w", e.Key, err)
	}
	b.mu.Lock()
	b.known[e.Key] = e
	_, err = b.log.Write(append(line, '\n'))
	b.mu.Unlock()
	if err != nil {
		return e, fmt.Errorf("note %s: %w", e.Key, err)
	}
	b.sums.add(e.Bytes)
	return e, nil
}
