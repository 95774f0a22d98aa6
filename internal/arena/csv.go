package arena

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
)

// columns of a file of votes. why is what Count says; it is written for people and
// not read.
var columns = []string{
	"vote", "at", "by", "pair", "origin", "show", "episode", "slate", "digest", "kind", "pair_at", "pair_void",
	"model_a", "provider_a", "take_a", "model_b", "provider_b", "take_b", "left", "choice", "reasons", "mirror", "void", "why",
}

// Bounds on a file of votes from elsewhere.
const (
	// MaxFile is its size in bytes.
	MaxFile  = 32 << 20
	maxRows  = 200_000
	maxField = 200 // characters
)

// WriteCSV writes votes with all that is known of their pairs, in the order of time.
func WriteCSV(w io.Writer, all []Counted) error {
	out := csv.NewWriter(w)
	_ = out.Write(columns)
	for _, c := range all {
		p := c.Of
		var reasons []string
		for _, r := range c.Reasons {
			reasons = append(reasons, string(r))
		}
		row := []string{
			c.ID, c.At.UTC().Format(time.RFC3339Nano), c.By, c.Pair, string(p.Origin), p.Episode.Show, strconv.Itoa(p.Episode.Number), p.Slate, p.Digest, string(p.Kind),
			p.At.UTC().Format(time.RFC3339Nano), p.Void, p.A.Model, p.A.Provider, strconv.Itoa(p.A.Take.Number), p.B.Model, p.B.Provider, strconv.Itoa(p.B.Take.Number),
			string(c.Left), string(c.Choice), strings.Join(reasons, " "), strconv.FormatBool(c.Mirror), string(c.Void), string(c.Why),
		}
		for i := range row {
			row[i] = tame(row[i])
		}
		_ = out.Write(row)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write votes: %w", err)
	}
	return nil
}

// starts are what makes a spreadsheet take a text for a formula.
const starts = "=+-@\t\r"

// tame puts an apostrophe before what a spreadsheet would run.
func tame(s string) string {
	if s != "" && strings.ContainsRune(starts+"'", rune(s[0])) {
		return "'" + s
	}
	return s
}

func wild(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(starts+"'", rune(s[1])) {
		return s[1:]
	}
	return s
}

// ErrFile is a file that is not one of votes: its sender has to mend it.
var ErrFile = errors.New("this is no file of votes")

// ReadCSV reads what WriteCSV writes: the votes, and the pairs that they are about.
// It is strict, and bounded: one bad row refuses the file, with its line. source is
// kept with each vote. ErrFile.
func ReadCSV(r io.Reader, source string) ([]Pair, []Vote, error) {
	in := csv.NewReader(&bounded{r: r, left: MaxFile + 1})
	in.FieldsPerRecord, in.ReuseRecord = len(columns), true
	head, err := in.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("read votes: %w: %w", ErrFile, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	if !slices.Equal(head, columns) {
		return nil, nil, fmt.Errorf("read votes: %w: its first line must be %s", ErrFile, strings.Join(columns, ","))
	}
	var votes []Vote
	var pairs []Pair
	known, seen := make(map[string]Pair), make(map[string]bool)
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return pairs, votes, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read votes: %w: %w", ErrFile, err)
		}
		line, _ := in.FieldPos(0)
		p, v, err := parse(row, source)
		switch before, ok := known[p.ID]; {
		case err != nil:
		case len(votes) == maxRows:
			err = fmt.Errorf("it has more than %d votes; split it", maxRows)
		case seen[v.ID]:
			err = fmt.Errorf("vote %s is there twice", v.ID)
		case ok && before != p:
			err = fmt.Errorf("it tells of pair %s otherwise than a line before", p.ID)
		case !ok:
			known[p.ID] = p
			pairs = append(pairs, p)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read votes: line %d: %w: %w", line, ErrFile, err)
		}
		seen[v.ID] = true
		votes = append(votes, v)
	}
}

// parse reads one row.
func parse(row []string, source string) (Pair, Vote, error) {
	f := make(map[string]string, len(row))
	for i, name := range columns {
		f[name] = strings.Clone(wild(row[i]))
		if n := utf8.RuneCountInString(f[name]); n > maxField || !printable(f[name]) {
			return Pair{}, Vote{}, fmt.Errorf("its %s has %d characters or one that cannot be printed; at most %d that can", name, n, maxField)
		}
	}
	var bad []string
	must := func(ok bool, name string) {
		if !ok {
			bad = append(bad, fmt.Sprintf("%s %q", name, f[name]))
		}
	}
	number := func(name string, least int) int {
		n, err := strconv.Atoi(f[name])
		must(err == nil && n >= least && n <= 1e6, name)
		return n
	}
	moment := func(name string) time.Time {
		t, err := time.Parse(time.RFC3339Nano, f[name])
		must(err == nil && t.Year() >= 2000 && t.Year() < 3000, name)
		return t.UTC()
	}
	id := drama.EpisodeID{Show: f["show"], Number: number("episode", 1)}
	p := Pair{
		ID: f["pair"], Episode: id, Slate: f["slate"], Digest: f["digest"], Kind: Kind(f["kind"]), Origin: Origin(f["origin"]), At: moment("pair_at"), Void: f["pair_void"],
		A: Entrant{Take: drama.TakeID{Episode: id, Slate: f["slate"], Number: number("take_a", 1)}, Provider: f["provider_a"], Model: f["model_a"]},
		B: Entrant{Take: drama.TakeID{Episode: id, Slate: f["slate"], Number: number("take_b", 0)}, Provider: f["provider_b"], Model: f["model_b"]},
	}
	v := Vote{ID: f["vote"], Pair: p.ID, By: f["by"], Left: Side(f["left"]), Choice: Choice(f["choice"]), At: moment("at"), Void: Why(f["void"]), Source: source}
	mirror, err := strconv.ParseBool(f["mirror"])
	must(err == nil, "mirror")
	v.Mirror = mirror
	for r := range strings.FieldsSeq(f["reasons"]) {
		must(slices.Contains(Reasons(), Reason(r)) && !slices.Contains(v.Reasons, Reason(r)), "reasons")
		v.Reasons = append(v.Reasons, Reason(r))
	}
	must(ValidVoteID(v.ID), "vote")
	must(ValidID(p.ID), "pair")
	must(drama.ValidID(id.Show), "show")
	must(drama.ValidSlate(p.Slate), "slate")
	must(p.Digest != "" && !strings.ContainsAny(p.Digest, "/\\."), "digest")
	must(slices.Contains(Kinds(), p.Kind), "kind")
	must(p.Origin == Bakeoff || p.Origin == Retake || p.Origin == Try, "origin")
	must(p.A.Model != "", "model_a")
	must(p.B.Model != "" && p.B.Model != p.A.Model, "model_b")
	must(ValidPerson(v.By), "by")
	must(v.Left == SideA || v.Left == SideB, "left")
	must(slices.Contains(Choices(), v.Choice), "choice")
	must(v.Void == "" || slices.Contains(CastWhys(), v.Void), "void")
	if len(bad) > 0 {
		return p, v, fmt.Errorf("it has no good %s", strings.Join(bad, ", "))
	}
	return p, v, nil
}

// ValidPerson says whether s may name who votes: 1 to 100 printable characters
// without blanks at its ends.
func ValidPerson(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= 100 && printable(s) && strings.TrimSpace(s) == s
}

func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// bounded errs past its bound, where io.LimitReader would end in silence.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("it is over %d bytes; split it", MaxFile)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
