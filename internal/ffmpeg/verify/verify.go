package verify

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// The rules that every finished file is held to, by the names under which problems are
// told.
const (
	RuleContainer = "container" // it is MP4, and its boxes can be read
	RuleMoov      = "moov"      // its header stands in front
	RuleSamples   = "samples"   // every sample lies inside
	RuleDecode    = "decode"    // every picture and sound can be decoded
	RuleFrames    = "frames"    // as many as the cut list has
	RuleRate      = "fps"       // its own, or the cut's
	RuleEven      = "cfr"       // every picture at its time
	RuleRaster    = "raster"
	RuleJoin      = "join"     // every join inside
	RuleKeyframe  = "hard_cut" // a keyframe at each
	RuleBlack     = "black"    // no black run that the takes did not have
	RuleFrozen    = "frozen"   // no frozen run that the takes did not have
	RuleSync      = "sync"     // sound begins and ends with the pictures
	RuleLoudness  = "loudness"
	RuleTruePeak  = "true_peak"
	RuleCopies    = "copies" // what should be a copy is one
	RuleHLS       = "hls"    // the playlists beside it, and what they name
	RuleCueInside = "cue"    // every subtitle inside
)

const (
	loudnessSlack = 0.5  // LU a master may miss its target by
	peakSlack     = 0.05 // dB between two ways to measure a true peak
	maxProblems   = 100  // told of one file
)

// Verify decodes a finished master whole and lists what is wrong with it. What
// it should be comes with the job; what every master should be is checked in any
// case: even times from 0, header in front, no picture or sound that cannot be
// decoded, sound as long as picture, cues inside.
//
// A file that cannot be opened at all is a *media.ClipError; everything else
// that is wrong with it is a problem in words.
func Verify(ctx context.Context, job media.VerifyJob, report func(media.Progress)) (*media.VerifyResult, error) {
	in, err := footage.Open(ctx, job.In, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	v := &verifier{job: job, res: &media.VerifyResult{Info: footage.Claims(in), Problems: []media.Problem{}}}
	if in.Video() == nil {
		return nil, media.ClipErrorf("the file holds no pictures")
	}
	if err := v.file(); err != nil {
		return nil, err
	}

	// Pictures and sound are read through files of their own, side by side.
	var wg sync.WaitGroup
	var heard *programme
	var soundErr error
	wg.Go(func() { heard, soundErr = listenTo(ctx, job.In) })
	pics, err := v.watch(ctx, in, report)
	wg.Wait()
	for _, err := range []error{err, soundErr} {
		if errors.Is(err, footage.ErrNoMemory) && len(v.res.Problems) > 0 {
			// Its own tables are known to lie: the memory that was asked for is
			// the file's fault, not the machine's.
			err = media.ClipErrorf("its tables ask for more memory than there is")
		}
		if problem, err := asProblem(err); err != nil {
			return nil, err
		} else if problem != "" {
			v.problem(RuleDecode, "%s", problem)
		}
	}
	if pics != nil {
		v.pictures(pics)
		v.res.Label, v.res.Card, v.res.Compared = pics.label.found(), pics.card.found(), pics.compared
		if v.res.Label == nil {
			v.res.Still = pics.still.found()
		}
	}
	if heard != nil {
		v.sound(heard)
	}
	if err := v.cues(ctx); err != nil && (!errors.Is(err, footage.ErrNoMemory) || len(v.res.Problems) <= 0) {
		return nil, err
	}
	v.hls()
	slices.Sort(v.res.Keyframes)
	return v.res, nil
}

// verifier gathers what is found.
type verifier struct {
	job media.VerifyJob
	fps media.Rational
	res *media.VerifyResult
	// more is how many problems were not told.
	more int
}

func (v *verifier) problem(rule, format string, args ...any) {
	if len(v.res.Problems) == maxProblems {
		v.more++
		v.res.Problems[maxProblems-1].Text = fmt.Sprintf("and %d more problems", v.more+1)
		return
	}
	v.res.Problems = append(v.res.Problems, media.Problem{Rule: rule, Text: fmt.Sprintf(format, args...)})
}

// asProblem is what a clip's own fault is in words; every other error is
// handed back.
func asProblem(err error) (string, error) {
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return clip.Reason, nil
	}
	return "", err
}

