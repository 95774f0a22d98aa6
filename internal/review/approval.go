package review

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Approval is what somebody decided about a cut, written once: the newest counts.
type Approval struct {
	Episode drama.EpisodeID `json:"episode"`
	Cut     int             `json:"cut"`
	// Approved is false for "not like this".
	Approved bool      `json:"approved"`
	Name     string    `json:"name"` // of the person, as they gave it
	Why      string    `json:"why,omitempty"`
	At       time.Time `json:"at"`
	// Link is the one that they came by; empty: somebody of the house.
	Link string `json:"link,omitempty"`
}

// maxWhy bounds what is said of a decision, characters.
const maxWhy = 2000

// CheckName says what is wrong with a name that somebody gives.
func CheckName(name string) error {
	name = strings.TrimSpace(name)
	if n := len([]rune(name)); n == 0 || n > maxName || strings.ContainsFunc(name, odd) {
		return fmt.Errorf("%w: the name has 1 to %d printable characters", ErrAsked, maxName)
	}
	return nil
}

// odd is what acts on a terminal or turns the text around it.
func odd(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func approvals(id drama.EpisodeID, cut int) string {
	return fmt.Sprintf("%s/%s/approvals/%d/", id.Show, id.Code(), cut)
}

// Approve keeps a decision and returns it with its time. ErrAsked.
func (d Desk) Approve(ctx context.Context, a Approval) (Approval, error) {
	a.Name, a.Why, a.At = strings.TrimSpace(a.Name), strings.TrimSpace(a.Why), d.now()
	if err := CheckName(a.Name); err != nil {
		return a, err
	}
	if len([]rune(a.Why)) > maxWhy || strings.ContainsFunc(strings.ReplaceAll(a.Why, "\n", ""), odd) || a.Cut < 1 {
		return a, fmt.Errorf("%w: a decision is about a cut, in at most %d printable characters", ErrAsked, maxWhy)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return a, fmt.Errorf("keep the decision about %s cut %d: %w", a.Episode, a.Cut, err)
	}
	key := fmt.Sprintf("%s%016x-%s.json", approvals(a.Episode, a.Cut), math.MaxInt64-a.At.UnixNano(), rand.Text()[:10])
	if _, err := d.Store.PutNew(ctx, key, body, "application/json"); err != nil {
		return a, fmt.Errorf("keep the decision about %s cut %d: %w", a.Episode, a.Cut, err)
	}
	return a, nil
}

// maxApprovals bounds what is read of one cut.
const maxApprovals = 100

var errEnough = errors.New("enough")

// Approvals are the decisions about a cut, the newest first.
func (d Desk) Approvals(ctx context.Context, id drama.EpisodeID, cut int) ([]Approval, error) {
	var keys []string
	err := d.Store.List(ctx, approvals(id, cut), func(i store.Info) error {
		if keys = append(keys, i.Key); len(keys) == maxApprovals {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("list the decisions about %s cut %d: %w", id, cut, err)
	}
	var all []Approval
	for _, key := range keys {
		body, _, err := d.Store.Read(ctx, key)
		var a Approval
		if err == nil {
			err = json.Unmarshal(body, &a)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", d.Store.URI(key), err)
		}
		all = append(all, a)
	}
	return all, nil
}
