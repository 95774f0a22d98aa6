package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// goneFiles says that a cut's files were removed, and only its manifest is kept; nil: they
// were not. It is ErrUnknown.
func (s *Studio) goneFiles(ctx context.Context, m drama.Manifest) error {
	if m.Dub != nil {
		return nil
	}
	body, _, err := s.Store.Read(ctx, library.Prefix(m)+RemovedName)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look whether cut %d of %s was removed: %w", m.Cut, m.ID, err)
	}
	var r drama.Removed
	if json.Unmarshal(body, &r) != nil { // damaged: that it is there says enough
		r = drama.Removed{By: "somebody"}
	}
	return goneError(fmt.Sprintf("the files of cut %d of %s were removed on %s by %s, as the policy of retention says: its manifest is kept, newer cuts have files", m.Cut, m.ID, r.At.Format(time.DateOnly), r.By))
}

// goneError is an ErrUnknown in words of its own.
type goneError string

func (e goneError) Error() string      { return string(e) }
func (goneError) Is(target error) bool { return target == ErrUnknown }
