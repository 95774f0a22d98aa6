package animatic

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// marker is a runner that writes down what is burned in, instead of doing so.
type marker struct{}

func (marker) Run(_ context.Context, job media.Job, _ io.Reader, _ func(media.Progress)) (media.Result, error) {
	in, err := os.ReadFile(job.Conform.In)
	if err != nil {
		return media.Result{}, err
	}
	marks, err := json.Marshal(job.Conform.Burn)
	if err != nil {
		return media.Result{}, err
	}
	return media.Result{Conform: &media.ConformResult{Frames: job.Conform.Frames}}, os.WriteFile(job.Conform.OutVideo, append(in, marks...), 0o600)
}

// speech is a WAV of so many seconds in which somebody speaks from one second to another.
func speech(seconds, from, to float64) []byte {
	b := make([]byte, 44)
	for i := range int(seconds * media.SampleRate) {
		v := int16(0)
		if at := float64(i) / media.SampleRate; at >= from && at < to {
			v = int16(8000 * math.Sin(float64(i)/20))
		}
		for range media.Channels {
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		}
	}
	return b
}

func worked(b []byte) *provider.Material {
	return &provider.Material{Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

func lipsRequest() provider.Request {
	return provider.Request{
		Model: "animatic", Mode: provider.ModeLipSync, Frames: 72, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 128, Height: 224},
		Clip: worked([]byte("the clip ")), Speech: worked(speech(3, 1, 2)),
	}
}

func openMarker(t *testing.T, dir string) *Provider {
	t.Helper()
	p, err := New(Options{Runner: marker{}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// TestLipsAreRehearsed: the clip comes back with marks where somebody speaks and nowhere
// else, which say that it is a rehearsal; and they outlive us.
func TestLipsAreRehearsed(t *testing.T) {
	dir := t.TempDir()
	p := openMarker(t, dir)
	r := lipsRequest()
	r.Key = "lips-1"
	j, err := p.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	<-p.jobs[j.ID].done
	st, err := p.Poll(t.Context(), j)
	if err != nil || st.State != provider.Succeeded {
		t.Fatalf("%+v, %v", st, err)
	}
	body, err := p.Fetch(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	made, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	marks, ok := bytes.CutPrefix(made, []byte("the clip "))
	var texts []media.Text
	if !ok || json.Unmarshal(marks, &texts) != nil || len(texts) < 4 {
		t.Fatalf("%.60q", made)
	}
	for i, m := range texts {
		if m.From < 23 || m.To > 49 || m.From >= m.To || !strings.Contains(m.Text, "rehearsal") || i > 0 && m.From != texts[i-1].To {
			t.Errorf("mark %d is %+v", i, m)
		}
	}

	bare := lipsRequest()
	bare.Key, bare.Speech = "lips-2", nil
	if _, err := p.Submit(t.Context(), bare); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("nothing that is said: %v", err)
	}
	again := openMarker(t, dir)
	if st, err := again.Poll(t.Context(), j); err != nil || st.State != provider.Succeeded {
		t.Errorf("after a restart: %+v, %v", st, err)
	}
}
