package faults

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/test/clips"
)

const (
	latin = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
	cjk   = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"

	// pan is a camera that moves over a wall of blotches, still one that does not.
	wall  = "color=gray:s=420x760:r=24:d=2.5,noise=alls=90:all_seed=7,gblur=sigma=5,eq=contrast=4:saturation=0,format=yuv420p"
	pan   = wall + ",crop=360:640:x='n':y='n*1.2'"
	still = wall + ",crop=360:640:x=20:y=40"
	// passes is somebody who walks through a picture that stands.
	passes = still + "[w];color=0x604838:s=90x330:r=24:d=2.5,noise=alls=40:all_seed=3,gblur=sigma=2[m];[w][m]overlay=x='-90+n*8':y=260"
)

// letters are a filter that paints a text into the middle of a line at a height of the
// picture, as tall as a part of its height.
func letters(text, font, size, at, when string) string {
	return ",drawtext=fontfile=" + font + ":text='" + text + "':fontsize=h*" + size + ":fontcolor=white:borderw=2:bordercolor=black:x=(w-tw)/2:y=h*" + at + ":enable='" + when + "'"
}

// quiet is a sound with nothing wrong, loud enough to be one: wind.
const quiet = "anoisesrc=d=2.5:c=pink:a=0.05:r=48000:seed=5"

// taken is a take as a vendor delivers it: its pictures, its sound, and how they are
// written.
type taken struct {
	pictures, sound string   // filters; no sound: "-", left out: wind
	spoken          string   // the language of a sentence over the sound, or in its place
	args            []string // beside the usual ones
	after           func(clip []byte)
	file            string // its name; left out: take.mp4
	length          media.Frames
	want            func(*qc.Want)
	says            []string // the findings, by a part of their words; none: nothing is wrong
	ng              bool
	check           func(*testing.T, media.Measurements)
}

