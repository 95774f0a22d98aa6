package profile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Beside says which of the deliverables that profiles want lie beside a master, by the
// names of its manifest: lines of advice, for a master may be right without them.
func Beside(profiles []Profile, m drama.Manifest) []Line {
	var out []Line
	for _, p := range profiles {
		w := p.Wants
		add := func(rule, what string, has bool) {
			l := Line{Profile: p.Name, Rule: rule, OK: has, Advice: true, Declared: true, Measured: "not in the cut", Wanted: what}
			if has {
				l.Measured = "in the cut"
			}
			if l.Sources = []Source{Built().Sources["own"]}; !slices.ContainsFunc(out, func(o Line) bool { return o.Rule == rule && o.Wanted == what }) {
				out = append(out, l)
			}
		}
		for _, size := range w.Covers {
			add("cover", "a cover of "+size, size == m.Raster.String() && names(m, "poster.jpg") || names(m, "covers/*"+size+"*"))
		}
		for _, kind := range w.Captions {
			add("captions", "subtitles as "+kind, names(m, "subs/*."+kind))
		}
		for _, stem := range w.Stems {
			add("stems", "the stem "+stem, names(m, "stems/"+stem+".*"))
		}
		for _, raster := range w.Versions {
			add("version", "a version of "+raster, raster == m.Raster.String() || names(m, "versions/*"+raster+"*/master.mp4"))
		}
		for _, kind := range w.Timelines {
			add("timeline", "a timeline as "+kind, names(m, "timeline."+kind))
		}
		if w.Textless {
			add("textless", "a master without texts", names(m, "versions/textless/master.mp4") || names(m, "master-textless.mp4"))
		}
	}
	return out
}

func names(m drama.Manifest, pattern string) bool {
	return slices.ContainsFunc(m.Files, func(f drama.ManifestFile) bool {
		ok, err := path.Match(pattern, f.Name)
		return err == nil && ok
	})
}

// Named says whether a file is called as profiles want it: of a master as cuts hold it,
// what it is to be called.
func Named(profiles []Profile, file, show string, episode int) []Line {
	var out []Line
	for _, p := range profiles {
		want := p.NameFor(show, episode)
		limit, ok := p.Rules["name"]
		if want == "" || !ok {
			continue
		}
		l := Line{Profile: p.Name, Rule: "name", Advice: limit.Advice, Measured: file, Wanted: want}
		for _, s := range limit.Sources {
			l.Sources = append(l.Sources, Built().Sources[s])
		}
		if base := path.Base(file); base == masterName {
			l.Unknown, l.Measured = true, fmt.Sprintf("%s, as cuts hold it; it is handed over under the name wanted", base)
		} else {
			l.OK = strings.TrimSuffix(base, path.Ext(base)) == want
		}
		out = append(out, l)
	}
	return out
}

const masterName = "master.mp4"
