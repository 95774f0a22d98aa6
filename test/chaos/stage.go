package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/folder"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/test/cluster"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
)

const (
	show   = "chaos"
	bucket = "dailies"
	region = "us-east-1"
	model  = "doubao-seedance-1-0-pro-250528"
	seller = "seedance" // the provider's name
	raster = "128x224"
	// clipSeconds is the least that the model makes; a shot is half as long.
	clipSeconds = 2
	// price of a clip in micro-units of CNY: 15 CNY a million tokens, of what the model makes at
	// 480p in two seconds. The vendor has the last word: its bill is held against the cap.
	price = 307_590
	// spareClips are how many more than one a shot the season's cap has room for. What is
	// counted twice, or reserved and never given back, makes the season stand still.
	spareClips = 3
	diskBytes  = 4 << 30

	partUp     = "up"
	partRender = "render"
	partS3     = "s3"
)

// stage is where a season is made: the vendor, the bucket, what stands before them.
type stage struct {
	program string // of this run, under a name of its own
	data    string
	s3dir   string // where the bucket's server keeps it
	season  string // the script
	config  string

	vendor        *ark.Vendor
	jump          atomic.Int64 // of the vendor's clock, nanoseconds
	vendorWeather Weather
	storeWeather  Weather
	keys          engine.Credentials // of the bucket, where it is outside
	s3port        int
	servers       []*http.Server
	toStore       *http.Transport // of the proxy; nil: there is none
	engineData    string
	cluster       *cluster.Cluster // its PostgreSQL and Temporal; nil: in another topology
	toEngine      wire
	listeners     []net.Listener

	filling sync.Mutex
	later   sync.WaitGroup // what ends by itself
}

// open sets the stage.
func (r *run) open(ctx context.Context) error {
	r.Dir, _ = filepath.Abs(r.Dir) // it exists
	root := r.Dir
	if r.Disk {
		at := filepath.Join(r.Dir, "disk")
		if err := os.Mkdir(at, 0o700); err != nil {
			return err
		}
		d, err := newDisk(at, diskBytes)
		if err != nil {
			r.report.NoDisk = err.Error()
		} else {
			r.disk, root = d, at
		}
	}
	r.data, r.s3dir = filepath.Join(root, "data"), filepath.Join(root, "data", "s3")
	r.season, r.config = filepath.Join(r.Dir, "season.yaml"), filepath.Join(r.Dir, "dailies.yaml")
	r.program = filepath.Join(r.Dir, "dailies")
	if err := link(r.Program, r.program); err != nil {
		return err
	}
	if r.Own != "" {
		r.Env = append(r.Env, r.Own+"="+r.program)
	}
	clips, err := makeClips(ctx, r.Dir)
	if err != nil {
		return err
	}
	const key = "sk-chaos-0123456789abcdef"
	r.Env = append(r.Env, "CHAOS_KEY="+key)
	r.vendor = ark.New(vendors.Options{
		Key: key, Seed: r.Seed, JobTime: r.JobTime, Jitter: r.JobTime, SubmitRPS: -1, QueryQPS: -1, ListQPS: -1, ListLag: time.Second,
		Now: func() time.Time { return time.Now().Add(time.Duration(r.jump.Load())) },
		Clip: func(j vendors.Job) []byte {
			return signed(clips[int(crc32.ChecksumIEEE([]byte(j.ID)))%len(clips)], j.ID)
		},
		Chaos: vendors.Chaos{
			Lost: 0.01, Gateway: 0.005, Dropped: 0.01, ServerError: 0.01, Throttle: 0.01, Fail: 0.01, QueryError: 0.02, NotReady: 0.02,
		},
	})
	vendorAt, err := r.serve(r.vendorWeather.Before(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Date", r.vendor.House().Now().UTC().Format(http.TimeFormat)) // it tells its own time
		if q.Method == http.MethodPost && r.holdsLast() {
			w.Header().Set("Retry-After", "1")
			http.Error(w, `{"error": {"code": "RequestBurstTooFast", "message": "later"}}`, http.StatusTooManyRequests)
			return
		}
		r.vendor.ServeHTTP(w, q)
	})))
	if err != nil {
		return err
	}
	more := ""
	r.engineData = r.data
	if r.Topology != Embedded {
		if more, err = r.openStore(root); err != nil {
			return err
		}
	}
	if r.apart() {
		temporal, err := r.openRoles(root)
		if err != nil {
			return err
		}
		more += temporal
	}
	return errors.Join(r.writeScript(), os.WriteFile(r.config, fmt.Appendf(nil, `providers:
  %s: {type: ark, model: %s, base_url: %q, api_key_env: CHAOS_KEY, slots: 6, submit_rps: 50, poll_every: 400ms, deadline: 30m}
media: {encoder: {preset: ultrafast, crf: 30}}
studio: {listen: ""}
%s`, seller, model, ark.BaseURL(vendorAt), more), 0o600))
}

