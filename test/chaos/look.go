package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/cluster"
)

// rendered is what a person does when render has ended: the same command again, until the
// season is whole.
func (r *run) rendered(code int, stdout, stderr string) (again bool) {
	var d struct {
		Episodes []drama.Delivery `json:"episodes"`
	}
	told := json.Unmarshal([]byte(stdout), &d) == nil && len(d.Episodes) > 0
	if told && code == 0 {
		r.final = stdout
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if code == 4 {
		if n := r.act(ctx); n == 0 {
			r.note("render waits for a person, and not for a job: %s", lastLine(stderr))
		}
	} else {
		r.note("render ended with %d: %s", code, lastLine(stderr))
	}
	if told && code == 3 {
		// Nothing but the machine was at fault: no shot may be given up.
		for _, e := range d.Episodes {
			if e.State != drama.StateDelivered {
				r.violated("the run of episode %d ended as %s: %q", e.Episode, e.State, e.Problems)
			}
			for _, s := range e.Shots {
				if s.State != drama.ShotCircle {
					r.note("episode %d, shot %s: %s: %q", e.Episode, s.Slate, s.State, s.Reasons)
				}
			}
		}
	}
	if now := r.progress(); now > r.reached {
		r.reached, r.failures = now, 0
	}
	const enough = 40
	if r.failures++; r.failures > enough {
		r.violated("render has ended %d times without progress, at last with %d: %s", enough, code, lastLine(stderr))
		return false
	}
	return true
}

// command runs a command of the program to its end.
func (r *run) command(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, r.program, append(args, "--data", r.data, "--config", r.config)...) //nolint:gosec // the program under test
	var out, errs bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(os.Environ(), r.Env...), r.Dir, &out, &errs
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%w: %s%s", err, lastLine(errs.String()), lastLine(out.String()))
	}
	return out.Bytes(), nil
}

// look looks at what may never happen.
func (r *run) look(ctx context.Context) error {
	r.fair()
	r.say("the season is over; looking at what is there")
	for name, w := range map[string]*Weather{"vendor": &r.vendorWeather, "s3": &r.storeWeather} {
		if met, passed := w.Met(); len(met) > 0 {
			r.sum("%s: %v of %d requests went wrong", name, met, passed)
		}
	}
	if met, passed := r.toEngine.sum(); met > 0 {
		r.sum("temporal: %d connections of %d were cut or stood still", met, passed)
	}
	err := errors.Join(r.runs(ctx), r.books(ctx), r.delivered(ctx), r.orphans(ctx), r.verified(ctx))
	return errors.Join(err, r.left(ctx))
}

// delivered: every shot of every episode is in a cut, is the clip that the vendor made for
// it, and every file is what its manifest says.
func (r *run) delivered(ctx context.Context) error {
	lib := library.Library{Store: r.bucket()}
	shots, cuts, files, objects := 0, 0, 0, int64(0)
	jobs := map[string]string{}
	for _, j := range r.vendor.House().Ledger() {
		jobs[j.ID] = j.Prompt
	}
	used := map[string]string{} // job to shot
	for n := 1; n <= r.Episodes; n++ {
		id := drama.EpisodeID{Show: show, Number: n}
		numbers, err := lib.Cuts(ctx, id)
		if err != nil {
			return err
		}
		if len(numbers) == 0 {
			r.violated("%s has no cut", id)
			continue
		}
		for _, number := range numbers {
			cuts++
			m, _, err := lib.Manifest(ctx, id, number)
			if err != nil {
				r.violated("the manifest of cut %d of %s: %v", number, id, err)
				continue
			}
			prefix := store.Keys{Show: show}.Cut(id, number)
			for _, f := range m.Files {
				size, err := r.whole(ctx, store.Ref{Key: prefix + f.Name, SHA256: f.SHA256, Bytes: f.Bytes}, nil)
				if err != nil {
					r.violated("cut %d of %s: %s: %v", number, id, f.Name, err)
				}
				files, objects = files+1, objects+size
			}
			if number != numbers[len(numbers)-1] {
				continue
			}
			if got := len(m.Shots); got != r.Shots || int(m.Frames) != 24*r.Shots {
				r.violated("cut %d of %s shows %d shots, %d frames; it has %d", number, id, got, m.Frames, r.Shots)
			}
			for i, s := range m.Shots {
				shots++
				if s.Slate != slate(i+1) {
					r.violated("cut %d of %s shows %s where %s belongs", number, id, s.Slate, slate(i+1))
				}
				take, err := lib.Take(ctx, s.Take)
				if err != nil {
					r.violated("take %s, which cut %d shows: %v", s.Take, number, err)
					continue
				}
				var tail tail
				if _, err := r.whole(ctx, take.Media, &tail); err != nil {
					r.violated("the clip of take %s: %v", s.Take, err)
				}
				if !bytes.HasSuffix(tail.last, []byte(take.VendorJob)) || take.VendorJob == "" {
					r.violated("the clip of take %s is not that of job %q", s.Take, take.VendorJob)
				}
				if want := action(n, i+1); !strings.Contains(strings.ToLower(jobs[take.VendorJob]), want) {
					r.violated("take %s shows job %s, which was asked for %q, not for %q", s.Take, take.VendorJob, jobs[take.VendorJob], want)
				}
				if other := used[take.VendorJob]; other != "" {
					r.violated("job %s is shown as %s and as %s", take.VendorJob, other, s.Take)
				}
				used[take.VendorJob] = s.Take.String()
			}
		}
	}
	r.sum("delivered: %d of %d shots, in %d cuts of %d episodes; %d files of theirs, %d bytes, have the checksums of their manifests", shots, r.Episodes*r.Shots, cuts, r.Episodes, files, objects)
	if shots != r.Episodes*r.Shots {
		r.violated("%d shots of %d are delivered", shots, r.Episodes*r.Shots)
	}
	return nil
}

