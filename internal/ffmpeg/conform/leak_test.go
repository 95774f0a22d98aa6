package conform

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/dailies/dailies/test/clips"
)

// residentBytes is what this process holds, after giving back what it can.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// TestConformFreesWhatItTakes conforms over and over: what FFmpeg allocates is
// out of the garbage collector's sight.
func TestConformFreesWhatItTakes(t *testing.T) {
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x1138:r=24:d=0.25", "-f", "lavfi", "-i", "sine=duration=0.25",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
	job := conformJob(t, in, clips.SmallSpec())
	for range 50 { // arenas, caches and thread stacks settle
		mustConform(t, job)
	}
	before := residentBytes(t)
	const rounds = 30
	for range rounds {
		mustConform(t, job)
	}
	// One picture of the clip is 1.1 MB: a leak of one a round would show.
	if grown := residentBytes(t) - before; grown > rounds*(1<<20)/2 {
		t.Errorf("%d rounds left %d KB behind", rounds, grown>>10)
	}
}
