package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// Pack is neighbours of one scene that are made in one call and cut apart afterwards. It is
// a shot of its own to whoever buys it, under the slate and digest of its first, by one
// route.
type Pack struct {
	Shot
	// Singly is what the shots cost each by itself, by their first routes.
	Singly drama.Money `json:"singly"`
}

// Member is one of the shots of a pack.
type Member struct {
	Slate    string          `json:"slate"`
	Digest   string          `json:"digest"`
	Frames   media.Frames    `json:"frames"`
	Index    int             `json:"index"` // of its window
	Brief    drama.Brief     `json:"brief"`
	Staging  dialect.Staging `json:"staging,omitzero"`
	NextTake int             `json:"next_take"`
	// Share is its part of the price, by the length of its window.
	Share drama.Money `json:"share"`
}

// Slates are the shots of the pack, in order.
func (s Shot) Slates() (all []string) {
	for _, m := range s.Members {
		all = append(all, m.Slate)
	}
	return all
}

// Weights are by what the members of a pack share its price: the lengths of their windows.
func (s Shot) Weights() (all []int64) {
	for _, m := range s.Members {
		all = append(all, s.Windows[m.Index])
	}
	return all
}

// PackOf is the pack that is bought under a slate; false: none is.
func (p Plan) PackOf(slate string) (Pack, bool) {
	i := slices.IndexFunc(p.Packs, func(k Pack) bool { return k.Slate == slate })
	if i < 0 {
		return Pack{}, false
	}
	return p.Packs[i], true
}

// members are a pack's shots as its dialect is given them.
func (s Shot) members() (all []dialect.Member) {
	for _, m := range s.Members {
		all = append(all, dialect.Member{Brief: m.Brief, Staging: m.Staging, MS: s.Windows[m.Index]})
	}
	return all
}

// packed is what is made together, one way.
type packed struct {
	packs  []Pack
	able   int // shots whose model can be told several at once
	shots  int
	saved  int64 // micro-units
	finals int64 // what less the finals of its drafts cost
	why    []string
}

// packs finds what is made together, as the season makes takes and the other way; where the
// season asks for it the plan has it.
func (b *builder) packs() {
	b.together = map[way]packed{}
	if b.in.Retake != nil && b.in.Retake.Final {
		b.packFinals()
		return
	}
	b.together[asSeason] = b.pack(b.plan.Shots)
	if len(b.others) > 0 {
		shots := slices.Clone(b.plan.Shots)
		for i := range shots {
			if o, ok := b.others[shots[i].Slate]; ok {
				shots[i].Routes = o.routes
			}
		}
		b.together[otherwise] = b.pack(shots)
	}
	if !b.season.Takes.Pack {
		return
	}
	own := b.together[asSeason]
	b.plan.Packs = own.packs
	for _, k := range own.packs {
		for _, m := range k.Members {
			i := slices.IndexFunc(b.plan.Shots, func(s Shot) bool { return s.Slate == m.Slate })
			s := &b.plan.Shots[i]
			s.Packed = k.Slate
			s.PriceLow.Micros += m.Share.Micros - s.Routes[0].Price.Micros
			s.also(phrase.Say("plan.one-call", strings.Join(slices.DeleteFunc(k.Slates(), func(slate string) bool { return slate == m.Slate }), ", ")))
		}
	}
	if len(own.packs) == 0 && len(own.why) > 0 {
		b.warn(drama.Position{}, "", fmt.Sprintf("takes.pack asks for neighbours to be made in one call, and none are: %s", strings.Join(own.why, "; ")))
	}
}

// pack groups neighbours so that together they cost least; of groupings that cost the same
// it takes small ones, of which less is lost with one that is not cut as asked.
func (b *builder) pack(shots []Shot) (out packed) {
	least := make([]int64, len(shots)+1) // saved by the first i shots, at most
	last := make([]Pack, len(shots)+1)   // the pack that ends there; none: the shot is made by itself
	why := func(reason string) {
		if reason != "" && !slices.Contains(out.why, reason) && len(out.why) < 3 {
			out.why = append(out.why, reason)
		}
	}
	alone := make([]string, len(shots))
	for i := range shots {
		alone[i] = b.alone(shots[i])
	}
	for i := 1; i <= len(shots); i++ {
		least[i] = least[i-1]
		if alone[i-1] != "" {
			if shots[i-1].Action == Make && len(shots[i-1].Routes) > 0 { // else a problem says so
				why(alone[i-1])
			}
			continue
		}
		out.able++
		for j := i - 2; j >= 0; j-- {
			if alone[j] != "" {
				break
			}
			if reason := apart(shots[j], shots[j+1:i]); reason != "" {
				if j == i-2 {
					why(reason)
				}
				break
			}
			k, reason, more := b.packOf(shots[j:i])
			if reason != "" {
				why(reason)
			} else if saved := k.Singly.Micros - k.Routes[0].Price.Micros; least[j]+saved > least[i] {
				least[i], last[i] = least[j]+saved, k
			}
			if !more {
				break
			}
		}
	}
	for i := len(shots); i > 0; {
		k := last[i]
		if len(k.Members) == 0 {
			i--
			continue
		}
		out.packs = append(out.packs, k)
		out.shots += len(k.Members)
		out.saved += k.Singly.Micros - k.Routes[0].Price.Micros
		if d := k.Routes[0].Draft; d != nil {
			out.finals -= d.Final.Micros
			for _, s := range shots[i-len(k.Members) : i] {
				out.finals += s.Routes[0].Draft.Final.Micros
			}
		}
		i -= len(k.Members)
	}
	slices.Reverse(out.packs)
	return out
}

