package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Submission is a checked script with what to do with it.
type Submission struct {
	Production drama.Production
	// Open opens a file of the script by its path in the production.
	Open    func(path string) (io.ReadSeekCloser, error)
	Only    []string     // slates or scene numbers; empty: all
	MaxCost *drama.Money // what the run may spend; nil: as the script's budget says
	Retake  *drama.Retake
	Try     *plan.Try // for plans only: see Studio.Try
	Dub     string    // for plans only: see Studio.Dub
	LipSync string    // for plans of dubs only
	// Source is the text that the production was typed as; nil: it is not at hand.
	Source *library.Source
	// Planned is its plan, if somebody made it just now: what is foreseen of a season goes by
	// it. nil: nobody has.
	Planned *plan.Plan
}

// Run is a started or joined workflow.
type Run struct {
	ID         drama.EpisodeID // zero for a season
	WorkflowID string
	RunID      string
	Joined     bool // it was running already, from the same script
	// Changed is what the submission changed in a season's run that was running; nil: it is
	// none, or cannot be changed.
	Changed *workflows.SeasonChanged
}

// Submit stores the script with its files and starts the episode's run, or joins
// the one that is running from the same script. ErrBusy when it is running from
// another one.
func (s *Studio) Submit(ctx context.Context, sub Submission) (Run, error) {
	in, print, err := s.prepare(ctx, sub)
	if err != nil {
		return Run{}, err
	}
	return s.startEpisode(ctx, in, print)
}

// SubmitSeason does the same for all given episodes of one show. window is how
// many are in work at once; 0 leaves it to the workflow. maxCost is what the whole
// run may spend; nil: as the script's budget says. A run that is open already gets
// both, and is joined: episodes that it does not have are added to it, those that it has
// of another script are given this one, what is the same goes on, and what was dropped
// stays so.
func (s *Studio) SubmitSeason(ctx context.Context, show string, subs []Submission, maxCost *drama.Money, window int) (Run, error) {
	in := workflows.SeasonInput{Show: show, Window: window, MaxCost: maxCost, Rules: workflows.RulesNow}
	prepared, err := s.prepareAll(ctx, subs)
	if err != nil {
		return Run{}, err
	}
	sum := sha256.New()
	for _, ep := range prepared {
		in.Episodes = append(in.Episodes, ep)
		sum.Write([]byte(ep.Print))
	}
	if err := s.capSeason(ctx, &in, subs); err != nil {
		return Run{}, err
	}
	id := workflows.SeasonWorkflowID(show)
	run, err := s.start(ctx, id, workflows.SeasonName, in, hex.EncodeToString(sum.Sum(nil)),
		fmt.Sprintf("%s, %d episodes", show, len(subs)),
		temporal.NewSearchAttributes(workflows.ShowAttribute.ValueSet(show)), workflows.PriorityOf(show, false))
	if errors.Is(err, ErrBusy) || err == nil && run.Joined {
		run, err = s.joinSeason(ctx, in, run)
	}
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return Run{}, withNext(fmt.Errorf("season of %s %w from another version of the script: %s", show, ErrBusy, refused.Reason), Next{"get-show", show}, Next{"cancel-show", show})
	}
	if err == nil && run.Joined && maxCost != nil {
		err = s.ask(ctx, show, id, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: *in.MaxCost, Name: drama.CapRun})
	}
	return run, err
}

// capSeason says what the season's run counts in, and whether the show's account
// has a say in it.
func (s *Studio) capSeason(ctx context.Context, in *workflows.SeasonInput, subs []Submission) error {
	if len(subs) == 0 {
		return nil
	}
	season := subs[0].Production.Season
	var err error
	if in.Currency, err = s.currency(ctx, season); err != nil {
		return err
	}
	if in.MaxCost != nil {
		m, err := s.amount(ctx, season, *in.MaxCost)
		if err != nil {
			return err
		}
		in.MaxCost = &m
	}
	r, err := s.Account.Caps(ctx, in.Show, in.Currency)
	if err != nil {
		return err
	}
	in.Shared = shared(r, season)
	return nil
}

// preparesAtOnce is how many files or scripts are stored at once.
const preparesAtOnce = 16

