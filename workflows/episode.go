package workflows

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// Activities are called through nil pointers: only their names count here.
var (
	planner   *activities.Planner
	generator *activities.Generator
	mediaSet  *activities.Media
	library   *activities.Library
	theBank   *activities.Bank
	herald    *activities.Herald
	messenger *activities.Messenger
)

// stageAttribute is where a run is, for lists of runs.
var stageAttribute = temporal.NewSearchAttributeKeyKeyword("Stage")

// episode is a run in progress.
type episode struct {
	in        EpisodeInput
	root      workflow.Context   // of the run, for shots that an update starts
	state     drama.EpisodeState // a final one, or planning, rendering, assembling
	plan      activities.PlanResult
	shots     []*shot
	bySlate   map[string]*shot
	budget    budget
	paused    *Pause
	stopped   string // why the run ended over budget, or braked
	stoppedBy *drama.Wait
	parked    parking
	problems  []string
	startedAt time.Time
	endedAt   *time.Time
	delivered *activities.Delivered
	fresh     bool       // this run has made it
	dub       *drama.Dub // what a run that dubs has made
	window    workflow.Semaphore
	active    int  // shots in work or waiting
	inFlight  int  // takes that are being generated
	beside    int  // comparisons in work
	sampling  bool // a shot makes samples of voices
	ng        int  // takes that came to nothing
	busy      int  // update handlers that change shots
	asked     bool // every shot that can has asked for its first take
	closing   bool
	continued bool
	lipsKnown bool            // which shots get other lips, and what of that is there
	told      map[string]bool // of what webhooks are told
	telling   int             // events that are being written down
	// superseded is the script that the episode is made again from when this run has ended.
	superseded *drama.Object
}

// Episode renders an episode to its next cut. How it ended is in the Delivery:
// a run that has no cut to show is no error. It errs only when the engine itself
// is at fault.
func Episode(ctx workflow.Context, in EpisodeInput) (drama.Delivery, error) {
	e := &episode{
		in: in, root: ctx, state: drama.StatePlanning, startedAt: workflow.Now(ctx),
		bySlate: make(map[string]*shot), parked: newParking(), told: make(map[string]bool),
		window: workflow.NewSemaphore(ctx, shotsAtOnce),
	}
	if err := e.listen(ctx); err != nil {
		return drama.Delivery{}, err
	}
	e.heed(ctx)
	if err := e.run(ctx); err != nil {
		return drama.Delivery{}, err
	}
	d := e.delivery(ctx)
	if in.Season {
		d.Shots = nil // a season's history would hold those of all its episodes
	}
	return d, nil
}

// run goes through the stages. Its only errors are continue-as-new and the
// engine's own.
func (e *episode) run(ctx workflow.Context) error {
	if c := e.in.Continued; c != nil {
		e.restore(*c)
		if c.Superseded != nil {
			e.supersede(ctx, *c.Superseded)
		}
	} else if !e.begin(ctx) {
		return e.end(ctx)
	}
	e.brake()
	e.stage(ctx, drama.StateRendering)
	for _, s := range e.inTurn() {
		e.start(ctx, s)
		if !s.running {
			e.compare(ctx, s)
		}
	}
	// It comes after the shots: the run's first word to the show's account then holds
	// what they ask for.
	workflow.GoNamed(ctx, "all have asked", func(workflow.Context) { e.asked = true })
	// Not ctx: when the run is cancelled every shot still collects what it has
	// paid for, and that is waited for.
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	if err := workflow.Await(collect, func() bool { return e.active == 0 && e.busy == 0 }); err != nil {
		return err
	}
	if e.in.LipSync != "" && ctx.Err() == nil && e.stopped == "" && e.superseded == nil && !e.unfinished() {
		if err := e.lipSync(ctx, collect); err != nil {
			return err
		}
	}
	if ctx.Err() == nil && e.stopped == "" && e.unfinished() {
		if err := workflow.Await(collect, func() bool { return e.beside == 0 }); err != nil {
			return err
		}
		return e.continueAsNew(ctx)
	}
	e.closing = true // updates that would change the cut are refused from here
	switch {
	case ctx.Err() != nil:
		e.state = drama.StateCancelled
	case e.stopped != "":
		e.state = drama.StateStopped
		e.problems = append(e.problems, e.stopped)
	case e.superseded != nil:
		e.state = drama.StateStopped
		e.problems = append(e.problems, "its script was changed: what was bought is kept, and it is made again from the new one")
	case e.in.Try != nil:
		e.state = e.tried()
	case e.in.Dub != "":
		e.makeDub(ctx)
	case !e.complete():
		e.state = e.short()
	case e.sheets():
		e.state = drama.StateDelivered
	default:
		e.cut(ctx)
	}
	return e.end(ctx)
}

