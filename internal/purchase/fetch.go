package purchase

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// notClip is delivered bytes that are surely no clip: asking for the same URL
// again cannot help.
type notClip struct{ what string }

func (e *notClip) Error() string { return "what was delivered is " + e.what }

// fetch brings the clip into the store and settles the job.
func (j *job) fetch(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, st provider.Status) (Clip, error) {
	ref, err := j.download(ctx, st)
	if err != nil && ctx.Err() == nil {
		// Result URLs expire; a fresh poll gives a fresh one. More than that is
		// the engine's to repeat.
		j.log.Info("fetch a clip once more", "job", id.String(), "error", err)
		if fresh, perr := j.poll(ctx, r.Job); perr == nil && fresh.State == provider.Succeeded {
			st = fresh
			ref, err = j.download(ctx, st)
		}
	}
	price, estimated := intent.Estimate, true
	if st.Price != nil {
		price, estimated = j.price(*st.Price, intent.Estimate)
	}
	var no *notClip
	switch {
	case errors.As(err, &no):
		cause := fmt.Errorf("fetch the clip of %s: %w", r.Job.ID, err)
		if err := j.settle(ctx, id, ledger.Outcome{State: StateFailed, Price: price, Estimated: estimated, Reason: cause.Error()}); err != nil {
			return Clip{}, err
		}
		return Clip{}, j.fail(string(provider.KindFailed), j.sum(price), r.Job.ID, cause)
	case err != nil && !j.now().Before(r.At.Add(j.deadline())):
		return Clip{}, j.lost(ctx, id, intent, r, fmt.Errorf("fetch the clip of %s until the deadline: %w", r.Job.ID, err))
	case err != nil:
		return Clip{}, &Failure{Type: string(provider.KindTransient), After: max(RetryAfter(err), 5*j.unit()), Err: fmt.Errorf("fetch the clip of %s from %s: %w", r.Job.ID, j.order.Instance, err)}
	}
	o := ledger.Outcome{State: StateSucceeded, Price: price, Estimated: estimated && price.Micros != 0, Media: ref, Seed: st.Seed, Cues: st.Cues}
	if o.Seed == nil {
		o.Seed = j.request.Seed
	}
	if err := j.settle(ctx, id, o); err != nil {
		return Clip{}, err
	}
	return j.clip(ledger.Entry{Intent: intent, Receipt: &r, Outcome: &o}), nil
}

// download streams the result to scratch, looks at what it is, and stores it.
func (j *job) download(ctx context.Context, st provider.Status) (store.Ref, error) {
	fetching, stop := context.WithTimeout(ctx, fetchTimeout)
	defer stop()
	body, err := j.provider.Fetch(fetching, st)
	if err != nil {
		return store.Ref{}, err
	}
	defer body.Close()
	f, err := os.CreateTemp(j.Scratch, "take-*")
	if err != nil {
		return store.Ref{}, fmt.Errorf("make a scratch file: %w", err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	limit := j.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	n, err := beat.Copy(fetching, f, io.LimitReader(body, limit+1), stall, func() { stop(); _ = body.Close() })
	switch {
	case err != nil:
		return store.Ref{}, err
	case n > limit:
		return store.Ref{}, &notClip{fmt.Sprintf("over %d bytes long", limit)}
	case n == 0:
		return store.Ref{}, &notClip{"empty"}
	}
	kind, err := sniff(f, j.request.Mode == provider.ModeImage)
	if err != nil {
		return store.Ref{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return store.Ref{}, err
	}
	key := store.Keys{Show: j.order.Take.Episode.Show}.TakeMedia(j.order.Take)
	ref, err := beat.While(ctx, func() (store.Ref, error) { return j.Store.Put(ctx, key, f, kind) })
	if err != nil {
		return store.Ref{}, fmt.Errorf("store the clip: %w", err)
	}
	return ref, nil
}

// sniff tells a clip, or a picture, from what vendors and their CDNs send instead
// of one. What it does not know may be a clip: the media child looks closer. A
// picture is one of those that every vendor of takes can start from.
func sniff(f io.ReadSeeker, picture bool) (string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	text := strings.TrimLeft(string(head), "\ufeff \t\r\n")
	not := ", not a clip"
	if picture {
		not = ", not a picture"
	}
	switch {
	case kind == "text/html":
		return "", &notClip{"a web page" + not}
	case kind == "text/xml":
		return "", &notClip{"XML" + not}
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return "", &notClip{"JSON" + not}
	case picture && (kind == "image/png" || kind == "image/jpeg" || kind == "image/webp"):
		return kind, nil
	case picture:
		return "", &notClip{kind + ", not a PNG, JPEG or WebP picture"}
	case strings.HasPrefix(kind, "image/"), kind == "application/pdf":
		return "", &notClip{kind + ", not a clip"}
	case strings.HasPrefix(kind, "video/"):
		return kind, nil
	}
	return "application/octet-stream", nil
}
