package activities

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/said"
	"github.com/dailies/dailies/internal/store"
)

// hearAtMost is how long a take waits for the listener, with all tries.
const hearAtMost = 5 * time.Minute

// speaks says whether the take's own model speaks its lines, and was asked for sound.
func (w shotWork) speaks() bool {
	if w.take.Origin != drama.OriginGenerated || slices.Contains(w.take.Remedies, string(attempts.RemedySilent)) {
		return false
	}
	route := w.plan.RouteOf(w.take.Provider)
	return route != nil && w.plan.Speaks(*route) && qc.Speaks(w.plan.Brief.Lines)
}

// listened adds to a verdict that passes what a listener heard, where somebody listens.
// A listener that cannot be asked costs no take: it is a warning.
func (m *Media) listened(ctx context.Context, w shotWork, v drama.Verdict, r media.ConformResult, sound soundOf) (drama.Verdict, *drama.Heard, error) {
	if m.Listener == nil || !w.speaks() {
		return v, nil, nil
	}
	length := r.Frames.Duration(w.job.Spec.FPS)
	h, err := m.hearing(ctx, w, length, sound)
	if ctx.Err() != nil {
		return v, nil, fmt.Errorf("listen to take %s: %w", w.take.ID, ctx.Err())
	}
	var none noOpinion
	switch {
	case errors.As(err, &none):
		m.log().Warn("the listener could not be asked", "take", w.take.ID.String(), "provider", w.take.Provider, "error", err)
		v.Warnings = append(v.Warnings, "heard: nobody could be asked to listen: "+none.Error())
		return v, nil, nil
	case err != nil:
		return v, nil, err
	}
	heard, differences := compare(w, h, length)
	remedy := w.script.Season.Listen
	if remedy == drama.ListenVoiceOver && !w.plan.Over {
		remedy = drama.ListenRetake // nobody can speak them: the plan has said so
	}
	v, heard.Over = holdAgainst(v, differences, w.plan.Brief.Lines, remedy)
	return v, heard, nil
}

// holdAgainst adds to a verdict what is not said as written. What may be misheard is
// never more than a warning. over says that voices are to speak the lines.
func holdAgainst(v drama.Verdict, differences []said.Difference, lines []drama.BriefLine, remedy drama.Listen) (_ drama.Verdict, over bool) {
	for _, d := range differences {
		text := inWords(d, len(lines))
		switch {
		case !d.Grave:
			v.Warnings = append(v.Warnings, text+", or is misheard")
		case remedy == drama.ListenVoiceOver && coverable(d, lines):
			over = true
			v.Warnings = append(v.Warnings, text)
		case remedy == drama.ListenVoiceOver:
			v.Pass = false
			v.Reasons = append(v.Reasons, text+", which no voice can cover")
		case remedy == drama.ListenRetake:
			v.Pass = false
			v.Reasons = append(v.Reasons, text)
		default:
			v.Warnings = append(v.Warnings, text)
		}
	}
	if over = over && v.Pass; over {
		v.Warnings = append(v.Warnings, overWords(lines))
	}
	return v, over
}

func inWords(d said.Difference, lines int) string {
	if lines > 1 && !d.Nothing() {
		return fmt.Sprintf("heard: line %d: %s", d.Line+1, d.Words())
	}
	return "heard: " + d.Words()
}

// compare holds a hearing against the lines of the take.
func compare(w shotWork, h library.Hearing, length time.Duration) (*drama.Heard, []said.Difference) {
	lines := make([]string, len(w.plan.Brief.Lines))
	for i, l := range w.plan.Brief.Lines {
		if qc.Speaks([]drama.BriefLine{l}) { // else it is mouthed, and nothing is to be heard of it
			lines[i] = l.Say
		}
	}
	heard := said.Heard{Text: h.Text}
	out := &drama.Heard{By: h.By, Text: h.Text, Language: h.Language}
	for _, word := range h.Words {
		heard.Words = append(heard.Words, said.Word{Text: word.Word, From: word.Start, To: word.End})
		out.Words = append(out.Words, drama.HeardWord{Word: word.Word, FromMS: word.Start.Milliseconds(), ToMS: word.End.Milliseconds()})
	}
	r := said.Compare(lines, heard, w.script.Season.Language, names(w.script), length)
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, drama.HeardLine{FromMS: l.From.Milliseconds(), ToMS: l.To.Milliseconds(), Matched: l.Matched})
	}
	for _, d := range r.Differences {
		out.Differences = append(out.Differences, strings.TrimPrefix(inWords(d, len(lines)), "heard: "))
	}
	return out, r.Differences
}

