package film

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os/exec"
)

// The number of a picture stands in its lowest rows, a bit a block, the highest first.
const (
	bits = 12
	foot = 20 // rows
)

// picture is one of a shot: a field of the shot's own brightness and colour that drifts.
func picture(job string, shot, n int) []byte {
	h := fnv.New32a()
	fmt.Fprint(h, job)
	tint := int(h.Sum32() % 40)
	out := make([]byte, width*height*3/2)
	// Neighbours differ by much more than anything that moves does.
	light := []float64{70, 160, 110, 200, 90, 180}[shot%6]
	fine := 9 + 5*float64(shot%3)
	for y := range height {
		for x := range width {
			v := light + 30*math.Sin((float64(x)+2.5*float64(n))/fine)*math.Cos(float64(y)/(fine+4))
			out[y*width+x] = byte(v)
		}
	}
	for i := range bits {
		v := byte(30)
		if n>>(bits-1-i)&1 == 1 {
			v = 220
		}
		for y := height - foot; y < height; y++ {
			for x := i * width / bits; x < (i+1)*width/bits; x++ {
				out[y*width+x] = v
			}
		}
	}
	u, v := width*height, width*height*5/4
	for i := range width * height / 4 {
		out[u+i] = byte(90 + 60*(shot%2) + tint)
		out[v+i] = byte(150 - 40*(shot%3) + tint/2)
	}
	return out
}

// Numbers reads the numbers of a file's pictures, with FFmpeg's command line.
func Numbers(ctx context.Context, path string) ([]int, error) {
	filter := fmt.Sprintf("scale=%d:%d,crop=%d:%d:0:%d,scale=%d:1:flags=area,format=gray", width, height, width, foot-8, height-foot+4, bits)
	cmd := exec.CommandContext(ctx, "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-i", path, "-an", "-vf", filter, "-f", "rawvideo", "-vsync", "passthrough", "-")
	raw, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the numbers of %s: %w", path, err)
	}
	var all []int
	for i := 0; i+bits <= len(raw); i += bits {
		n := 0
		for _, b := range raw[i : i+bits] {
			n <<= 1
			if b > 125 {
				n |= 1
			}
		}
		all = append(all, n)
	}
	return all, nil
}
