package conform

import (
	"fmt"
	"os"
	"slices"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// maxMarks bounds the marks that are kept of one clip.
const maxMarks = 16

// marksOf is what a clip's maker wrote into it about its origin. Of MP4 and MOV that is
// read from the boxes, of other containers what FFmpeg tells of the key AIGC.
func marksOf(path string, in *footage.Input) ([]media.Mark, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the clip's marks: %w", err)
	}
	defer f.Close()
	marks, err := mp4.Marks(f)
	if err != nil {
		return nil, err
	}
	for i := range marks {
		if marks[i].Kind != mp4.MarkC2PA {
			continue
		}
		info, err := f.Stat()
		if err != nil {
			return nil, fmt.Errorf("read the clip's marks: %w", err)
		}
		// A manifest that cannot be read names nobody; that it is there is known.
		if m, err := c2pa.Read(f, info.Size()); err == nil {
			marks[i].By = m.Signer.String()
		}
	}
	isKey := func(m media.Mark) bool { return m.Kind == mp4.MarkAIGC }
	if tag := in.Tag(mp4.MarkAIGC); tag != "" && !slices.ContainsFunc(marks, isKey) {
		marks = append(marks, media.Mark{Kind: mp4.MarkAIGC, Place: "tag", Value: tag[:min(len(tag), mp4.MaxMark)], Bytes: int64(len(tag))})
	}
	return marks[:min(len(marks), maxMarks)], nil
}
