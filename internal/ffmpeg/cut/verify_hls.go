package cut

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/dailies/dailies/internal/hls"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// hls checks the HLS beside the master: its playlists, what they name, and that it lasts
// as long as the master.
func (v *verifier) hls() {
	if v.job.HLS == nil {
		return
	}
	want := hls.Want{Seconds: v.res.Frames.Duration(v.fps).Seconds()}
	found := hls.Check(os.DirFS(v.job.HLS.Dir), readTrack, want)
	for _, p := range found.Problems {
		v.problem(RuleHLS, "hls/%s", p)
	}
	v.res.Streams = found.Metadata
}

// readTrack reads the boxes of a file of HLS.
func readTrack(f fs.File) (*media.FragmentedTrack, error) {
	r, ok := f.(io.ReadSeeker)
	if !ok {
		return nil, media.ClipErrorf("it is no file")
	}
	in, err := mp4.ReadFragmented(r)
	if problem, err := asProblem(err); err != nil {
		return nil, err
	} else if problem != "" {
		return nil, errors.New(problem)
	}
	return in, nil
}
