// Package espeak speaks lines with the espeak-ng program: scratch voices that
// need no network, no key and no model. It promises the same samples for the
// same request on the same espeak-ng, exact clause spans, and that text reaches
// the program on its standard input only. It is not meant for a finished episode.
package espeak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/line"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// Limits of one line. The byte limit bounds memory when the program misbehaves.
const (
	maxText     = 8000 // runes
	maxClauses  = 400
	maxWAVBytes = 64 << 20
	maxTime     = 60 * time.Second
)

// Options say where the program is. The zero Options are right on Debian.
type Options struct {
	// Binary is the program; empty: espeak-ng on PATH.
	Binary string
}

// Speaker speaks with espeak-ng. It is safe for concurrent use.
type Speaker struct{ binary string }

// New makes a Speaker. It touches nothing: a missing program is reported by Speak.
func New(o Options) *Speaker {
	if o.Binary == "" {
		o.Binary = "espeak-ng"
	}
	return &Speaker{binary: o.Binary}
}

// Name is "espeak".
func (s *Speaker) Name() string { return "espeak" }

// Deterministic is true: espeak-ng is a formant synthesiser without noise of its own.
func (s *Speaker) Deterministic() bool { return true }

// Speak speaks one line clause by clause. Rate is 80..450 words a minute and
// Pitch 1..99, others are clamped; 0 is the voice's own. It errs when the
// program is missing (naming the package), when the voice does not exist (naming
// the nearest), when the text is empty or too long, and when ctx ends.
func (s *Speaker) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	text := clean(r.Text)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxText {
		return voice.Speech{}, invalid("the text has %d characters; a line has 1 to %d", n, maxText)
	}
	parts := line.Clauses(text)
	if len(parts) > maxClauses {
		return voice.Speech{}, invalid("the text has %d clauses; a line has at most %d", len(parts), maxClauses)
	}
	name, err := voiceName(r.Name, r.Language, text)
	if err != nil {
		return voice.Speech{}, err
	}
	args := []string{"-v", name, "-b", "1", "-z"}
	if r.Rate != 0 {
		args = append(args, "-s", strconv.Itoa(min(max(r.Rate, 80), 450)))
	}
	if r.Pitch != 0 {
		args = append(args, "-p", strconv.Itoa(min(max(r.Pitch, 1), 99)))
	}
	args = append(args, "--stdin", "--stdout")

	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	var out voice.Speech
	for _, p := range parts {
		samples, rate, err := s.run(ctx, name, args, p.Text)
		if err != nil {
			return voice.Speech{}, err
		}
		samples, _ = pcm.Trim(samples, rate)
		if len(samples) == 0 {
			continue // punctuation or an emoji alone makes no sound
		}
		if len(out.Samples) > 0 {
			gap := int(p.Gap.Seconds() * float64(rate))
			out.Samples = append(out.Samples, make([]int16, gap)...)
		}
		from := len(out.Samples)
		out.Samples = append(out.Samples, samples...)
		out.Rate = rate
		out.Clauses = append(out.Clauses, voice.Clause{Text: p.Text, From: from, To: len(out.Samples)})
	}
	if len(out.Samples) == 0 {
		return voice.Speech{}, invalid("voice %q finds nothing to say in %q", name, line.Shorten(text))
	}
	if l := pcm.Length(len(out.Samples), out.Rate); l > pcm.Longest {
		return voice.Speech{}, invalid("the line lasts %s; a line lasts at most %s", l.Round(time.Second), pcm.Longest)
	}
	polish(out.Samples, out.Rate)
	return out, nil
}

// invalid is a request that no second try makes better.
func invalid(format string, args ...any) error {
	return &provider.Error{Kind: provider.KindInvalid, Op: "speak", Message: fmt.Sprintf(format, args...)}
}

// run speaks one clause and returns its raw samples.
func (s *Speaker) run(ctx context.Context, name string, args []string, text string) ([]int16, int, error) {
	cmd := exec.CommandContext(ctx, s.binary, args...)
	cmd.Stdin = strings.NewReader(text)
	cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=/nonexistent"}
	cmd.WaitDelay = time.Second
	out := &limited{max: maxWAVBytes}
	problem := &limited{max: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, problem
	err := confined(cmd)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, 0, fmt.Errorf("speak: the program %s is missing; install the package espeak-ng (apt-get install espeak-ng) or mend PATH: %w", s.binary, exec.ErrNotFound)
	case ctx.Err() != nil:
		return nil, 0, fmt.Errorf("speak: %w", ctx.Err())
	case err != nil && strings.Contains(problem.String(), "does not exist"):
		return nil, 0, s.unknownVoice(ctx, name)
	case err != nil:
		return nil, 0, fmt.Errorf("speak: run espeak-ng: %w: %s", err, line.Shorten(problem.String()))
	case out.over:
		return nil, 0, fmt.Errorf("speak: espeak-ng sent more than %d bytes for one clause", maxWAVBytes)
	}
	samples, rate, err := pcm.ReadWAV(out.Bytes())
	if err != nil {
		return nil, 0, fmt.Errorf("speak: read espeak-ng's sound: %w", err)
	}
	return samples, rate, nil
}