// prepareAll is prepare for the episodes of a season, in order. Files that they share are
// stored once.
func (s *Studio) prepareAll(ctx context.Context, subs []Submission) ([]workflows.EpisodeInput, error) {
	if err := s.storeFiles(ctx, subs...); err != nil {
		return nil, err
	}
	all := make([]workflows.EpisodeInput, len(subs))
	group, preparing := errgroup.WithContext(ctx)
	group.SetLimit(preparesAtOnce)
	for i, sub := range subs {
		group.Go(func() (err error) {
			all[i], _, err = s.prepareScript(preparing, sub)
			return err
		})
	}
	return all, group.Wait()
}

// prepare puts everything a run reads into the store.
func (s *Studio) prepare(ctx context.Context, sub Submission) (workflows.EpisodeInput, string, error) {
	if err := s.storeFiles(ctx, sub); err != nil {
		return workflows.EpisodeInput{}, "", err
	}
	return s.prepareScript(ctx, sub)
}

func (s *Studio) prepareScript(ctx context.Context, sub Submission) (workflows.EpisodeInput, string, error) {
	id := sub.Production.ID()
	script, err := s.library().SubmitScript(ctx, sub.Production)
	if err != nil {
		return workflows.EpisodeInput{}, "", err
	}
	if sub.Source != nil {
		src := *sub.Source
		src.By, src.At = s.by(), s.now()
		if err := s.library().KeepSource(ctx, id, script.SHA256, src); err != nil {
			return workflows.EpisodeInput{}, "", err
		}
	}
	print, err := fingerprint(sub.Production, sub.Only)
	if err != nil {
		return workflows.EpisodeInput{}, "", err
	}
	return workflows.EpisodeInput{ID: id, Script: script, Only: sub.Only, Retake: sub.Retake, MaxCost: sub.MaxCost, Rules: workflows.RulesNow, Print: print, Makes: makes(sub.Planned)}, print, nil
}

func (s *Studio) storeFiles(ctx context.Context, subs ...Submission) error {
	group, storing := errgroup.WithContext(ctx)
	group.SetLimit(preparesAtOnce)
	seen := make(map[string]bool)
	for _, sub := range subs {
		k := keys(sub.Production.ID())
		for _, f := range files(sub.Production) {
			if seen[f.SHA256] {
				continue
			}
			seen[f.SHA256] = true
			group.Go(func() error {
				if err := s.storeFile(storing, k.Blob(f.SHA256), f, sub.Open); err != nil {
					return fmt.Errorf("store %s: %w", f.Path, err)
				}
				return nil
			})
		}
	}
	return group.Wait()
}

func (s *Studio) storeFile(ctx context.Context, key string, f drama.File, open func(string) (io.ReadSeekCloser, error)) error {
	info, err := s.Store.Head(ctx, key)
	if err == nil && info.Bytes == f.Bytes {
		return nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	body, err := open(f.Path)
	if err != nil {
		return err
	}
	defer body.Close()
	ref, err := s.Store.Put(ctx, key, body, f.Type)
	if err != nil {
		return err
	}
	if ref.SHA256 != f.SHA256 {
		return errors.New("the file changed while it was read; run the command again")
	}
	return nil
}

// LatestScript reads the script of the episode's last submission. ErrUnknown.
func (s *Studio) LatestScript(ctx context.Context, id drama.EpisodeID) (drama.Production, drama.Object, error) {
	p, ref, err := s.library().LatestScript(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return p, ref, fmt.Errorf("%s is %w: no script of it was ever rendered; render its script first", id, ErrUnknown)
	}
	return p, ref, err
}

func (s *Studio) startEpisode(ctx context.Context, in workflows.EpisodeInput, print string) (Run, error) {
	in.Rules, in.Print, in.Makes = workflows.RulesNow, print, nil
	run, err := s.start(ctx, workflows.EpisodeWorkflowID(in.ID), workflows.EpisodeName, in, print, in.ID.String(),
		workflows.Attributes(in.ID), workflows.PriorityOf(in.ID.Show, true))
	if errors.Is(err, ErrBusy) {
		return Run{}, withNext(fmt.Errorf("%s %w from another version of the script; wait for it, or cancel it and render again: finished takes are kept", in.ID, ErrBusy),
			Next{"get-episode", in.ID.String()}, Next{"cancel-episode", in.ID.String()})
	}
	if err != nil {
		return Run{}, err
	}
	run.ID = in.ID
	if run.Joined && in.MaxCost != nil {
		if err := s.update(ctx, in.ID, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: *in.MaxCost, Name: drama.CapRun}); err != nil {
			return Run{}, err
		}
	}
	return run, nil
}

