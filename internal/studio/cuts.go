package studio

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// manifestName is a cut's own description; a cut without one does not exist.
const manifestName = "manifest.json"

// Manifest reads the manifest of a cut; cut 0 is the newest. ErrUnknown.
func (s *Studio) Manifest(ctx context.Context, id drama.EpisodeID, cut int) (drama.Manifest, error) {
	if cut == 0 {
		cuts, err := s.Cuts(ctx, id)
		if err != nil {
			return drama.Manifest{}, err
		}
		if len(cuts) == 0 {
			return drama.Manifest{}, fmt.Errorf("a cut of %s is %w: none was delivered yet", id, ErrUnknown)
		}
		cut = cuts[len(cuts)-1]
	}
	m, _, err := readJSON[drama.Manifest](ctx, s.Store, keys(id).Cut(id, cut)+manifestName)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Manifest{}, fmt.Errorf("cut %d of %s is %w", cut, id, ErrUnknown)
	}
	return m, err
}

// Cuts lists the numbers of the delivered cuts of an episode, ascending.
func (s *Studio) Cuts(ctx context.Context, id drama.EpisodeID) ([]int, error) {
	prefix := keys(id).Cuts(id)
	var cuts []int
	err := s.Store.List(ctx, prefix, func(i store.Info) error {
		number, rest, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		if n, err := strconv.Atoi(number); err == nil && rest == manifestName {
			cuts = insert(cuts, n)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list cuts of %s: %w", id, err)
	}
	return cuts, nil
}

// insert keeps numbers ascending: the store lists 10 before 2.
func insert(cuts []int, n int) []int {
	cuts = append(cuts, n)
	for i := len(cuts) - 1; i > 0 && cuts[i-1] > cuts[i]; i-- {
		cuts[i-1], cuts[i] = cuts[i], cuts[i-1]
	}
	return cuts
}