// alone says why a shot is made by itself whoever stands beside it; empty: it need not.
func (b *builder) alone(p Shot) string {
	shot := "shot " + p.Slate + " "
	switch {
	case p.Action != Make || p.Draw > 0 || len(p.Routes) == 0:
		return "it is not made"
	case b.retaken[p.Slate] || p.Final != nil:
		return shot + "is retaken, and a retake is made by itself"
	case p.BestOf > 1:
		return "takes.best_of chooses among takes, each of which is made by itself"
	case p.MaxTakes < 2:
		return "takes.max is 1, and a clip that is cut elsewhere than asked would leave its shots without a take"
	case p.Compare != nil:
		return shot + "is compared with another model's take"
	case p.Still != nil || p.From != nil || p.To != nil:
		return shot + "starts from a picture or ends on one"
	case p.Seed != nil:
		return shot + "has a seed of its own"
	case p.Frames == 0 || p.Routes[0].Price.Micros == 0:
		return "what is free needs no packing"
	case slices.ContainsFunc(b.in.Earlier[p.Slate], func(e Earlier) bool { return e.Take.Digest == p.Digest }):
		return shot + "has a take already"
	}
	r := p.Routes[0]
	f, ok := b.facts(r.Instance)
	if !ok || f.Parked != "" {
		return r.Instance + " cannot be asked now"
	}
	mode, _ := dialectMode(r.Mode)
	if d := b.dialects[f.Model.Dialect]; r.Dialect == "" || d == nil {
		return fmt.Sprintf("%s is told one shot at a time", r.Model)
	} else if _, ok := d.Packs(mode); !ok {
		return fmt.Sprintf("%s is told one shot at a time, for it has no form for several in which lengths are kept", r.Model)
	}
	return ""
}

// apart says why a shot and those that follow it cannot be made together; empty: they can.
func apart(p Shot, rest []Shot) string {
	for _, q := range rest {
		pair := fmt.Sprintf("%s and %s ", p.Slate, q.Slate)
		switch {
		case p.Scene != q.Scene: // place, time, light and clothes are a scene's
			return "neighbours are of different scenes"
		case p.Prompt.Negative != q.Prompt.Negative:
			return pair + "are to avoid different things"
		}
		x, y := p.Routes[0], q.Routes[0]
		if x.Instance != y.Instance || x.Model != y.Model || x.Mode != y.Mode || x.Raster != y.Raster || x.Audio != y.Audio || (x.Draft == nil) != (y.Draft == nil) {
			return pair + "are made in different ways"
		}
	}
	return ""
}

