package submission

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// languages are those of texts: the season's first, then by name.
func languages(t drama.Text, own string) []string {
	all := slices.DeleteFunc(slices.Sorted(maps.Keys(t)), func(l string) bool { return l == own })
	if _, ok := t[own]; ok {
		all = append([]string{own}, all...)
	}
	return all
}

// line is a text as one line that does nothing to who shows it.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// Synopsis is what the script tells of the story: of the season, then of each episode, in
// the season's language first.
func Synopsis(s drama.Season, episodes []drama.Production) []byte {
	all := drama.Text{s.Language: ""}
	for _, t := range []drama.Text{s.Title, s.Tagline, s.Synopsis} {
		maps.Copy(all, t)
	}
	for _, e := range episodes {
		maps.Copy(all, e.Episode.Title)
		maps.Copy(all, e.Episode.Synopsis)
	}
	var b strings.Builder
	for i, language := range languages(all, s.Language) {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "[%s]\n", language)
		tell := func(indent, what, text string) {
			if text = line(text); text != "" {
				fmt.Fprintf(&b, "%s%s%s\n", indent, what, text)
			}
		}
		tell("", "title: ", s.Title[language])
		tell("", "tagline: ", s.Tagline[language])
		tell("", "synopsis: ", s.Synopsis[language])
		for _, e := range episodes {
			title, synopsis, hook := e.Episode.Title[language], e.Episode.Synopsis[language], ""
			if language == s.Language {
				hook = e.Episode.Hook
			}
			if title+synopsis+hook == "" {
				continue
			}
			fmt.Fprintf(&b, "%d. %s\n", e.Episode.Number, line(title))
			tell("   ", "hook: ", hook)
			tell("   ", "", synopsis)
		}
	}
	return []byte(b.String())
}

// appears is where somebody is seen or heard.
type appears struct {
	episodes []string
	shots    int
	lines    int
}

// cast is who is seen and heard; all of them are generated, and say whose likeness they
// are where the script has a consent.
func (b *builder) cast() []byte {
	seen := map[string]*appears{}
	for _, e := range b.in.Episodes {
		shown := map[string]bool{}
		for _, s := range e.Manifest.Shots {
			shown[s.Slate] = true
		}
		for _, s := range e.Script.Episode.Shots() {
			if !shown[s.Slate] {
				continue
			}
			note := func(id string) *appears {
				a := seen[id]
				if a == nil {
					a = &appears{}
					seen[id] = a
				}
				if code := e.Manifest.ID.Code(); !slices.Contains(a.episodes, code) {
					a.episodes = append(a.episodes, code)
				}
				return a
			}
			for _, id := range s.Cast {
				note(id).shots++
			}
			for _, l := range s.Lines {
				note(l.Who).lines++
			}
		}
	}
	rows := [][]string{{"id", "name", "looks", "voice", "episodes", "shots", "lines", "picture", "consent_sha256"}}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		c, a := b.in.Season.Cast[id], seen[id]
		voice, consent := "", ""
		if c.Voice != nil {
			voice = strings.Trim(c.Voice.Provider+"/"+c.Voice.Name, "/")
		}
		if c.Consent != nil {
			consent = c.Consent.SHA256
		}
		rows = append(rows, []string{
			id, line(cmp.Or(c.Name, id)), line(c.Looks), voice, strings.Join(a.episodes, " "), fmt.Sprint(a.shots), fmt.Sprint(a.lines), b.paper(KindPicture, id), consent,
		})
	}
	return table(rows)
}

// extensions are those of files that a look book has by content alone.
var extensions = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}

// paperName is what a paper is called in the pack.
func paperName(p Paper) string {
	ext := strings.ToLower(path.Ext(p.File.Path))
	base := FileName(strings.TrimSuffix(path.Base(p.File.Path), path.Ext(p.File.Path)))
	if FileName(ext) == "" || len(ext) > 8 || strings.ContainsAny(ext, slashes) {
		ext = extensions[p.File.Type]
	}
	if p.Kind == KindPicture {
		return documents + "cast/" + p.Of + ext
	}
	// Two files of one name are told apart by their content.
	return fmt.Sprintf("%srights/%s-%.12s-%s%s", documents, p.Kind, p.File.SHA256, cmp.Or(base, "file"), ext)
}

