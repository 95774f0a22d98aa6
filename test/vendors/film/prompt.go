package film

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Shot is one that a prompt asks for.
type Shot struct {
	From, To time.Duration // in the clip
	Lines    []string      // that are spoken in it, in order
}

// Form is how a vendor's guide has several shots and lines written in a prompt, and how
// far its cuts were measured from where they were asked for.
type Form struct {
	headings []*regexp.Regexp // whose groups, numbers, are minutes, seconds and maybe thousandths of the shot's beginning
	line     *regexp.Regexp   // whose group is the words
	Off      time.Duration
}

// Forms of the vendors. Where their cuts lie was measured by practitioners: Seedance 2.5
// made 3.7 to 4.5 s of four, H3 3.96 to 4.12.
var (
	// https://www.volcengine.com/docs/82379/2607689
	Seedance25 = Form{
		headings: []*regexp.Regexp{regexp.MustCompile(`(?:镜头|Shot )\d+ \[(\d+):(\d\d)–\d+:\d\d\]`)},
		line:     regexp.MustCompile(`\{([^{}]+)\}`), Off: 300 * time.Millisecond,
	}
	// https://github.com/MiniMax-AI/MiniMax-H3/tree/main/skills/h3-prompt-writing
	H3 = Form{
		headings: []*regexp.Regexp{regexp.MustCompile(`\[Shot \d+\] At (\d+):(\d\d)\.(\d{3}), the camera cuts to`)},
		line:     regexp.MustCompile(`<d>(?:\[[^\]]*\] )?([^<]+)</d>`), Off: 120 * time.Millisecond,
	}
	// https://help.aliyun.com/zh/model-studio/text-to-video-prompt
	Wan30 = Form{
		headings: []*regexp.Regexp{regexp.MustCompile(`\((\d+):(\d\d) - \d+:\d\d\) (?:镜头\d+，|Shot \d+, )`)},
		line:     regexp.MustCompile(`“([^”]+)”`), Off: 300 * time.Millisecond,
	}
	Wan27 = Form{
		headings: []*regexp.Regexp{regexp.MustCompile(`()(?:第\d+个镜头|Shot \d+ )\[(\d+)-\d+(?:秒|s)\]`)},
		line:     regexp.MustCompile(`“([^”]+)”`), Off: 300 * time.Millisecond,
	}
)

// Shots are those of a prompt for a clip of a length; without headings it is one.
func (f Form) Shots(prompt string, length time.Duration) []Shot {
	type mark struct {
		at    int // in the prompt
		begin time.Duration
	}
	var marks []mark
	for _, h := range f.headings {
		for _, m := range h.FindAllStringSubmatchIndex(prompt, -1) {
			var begin time.Duration
			for i, unit := range []time.Duration{time.Minute, time.Second, time.Millisecond} {
				if 2*i+3 < len(m) {
					n, _ := strconv.Atoi(prompt[m[2*i+2]:m[2*i+3]]) // digits, or nothing
					begin += time.Duration(n) * unit
				}
			}
			marks = append(marks, mark{m[0], begin})
		}
	}
	if len(marks) == 0 || marks[0].begin > 0 { // the first has no heading of its own
		marks = append([]mark{{}}, marks...)
	}
	shots := make([]Shot, len(marks))
	for i, m := range marks {
		shots[i] = Shot{From: m.begin, To: length}
		text := prompt[m.at:]
		if i+1 < len(marks) {
			shots[i].To, text = marks[i+1].begin, prompt[m.at:marks[i+1].at]
		}
		for _, l := range f.line.FindAllStringSubmatch(text, -1) {
			shots[i].Lines = append(shots[i].Lines, strings.TrimSpace(l[1]))
		}
	}
	return shots
}
