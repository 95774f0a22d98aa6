// Package runner carries out media jobs in child processes: it starts this
// program again as `dailies media`, hands it an order, reads its reports and
// makes sure that it is gone afterwards.
//
// It promises that a clip cannot hurt its caller: a crash, a stall, too much
// memory, time or disk cost the child and come back as an error. A child gets no
// secret: its environment is a short list of harmless names, and the kernel shows
// it the files of its job and nothing else (package fence). The package itself
// knows nothing of codecs.
package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/media"
)

// Defaults of Options.
const (
	DefaultMemoryBytes = 1 << 30
	DefaultCPU         = 2 * time.Hour
	DefaultFileBytes   = 16 << 30
	DefaultStall       = 2 * time.Minute
	DefaultPause       = 3 * time.Second
)

// Options say how children are run. The zero value is right for production.
type Options struct {
	// Command is the program and its arguments; nil: this program with the
	// argument "media".
	Command []string
	// Env is added to the child's environment, as "NAME=value".
	Env []string
	// MemoryBytes, CPU and FileBytes limit one child; 0: the defaults above.
	MemoryBytes int64
	CPU         time.Duration
	FileBytes   int64
	// Stall is how long a child may go without progress; 0: DefaultStall.
	Stall time.Duration
	// Pause is before a second child is given a clip of which the first one died; 0:
	// DefaultPause.
	Pause time.Duration
	// Log hears of children that died and what they said, at debug level; nil:
	// nobody does.
	Log *slog.Logger
}

// Runner runs each job in a child process of its own. It is safe for use by
// many goroutines; how many children run at once is its users' business.
type Runner struct {
	command []string
	env     []string
	limits  media.Limits
	stall   time.Duration
	pause   time.Duration
	log     *slog.Logger
	fonts   []string // what a child reads to draw text
	watch   func(time.Duration, func()) watchdog
}

// watchdog acts when nobody has reset it for so long: a timer.
type watchdog interface {
	Reset(d time.Duration) bool
	Stop() bool
}

// New makes a Runner.
func New(o Options) (*Runner, error) {
	r := &Runner{
		command: o.Command,
		env:     o.Env,
		limits:  media.Limits{MemoryBytes: o.MemoryBytes, CPU: o.CPU, FileBytes: o.FileBytes},
		stall:   o.Stall,
		pause:   o.Pause,
		log:     o.Log,
		watch:   func(d time.Duration, bark func()) watchdog { return time.AfterFunc(d, bark) },
	}
	if len(r.command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
		r.command = []string{self, "media"}
	}
	if r.limits.MemoryBytes == 0 {
		r.limits.MemoryBytes = DefaultMemoryBytes
	}
	if r.limits.CPU == 0 {
		r.limits.CPU = DefaultCPU
	}
	if r.limits.FileBytes == 0 {
		r.limits.FileBytes = DefaultFileBytes
	}
	if r.stall == 0 {
		r.stall = DefaultStall
	}
	if r.pause == 0 {
		r.pause = DefaultPause
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.fonts = fontPaths()
	for _, lack := range fence.Kernel().Missing() {
		r.log.Warn("media children are less confined than they should be", "missing", lack)
	}
	return r, nil
}

// Run carries out one job in a child and returns when the child is gone. Every
// path in the job must be absolute. The child may read the files that the job
// names, and make files in the folders of those that it is to make; the first of
// these folders is its working folder and its place for temporary files.
//
// A clip at fault is a *media.ClipError; so is one that crashes two decoders, or
// makes two stand still: one may have been the machine's fault. A child that was
// killed, or died of what the machine lacks, is a *media.HostError. When ctx ends, the child is killed and ctx's error
// returned. stdin may still be read from after Run has returned, if a read of it
// blocks.
func (r *Runner) Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	paths := job.Paths()
	if len(paths) == 0 {
		return media.Result{}, errors.New("run media job: it names no files")
	}
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			return media.Result{}, errors.New("run media job: a path in it is not absolute")
		}
	}
	c := &child{runner: r, dir: "/", report: report}
	c.rules.Read = append(job.Inputs(), r.fonts...)
	for _, p := range job.Outputs() {
		if dir := filepath.Dir(p); !slices.Contains(c.rules.Write, dir) {
			c.rules.Write = append(c.rules.Write, dir)
		}
	}
	if len(c.rules.Write) > 0 {
		c.dir = c.rules.Write[0]
	}
	order := media.Order{Job: job, Limits: r.limits}
	res, err := c.run(ctx, order, stdin)
	clip, ok := errors.AsType[*media.ClipError](err)
	if !ok || !clip.Again {
		return res, err
	}
	if stdin != nil {
		// There is no clip to blame, and what was read of stdin is gone.
		return res, fmt.Errorf("run media child: %s", clip.Reason)
	}
	r.log.WarnContext(ctx, "a media child died of a clip, or of this machine; once more", "reason", clip.Reason)
	if err := r.again(ctx, job); err != nil {
		return media.Result{}, err
	}
	c.last = nil
	res, err = c.run(ctx, order, nil)
	if second, ok := errors.AsType[*media.ClipError](err); ok && second.Again {
		return res, &media.ClipError{Reason: second.Reason + ", twice"}
	}
	return res, err
}

// again waits for the machine to come to itself and clears what the dead child
// left behind.
func (r *Runner) again(ctx context.Context, job media.Job) error {
	pause := time.NewTimer(r.pause)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, p := range job.Outputs() {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return &media.HostError{Err: fmt.Errorf("clear what a dead media child left: %w", err)}
		}
	}
	return nil
}

var _ media.Runner = (*Runner)(nil)
