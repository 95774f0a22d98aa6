package verify

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
	found := HLS(v.job.HLS.Dir, hls.Want{Seconds: v.res.Frames.Duration(v.fps).Seconds()})
	for _, p := range found.Problems {
		v.problem(RuleHLS, "hls/%s", p)
	}
	v.res.Streams = found.Metadata
}

// HLS says what the playlists of a folder are, and what is wrong with them and with what
// they name.
func HLS(dir string, want hls.Want) hls.Found { return hls.Check(os.DirFS(dir), readTrack, want) }

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