// paper is the pack's file of a paper; empty: there is none.
func (b *builder) paper(kind, of string) string {
	for _, p := range b.in.Papers {
		if p.Kind == kind && p.Of == of {
			return paperName(p)
		}
	}
	return ""
}

// papers are files of the script.
func (b *builder) papers() {
	written := map[string]bool{}
	for _, p := range b.in.Papers {
		if name := paperName(p); !written[name] {
			written[name] = true
			b.entries = append(b.entries, Entry{Name: name, Bytes: p.File.Bytes, CRC32: p.CRC32, SHA256: p.File.SHA256, Key: p.Key})
		}
	}
}

// rights are what shows a right: consents, licences and the numbers of the authorities.
func (b *builder) rights() []byte {
	rows := [][]string{{"kind", "of", "says", "path", "sha256", "bytes", "file"}}
	for _, p := range b.in.Papers {
		if p.Kind != KindPicture {
			rows = append(rows, []string{p.Kind, p.Of, "", p.File.Path, p.File.SHA256, fmt.Sprint(p.File.Bytes), paperName(p)})
		}
	}
	if f := b.in.Season.Filing; f != nil {
		for _, n := range [][2]string{{"class", f.Class}, {"license", f.License}, {"approval", f.Approval}, {"programme", f.Programme}} {
			if n[1] != "" {
				rows = append(rows, []string{"filing", n[0], n[1], "", "", "", ""})
			}
		}
	}
	return table(rows)
}

// cues are the music and the sounds of files, as cue sheets list them. What the models of
// takes have put into their own sound nobody can list.
func (b *builder) cues() []byte {
	rows := [][]string{{"episode", "cue", "kind", "title", "composer", "start", "end", "seconds", "file", "sha256", "licence"}}
	for _, e := range b.in.Episodes {
		fps, n := rateOf(e.Manifest), 0
		add := func(kind, title, composer, licence string, from, to media.Frames, f drama.File) {
			n++
			end, long := "", ""
			if to > from {
				end, long = timecode(to, fps), seconds(to-from, fps)
			}
			rows = append(rows, []string{e.Manifest.ID.Code(), fmt.Sprint(n), kind, line(title), line(composer), timecode(from, fps), end, long, f.Path, f.SHA256, licence})
		}
		if s := e.Script.Season.Score; s != nil {
			if now := b.in.Season.Score; now != nil && now.File.SHA256 == s.File.SHA256 {
				s = now // what is said of it may be newer than the cut
			}
			add("score", s.Title, s.Composer, b.paper(KindLicence, s.File.Path), 0, e.Manifest.Frames, s.File)
		}
		shots := map[string]drama.Shot{}
		for _, s := range e.Script.Episode.Shots() {
			shots[s.Slate] = s
		}
		for _, s := range e.Manifest.Shots {
			for _, f := range shots[s.Slate].Effects {
				if at := f.At - s.In; at >= 0 && at < s.Frames {
					add("effect", "", "", "", s.Start+at, 0, f.File)
				}
			}
		}
	}
	return table(rows)
}

// Cues are the music and the sounds of an episode's cut.
func Cues(e Episode) []byte {
	b := builder{in: Input{Season: e.Script.Season, Episodes: []Episode{e}, Papers: Papers(e.Script.Season)}}
	return b.cues()
}

// Papers are the files of a season that go with a pack: the consents and the first picture
// of each of the cast, and the licence of the score. Where they lie, and their CRC-32, is
// for others to say.
func Papers(s drama.Season) []Paper {
	var all []Paper
	for _, id := range slices.Sorted(maps.Keys(s.Cast)) {
		c := s.Cast[id]
		if c.Consent != nil {
			all = append(all, Paper{Kind: KindConsent, Of: id, File: *c.Consent})
		}
		if i := slices.IndexFunc(c.Refs, func(r drama.Ref) bool { return r.As == drama.RoleFace }); i >= 0 {
			all = append(all, Paper{Kind: KindPicture, Of: id, File: c.Refs[i].File})
		} else if len(c.Refs) > 0 {
			all = append(all, Paper{Kind: KindPicture, Of: id, File: c.Refs[0].File})
		}
	}
	if s.Score != nil && s.Score.Licence != nil {
		all = append(all, Paper{Kind: KindLicence, Of: s.Score.File.Path, File: *s.Score.Licence})
	}
	return all
}
