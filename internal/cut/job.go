package cut

import (
	"fmt"
	"path/filepath"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// Material is a file that the assembly needs.
type Material struct {
	Ref  drama.Object
	Path string // where it goes
	// Use is set for a file of a mezzanine, which can be made again: whose it is.
	Use string
}

// Job is the assembly as the media child carries it out in dir, and what it needs
// there first.
func (c *Cut) Job(dir string) (media.AssembleJob, []Material) {
	season := c.Script.Season
	job := media.AssembleJob{
		Spec: c.Spec, Loudness: season.Loudness, Language: c.language(), Chapters: timeline.Chapters(c.list, *c.Script),
		Out: filepath.Join(dir, library.MasterName), Poster: filepath.Join(dir, posterName), PosterAt: c.posterAt(),
		Contact: &media.ContactJob{Out: filepath.Join(dir, contactName)}, Ladder: c.ladder(dir),
		NoEdits: noEdits(season),
	}
	keys := store.Keys{Show: season.Show}
	var needed []Material
	for i, e := range c.list.Events {
		mz := c.shots[e.Use()].Mezzanine
		seg := media.Segment{
			Video: filepath.Join(dir, fmt.Sprintf("%04d.mp4", i)), Audio: filepath.Join(dir, fmt.Sprintf("%04d.wav", i)),
			Frames: e.Frames, Out: e.Out, Mute: c.shots[e.Use()].Speech.Mute, Speaks: c.speaks(e.Use()),
		}
		needed = append(needed, Material{mz.Video, seg.Video, e.Use()}, Material{mz.Audio, seg.Audio, e.Use()})
		job.Segments = append(job.Segments, seg)
		job.Contact.Names = append(job.Contact.Names, e.Slate)
		cues := c.spoken[e.Use()]
		for n, l := range c.shots[e.Use()].Speech.Lines {
			s := media.Sound{Path: filepath.Join(dir, fmt.Sprintf("%04d-%02d.wav", i, n)), At: e.Start, Rate: l.Rate}
			if n < len(cues) {
				s.At += cues[n].From
			}
			needed = append(needed, Material{Ref: l.Sound, Path: s.Path})
			job.Dialogue = append(job.Dialogue, s)
		}
		for n, f := range c.effects(e) {
			s := media.Sound{Path: filepath.Join(dir, fmt.Sprintf("%04d-effect-%02d", i, n)), At: e.Start + f.At, Gain: f.Level}
			needed = append(needed, Material{Ref: blob(keys, f.File), Path: s.Path})
			job.Effects = append(job.Effects, s)
		}
	}
	if sc := season.Score; sc != nil {
		job.Score = &media.Score{Path: filepath.Join(dir, "score"), Level: sc.Level, FadeIn: sc.FadeIn, FadeOut: sc.FadeOut, Speech: c.ducking()}
		needed = append(needed, Material{Ref: blob(keys, sc.File), Path: job.Score.Path})
	}
	job.Stems = c.stems(dir)
	if c.dub != nil {
		job.Contact, job.Ladder = nil, nil // they show what the cut's do
	}
	for _, language := range season.Subtitles.Sidecar {
		if cues := c.cues(language); len(cues) > 0 {
			job.Subtitles = append(job.Subtitles, media.SubtitleTrack{Language: language, Cues: cues})
		}
	}
	if c.Labelled() {
		l := season.Label
		frames := l.Frames
		if l.Whole {
			frames = c.list.Frames
		}
		job.Label = &media.LabelMark{Text: l.Text, Position: l.Position, Frames: min(frames, c.list.Frames), Language: season.Language, Safe: season.Safe}
		job.Metadata = map[string]string{aigc.Key: c.implicit()}
	}
	if lines := c.card(); len(lines) > 0 {
		job.Card = &media.CardMark{Lines: lines, Frames: min(season.Filing.Frames, c.list.Frames), Language: season.Language, Safe: season.Safe}
	}
	return job, needed
}

// implicit is the implicit label of the cut's files; empty: they have none.
func (c *Cut) implicit() string {
	if !c.Labelled() {
		return ""
	}
	l := c.Script.Season.Label
	return aigc.Value(aigc.Producer(l.Code, l.Producer), c.Script.Season.Show, c.produceID())
}

// noEdits says whether a platform of the season takes no edit lists.
func noEdits(season drama.Season) bool { return profile.Asks(season.Deliver, "edit_list", "none") }

// card is what the opening card says: the show's title and the numbers that it was given
// (NRTA Order 16, article 27). A number that the script does not have is not there.
func (c *Cut) card() []string {
	f, season := c.Script.Season.Filing, c.Script.Season
	if f == nil {
		return nil
	}
	title := season.Title[season.Language]
	if title == "" {
		title = season.Show
	}
	words := []string{"Licence no. ", "Approval no. ", "Programme no. "}
	if aigc.Chinese(season.Language) {
		title, words = "《"+title+"》", []string{"许可证号：", "批准文号：", "节目编号："}
	}
	lines := []string{title}
	for i, number := range []string{f.License, f.Approval, f.Programme} {
		if number != "" {
			lines = append(lines, words[i]+number)
		}
	}
	return lines
}

// posterAt is the picture that stands for the cut.
func (c *Cut) posterAt() media.Frames { return timeline.Poster(c.list, *c.Script) }

// blob is a file of the script in the store.
func blob(keys store.Keys, f drama.File) drama.Object {
	return drama.Object{Key: keys.Blob(f.SHA256), SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}
}

// effects are the sounds that the script lays under a shot, from where the event begins;
// what an editor has cut away is not among them.
func (c *Cut) effects(e timeline.Event) []drama.Effect {
	var all []drama.Effect
	for _, s := range c.Script.Episode.Shots() {
		if s.Slate != e.Slate {
			continue
		}
		late := e.In - timeline.First(s, c.shots[e.Use()].Take, c.Spec.FPS)
		for _, f := range s.Effects {
			if f.At -= late; f.At >= 0 && f.At < e.Frames {
				all = append(all, f)
			}
		}
	}
	return all
}
