package plan

import (
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
)

// packFinals joins the finals of drafts that were cut out of one clip: their vendor delivers
// that clip again, whole and once, and those that are asked for are cut out of it.
func (b *builder) packFinals() {
	byDraft := map[string]int{} // position in Packs
	for i := range b.plan.Shots {
		p := &b.plan.Shots[i]
		if p.Final == nil || p.Final.take.Pack == nil || len(p.Routes) == 0 {
			continue
		}
		of := p.Final.take.Pack
		key := p.Provider + " " + p.Final.Draft.ID
		n, ok := byDraft[key]
		if !ok {
			n = len(b.plan.Packs)
			byDraft[key] = n
			b.plan.Packs = append(b.plan.Packs, Pack{Singly: p.Routes[0].Price, Shot: Shot{
				Slate: p.Slate, Scene: p.Scene, Action: Make, Digest: p.Digest, Position: p.Position, NextTake: p.NextTake, MaxTakes: 1, Provider: p.Provider, Model: p.Model,
				Brief: p.Brief, Prompt: prompt.Prompt{Negative: p.Prompt.Negative}, Routes: p.Routes[:1:1], PriceLow: p.Routes[0].Price, PriceHigh: p.Routes[0].Price,
				Frames: media.FramesIn(time.Duration(of.Whole())*time.Millisecond, p.Brief.FPS), Windows: of.Windows, Final: p.Final,
			}})
		}
		k := &b.plan.Packs[n]
		k.Members = append(k.Members, Member{Slate: p.Slate, Digest: p.Digest, Frames: p.Frames, Index: of.Index, Brief: p.Brief, NextTake: p.NextTake})
	}
	for n := range b.plan.Packs {
		k := &b.plan.Packs[n]
		k.because(phrase.Say("plan.final-clip", strings.Join(k.Slates(), ", ")))
		for i, share := range k.PriceLow.Shares(k.Weights()) {
			m := &k.Members[i]
			m.Share = share
			j := slices.IndexFunc(b.plan.Shots, func(s Shot) bool { return s.Slate == m.Slate })
			s := &b.plan.Shots[j]
			s.Packed, s.PriceLow, s.PriceHigh = k.Slate, share, share
			if others := slices.DeleteFunc(k.Slates(), func(slate string) bool { return slate == m.Slate }); len(others) > 0 {
				s.also(phrase.Say("plan.one-clip", strings.Join(others, ", ")))
			}
		}
	}
}

// sameClip names the clip that a draft was cut out of; empty: it is a clip of its own.
func sameClip(t drama.Take) string {
	if t.Pack == nil || t.Draft == nil {
		return ""
	}
	return t.Provider + " " + t.Draft.ID
}
