package cut

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// stemAhead is how many steps the mix may be read ahead of the slowest stem's encoder.
const stemAhead = 4

// makeStems writes the stems that are asked for, each coded by itself, and says by how many
// dB all of them had to be turned down.
func makeStems(ctx context.Context, m *sound.Mixer, wanted []media.Stem) (gain float64, err error) {
	if len(wanted) == 0 {
		return 0, nil
	}
	s, err := m.Stems(ctx, wanted)
	if err != nil {
		return 0, err
	}
	group, ctx := errgroup.WithContext(ctx)
	feeds := make([]chan []int32, len(wanted))
	for i, w := range wanted {
		f, err := encoder.CreateFLAC(w.Path, w.Comments)
		if err != nil {
			end(feeds[:i])
			return 0, errors.Join(err, group.Wait())
		}
		feed := make(chan []int32, stemAhead)
		feeds[i] = feed
		group.Go(func() error {
			defer f.Close()
			for pairs := range feed {
				if err := f.Add(pairs); err != nil {
					return err
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return f.Finish()
		})
	}
	group.Go(func() error {
		defer end(feeds)
		return s.Read(ctx, func(stem int, pairs []int32) error {
			select {
			case feeds[stem] <- append([]int32(nil), pairs...):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	if err := group.Wait(); err != nil {
		return 0, fmt.Errorf("make stems: %w", err)
	}
	return s.Gain, nil
}

func end(feeds []chan []int32) {
	for _, f := range feeds {
		close(f)
	}
}
