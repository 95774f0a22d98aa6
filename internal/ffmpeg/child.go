package ffmpeg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// maxOrderBytes bounds the JSON of one order. The longest are assembly orders
// with every cue of an episode.
const maxOrderBytes = 16 << 20

// orderFD is the file descriptor on which a media child reads its order; stdin
// is left to raw pictures.
const orderFD = 3

// Child is the body of the hidden subcommand `dailies media`: it reads a
// media.Order from file descriptor 3, limits its own process by it, seals itself
// (package fence), carries out the job and writes media.Report lines to stdout. It returns the process's exit
// code: 0 if the last line says what came of the job, even that the clip is at
// fault.
func Child() int {
	return Main(context.Background(), os.NewFile(orderFD, "order"), os.Stdin, os.Stdout, func(l media.Limits) error {
		if err := limitProcess(l); err != nil {
			return err
		}
		return fence.Seal()
	})
}

// Main is Child with its surroundings given: order holds one JSON value, limit
// is called before anything is opened and may be nil.
func Main(ctx context.Context, order, stdin io.Reader, stdout io.Writer, limit func(media.Limits) error) int {
	out := &reporter{enc: json.NewEncoder(stdout)}
	var o media.Order
	if err := readOrder(order, &o); err != nil {
		out.send(media.Report{Error: err.Error()})
		return 1
	}
	if limit != nil {
		if err := limit(o.Limits); err != nil {
			out.send(media.Report{Error: err.Error()})
			return 1
		}
		stop := out.watchCPU(o.Limits)
		defer stop()
	}
	res, err := runGuarded(ctx, o.Job, stdin, func(p media.Progress) { out.send(media.Report{Progress: &p}) })
	var clip *media.ClipError
	switch {
	case err == nil:
		out.send(media.Report{Result: &res})
	case errors.As(err, &clip):
		out.send(media.Report{Clip: clip})
	case o.Limits.MemoryBytes > 0 && errors.Is(err, footage.ErrNoMemory):
		out.send(media.Report{Clip: &media.ClipError{Again: true, Reason: fmt.Sprintf("it needs more than %d MiB of memory", o.Limits.MemoryBytes>>20)}})
	default:
		out.send(media.Report{Error: err.Error()})
	}
	if out.err != nil {
		return 1 // nobody listens any more
	}
	return 0
}

// readOrder reads the one order, strictly.
func readOrder(r io.Reader, o *media.Order) error {
	lr := &io.LimitedReader{R: r, N: maxOrderBytes}
	dec := json.NewDecoder(lr)
	dec.DisallowUnknownFields()
	if err := dec.Decode(o); err != nil {
		if lr.N <= 0 {
			return fmt.Errorf("read order: longer than %d bytes", maxOrderBytes)
		}
		return fmt.Errorf("read order: %w", err)
	}
	return nil
}

// runGuarded is Run with a panic turned into an error that blames us.
func runGuarded(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (res media.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("run job: panic: %v", p)
			_, _ = os.Stderr.Write(debug.Stack())
		}
	}()
	return Run(ctx, job, stdin, report)
}

// reporter writes report lines, one at a time.
type reporter struct {
	mu  sync.Mutex
	enc *json.Encoder
	err error // the first; nothing is written after it
}

func (r *reporter) send(rep media.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = r.enc.Encode(rep)
	}
}

// watchCPU says so when the processor time is used up; the kernel kills the
// process a moment later.
func (r *reporter) watchCPU(l media.Limits) (stop func()) {
	// A file that grows too large is an error of the write, not a death.
	signal.Ignore(syscall.SIGXFSZ)
	ch := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(ch, syscall.SIGXCPU)
	go func() {
		select {
		case <-ch:
			r.send(media.Report{Clip: &media.ClipError{Reason: fmt.Sprintf("it needs more than %v of processor time", l.CPU)}})
			os.Exit(0)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
	}
}

// limitProcess sets the process's own limits. Memory is private data, not
// address space, of which Go reserves far more than it uses.
func limitProcess(l media.Limits) error {
	set := func(what string, resource int, soft, hard uint64) error {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: soft, Max: hard}); err != nil {
			return fmt.Errorf("limit %s: %w", what, err)
		}
		return nil
	}
	if err := set("core dumps", syscall.RLIMIT_CORE, 0, 0); err != nil {
		return err
	}
	if l.MemoryBytes > 0 {
		n := uint64(l.MemoryBytes)
		if err := set("memory", syscall.RLIMIT_DATA, n, n); err != nil {
			return err
		}
		// Go's own heap is small here: frames live in C.
		debug.SetMemoryLimit(l.MemoryBytes / 4)
	}
	if l.CPU > 0 {
		n := uint64(math.Ceil(l.CPU.Seconds()))
		if err := set("processor time", syscall.RLIMIT_CPU, n, n+2); err != nil {
			return err
		}
	}
	if l.FileBytes > 0 {
		n := uint64(l.FileBytes)
		if err := set("file size", syscall.RLIMIT_FSIZE, n, n); err != nil {
			return err
		}
	}
	return nil
}
