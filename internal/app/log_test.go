package app

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/config"
)

// TestLogAsTheConfigSays: level and format hold for what workers say, and flags go
// before them where a person watches.
func TestLogAsTheConfigSays(t *testing.T) {
	for _, c := range []struct {
		level, format          string
		quiet, verbose, worker bool
		want                   string // what is logged of debug, info, warn, error
	}{
		{"info", "text", false, false, false, "WE"},
		{"info", "text", false, true, false, "IWE"},
		{"debug", "json", false, true, false, "DIWE"},
		{"debug", "text", true, false, true, "E"},
		{"info", "json", false, false, true, "IWE"},
		{"error", "json", false, false, true, "E"},
	} {
		var out bytes.Buffer
		a := &Main{Verbose: c.verbose, Config: config.Config{Log: config.Log{Level: c.level, Format: c.format}}}
		a.SetLog(&out, c.quiet, c.worker)
		a.Log.Debug("D")
		a.Log.Info("I")
		a.Log.Warn("W")
		a.Log.Error("E")
		got := ""
		for line := range bytes.Lines(out.Bytes()) {
			var record struct{ Msg string }
			err := json.Unmarshal(line, &record)
			if (err == nil) != (c.format == "json") {
				t.Errorf("%+v: %s", c, line)
			}
			for _, letter := range []string{"D", "I", "W", "E"} {
				if record.Msg == letter || bytes.Contains(line, []byte("msg="+letter)) {
					got += letter
				}
			}
		}
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
