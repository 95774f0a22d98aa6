// Package review lets people outside of the house look at one cut, or at a list of
// takes, and say what they think: links with an end and a passphrase, and approvals.
// It keeps records in the store and decides who holds a link; what a link's holder may
// look at follows from the link alone. It serves nothing.
package review

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Limits of links.
const (
	// DefaultLife is how long a link lasts that says nothing else, MaxLife how long at most.
	DefaultLife = 7 * 24 * time.Hour
	MaxLife     = 90 * 24 * time.Hour
	// MaxTakes is how many takes a list holds: attention is gone after an hour.
	MaxTakes = 100
	// MinPassphrase is the fewest characters of a passphrase that a person chose.
	MinPassphrase = 8
	maxPassphrase = 200
	maxName       = 64
	sealBytes     = 32
)

// Errors, matched with errors.Is.
var (
	// ErrNoLink: there is no such link, it is over, it was taken back, or the passphrase
	// is another. Who asks from outside is not told which.
	ErrNoLink = errors.New("this link is not good, or the passphrase is another")
	// ErrAsked: what a link is asked to be cannot be.
	ErrAsked = errors.New("no such link can be made")
)

// Link opens one cut or one list of takes to whoever has it and its passphrase.
type Link struct {
	ID      string          `json:"id"` // of the address: cannot be guessed
	Episode drama.EpisodeID `json:"episode"`
	// Cut is what is shown; 0: Takes are.
	Cut     int            `json:"cut,omitempty"`
	Takes   []drama.TakeID `json:"takes,omitempty"`
	By      string         `json:"by"` // who made it
	Made    time.Time      `json:"made"`
	Expires time.Time      `json:"expires"`
	// Download says that its holders may also take what it shows along. What a browser
	// plays can be kept by who wants to: this offers it, and does not lock it away.
	Download bool `json:"download,omitempty"`
	// Revoked is when it was taken back.
	Revoked time.Time `json:"revoked,omitzero"`
	// Hash is of the passphrase (argon2id, PHC form); Seal is the key of its holders'
	// sessions. Neither leaves the store.
	Hash string `json:"hash"`
	Seal []byte `json:"seal"`
}

// Good says whether the link may be used at a time.
func (l Link) Good(now time.Time) bool { return l.Revoked.IsZero() && now.Before(l.Expires) }

// Shows says whether the link shows a take.
func (l Link) Shows(id drama.TakeID) bool { return slices.Contains(l.Takes, id) }

// Desk makes links and knows them. It is safe for concurrent use.
type Desk struct {
	Store store.Store
	Now   func() time.Time // nil: time.Now
}

func (d Desk) now() time.Time {
	if d.Now != nil {
		return d.Now().UTC()
	}
	return time.Now().UTC()
}

// LinkKey is where a link lies: beside all shows.
func LinkKey(id string) string { return "_studio/links/" + id + ".json" }

// Make makes a link of what l names (Episode, Cut or Takes, By, Expires, Download) and returns
// it with its passphrase, which is told once. An empty passphrase is made. What it
// shows is there, the caller has seen to that. ErrAsked.
func (d Desk) Make(ctx context.Context, l Link, passphrase string) (Link, string, error) {
	now := d.now()
	if l.Expires.IsZero() {
		l.Expires = now.Add(DefaultLife)
	}
	if passphrase == "" {
		passphrase = spoken()
	}
	n := len([]rune(passphrase))
	switch {
	case (l.Cut > 0) == (len(l.Takes) > 0):
		return l, "", fmt.Errorf("%w: name one cut, or takes", ErrAsked)
	case len(l.Takes) > MaxTakes:
		return l, "", fmt.Errorf("%w: of %d takes; at most %d are shown in one list", ErrAsked, len(l.Takes), MaxTakes)
	case slices.ContainsFunc(l.Takes, func(t drama.TakeID) bool { return t.Episode != l.Episode }):
		return l, "", fmt.Errorf("%w: of takes of several episodes", ErrAsked)
	case !l.Expires.After(now) || l.Expires.Sub(now) > MaxLife:
		return l, "", fmt.Errorf("%w: it must end within %d days", ErrAsked, MaxLife/(24*time.Hour))
	case n < MinPassphrase || n > maxPassphrase:
		return l, "", fmt.Errorf("%w: the passphrase has %d characters, want %d to %d", ErrAsked, n, MinPassphrase, maxPassphrase)
	}
	l.ID, l.Made, l.Expires, l.Revoked, l.Seal = strings.ToLower(rand.Text()), now, l.Expires.UTC(), time.Time{}, make([]byte, sealBytes)
	_, _ = rand.Read(l.Seal) // never fails
	var err error
	if l.Hash, err = hash(ctx, passphrase); err != nil {
		return l, "", err
	}
	body, err := json.Marshal(l)
	if err != nil {
		return l, "", fmt.Errorf("make a link: %w", err)
	}
	// Its place in the list comes first: one without a link is nothing.
	for _, o := range []struct {
		key  string
		body []byte
	}{{listKey(l.Episode) + l.ID, []byte("{}")}, {LinkKey(l.ID), body}} {
		if _, err := d.Store.PutNew(ctx, o.key, o.body, "application/json"); err != nil {
			return l, "", fmt.Errorf("make a link: %w", err)
		}
	}
	return l, passphrase, nil
}

