package purchase

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// notClip is a delivery that is no clip. Most of what comes in place of one is some
// server's word about itself, and the clip comes later; lasting is what would be the
// same again.
type notClip struct {
	what    string
	lasting bool
}

func (e *notClip) Error() string { return "what was delivered is " + e.what }

// errStore is a store that did not take a clip.
type errStore struct{ error }

func (e errStore) Unwrap() error { return e.error }

// fetch brings the clip into the store and settles the job. However the delivery
// fails, the clip is paid for: the order is to be tried again until it is here, the
// link is dead by the vendor's own word, or what comes is surely no clip.
func (j *job) fetch(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, st provider.Status) (Clip, error) {
	ctx, end := j.despite(ctx)
	defer end()
	d := j.delivery(id)
	ref, err := j.deliver(ctx, st, d)
	if _, told := errors.AsType[*provider.Error](err); told && ctx.Err() == nil {
		// Result URLs expire; a fresh poll gives a fresh one. More than that is
		// for the next try.
		j.log.Info("fetch a clip once more", "job", id.String(), "error", err)
		if fresh, perr := j.poll(ctx, r.Job); perr == nil && fresh.State == provider.Succeeded {
			st = fresh
			ref, err = j.deliver(ctx, st, d)
		}
	}
	price, estimated := intent.Estimate, true
	if st.Price != nil {
		price, estimated = j.price(*st.Price, intent.Estimate)
	}
	no, _ := errors.AsType[*notClip](err)
	switch {
	case no != nil && no.lasting:
		cause := fmt.Errorf("fetch the clip of %s: %w", r.Job.ID, err)
		if err := j.settle(ctx, id, ledger.Outcome{State: StateFailed, Price: price, Estimated: estimated, Reason: cause.Error()}); err != nil {
			return Clip{}, err
		}
		return Clip{}, j.fail(string(provider.KindFailed), j.sum(price), r.Job.ID, cause)
	case err != nil:
		return Clip{}, j.undelivered(ctx, id, intent, r, d, err)
	}
	o := ledger.Outcome{State: StateSucceeded, Price: price, Estimated: estimated && price.Micros != 0, Media: ref, Seed: st.Seed, Cues: st.Cues, Notes: j.notes}
	if intent.Draft {
		o.DraftID = st.Draft
	}
	if o.Seed == nil {
		o.Seed = j.request.Seed
	}
	if err := j.settle(ctx, id, o); err != nil {
		return Clip{}, err
	}
	return j.clip(ledger.Entry{Intent: intent, Receipt: &r, Outcome: &o}), nil
}

// despite is a context that goes on when nobody wants the take any more: its clip
// is paid for and is brought in all the same. It ends when this process stops.
func (j *job) despite(ctx context.Context) (context.Context, func()) {
	on, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		if !j.unwanted(ctx) {
			cancel(context.Cause(ctx))
		}
	})
	return on, func() { unhook(); cancel(nil) }
}

// undelivered is what to do about a clip that did not come this time.
func (j *job) undelivered(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, d *delivery, err error) error {
	if ctx.Err() != nil {
		return ctx.Err() // this process stops
	}
	if d.tries++; d.tries == 1 {
		d.first = j.now()
	}
	cause := fmt.Errorf("fetch the clip of job %s from %s: %w", r.Job.ID, j.order.Instance, err)
	if provider.KindOf(err, "") == provider.KindNotFound {
		if d.gone++; d.gone == 1 {
			d.since = j.now()
		}
		if d.gone >= goneTries && j.now().Sub(d.since) >= j.grace() {
			return j.lost(ctx, id, intent, r, fmt.Errorf("the clip is not there any more: %w", cause))
		}
	} else {
		d.gone = 0
	}
	f := &Failure{Type: string(provider.KindTransient), After: max(RetryAfter(err), d.pause(j.unit())), Err: cause}
	var stored errStore
	if machine.Trouble(err) || errors.As(err, &stored) || errors.Is(err, provider.ErrOurNetwork) {
		f.Type, f.After = Machine, min(f.After, 30*j.unit())
		f.Err = fmt.Errorf("the clip is paid for and waits; nothing more is bought: %w", cause)
		instance := ""
		if errors.Is(err, provider.ErrOurNetwork) {
			instance = j.order.Instance
		}
		j.Trouble.tell(id, instance, cause, j.now().Add(f.After+troubleLasts))
	} else if d.tries >= wrongTries && j.now().Sub(d.first) >= wrongGraces*j.grace() {
		f.Type = Undelivered
		f.Missing = &Missing{Job: id.String(), Provider: j.order.Instance, VendorJob: r.Job.ID, Tries: d.tries, Since: d.first, Price: intent.Estimate}
	}
	j.log.Warn("a clip that is paid for did not come; it is fetched again", "job", id.String(), "tries", d.tries, "again_in", f.After, "error", err)
	return f
}