// startTries is how often an engine that does not answer is asked to begin a run; each
// lasts ten seconds.
const startTries = 4

func (s *Studio) start(ctx context.Context, id, workflow string, in any, print, summary string, attrs temporal.SearchAttributes, priority temporal.Priority) (Run, error) {
	opts := client.StartWorkflowOptions{
		ID:                                       id,
		TaskQueue:                                workflows.TaskQueue,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		Memo:                                     map[string]any{workflows.MemoPrint: print},
		TypedSearchAttributes:                    attrs,
		StaticSummary:                            summary,
		Priority:                                 priority,
	}
	if err := s.here(ctx, id); err != nil {
		return Run{}, err
	}
	started, err := s.Temporal.ExecuteWorkflow(ctx, opts, workflow, in)
	for try := 1; try < startTries && err != nil && unreachable(err) && ctx.Err() == nil; try++ {
		// An engine that has only just begun, on a busy machine. If it did hear us, it has
		// the run already.
		started, err = s.Temporal.ExecuteWorkflow(ctx, opts, workflow, in)
	}
	if _, ok := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); ok {
		return s.join(ctx, id, print)
	}
	if err != nil {
		return Run{}, fmt.Errorf("start %s: %w", id, err)
	}
	return Run{WorkflowID: id, RunID: started.GetRunID()}, nil
}

// join finds out whether the open run was started from the same script.
func (s *Studio) join(ctx context.Context, id, print string) (Run, error) {
	d, err := s.Temporal.DescribeWorkflow(ctx, id, "")
	if err != nil {
		return Run{}, fmt.Errorf("ask for %s: %w", id, err)
	}
	var theirs string
	if f := d.Memo.GetFields()[workflows.MemoPrint]; f != nil {
		if err := converter.GetDefaultDataConverter().FromPayload(f, &theirs); err != nil {
			return Run{}, fmt.Errorf("read the memo of %s: %w", id, err)
		}
	}
	if theirs != print {
		return Run{}, ErrBusy
	}
	return Run{WorkflowID: id, RunID: d.WorkflowExecution.RunID, Joined: true}, nil
}

// fingerprint names what a run renders: where in the file something is written
// does not matter, what is written does.
func fingerprint(p drama.Production, only []string) (string, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("fingerprint %s: %w", p.ID(), err)
	}
	var bare any
	if err := json.Unmarshal(body, &bare); err != nil {
		return "", fmt.Errorf("fingerprint %s: %w", p.ID(), err)
	}
	dropPositions(bare)
	if body, err = json.Marshal([]any{bare, only}); err != nil {
		return "", fmt.Errorf("fingerprint %s: %w", p.ID(), err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// dropPositions removes every drama.Position; a title's position is a string.
func dropPositions(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["position"].(map[string]any); ok {
			delete(v, "position")
		}
		for _, e := range v {
			dropPositions(e)
		}
	case []any:
		for _, e := range v {
			dropPositions(e)
		}
	}
}

// files lists every file that the production names, each content once.
func files(p drama.Production) []drama.File {
	var all []drama.File
	add := func(fs ...drama.File) {
		for _, f := range fs {
			if f.SHA256 != "" && !slices.ContainsFunc(all, func(g drama.File) bool { return g.SHA256 == f.SHA256 }) {
				all = append(all, f)
			}
		}
	}
	opt := func(f *drama.File) {
		if f != nil {
			add(*f)
		}
	}
	shown := func(refs []drama.Ref) {
		for _, r := range refs {
			add(r.File)
		}
	}
	for _, c := range p.Season.Cast {
		shown(c.Refs)
		opt(c.Consent)
		if c.Voice != nil {
			opt(c.Voice.Sample)
		}
	}
	for _, l := range p.Season.Locations {
		shown(l.Refs)
	}
	for _, q := range p.Season.Props {
		shown(q.Refs)
	}
	if p.Season.Score != nil {
		add(p.Season.Score.File)
		opt(p.Season.Score.Licence)
	}
	for _, shot := range p.Episode.Shots() {
		opt(shot.Footage)
		for _, e := range shot.Effects {
			add(e.File)
		}
	}
	return all
}
