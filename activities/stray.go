package activities

import (
	"context"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
)

// Stray is a job at a vendor that no shot of the plan is made by: its script changed, or
// its shot or provider went. It is paid for all the same.
type Stray struct {
	Job      ledger.ID   `json:"job"`
	Instance string      `json:"instance"`
	Model    string      `json:"model"`
	Digest   string      `json:"digest"` // of the shot as it was
	Seed     int64       `json:"seed"`
	Remedies []string    `json:"remedies,omitempty"`
	Estimate drama.Money `json:"estimate"`
	// Pack are the takes that the clip was to be cut apart into, Left those of them that are
	// not recorded; empty: it is one shot's.
	Pack []ledger.Piece `json:"pack,omitempty"`
	Left []ledger.Piece `json:"left,omitempty"`

	lost bool // nobody knows whether the vendor has it
}

// Collect waits for a stray's clip and brings it in. Its errors are *Failure with NoClip
// where nothing will come.
func (g *Generator) Collect(ctx context.Context, in Stray) (Clip, error) {
	clip, err := g.Buyer.Collect(ctx, in.Job)
	return clip, asFailure(err)
}

// FileInput is a stray with what became of it: a clip, or why there is none.
type FileInput struct {
	Stray
	Clip   *Clip   `json:"clip,omitempty"`
	NoClip *NoClip `json:"no_clip,omitempty"`
}

// notJudged is the verdict on a stray's take: it is none.
const notJudged = "not judged: it was bought for the shot as it was before"

// File keeps a stray's clip as a take of its shot, to be looked at and circled, or its
// picture as the still of what it was made for.
func (l *Library) File(ctx context.Context, in FileInput) error {
	id := in.Job.Take
	if drama.IsLips(id.Slate) {
		return nil // the next dub that wants them finds them in the ledger
	}
	if in.NoClip != nil || in.Clip == nil {
		no := NoClip{Reason: "nothing came"}
		if in.NoClip != nil {
			no = *in.NoClip
		}
		if drama.ShotSlate(id.Slate) != id.Slate {
			return nil // stills have no record of what failed
		}
		t := in.take(no.Price, no.VendorJob, l.now())
		t.Verdict.Reasons = []string{no.Reason}
		_, err := l.library().WriteTake(ctx, t)
		return err
	}
	if drama.ShotSlate(id.Slate) != id.Slate {
		found, _, err := l.library().Stills(ctx, id.Episode.Show, []string{in.Digest})
		if _, there := found[in.Digest]; there || err != nil || in.Digest == "" {
			return err
		}
		return l.library().WriteStill(ctx, drama.Still{
			Digest: in.Digest, Take: id, Image: in.Clip.Media, Provider: in.Instance, Model: in.Model, Price: in.Clip.Price, MadeAt: l.now(),
		})
	}
	if len(in.Pack) > 0 {
		return l.filePack(ctx, in)
	}
	t := in.take(in.Clip.Price, in.Clip.VendorJob, l.now())
	t.Media, t.Cues, t.Filed = in.Clip.Media, in.Clip.Cues, true
	t.Draft, t.FinalOf = in.Clip.Draft, in.Clip.FinalOf
	t.Verdict.Reasons = []string{notJudged}
	return l.library().FileTake(ctx, t)
}

// take is the record of the stray's take, of which nothing is known yet.
func (s Stray) take(price drama.Money, vendorJob string, now time.Time) drama.Take {
	seed := s.Seed
	return drama.Take{
		ID: s.Job.Take, Digest: s.Digest, Origin: drama.OriginGenerated,
		Provider: s.Instance, Model: s.Model, VendorJob: vendorJob, Seed: &seed, Price: price, Remedies: s.Remedies, MadeAt: now,
	}
}