// pictures judges what was seen.
func (v *verifier) pictures(p *pictureRecord) {
	v.res.Frames = media.Frames(len(p.frames))
	if want := v.job.Frames; want > 0 && v.res.Frames != want {
		v.problem(RuleFrames, "it has %d frames, the cut list %d", v.res.Frames, want)
	}
	if p.uneven > 0 {
		v.problem(RuleEven, "%d pictures are not at their time, first picture %d", p.uneven, p.firstUneven)
	}
	if p.damaged > 0 {
		v.problem(RuleDecode, "%d pictures cannot be decoded without damage, first picture %d", p.damaged, p.firstDamaged)
	}
	if want := v.job.FPS; want.Valid() && (want.Num*v.fps.Den != want.Den*v.fps.Num) {
		v.problem(RuleRate, "it runs at %s frames a second, not %s", v.fps, want)
	}
	if want := v.job.Raster; want != (media.Raster{}) && p.raster != want {
		v.problem(RuleRaster, "its pictures are %s, not %s", p.raster, want)
	}
	for n, f := range p.frames {
		if f.key {
			v.res.Keyframes = append(v.res.Keyframes, media.Frames(n))
		}
	}
	v.joins()
	v.runs(p, 3, v.job.BlackOK, RuleBlack, "black", func(f frameRecord) bool { return f.black })
	half := (v.fps.Num + 2*v.fps.Den - 1) / (2 * v.fps.Den)
	v.runs(p, media.Frames(max(2, half)), v.job.FrozenOK, RuleFrozen, "frozen", func(f frameRecord) bool { return f.frozen })
}

// joins checks that joins lie inside and hard ones on keyframes.
func (v *verifier) joins() {
	for _, j := range v.job.Joins {
		if j < 0 || j >= v.res.Frames {
			v.problem(RuleJoin, "the join at frame %d lies outside its %d frames", j, v.res.Frames)
		}
	}
	for _, j := range v.job.HardCuts {
		if _, ok := slices.BinarySearch(v.res.Keyframes, j); !ok {
			v.problem(RuleKeyframe, "the hard cut at frame %d is no keyframe", j)
		}
	}
}

// runs tells of runs of at least most frames that are bad and not excused.
func (v *verifier) runs(p *pictureRecord, most media.Frames, ok [][2]media.Frames, rule, what string, bad func(frameRecord) bool) {
	excused := make([]bool, len(p.frames))
	for _, s := range ok {
		for n := max(s[0], 0); n < min(s[1], media.Frames(len(excused))); n++ {
			excused[n] = true
		}
	}
	from := media.Frames(-1)
	for n := range media.Frames(len(p.frames) + 1) {
		if n < media.Frames(len(p.frames)) && bad(p.frames[n]) && !excused[n] {
			if from < 0 {
				from = n
			}
			continue
		}
		if from >= 0 && n-from >= most {
			v.problem(rule, "it is %s from frame %d to %d (%s)", what, from, n, from.Duration(v.fps))
		}
		from = -1
	}
}

// sound judges what was heard.
func (v *verifier) sound(s *programme) {
	v.res.Integrated, v.res.TruePeak = s.integrated, s.truePeak
	if s.errors > 0 {
		v.problem(RuleDecode, "%d packets of its sound cannot be decoded", s.errors)
	}
	frame := media.Frames(1).Samples(v.fps, media.SampleRate)
	if s.first > frame || s.first < -frame {
		v.problem(RuleSync, "its sound begins %.3f s from its pictures", float64(s.first)/media.SampleRate)
	}
	length := v.res.Frames.Samples(v.fps, media.SampleRate)
	// A decoder may hand out the last AAC frame whole.
	if s.pairs < length-frame || s.pairs > length+frame+encoder.AACFrame {
		v.problem(RuleSync, "its sound lasts %.3f s, its pictures %.3f s", float64(s.pairs)/media.SampleRate, float64(length)/media.SampleRate)
	}
	want := v.job.Loudness
	if want == nil || s.integrated <= sound.Silence || length < sound.MinProgramme*media.SampleRate {
		return // silent and very short ones are left alone
	}
	if math.Abs(s.integrated-want.Integrated) > loudnessSlack {
		v.problem(RuleLoudness, "its loudness is %.1f LUFS, the target %.1f", s.integrated, want.Integrated)
	}
	if s.truePeak > want.TruePeak+peakSlack {
		v.problem(RuleTruePeak, "its true peak is %.1f dBTP, the limit %.1f", s.truePeak, want.TruePeak)
	}
}
