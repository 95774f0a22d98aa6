package submission

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/store"
)

// Item is a file of a cut, and what it is called in a receiver's folder.
type Item struct {
	File drama.ManifestFile
	Key  string // in the store
	To   string
}

// Film is a master of a cut, or of one of its versions.
type Film struct {
	File    string // in the cut
	Version string // empty: the master
	Raster  media.Raster
	Texts   string // a word below
}

// Whether subtitles and titles are burned into a film.
const (
	TextsBurned  = "burned"
	TextsNone    = "none"
	TextsUnknown = "not known" // an older release made it
)

const (
	masterName = "master.mp4"
	posterName = "poster.jpg"
)

// picker picks for one receiver from one cut.
type picker struct {
	profile.Profile
	m      drama.Manifest
	season drama.Season
	name   string // of the film, without its extension
	items  []Item
	gaps   []Gap
}

// Pick picks what a receiver is given of a cut: the film that it asks for first, then what
// it wants beside it. What there is not are gaps; ok is false where there is no film as it
// asks for, and the only gap says so. Nothing but what the cut's manifest names is picked,
// so that a copy without the label never is. season gives the show's title.
func Pick(p profile.Profile, m drama.Manifest, season drama.Season) (picked Picked, gaps []Gap, ok bool) {
	k := &picker{Profile: p, m: m, season: season, name: EpisodeName(p, season, m.ID.Number)}
	if m.Label.Unlabelled != nil {
		k.gap("a master with its label", "a copy without the label is handed over by dailies export --unlabelled, and never in a pack")
		return Picked{}, k.gaps, false
	}
	all := films(m)
	rasters := k.rasters()
	i := slices.IndexFunc(all, func(f Film) bool { return len(rasters) == 0 || slices.Contains(rasters, f.Raster.String()) })
	if i < 0 {
		k.gap("a master of "+strings.Join(rasters, " or "), versionHint("wide", rasters[0]))
		return Picked{}, k.gaps, false
	}
	film := all[i]
	if !k.take(film.File, k.name+".mp4") {
		k.gap("its master", "the cut is damaged: render again makes a new one")
		return Picked{}, k.gaps, false
	}
	k.versions(all, film)
	k.covers(film)
	k.captions()
	k.stems()
	k.timelines()
	return Picked{Items: k.items, Film: film}, k.gaps, true
}

