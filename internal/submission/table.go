package submission

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// document is a file of a body.
func document(name string, body []byte) Entry {
	return Entry{Name: name, Bytes: int64(len(body)), CRC32: crc32.ChecksumIEEE(body), SHA256: sumOf(body), Body: body}
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// mark is what spreadsheets tell UTF-8 by.
const mark = "\ufeff"

// table is comma-separated values as spreadsheets open them: no cell is a formula.
func table(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(mark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		cells := slices.Clone(row)
		for i, c := range cells {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				cells[i] = "'" + c
			}
		}
		_ = w.Write(cells) // a buffer takes all
	}
	w.Flush()
	return b.Bytes()
}

// tables are the documents of the whole season.
func (b *builder) tables() {
	b.add(documents+"synopsis.txt", Synopsis(b.in.Season, b.scripts()))
	b.add(documents+"cast.csv", b.cast())
	b.add(documents+"ai-use.csv", b.use())
	b.add(documents+"music-cues.csv", b.cues())
	b.add(documents+"rights.csv", b.rights())
	if b.in.Costs != nil {
		b.add(documents+"costs.csv", b.costs())
	}
}

func (b *builder) scripts() (all []drama.Production) {
	for _, e := range b.in.Episodes {
		all = append(all, e.Newest)
	}
	return all
}

// timecode is a frame of an episode as cue sheets have it; frames are counted, none is
// dropped.
func timecode(f media.Frames, fps media.Rational) string {
	rate := media.Frames(1)
	if fps.Valid() {
		rate = media.Frames((fps.Num + fps.Den/2) / fps.Den)
	}
	s := f / rate
	return fmt.Sprintf("%02d:%02d:%02d:%02d", s/3600, s/60%60, s%60, f%rate)
}

func seconds(f media.Frames, fps media.Rational) string {
	if !fps.Valid() {
		return ""
	}
	return fmt.Sprintf("%.3f", f.Duration(fps).Seconds())
}

// rateOf is a cut's rate; one that makes no sense is none.
func rateOf(m drama.Manifest) media.Rational {
	fps, _ := media.ParseRational(m.FPS)
	return fps
}

// use is who made each shot, with what and at whose choice.
func (b *builder) use() []byte {
	rows := [][]string{{
		"episode", "slate", "scene", "start", "seconds", "origin", "vendor", "model", "take", "seed", "prompt_sha256", "shot_sha256",
		"still_vendor", "still_model", "voices", "attempts", "picked_by", "picked_at",
	}}
	for _, e := range b.in.Episodes {
		fps := rateOf(e.Manifest)
		shots := map[string]drama.Shot{}
		for _, s := range e.Script.Episode.Shots() {
			shots[s.Slate] = s
		}
		for _, s := range e.Manifest.Shots {
			seed, prompt, maker := "", "", drama.Still{}
			if s.Seed != nil {
				seed = fmt.Sprint(*s.Seed)
			}
			if t := e.Takes[s.Take]; t.Asked != nil {
				prompt = sumOf([]byte(t.Asked.Prompt))
				maker = e.Stills[t.Asked.Still]
			}
			by, at := pickedBy(e, s)
			rows = append(rows, []string{
				e.Manifest.ID.Code(), s.Slate, s.Scene, timecode(s.Start, fps), seconds(s.Frames, fps), s.Origin, s.Provider, s.Model, s.Take.String(), seed, prompt, s.Digest,
				maker.Provider, maker.Model, voices(e.Script.Season, shots[s.Slate]), fmt.Sprint(s.Attempts), by, at,
			})
		}
	}
	return table(rows)
}

// pickedBy is who chose a shot's take and when, as far as the circles still say.
func pickedBy(e Episode, s drama.ManifestShot) (by, at string) {
	for _, digest := range []string{s.Digest, e.Takes[s.Take].Digest} {
		if c, ok := e.Circles[digest]; ok && c.Take == s.Take {
			return c.By, c.At.UTC().Format("2006-01-02T15:04:05Z")
		}
	}
	return "", ""
}

// voices are those of a shot's lines that no picture's model speaks.
func voices(season drama.Season, shot drama.Shot) string {
	if !season.Spoken(shot) {
		return ""
	}
	var all []string
	for _, l := range shot.Lines {
		name := string(season.DialogueOf(shot))
		if v := season.Cast[l.Who].Voice; v != nil && v.Provider != "" {
			name = strings.TrimSuffix(v.Provider+"/"+v.Name, "/")
		}
		if word := l.Who + ": " + name; !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return strings.Join(all, "; ")
}

// costs are the ledger's sums.
func (b *builder) costs() []byte {
	amount := func(m drama.Money) string { return drama.Money{Micros: m.Micros}.String() }
	rows := [][]string{{"show", "episode", "provider", "model", "jobs", "settled", "open", "currency", "estimated_jobs"}}
	for _, c := range b.in.Costs {
		rows = append(rows, []string{
			c.Episode.Show, c.Episode.Code(), c.Provider, c.Model, fmt.Sprint(c.Jobs), amount(c.Settled), amount(c.Pending), c.Settled.Currency, fmt.Sprint(c.Estimated),
		})
	}
	return table(rows)
}
