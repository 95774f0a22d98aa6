package chaos

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// longAfter is when the least policy of retention lets everything go that nothing needs.
const longAfter = 60 * 24 * time.Hour

// least is a policy that keeps nothing of its own accord.
var least = retention.Policy{TakesNG: 1, Cuts: 1, Mezzanines: 1, LookBook: 1, Scratch: 1, Answers: 1}

// orphans: in a copy of the bucket, gc removes what it finds; everything that is left is
// somebody's.
func (r *run) orphans(ctx context.Context) error {
	from, to := r.bucket(), mem.New()
	before := 0
	err := from.List(ctx, "", func(i store.Info) error {
		before++
		// Of media gc reads nothing but that it is there.
		if i.Bytes > store.MaxSmall || !strings.HasSuffix(i.Key, ".json") && !strings.HasSuffix(i.Key, ".m3u8") {
			_, err := to.Put(ctx, i.Key, strings.NewReader("x"), i.Type)
			return err
		}
		body, _, err := from.Read(ctx, i.Key)
		if err != nil {
			return err
		}
		_, err = to.Put(ctx, i.Key, bytes.NewReader(body), i.Type)
		return err
	})
	if err != nil {
		return fmt.Errorf("copy the bucket: %w", err)
	}
	at := time.Now().Add(longAfter)
	st := &studio.Studio{
		Store: to, Ledger: ledger.Objects{Store: to}, Retention: least, Now: func() time.Time { return at }, By: "chaos",
		OpenRuns: func(context.Context, string) ([]string, error) { return nil, nil },
	}
	gone := 0
	for _, what := range []string{"", show} {
		found, err := st.Retain(ctx, what, true)
		if err != nil {
			return err
		}
		for _, k := range found.Kinds {
			gone += k.Objects
		}
		for _, s := range found.Skipped {
			r.violated("gc skips %s: %s", s.What, s.Why)
		}
	}
	stray, err := strays(ctx, to)
	if err != nil {
		return err
	}
	for _, key := range stray {
		r.violated("%s is nobody's, and gc does not find it", key)
	}
	uploads, err := r.uploads(ctx)
	r.sum("bucket: %d objects, gc would remove %d, %d are nobody's; %d uploads came to no end, which gc finds", before, gone, len(stray), uploads)
	return err
}

// uploads counts what was sent in parts and came to no end. All that the server keeps of such
// must be known to who asks for uploads, as gc does.
func (r *run) uploads(ctx context.Context) (n int, err error) {
	s, err := r.toBucket(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	known := map[string]bool{}
	if err := s.Uploads(ctx, "", func(u store.Upload) error { known[u.ID] = true; return nil }); err != nil {
		return 0, err
	}
	hidden := filepath.Join(r.s3dir, "objects", bucket, ".sgwtmp")
	err = filepath.WalkDir(hidden, func(path string, d fs.DirEntry, err error) error {
		within, _ := filepath.Rel(hidden, path)
		parts := strings.Split(within, string(filepath.Separator))
		upload := len(parts) > 2 && parts[0] == "multipart" // multipart/OBJECT/UPLOADID/PART
		switch {
		case err != nil:
		case upload && known[parts[2]]:
		case upload && d.IsDir(), d.Type().IsRegular():
			r.violated("%s is left of an upload, and gc does not find it", path)
		}
		return nil
	})
	return len(known), err
}

// strays are the objects that nothing needs, by what a show's records say.
func strays(ctx context.Context, s store.Store) (stray []string, err error) {
	lib := library.Library{Store: s}
	keys := store.Keys{Show: show}
	all := map[string]bool{}
	if err := s.List(ctx, "", func(i store.Info) error { all[i.Key] = true; return nil }); err != nil {
		return nil, err
	}
	needed := map[string]bool{}
	shown := map[string]bool{} // pictures of cuts
	for key := range all {
		id, number, ok := cutOf(key)
		if !ok || !all[keys.Cut(id, number)+library.ManifestName] {
			continue
		}
		m, _, err := lib.Manifest(ctx, id, number)
		if err != nil {
			return nil, err
		}
		for _, f := range m.Files {
			needed[keys.Cut(id, number)+f.Name] = true
		}
		for _, sh := range m.Shots {
			shown[sh.VideoDigest] = true
		}
	}
	for key := range all {
		parts := strings.Split(key, "/")
		switch {
		case needed[key]:
		case slices.Contains([]string{"_slots", "_roster", "_workers", "_jobs", "_proof", "_writer.json"}, parts[0]):
		case parts[0] != show || len(parts) < 2:
			stray = append(stray, key)
		case len(parts) == 2 && strings.HasSuffix(key, ".json"): // the show's own records
		case slices.Contains([]string{"circles", "ledger", "season"}, parts[1]):
		case parts[1] == "mezzanines" && len(parts) > 3:
			mz, err := lib.Mezzanine(ctx, show, parts[2])
			if err != nil || !shown[mz.Result.VideoDigest] {
				stray = append(stray, key)
			}
		case len(parts) > 3 && parts[2] == "takes":
			number, _, _ := strings.Cut(parts[len(parts)-1], ".")
			if !all[strings.Join(parts[:len(parts)-1], "/")+"/"+number+".json"] {
				stray = append(stray, key)
			}
		case len(parts) > 3 && parts[2] == "cuts":
			name := parts[len(parts)-1]
			if name != library.ManifestName && name != "draft.json" {
				stray = append(stray, key)
			}
		case len(parts) > 3 && slices.Contains([]string{"scripts", "sources", "plans"}, parts[2]): // by content, small
		case len(parts) == 3 && strings.HasSuffix(key, ".json"): // an episode's own records
		default:
			stray = append(stray, key)
		}
	}
	slices.Sort(stray)
	return stray, nil
}

// cutOf reads SHOW/epNN/cuts/N/…
func cutOf(key string) (id drama.EpisodeID, number int, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) < 5 || parts[2] != "cuts" {
		return id, 0, false
	}
	id, err := drama.ParseEpisodeID(parts[0] + "/" + parts[1])
	if err != nil {
		return id, 0, false
	}
	number, err = strconv.Atoi(parts[3])
	return id, number, err == nil
}

