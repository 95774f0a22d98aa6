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
	// shades is how many kinds of rows a picture has.
	shades = 16
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
	var rows [shades][width]byte
	for k := range rows {
		depth := 30 * math.Cos(2*math.Pi*float64(k)/shades)
		for x := range width {
			rows[k][x] = byte(light + depth*math.Sin((float64(x)+2.5*float64(n))/fine))
		}
	}
	for y := range height {
		copy(out[y*width:], rows[y/4%shades][:])
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
