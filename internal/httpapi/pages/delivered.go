package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

// delivered is what was made of the cut that is shown: its masters, dubs and files, and
// the editor's cut that the episode is laid out by.
type delivered struct {
	Masters []deliveredMaster
	Files   []deliveredFile
	// Edit is what the next cut is laid out by; nil: the script's order.
	Edit *drama.Edit
	// Into are the languages that lines of the script are translated into.
	Into []string
}

// deliveredMaster is a master of the cut, or a dub's.
type deliveredMaster struct {
	Version string             // a further master's name
	Dub     *drama.ManifestDub // nil: it is spoken as the cut is
	Cut     int                // whose pictures it has
	Newer   bool               // a newer cut is there, whose lines it does not speak
	Raster  media.Raster
	Bare    bool // without burned texts
	Missing bool // it has no film
	Unfit   int  // lines of a dub that do not fit their windows
	Notes   []string
	Film    string // where it is read
	Name    string // of the file that is kept
	Play    string // the page's query that plays it
	Now     bool   // it is what the player plays
	Verify  string // where its verification is asked for; empty: with the cut's
}

// deliveredFile is another file of the cut.
type deliveredFile struct {
	Name, URL string
	Bytes     int64
}

// Size is how large a file is, for people.
func (f deliveredFile) Size() string {
	const kilo, mega = 1e3, 1e6
	if f.Bytes >= mega {
		return fmt.Sprintf("%.1f MB", float64(f.Bytes)/mega)
	}
	return fmt.Sprintf("%.0f kB", max(1, float64(f.Bytes)/kilo))
}

// Playing is what the player plays instead of the cut's own master; nil: that.
func (d delivered) Playing() *deliveredMaster {
	for i, m := range d.Masters {
		if m.Now && m.Play != "" {
			return &d.Masters[i]
		}
	}
	return nil
}

// deliver reads what was made of the cut that is shown.
func (p *Pages) deliver(r *http.Request, d *episodeData) error {
	ctx := r.Context()
	man := d.Man
	if man == nil {
		return nil
	}
	cut := ""
	if man.Cut != d.E.Cut {
		cut = fmt.Sprint(man.Cut)
	}
	at := fmt.Sprintf("%s/shows/%s/episodes/%d", api.Prefix, man.ID.Show, man.ID.Number)
	file := fmt.Sprintf("%s-%s-cut%d", man.ID.Show, man.ID.Code(), man.Cut)
	urls := p.api.CutURLs(*man)
	play := r.URL.Query().Get("play")
	all := []deliveredMaster{{
		Cut: man.Cut, Raster: man.Raster, Film: d.Master, Missing: d.Missing, Name: file + ".mp4", Verify: fmt.Sprintf("%s/cuts/%d/verify", at, man.Cut),
	}}
	for _, v := range man.Versions {
		film := urls["versions/"+v.Name+"/"+library.MasterName]
		all = append(all, deliveredMaster{
			Version: v.Name, Cut: man.Cut, Raster: v.Raster, Bare: !v.Texts, Film: film, Missing: film == "", Name: file + "-" + v.Name + ".mp4", Play: "version/" + v.Name,
		})
	}
	dubs, err := p.dubs(ctx, man.ID)
	if err != nil {
		return err
	}
	for _, m := range dubs {
		film := p.api.DubURLs(m)[library.MasterName]
		one := deliveredMaster{
			Dub: m.Dub, Cut: m.Cut, Newer: m.Cut != d.E.Cut, Raster: m.Raster, Notes: m.Notes, Film: film, Missing: film == "",
			Name: fmt.Sprintf("%s-%s-%s%d.mp4", man.ID.Show, man.ID.Code(), m.Dub.Language, m.Dub.Number), Play: "dub/" + m.Dub.Language,
			Verify: fmt.Sprintf("%s/dubs/%s/%d/verify", at, m.Dub.Language, m.Dub.Number),
		}
		for _, l := range m.Dub.Lines {
			if !l.Fits {
				one.Unfit++
			}
		}
		all = append(all, one)
	}
	for i := range all {
		m := &all[i]
		m.Now = m.Play == play && (m.Dub == nil || m.Cut == man.Cut)
		if m.Play == "" {
			continue
		}
		q := url.Values{"play": {m.Play}}
		if m.Dub != nil && m.Newer {
			q.Set("cut", fmt.Sprint(m.Cut))
		} else if m.Dub == nil && cut != "" {
			q.Set("cut", cut)
		}
		m.Play = "?" + q.Encode()
	}
	d.Delivered.Masters, d.Delivered.Files = all, filesOf(*man, urls)
	d.Delivered.Into = translated(d.E.Script)
	e, err := p.api.Studio.Edit(ctx, man.ID)
	if errors.Is(err, studio.ErrUnknown) || library.Damaged(err) != nil {
		return nil
	}
	d.Delivered.Edit = &e
	return err
}

// dubs are an episode's; one that cannot be read is none.
func (p *Pages) dubs(ctx context.Context, id drama.EpisodeID) ([]drama.Manifest, error) {
	all, err := p.api.Studio.Dubs(ctx, id)
	if errors.Is(err, studio.ErrUnknown) || library.Damaged(err) != nil {
		return nil, nil
	}
	return all, err
}

// filesOf are a cut's files beside its masters, as people look for them: what is in the
// folder itself first, and none of the pieces of HLS.
func filesOf(m drama.Manifest, urls map[string]string) []deliveredFile {
	var all []deliveredFile
	for _, f := range m.Files {
		if f.Name == library.MasterName || strings.HasPrefix(f.Name, "versions/") || strings.HasPrefix(f.Name, "hls/") {
			continue
		}
		all = append(all, deliveredFile{f.Name, urls[f.Name], f.Bytes})
	}
	slices.SortStableFunc(all, func(a, b deliveredFile) int {
		return cmp.Or(cmp.Compare(strings.Count(a.Name, "/"), strings.Count(b.Name, "/")), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// translated are the languages that lines of a script have translations into.
func translated(p *drama.Production) []string {
	if p == nil {
		return nil
	}
	into := map[string]bool{}
	for _, shot := range p.Episode.Shots() {
		for _, l := range shot.Lines {
			for language, text := range l.Translation {
				if text != "" && language != p.Season.Language {
					into[language] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(into))
}
