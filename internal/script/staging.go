package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// What a script may say and a picture would surely not show as meant.

// staging checks who is in a shot's picture against what the shot is.
func (e *episodeBuilder) staging(k *shotKeys, shot *drama.Shot) {
	if k.Footage.set() {
		return // what is in it is known to whoever shot it
	}
	if n := len(k.Cast); k.Size.set() && n < 2 && n == len(shot.Cast) {
		has := "one person"
		if n == 0 {
			has = "nobody"
		}
		switch k.Size.Text {
		case "OTS":
			e.warnf(k.Size.mark, "an OTS looks at one person over the shoulder of another; %s is in cast", has)
		case "two-shot":
			e.warnf(k.Size.mark, "a two-shot holds two people; %s is in cast", has)
		}
	}
	told := map[string]bool{}
	for i := range k.Lines {
		l := &k.Lines[i]
		who := l.Who.Text
		if l.Kind.set() && l.Kind.Text != string(drama.LineDialogue) || !l.Who.set() || who == drama.Narrator || told[who] || slices.Contains(shot.Cast, who) {
			continue
		}
		if e.season != nil {
			if _, known := e.season.Cast[who]; !known {
				continue // said already
			}
		}
		told[who] = true
		e.warnHint(l.Who.mark, fmt.Sprintf("add %s to cast, or write kind: os (off-screen) or vo", who), "%s speaks on screen here, but is not in the shot's cast", who)
	}
}

// maxTitle bounds a title, in characters.
const maxTitle = 500

// titleFits checks that a title can be read on the picture.
func (e *episodeBuilder) titleFits(t *titleSyntax) {
	if e.season == nil || !t.Text.set() {
		return
	}
	text := t.Text.Text
	if n := len([]rune(text)); n > maxTitle {
		e.errorf(t.Text.mark, "the title has %d characters; at most %d can stand on a picture", n, maxTitle)
		return
	}
	var look *media.TextStyle
	if own, ok := e.season.Texts["title"]; ok {
		look = &own
	}
	if l := lettering.SetAs(look, text, "title", e.season.Language, e.season.Format.Raster, e.season.Safe); l.Small {
		e.warnf(t.Text.mark, "the title does not fit the picture in a size that can be read (%d lines of %d pixels); shorten it, or break it over two shots", len(l.Lines), l.Size)
	}
}

// untranslated is where lines have no text in a language.
type untranslated struct {
	count  int
	slates []string
}

func (u *untranslated) add(slate string) {
	u.count++
	if n := len(u.slates); slate != "" && (n == 0 || u.slates[n-1] != slate) {
		u.slates = append(u.slates, slate)
	}
}

// where lists the first slates.
func (u *untranslated) where() string {
	const enough = 12
	if len(u.slates) > enough {
		return strings.Join(u.slates[:enough], ", ") + fmt.Sprintf(" and %d more shots", len(u.slates)-enough)
	}
	return strings.Join(u.slates, ", ")
}

// voices warns of speakers for whom nobody was cast.
func (e *episodeBuilder) voices() {
	if e.season == nil {
		return
	}
	told := map[string]bool{}
	for _, s := range e.shots {
		if e.season.DialogueOf(*s.shot) != drama.DialogueVoice {
			continue
		}
		for i := range s.keys.Lines {
			who := s.keys.Lines[i].Who
			if !who.set() || told[who.Text] || !drama.Audible(s.keys.Lines[i].Say.Text) {
				continue
			}
			c, known := e.season.Cast[who.Text]
			if !known && who.Text != drama.Narrator {
				continue
			}
			if c.Voice != nil {
				if c.Voice.Provider == "" && e.season.Dialogue != drama.DialogueVoice { // else it is said already
					told[who.Text] = true
					e.errorf(who.mark, "the voice of %s has no provider, which is required with dialogue: voice", who.Text)
				}
				continue
			}
			told[who.Text] = true
			e.warnHint(who.mark, fmt.Sprintf("give %s a voice in cast", who.Text), "%s has no voice, so the offline scratch voice would speak these lines", who.Text)
		}
	}
}
