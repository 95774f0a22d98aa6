// Package runner carries out media jobs in child processes: it starts this
// program again as `dailies media`, hands it an order, reads its reports and
// makes sure that it is gone afterwards.
//
// It promises that a clip cannot hurt its caller: a crash, a stall, too much
// memory, time or disk cost the child and come back as an error. A child gets no
// secret: its environment is a short list of harmless names. The package itself
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
	"runtime"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Defaults of Options.
const (
	DefaultMemoryBytes = 1 << 30
	DefaultCPU         = 2 * time.Hour
	DefaultFileBytes   = 16 << 30
	DefaultStall       = 2 * time.Minute
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
	log     *slog.Logger
}

// New makes a Runner.
func New(o Options) (*Runner, error) {
	r := &Runner{
		command: o.Command,
		env:     o.Env,
		limits:  media.Limits{MemoryBytes: o.MemoryBytes, CPU: o.CPU, FileBytes: o.FileBytes},
		stall:   o.Stall,
		log:     o.Log,
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
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	return r, nil
}

// Run carries out one job in a child and returns when the child is gone. Every
// path in the job must be absolute; the folder that holds them all is the
// child's working folder and its place for temporary files.
//
// A clip at fault, one that crashes the decoder and one that makes it stand
// still are *media.ClipError. When ctx ends, the child is killed and ctx's error
// returned. stdin may still be read from after Run has returned, if a read of it
// blocks.
func (r *Runner) Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	dir, err := workingFolder(job)
	if err != nil {
		return media.Result{}, err
	}
	// The kernel kills the child when the thread that started it dies, so the
	// thread is kept for as long as the child lives.
	type answer struct {
		res media.Result
		err error
	}
	done := make(chan answer, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		c := &child{runner: r, dir: dir, report: report}
		res, err := c.run(ctx, media.Order{Job: job, Limits: r.limits}, stdin)
		done <- answer{res, err}
	}()
	a := <-done
	return a.res, a.err
}

// workingFolder is the deepest folder that holds all of a job's files.
func workingFolder(job media.Job) (string, error) {
	paths := job.Paths()
	if len(paths) == 0 {
		return "", errors.New("run media job: it names no files")
	}
	dir := ""
	for i, p := range paths {
		if !filepath.IsAbs(p) {
			return "", errors.New("run media job: a path in it is not absolute")
		}
		d := filepath.Dir(filepath.Clean(p))
		if i == 0 {
			dir = d
		}
		for dir != d && !strings.HasPrefix(d, strings.TrimSuffix(dir, "/")+"/") {
			dir = filepath.Dir(dir)
		}
	}
	return dir, nil
}

var _ media.Runner = (*Runner)(nil)
