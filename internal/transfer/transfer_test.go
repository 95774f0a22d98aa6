package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/transfer"
)

func put(t *testing.T, st store.Store, key, body string) {
	t.Helper()
	if _, err := st.Put(t.Context(), key, strings.NewReader(body), "text/"+strings.TrimPrefix(filepath.Ext(key), ".")); err != nil {
		t.Fatal(err)
	}
}

// all is what a store has, by key: bytes and type.
func all(t *testing.T, st store.Store, prefix string) map[string]string {
	t.Helper()
	has := map[string]string{}
	err := st.List(t.Context(), prefix, func(i store.Info) error {
		body, info, err := st.Read(t.Context(), i.Key)
		has[i.Key] = info.Type + " " + string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return has
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: %q, want %q", key, got[key], want[key])
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s is there: %q", key, got[key])
		}
	}
}

func show(t *testing.T) *mem.Store {
	t.Helper()
	st := mem.New()
	put(t, st, "night/ep01/takes/1A/0001.media", "clip")
	put(t, st, "night/ep01/takes/1A/0001.json", "take")
	put(t, st, "night/circles/d1.json", "circle")
	put(t, st, "night/ep01/script.json", "script")
	put(t, st, "day/ep01/script.json", "other")
	put(t, st, "_jobs/kling/1.json", "claim")
	put(t, st, "_roster/kling.json", "here")
	return st
}