// deliver brings the result into the store, going on from what earlier tries got.
func (j *job) deliver(ctx context.Context, st provider.Status, d *delivery) (store.Ref, error) {
	if !d.whole {
		if err := j.download(ctx, st, d); err != nil {
			return store.Ref{}, err
		}
		if err := j.inspect(d); err != nil {
			d.drop()
			return store.Ref{}, err
		}
		d.whole = true
	}
	f, err := os.Open(d.path)
	if err != nil {
		d.drop()
		return store.Ref{}, fmt.Errorf("read the scratch file: %w", err)
	}
	defer f.Close()
	key := store.Keys{Show: j.order.Take.Episode.Show}.TakeMedia(j.order.Take)
	ref, err := beat.While(ctx, func() (store.Ref, error) { return j.Store.Put(ctx, key, f, d.kind) })
	if err != nil {
		return store.Ref{}, errStore{fmt.Errorf("store the clip: %w", err)}
	}
	if j.Keep != nil {
		j.Keep(d.path, ref.SHA256)
	}
	return ref, nil
}

// download streams the result to scratch. Time is not limited, silence is.
func (j *job) download(ctx context.Context, st provider.Status, d *delivery) (err error) {
	fetching, stop := context.WithCancel(ctx)
	defer stop()
	part := d.part
	st.Part, st.FakeIP = &part, j.AllowFakeIP
	body, err := beat.While(ctx, asked(j, "fetch", func() (io.ReadCloser, error) { return j.provider.Fetch(fetching, st) }))
	if err != nil {
		return err
	}
	defer body.Close()
	f, err := os.OpenFile(d.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("make a scratch file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if part.From != d.part.Bytes {
		part.From = 0 // it is not what we asked for
	}
	had := d.part.Bytes
	d.part = provider.Part{Bytes: part.From, Tag: part.Tag}
	if err := f.Truncate(part.From); err != nil {
		return fmt.Errorf("make a scratch file: %w", err)
	}
	if _, err := f.Seek(part.From, io.SeekStart); err != nil {
		return err
	}
	limit := j.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	n, err := beat.Copy(ctx, f, io.LimitReader(body, limit+1-part.From), j.stall(), func() { stop(); _ = body.Close() })
	d.part.Bytes += n
	if d.part.Bytes > limit {
		return &notClip{fmt.Sprintf("over %d bytes long", limit), true}
	}
	switch {
	case err == nil:
		return nil
	case machine.Trouble(err):
		d.drop() // it may be what is in the way
		return fmt.Errorf("keep the clip in %s: %w", filepath.Dir(d.path), err)
	case errors.Is(err, beat.ErrStalled):
		err = fmt.Errorf("%w for %s, after %d bytes", err, j.stall(), d.part.Bytes)
	default:
		err = fmt.Errorf("the connection was cut after %d bytes: %w", d.part.Bytes, err)
	}
	if d.part.Bytes > had {
		d.tries = 0 // it comes, if slowly
	}
	return err
}

// inspect says what a complete download is: errs when it is no clip, or only the
// beginning of one.
func (j *job) inspect(d *delivery) error {
	if d.part.Bytes == 0 {
		return &notClip{"empty", false}
	}
	f, err := os.Open(d.path)
	if err != nil {
		return fmt.Errorf("read the scratch file: %w", err)
	}
	defer f.Close()
	if d.kind, err = sniff(f, j.request.Mode == provider.ModeImage); err != nil {
		return err
	}
	cut := whole(f, d.part.Bytes)
	if !errors.Is(cut, errCut) {
		return cut
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, d.part.Bytes)); err != nil {
		return err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum == d.sum {
		d.same++
	} else {
		d.sum, d.same = sum, 1
	}
	if d.same >= sameTries {
		j.note(fmt.Sprintf("%s delivered the same broken file %d times (%v): it is taken as it is", j.order.Instance, d.same, cut))
		return nil
	}
	return fmt.Errorf("what was delivered is %w (%d bytes)", cut, d.part.Bytes)
}

func (j *job) stall() time.Duration {
	if j.Stall > 0 {
		return j.Stall
	}
	return min(DefaultStall, max(j.grace()/3, leastStall))
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
		return "", &notClip{"a web page" + not, false}
	case kind == "text/xml":
		return "", &notClip{"XML" + not, false}
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return "", &notClip{"JSON" + not, false}
	case picture && (kind == "image/png" || kind == "image/jpeg" || kind == "image/webp"):
		return kind, nil
	case picture:
		return "", &notClip{kind + ", not a PNG, JPEG or WebP picture", true}
	case kind == "image/gif", kind == "image/png" && bytes.Contains(head, []byte("acTL")):
		return kind, nil // pictures that move: QC says whether they do
	case strings.HasPrefix(kind, "image/"), kind == "application/pdf":
		return "", &notClip{kind + ", not a clip", true}
	case strings.HasPrefix(kind, "video/"):
		return kind, nil
	}
	return "application/octet-stream", nil
}
