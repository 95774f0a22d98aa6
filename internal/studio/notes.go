package studio

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/terminal"
)

// ErrStale: the record was changed since it was read.
var ErrStale = library.ErrStale

// ErrRemark: what a person wrote or drew cannot be kept; the error says why.
var ErrRemark = errors.New("cannot be kept")

// AddNote keeps a note on a take or a cut. What it is on must be there, and the frames in
// it. A note on a cut gets the slate of the shot that is shown at its first frame.
func (s *Studio) AddNote(ctx context.Context, n drama.Note) (drama.Note, error) {
	frames := media.Frames(0)
	switch {
	case n.Take > 0 && n.Cut == 0:
		t, err := s.Take(ctx, drama.TakeID{Episode: n.Episode, Slate: n.Slate, Number: n.Take})
		if err != nil {
			return n, err
		}
		frames = 1 // a clip that cannot be decoded may be spoken of too
		if t.Measured != nil {
			frames = max(frames, t.Measured.Conformed)
		}
	case n.Cut > 0 && n.Take == 0:
		m, err := s.Manifest(ctx, n.Episode, n.Cut)
		if err != nil {
			return n, err
		}
		frames, n.Slate = m.Frames, ""
		for _, shot := range m.Shots {
			if shot.Start <= n.From {
				n.Slate = shot.Slate
			}
		}
	}
	n.Text = strings.TrimSpace(n.Text)
	if err := errors.Join(n.Problem(frames), remark("the note", n.Text)); err != nil {
		return n, fmt.Errorf("the note %w: %w", ErrRemark, err)
	}
	n.By, n.At = s.by(), s.now()
	n.ID = noteID(n.At)
	n.Version, n.Done, n.Deleted, n.ChangedBy, n.ChangedAt = 0, false, false, "", time.Time{}
	return n, s.library().WriteNote(ctx, n)
}

// NoteChange is what is done to a note; nil leaves it as it is.
type NoteChange struct {
	Text    *string
	Strokes *[][]int
	Done    *bool
	Delete  bool
}

// ChangeNote changes version of a note, or deletes it: nothing is written over, the
// versions before are kept. ErrUnknown; ErrStale if version is not the newest.
func (s *Studio) ChangeNote(ctx context.Context, id drama.EpisodeID, note string, version int, c NoteChange) (drama.Note, error) {
	n, err := s.Note(ctx, id, note)
	if err != nil {
		return n, err
	}
	if n.Version != version {
		return n, fmt.Errorf("change note %s of %s: %w", note, id, ErrStale)
	}
	if c.Text != nil {
		n.Text = strings.TrimSpace(*c.Text)
	}
	if c.Strokes != nil {
		n.Strokes = *c.Strokes
	}
	if c.Done != nil {
		n.Done = *c.Done
	}
	// Its frames were checked when it was made.
	if err := errors.Join(n.Problem(n.To+1), remark("the note", n.Text)); err != nil {
		return n, fmt.Errorf("the note %w: %w", ErrRemark, err)
	}
	n.Deleted = c.Delete
	n.Version++
	n.ChangedBy, n.ChangedAt = s.by(), s.now()
	return n, s.library().WriteNote(ctx, n)
}

// Note reads one note. ErrUnknown.
func (s *Studio) Note(ctx context.Context, id drama.EpisodeID, note string) (drama.Note, error) {
	unknown := fmt.Errorf("note %q of %s is %w", note, id, ErrUnknown)
	if !noteIDs.MatchString(note) {
		return drama.Note{}, unknown
	}
	n, err := s.library().Note(ctx, id, note)
	if errors.Is(err, store.ErrNotFound) || err == nil && n.Deleted {
		return drama.Note{}, unknown
	}
	return n, err
}

// Notes lists an episode's notes in the order they were made.
func (s *Studio) Notes(ctx context.Context, id drama.EpisodeID) ([]drama.Note, []error, error) {
	return s.library().Notes(ctx, id)
}

// NotesSince is the newest version of each note of an episode, deleted ones too, by id.
// Versions that are known are not read again.
func (s *Studio) NotesSince(ctx context.Context, id drama.EpisodeID, known map[string]drama.Note) (map[string]drama.Note, error) {
	return s.library().NotesSince(ctx, id, known)
}

// Mark marks a take NG, hold or print, or takes the mark back. ErrUnknown, ErrStale.
func (s *Studio) Mark(ctx context.Context, id drama.TakeID, state drama.TakeState, why string) (drama.Mark, error) {
	if _, err := s.Take(ctx, id); err != nil {
		return drama.Mark{}, err
	}
	m := drama.Mark{Take: id, State: state, Why: strings.TrimSpace(why), By: s.by(), At: s.now()}
	if err := errors.Join(m.Problem(), remark("the reason", m.Why)); err != nil {
		return m, fmt.Errorf("the mark of take %s %w: %w", id, ErrRemark, err)
	}
	return s.library().WriteMark(ctx, m)
}

// Marks are the marks of an episode's takes, or of one slate's.
func (s *Studio) Marks(ctx context.Context, id drama.EpisodeID, slate string) (map[drama.TakeID]drama.Mark, []error, error) {
	return s.library().Marks(ctx, id, slate)
}

// remark bounds what people write about pictures, and keeps out what would act on a
// terminal or turn the text around it.
func remark(what, text string) error {
	if n := utf8.RuneCountInString(text); n > drama.MaxNote {
		return fmt.Errorf("%s has %d characters, at most %d are kept", what, n, drama.MaxNote)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s is not UTF-8", what)
	}
	if i := strings.IndexFunc(text, terminal.Acts); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return fmt.Errorf("%s holds the control character U+%04X: type it anew", what, r)
	}
	return nil
}

var noteIDs = regexp.MustCompile(`^[0-9]{8}T[0-9]{9}-[0-9a-f]{16}$`)

// noteID sorts by time, and is nobody else's.
func noteID(at time.Time) string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return strings.Replace(at.UTC().Format("20060102T150405.000"), ".", "", 1) + "-" + hex.EncodeToString(b[:])
}
