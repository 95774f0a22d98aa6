package handoff

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/dailies/dailies/internal/media"
)

// A draft of 剪映 or CapCut is a folder. What is known of its undocumented form is what
// projects that write such drafts tell (https://github.com/GuanYixuan/pyJianYingDraft,
// https://github.com/renezander030/capcut-cli, docs/version-support.md): up to 剪映 5.9
// the timeline is draft_content.json; since 6.0, and in CapCut, it is draft_info.json, and
// a draft_content.json beside it makes the draft "damaged". So each has a folder of its
// own, and neither has a Timelines folder, which the programs make themselves.

// DraftFolder holds the drafts, beside the timelines.
const DraftFolder = "jianying/"

// Draft is one draft: its texts, and the files of the timeline that lie in it, by their
// names there.
type Draft struct {
	Folder string            // below DraftFolder
	Files  map[string][]byte // by name
	Media  map[string]string // from the timeline's File to its name in the draft
}

// draftPath stands for the draft's own folder, wherever it is put.
const draftPath = "##_draftpath_placeholder_0E685133-18CE-45ED-8CB8-2904A212EC80_##/"

// draftMedia is where media lies in a draft.
const draftMedia = "materials/"

// Names of a draft's timeline, by the program that reads it.
const (
	draftContent = "draft_content.json"
	draftInfo    = "draft_info.json"
)

// Drafts writes the timeline as drafts of 剪映 and CapCut: one for 剪映 up to 5.9, one for
// later ones and CapCut. Their media is copied into them. They do not come back.
func Drafts(t Timeline) []Draft {
	return []Draft{draft(t, "jianying-5", draftContent), draft(t, "capcut-jianying-6", draftInfo)}
}

type draftWriter struct {
	t         Timeline
	layout    string
	materials map[string][]object
	tracks    []object
	registry  []object // of media, in draft_meta_info.json
	media     map[string]string
	known     map[string]object // of the registry, by file
}

func draft(t Timeline, layout, name string) Draft {
	w := draftWriter{t: t, layout: layout, materials: map[string][]object{}, media: map[string]string{}, known: map[string]object{}}
	for _, kind := range draftMaterials {
		w.materials[kind] = []object{}
	}
	w.pictures()
	for _, track := range soundTracks() {
		for _, lane := range t.lanes(track) {
			w.sounds(lane)
		}
	}
	w.subtitles()
	for i := range t.Sources {
		w.register(t.Sources[i].File, "video", t.Sources[i].Frames, t.Sources[i].raster(t.Raster))
	}
	content, meta := w.content(), w.meta()
	if name == draftContent {
		content["platform"] = object{"app_id": 3704, "app_source": "lv", "app_version": "5.9.0", "os": "windows"}
		content["last_modified_platform"] = content["platform"]
	}
	return Draft{
		Folder: layout + "/" + t.Name() + "/", Media: w.media,
		Files: map[string][]byte{name: encodeDraft(content), "draft_meta_info.json": encodeDraft(meta)},
	}
}

func encodeDraft(o object) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(o); err != nil {
		panic(err) // strings, numbers and lists of them cannot err
	}
	return b.Bytes()
}