// confined runs the program behind a fence: a C library of long standing reads text that a script brought. It may read the data of its
// voices, and has no sockets, no files to write and no programs to start. A program that is not there is exec.ErrNotFound.
func confined(cmd *exec.Cmd) error {
	if cmd.Err != nil {
		return cmd.Err
	}
	rules := fence.Rules{Exec: []string{cmd.Path}, Read: dataFolders(cmd.Path), NoSockets: true}
	release, err := fence.Start(cmd, rules)
	if err != nil {
		return err
	}
	defer release()
	return cmd.Wait()
}

// dataFolders are where espeak-ng keeps its voices, and for one that was built elsewhere its libraries.
func dataFolders(binary string) []string {
	all := []string{"/usr/share/espeak-ng-data", "/usr/local/share/espeak-ng-data"}
	if real, err := filepath.EvalSymlinks(binary); err == nil {
		binary = real
	}
	if prefix := filepath.Dir(filepath.Dir(binary)); prefix != "/usr" && prefix != "/" {
		for _, below := range []string{"lib", "lib64", "share/espeak-ng-data"} {
			all = append(all, filepath.Join(prefix, below))
		}
	}
	return all
}

// limited keeps the first max bytes and remembers whether there were more.
type limited struct {
	bytes.Buffer
	max  int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.max {
		l.over = true
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(p)
}

var (
	// validName keeps a voice name from being an option or a path.
	validName = regexp.MustCompile(`^[A-Za-z]{2,4}(-[A-Za-z0-9]{1,12}){0,4}(\+[A-Za-z0-9]{1,20})?$`)
	variant   = regexp.MustCompile(`^\+[A-Za-z0-9]{1,20}$`)
)

// voiceName picks the espeak-ng voice. A name of a variant alone ("+f3") is
// joined to the language's voice. Han text is always read by the pinyin voice,
// whose plain sibling reads the romanisation as English in 1.51.
func voiceName(name, language, text string) (string, error) {
	base, suffix := name, ""
	switch {
	case name == "":
		base = forLanguage(language)
	case variant.MatchString(name):
		base, suffix = forLanguage(language), name
	default:
		if !validName.MatchString(name) {
			return "", invalid("voice %q is not a voice's name; write it like en-gb, en-us+f3 or cmn-latn-pinyin", line.Shorten(name))
		}
		if i := strings.IndexByte(name, '+'); i >= 0 {
			base, suffix = name[:i], name[i:]
		}
	}
	base = strings.ToLower(base)
	mandarin := base == "zh" || base == "cmn" || strings.HasPrefix(base, "zh-") || base == "cmn-latn-pinyin"
	if mandarin || (hanShare(text) > 0.3 && !strings.HasPrefix(base, "ja") && !strings.HasPrefix(base, "yue") && !strings.HasPrefix(base, "hak")) {
		base = "cmn-latn-pinyin"
	}
	if base == "en-gb" || base == "en-uk" {
		// The same voice under its file's name: 1.51 drops the variant of a voice
		// that it finds by searching, and en-gb is found only so.
		base = "en"
	}
	return base + suffix, nil
}

// forLanguage is the default voice of a BCP 47 tag.
func forLanguage(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	primary, _, _ := strings.Cut(tag, "-")
	switch {
	case tag == "" || tag == "en" || !validName.MatchString(tag):
		return "en-gb"
	case primary == "zh" || primary == "cmn":
		return "cmn-latn-pinyin"
	case primary == "en" && (tag == "en-us" || tag == "en-gb"):
		return tag
	case primary == "pt" && tag == "pt-br":
		return tag
	case primary == "no":
		return "nb"
	case primary == "en":
		return "en-gb"
	}
	return primary
}

func hanShare(text string) float64 {
	han, letters := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
	}
	if letters == 0 {
		return 0
	}
	return float64(han) / float64(letters)
}

var _ voice.Speaker = (*Speaker)(nil)