// openStore makes ready for a bucket on a server of its own, behind a proxy; the answer
// is what the config says of it.
func (r *run) openStore(root string) (string, error) {
	r.s3dir = filepath.Join(root, "s3")
	r.keys = engine.Credentials{AccessKey: "CHAOS0123456789", SecretKey: "chaos-secret-0123456789abcdef"}
	if err := os.MkdirAll(r.s3dir, 0o700); err != nil {
		return "", err
	}
	// Written by hand: what holds keys does not print them.
	if err := os.WriteFile(filepath.Join(r.s3dir, "credentials.json"), fmt.Appendf(nil, `{"access_key":%q,"secret_key":%q}`, r.keys.AccessKey, r.keys.SecretKey), 0o600); err != nil {
		return "", err
	}
	r.Env = append(r.Env, "CHAOS_S3_ACCESS="+r.keys.AccessKey, "CHAOS_S3_SECRET="+r.keys.SecretKey)
	at, err := freeAddress()
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(at)
	if _, err := fmt.Sscan(port, &r.s3port); err != nil {
		return "", err
	}
	r.storeWeather.Busy, r.storeWeather.Skew = slowDown, tooSkewed
	r.toStore = &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	proxy := &httputil.ReverseProxy{
		Transport: r.toStore,
		// The Host that was signed stays.
		Rewrite:      func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", at, p.In.Host },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { reset(w) }, // nobody is there
		ErrorLog:     quiet,
	}
	url, err := r.serve(r.storeWeather.Before(proxy))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("s3: {endpoint: %q, bucket: %s, region: %s, access_key_env: CHAOS_S3_ACCESS, secret_key_env: CHAOS_S3_SECRET}\n", url, bucket, region), nil
}

// all are the parts, in the order in which they are started.
func (r *run) all() (parts []Part, err error) {
	args := func(args ...string) []string {
		return append(append([]string{r.program}, args...), "--data", r.data, "--config", r.config)
	}
	if r.Topology != Embedded {
		orders, err := json.Marshal(map[string]any{"folder": r.s3dir, "region": region, "port": r.s3port})
		if err != nil {
			panic(err)
		}
		parts = append(parts, Part{Name: partS3, Argv: []string{r.program, "s3gateway"}, Env: r.Env, Dir: r.s3dir, Orders: string(orders) + "\n", Ready: r.makeBucket})
	}
	if r.apart() {
		apart, err := r.roles(filepath.Dir(r.data))
		if err != nil {
			return nil, err
		}
		parts = append(parts, apart...)
	} else {
		metrics, err := freeAddress()
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{Name: partUp, Argv: args("up"), Env: append([]string{"DAILIES_TELEMETRY_METRICS=" + metrics}, r.Env...), Dir: r.Dir, Metrics: metrics, Data: r.data})
	}
	return append(parts, Part{Name: partRender, Argv: args("render", r.season, "--json"), Env: r.Env, Dir: r.Dir, Ends: r.rendered}), nil
}