// packOf is the shots made together, or why they cannot be or need not; more says whether
// it may be otherwise with more of them.
func (b *builder) packOf(shots []Shot) (k Pack, why string, more bool) {
	lead, r := shots[0], shots[0].Routes[0]
	f, _ := b.facts(r.Instance)
	m := f.Model
	if r.Draft != nil {
		m = m.Drafting()
	}
	mode, _ := dialectMode(r.Mode)
	w, _ := b.dialects[m.Dialect].Packs(mode)
	if len(shots) > w.Most {
		return k, fmt.Sprintf("%s is told %d shots at most", r.Model, w.Most), false
	}
	k.Singly = drama.Money{Currency: b.currency}
	k.Shot = Shot{
		Slate: lead.Slate, Scene: lead.Scene, Action: Make, Digest: lead.Digest, Position: lead.Position, NextTake: lead.NextTake, MaxTakes: 1,
		Provider: r.Instance, Model: r.Model, Brief: joined(shots), Prompt: prompt.Prompt{Negative: lead.Prompt.Negative},
	}
	total := int64(0)
	for i, s := range shots {
		k.Windows = append(k.Windows, w.Of(max(milliseconds(s.Frames-held, s.Brief.FPS), 1)))
		total += k.Windows[i]
		k.Members = append(k.Members, Member{Slate: s.Slate, Digest: s.Digest, Frames: s.Frames, Index: i, Brief: s.Brief, Staging: s.Staging, NextTake: s.NextTake})
		k.Singly.Micros += s.Routes[0].Price.Micros
		for _, id := range s.Staging.Dressed {
			if !slices.Contains(k.Staging.Dressed, id) {
				k.Staging.Dressed = append(k.Staging.Dressed, id)
			}
		}
	}
	k.References = References(k.Brief)
	r.Voices, r.Unsent, r.Pictures, r.Remedies, r.Text, r.Citation = nil, nil, nil, nil, nil, ""
	r.Route = attempts.Route{Instance: r.Instance, Model: r.Model}
	asked := m.For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio})
	if r.MakeMS, why = lengthOf(total, total, asked); why != "" {
		return k, fmt.Sprintf("%s %s", r.Model, strings.Replace(why, "this shot is", "two neighbours are", 1)), false
	}
	k.Windows[len(k.Windows)-1] += r.MakeMS - total
	k.Frames = media.FramesIn(time.Duration(r.MakeMS)*time.Millisecond, lead.Brief.FPS)
	if why = b.showAll(&k, shots, m, &r); why != "" {
		return k, why, true
	}
	b.lock(k.Shot, f, &r)
	for _, s := range shots {
		for _, v := range s.Routes[0].Voices {
			if !slices.Contains(r.Voices, v) {
				return k, fmt.Sprintf("%s cannot be given the voices of all who speak", r.Model), true
			}
		}
	}
	price, err := b.price(m, r, len(k.Sent(r)))
	if err != nil {
		return k, err.Error(), true
	}
	if price.Micros >= k.Singly.Micros {
		return k, fmt.Sprintf("in one call neighbours cost no less: of %s %s, and each by itself %s", r.Model, price, k.Singly), true
	}
	r.Price = price
	if r.Draft != nil {
		r.Draft = &Drafted{Days: r.Draft.Days}
		if why := b.priceFinal(f.Model, &r); why != "" {
			return k, why, true
		}
	}
	k.Routes = []Route{r}
	if why := tooLong(asked, k.Told(r, nil).Prompt); why != "" {
		return k, fmt.Sprintf("%s %s", r.Model, why), true
	}
	k.PriceLow, k.PriceHigh = price, price
	for i, share := range price.Shares(k.Weights()) {
		k.Members[i].Share = share
	}
	k.because(phrase.Say("plan.call", strings.Join(k.Slates(), ", ")))
	return k, "", true
}

// showAll chooses the pictures of a pack: all of them, or those that its shots would be
// shown each by itself.
func (b *builder) showAll(k *Pack, shots []Shot, m provider.Model, r *Route) string {
	if r.Mode != provider.ModeReferences || len(k.References) == 0 {
		return ""
	}
	most := m.MaxReferences
	if d := b.dialects[m.Dialect]; d.Useful() > 0 && (most == 0 || d.Useful() < most) {
		most = d.Useful()
	}
	if most == 0 || len(k.References) <= most {
		return ""
	}
	var sent []string
	for _, s := range shots {
		for _, ref := range s.Sent(s.Routes[0]) {
			sent = append(sent, ref.Kind+" "+ref.Name+" "+ref.File.SHA256)
		}
	}
	for i, ref := range k.References {
		if slices.Contains(sent, ref.Kind+" "+ref.Name+" "+ref.File.SHA256) {
			r.Pictures = append(r.Pictures, i)
		}
	}
	if len(r.Pictures) > most {
		return fmt.Sprintf("%s is shown %d reference pictures at most, and neighbours have %d together", r.Model, most, len(r.Pictures))
	}
	return ""
}

// joined is what the shots of a pack have in common, and whom and what they show together.
func joined(shots []Shot) drama.Brief {
	all := shots[0].Brief
	all.Cast, all.Props, all.Lines = nil, nil, nil
	all.Action, all.Size, all.Angle, all.Move, all.Lens, all.Sound, all.Frames = "", "", "", "", "", "", 0
	var heard, done []string
	for _, s := range shots {
		done = append(done, s.Brief.Action)
		for _, c := range s.Brief.Cast {
			if !slices.ContainsFunc(all.Cast, func(x drama.BriefCast) bool { return x.ID == c.ID }) {
				all.Cast = append(all.Cast, c)
			}
		}
		for _, p := range s.Brief.Props {
			if !slices.ContainsFunc(all.Props, func(x drama.BriefProp) bool { return x.ID == p.ID }) {
				all.Props = append(all.Props, p)
			}
		}
		all.Lines = append(all.Lines, s.Brief.Lines...)
		if s.Brief.Sound != "" && !slices.Contains(heard, s.Brief.Sound) {
			heard = append(heard, s.Brief.Sound)
		}
		all.Frames += s.Brief.Frames
	}
	all.Action, all.Sound = strings.Join(done, " "), strings.Join(heard, "; ")
	return all
}
