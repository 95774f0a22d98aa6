package retention

import (
	"maps"

	"github.com/dailies/dailies/internal/drama"
)

// Needs is what of a show is needed, and by what. The zero value is ready for use; it is
// not safe for concurrent use.
type Needs struct {
	takes    map[drama.TakeID]string
	cuts     map[cut]string
	pictures map[string]bool
}

type cut struct {
	episode drama.EpisodeID
	number  int
}

// Take notes that a take is needed by something, in words. The first word counts.
func (n *Needs) Take(id drama.TakeID, by string) {
	if n.takes == nil {
		n.takes = make(map[drama.TakeID]string)
	}
	if n.takes[id] == "" {
		n.takes[id] = by
	}
}

// Cut notes that a cut is needed.
func (n *Needs) Cut(id drama.EpisodeID, number int, by string) {
	if n.cuts == nil {
		n.cuts = make(map[cut]string)
	}
	if c := (cut{id, number}); n.cuts[c] == "" {
		n.cuts[c] = by
	}
}

// Manifest notes what a cut that stays, or a dub, is made of: its takes, those that they
// are finals of, and its mezzanines by their packets.
func (n *Needs) Manifest(m drama.Manifest, by string) {
	if n.pictures == nil {
		n.pictures = make(map[string]bool)
	}
	for _, s := range m.Shots {
		n.Take(s.Take, by)
		if s.FinalOf != nil {
			n.Take(*s.FinalOf, by)
		}
		n.pictures[s.VideoDigest] = true
	}
	for _, v := range m.Versions {
		for _, digest := range v.VideoDigests {
			n.pictures[digest] = true
		}
	}
	delete(n.pictures, "") // what is not known is nothing's
	if m.Dub != nil {
		n.Cut(m.ID, m.Cut, by)
		for _, l := range m.Dub.Lips {
			n.Take(l.Take, by)
		}
	}
}

// Edit notes the takes of an editor's cut.
func (n *Needs) Edit(e drama.Edit) {
	take := func(slate string, number int) {
		if number > 0 {
			n.Take(drama.TakeID{Episode: e.Episode, Slate: slate, Number: number}, "an editor's cut")
		}
	}
	for _, v := range e.Events {
		take(v.Slate, v.Take)
	}
	for _, s := range e.Knew {
		take(s.Slate, s.Take)
	}
	for _, c := range e.Circled {
		take(c.Slate, c.Was)
		take(c.Slate, c.Now)
	}
}

// Note notes what a note is about; one that was deleted is about nothing.
func (n *Needs) Note(v drama.Note) {
	switch {
	case v.Deleted:
	case v.Take > 0:
		n.Take(drama.TakeID{Episode: v.Episode, Slate: v.Slate, Number: v.Take}, "a note")
	case v.Cut > 0:
		n.Cut(v.Episode, v.Cut, "a note")
	}
}

// Mark notes a take that a person wants to keep.
func (n *Needs) Mark(m drama.Mark) {
	if m.State == drama.TakePrint || m.State == drama.TakeHold {
		n.Take(m.Take, "a mark: "+string(m.State))
	}
}

// Add adds what other needs have.
func (n *Needs) Add(o Needs) {
	for id, by := range o.takes {
		n.Take(id, by)
	}
	for c, by := range o.cuts {
		n.Cut(c.episode, c.number, by)
	}
	if n.pictures == nil {
		n.pictures = make(map[string]bool)
	}
	maps.Copy(n.pictures, o.pictures)
}

// OfTake is what needs a take, OfCut what needs a cut; empty: nothing does.
func (n *Needs) OfTake(id drama.TakeID) string               { return n.takes[id] }
func (n *Needs) OfCut(id drama.EpisodeID, number int) string { return n.cuts[cut{id, number}] }

// OfPictures is what needs a mezzanine with such packets.
func (n *Needs) OfPictures(digest string) string {
	if n.pictures[digest] {
		return "a cut"
	}
	return ""
}
