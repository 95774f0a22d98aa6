package drama

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// LookBookNumber is the number of the episode under which the pictures of a show's look
// book are bought: no script has it.
const LookBookNumber = 999_999

// lookBookCode stands where episodes have epNN.
const lookBookCode = "sheets"

// LookBookID is where the pictures of a show's look book are bought: night-shift/sheets.
func LookBookID(show string) EpisodeID { return EpisodeID{Show: show, Number: LookBookNumber} }

// Sheet is one picture of a show's look book: a single view of one member of the cast,
// place or prop.
type Sheet struct {
	Kind string `json:"kind"` // cast, location, prop
	ID   string `json:"id"`
	As   Role   `json:"as"`
	// Wardrobe is what somebody wears in it, by name, Time the time of day at a place.
	Wardrobe string `json:"wardrobe,omitempty"`
	Time     string `json:"time,omitempty"`
}

// Key tells it from every other sheet of the show.
func (s Sheet) Key() string {
	key := s.ID + ":" + string(s.As)
	if v := s.Wardrobe + s.Time; v != "" { // one of them is empty
		key += ":" + v
	}
	return key
}

// Name is how a person types it: mara:face, mara:body:gala, office:plate:night-past-midnight.
// Two sheets may have one name, whose times differ by spaces and signs alone.
func (s Sheet) Name() string {
	parts := strings.Split(s.Key(), ":")
	for i, part := range parts {
		parts[i] = strings.Join(strings.FieldsFunc(part, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
		}), "-")
	}
	return strings.Join(parts, ":")
}

// String is how it is told: "mara: face", "mara: body, gala".
func (s Sheet) String() string {
	if v := s.Wardrobe + s.Time; v != "" {
		return fmt.Sprintf("%s: %s, %s", s.ID, s.As, v)
	}
	return fmt.Sprintf("%s: %s", s.ID, s.As)
}

// Approved is a sheet that a person has chosen a picture for: it is one of the show's
// references.
type Approved struct {
	Sheet
	File   File      `json:"file"`
	Take   TakeID    `json:"take"` // the candidate that was chosen
	Digest string    `json:"digest"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// LookBook is what of a show's sheets is approved, by Sheet.Key.
type LookBook struct {
	Show   string              `json:"show"`
	Sheets map[string]Approved `json:"sheets"`
}