// TestEveryFaultOfATakeIsToldByItsMeasure breaks a take of 2.5 s in one way at a time, by a
// known amount. What is none is not told.
func TestEveryFaultOfATakeIsToldByItsMeasure(t *testing.T) {
	lines := func(w *qc.Want) { w.Lines = true }
	scored := func(w *qc.Want) { w.Score = true }
	for name, c := range map[string]taken{
		"nothing":                    {pictures: pan},
		"nothing, the camera stands": {pictures: passes},

		"black from 1 to 1.75 s":      {pictures: pan + ",drawbox=c=black:t=fill:enable='between(n,24,41)'", says: []string{"30 % of the pictures are black", "hard cuts"}},
		"black altogether":            {pictures: "color=black:s=360x640:r=24:d=2.5", says: []string{"black: 100 %"}, ng: true},
		"frozen for 31 frames":        {pictures: pan + ",trim=end_frame=30,tpad=stop_mode=clone:stop=30", says: []string{"1.29 s in a row"}},
		"frozen altogether":           {pictures: still, says: []string{"frozen: 9"}, ng: true},
		"flicker of 10 %":             {pictures: pan + ",eq=brightness='0.1*mod(n,2)':eval=frame", says: []string{"flicker"}},
		"a cut at frame 30":           {pictures: pan + ",negate=enable='gte(n,30)'", says: []string{"a hard cut inside the shot at frame 30"}},
		"bars of a tenth":             {pictures: pan + ",drawbox=c=black:t=fill:h=ih/10,drawbox=c=black:t=fill:y=ih*9/10:h=ih/10", says: []string{"top 64, bottom 64"}},
		"out of focus":                {pictures: pan + ",gblur=sigma=16", says: []string{"out of focus"}},
		"no sound":                    {pictures: pan, sound: "-", says: []string{"there is no sound"}},
		"no sound for its lines":      {pictures: pan, sound: "-", want: lines, says: []string{"there is no sound, but the shot has lines"}, ng: true},
		"silence":                     {pictures: pan, sound: "anullsrc=d=2.5", says: []string{"silent throughout"}},
		"silence for its lines":       {pictures: pan, sound: "anullsrc=d=2.5", want: lines, says: []string{"silent throughout, but the shot has lines"}, ng: true},
		"clipped":                     {pictures: pan, sound: quiet + ",volume=50dB", says: []string{"the sound is clipped"}},
		"half a second of sound less": {pictures: pan, sound: "anoisesrc=d=2:c=pink:a=0.05:r=48000:seed=5", says: []string{"shorter than the picture"}},

		"captions in Latin":                {pictures: pan + letters("THE LOST CUSTONER", latin, "0.035", "0.8", "between(n,12,47)"), says: []string{"at the bottom center"}, check: stands(12, 48, 0.8, 0.84)},
		"captions in Chinese":              {pictures: pan + letters("最后一位客人来了", cjk, "0.045", "0.78", "gte(n,6)"), says: []string{"at the bottom center"}, check: stands(6, 60, 0.78, 0.83)},
		"captions over somebody who walks": {pictures: passes + letters("We are closed now", latin, "0.035", "0.7", "1"), says: []string{"at the bottom center"}},
		"captions over a still":            {pictures: passes + letters("我们打烊了", cjk, "0.05", "0.2", "between(n,24,52)"), says: []string{"at the top center"}, check: stands(24, 53, 0.2, 0.25)},
		"a mark in a corner":               {pictures: pan + ",drawtext=fontfile=" + latin + ":text='Kling 2.6':fontsize=26:fontcolor=white@0.85:x=w-tw-12:y=h-36", says: []string{"at the bottom right"}, check: stands(0, 60, 0.94, 0.98)},
		"a title on top":                   {pictures: pan + letters("夜班", cjk, "0.08", "0.1", "lt(n,36)"), says: []string{"at the top center"}, check: stands(0, 36, 0.1, 0.18)},

		"a sign that the camera passes": {pictures: strings.Replace(pan, ",crop", letters("OPEN 24 HOURS", latin, "0.04", "0.5", "1")+",crop", 1)},
		"a sign behind somebody":        {pictures: strings.Replace(passes, ",crop", letters("OPEN 24 HOURS", latin, "0.04", "0.25", "1")+",crop", 1)},
		"a wall of bricks":              {pictures: "color=0x905040:s=360x640:r=24:d=2.5,drawgrid=w=24:h=12:t=2:c=0xd0c8c0[w];color=0x604838:s=90x330:r=24:d=2.5,noise=alls=40:all_seed=3[m];[w][m]overlay=x='-90+n*8':y=260"},
		"a railing before a crowd":      {pictures: pan + ",drawgrid=w=14:h=2000:t=4:c=0x202020:enable=1"},

		"music of its own":      {pictures: pan, sound: chords, want: scored, says: []string{"music of its own"}},
		"music without a score": {pictures: pan, sound: chords},
		"a hum":                 {pictures: pan, sound: "aevalsrc='0.1*sin(2*PI*50*t)+0.05*sin(2*PI*100*t)+0.04*sin(2*PI*150*t)+0.03*sin(2*PI*250*t)+0.02*sin(2*PI*350*t)':d=2.5:s=48000", want: scored},
		"speech":                {pictures: pan, spoken: "en-us", want: scored},
		"speech in Chinese":     {pictures: pan, spoken: "cmn", want: scored},
		"speech over music":     {pictures: pan, spoken: "en-us", sound: chords, want: scored, says: []string{"music of its own"}},
		"rain":                  {pictures: pan, sound: "anoisesrc=d=2.5:c=white:a=0.1:r=48000:seed=9,tremolo=f=7:d=0.5", want: scored},

		"its header begins late":  {pictures: pan, args: []string{"-output_ts_offset", "3"}},
		"its header claims 20 s":  {pictures: pan, after: claims, check: lasts(60)},
		"its tags claim 20 s":     {pictures: pan, file: "take.mkv", after: func(b []byte) { copy(b, bytes.ReplaceAll(b, []byte("00:00:02.5"), []byte("00:00:20.5"))) }, check: lasts(60), says: []string{"claims to last 20.5"}},
		"an edit list hides half": {pictures: pan, length: 30, check: lasts(30)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clip := filmed(t, c)
			job := media.ConformJob{In: clip, OutVideo: filepath.Join(t.TempDir(), "v.mp4"), OutAudio: filepath.Join(t.TempDir(), "a.wav"), Spec: clips.SmallSpec(), Frames: 60, MaxHold: 2}
			if c.length > 0 {
				job.Frames = c.length
			}
			r, err := here{}.Run(t.Context(), media.Job{Conform: &job}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			m := r.Conform.Measurements
			want := qc.Want{Frames: job.Frames, FPS: job.Spec.FPS, Raster: job.Spec.Raster, Audio: true}
			if c.want != nil {
				c.want(&want)
			}
			v := qc.Judge(m, want, qc.DefaultPolicy())
			said := append(v.Reasons, v.Warnings...)
			if v.Pass == c.ng || len(said) != len(c.says) {
				t.Errorf("pass %t, said %q; want %q\n%+v", v.Pass, said, c.says, m)
			}
			for _, words := range c.says {
				if !strings.Contains(strings.Join(said, "\n"), words) {
					t.Errorf("said %q, want %q", said, words)
				}
			}
			if c.check != nil {
				c.check(t, m)
			}
		})
	}
}

