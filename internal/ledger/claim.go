package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/store"
)

// ClaimedError: the vendor's job is another job's already. One of its jobs is one clip.
type ClaimedError struct {
	Provider, VendorJob string
	By                  ID
}

func (e *ClaimedError) Error() string {
	return fmt.Sprintf("%s of %s is job %s already, and one job there is one clip", e.VendorJob, e.Provider, e.By)
}

// ClaimKey is where it lies whose a vendor's job is: beside all shows, as a vendor's account is: no show's name begins with a
// bar. A vendor may put anything into an id.
func ClaimKey(provider, vendorJob string) string {
	sum := sha256.Sum256([]byte(vendorJob))
	return fmt.Sprintf("_jobs/%s/%s.json", provider, hex.EncodeToString(sum[:16]))
}

// claim says for good whose a vendor's job is. *ClaimedError. It is written before the
// receipt: a claim without one is claimed again by the same job.
func (o Objects) claim(ctx context.Context, id ID, r Receipt) error {
	if r.Provider == "" || r.Job.ID == "" {
		return nil
	}
	body, err := json.Marshal(struct {
		Job ID `json:"job"`
	}{id})
	if err != nil {
		return fmt.Errorf("claim %s for job %s: %w", r.Job.ID, id, err)
	}
	key := ClaimKey(r.Provider, r.Job.ID)
	_, err = o.Store.PutNew(ctx, key, body, "application/json")
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("claim %s for job %s: %w", r.Job.ID, id, err)
	}
	body, _, err = o.Store.Read(ctx, key)
	if err != nil && !errors.Is(err, store.ErrChecksum) && !errors.Is(err, store.ErrTooLarge) {
		return fmt.Errorf("claim %s for job %s: %w", r.Job.ID, id, err)
	}
	var c struct {
		Job ID `json:"job"`
	}
	if err != nil || json.Unmarshal(body, &c) != nil || c.Job == (ID{}) || c.Job == id {
		return nil // ours, or a damaged word: the receipt is what counts
	}
	return &ClaimedError{r.Provider, r.Job.ID, c.Job}
}
