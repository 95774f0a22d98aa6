package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// pack is shots that are made in one call. The first of them, its lead, buys; the others
// wait for it as a shot waits for one that it starts from. What comes is cut apart, and each
// shot judges its piece as a take of its own. If nothing comes, or it is not cut where it was
// asked to, each goes on by itself.
type pack struct {
	plan    activities.PackPlan
	members []*shot
	bought  bool   // its call is on its way: whoever waits, waits for its end
	over    bool   // each goes on by itself
	failed  string // why nobody can, though the clip is paid for
}

// piece is a take that was cut out for a shot.
type piece struct {
	take drama.TakeID
	clip activities.Clip
}

// pack joins the shots that the plan makes in one call. One of which a shot has gone its own
// way in a history before is none any more.
func (e *episode) pack() {
	for _, k := range e.plan.Packs {
		p := &pack{plan: k}
		for _, slate := range k.Slates {
			if s := e.bySlate[slate]; s != nil && !s.Alone {
				p.members = append(p.members, s)
			}
		}
		if len(p.members) != len(k.Slates) {
			continue
		}
		for _, s := range p.members {
			s.pack = p
		}
	}
}

// end lets each of the shots go on by itself.
func (p *pack) end() {
	p.over = true
	for _, m := range p.members {
		m.Alone = true
	}
}

// apart ends a pack of which nothing was bought.
func (p *pack) apart(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	for _, m := range p.members {
		m.because("is made by itself and not in one call with others: %s", why)
	}
	p.end()
}

// gone is a shot of the pack that does not wait for it any more, so that it is not bought;
// nil: there is none. The final of a clip is bought for those that are left.
func (p *pack) gone() *shot {
	if p.plan.Final {
		return nil
	}
	for _, m := range p.members[1:] {
		if m.given || m.chosen || m.Retake != nil || !m.running {
			return m
		}
	}
	return nil
}

// gathered says that all others wait.
func (p *pack) gathered() bool {
	for _, m := range p.members[1:] {
		if !m.arrived && (!p.plan.Final || m.running && !m.given && !m.chosen) {
			return false
		}
	}
	return true
}

// with names the others, for behind what is bought.
func (p *pack) with() string {
	if len(p.plan.Slates) == 1 {
		return ""
	}
	return ", in one call with " + strings.Join(p.plan.Slates[1:], ", ") + ","
}

// together has a shot of a pack made with the others. It is true when the shot is to go on
// by itself.
func (e *episode) together(ctx workflow.Context, s *shot) (more bool) {
	p := s.pack
	switch {
	case p == nil || s.Alone:
		return true
	case p.members[0] == s:
		return e.buyTogether(ctx, s, p)
	}
	s.State, s.source, s.since, s.arrived = drama.ShotWaiting, p.members[0].Plan.Slate, workflow.Now(ctx), true
	err := workflow.Await(ctx, func() bool {
		return p.over || !p.bought && (e.draining(ctx) || e.stopped != "" || s.over(ctx))
	})
	s.source, s.arrived = "", false
	switch {
	case s.piece != nil:
		return e.judgePiece(ctx, s)
	case err != nil || s.over(ctx):
		return false
	case p.failed != "":
		e.giveUp(s, []string{p.failed})
		return false
	case p.over && p.plan.Final && len(s.Tried) == 0:
		e.giveUp(s, []string{"the final of the clip that it is cut out of did not come: see shot " + p.members[0].Plan.Slate})
		return false
	}
	return p.over
}

// buyTogether buys a pack's clip and has it cut apart.
func (e *episode) buyTogether(ctx workflow.Context, s *shot, p *pack) (more bool) {
	step, estimate, takes, ok := e.order(ctx, s, p)
	if !ok {
		if s.over(ctx) {
			p.end()
		}
		return p.over && !s.over(ctx) && !p.plan.Final
	}
	p.bought = true
	what := fmt.Sprintf("take %d by %s%s", step.Take, step.Route.Instance, p.with())
	summary := fmt.Sprintf("shots %s, take %d, %s", strings.Join(p.plan.Slates, " "), step.Take, step.Route.Instance)
	for {
		b := e.buy(ctx, s, step, estimate, what, summary, activities.GenerateInput{Take: takes[0], Pack: takes})
		if s.Held != nil {
			s.Held.Pack = takes
			p.freeLooks(e)
			if e.decided(ctx, s) {
				step, estimate = s.Held.Step, s.Held.Estimate
				continue
			}
			if p.bought = false; s.over(ctx) {
				p.end() // what became of the job, the ledger knows
			}
			return false
		}
		switch {
		case b.clip != nil:
			return e.cutApart(ctx, s, p, step, takes, b.clip.Clip)
		case b.failed != nil:
			s.Made++
			s.Tried = append(s.Tried, *b.failed)
			e.record(ctx, s, step, b.no)
			if p.plan.Final && !b.failed.Used() { // nothing was accepted, and nobody else has the draft
				p.freeLooks(e)
				p.bought = false
				return e.buyTogether(ctx, s, p)
			}
		}
		p.freeLooks(e)
		p.end()
		return b.more
	}
}

