package terminal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/terminal"
)

const nasty = "\x1b[2J\u202egnp.exe\u202c\u2066x\u2069\u009b31m\a\r\x7f\u0085 下雨了 \U0001f600 é\ufffd"

func TestPlain(t *testing.T) {
	if got := terminal.Plain("下雨了\tnew\nline é"); got != "下雨了\tnew\nline é" {
		t.Errorf("plain text became %q", got)
	}
	if got := terminal.Plain("\x1b[2J\u202ea\u009b"); got != `\x1b[2J\u202ea\x9b` {
		t.Errorf("%q", got)
	}
}

// JSON means the same as before, and shows nothing that acts.
func TestJSON(t *testing.T) {
	for _, indent := range []string{"", "  "} {
		var out strings.Builder
		enc := json.NewEncoder(terminal.JSONWriter{Out: &out})
		enc.SetIndent("", indent)
		in := map[string]any{nasty: []any{nasty, "\xff broken", 1.5}}
		if err := enc.Encode(in); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(out.String(), terminal.Acts); i >= 0 {
			t.Errorf("%q acts", out.String()[i:])
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
			t.Fatal(err)
		}
		if values, ok := got[nasty].([]any); !ok || values[0] != nasty {
			t.Errorf("it means %q now", got)
		}
	}
}
