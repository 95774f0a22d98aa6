package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
)

// DefaultEncoder is how hard x264 tries for mezzanines.
func DefaultEncoder() media.Encoder { return media.Encoder{Preset: "veryfast", CRF: 20} }

// Media carries out the steps that decode, encode and speak. It runs on
// MediaQueue; its worker bounds how many at once.
type Media struct {
	Store  store.Store
	Runner media.Runner
	// Children has room for as many media children as run at once: who finds that nothing
	// is to be done, or waits for the store, needs none. nil: as many as are asked for.
	Children chan struct{}
	Encoder  media.Encoder // zero: DefaultEncoder
	Policy   qc.Policy     // zero: qc.DefaultPolicy
	// Speakers finds a voice provider by name; nil or false: there is none.
	Speakers func(name string) (voice.Speaker, bool)
	// VoiceID is a voice by all that decides how it sounds; nil: its name alone.
	VoiceID func(name string) string
	// Tongue is what a voice cast in one language is called in another; nil: the same.
	Tongue func(voice, name string) string
	// Voice is the provider of lines whose speaker names none, and of scratch
	// dialogue; empty: espeak.
	Voice string
	// Judge looks at generated takes that passed QC; nil: nobody does.
	Judge judge.Judge
	// Listener hears generated takes whose model speaks, where they passed QC; nil:
	// nobody does.
	Listener listen.Transcriber
	// Prices are of looks, hearings and lines.
	Prices Prices
	// URLs is true where others can reach the store: the judge is then told a
	// presigned URL of the clip too.
	URLs bool
	// Scratch is a folder for work in progress and for mezzanines that are
	// likely to be needed again; empty: the system's.
	Scratch    string
	CacheBytes int64  // of mezzanines kept in Scratch; 0: DefaultCacheBytes
	Tool       string // dailies' version, for manifests
	// Signing is how masters are signed; nil: they are not.
	Signing *Signing
	Log     *slog.Logger
	Now     func() time.Time // nil: time.Now

	plans   library.Recent[plan.Plan]
	scripts library.Recent[drama.Production]
	held    held
	fresh   fresh
	atOnce  atomic.Int32 // takes that are conformed where they arrived
}

func (m *Media) now() time.Time {
	if m.Now != nil {
		return m.Now().UTC()
	}
	return time.Now().UTC()
}

func (m *Media) library() library.Library { return library.Library{Store: m.Store} }

func (m *Media) policy() qc.Policy {
	if m.Policy == (qc.Policy{}) {
		return qc.DefaultPolicy()
	}
	return m.Policy
}

func (m *Media) spec(f drama.Format) media.Spec {
	e := m.Encoder
	if e.Preset == "" {
		e = DefaultEncoder()
	}
	return media.Spec{Raster: f.Raster, FPS: f.FPS, Fit: f.Fit, Encoder: e}
}

// run hands a job to the media child. Its progress is the activity's heartbeat;
// where it has none to tell, the child's life is: the runner ends one that stands
// still.
func (m *Media) run(ctx context.Context, job media.Job) (media.Result, error) {
	r, err := beat.While(ctx, func() (media.Result, error) {
		if m.Children != nil {
			select {
			case m.Children <- struct{}{}:
				defer func() { <-m.Children }()
			case <-ctx.Done():
				return media.Result{}, ctx.Err()
			}
		}
		return m.Runner.Run(ctx, job, nil, func(p media.Progress) { beat.Progress(ctx, p) })
	})
	_, clip := errors.AsType[*media.ClipError](err)
	if err == nil || clip || machine.Trouble(err) || ctx.Err() != nil {
		return r, err
	}
	return r, &Failure{Type: ErrWork, Err: err}
}

// folder makes a scratch folder that the returned func removes.
func (m *Media) folder(what string) (string, func(), error) {
	if m.Scratch != "" {
		if err := os.MkdirAll(m.Scratch, 0o700); err != nil {
			return "", nil, fmt.Errorf("make the scratch folder: %w", err)
		}
	}
	dir, err := os.MkdirTemp(m.Scratch, what+"-*")
	if err == nil {
		dir, err = filepath.Abs(dir) // the child works elsewhere
	}
	if err != nil {
		return "", nil, fmt.Errorf("make a scratch folder: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

// storeStall is how long the store may give no byte of an object.
const storeStall = time.Minute

// download writes an object to a file. Its checksum is verified.
func (m *Media) download(ctx context.Context, ref store.Ref, path string) (err error) {
	body, err := m.Store.Get(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return damaged("read %s: it is not in the store any more; put it back from a backup, or retake the shot", ref.Key)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", ref.Key, err)
	}
	defer body.Close()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make a scratch file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := beat.Copy(ctx, f, body, storeStall, func() { _ = body.Close() }); err != nil {
		return fmt.Errorf("read %s: %w", ref.Key, err)
	}
	return nil
}

// upload puts a file into the store, beating all the while. known is what its maker has
// counted; zero: nothing.
func (m *Media) upload(ctx context.Context, path, key, mediaType string, known fileSum) (store.Ref, error) {
	f, err := os.Open(path)
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", key, err)
	}
	defer f.Close()
	var body io.ReadSeeker = f
	if known.sha256 != "" {
		body = &store.Known{ReadSeeker: f, SHA256: known.sha256, Bytes: known.bytes}
	}
	ref, err := beat.While(ctx, func() (store.Ref, error) { return m.Store.Put(ctx, key, body, mediaType) })
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", key, err)
	}
	return ref, nil
}

// fileSum is a file's checksum in hex, and its size.
type fileSum struct {
	sha256 string
	bytes  int64
}

// readTake is a take's record.
func readTake(ctx context.Context, l library.Library, id drama.TakeID) (drama.Take, error) {
	t, err := l.Take(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return t, damaged("read take %s: there is no such take; retake the shot, or circle another take", id)
	}
	return t, err
}

// digestOf is the SHA-256 in hex of v as JSON: v is a plain struct whose fields
// are the identity, in order.
func digestOf(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain structs of strings and numbers cannot err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
