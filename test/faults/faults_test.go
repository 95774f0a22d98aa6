package faults

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/test/clips"
)

// remux keeps all tracks, languages and metadata, and x264 encodes the pictures as the
// right master's are.
var (
	remux = []string{"-map", "0", "-c", "copy", "-movflags", "+faststart+use_metadata_tags"}
	x264  = []string{"-map", "0", "-c", "copy", "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-pix_fmt", "yuv420p", "-g", "12", "-crf", "12",
		"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-movflags", "+faststart+use_metadata_tags", "-video_track_timescale", "12288"}
	with = func(base []string, more ...string) []string { return append(slices.Clone(base), more...) }
)

// fault is one thing that is wrong.
type fault struct {
	rule   string
	change func(c *cutOf)                    // before it is made
	after  func(t *testing.T, master string) // to the master
	later  func(t *testing.T, c *cutOf)      // to the folder, when it is whole
	of     []string                          // profiles; none: the cut's own
	also   []string                          // rules that cannot but be broken with it
}

func label(change func(text string) string) func(*cutOf) {
	return func(c *cutOf) { c.job.Metadata = map[string]string{aigc.Key: change(c.job.Metadata[aigc.Key])} }
}

func swap(from, to string) func(*cutOf) {
	return label(func(text string) string { return strings.Replace(text, from, to, 1) })
}