// inTurn is the shots as they begin: those that something is made for before those
// whose takes are only looked up, which would else stand before them in the queue.
func (e *episode) inTurn() []*shot {
	if e.in.Rules < RulesMadeFirst {
		return e.shots
	}
	turn := slices.Clone(e.shots)
	slices.SortStableFunc(turn, func(a, b *shot) int { return cmp.Compare(looked(a), looked(b)) })
	return turn
}

// looked is 1 for a shot whose take is only looked up.
func looked(s *shot) int {
	if s.Plan.Action == activities.ActionReuse {
		return 1
	}
	return 0
}

// begin plans. It is false when the run cannot go on; state and problems say why.
func (e *episode) begin(ctx workflow.Context) bool {
	e.stage(ctx, drama.StatePlanning)
	in := activities.PlanInput{
		ID: e.in.ID, Script: e.in.Script, Only: e.in.Only, MaxCost: e.in.MaxCost, Retake: e.in.Retake, Try: e.in.Try, Dub: e.in.Dub, LipSync: e.in.LipSync,
	}
	err := workflow.ExecuteActivity(records(ctx, "plan "+e.in.ID.String()), planner.Plan, in).Get(ctx, &e.plan)
	switch {
	case ctx.Err() != nil:
		e.state = drama.StateCancelled
		return false
	case err != nil:
		e.state = e.unmade()
		e.problems = append(e.problems, "plan: "+words(err))
		return false
	}
	e.problems = append(e.problems, e.plan.Problems...)
	e.budget = newBudget(e.plan, e.caps())
	e.budget.moved = e.tellSpent
	for _, p := range e.plan.Shots {
		s := &shot{Progress: Progress{Plan: p, PlanRef: e.plan.Plan, State: drama.ShotWaiting}}
		if e.in.Retake != nil && matches(e.in.Retake.Slates, p) {
			s.Retaken = e.in.Retake
		}
		e.shots = append(e.shots, s)
		e.bySlate[p.Slate] = s
	}
	e.pack()
	e.leaveUntried()
	if len(e.plan.Problems) > 0 {
		e.state = e.unmade()
		return false
	}
	e.bankFor(ctx)
	e.collectStrays(ctx)
	return true
}

// caps are those that the run keeps by its rules.
func (e *episode) caps() activities.Caps {
	if e.in.Rules < RulesAccount {
		// One cap, counted against all that the episode has ever cost.
		return activities.Caps{Episode: e.plan.Cap}
	}
	return e.plan.Caps
}

// cut assembles and delivers.
func (e *episode) cut(ctx workflow.Context) {
	e.stage(ctx, drama.StateAssembling)
	in := activities.AssembleInput{
		ID: e.in.ID, Plan: e.plan.Plan, Script: e.in.Script, Cut: e.plan.NextCut, Spent: e.budget.settled,
	}
	for _, s := range e.shots {
		in.Shots = append(in.Shots, activities.CutShot{
			Slate: s.Plan.Slate, Take: *s.Take, Mezzanine: s.Ready.Mezzanine, Attempts: s.Made, Speech: s.said(*s.Take), Reasons: s.Reasons,
		})
	}
	what := fmt.Sprintf("%s cut %d", e.in.ID, e.plan.NextCut)
	var made activities.Assembled
	err := onMedia(mediaWork(ctx, "assemble "+what, assembleAtMost, e.priority(e.in.Retake != nil)), mediaSet.Assemble, in, &made)
	if err == nil && made.Existing == nil {
		made.Existing = new(activities.Delivered)
		out := activities.DeliverInput{ID: e.in.ID, Cut: e.plan.NextCut, Manifest: made.Manifest}
		err = workflow.ExecuteActivity(records(ctx, "deliver "+what), library.Deliver, out).Get(ctx, made.Existing)
		if e.fresh = err == nil; e.fresh {
			count(ctx, CountFinished, int64(math.Round(made.Existing.Master.Duration)), nil)
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		e.state = drama.StateCancelled
	case err != nil:
		e.state = drama.StateNG
		e.problems = append(e.problems, "assemble: "+words(err))
	default:
		e.delivered = made.Existing
		e.problems = append(e.problems, made.Existing.Notes...)
		e.state = drama.StateDelivered
		if made.Existing.Waits {
			// The run ends here: it holds no season up, and whoever decides delivers.
			e.state = drama.StateReview
		}
	}
}

// complete says whether every shot has its take; problems tell which have not.
func (e *episode) complete() bool {
	var without, skipped []string
	for _, s := range e.shots {
		switch {
		case s.Take != nil && s.Ready.Mezzanine != "", s.drawn():
		case s.Plan.Action == activities.ActionSkip:
			skipped = append(skipped, s.Plan.Slate)
		default:
			without = append(without, s.Plan.Slate)
		}
	}
	if len(without) > 0 {
		e.problems = append(e.problems, "no usable take of "+list(without)+": see the reasons of each; change the script, retake or circle a take, then render again")
	}
	if len(skipped) > 0 {
		e.problems = append(e.problems, list(skipped)+" were not asked for and have no take yet: render the whole episode to get a cut")
	}
	return len(without) == 0 && len(skipped) == 0
}

// short is how a run ends whose shots do not make a cut.
func (e *episode) short() drama.EpisodeState {
	if e.in.Rules < RulesPartial {
		return drama.StateNG
	}
	for _, s := range e.shots {
		if (s.Take == nil || s.Ready.Mezzanine == "") && s.Plan.Action != activities.ActionSkip {
			return drama.StateNG
		}
	}
	return drama.StatePartial
}

// end waits for update handlers, so that nobody's request is lost, and closes.
func (e *episode) end(ctx workflow.Context) error {
	e.closing = true
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	if err := workflow.Await(collect, func() bool { return e.beside == 0 }); err != nil {
		return err
	}
	now := workflow.Now(ctx)
	e.endedAt = &now
	if err := e.closeBank(collect); err != nil {
		return err
	}
	if err := e.tellEnd(collect); err != nil {
		return err
	}
	e.stage(collect, e.state)
	return workflow.Await(collect, func() bool { return workflow.AllHandlersFinished(collect) })
}

// draining says that the history is long enough: no new attempt is begun, and
// when the running ones have ended the run continues as new.
func (e *episode) draining(ctx workflow.Context) bool {
	if !e.continued && workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		e.continued = true
	}
	return e.continued
}