// order waits until the pack may be bought, and reserves its price: where all its shots are
// ready, its provider can be asked, and it fits the caps. It is not ok where the pack is
// not, or not now, to be bought.
func (e *episode) order(ctx workflow.Context, s *shot, p *pack) (step attempts.Step, estimate drama.Money, takes []drama.TakeID, ok bool) {
	if s.Held != nil {
		step, estimate, takes = s.Held.Step, s.Held.Estimate, s.Held.Pack
		return step, estimate, takes, e.decided(ctx, s)
	}
	for {
		s.State, s.since = drama.ShotWaiting, workflow.Now(ctx)
		err := workflow.Await(ctx, func() bool {
			return p.gathered() || p.gone() != nil || s.over(ctx) || e.draining(ctx) || e.stopped != ""
		})
		if err != nil || s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			return step, estimate, nil, false
		}
		if m := p.gone(); m != nil {
			p.apart("shot %s is %s", m.Plan.Slate, m.State)
			return step, estimate, nil, false
		}
		if open := p.plan.Open; open != nil {
			p.plan.Open = nil
			s.Counted, s.Again, s.funded = open.Estimate, open.Again, true
			s.because("goes on with take %d of an earlier run, at %s%s", open.Take, open.Instance, strings.TrimSuffix(p.with(), ","))
			return attempts.Step{Do: attempts.DoTake, Route: p.plan.Route, Take: open.Take, Seed: open.Seed, Remedies: open.Remedies}, estimate, p.plan.Takes, true
		}
		step = e.next(ctx, s, s.wanted(), s.Tried)
		switch {
		case step.Do == attempts.DoWait:
			e.parkedOut(ctx, s, step)
			continue
		case p.plan.Final && step.Do != attempts.DoTake:
			e.giveUp(s, step.Reasons[min(len(s.Tried), len(step.Reasons)):])
			p.end()
			return step, estimate, nil, false
		case step.Do != attempts.DoTake || step.Route.Instance != p.plan.Route.Instance:
			p.apart("%s is not asked now", p.plan.Route.Instance)
			return step, estimate, nil, false
		}
		step.Route = p.plan.Route
		estimate = step.Route.Price
		reserved := estimate
		for _, m := range p.members {
			reserved = plus(reserved, e.look(&m.Plan, m.Plan.Routes[0].Price))
		}
		if !e.gate(ctx, s, reserved) {
			return step, estimate, nil, false
		}
		if e.again(ctx, s, step) {
			e.budget.free(reserved)
			continue
		}
		if m := p.gone(); m != nil { // while the pack waited for its money
			e.budget.free(reserved)
			continue
		}
		for i, m := range p.members {
			m.look = e.look(&m.Plan, m.Plan.Routes[0].Price)
			id := drama.TakeID{Episode: e.in.ID, Slate: m.Plan.Slate, Number: m.next()}
			if i == 0 {
				id.Number = step.Take
			}
			takes = append(takes, id)
		}
		return step, estimate, takes, true
	}
}

// freeLooks gives back what was reserved for looking at pieces.
func (p *pack) freeLooks(e *episode) {
	for _, m := range p.members {
		e.budget.free(m.look)
		m.look = drama.Money{}
	}
}