func folder(t *testing.T, dir string) *transfer.Folder {
	t.Helper()
	f, err := transfer.MakeFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func backup(t *testing.T, b *transfer.Backup) (transfer.Snapshot, transfer.Totals) {
	t.Helper()
	if b.Place == "" {
		b.Place = "mem"
	}
	s, sums, err := b.Make(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, sums
}

// clock gives every snapshot another second.
func clock() func() time.Time {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

// What is backed up comes back with its types, and the second snapshot copies only what is new;
// each comes back as it was.
func TestThereAndBack(t *testing.T) {
	from, f, now := show(t), folder(t, filepath.Join(t.TempDir(), "backup")), clock()
	want := all(t, from, "")
	delete(want, "_roster/kling.json") // means nothing elsewhere
	first, sums := backup(t, &transfer.Backup{From: from, To: f, Now: now})
	if sums.Objects != len(want) || sums.Copied != len(want) {
		t.Errorf("the first: %+v, want %d", sums, len(want))
	}
	put(t, from, "night/circles/d1.json", "circle moved")
	if err := from.Remove(t.Context(), "day/ep01/script.json"); err != nil {
		t.Fatal(err)
	}
	if _, sums = backup(t, &transfer.Backup{From: from, To: f, Now: now}); sums.Copied != 1 || sums.Objects != len(want)-1 {
		t.Errorf("the second: %+v", sums)
	}

	to := mem.New()
	s, err := f.Read(first.Name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Restore(t.Context(), f, s, to, nil, nil); err != nil {
		t.Fatal(err)
	}
	same(t, all(t, to, ""), want)
	// Again changes nothing; the other state is another one.
	if sums, err := transfer.Restore(t.Context(), f, s, to, nil, nil); err != nil || sums.Copied != 0 || sums.Objects != len(want) {
		t.Errorf("again: %+v, %v", sums, err)
	}
	newest, err := f.Read("")
	if err != nil {
		t.Fatal(err)
	}
	_, err = transfer.Restore(t.Context(), f, newest, to, nil, nil)
	if conflict, ok := errors.AsType[*transfer.ConflictError](err); !ok || !slices.Equal(conflict.Keys, []string{"night/circles/d1.json"}) {
		t.Errorf("over another state: %v", err)
	}
	same(t, all(t, to, ""), want)
	// One show alone.
	one := mem.New()
	if _, err := transfer.Restore(t.Context(), f, s, one, []string{"day"}, nil); err != nil {
		t.Fatal(err)
	}
	same(t, all(t, one, ""), map[string]string{"day/ep01/script.json": "text/json other"})

	// What only the first had goes with it.
	if n, err := f.Prune(1); err != nil || n != 1 {
		t.Errorf("prune: %d, %v", n, err)
	}
	if _, err := f.Read(first.Name); err == nil {
		t.Error("the pruned snapshot is read")
	}
	damaged := 0
	if sums, err := f.Check(t.Context(), newest, func(string, error) { damaged++ }); err != nil || damaged != 0 || sums.Objects != len(want)-1 {
		t.Errorf("after prune: %+v, %d damaged, %v", sums, damaged, err)
	}
}

// A snapshot names nothing that it has not, while others write: who is read later may name what
// came after the earlier was listed.
func TestAMomentOfAStoreThatIsWrittenTo(t *testing.T) { synctest.Test(t, testAMoment) }

func testAMoment(t *testing.T) {
	from := show(t)
	time.Sleep(time.Second)
	f, now := folder(t, filepath.Join(t.TempDir(), "backup")), clock()
	// Each time that the store is listed a take is written in front of what was listed, then
	// the ledger's word of it behind: listed by itself it would be a word without a take.
	n := 1
	busy := &writes{Store: from, after: func() {
		n++
		put(t, from, fmt.Sprintf("night/ep01/takes/1A/%04d.media", n), "clip")
		put(t, from, fmt.Sprintf("night/ledger/%04d.json", n), "paid")
		put(t, from, "night/account.json", fmt.Sprint("spent ", n))
	}}
	s, _ := backup(t, &transfer.Backup{From: busy, To: f, Now: now})
	to := mem.New()
	if _, err := transfer.Restore(t.Context(), f, s, to, nil, nil); err != nil {
		t.Fatal(err)
	}
	has, paid := all(t, to, "night/"), 0
	for key := range has {
		if name, ok := strings.CutPrefix(key, "night/ledger/"); ok {
			paid++
			if media := "night/ep01/takes/1A/" + strings.TrimSuffix(name, ".json") + ".media"; has[media] == "" {
				t.Errorf("%s is there, %s is not", key, media)
			}
		}
	}
	if paid == 0 {
		t.Error("nothing of what was written meanwhile is in the backup")
	}
}

// writes is a store in which something is written while it is listed: what comes before
// night/f was seen before, the rest after it.
type writes struct {
	store.Store
	after func()
}

func (w *writes) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	part := func(early bool) error {
		return w.Store.List(ctx, prefix, func(i store.Info) error {
			if (i.Key < "night/f") != early {
				return nil
			}
			return each(i)
		})
	}
	if err := part(true); err != nil {
		return err
	}
	w.after()
	return part(false)
}

// A backup that was broken off is no snapshot; the next one does not copy again what is there.
func TestBrokenOff(t *testing.T) {
	from, dir := show(t), filepath.Join(t.TempDir(), "backup")
	f := folder(t, dir)
	lost, others := errors.New("the machine is gone"), make(chan struct{})
	from.Fail = func(op, key string) error {
		if op == "get" && key == "night/ep01/takes/1A/0001.media" {
			<-others
			return lost
		}
		return nil
	}
	b := &transfer.Backup{From: from, To: f, Place: "mem", Told: func(t transfer.Totals) {
		if t.Copied == 5 {
			close(others)
		}
	}}
	if _, _, err := b.Make(t.Context()); !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if _, err := f.Read(""); !errors.Is(err, transfer.ErrNoBackup) {
		t.Errorf("half a backup is one: %v", err)
	}
	if _, err := transfer.MakeFolder(dir); !errors.Is(err, transfer.ErrInUse) {
		t.Errorf("two at a time: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	// As a kill leaves it: a line cut off, a file half written.
	logs, err := filepath.Glob(filepath.Join(dir, "incoming", "copied-*"))
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	log, err := os.OpenFile(logs[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.WriteString(`{"key":"night/ep01/script.js`)
	if err = errors.Join(err, log.Close(), os.WriteFile(filepath.Join(dir, "incoming", "object.1"), []byte("cl"), 0o600)); err != nil {
		t.Fatal(err)
	}
	from.Fail = nil
	f = folder(t, dir)
	if _, sums := backup(t, &transfer.Backup{From: from, To: f}); sums.Copied != 1 || sums.Objects != 6 {
		t.Errorf("gone on with: %+v", sums)
	}
	left, err := os.ReadDir(filepath.Join(dir, "incoming"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What became of a backup is seen, and is not restored.
func TestDamage(t *testing.T) {
	from, dir := show(t), filepath.Join(t.TempDir(), "backup")
	f := folder(t, dir)
	s, _ := backup(t, &transfer.Backup{From: from, To: f})
	of := func(key string) string {
		i := slices.IndexFunc(s.Entries, func(e transfer.Entry) bool { return e.Key == key })
		return filepath.Join(dir, "objects", s.Entries[i].SHA256[:2], s.Entries[i].SHA256)
	}
	if err := os.WriteFile(of("night/ep01/takes/1A/0001.media"), []byte("clop"), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := errors.Join(os.WriteFile(secret, []byte("circle"), 0o600), os.Remove(of("night/circles/d1.json")), os.Symlink(secret, of("night/circles/d1.json"))); err != nil {
		t.Fatal(err)
	}
	var damaged []string
	if _, err := f.Check(t.Context(), s, func(key string, err error) { damaged = append(damaged, key) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(damaged)
	if want := []string{"night/circles/d1.json", "night/ep01/takes/1A/0001.media"}; !slices.Equal(damaged, want) {
		t.Errorf("found %v, want %v", damaged, want)
	}
	to := mem.New()
	if _, err := transfer.Restore(t.Context(), f, s, to, nil, nil); !errors.Is(err, store.ErrChecksum) {
		t.Errorf("restored: %v", err)
	}
	if has := all(t, to, "night/ep01/script"); len(has) > 0 {
		t.Errorf("a show that is not whole is known: %v", has)
	}

	// A snapshot that somebody has edited names no file outside.
	body, err := os.ReadFile(filepath.Join(dir, "snapshots", s.Name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, evil := range []string{
		strings.Replace(string(body), s.Entries[0].SHA256, "../../../../etc/passwd", 1),
		strings.Replace(string(body), s.Entries[0].Key, "../../x", 1),
		strings.Replace(string(body), "\n", "", 1), "", "{",
	} {
		if err := os.WriteFile(filepath.Join(dir, "snapshots", s.Name+".jsonl"), []byte(evil), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read(""); err == nil {
			t.Errorf("read: %.80q", evil)
		}
	}
	if _, err := transfer.MakeFolder(t.TempDir() + "/.."); err == nil {
		t.Error("a folder with other things became a backup")
	}
}

// A show that was moved away is restored as that, with the rest; over one that was, nothing is.
func TestAMovedShowInABackup(t *testing.T) {
	from, f := show(t), folder(t, filepath.Join(t.TempDir(), "backup"))
	before, _ := backup(t, &transfer.Backup{From: from, To: f, Now: clock()})
	if err := transfer.WriteMoved(t.Context(), from, "night", transfer.Moved{To: "the cluster", Done: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Restore(t.Context(), f, before, from, nil, nil); err == nil || !strings.Contains(err.Error(), "the cluster") {
		t.Errorf("over a show that was moved: %v", err)
	}
	s, _ := backup(t, &transfer.Backup{From: from, To: f})
	to := mem.New()
	for range 2 {
		if _, err := transfer.Restore(t.Context(), f, s, to, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, moved, err := transfer.ReadMoved(t.Context(), to, "night"); err != nil || !moved {
		t.Errorf("restored, it is at home again: %v", err)
	}
}

// A show goes to another store whole, nobody writes to it any more where it was, and it comes
// back over what it left there.
func TestMove(t *testing.T) {
	here, there := show(t), mem.New()
	put(t, there, "_jobs/kling/2.json", "theirs")
	want := all(t, here, "night/")
	want["_jobs/kling/1.json"] = "text/json claim"
	m := transfer.Show{Name: "night", From: here, To: there, Scratch: t.TempDir(), Beside: []string{"_jobs/kling/1.json", "_jobs/kling/none.json"}}
	mark := transfer.Moved{To: "the cluster", By: "mara", At: time.Now()}
	if err := transfer.WriteMoved(t.Context(), here, "night", mark); err != nil {
		t.Fatal(err)
	}
	guarded := transfer.Guard(here)
	if sums, err := m.Copy(t.Context()); err != nil || sums.Objects != len(want) {
		t.Fatal(sums, err)
	}
	got := all(t, there, "")
	delete(got, "_jobs/kling/2.json")
	same(t, got, want)
	for what, err := range map[string]error{
		"put":    second(guarded.Put(t.Context(), "night/circles/d2.json", strings.NewReader("x"), "")),
		"new":    second(guarded.PutNew(t.Context(), "night/circles/d2.json", nil, "")),
		"if":     guarded.PutIf(t.Context(), "night/circles/d2.json", nil, "", ""),
		"remove": guarded.Remove(t.Context(), "night/circles/d1.json"),
		"copy":   second(guarded.Copy(t.Context(), store.Ref{Key: "night/circles/d1.json"}, "night/circles/d2.json")),
	} {
		if no, ok := errors.AsType[*store.RefusedError](err); !ok || !strings.Contains(no.Reason, "the cluster") {
			t.Errorf("%s: %v", what, err)
		}
	}
	put(t, guarded, "day/ep01/latest.json", "goes on")

	// There a circle moves and a take goes; then it comes back.
	put(t, there, "night/circles/d1.json", "another")
	if err := there.Remove(t.Context(), "night/ep01/takes/1A/0001.media"); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*transfer.ConflictError](transfer.Vacant(t.Context(), here, "night")); !ok || transfer.Vacant(t.Context(), here, "dusk") != nil {
		t.Error("where another state is, it is vacant")
	}
	back := transfer.Show{Name: "night", From: there, To: here, Scratch: t.TempDir(), Beside: []string{"_jobs/kling/1.json"}}
	put(t, here, "_jobs/kling/1.json", "another job's")
	if _, err := back.Copy(t.Context()); err == nil || !strings.Contains(err.Error(), "_jobs/kling/1.json") {
		t.Errorf("another job's claim was written over: %v", err)
	}
	put(t, here, "_jobs/kling/1.json", "claim")
	if _, err := back.Copy(t.Context()); err != nil {
		t.Fatal(err)
	}
	got = all(t, here, "night/")
	delete(got, transfer.MovedKey("night"))
	same(t, got, all(t, there, "night/"))
	if left, err := os.ReadDir(m.Scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func second(_ store.Ref, err error) error { return err }
