//go:build bench

package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// programName is the environment variable that names the built program.
const programName = "DAILIES_BENCH_PROGRAM"

// program is the real program: the one that was built for it, else one that is
// built now.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv(programName); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "dailies")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "../../cmd/dailies")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// peaks are the largest resident sizes of a run of the program, in bytes.
type peaks struct{ parent, gateway, media int64 }

func (p *peaks) add(q peaks) {
	p.parent, p.gateway, p.media = max(p.parent, q.parent), max(p.gateway, q.gateway), max(p.media, q.media)
}

// command runs the program in dir to its end as a process of its own.
func command(t *testing.T, prog, dir string, args ...string) (stdout []byte, took time.Duration, memory peaks) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), prog, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			took = time.Since(begin)
			if err != nil {
				t.Fatalf("dailies %v: %v\n%s%s", args, err, errs.Bytes(), out.Bytes())
			}
			return out.Bytes(), took, memory
		case <-tick.C:
			memory.add(sample(cmd.Process.Pid))
		}
	}
}

// sample reads the peak sizes of the program and its children as of now. The
// kernel keeps the peaks, so only a child's last moments can be missed.
func sample(pid int) peaks {
	var p peaks
	if body, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
		p.parent = field(body, "VmHWM:") * 1024
	}
	// Only its own children are looked at: to read all of /proc that often takes a share of
	// the processor that is being measured.
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var children []string
	for _, task := range tasks {
		if list, err := os.ReadFile(task); err == nil {
			children = append(children, strings.Fields(string(list))...)
		}
	}
	for _, child := range children {
		body, err := os.ReadFile(filepath.Join("/proc", child, "status"))
		if err != nil {
			continue
		}
		line, err := os.ReadFile(filepath.Join("/proc", child, "cmdline"))
		if err != nil {
			continue
		}
		size := field(body, "VmHWM:") * 1024
		switch {
		case bytes.Contains(line, []byte("\x00s3gateway")):
			p.gateway = max(p.gateway, size)
		case bytes.Contains(line, []byte("\x00media")):
			p.media = max(p.media, size)
		}
	}
	return p
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// season writes a show of many episodes and returns its season file.
func season(t *testing.T, dir string, episodes, shots int) string {
	t.Helper()
	var s strings.Builder
	s.WriteString(`show: long-run
title: {en: Long Run}
language: en
format: {raster: 1080x1920, fps: 24}
look: 35mm film, wet streets at night
cast:
  lin: {name: Lin, looks: "woman, 30, short black hair", wardrobe: {default: grey coat, rain: yellow raincoat}}
  bo: {name: Bo, looks: "man, 50, grey beard", wardrobe: {default: blue overall}}
locations:
  quay: {name: The quay, looks: "old stone quay, cranes, fog"}
  bar: {name: The bar, looks: "narrow bar, red light, mirrors"}
routing: {default: [animatic]}
budget: {currency: CNY, episode: 100}
label: {off: true, reason: a measurement}
episodes:
`)
	for n := 1; n <= episodes; n++ {
		name := fmt.Sprintf("ep%03d.yaml", n)
		fmt.Fprintf(&s, "- %s\n", name)
		var e strings.Builder
		fmt.Fprintf(&e, "season: season.yaml\nepisode: %d\ntitle: {en: Part %d}\nscenes:\n", n, n)
		for i := range shots {
			if i%10 == 0 {
				fmt.Fprintf(&e, "- scene: %d\n  set: EXT\n  location: %s\n  time: night\n  shots:\n", i/10+1, []string{"quay", "bar"}[i/10%2])
			}
			fmt.Fprintf(&e, "  - shot: %d%c\n    size: MS\n    move: push-in\n    duration: 3s\n    cast: [lin, bo]\n"+
				"    action: Lin hands Bo the letter number %d of part %d and turns away.\n"+
				"    lines:\n    - {who: lin, say: Read it when I am gone.}\n", i/10+1, 'A'+i%10, i, n)
		}
		write(t, filepath.Join(dir, name), e.String())
	}
	path := filepath.Join(dir, "season.yaml")
	write(t, path, s.String())
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBenchScript times whole commands on a season of 80 episodes of 60 shots.
func TestBenchScript(t *testing.T) {
	prog, dir := program(t), t.TempDir()
	path := season(t, dir, 80, 60)
	for _, c := range []struct{ command, target string }{{"validate", "<= 1"}, {"plan", "<= 2"}} {
		var took []time.Duration
		for i := range 6 {
			_, d, _ := command(t, prog, dir, c.command, path)
			if i > 0 { // the first makes the data folder
				took = append(took, d)
			}
		}
		line(c.command+"_80x60", median(took).Seconds(), "s", c.target)
	}
}

// showOf writes an episode of footage: one shot for each clip. more are further keys of its
// season.
func showOf(t *testing.T, path string, clips []string, more ...string) {
	t.Helper()
	var s strings.Builder
	s.WriteString(`season:
  show: footage
  language: en
  format: {raster: 1080x1920, fps: 24, fit: fill}
  routing: {default: [animatic]}
  budget: {currency: CNY, episode: 0}
  label: {off: true, reason: a measurement}
`)
	for _, key := range more {
		s.WriteString("  " + key + "\n")
	}
	s.WriteString("episode: 1\nscenes:\n- scene: 1\n  shots:\n")
	for i, clip := range clips {
		fmt.Fprintf(&s, "  - {shot: 1-%02d, duration: %ds, footage: %s}\n", i+1, clipSeconds, filepath.Base(clip))
	}
	write(t, path, s.String())
}

// benchRetake delivers an episode with the real program, replaces one shot's clip
// by each of takes, and delivers again each time. reencode is how long FFmpeg takes for the whole episode.
func benchRetake(t *testing.T, prog, dir string, clips, takes []string, reencode time.Duration) {
	t.Helper()
	path := filepath.Join(dir, "show.yaml")
	showOf(t, path, clips)
	var memory peaks
	deliver := func(cut int) (drama.Delivery, time.Duration) {
		out, took, m := command(t, prog, dir, "render", path, "--json")
		memory.add(m)
		var d drama.Delivery
		if err := json.Unmarshal(out, &d); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if d.State != drama.StateDelivered || d.Cut != cut || d.Master == nil {
			t.Fatalf("cut %d: %s", cut, out)
		}
		return d, took
	}
	deliver(1)
	// A retake is an editor's, minutes after the render: what that still writes to the
	// disk is not the retake's. The median of a few counts.
	middle := len(clips) / 2
	var runs, commands []time.Duration
	for i, take := range takes {
		syscall.Sync()
		clips[middle] = take
		showOf(t, path, clips)
		d, took := deliver(2 + i)
		fresh := 0
		for _, s := range d.Shots {
			if !s.Reused {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("cut %d made %d shots anew, want 1", 2+i, fresh)
		}
		// The run begins when the new clip lies in the store.
		runs, commands = append(runs, time.Duration(d.Elapsed*float64(time.Second))), append(commands, took)
	}
	retake, whole := median(runs), median(commands)
	line("retake_1_of_40", retake.Seconds(), "s", fmt.Sprintf("<= %.2f", reencode.Seconds()/20))
	line("retake_vs_reencode", retake.Seconds()/reencode.Seconds(), "ratio", "<= 0.05")
	line("retake_whole_command", whole.Seconds(), "s", fmt.Sprintf("<= %.2f", reencode.Seconds()/20))
	line("parent_peak", mib(memory.parent), "MiB", "<= 400")
	line("gateway_peak", mib(memory.gateway), "MiB", "<= 400")
	line("media_child_render_peak", mib(memory.media), "MiB", "<= 600")
}