// id is an identity that is the same whenever the draft is written.
func (w *draftWriter) id(parts ...any) string {
	sum := sha256.Sum256([]byte(w.layout + w.t.Name() + fmt.Sprint(parts...)))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // a UUID of one's own making, RFC 9562, 5.8
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

// micro is a position in microseconds.
func (w *draftWriter) micro(f media.Frames) int64 {
	return f.Duration(w.t.FPS).Round(time.Microsecond).Microseconds()
}

// between is a range in microseconds whose end, too, is a frame's.
func (w *draftWriter) between(from, frames media.Frames) object {
	start := w.micro(from)
	return object{"start": start, "duration": w.micro(from+frames) - start}
}

// register says that a file is among the draft's media, and returns the id under which a
// material names it: without one the clip is shown as missing.
func (w *draftWriter) register(file, kind string, frames media.Frames, r media.Raster) string {
	if e, ok := w.known[file]; ok {
		id, _ := e["id"].(string)
		return id
	}
	name := draftMedia + strings.ReplaceAll(strings.TrimPrefix(file, MediaFolder), "/", "-")
	w.media[file] = name
	if kind == "music" {
		r = media.Raster{}
	}
	e := object{
		"ai_group_type": "", "create_time": -1, "duration": w.micro(frames), "enter_from": 0, "extra_info": base(file), "file_Path": draftPath + name,
		"height": r.Height, "id": strings.ToLower(w.id("registered", file)), "import_time": -1, "import_time_ms": -1, "item_source": 1, "material_color_tag": "", "md5": "", "metetype": kind,
		"roughcut_time_range": object{"duration": -1, "start": -1}, "sub_time_range": object{"duration": -1, "start": -1}, "type": 0, "width": r.Width,
	}
	w.known[file] = e
	w.registry = append(w.registry, e)
	id, _ := e["id"].(string)
	return id
}

// segment is a stretch of a track.
func (w *draftWriter) segment(id, material string, target, source object, refs []string) object {
	return object{
		"id": id, "material_id": material, "target_timerange": target, "source_timerange": source, "extra_material_refs": refs,
		"speed": 1.0, "volume": 1.0, "visible": true, "reverse": false, "common_keyframes": []object{}, "keyframe_refs": []string{},
		"enable_adjust": true, "enable_color_curves": true, "enable_color_match_adjust": false, "enable_color_wheels": true, "enable_lut": true, "enable_smart_color_adjust": false,
		"last_nonzero_volume": 1.0, "track_attribute": 0, "track_render_index": 0, "render_index": 0, "is_tone_modify": false, "group_id": "", "clip": nil,
	}
}

// place is a picture where it is, as large as it is.
func place(down float64) object {
	return object{
		"alpha": 1.0, "flip": object{"horizontal": false, "vertical": false}, "rotation": 0.0, "scale": object{"x": 1.0, "y": 1.0}, "transform": object{"x": 0.0, "y": down},
	}
}

// speed is what every segment refers to.
func (w *draftWriter) speed(of string) string {
	id := w.id("speed", of)
	w.materials["speeds"] = append(w.materials["speeds"], object{"curve_speed": nil, "id": id, "mode": 0, "speed": 1.0, "type": "speed"})
	return id
}

func (w *draftWriter) pictures() {
	var segments []object
	written := map[int]string{}
	for i, s := range w.t.spans() {
		c := w.t.Clips[i]
		material, ok := written[c.Source]
		if !ok {
			material = w.video(c.Source)
			written[c.Source] = material
		}
		id := w.id("clip", i)
		refs := []string{w.speed(id)}
		if s.out.kind != media.Cut && i+1 < len(w.t.Clips) {
			refs = append(refs, w.transition(i, s.out))
		}
		seg := w.segment(id, material, w.between(s.start, s.frames), w.between(s.in, s.frames), refs)
		seg["clip"], seg["uniform_scale"] = place(0), object{"on": true, "value": 1.0}
		if covers(c.Mute, c.Frames) {
			seg["volume"] = 0.0
		}
		segments = append(segments, seg)
	}
	w.track("video", "", segments)
}

func (w *draftWriter) video(source int) string {
	s := w.t.Sources[source]
	id, r := w.id("video", source), s.raster(w.t.Raster)
	w.materials["videos"] = append(w.materials["videos"], object{
		"audio_fade": nil, "category_id": "", "category_name": "local", "check_flag": 63487, "crop_ratio": "free", "crop_scale": 1.0,
		"crop":     object{"lower_left_x": 0.0, "lower_left_y": 1.0, "lower_right_x": 1.0, "lower_right_y": 1.0, "upper_left_x": 0.0, "upper_left_y": 0.0, "upper_right_x": 1.0, "upper_right_y": 0.0},
		"duration": w.micro(s.Frames), "has_audio": s.Sound, "height": r.Height, "width": r.Width, "id": id, "material_id": id, "material_name": s.Take.Slate,
		"local_material_id": w.register(s.File, "video", s.Frames, r), "media_path": "", "path": draftPath + w.media[s.File], "type": "video",
	})
	return id
}

// transition is one of the programs' own; a wipe, which has no one name there, dissolves.
func (w *draftWriter) transition(clip int, j joint) string {
	id := w.id("transition", clip)
	o := object{
		"category_id": "", "category_name": "", "duration": w.micro(j.before + j.after), "id": id, "platform": "all", "type": "transition",
		"name": "叠化", "effect_id": "322577", "resource_id": "6724845717472416269", "is_overlap": true,
	}
	if j.kind == media.Fade {
		o["name"], o["effect_id"], o["resource_id"], o["is_overlap"] = "闪黑", "321493", "6724239388189921806", false
	}
	w.materials["transitions"] = append(w.materials["transitions"], o)
	return id
}

func (w *draftWriter) sounds(lane []Sound) {
	var segments []object
	for i, s := range lane {
		id, material := w.id("sound", s.Track, i, s.Name, s.Start), w.id("audio", s.File, s.Start)
		w.materials["audios"] = append(w.materials["audios"], object{
			"app_id": 0, "category_id": "", "category_name": "local", "check_flag": 1, "copyright_limit_type": "none", "duration": w.micro(s.Frames), "effect_id": "", "formula_id": "",
			"id": material, "local_material_id": w.register(s.File, "music", s.Frames, media.Raster{}), "music_id": material, "name": s.Name, "path": draftPath + w.media[s.File],
			"source_platform": 0, "type": "extract_music", "wave_points": []object{},
		})
		seg := w.segment(id, material, w.between(s.Start, s.Frames), w.between(0, s.Frames), []string{w.speed(id)})
		if s.Level != 0 {
			seg["volume"], seg["last_nonzero_volume"] = ratio(s.Level), ratio(s.Level)
		}
		segments = append(segments, seg)
	}
	w.track("audio", "", segments)
}

// Subtitles stand where those programs put imported ones.
const subtitleDown = -0.8

func (w *draftWriter) subtitles() {
	var segments []object
	for i, c := range w.t.Cues {
		id, material := w.id("cue", i), w.id("text", i)
		// Ranges of a text are counted in UTF-16 units.
		style := object{
			"range": []int{0, len(utf16.Encode([]rune(c.Text)))}, "size": 8.0, "bold": false, "italic": false, "underline": false, "strokes": []object{},
			"fill": object{"alpha": 1.0, "content": object{"render_type": "solid", "solid": object{"alpha": 1.0, "color": []float64{1, 1, 1}}}},
		}
		content := strings.TrimSpace(string(encodeDraft(object{"styles": []object{style}, "text": c.Text})))
		w.materials["texts"] = append(w.materials["texts"], object{
			"id": material, "content": content, "type": "subtitle", "typesetting": 0, "alignment": 1, "letter_spacing": 0.0, "line_spacing": 0.02, "line_feed": 1,
			"line_max_width": 0.82, "force_apply_line_max_width": false, "check_flag": 7, "global_alpha": 1.0,
		})
		seg := w.segment(id, material, w.between(c.From, c.To-c.From), w.between(0, c.To-c.From), []string{w.speed(id)})
		seg["clip"], seg["uniform_scale"] = place(subtitleDown), object{"on": true, "value": 1.0}
		segments = append(segments, seg)
	}
	w.track("text", w.t.Language, segments)
}

func (w *draftWriter) track(kind, name string, segments []object) {
	if len(segments) == 0 {
		return
	}
	w.tracks = append(w.tracks, object{
		"attribute": 0, "flag": 0, "id": w.id("track", len(w.tracks)), "is_default_name": name == "", "name": name, "segments": segments, "type": kind,
	})
}

// draftMaterials are the lists of materials that a draft has, most of them empty.
var draftMaterials = []string{
	"ai_translates", "audio_balances", "audio_effects", "audio_fades", "audio_track_indexes", "audios", "beats", "canvases", "chromas", "color_curves", "digital_humans", "drafts", "effects", "flowers",
	"green_screens", "handwrites", "hsl", "images", "log_color_wheels", "loudnesses", "manual_deformations", "masks", "material_animations", "material_colors", "multi_language_refs", "placeholders",
	"plugin_effects", "primary_color_wheels", "realtime_denoises", "shapes", "smart_crops", "smart_relights", "sound_channel_mappings", "speeds", "stickers", "tail_leaders", "text_templates", "texts",
	"time_marks", "transitions", "video_effects", "video_trackings", "videos", "vocal_beautifys", "vocal_separations",
}

// draftSchema is the number of the form in all drafts that are known.
const draftSchema = 360000

func (w *draftWriter) content() object {
	materials := object{}
	for kind, list := range w.materials {
		materials[kind] = list
	}
	keyframes := object{}
	for _, kind := range []string{"adjusts", "audios", "effects", "filters", "handwrites", "stickers", "texts", "videos"} {
		keyframes[kind] = []object{}
	}
	return object{
		"canvas_config": object{"height": w.t.Raster.Height, "ratio": "original", "width": w.t.Raster.Width}, "color_space": 0, "cover": nil, "create_time": 0, "duration": w.micro(w.t.Frames), "extra_info": nil,
		"config": object{
			"adjust_max_index": 1, "attachment_info": []object{}, "combination_max_index": 1, "export_range": nil, "extract_audio_last_index": 1, "lyrics_recognition_id": "", "lyrics_sync": true, "lyrics_taskinfo": []object{},
			"maintrack_adsorb": true, "material_save_mode": 0, "multi_language_current": "none", "multi_language_list": []object{}, "multi_language_main": "none", "multi_language_mode": "none", "original_sound_last_index": 1,
			"record_audio_last_index": 1, "sticker_max_index": 1, "subtitle_keywords_config": nil, "subtitle_recognition_id": "", "subtitle_sync": true, "subtitle_taskinfo": []object{}, "system_font_list": []object{},
			"video_mute": false, "zoom_info_params": nil,
		},
		"fps": w.t.FPS.Float(), "free_render_index_mode_on": false, "group_container": nil, "id": w.id("draft"), "keyframe_graph_list": []object{}, "keyframes": keyframes, "materials": materials,
		"mutable_config": nil, "name": w.t.Name(), "new_version": "110.0.0", "relationships": []object{}, "render_index_track_mode_on": false, "retouch_cover": nil, "source": "default", "static_cover_image_path": "",
		"time_marks": nil, "tracks": w.tracks, "update_time": 0, "version": draftSchema,
	}
}

func (w *draftWriter) meta() object {
	groups := []object{{"type": 0, "value": w.registry}}
	for _, kind := range []int{1, 2, 3, 6, 7, 8} {
		groups = append(groups, object{"type": kind, "value": []object{}})
	}
	return object{
		"draft_cover": "", "draft_fold_path": "", "draft_id": w.id("draft"), "draft_is_ai_shorts": false, "draft_is_invisible": false, "draft_materials": groups, "draft_materials_copied_info": []object{},
		"draft_name": w.t.Name(), "draft_new_version": "", "draft_removable_storage_device": "", "draft_root_path": "", "draft_segment_extra_info": []object{}, "draft_timeline_materials_size_": 0,
		"tm_draft_create": 0, "tm_draft_modified": 0, "tm_draft_removed": 0, "tm_duration": w.micro(w.t.Frames),
	}
}
