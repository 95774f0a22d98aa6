package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
)

// InLanguage is in which language reasons are told.
type InLanguage struct {
	Lang string `query:"lang" maxLength:"35" doc:"The language of reasons, en or zh, as far as they are told in it; absent: English"`
}

// InWords is a reason in a language, where what was said is known by its code; else as it
// stands.
func InWords(text, lang string, said []phrase.Phrase) string {
	if i := slices.IndexFunc(said, func(p phrase.Phrase) bool { return p.String() == text }); i >= 0 {
		return said[i].In(lang)
	}
	if p, ok := phrase.Read(text); ok {
		return p.In(lang)
	}
	return text
}

// SaidOf is what was said of takes, by its codes, alone and as shots' states have it.
func SaidOf(takes []Take) (all []phrase.Phrase) {
	for _, t := range takes {
		for _, p := range t.Verdict.Said {
			all = append(all, p, phrase.Listing("ng.of", []phrase.Phrase{p}, fmt.Sprint(t.Number), t.Provider))
		}
	}
	return all
}

// tell puts a shot's reasons into a language.
func (s *Server) tell(ctx context.Context, id drama.EpisodeID, slate, lang string, reasons []string) ([]string, error) {
	if len(reasons) == 0 || lang == "" || lang == phrase.English {
		return reasons, nil
	}
	takes, _, err := s.Takes(ctx, id, slate)
	if err != nil {
		return nil, err
	}
	said := SaidOf(takes)
	var out []string
	for _, r := range reasons {
		out = append(out, InWords(r, lang, said))
	}
	return out, nil
}
