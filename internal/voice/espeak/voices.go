package espeak

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"time"
)

// unknownVoice says that a voice does not exist and which is nearest.
func (s *Speaker) unknownVoice(ctx context.Context, name string) error {
	cmd := exec.CommandContext(ctx, s.binary, "--voices")
	cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=/nonexistent"}
	cmd.WaitDelay = time.Second
	out := &limited{max: 1 << 20}
	cmd.Stdout = out
	want, _, _ := strings.Cut(name, "+")
	if err := cmd.Run(); err != nil {
		return invalid("espeak-ng has no voice %q", name)
	}
	best, bestAt := "", 1<<30
	lines := bufio.NewScanner(&out.Buffer)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 2 || f[1] == "Language" {
			continue
		}
		if d := distance(want, strings.ToLower(f[1])); d < bestAt {
			best, bestAt = f[1], d
		}
	}
	if best == "" {
		return invalid("espeak-ng has no voice %q", name)
	}
	return invalid("espeak-ng has no voice %q; the nearest is %q (espeak-ng --voices lists all)", name, best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
