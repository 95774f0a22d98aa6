package cut

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Manifest describes the cut as it was made.
func (c *Cut) Manifest(made Made, files []drama.ManifestFile, tool string, at time.Time) drama.Manifest {
	r := made.Result
	man := drama.Manifest{
		ID: c.ID, Cut: c.Number, Digest: c.Identity(), Title: c.Script.Episode.Title, Hook: c.Script.Episode.Hook, Script: c.ScriptRef,
		Frames: r.Frames, FPS: c.Spec.FPS.String(), Raster: c.Spec.Raster, Files: files, Spent: c.Spent,
		Loudness: media.Loudness{Integrated: r.Integrated, TruePeak: r.TruePeak},
		Season:   c.Script.Season.Title, Label: aigc.OfLabel(c.Script.Season.Label, c.Labelled()), Consents: c.consents(),
		Notes: append(slices.Clone(c.list.Notes), r.Notes...), Tool: tool, MadeAt: at,
		Review:   c.Script.Season.Review != nil && c.Script.Season.Review.Required,
		Versions: manifestVersions(made),
		Language: c.language(), Deliver: c.Script.Season.Deliver, Safe: c.Script.Season.Safe, Filing: c.Script.Season.Filing, Card: c.card(),
	}
	for _, language := range c.Script.Season.Subtitles.Sidecar {
		if len(c.cues(language)) > 0 {
			man.Subtitles = append(man.Subtitles, language)
		}
	}
	if man.Label.Shown {
		man.Label.Language = c.Script.Season.Language
	}
	if e := c.Edit; e != nil {
		man.Edit = &drama.ManifestEdit{Version: e.Version, Name: e.Name, SHA256: e.SHA256, By: e.By, At: e.At, Lost: e.Lost, LeftOut: c.LeftOut}
	}
	man.PerMinute = perMinute(c.Spent, man)
	if man.Stems = c.stemsMade(r); man.Stems != nil && man.Stems.NoME != "" {
		man.Notes = append(man.Notes, man.Stems.NoME)
	}
	for _, e := range c.list.Events {
		s := c.shots[e.Use()]
		t := s.Take
		shot := drama.ManifestShot{
			Slate: e.Slate, Scene: e.Scene, Start: e.Start, Frames: e.Frames, Cut: e.Out, Take: e.Take, Origin: t.Origin,
			Provider: t.Provider, Model: t.Model, Seed: t.Seed, Price: t.Price, Attempts: s.Attempts,
			VideoDigest: s.Mezzanine.Result.VideoDigest, Verdict: t.Verdict, Reasons: s.Reasons, Digest: s.Digest,
			Draft: t.Draft, FinalOf: t.FinalOf, In: e.In,
			Runs: s.Mezzanine.Result.Runs, Inked: s.Mezzanine.Result.Inked, Marks: s.Mezzanine.Result.Marks,
		}
		man.Shots = append(man.Shots, shot)
	}
	if c.dub != nil {
		man.Dub = &drama.ManifestDub{Language: c.dub.language, Number: c.dub.number, Lines: c.dub.lines, Lips: c.dub.lips}
		man.Notes, man.Review = append(man.Notes, c.dub.notes...), false
	}
	for _, note := range []string{draftNote(man), coverNote(made.Covers), c.musicNote()} {
		if note != "" {
			man.Notes = append(man.Notes, note)
		}
	}
	return man
}

// coverNote says that covers were to have a title, and there is none.
func coverNote(job media.CoverJob) string {
	if len(job.Covers) == 0 || slices.ContainsFunc(job.Covers, func(o media.Cover) bool { return o.Title != "" }) {
		return ""
	}
	return "the covers are without a title: neither the season nor the episode has one in the season's language"
}

// draftNote says that a cut shows drafts; empty: it shows none.
func draftNote(man drama.Manifest) string {
	var drafts []string
	for _, s := range man.Shots {
		if s.Draft != nil {
			drafts = append(drafts, s.Slate)
		}
	}
	const few = 5
	switch n := len(drafts); {
	case n == 0:
		return ""
	case n == len(man.Shots):
		return fmt.Sprintf("it is a cut of drafts; dailies final %s buys their finals", man.ID)
	case n > few:
		return fmt.Sprintf("%d of its %d shots are drafts; dailies final %s buys their finals", n, len(man.Shots), man.ID)
	}
	return fmt.Sprintf("drafts are shown for %s; dailies final %s buys their finals", strings.Join(drafts, ", "), man.ID)
}

// consents are the papers of the characters that the cut shows or lets speak, in the
// order of their ids.
func (c *Cut) consents() []drama.Consent {
	seen := map[string]bool{}
	var out []drama.Consent
	cut := map[string]bool{}
	for _, s := range c.shots {
		cut[s.Slate] = true
	}
	for _, s := range c.Script.Episode.Shots() {
		if !cut[s.Slate] {
			continue
		}
		for _, l := range s.Lines {
			seen[l.Who] = true
		}
		for _, id := range s.Cast {
			seen[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		if f := c.Script.Season.Cast[id].Consent; f != nil {
			out = append(out, drama.Consent{Character: id, File: *f})
		}
	}
	return out
}

// perMinute is what a finished minute has cost, rounded up to the micro-unit.
func perMinute(spent drama.Money, man drama.Manifest) drama.Money {
	fps, err := media.ParseRational(man.FPS)
	if err != nil || man.Frames <= 0 {
		return drama.Money{Currency: spent.Currency}
	}
	ms := man.Frames.Duration(fps).Milliseconds()
	if ms <= 0 {
		return drama.Money{Currency: spent.Currency}
	}
	const minute = 60_000
	return drama.Money{Micros: spent.Micros/ms*minute + (spent.Micros%ms*minute+ms-1)/ms, Currency: spent.Currency}
}

// Seconds is how long a cut runs; 0 where its rate makes no sense.
func Seconds(man drama.Manifest) float64 {
	fps, err := media.ParseRational(man.FPS)
	if err != nil {
		return 0
	}
	return man.Frames.Duration(fps).Seconds()
}
