package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// String is "night-shift/ep01/2B/3/1", the form that people copy.
func (id ID) String() string { return fmt.Sprintf("%s/%d", id.Take, id.Attempt) }

// ParseID reads what String wrote.
func ParseID(s string) (ID, error) {
	parts := strings.Split(s, "/")
	bad := fmt.Errorf("read job id %q: want SHOW/epNN/SLATE/TAKE/ATTEMPT, as `dailies jobs` prints it", s)
	if len(parts) != 5 {
		return ID{}, bad
	}
	ep, err := drama.ParseEpisodeID(parts[0] + "/" + parts[1])
	if err != nil || !drama.ValidSlate(parts[2]) {
		return ID{}, bad
	}
	take, err := strconv.Atoi(parts[3])
	if err != nil || take < 1 || take > 9999 {
		return ID{}, bad
	}
	attempt, err := strconv.Atoi(parts[4])
	if err != nil || attempt < 1 || attempt > 99 {
		return ID{}, bad
	}
	return ID{Take: drama.TakeID{Episode: ep, Slate: parts[2], Number: take}, Attempt: attempt}, nil
}

// maxKey is the shortest room that a vendor has for our key (Ark's
// safety_identifier), in bytes.
const maxKey = 64

// Key is the request key of a job: unique, and in the alphabet and length that
// every vendor with room for one accepts.
func (id ID) Key() string {
	tail := fmt.Sprintf("-%s-%s-t%d-a%d", id.Take.Episode.Code(), id.Take.Slate, id.Take.Number, id.Attempt)
	if show := id.Take.Episode.Show; len(show)+len(tail) <= maxKey {
		return show + tail
	}
	sum := sha256.Sum256([]byte(id.String()))
	return "dailies-" + hex.EncodeToString(sum[:20])
}
