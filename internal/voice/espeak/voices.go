package espeak

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/near"
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
	var known []string
	lines := bufio.NewScanner(&out.Buffer)
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[1] != "Language" {
			known = append(known, f[1])
		}
	}
	best := near.Any(want, known)
	if best == "" {
		return invalid("espeak-ng has no voice %q", name)
	}
	return invalid("espeak-ng has no voice %q; the nearest is %q (espeak-ng --voices lists all)", name, best)
}
