package espeak

import (
	"testing"

	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/voicetest"
)

func TestContract(t *testing.T) {
	voicetest.Run(t, voicetest.Suite{
		New:      func(*testing.T, string) voice.Speaker { return New(Options{}) },
		Request:  voice.Request{Text: "We're closed, in 3.5 minutes.", Language: "en-GB", Rate: 160},
		MostText: maxText,
		Unknown:  "vx", Names: `the nearest is "`,
	})
}