// chords are a pad and a beat, as models like to lay under a scene.
const chords = "aevalsrc='(0.05*(sin(2*PI*220*t)+sin(2*PI*261.63*t)+sin(2*PI*329.63*t))*lt(mod(t,2.5),1.25)+0.05*(sin(2*PI*174.61*t)+sin(2*PI*220*t)+sin(2*PI*261.63*t))*gte(mod(t,2.5),1.25))+0.2*sin(2*PI*60*t)*exp(-12*mod(t,0.5))':d=2.5:s=48000"

// stands says that one text stands from a frame to another, at a height of the picture.
func stands(from, to media.Frames, top, bottom float64) func(*testing.T, media.Measurements) {
	return func(t *testing.T, m media.Measurements) {
		t.Helper()
		if len(m.Texts) != 1 {
			t.Fatalf("texts %+v", m.Texts)
		}
		x := m.Texts[0]
		if near := func(a, b media.Frames) bool { return a-b <= 2 && b-a <= 2 }; !near(x.From, from) || !near(x.To, to) {
			t.Errorf("it stands from %d to %d, want %d to %d", x.From, x.To, from, to)
		}
		if x.Top < top-0.02 || x.Bottom > bottom+0.02 || x.Bottom < top+0.01 {
			t.Errorf("it stands at %.3f to %.3f of the height, want %.3f to %.3f", x.Top, x.Bottom, top, bottom)
		}
	}
}

// lasts says how many frames are shown, whatever the header says.
func lasts(frames media.Frames) func(*testing.T, media.Measurements) {
	return func(t *testing.T, m media.Measurements) {
		t.Helper()
		if m.Conformed != frames || m.Held > 0 {
			t.Errorf("%d frames, %d held, want %d", m.Conformed, m.Held, frames)
		}
	}
}

// filmed writes the take to a file.
func filmed(t *testing.T, c taken) string {
	t.Helper()
	sound := c.sound
	if sound == "" {
		sound = quiet
	}
	in := []string{"-f", "lavfi", "-i", c.pictures}
	if sound != "-" && (c.spoken == "" || c.sound != "") {
		in = append(in, "-f", "lavfi", "-i", sound)
	}
	if c.spoken != "" {
		in = append(in, "-i", says(t, c.spoken))
		if c.sound != "" {
			in = append(in, "-filter_complex", "[1]volume=4dB[m];[2]apad=whole_dur=2.5,atrim=end=2.5[s];[m][s]amix=inputs=2:duration=first:normalize=0[a]", "-map", "0:v", "-map", "[a]")
		} else {
			in = append(in, "-af", "apad=whole_dur=2.5,atrim=end=2.5")
		}
	}
	coded := []string{"-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac"}
	path := clips.One(t, cmp.Or(c.file, "take.mp4"), append(append(in, coded...), c.args...)...)
	if c.length > 0 { // a copy from the middle: the pictures before it are there, and hidden
		path = clips.One(t, "cut.mp4", "-ss", "1.25", "-i", path, "-c", "copy")
	}
	if c.after != nil {
		edit(t, path, func(b []byte) []byte { c.after(b); return b })
	}
	return path
}

// claims writes eight times its length into every header of a clip.
func claims(b []byte) {
	for _, name := range []string{"mvhd", "mdhd"} {
		for at := 0; ; {
			i := bytes.Index(b[at:], []byte(name))
			if i < 0 {
				break
			}
			at += i + 4
			length := b[at+16:] // after version, flags, two dates and the clock
			binary.BigEndian.PutUint32(length, 8*binary.BigEndian.Uint32(length))
		}
	}
}

// says is a recording of somebody who speaks for about 2.5 seconds.
func says(t *testing.T, language string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "said.wav")
	words := map[string]string{"en-us": "I told you not to come back here. It was never yours.", "cmn": "我告诉过你不要再回来了，那不是你的。"}[language]
	if out, err := exec.CommandContext(t.Context(), "espeak-ng", "-v", language, "-w", path, words).CombinedOutput(); err != nil {
		t.Fatalf("speak: %v: %s", err, out)
	}
	return path
}
