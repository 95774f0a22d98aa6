package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/qc"
)

// SameLimits says whether QC goes by the same lines.
func SameLimits(a, b *drama.QC) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// judge is what QC would say of a take by the season's lines as they are now, from what
// was measured when it was made: nothing is decoded for it. ok is false where that is the
// verdict that it has, or where what was asked for was not noted.
func (b *builder) judge(p Shot, t drama.Take) (v drama.Verdict, ok bool) {
	if t.Origin != drama.OriginGenerated || t.Asked == nil || t.Measured == nil || t.Media.Key == "" || t.Filed || SameLimits(t.Verdict.Limits, b.season.Takes.QC) {
		return v, false
	}
	return b.judgeBy(p, t, b.season.Takes.QC), true
}

func (b *builder) judgeBy(p Shot, t drama.Take, own *drama.QC) drama.Verdict {
	format := b.season.Format
	want := qc.Want{Frames: p.Frames, FPS: format.FPS, Raster: format.Raster, Audio: t.Asked.Audio, Score: b.season.Score != nil, Asked: qc.AskedBy(p.Brief)}
	if f, known := b.facts(t.Provider); known {
		want.Drawn = f.Type == animatic
	}
	if t.Draft != nil && t.Asked.Raster.ShortSide() < want.Raster.ShortSide() {
		want.Raster = t.Asked.Raster
	}
	if slices.Contains(t.Remedies, string(attempts.RemedySilent)) {
		want.Audio = false
	}
	want.Lines = want.Audio && qc.Speaks(p.Brief.Lines)
	return qc.Judge(*t.Measured, want, qc.DefaultPolicy().By(own))
}

// passesNow uses a take that QC alone made NG and would pass by the lines as they are now:
// what is there is not bought again.
func (b *builder) passesNow(p *Shot, earlier []Earlier) bool {
	for _, e := range earlier {
		t := e.Take
		if t.Digest != p.Digest || t.Verdict.Pass || e.Circle != nil {
			continue
		}
		now, ok := b.judge(*p, t)
		// What passed QC then was made NG by somebody else, who has not changed his mind.
		if !ok || !now.Pass || b.judgeBy(*p, t, t.Verdict.Limits).Pass {
			continue
		}
		id := t.ID
		p.Action, p.Reuse, p.Rejudged, p.Seed = Reuse, &id, &now, nil
		p.Reason = fmt.Sprintf("take %d was NG and passes by the season's limits as they are now", id.Number)
		b.usesDraft(p, t)
		return true
	}
	return false
}

// failsNow warns of a take that QC circled and would not by the lines as they are now. It
// is kept: money was spent on it, and what it shows has not changed.
func (b *builder) failsNow(p Shot, t drama.Take) {
	if now, ok := b.judge(p, t); ok && !now.Pass && t.Verdict.Pass {
		b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s keeps take %d, which is NG by the season's limits as they are now: %s; dailies retake %s %s makes it anew",
			p.Slate, t.ID.Number, list(now.Reasons), b.plan.Episode, p.Slate))
	}
}
