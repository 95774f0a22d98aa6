package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/vendors"
)

// books holds the vendor's own books against the ledger: what was never paid twice, never
// without an intent, never beyond the cap, and what was lost of it.
func (r *run) books(ctx context.Context) error {
	byKey := map[string]ledger.Entry{}
	byJob := map[string][]ledger.Entry{}
	var settled int64
	err := ledger.Objects{Store: r.bucket()}.List(ctx, show, 0, func(e ledger.Entry) error {
		byKey[e.Intent.Key] = e
		if e.Receipt != nil {
			byJob[e.Receipt.Job.ID] = append(byJob[e.Receipt.Job.ID], e)
		}
		switch {
		case len(e.Damaged) > 0:
			r.violated("of job %s %v cannot be read", e.Intent.ID, e.Damaged)
		case e.Outcome == nil:
			r.violated("job %s has no end: it is %s", e.Intent.ID, e.State())
		default:
			settled += e.Outcome.Price.Micros
		}
		return nil
	})
	if err != nil {
		return err
	}
	paid := map[string][]vendors.Job{} // by shot
	var billed int64
	lost := 0
	for _, j := range r.vendor.House().Ledger() {
		billed += j.Billed
		if j.Lost {
			lost++
		}
		e, ok := byKey[j.Key]
		if !ok {
			r.violated("the vendor has job %s (%s, key %q) which the ledger never intended", j.ID, j.State, j.Key)
			continue
		}
		if n := len(byJob[j.ID]); n != 1 {
			r.violated("the vendor's job %s (%s, of %s) is in the ledger %d times", j.ID, j.State, e.Intent.ID, n)
		}
		if e.Outcome != nil && e.Outcome.Price.Micros != j.Billed {
			r.violated("of job %s the vendor billed %d, the ledger says %d (%s)", e.Intent.ID, j.Billed, e.Outcome.Price.Micros, e.Outcome.State)
		}
		if j.Billed > 0 {
			shot := e.Intent.ID.Take.Episode.Code() + " " + e.Intent.ID.Take.Slate
			paid[shot] = append(paid[shot], j)
		}
	}
	twice, once := 0, 0
	for shot, jobs := range paid {
		if once++; len(jobs) > 1 {
			twice++
			r.violated("%s was paid %d times: %s", shot, len(jobs), strings.Join(ids(jobs), ", "))
		}
	}
	for job, entries := range byJob {
		if !slices.ContainsFunc(r.vendor.House().Ledger(), func(j vendors.Job) bool { return j.ID == job }) {
			r.violated("the ledger has job %s of %s, which the vendor never made", job, entries[0].Intent.ID)
		}
	}
	limit := int64(r.Episodes*r.Shots+spareClips) * price
	if billed > limit {
		r.violated("the vendor billed %d micros, the season's cap is %d", billed, limit)
	}
	if billed != settled {
		r.violated("the vendor billed %d micros, the ledger has settled %d", billed, settled)
	}
	for _, refusal := range r.vendor.House().Refusals() {
		if strings.Contains(refusal.Message, io.ErrUnexpectedEOF.Error()) {
			continue // we cut it off
		}
		r.violated("the vendor refused a request as wrong: %+v", refusal)
	}
	r.sum("vendor: %d jobs accepted, %d shots paid, %d paid twice, %d answers lost by itself; %d micros billed of a cap of %d; answers %v", len(r.vendor.House().Ledger()), once, twice, lost, billed, limit, r.vendor.House().Answers())
	r.sum("ledger: %d jobs intended, %d micros settled, a person was asked about %d", len(byKey), settled, r.answered)
	return r.accounts(ctx, settled)
}

// accounts: what the show's account says of the money is what the ledger does.
func (r *run) accounts(ctx context.Context, settled int64) error {
	body, _, err := r.bucket().Read(ctx, store.Keys{Show: show}.Account())
	if err != nil {
		return err
	}
	var all account.Record
	if err := json.Unmarshal(body, &all); err != nil {
		return fmt.Errorf("read the account: %w", err)
	}
	var spent, reserved int64
	for n, b := range all.Books {
		spent, reserved = spent+b.Spent, reserved+b.Reserved
		if b.Reserved != 0 {
			r.violated("%d micros are still reserved for episode %d", b.Reserved, n)
		}
	}
	if spent != settled {
		r.violated("the account says that %d micros are spent, the ledger %d", spent, settled)
	}
	return nil
}

func ids(jobs []vendors.Job) (all []string) {
	for _, j := range jobs {
		all = append(all, j.ID)
	}
	return all
}

// act is the person who is asked about jobs that nobody knows of: what the vendor has under
// the job's own key is adopted, the rest is absent.
func (r *run) act(ctx context.Context) (acted int) {
	err := ledger.Objects{Store: r.bucket()}.List(ctx, show, 0, func(e ledger.Entry) error {
		if !e.Held() {
			return nil
		}
		args := []string{"jobs", "absent", e.Intent.ID.String()}
		if j, ok := r.vendor.House().Find(e.Intent.Key); ok {
			args = []string{"jobs", "adopt", e.Intent.ID.String(), j.ID}
		}
		if _, err := r.command(ctx, args...); err != nil {
			r.note("%v: %v", args, err)
			return nil
		}
		acted++
		return nil
	})
	if err != nil {
		r.note("look for jobs that nobody knows of: %v", err)
	}
	r.mu.Lock()
	r.answered += acted
	r.mu.Unlock()
	return acted
}
