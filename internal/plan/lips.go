package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// LipSync is who changes the lips of a dub, and what is known of that.
type LipSync struct {
	// Instance is who does it.
	Instance string
	// Said names by slate what is said in a shot and by what voices: a shot that is not in
	// it has nothing to say.
	Said map[string]string
	// Done are the digests (Lips.Digest) of which the pictures are there already.
	Done map[string]bool
}

// Lips is a shot's pictures with other lips, planned like a take of a slate of its own: see
// drama.LipsSlate. Its digest is of the take, of what is said and of the model; whether
// the pictures are there that a run wants is its own to find out.
type Lips struct {
	Shot
	Who string `json:"who"` // whose lips
	// SendFrames is the least that is sent; the last picture is held for it.
	SendFrames media.Frames `json:"send_frames"`
	MaxBytes   int64        `json:"max_bytes,omitempty"` // of the clip that is sent
	Rehearsal  bool         `json:"rehearsal,omitempty"`
}

// lipTakes is how often the pictures of a shot are bought before they stay as they are.
const lipTakes = 2

// lipFacts are the facts of who changes lips; false where nobody does: problems say why.
func (b *builder) lipFacts() (provider.Facts, bool) {
	l := b.in.LipSync
	if l == nil {
		return provider.Facts{}, false
	}
	f, ok := b.facts(l.Instance)
	var can []string
	for _, f := range b.in.Providers {
		if f.Model.LipSync != nil {
			can = append(can, f.Instance)
		}
	}
	switch {
	case !ok:
		b.problem(drama.Position{}, "", fmt.Sprintf("no provider %q is configured that could change lips%s; there are: %s", l.Instance, didYouMean(l.Instance, can), list(can)))
	case f.Model.LipSync == nil:
		b.problem(drama.Position{}, "", fmt.Sprintf("%s (%s) changes no lips; those that do: %s", l.Instance, f.Model.ID, list(can)))
	case b.absent(f) != "":
		b.problem(drama.Position{}, "", fmt.Sprintf("%s cannot change lips: it %s", l.Instance, b.absent(f)))
	case f.Parked != "":
		b.problem(drama.Position{}, "", fmt.Sprintf("%s cannot change lips: it %s", l.Instance, parked(f)))
	case f.Model.LipSync.ByURL && b.in.NoURLs:
		b.problem(drama.Position{}, "", fmt.Sprintf("%s takes clips by their address only, and vendors cannot reach this store: configure s3", l.Instance))
	default:
		return f, true
	}
	return f, false
}

// lips plans a shot's pictures with other lips, where somebody who is seen speaks.
func (b *builder) lips(p *Shot, s drama.Shot, f provider.Facts) {
	said := b.in.LipSync.Said[p.Slate]
	var who []string
	for _, l := range s.Lines {
		if s.OnLips(l) && drama.Audible(l.Say) && !slices.Contains(who, l.Who) {
			who = append(who, l.Who)
		}
	}
	if said == "" || len(who) == 0 || p.Reuse == nil {
		return
	}
	keeps := func(why string) {
		b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s keeps its lips in the dub: %s", p.Slate, why))
	}
	slate := drama.LipsSlate(p.Slate)
	if _, taken := b.shots[slate]; taken || !drama.ValidSlate(slate) {
		keeps(fmt.Sprintf("they would be kept as %s, which is another shot's slate or too long", slate))
		return
	}
	if len(who) > 1 {
		keeps("several people who are seen speak in it, and nobody can be told whose lips are whose")
		return
	}
	if p.Frames == 0 {
		keeps("how long it is only decoding tells; give it a duration")
		return
	}
	fps := b.season.Format.FPS
	sent, billed, why := f.Model.Lip(p.Frames, fps, b.season.Format.Raster)
	if why != "" {
		keeps(f.Instance + " " + why)
		return
	}
	r := Route{Route: attempts.Route{Instance: f.Instance, Model: f.Model.ID}, Type: f.Type, Mode: provider.ModeLipSync, Raster: b.season.Format.Raster, MakeMS: sent}
	price, err := f.Model.Price(provider.Bought{Mode: r.Mode, Raster: r.Raster, MS: billed})
	if err == nil {
		price, err = b.in.Exchange.Convert(price, b.currency)
	}
	if err != nil {
		keeps(fmt.Sprintf("%s has no usable price: %v", f.Instance, err))
		return
	}
	r.Price = price
	none := drama.Money{Currency: b.currency}
	l := &Lips{Who: who[0], SendFrames: max(p.Frames, media.Frames((sent*fps.Num+1000*fps.Den-1)/(1000*fps.Den))), MaxBytes: f.Model.LipSync.MaxBytes, Rehearsal: f.Model.LipSync.Rehearsal}
	l.Shot = Shot{
		Slate: slate, Scene: p.Scene, Action: Make, Reason: "other lips, by " + f.Instance, Provider: f.Instance, Model: f.Model.ID, Frames: p.Frames,
		Brief: p.Brief, References: faceOf(p.References, who[0]), Routes: []Route{r}, PriceLow: price, PriceHigh: drama.Money{Micros: price.Micros * lipTakes, Currency: b.currency},
		NextTake: b.in.TakeCounts[slate] + 1, MaxTakes: lipTakes, Position: p.Position,
	}
	l.Digest = hash(struct {
		Lips  int    `json:"lips"` // 1
		Take  string `json:"take"`
		Said  string `json:"said"`
		Frame int64  `json:"frames"`
		Size  string `json:"size"`
		Type  string `json:"type"`
		Model string `json:"model"`
	}{1, p.Reuse.String(), said, int64(p.Frames), b.season.Format.Raster.String(), f.Type, f.Model.ID})
	if b.in.LipSync.Done[l.Digest] {
		l.Action, l.Reason, l.PriceLow, l.PriceHigh = Reuse, "its lips are there", none, none
	}
	p.Lips = l
}

// faceOf are the pictures of somebody's face, the nearest first: one at most.
func faceOf(refs []Reference, who string) []Reference {
	for _, near := range []bool{true, false} {
		for _, r := range refs {
			if r.Kind == "cast" && r.Name == who && (!near || r.As == drama.RoleFace) {
				return []Reference{r}
			}
		}
	}
	return nil
}
