package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
)

// What a look book asks of a plan. A sheet is a still without a take: it is drawn as often
// as its shot asks for candidates, and none that is there is used instead.

// sketched is the brief of a shot, without pictures where it is a sheet and nobody who
// may make it can be shown any: it is then made from words.
func (b *builder) sketched(s drama.Shot) drama.Brief {
	brief := prompt.Brief(b.in.Production, s)
	if s.Sheet == nil || b.edits() {
		return brief
	}
	return withoutRefs(brief, func(drama.Ref) bool { return false })
}

// edits says whether somebody who makes stills can be shown pictures.
func (b *builder) edits() bool {
	return b.season.Stills != nil && slices.ContainsFunc(b.season.Stills.Use, func(name string) bool {
		f, ok := b.facts(name)
		return ok && slices.Contains(f.Model.Modes, provider.ModeReferences)
	})
}

// routeSheet finds who may draw a sheet, and what its candidates cost.
func (b *builder) routeSheet(p *Shot, s drama.Shot) error {
	if err := b.planStill(p, s); err != nil || p.Still == nil {
		return err
	}
	p.Draw = max(s.Candidates, 1)
	if err := b.routeStill(p); err != nil || len(p.Still.Routes) == 0 {
		return err
	}
	p.Provider, p.Model = p.Still.Provider, p.Still.Model
	p.because(phrase.Say("plan.sheet-of", s.Sheet.String()))
	if s.Sheet.As == drama.RoleBody || s.Sheet.As == drama.RoleBack || s.Sheet.As == drama.RoleExpression {
		if !b.edits() {
			b.warn(p.Position, p.Slate, fmt.Sprintf("the sheet of %s is made from words alone, so that its face will be another one: nobody who makes it can be shown the approved face; use a model that edits pictures", s.Sheet))
		}
	}
	p.PriceLow.Micros *= int64(p.Draw)
	p.PriceHigh.Micros *= int64(p.Draw)
	return nil
}

// withoutRefs is a brief with only those pictures that are kept.
func withoutRefs(b drama.Brief, keep func(drama.Ref) bool) drama.Brief {
	those := func(refs []drama.Ref) (all []drama.Ref) {
		for _, r := range refs {
			if keep(r) {
				all = append(all, r)
			}
		}
		return all
	}
	b.Cast, b.Props = slices.Clone(b.Cast), slices.Clone(b.Props)
	for i := range b.Cast {
		b.Cast[i].Refs = those(b.Cast[i].Refs)
	}
	for i := range b.Props {
		b.Props[i].Refs = those(b.Props[i].Refs)
	}
	if b.Location != nil {
		l := *b.Location
		l.Refs = those(l.Refs)
		b.Location = &l
	}
	return b
}

func typed(r drama.Ref) bool { return r.Sheet == "" }

// stale says that a circled take differs from what the shot would be asked for now by
// sheets of the look book alone, and by which. Such a take is kept until a person wants
// another: a look book is made bit by bit, and each approval would buy the show again.
func (b *builder) stale(p Shot, t drama.Take, index map[string]int) ([]phrase.Phrase, bool) {
	if t.Asked == nil {
		return nil, false
	}
	why := changedSheets(t.Asked.Brief, p.Brief)
	if len(why) == 0 {
		return nil, false
	}
	now, was, asked := p, t, *t.Asked
	now.Brief, asked.Brief = withoutRefs(p.Brief, typed), withoutRefs(t.Asked.Brief, typed)
	if asked.Reads.Brief {
		// Whoever draws from the brief was told all of it, but is asked no other words now.
		if hash(asked.Brief) != hash(now.Brief) {
			return nil, false
		}
		asked.Reads.Brief = false
	}
	was.Asked = &asked
	b.bare = true
	defer func() { b.bare = false }()
	return why, b.sameRequest(now, was, index)
}

// changedSheets are the sheets that one brief has and another has not, or has another
// picture of, by name.
func changedSheets(was, now drama.Brief) (all []phrase.Phrase) {
	had, have := sheetsOf(was), sheetsOf(now)
	for _, r := range slices.Concat(have, had) {
		same := func(x Reference) bool { return x.Sheet == r.Sheet && x.File.SHA256 == r.File.SHA256 }
		if slices.ContainsFunc(had, same) != slices.ContainsFunc(have, same) && !slices.ContainsFunc(all, func(p phrase.Phrase) bool { return p.Args[0] == r.Sheet }) {
			all = append(all, phrase.Say("of.sheet", r.Sheet))
		}
	}
	return all
}

func sheetsOf(b drama.Brief) []Reference {
	return slices.DeleteFunc(References(b), func(r Reference) bool { return r.Sheet == "" })
}

// Changed says in the script's words what of a picture of the look book is not as it was
// asked for.
func (s Shot) Changed(asked *drama.Asked) []string {
	if asked != nil {
		if why := changedSheets(asked.Brief, s.Brief); len(why) > 0 {
			return phrase.Strings(why)
		}
	}
	return phrase.Strings(changes(s, drama.Take{Asked: asked}))
}
