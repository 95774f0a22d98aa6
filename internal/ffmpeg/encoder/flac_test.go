package encoder

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// TestFLAC: what goes in comes out to the last bit, as long as it was, and the file says so
// in front: length, frames, checksum, comments.
func TestFLAC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.flac")
	comments := map[string]string{"AIGC": `{"Label":"1"}`, "A": "first"}
	w, err := CreateFLAC(path, comments)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const pairs = 20_011 // no whole number of frames
	var in []int32
	for i := range int32(media.Channels * pairs) {
		in = append(in, (i*i*7919)%(1<<22)-i%5*(1<<20))
	}
	in[0], in[1], in[2], in[3] = 1<<23-1, -1<<23, 0, -1
	for _, cut := range [][2]int{{0, 2}, {2, 9000}, {9000, 9000}, {9000, len(in)}} {
		if err := w.Add(in[cut[0]:cut[1]]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info := binary.BigEndian.Uint64(body[18:]); string(body[:4]) != "fLaC" || info>>44 != media.SampleRate || info>>41&7 != 1 || info>>36&31 != 23 || info&(1<<36-1) != pairs {
		t.Errorf("it begins %q and says %x", body[:4], info)
	}
	if !bytes.Contains(body[:400], []byte(`AIGC={"Label":"1"}`)) || bytes.Index(body, []byte("A=first")) > bytes.Index(body, []byte("AIGC=")) {
		t.Errorf("its comments are %q", body[42:200])
	}
	var out []int32
	heard, err := footage.ReadSound(context.Background(), path, footage.Sounds, 0, func(part []float32, _ int64) error {
		for _, v := range part {
			out = append(out, int32(float64(v)*(1<<23)))
		}
		return nil
	})
	if err != nil || !heard.Has {
		t.Fatalf("it cannot be read: %v, %+v", err, heard)
	}
	if len(out) != len(in) {
		t.Fatalf("%d samples of %d came out", len(out), len(in))
	}
	for i, v := range in {
		if out[i] != v {
			t.Fatalf("sample %d was %d and is %d", i, v, out[i])
		}
	}
}

// TestAnEmptyFLAC: no sound at all is a file all the same.
func TestAnEmptyFLAC(t *testing.T) {
	w, err := CreateFLAC(filepath.Join(t.TempDir(), "s.flac"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Finish(); err != nil {
		t.Error(err)
	}
	if _, err := CreateFLAC(filepath.Join(t.TempDir(), "none", "s.flac"), nil); err == nil {
		t.Error("a file was made in a folder that is not there")
	}
}