// spoken is a passphrase that can be told over the phone.
func spoken() string {
	s := strings.ToLower(rand.Text())
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}

// Find is the good link of an id. ErrNoLink.
func (d Desk) Find(ctx context.Context, id string) (Link, error) {
	l, _, err := d.read(ctx, id)
	if err == nil && !l.Good(d.now()) {
		err = ErrNoLink
	}
	if err != nil {
		return Link{}, err
	}
	return l, nil
}

func (d Desk) read(ctx context.Context, id string) (Link, store.Info, error) {
	var l Link
	if !wellFormed(id) {
		return l, store.Info{}, ErrNoLink
	}
	body, info, err := d.Store.Read(ctx, LinkKey(id))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return l, info, ErrNoLink
	case err != nil:
		return l, info, fmt.Errorf("read a link: %w", err)
	}
	if err := json.Unmarshal(body, &l); err != nil || l.ID != id || len(l.Seal) != sealBytes {
		return Link{}, info, fmt.Errorf("read %s: the record is damaged; remove it and make a new link", d.Store.URI(LinkKey(id)))
	}
	return l, info, nil
}

// wellFormed says whether a text may be an id: no path gets through.
func wellFormed(id string) bool {
	return len(id) == 26 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Open is the good link of an id whose passphrase is right. The work is the same
// whatever is wrong. ErrNoLink; ctx's error while others try.
func (d Desk) Open(ctx context.Context, id, passphrase string) (Link, error) {
	l, err := d.Find(ctx, id)
	if err != nil && !errors.Is(err, ErrNoLink) {
		return Link{}, err
	}
	right, cerr := matches(ctx, l.Hash, passphrase)
	switch {
	case cerr != nil:
		return Link{}, cerr
	case err != nil || !right:
		return Link{}, ErrNoLink
	}
	return l, nil
}

// maxLinks bounds what is listed.
const maxLinks = 10_000

// listKey begins the keys of the list of an episode's links; without a number, of a show's.
func listKey(id drama.EpisodeID) string {
	if id.Number == 0 {
		return id.Show + "/links/"
	}
	return id.Show + "/links/" + id.Code() + "/"
}

// List is the links of an episode, or of a show where no number is given, the newest
// first, without what is secret of them.
func (d Desk) List(ctx context.Context, id drama.EpisodeID) ([]Link, error) {
	var ids []string
	err := d.Store.List(ctx, listKey(id), func(i store.Info) error {
		if link := path.Base(i.Key); wellFormed(link) && len(ids) < maxLinks {
			ids = append(ids, link)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	var all []Link
	for _, link := range ids {
		l, _, err := d.read(ctx, link)
		if errors.Is(err, ErrNoLink) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if l.Episode.Show == id.Show {
			l.Hash, l.Seal = "", nil
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b Link) int { return b.Made.Compare(a.Made) })
	return all, nil
}

// Revoke takes a link of a show back; a second time changes nothing. ErrNoLink.
func (d Desk) Revoke(ctx context.Context, show, id string) error {
	for {
		l, info, err := d.read(ctx, id)
		switch {
		case err != nil:
			return err
		case l.Episode.Show != show:
			return ErrNoLink
		case !l.Revoked.IsZero():
			return nil
		}
		l.Revoked = d.now()
		body, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("revoke a link: %w", err)
		}
		err = d.Store.PutIf(ctx, LinkKey(id), body, "application/json", info.Version)
		if !errors.Is(err, store.ErrChanged) {
			if err != nil {
				return fmt.Errorf("revoke a link: %w", err)
			}
			return nil
		}
	}
}
