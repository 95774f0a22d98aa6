package runner

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/dailies/dailies/internal/media"
)

// feed hands a reader on to a child's stdin. Package exec would do the same, but
// would wait for a read that blocks even after the child has died.
type feed struct {
	from io.Reader
	r, w *os.File
}

// attachStdin gives cmd a pipe that Start fills from stdin; nil: an empty stdin.
func attachStdin(cmd *exec.Cmd, stdin io.Reader) (*feed, error) {
	if stdin == nil {
		return &feed{}, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, &media.HostError{Err: fmt.Errorf("start media child: %w", err)}
	}
	cmd.Stdin = r
	return &feed{from: stdin, r: r, w: w}, nil
}

// Start begins to copy, once the child has its end of the pipe.
func (f *feed) Start() {
	if f.from == nil {
		return
	}
	f.r.Close()
	go func() {
		_, _ = io.Copy(f.w, f.from) // a child that misses pictures says so itself
		f.w.Close()
	}()
}

// Close ends the copying at its next write. It does not wait: a read under way
// belongs to the reader's owner.
func (f *feed) Close() {
	if f.from != nil {
		f.r.Close()
		f.w.Close()
	}
}