// idle is what a process holds while it does nothing.
type idle struct{ goroutines, files int }

func (i idle) String() string { return fmt.Sprintf("%d goroutines, %d files", i.goroutines, i.files) }

// pool is how many connections to S3 a process keeps for the next requests, each with two
// goroutines. What it holds besides may differ by a quarter: pollers come and go. Together that
// is less than one for each shot of a whole season.
const pool = 64

func (i idle) within(fresh idle) bool {
	return i.goroutines <= fresh.goroutines+fresh.goroutines/4+2*pool && i.files <= fresh.files+fresh.files/4+pool
}

// left: processes that saw the end hold no more than those that have seen nothing; once all
// parts have ended no process and no file of theirs is left.
func (r *run) left(ctx context.Context) error {
	for _, p := range r.parts {
		if p.Metrics == "" {
			continue
		}
		if err := r.leaks(ctx, p); err != nil {
			return err
		}
	}
	for _, p := range slices.Backward(r.parts) {
		if r.toStore != nil && p.Name == partS3 {
			r.toStore.CloseIdleConnections() // its server waits for them
		}
		if err := p.end(ending); err != nil {
			r.violated("%v", err)
		}
	}
	var alive []process
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if alive = processes(r.program); len(alive) == 0 || time.Now().After(end) {
			break
		}
	}
	for _, p := range alive {
		r.violated("process %d (%s) is left", p.pid, p.role)
	}
	for _, p := range r.parts {
		if p.Data == "" {
			continue
		}
		if err := r.files(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// leaks compares what a process holds with what it holds after a new start.
func (r *run) leaks(ctx context.Context, p *runner) error {
	seen, err := r.holds(ctx, p)
	if err != nil {
		return err
	}
	before := p.pid()
	p.signal(syscall.SIGTERM)
	for end := time.Now().Add(ending); p.pid() == before || p.pid() == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			r.violated("%s had not ended %v after it was asked to", p.Name, ending)
			break
		}
	}
	fresh, err := r.holds(ctx, p)
	if err != nil {
		return err
	}
	if !seen.within(fresh) {
		r.violated("idle after the season %s holds %v, afresh %v", p.Name, seen, fresh)
	}
	r.sum("idle: %s holds %v after the season, %v afresh", p.Name, seen, fresh)
	return nil
}

// holds asks a process for what it holds, once it is still.
func (r *run) holds(ctx context.Context, p *runner) (idle, error) {
	least := idle{1 << 30, 1 << 30}
	var err error
	asked := 0
	// The least of several looks: what comes and goes is not held.
	for end := time.Now().Add(time.Minute); asked < 12 && time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		var now idle
		if now, err = r.scrape(ctx, p.Metrics); err != nil {
			continue
		}
		asked++
		least.goroutines, least.files = min(least.goroutines, now.goroutines), min(least.files, now.files)
	}
	if asked == 0 {
		return idle{}, fmt.Errorf("ask %s what it holds: %w", p.Name, err)
	}
	return least, nil
}

func (r *run) scrape(ctx context.Context, at string) (idle, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at+"/metrics", nil)
	if err != nil {
		return idle{}, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return idle{}, err
	}
	defer a.Body.Close()
	var found idle
	for s := bufio.NewScanner(a.Body); s.Scan(); {
		name, value, _ := strings.Cut(s.Text(), " ")
		n, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "go_goroutines":
			found.goroutines = int(n)
		case "process_open_fds":
			found.files = int(n)
		}
	}
	if found.goroutines == 0 {
		return found, fmt.Errorf("the process at %s tells no numbers of its own", at)
	}
	return found, nil
}

// files: what killed processes left in the scratch folder gc finds, and those that ended when
// they were asked to have left nothing.
func (r *run) files(ctx context.Context, p *runner) error {
	scratch := filepath.Join(p.Data, "scratch")
	entries, err := os.ReadDir(scratch)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it had no use for one
	}
	if err != nil {
		return err
	}
	at := time.Now().Add(longAfter)
	st := &studio.Studio{Store: mem.New(), Retention: least, Now: func() time.Time { return at }, ScratchDir: scratch, OpenRuns: func(context.Context, string) ([]string, error) { return nil, nil }}
	found, err := st.Retain(ctx, "", false)
	if err != nil {
		return err
	}
	named := map[string]bool{"mezzanines": true, "sound": true} // kept on purpose, and bounded
	for _, i := range found.Items {
		named[filepath.Base(i.Name)] = true
	}
	for _, e := range entries {
		if !named[e.Name()] {
			r.violated("%s is left in the scratch folder of %s, and gc does not find it", e.Name(), p.Name)
		}
	}
	r.sum("scratch of %s: %d of killed processes, which gc finds", p.Name, len(found.Items))
	return nil
}
