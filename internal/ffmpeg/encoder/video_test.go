package encoder

import (
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// TestMain keeps FFmpeg from talking about every clip.
func TestMain(m *testing.M) {
	astiav.SetLogLevel(astiav.LogLevelFatal)
	os.Exit(m.Run())
}

// TestPicturesAreEncodedTheSame encodes a fade over and over in a process whose
// memory is never the same: what comes out may depend on nothing but the pictures.
func TestPicturesAreEncodedTheSame(t *testing.T) {
	for _, r := range []media.Raster{{Width: 360, Height: 640}, {Width: 352, Height: 640}} {
		var first [sha256.Size]byte
		for round := range 16 {
			sum := fadeDigest(t, r)
			if round == 0 {
				first = sum
			}
			if sum != first {
				t.Fatalf("%s: round %d came out differently", r, round)
			}
		}
	}
}

// fadeDigest encodes a second of noise that moves and comes out of black.
func fadeDigest(t *testing.T, r media.Raster) [sha256.Size]byte {
	t.Helper()
	enc, err := OpenVideo(media.Spec{Raster: r, FPS: media.Rational{Num: 24, Den: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	h := sha256.New()
	emit := func(p *astiav.Packet) error { h.Write(p.Data()); return nil }
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]int, r.Width*r.Height)
	for i := range noise {
		noise[i] = 60 + i%r.Width/3 + random.IntN(30)
	}
	for n := range 24 {
		f, err := footage.NewPicture(r)
		if err != nil {
			t.Fatal(err)
		}
		planes, err := footage.Planes(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range planes {
			for y := range p.Height {
				for x, row := 0, p.Row(y); x < len(row); x++ {
					row[x] = 128
					if i == 0 {
						row[x] = byte(16 + (noise[y*r.Width+(x+n)%r.Width]-16)*(n+1)/25)
					}
				}
			}
		}
		f.SetPts(int64(n))
		err = enc.Encode(f, n == 0, emit)
		f.Free()
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Encode(nil, false, emit); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