// names are the people, places and things of a script, in its order of names: the same
// for every take.
func names(p *drama.Production) []string {
	var all []string
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, c := range p.Season.Cast {
		add(c.Name)
	}
	for _, l := range p.Season.Locations {
		add(l.Name)
	}
	for _, t := range p.Season.Props {
		add(t.Name)
	}
	slices.Sort(all)
	return all
}

// told are the names that a listener is told: of those whom the shot shows and hears,
// since one that knows the whole cast hears it everywhere.
func told(w shotWork) []string {
	var all []string
	b := w.plan.Brief
	for _, c := range b.Cast {
		all = append(all, c.Name)
	}
	for _, l := range b.Lines {
		if l.Who != drama.Narrator {
			all = append(all, l.Name)
		}
	}
	said := strings.Builder{}
	for _, l := range b.Lines {
		said.WriteString(strings.ToLower(l.Say) + " ")
	}
	for _, n := range names(w.script) {
		if strings.Contains(said.String(), strings.ToLower(n)) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// soundOf finds the take's conformed sound on disk, with what removes it again.
type soundOf func(ctx context.Context) (path string, done func(), err error)

// soundBeside is the sound that conform has just written beside the clip.
func soundBeside(clip string) soundOf {
	return func(context.Context) (string, func(), error) {
		return filepath.Join(filepath.Dir(clip), conformedSound), func() {}, nil
	}
}

// soundIn is the sound of a mezzanine in the store.
func (m *Media) soundIn(mz library.Mezzanine) soundOf {
	return func(ctx context.Context) (string, func(), error) {
		dir, done, err := m.folder("hear")
		if err != nil {
			return "", nil, err
		}
		path := filepath.Join(dir, conformedSound)
		if err := m.download(ctx, mz.Audio, path); err != nil {
			done()
			return "", nil, err
		}
		return path, done, nil
	}
}

// hearing is what is heard in the part of a clip that the cut uses. It is written down
// before it is used, so that a clip is listened to once. Errors are noOpinion, or the
// store's.
func (m *Media) hearing(ctx context.Context, w shotWork, length time.Duration, sound soundOf) (library.Hearing, error) {
	show, key := w.take.ID.Episode.Show, digestOf(struct {
		V        int          `json:"v"`
		Media    string       `json:"media"`
		Frames   media.Frames `json:"frames"`
		FPS      string       `json:"fps"`
		Language string       `json:"language"`
	}{1, w.take.Media.SHA256, w.job.Frames, w.job.Spec.FPS.String(), w.script.Season.Language})
	h, err := m.library().Hearing(ctx, show, key)
	if !errors.Is(err, store.ErrNotFound) {
		return h, lasting(err)
	}
	s, err := readSound(ctx, sound)
	if err != nil {
		return h, lasting(err)
	}
	hint := listen.Hint{Language: w.script.Season.Language, Terms: told(w)}
	return asked(ctx, m, question[library.Hearing]{
		booked: heardID(w.take.ID), seller: "listen", model: m.Listener.Model(), price: m.hearPrice(length),
		ask: func() (library.Hearing, error) {
			ctx, done := context.WithTimeout(ctx, hearAtMost)
			defer done()
			t, err := patiently(ctx, func() (listen.Transcript, error) { return m.Listener.Hear(ctx, s, hint) })
			return library.Hearing{By: m.Listener.Model(), Transcript: t}, err
		},
		write: func(h library.Hearing) (library.Hearing, error) {
			m.log().Info("listened to take", "take", w.take.ID.String(), "provider", w.take.Provider, "characters", len([]rune(h.Text)))
			return m.library().WriteHearing(ctx, show, key, h)
		},
	})
}

// readSound reads what is listened to.
func readSound(ctx context.Context, sound soundOf) (listen.Sound, error) {
	path, done, err := sound(ctx)
	if err != nil {
		return listen.Sound{}, err
	}
	defer done()
	wav, err := os.ReadFile(path)
	if machine.Trouble(err) {
		return listen.Sound{}, fmt.Errorf("read the take's sound: %w", err)
	}
	if err != nil {
		return listen.Sound{}, noOpinion{fmt.Errorf("read the take's sound: %w", err)}
	}
	s, err := listen.Read(wav)
	if err != nil {
		return s, noOpinion{err}
	}
	return s, nil
}

// hearPrice is what it costs to listen to a take of a length; nothing where nobody does.
func (m *Media) hearPrice(length time.Duration) drama.Money {
	if m.Listener == nil {
		return drama.Money{}
	}
	return m.Prices.Hear.PerMinute(length)
}

// heardID is the id that listening to a take is booked under.
func heardID(take drama.TakeID) drama.TakeID {
	take.Slate += asideListen
	return take
}