// cutApart cuts a pack's clip, which is paid for, into takes of its shots: also when the run
// is being cancelled. A clip that is not cut as it was asked to be is an NG take of each.
func (e *episode) cutApart(ctx workflow.Context, s *shot, p *pack, step attempts.Step, takes []drama.TakeID, clip activities.Clip) (more bool) {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	if !s.chosen {
		s.State, s.judging = drama.ShotConforming, true
	}
	var split activities.Split
	in := activities.SplitInput{Plan: s.PlanRef, Pack: takes, Clip: clip}
	summary := fmt.Sprintf("cut take %d of %s apart", step.Take, strings.Join(p.plan.Slates, " "))
	err := onMediaFor(ctx, mediaWork(collect, summary, conformAtMost, e.priority(false)), mediaSet.Split, in, &split)
	s.judging = false
	if err == nil && len(split.Pieces) != len(takes) {
		err = fmt.Errorf("%d pieces of %d came", len(split.Pieces), len(takes))
	}
	switch {
	case err != nil:
		// The next run goes on with it: none of its takes is recorded.
		p.failed = fmt.Sprintf("cut take %d of %s apart: %s", step.Take, strings.Join(p.plan.Slates, ", "), words(err))
		p.freeLooks(e)
		p.end()
		e.giveUp(s, []string{p.failed})
		return false
	case split.Why != "":
		e.ng++ // one clip is one failure
		for i, m := range p.members {
			e.recordMiss(collect, m, step, takes[i], split.Pieces[i], split.Why)
		}
		p.freeLooks(e)
		p.end()
		e.brake()
		return true
	}
	var left []int
	for i, m := range p.members {
		if i > 0 && !m.arrived {
			left = append(left, i)
			continue
		}
		m.piece = &piece{take: takes[i], clip: split.Pieces[i]}
	}
	p.end()
	more = e.judgePiece(ctx, s)
	for _, i := range left {
		e.keepPiece(ctx, s, p.members[i], takes[i], split.Pieces[i])
	}
	return more
}

// judgePiece judges the take that was cut out for a shot as any other.
func (e *episode) judgePiece(ctx workflow.Context, s *shot) (more bool) {
	made, look := *s.piece, s.look
	s.piece, s.look = nil, drama.Money{}
	defer e.budget.free(look)
	s.Made++
	return e.judge(ctx, s, attempts.Attempt{Instance: made.clip.Provider, Take: made.take.Number}, activities.ConformInput{Take: made.take, Clip: &made.clip}, nil)
}

// keepPiece records the take that was cut out for a shot which does not wait for it any more.
func (e *episode) keepPiece(ctx workflow.Context, lead, m *shot, take drama.TakeID, clip activities.Clip) {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	e.budget.free(m.look)
	m.look = drama.Money{}
	in := activities.ConformInput{Plan: lead.PlanRef, Script: e.in.Script, Slate: take.Slate, Take: take, Clip: &clip, Speech: m.Speech}
	var ready activities.Conformed
	err := onMediaFor(ctx, mediaWork(collect, fmt.Sprintf("conform shot %s take %d, to be kept", take.Slate, take.Number), conformAtMost, e.priority(false)), mediaSet.Conform, in, &ready)
	e.budget.settle(ready.Looks)
	if err != nil {
		m.because("conform take %d: %s", take.Number, words(err))
		return
	}
	m.because("take %d came in one call with others, and is kept", take.Number)
}

// recordMiss records that a pack's clip holds no take of a shot.
func (e *episode) recordMiss(ctx workflow.Context, m *shot, step attempts.Step, take drama.TakeID, clip activities.Clip, why string) {
	m.Made++
	countTake(ctx, step.Route.Instance, takeNG)
	m.Tried = append(m.Tried, attempts.Attempt{Instance: step.Route.Instance, Take: take.Number, Reasons: []string{short(why)}})
	m.because("take %d by %s is NG: %s", take.Number, step.Route.Instance, why)
	in := activities.NGInput{
		Take: take, Digest: m.Plan.Digest, Provider: clip.Provider, Model: clip.Model, VendorJob: clip.VendorJob, Seed: step.Seed, Price: clip.Price, Reason: short(why), Media: clip.Media, Pack: clip.Pack, Draft: clip.Draft, FinalOf: clip.FinalOf,
	}
	err := workflow.ExecuteActivity(records(ctx, fmt.Sprintf("record shot %s take %d as NG", take.Slate, take.Number)), library.RecordNG, in).Get(ctx, nil)
	if err != nil {
		m.because("record take %d: %s", take.Number, words(err))
	}
}