// unfinished says whether a drained run has work left.
func (e *episode) unfinished() bool {
	return e.continued && slices.ContainsFunc(e.shots, func(s *shot) bool { return s.left() })
}

func (e *episode) continueAsNew(ctx workflow.Context) error {
	if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
		return err
	}
	if err := e.rest(ctx); err != nil {
		return err
	}
	next := e.in
	c := Continued{
		Plan: e.plan, Spent: e.budget.settled, Before: e.budget.before, Caps: e.budget.caps, Paused: e.paused, Parked: e.parked.why, ParkedUntil: e.parked.until, LipsKnown: e.lipsKnown, Problems: e.problems, StartedAt: e.startedAt, NG: e.ng,
		Superseded: e.superseded,
	}
	c.Plan.Shots = nil
	if b := e.budget.bank; b != nil {
		c.Bank = &BankProgress{Seq: b.seq, Open: b.open, Told: b.told}
	}
	for _, s := range e.shots {
		c.Shots = append(c.Shots, s.Progress)
	}
	next.Continued = &c
	return workflow.NewContinueAsNewError(ctx, EpisodeName, next)
}

func (e *episode) restore(c Continued) {
	e.plan, e.paused, e.startedAt, e.ng, e.lipsKnown = c.Plan, c.Paused, c.StartedAt, c.NG, c.LipsKnown
	e.parked.restore(c.Parked, c.ParkedUntil)
	e.problems = slices.Clone(c.Problems)
	e.budget = newBudget(c.Plan, c.Caps)
	if e.in.Rules < RulesAccount && c.Cap != nil {
		e.budget.caps.Episode = c.Cap // the first release continued so
	}
	e.budget.settle(minus(c.Spent, e.budget.settled))
	e.budget.before = c.Before
	e.budget.moved = e.tellSpent
	for _, p := range c.Shots {
		s := &shot{Progress: p}
		if p.Held != nil {
			e.budget.reserve(p.Held.Estimate)
		}
		e.shots = append(e.shots, s)
		e.bySlate[p.Plan.Slate] = s
	}
	e.pack()
	e.bankFor(e.root)
	if e.in.Rules >= attempts.RulesWait {
		for _, instance := range workflow.DeterministicKeys(e.parked.why) {
			e.unpark(e.root, instance)
		}
	}
}

// stage moves on and makes it searchable.
func (e *episode) stage(ctx workflow.Context, st drama.EpisodeState) {
	e.state = st
	if err := workflow.UpsertTypedSearchAttributes(ctx, stageAttribute.ValueSet(string(st))); err != nil {
		workflow.GetLogger(ctx).Warn("set the run's stage", "error", err)
	}
}

// brake stops the run when so many takes came to nothing that something must be
// wrong with what is asked for.
func (e *episode) brake() {
	limit, ng := e.plan.FailedAfter, e.in.Failed+e.ng
	if limit > 0 && ng >= limit && e.stopped == "" {
		e.stopped = fmt.Sprintf("%d takes were NG, and takes.failed_after is %d: nothing more is submitted; look at their reasons, then change the script or raise failed_after", ng, limit)
	}
}

// priority is how urgent a step is, and whose turn it is among shows.
func (e *episode) priority(retake bool) temporal.Priority {
	return PriorityOf(e.in.ID.Show, retake || e.in.Rules >= RulesSeason && !e.in.Season)
}

func list(slates []string) string {
	if len(slates) == 1 {
		return "shot " + slates[0]
	}
	return "shots " + strings.Join(slates, ", ")
}
