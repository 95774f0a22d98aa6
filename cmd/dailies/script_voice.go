package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
)

// askVoice bounds the question whether the offline voice speaks a language.
const askVoice = 5 * time.Second

// unspoken checks whether the voices speak the season's language, as far as it is known
// without asking anybody.
func (a *cli) unspoken(s *script.Script) script.Problems {
	return append(a.unspokenOnline(s), a.unspokenOffline(s)...)
}

// unspokenOnline goes by what vendors write about their voices, who may have learned
// since.
func (a *cli) unspokenOnline(s *script.Script) (problems script.Problems) {
	cast := func(e drama.Episode) bool {
		return slices.ContainsFunc(e.Shots(), func(shot drama.Shot) bool { return s.Season.DialogueOf(shot) == drama.DialogueVoice })
	}
	own := s.Season.Dialogue == drama.DialogueVoice || s.Season.Listen == drama.ListenVoiceOver || slices.ContainsFunc(s.Episodes, cast)
	for _, p := range s.Providers {
		if !p.Voice || p.Language == "" && !own {
			continue
		}
		language := cmp.Or(p.Language, s.Season.Language)
		if known := a.Speaks(p.Name, language); known != nil {
			problems = append(problems, s.ProblemAt(p.Position, script.Warning, "cast a voice that does",
				"by its vendor's pages %s does not speak %s, only %s", p.Name, language, strings.Join(known, " ")))
		}
	}
	return problems
}

// unspokenOffline asks the offline voice, where it would have to speak.
func (a *cli) unspokenOffline(s *script.Script) script.Problems {
	l, severity := a.offlineLine(s)
	if l == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), askVoice)
	defer cancel()
	why := a.CannotSpeak(ctx, s.Season.Language, l.Say)
	if why == nil {
		return nil
	}
	return script.Problems{s.ProblemAt(l.Position, severity, "cast voices of another provider that do", "the offline voice does not speak %s: %v", s.Season.Language, why)}
}

// offlineLine is the first line that the offline voice speaks, and how bad it is
// when it cannot; nil when it speaks none. One that it must speak comes before one that
// others may.
func (a *cli) offlineLine(s *script.Script) (*drama.Line, script.Severity) {
	drawn := slices.ContainsFunc(s.Season.Routing, func(r drama.Route) bool { return slices.ContainsFunc(r.Use, a.drawn) })
	var may *drama.Line
	for _, e := range s.Episodes {
		for _, shot := range e.Shots() {
			native := !s.Season.Spoken(shot)
			if native && (!drawn || may != nil) {
				continue
			}
			for _, l := range shot.Lines {
				v := s.Season.Cast[l.Who].Voice
				cast := v != nil && (v.Name != "" || v.Provider != "" && v.Provider != "espeak")
				if !drama.Audible(l.Say) || cast && s.Season.DialogueOf(shot) != drama.DialogueScratch {
					continue
				}
				if !native {
					return &l, script.Error
				}
				may = &l
				break
			}
		}
	}
	return may, script.Warning
}

// drawn says whether a provider is the built-in animatic.
func (a *cli) drawn(name string) bool { return a.Config.Providers[name].Type == "animatic" }