// makeBucket makes the bucket on its own server.
func (r *run) makeBucket(ctx context.Context) (err error) {
	s, err := r.toBucket(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return patiently(func() error { return s.EnsureBucket(ctx) })
}

// toBucket asks the bucket's server, past what goes wrong.
func (r *run) toBucket(ctx context.Context) (*s3.Store, error) {
	c := s3.Config{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", r.s3port), Bucket: bucket, Region: region, PathStyle: true, AccessKey: r.keys.AccessKey, SecretKey: r.keys.SecretKey}
	if r.Topology == Embedded {
		at, err := r.engineAddress()
		if err != nil {
			return nil, err
		}
		keys, err := at.Credentials()
		if err != nil {
			return nil, err
		}
		c.Endpoint, c.Bucket, c.Region, c.AccessKey, c.SecretKey = at.S3Endpoint, at.S3Bucket, at.S3Region, keys.AccessKey, keys.SecretKey
	}
	return s3.New(ctx, c)
}

// holdsLast says that the vendor takes no job now: it would be the last one, and the season over
// before everything has happened that is to.
func (r *run) holdsLast() bool {
	if r.happened.Load() || len(r.vendor.House().Ledger()) < r.Episodes*r.Shots-1 {
		return false
	}
	r.held.Store(true)
	return true
}

// bucket reads what lies in the bucket, past every server.
func (s *stage) bucket() store.Store {
	return folder.New(filepath.Join(s.s3dir, "objects"), bucket, "")
}

func (s *stage) serve(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is there at once
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: quiet}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }() // it ends when it is closed
	return (&url.URL{Scheme: "http", Host: l.Addr().String()}).String(), nil
}

func (s *stage) close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
	for _, l := range s.listeners {
		_ = l.Close()
	}
}

// freeAddress is one at which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is there at once
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// link gives a file a second name, or copies it where that cannot be.
func link(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, 0o700) //nolint:gosec // a program
}

// action is what only one shot shows.
func action(episode, shot int) string { return fmt.Sprintf("picture %03d of part %03d", shot, episode) }

func slate(shot int) string { return fmt.Sprintf("1-%02d", shot) }

// writeScript writes the season.
func (r *run) writeScript() error {
	var season strings.Builder
	limit := int64(r.Episodes*r.Shots+spareClips) * price
	fmt.Fprintf(&season, "show: %s\nlanguage: en\nformat: {raster: %s, fps: 24}\nrouting: {default: [%s]}\nbudget: {currency: CNY, season: %d.%06d, on_exceed: pause}\nlabel: {off: true, reason: a test}\nepisodes:\n",
		show, raster, seller, limit/1e6, limit%1e6)
	for e := 1; e <= r.Episodes; e++ {
		name := fmt.Sprintf("ep%02d.yaml", e)
		fmt.Fprintf(&season, "- %s\n", name)
		var b strings.Builder
		fmt.Fprintf(&b, "season: season.yaml\nepisode: %d\nscenes:\n- scene: 1\n  shots:\n", e)
		for s := 1; s <= r.Shots; s++ {
			fmt.Fprintf(&b, "  - {shot: %s, duration: 1s, action: %s}\n", slate(s), action(e, s))
		}
		if err := os.WriteFile(filepath.Join(r.Dir, name), []byte(b.String()), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(r.season, []byte(season.String()), 0o600)
}

// clips are a few that the vendor delivers.
const clips = 5

func makeClips(ctx context.Context, dir string) (all [][]byte, err error) {
	path := filepath.Join(dir, "clip.mp4")
	for n := range clips {
		out, err := exec.CommandContext(ctx, "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y",
			"-f", "lavfi", "-i", fmt.Sprintf("gradients=s=%s:r=24:d=%d:speed=0.1:seed=%d", raster, clipSeconds, n+1),
			"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("make a clip: %w: %s", err, out)
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		all = append(all, body)
	}
	return all, os.Remove(path)
}

// signed is a clip that bears its job's id, in a box that nobody plays.
func signed(clip []byte, job string) []byte {
	out := append([]byte{}, clip...)
	out = append(out, 0, 0, 0, byte(8+len(job)))
	return append(append(out, "free"...), job...)
}

// circles and manifests of which progress counts each.
const perManifest = 4

// total is the progress of a season that is whole: jobs, circled takes, delivered cuts.
func (r *run) total() int { return 2*r.Episodes*r.Shots + perManifest*r.Episodes }

// progress is how far it is.
func (r *run) progress() int {
	n := len(r.vendor.House().Ledger())
	circles, _ := os.ReadDir(filepath.Join(r.s3dir, "objects", bucket, show, "circles"))
	manifests, _ := filepath.Glob(filepath.Join(r.s3dir, "objects", bucket, show, "ep*", "cuts", "*", "manifest.json"))
	return n + len(circles) + perManifest*len(manifests)
}
