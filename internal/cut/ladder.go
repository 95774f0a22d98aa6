package cut

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/hls"
	"github.com/dailies/dailies/internal/media"
)

const (
	hlsFolder = "hls/"
	// hlsForm counts the changes of what HLS is made of; a change makes another cut of
	// shows that ask for it.
	hlsForm = 1
	// renditionForm counts the changes of how a rendition is made.
	renditionForm = 1
)

// Rendition is a shot's pictures on a rung, as the assembly wants them.
type Rendition struct {
	Slate string
	// Digest names it beside the mezzanine that it is made of.
	Mezzanine, Digest string
	Rung              media.Rung
	Path              string // where it goes
	From              string // where the mezzanine's pictures are
}

// ladder is the HLS of the cut; nil if its season wants none.
func (c *Cut) ladder(dir string) *media.LadderJob {
	want := c.Script.Season.HLS
	if want == nil {
		return nil
	}
	l := &media.LadderJob{Sound: filepath.Join(dir, "hls-sound.mp4"), Target: hls.Frames(c.Spec.FPS)}
	for _, r := range want.Rungs {
		rung := media.LadderRung{Rung: r, Out: filepath.Join(dir, "hls-"+hls.RungName(r)+".mp4")}
		if !r.Whole(c.Spec) {
			for i := range c.list.Events {
				rung.Shots = append(rung.Shots, filepath.Join(dir, fmt.Sprintf("%04d-%s.mp4", i, hls.RungName(r))))
			}
		}
		l.Rungs = append(l.Rungs, rung)
	}
	return l
}

// Renditions are what the ladder of a job is copied from, shot by shot.
func (c *Cut) Renditions(job media.AssembleJob) []Rendition {
	if job.Ladder == nil {
		return nil
	}
	var all []Rendition
	for i, e := range c.list.Events {
		for _, r := range job.Ladder.Rungs {
			if len(r.Shots) == 0 {
				continue
			}
			all = append(all, Rendition{
				Slate: e.Slate, Mezzanine: c.shots[e.Use()].MezzanineDigest, Digest: renditionDigest(r.Rung),
				Rung: r.Rung, Path: r.Shots[i], From: job.Segments[i].Video,
			})
		}
	}
	return all
}

// renditionDigest names a rendition among those of one mezzanine, whose digest says the
// rest: its spec, and so how hard the encoder tries.
func renditionDigest(r media.Rung) string {
	raw, err := json.Marshal(struct {
		V    int        `json:"v"`
		Rung media.Rung `json:"rung"`
	}{renditionForm, r})
	if err != nil {
		panic(err) // plain structs of strings and numbers cannot err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// hlsForms is hlsForm where a version has HLS, else 0.
func hlsForms(versions []drama.Version) int {
	if slices.ContainsFunc(versions, func(v drama.Version) bool { return v.HLS != nil }) {
		return hlsForm
	}
	return 0
}

// stream is the cut's HLS: its files and the playlists over them.
func stream(c *Cut, made Made) []Deliverable {
	l := made.Result.Ladder
	if l == nil || made.Job.Ladder == nil {
		return nil
	}
	p := hls.Presentation{
		FPS: c.Spec.FPS, Frames: made.Result.Frames, Sound: hls.Sound{Language: made.Job.Language, Fragmented: l.Sound},
	}
	var all []Deliverable
	file := func(name, kind, path string, f media.Fragmented) {
		all = append(all, Deliverable{Name: hlsFolder + name + ".mp4", Type: kind, Path: path, SHA256: f.SHA256, Bytes: f.Bytes})
	}
	for i, r := range made.Job.Ladder.Rungs {
		p.Rungs = append(p.Rungs, hls.Rung{Rung: r.Rung, Fragmented: l.Rungs[i]})
		file(hls.RungName(r.Rung), hls.MediaType, r.Out, l.Rungs[i])
	}
	file(hls.SoundName, hls.SoundType, made.Job.Ladder.Sound, l.Sound)
	for _, t := range made.Job.Subtitles {
		p.Texts = append(p.Texts, hls.Text{Language: t.Language, Cues: t.Cues})
	}
	for _, f := range hls.Playlists(p) {
		all = append(all, Deliverable{Name: hlsFolder + f.Name, Type: f.Type, Body: f.Body})
	}
	return all
}
