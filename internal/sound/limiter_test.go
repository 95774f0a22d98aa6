package sound

import (
	"testing"

	"github.com/dailies/dailies/internal/media"
)

func TestLimiterHoldsItsCeiling(t *testing.T) {
	l := newLimiter(-6)
	in := sine(1, 440, -12)
	for i := media.SampleRate / 2; i < media.SampleRate/2+20; i++ {
		in[2*i], in[2*i+1] = 0.95, -0.9
	}
	quiet := in[2*1000]
	l.process(in)
	m := NewMeter()
	m.Add(in)
	if got := m.TruePeak(); got > -5.9 {
		t.Errorf("true peak %.2f dBTP, want at most -6", got)
	}
	if got := in[2*(1000+limitDelay)]; got != quiet {
		t.Errorf("a quiet sample came out as %v, want %v", got, quiet)
	}
}