// films are the masters of a cut: its own, then those with texts, then those without.
func films(m drama.Manifest) []Film {
	all := []Film{{File: masterName, Raster: m.Raster, Texts: inked(m)}}
	for _, v := range m.Versions {
		f := Film{File: "versions/" + v.Name + "/" + masterName, Version: v.Name, Raster: v.Raster, Texts: TextsNone}
		if v.Texts {
			f.Texts = all[0].Texts
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all[1:], func(a, b Film) int {
		switch bare := func(f Film) bool { return f.Texts == TextsNone }; {
		case bare(a) == bare(b):
			return 0
		case bare(a):
			return 1
		}
		return -1
	})
	return all
}

// inked says whether texts are burned into a master.
func inked(m drama.Manifest) string {
	texts := TextsNone
	for _, s := range m.Shots {
		switch {
		case len(s.Inked) > 0:
			return TextsBurned
		case s.Runs == nil: // such a release did not note it
			texts = TextsUnknown
		}
	}
	return texts
}

// rasters are those that the receiver takes; none: any.
func (k *picker) rasters() []string {
	if l, ok := k.Rules["raster"]; ok && !l.Advice {
		return l.Any
	}
	return nil
}

// gap notes what there is not.
func (k *picker) gap(what, do string) {
	k.gaps = append(k.gaps, Gap{Profile: k.Name, Episodes: []int{k.m.ID.Number}, What: what, Do: do})
}

// take picks a file of the cut, if it has it.
func (k *picker) take(name, to string) bool {
	i := slices.IndexFunc(k.m.Files, func(f drama.ManifestFile) bool { return f.Name == name })
	if i < 0 {
		return false
	}
	key := store.Keys{Show: k.m.ID.Show}.Cut(k.m.ID, k.m.Cut) + name
	k.items = append(k.items, Item{File: k.m.Files[i], Key: key, To: to})
	return true
}

// all picks every file that a pattern names; to makes its name of its own.
func (k *picker) all(pattern string, to func(name string) string) (found bool) {
	for _, f := range k.m.Files {
		if ok, err := path.Match(pattern, f.Name); err == nil && ok {
			found = k.take(f.Name, to(f.Name)) || found
		}
	}
	return found
}

func versionHint(name, raster string) string {
	return fmt.Sprintf("write versions: [{name: %s, raster: %s}] in the season and render: no take is made for it", name, raster)
}

// versions are further films: other rasters, and one without texts.
func (k *picker) versions(all []Film, film Film) {
	for _, raster := range k.Wants.Versions {
		if film.Raster.String() == raster {
			continue
		}
		i := slices.IndexFunc(all, func(f Film) bool { return f.Raster.String() == raster })
		if i < 0 || !k.take(all[i].File, fmt.Sprintf("%s (%s).mp4", k.name, raster)) {
			k.gap("a version of "+raster, versionHint("wide", raster))
		}
	}
	if !k.Wants.Textless || film.Texts == TextsNone {
		return
	}
	bare := slices.DeleteFunc(slices.Clone(all), func(f Film) bool { return f.Texts != TextsNone })
	if i := slices.IndexFunc(bare, func(f Film) bool { return f.Raster == film.Raster }); i > 0 {
		bare[0], bare[i] = bare[i], bare[0]
	}
	if len(bare) == 0 || !k.take(bare[0].File, k.name+" (textless).mp4") {
		k.gap("a master without burned subtitles and titles", "write versions: [{name: textless, texts: false}] in the season and render: no take is made for it")
	}
}

// shapes are the words by which scripts ask for covers.
var shapes = map[string]string{"1080x1920": "9:16", "1080x1440": "3:4", "1200x1800": "2:3", "1080x1080": "1:1", "1440x1080": "4:3", "1920x1080": "16:9"}

// covers are the pictures for shop windows, or the one that stands for the cut.
func (k *picker) covers(film Film) {
	own := path.Join(path.Dir(film.File), posterName)
	poster := func() bool { return k.take(own, fmt.Sprintf("covers/%s %s.jpg", k.name, film.Raster)) }
	for _, size := range k.Wants.Covers {
		found := k.all("covers/"+size+"*.jpg", func(name string) string {
			return fmt.Sprintf("covers/%s %s", k.name, strings.TrimPrefix(name, "covers/"))
		})
		if found || size == film.Raster.String() && poster() {
			continue
		}
		do := "nothing here makes it: draw it, and hand it in with the pack"
		if shape := shapes[size]; shape != "" {
			do = fmt.Sprintf("write covers: [%s] in the season and render: no take is made for it", shape)
		}
		k.gap("a cover of "+size, do)
	}
	if len(k.Wants.Covers) == 0 {
		poster()
	}
}

// captions are the subtitles as files, and the titles.
func (k *picker) captions() {
	own := fmt.Sprintf("subs/%s-%s.", k.m.ID.Show, k.m.ID.Code())
	for _, kind := range k.Wants.Captions {
		if !k.all("subs/*."+kind, func(name string) string { return "subtitles/" + k.name + "." + strings.TrimPrefix(name, own) }) {
			k.gap("subtitles as "+kind, fmt.Sprintf("write subtitles: {sidecar: [%s], formats: [%s]} in the season and render: no take is made for it", k.season.Language, kind))
		}
	}
}

// stems are the layers of the mix.
func (k *picker) stems() {
	for _, stem := range k.Wants.Stems {
		if k.all("stems/"+stem+".*", func(name string) string { return "stems/" + k.name + "." + path.Base(name) }) {
			continue
		}
		do := "write stems: true in the season and render: no take is made for it"
		if s := k.m.Stems; s != nil && stem == "me" && s.NoME != "" {
			do = s.NoME
		}
		k.gap("the stem "+stem, do)
	}
}

// timelines are the cut for editors' programs.
func (k *picker) timelines() {
	for _, kind := range k.Wants.Timelines {
		if !k.take("timeline."+kind, "timelines/"+k.name+"."+kind) {
			k.gap("a timeline as "+kind, "an older release made the cut: dailies export --takes writes them, or render again")
		}
	}
}

// OfSeason are gaps that no episode has: texts of the script, and pictures that nothing
// here draws.
func OfSeason(p profile.Profile, s drama.Season) []Gap {
	var gaps []Gap
	if p.Wants.Icon != "" {
		gaps = append(gaps, Gap{Profile: p.Name, What: "an icon of " + p.Wants.Icon, Do: "nothing here makes it: draw it, and hand it in with the pack"})
	}
	known := profile.Texts(s)
	for _, rule := range profile.TextRules {
		l, asked := p.Rules[rule]
		switch {
		case !asked:
		case len(known[rule]) == 0:
			gaps = append(gaps, Gap{Profile: p.Name, What: "the " + rule, Do: fmt.Sprintf("write %s: in the season (%s), and render: no take and no cut is made for it", rule, s.Language)})
		default:
			for _, line := range profile.Judge([]profile.Profile{{Name: p.Name, Rules: map[string]profile.Limit{rule: l}}}, known) {
				if !line.OK {
					gaps = append(gaps, Gap{Profile: p.Name, What: fmt.Sprintf("a %s of %s", rule, line.Wanted), Do: fmt.Sprintf("it has %s: shorten it in the season", line.Measured)})
				}
			}
		}
	}
	return gaps
}