// TestEveryFaultIsToldByItsRule breaks a right cut, one thing at a time.
func TestEveryFaultIsToldByItsRule(t *testing.T) {
	dir := t.TempDir()
	probe := rightCut(nil, nil)
	segments, results := theShots(t, dir, theTexts(probe.man.Safe))
	outSegments, outResults := func() ([]media.Segment, []media.ConformResult) {
		sub := filepath.Join(dir, "outside")
		if err := os.MkdirAll(sub, 0o700); err != nil {
			t.Fatal(err)
		}
		return theShots(t, sub, theTexts(media.Box{}))
	}()
	plain := rightCut(segments, results) // the same pictures without label and card
	plain.job.Label, plain.job.Card = nil, nil
	bare := filepath.Join(plain.make(t, nil), "master.mp4")
	small := smallLabel(t, dir)
	whole := rightCut(segments, results)
	whole.make(t, nil)
	own := func(master string) string { return master }

	faults := map[string]fault{
		"nothing": {},

		// the cut list
		"a frame is missing":     {rule: "frames", after: pipe(with(x264, "-vf", "trim=end_frame=107", "-force_key_frames", "expr:eq(mod(n,36),0)")...), also: []string{"sync"}},
		"another rate":           {rule: "fps", change: func(c *cutOf) { c.man.FPS = "25/1" }, also: []string{"sync", "cfr", "cue.shot"}},
		"another raster":         {rule: "raster", change: func(c *cutOf) { c.man.Raster.Width = 182 }},
		"no keyframe at a cut":   {rule: "hard_cut", after: pipe(with(x264, "-g", "250", "-x264-params", "scenecut=0:keyint=250")...)},
		"a join outside":         {rule: "join", change: func(c *cutOf) { c.man.Shots[2].Start = 200 }, also: []string{"hard_cut"}},
		"six black frames":       {rule: "black", after: pipe(with(x264, "-vf", "drawbox=c=black:t=fill:enable='between(n,70,75)'", "-force_key_frames", "expr:eq(mod(n,36),0)")...)},
		"a frozen run at a join": {rule: "frozen", after: pipe(with(x264, "-vf", "loop=loop=16:size=1:start=72,trim=end_frame=108,setpts=N/24/TB", "-force_key_frames", "expr:eq(mod(n,36),0)")...)},
		"a subtitle over a cut":  {rule: "cue.shot", change: func(c *cutOf) { c.job.Subtitles[0].Cues[0].To = 38 }},
		"what is no copy":        {rule: "checksum", later: func(t *testing.T, c *cutOf) { edit(t, c.job.Out, func(b []byte) []byte { b[len(b)-1] ^= 1; return b }) }, also: []string{"decode"}},
		"a file is gone":         {rule: "checksum", later: func(t *testing.T, c *cutOf) { remove(t, filepath.Join(c.dir, "poster.jpg")) }},
		"the wrong checksum":     {rule: "checksum", later: func(t *testing.T, c *cutOf) { c.man.Files[1].SHA256 = strings.Repeat("0", 64); c.write(t) }},

		// sound
		"sound 80 ms late":        {rule: "sync", after: late},
		"a LU too loud":           {rule: "loudness", change: func(c *cutOf) { c.job.Loudness.Integrated = -15 }},
		"loud for television":     {rule: "loudness", change: func(c *cutOf) { c.job.Loudness.Integrated = -11 }, of: []string{"cn-base"}},
		"it peaks":                {rule: "true_peak", after: pipe(with(remux, "-c:a", "aac", "-b:a", "192k", "-af", "volume=14dB,alimiter=limit=1:level=0")...), also: []string{"loudness"}},
		"mono":                    {rule: "audio.channels", after: pipe(with(remux, "-c:a", "aac", "-ac", "1")...), also: []string{"loudness"}},
		"44.1 kHz":                {rule: "audio.rate", after: pipe(with(remux, "-c:a", "aac", "-ar", "44100")...)},
		"no AAC":                  {rule: "audio.codec", after: pipe(with(remux, "-c:a", "ac3")...)},
		"no sound":                {rule: "audio.codec", after: pipe(with(remux, "-map", "-0:a")...)},
		"sound of another tongue": {rule: "language", change: func(c *cutOf) { c.job.Language = "en" }},
		"sound of no tongue":      {rule: "language", change: func(c *cutOf) { c.job.Language = "" }},
		"subtitles of another":    {rule: "language", change: func(c *cutOf) { c.job.Subtitles[1].Language = "fr" }},
		"subtitles are missing":   {rule: "language", change: func(c *cutOf) { c.job.Subtitles = c.job.Subtitles[:1] }},

		// coded pictures
		"header behind":  {rule: "moov", after: pipe("-map", "0", "-c", "copy", "-movflags", "use_metadata_tags")},
		"Matroska":       {rule: "container", after: pipe("-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "matroska"), also: []string{"aigc.manifest"}},
		"open groups":    {rule: "gop", after: pipe(with(x264, "-preset", "veryfast", "-x264-params", "open-gop=1:keyint=10:min-keyint=10:bframes=2:scenecut=0")...), also: []string{"hard_cut"}},
		"wrong colours":  {rule: "color", after: pipe(with(remux, "-bsf:v", "h264_metadata=colour_primaries=6:transfer_characteristics=6:matrix_coefficients=6")...)},
		"no colours":     {rule: "color", after: pipe(with(remux, "-bsf:v", "h264_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2")...)},
		"full range":     {rule: "color.range", after: pipe(with(remux, "-bsf:v", "h264_metadata=video_full_range_flag=1")...)},
		"SAR 16:15":      {rule: "sar", after: pipe(with(remux, "-bsf:v", "h264_metadata=sample_aspect_ratio=16/15", "-aspect", "3:5")...)},
		"Main":           {rule: "video.profile", after: pipe(with(x264, "-profile:v", "main", "-force_key_frames", "expr:eq(mod(n,36),0)")...)},
		"4:2:2":          {rule: "video.chroma", after: pipe(with(x264, "-profile:v", "high422", "-pix_fmt", "yuv422p", "-force_key_frames", "expr:eq(mod(n,36),0)")...), also: []string{"video.profile"}},
		"ten bits":       {rule: "video.bits", after: pipe(with(x264, "-profile:v", "high10", "-pix_fmt", "yuv420p10le", "-force_key_frames", "expr:eq(mod(n,36),0)")...), also: []string{"video.profile"}},
		"interlaced":     {rule: "video.scan", after: pipe(with(x264, "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-force_key_frames", "expr:eq(mod(n,36),0)")...)},
		"HEVC":           {rule: "video.codec", after: pipe(with(remux, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=12:min-keyint=12:scenecut=0:open-gop=0", "-tag:v", "hvc1")...)},
		"a varying rate": {rule: "cfr", after: pipe(with(x264, "-vf", "setpts='N/24/TB+gt(N,50)*0.5/24/TB'", "-vsync", "vfr", "-force_key_frames", "expr:eq(mod(n,36),0)")...), also: []string{"fps"}},
		"cut off":        {rule: "samples", after: func(t *testing.T, p string) { edit(t, p, func(b []byte) []byte { return b[:len(b)*2/3] }) }, also: []string{"frames", "decode", "sync", "loudness", "label", "card"}},
		"damaged":        {rule: "decode", after: func(t *testing.T, p string) { edit(t, p, func(b []byte) []byte { return scramble(b) }) }, also: []string{"frames", "cfr", "hard_cut", "sync", "label.seconds", "label.whole", "loudness"}},
		"an edit list":   {rule: "edit_list", change: func(c *cutOf) { c.job.NoEdits = false }, of: []string{"reels"}},

		// the implicit label
		"no AIGC":                 {rule: "aigc", change: func(c *cutOf) { c.job.Metadata = nil }, also: []string{"aigc.manifest"}},
		"two AIGC":                {rule: "aigc", after: func(t *testing.T, p string) { edit(t, p, doubled) }},
		"AIGC in XMP besides":     {rule: "aigc", after: func(t *testing.T, p string) { edit(t, p, inXMP) }},
		"AIGC is no JSON":         {rule: "aigc.form", change: label(func(string) string { return "made by AI" }), also: []string{"aigc.manifest"}},
		"a key is missing":        {rule: "aigc.form", change: swap(`,"ReservedCode2":""`, ""), also: []string{"aigc.manifest"}},
		"the propagator is empty": {rule: "aigc.form", change: swap(`"ContentPropagator":"house"`, `"ContentPropagator":""`), also: []string{"aigc.manifest"}},
		"a Chinese producer":      {rule: "aigc.form", change: swap(`"ContentProducer":"house"`, `"ContentProducer":"工作室"`), also: []string{"aigc.manifest"}},
		"another propagator":      {rule: "aigc.propagator", change: swap(`"ContentPropagator":"house"`, `"ContentPropagator":"douyin"`), also: []string{"aigc.manifest"}},
		"another cut's AIGC":      {rule: "aigc.manifest", change: label(func(text string) string { return strings.ReplaceAll(text, "cut1", "cut2") })},
		"the poster has none":     {rule: "aigc.poster", change: func(c *cutOf) { c.poster = "" }},
		"the poster has another":  {rule: "aigc.poster", change: func(c *cutOf) { c.poster = xmp.Packet(aigc.Value("them", "x", "y")) }},

		// the visible label
		"no label":                {rule: "label", change: func(c *cutOf) { c.job.Label = nil; c.job.Card.Safe.Y0 += 17 }, also: []string{"card"}},
		"other words":             {rule: "label", change: func(c *cutOf) { c.job.Label.Text = "未经审核" }, also: []string{"card"}},
		"words without 生成":        {rule: "label.words", change: func(c *cutOf) { c.job.Label.Text, c.man.Label.Text = "AI-made", "AI-made" }},
		"words without AI":        {rule: "label.first", change: func(c *cutOf) { c.job.Label.Text, c.man.Label.Text = "made by AI", "made by AI" }, of: []string{"eu"}},
		"a small label":           {rule: "label.height", after: overlay(bare, func(string) string { return small }, "28:12:4:4", "21:49", "1"), also: []string{"card"}},
		"a late label":            {rule: "label.start", after: overlay(bare, own, "60:20:20:48", "20:48", "gte(n,12)*lt(n,72)"), also: []string{"card"}},
		"a short label":           {rule: "label.seconds", change: func(c *cutOf) { c.job.Label.Frames = 30 }},
		"a central label":         {rule: "label.place", change: func(c *cutOf) { c.job.Label.Position = "center" }, also: []string{"card"}},
		"a label outside the box": {rule: "label.box", change: func(c *cutOf) { c.job.Label.Safe = media.Box{} }, also: []string{"card"}},
		"a label that ends":       {rule: "label.whole", of: []string{"in"}},
		"a title outside the box": {rule: "title.box", change: func(c *cutOf) { c.job.Segments, c.man.Shots[2].Inked = outSegments, outResults[2].Inked }},
		"subtitles outside":       {rule: "subtitle.box", change: func(c *cutOf) { c.job.Segments, c.man.Shots[0].Inked = outSegments, outResults[0].Inked }},

		// the filing
		"not filed":       {rule: "filing", change: func(c *cutOf) { c.man.Filing, c.man.Card = nil, nil }, also: []string{"card"}},
		"no opening card": {rule: "card", change: func(c *cutOf) { c.job.Card = nil }},
		"another card":    {rule: "card", change: func(c *cutOf) { c.job.Card.Lines = []string{"编号一二三四", "节目编号：1"} }},
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rightCut(segments, results)
			if c.like = whole; f.change != nil {
				c.like = nil
				f.change(c)
			}
			c.make(t, f.after)
			if f.later != nil {
				f.later(t, c)
			}
			got := broken(t, c.dir, f.of...)
			want := append(slices.Clone(f.also), f.rule)
			if f.rule == known {
				want = nil
			}
			for _, rule := range got {
				if !slices.Contains(want, rule) {
					t.Errorf("it breaks %s too", rule)
				}
			}
			if f.rule != "" && f.rule != known && !slices.Contains(got, f.rule) {
				t.Errorf("%s is not told of; it breaks %v", f.rule, got)
			}
		})
	}
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// scramble damages coded pictures.
func scramble(b []byte) []byte {
	for i := len(b) / 2; i < len(b)/2+3000; i++ {
		b[i] ^= 0x5a
	}
	return b
}

// inXMP appends a second implicit label, in XMP.
func inXMP(b []byte) []byte {
	user := []byte{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac}
	body := append(user, xmp.Packet(aigc.Value("house", "x", "y"))...)
	b = binary.BigEndian.AppendUint32(b, uint32(8+len(body)))
	return append(append(b, "uuid"...), body...)
}

// doubled repeats the movie's metadata as the file's own, at its end, as tools do that
// append instead of replacing.
func doubled(b []byte) []byte {
	at := bytes.Index(b, []byte("meta")) - 4
	return append(b, b[at:at+int(binary.BigEndian.Uint32(b[at:]))]...)
}

// late moves the sound by 80 ms.
func late(t *testing.T, master string) {
	t.Helper()
	pipe(with([]string{"-itsoffset", "0.08", "-i", master, "-map", "0:v", "-map", "1:a", "-map", "0:s"}, "-c", "copy", "-movflags", "+faststart+use_metadata_tags")...)(t, master)
}

// smallLabel is the label that a picture of 108x192 bears, on a master of its own.
func smallLabel(t *testing.T, dir string) string {
	t.Helper()
	spec := theSpec()
	spec.Raster = media.Raster{Width: 108, Height: 192}
	job := media.ConformJob{In: filepath.Join(dir, "clip0.mp4"), OutVideo: filepath.Join(dir, "small.mp4"), OutAudio: filepath.Join(dir, "small.wav"), Spec: spec, Frames: shotLong, MaxHold: 2}
	if _, err := (here{}).Run(t.Context(), media.Job{Conform: &job}, nil, nil); err != nil {
		t.Fatal(err)
	}
	a := media.AssembleJob{
		Spec: spec, Segments: []media.Segment{{Video: job.OutVideo, Audio: job.OutAudio, Frames: shotLong, Out: media.Transition{Kind: media.Cut}}},
		Label: &media.LabelMark{Text: "AI生成", Position: "top-left", Frames: shotLong, Language: "zh"}, Out: filepath.Join(dir, "smaller.mp4"),
	}
	if _, err := (here{}).Run(t.Context(), media.Job{Assemble: &a}, nil, nil); err != nil {
		t.Fatal(err)
	}
	return a.Out
}

// overlay lays the part of another master over the pictures of a plain one, in the place
// of the cut's own.
func overlay(plain string, other func(master string) string, crop, at, when string) func(*testing.T, string) {
	return func(t *testing.T, master string) {
		t.Helper()
		filter := "[1:v]crop=" + crop + ",loop=-1:size=1,setpts=N/24/TB,format=yuv444p[l];[0:v]format=yuv444p[p];[p][l]overlay=" + at + ":format=yuv444:shortest=1:enable='" + when + "',format=yuv420p[v]"
		out := filepath.Join(filepath.Dir(master), "out.mp4")
		args := append([]string{"-i", plain, "-i", other(master), "-i", master, "-filter_complex", filter, "-map", "[v]", "-map", "0:a", "-map", "0:s", "-map_metadata", "0"}, x264[2:]...)
		if err := clips.Write(t.Context(), append(args, out)...); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(out, master); err != nil {
			t.Fatal(err)
		}
	}
}
