package workflows

import (
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"
)

// mayChange refuses what the run cannot do, all of it: a change is made whole or not.
func (s *season) mayChange(c ChangeSeason) error {
	if err := s.open(); err != nil {
		return err
	}
	switch {
	case s.in.Rules < RulesSeason:
		return fmt.Errorf("the season's run of %s was begun by an earlier release, whose runs cannot be changed: wait for it, or cancel it and render the season again: finished takes are kept", s.in.Show)
	case s.root.Err() != nil:
		return fmt.Errorf("the season's run of %s is being cancelled: wait for its end, then render the season again", s.in.Show)
	case c.Window == 0 && len(c.Episodes) == 0 && len(c.Drop) == 0:
		return errors.New("say what to change: the window, or episodes to add or drop")
	case c.Window < 0 || c.Window > MaxWindow:
		return fmt.Errorf("a window of %d episodes: it is from 1 to %d", c.Window, MaxWindow)
	case len(s.entries)+len(c.Episodes) > maxEpisodes:
		return fmt.Errorf("a run of more than %d episodes: render the rest when it has ended", maxEpisodes)
	}
	for _, n := range c.Drop {
		of := s.find(n)
		switch {
		case of == nil:
			return fmt.Errorf("drop episode %d: the season's run of %s does not have it", n, s.in.Show)
		case of.end != nil:
			return fmt.Errorf("drop %s: it has ended already, as %s", of.in.ID, of.end.State)
		case slices.ContainsFunc(c.Episodes, func(in EpisodeInput) bool { return in.ID.Number == n }):
			return fmt.Errorf("episode %d cannot be both added and dropped", n)
		}
	}
	for _, in := range c.Episodes {
		if in.ID.Show != s.in.Show {
			return fmt.Errorf("%s is of another show than %s", in.ID, s.in.Show)
		}
	}
	return nil
}

// change makes the run as it is wished. The state is changed at once, and then whoever
// has to know is told.
func (s *season) change(ctx workflow.Context, c ChangeSeason) (SeasonChanged, error) {
	s.busy++
	defer func() { s.busy-- }()
	if c.Window > 0 {
		s.in.Window = c.Window
	}
	told := SeasonChanged{Window: s.in.Window}
	var superseded []*entry
	for _, in := range c.Episodes {
		if of := s.find(in.ID.Number); c.Again && of != nil && of.dropped {
			continue
		}
		if s.take(in, &told) {
			superseded = append(superseded, s.find(in.ID.Number))
		}
	}
	var absent []EpisodeInput
	for _, n := range c.Drop {
		of := s.find(n)
		if of.dropped {
			continue
		}
		of.dropped, of.again = true, nil
		told.Dropped = append(told.Dropped, n)
		if of.stop != nil {
			of.stop() // it collects what it has paid for
			continue
		}
		in := of.in
		in.Group = s.group(ctx)
		absent = append(absent, in)
	}
	for _, in := range absent {
		s.absent(ctx, in)
	}
	for _, of := range superseded {
		if child, again := of.child, of.again; child != nil && again != nil {
			// One that has ended meanwhile is made again all the same.
			_ = child.SignalChildWorkflow(ctx, SignalScript, again.Script).Get(ctx, nil)
		}
	}
	return told, nil
}

// take takes an episode into the run as it is to be rendered. It is true when a run in
// work has to be told that its script is another.
func (s *season) take(in EpisodeInput, told *SeasonChanged) bool {
	of, n := s.find(in.ID.Number), in.ID.Number
	switch {
	case of == nil:
		s.insert(&entry{in: in, place: len(s.entries)})
		told.Joined = append(told.Joined, n)
	case of.dropped && of.child == nil && of.stop == nil:
		of.in, of.dropped, of.begun, of.end = in, false, false, nil
		told.Joined = append(told.Joined, n)
	case of.dropped: // its run is still collecting
		of.again, of.dropped = &in, false
		told.Joined = append(told.Joined, n)
	case of.wanted().Print == in.Print:
	case of.stop != nil:
		of.again = &in
		told.Changed, told.Again = append(told.Changed, n), append(told.Again, n)
		return true
	default: // it has not begun, or has ended
		of.in, of.begun, of.end = in, false, nil
		told.Changed = append(told.Changed, n)
	}
	return false
}

// wanted is what the episode is rendered from in the end.
func (of *entry) wanted() EpisodeInput {
	if of.again != nil {
		return *of.again
	}
	return of.in
}

func (s *season) find(number int) *entry {
	for _, of := range s.entries {
		if of.in.ID.Number == number {
			return of
		}
	}
	return nil
}

// insert puts an episode in its place by number, as seasons are paid and rendered.
func (s *season) insert(of *entry) {
	at := slices.IndexFunc(s.entries, func(o *entry) bool { return o.in.ID.Number > of.in.ID.Number })
	if at < 0 {
		at = len(s.entries)
	}
	s.entries = slices.Insert(s.entries, at, of)
}