// whole reads an object to its end, which is where its checksum is looked at.
func (r *run) whole(ctx context.Context, ref store.Ref, to io.Writer) (int64, error) {
	body, err := r.bucket().Get(ctx, ref)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	if to == nil {
		to = io.Discard
	}
	n, err := io.Copy(to, body)
	if err == nil && n != ref.Bytes {
		err = fmt.Errorf("it has %d bytes, not %d", n, ref.Bytes)
	}
	return n, err
}

// tail keeps the last bytes of what is written to it.
type tail struct{ last []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p...)
	if n := len(t.last) - 64; n > 0 {
		t.last = slices.Clone(t.last[n:])
	}
	return len(p), nil
}

// verified has the program itself look at every episode's master.
func (r *run) verified(ctx context.Context) error {
	for n := 1; n <= r.Episodes; n++ {
		id := drama.EpisodeID{Show: show, Number: n}
		if out, err := r.command(ctx, "verify", id.String(), "--json"); err != nil {
			r.violated("verify %s: %v: %.500s", id, err, out)
		}
	}
	r.sum("verify: %d masters were looked at", r.Episodes)
	return nil
}

// toRuns is how the engine is reached, past what goes wrong.
func (r *run) toRuns() (client.Options, error) {
	if r.cluster != nil {
		return client.Options{HostPort: r.cluster.TemporalAddress(), Namespace: cluster.Namespace}, nil
	}
	at, err := r.engineAddress()
	if err != nil {
		return client.Options{}, err
	}
	return at.ClientOptions()
}

// runs: no run is left, and none came to a bad end.
func (r *run) runs(ctx context.Context) error {
	var c client.Client
	var space string
	// Whoever owns the engine now may have begun a moment ago.
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		o, err := r.toRuns()
		if err == nil {
			o.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
			space = o.Namespace
			c, err = client.DialContext(ctx, o)
		}
		if err == nil {
			break
		}
		if time.Now().After(end) {
			return fmt.Errorf("ask the engine for its runs: %w", err)
		}
	}
	defer c.Close()
	var found map[string]int
	for end := time.Now().Add(time.Minute); ; time.Sleep(500 * time.Millisecond) {
		found = map[string]int{}
		open := 0
		for token := []byte(nil); ; {
			page, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: space, NextPageToken: token})
			if err != nil {
				return fmt.Errorf("list runs: %w", err)
			}
			for _, e := range page.GetExecutions() {
				found[e.GetType().GetName()+" "+e.GetStatus().String()]++
				if e.GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
					open++
				}
			}
			if token = page.GetNextPageToken(); len(token) == 0 {
				break
			}
		}
		if open == 0 || time.Now().After(end) {
			break // visibility may lag behind
		}
	}
	for what, n := range found {
		if !strings.HasSuffix(what, " Completed") && !strings.HasSuffix(what, " ContinuedAsNew") {
			r.violated("%d runs: %s", n, what)
		}
	}
	r.sum("Temporal: %v", sorted(found))
	return nil
}

func sorted(m map[string]int) (all []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s: %d", k, m[k]))
	}
	return all
}
