package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/dailies/dailies/internal/account"
)

// Bank is a show's account, as runs ask it.
type Bank struct {
	Account *account.Account
}

// Draw asks for the money of the next takes. See account.Draw.
func (b *Bank) Draw(ctx context.Context, d account.Draw) (account.Grant, error) {
	return b.Account.Draw(ctx, d)
}

// OpenSeason begins a season's run.
func (b *Bank) OpenSeason(ctx context.Context, s account.Season) error {
	return b.Account.OpenSeason(ctx, s)
}

// RaiseSeason sets the cap of a season's run.
func (b *Bank) RaiseSeason(ctx context.Context, s account.Season) error {
	return b.Account.RaiseSeason(ctx, s)
}

// Absent says that an episode of a season's run has ended, whether it ever asked
// or not.
func (b *Bank) Absent(ctx context.Context, in AbsentInput) error {
	return b.Account.Absent(ctx, in.Show, in.Group, in.Episode)
}

// AbsentInput names the episode.
type AbsentInput struct {
	Show    string `json:"show"`
	Group   string `json:"group"`
	Episode int    `json:"episode"`
}

// CloseSeason ends a season's run.
func (b *Bank) CloseSeason(ctx context.Context, s account.Season) error {
	return b.Account.CloseSeason(ctx, s)
}

// RunOf is the workflow and the run whose activity ctx is of; empty: nobody's.
func RunOf(ctx context.Context) (workflow, run string) {
	if !activity.IsActivity(ctx) {
		return "", ""
	}
	of := activity.GetInfo(ctx).WorkflowExecution
	return of.ID, of.RunID
}
