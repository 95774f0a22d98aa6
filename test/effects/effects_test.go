package effects

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/script"
)

const theSeason = `show: effects
title: {en: Effects, zh: 效果}
language: en
format: {raster: 1080x1920, fps: 24, fit: fill}
look: grainy film
avoid: captions
cast:
  lin:
    name: Lin Xia
    looks: woman, 27
    wardrobe: {default: blue apron, gala: black dress}
    refs: [lin.png]
    voice: {provider: booth, name: kate, rate: 165, pitch: 40}
    consent: lin.pdf
locations:
  store: {name: Corner store, looks: fluorescent light, refs: [store.png]}
  road: {name: Road, looks: wet asphalt}
props:
  phone: {name: Phone, looks: cracked screen, refs: [phone.png]}
routing:
  special: {when: {size: [CU]}, use: [other, fake], order: listed}
  default: [fake]
takes: {max: 2, min_score: 0.3, failed_after: 50}
budget: {currency: CNY, episode: 160, season: 4000, on_exceed: pause}
dialogue: native
subtitles: {burn: en, sidecar: [en, zh]}
score: {file: theme.flac, level: -24}
loudness: {integrated: -16, true_peak: -1.5}
label: {text: AI-generated, position: top-left, seconds: 3, producer: house}
episodes: [ep01.yaml]
`

const theEpisode = `season: season.yaml
episode: 1
title: {en: One, zh: 一}
hook: A man walks in.
scenes:
- scene: 1
  set: INT
  location: store
  time: night
  mood: uneasy
  continuity: {lin: default}
  shots:
  - shot: 1A
    size: WS
    angle: high
    move: push-in
    lens: 35mm
    duration: 4s
    cast: [lin]
    props: [phone]
    action: Lin wipes the counter.
    sound: rain
    lines:
    - {who: lin, kind: dialogue, say: "We are closed.", zh: "打烊了。", tone: flat}
    cut: dissolve 12f
    seed: 7
    title: {text: Later, position: center}
  - {shot: 1B, size: CU, cast: lin, duration: 3s, action: She looks up., sound: a bell}
  - {shot: 1C, duration: 2s, footage: clip.mov, in: 1s}
  - {shot: 1D, size: CU, duration: 3s, action: The door closes., from: 1B.last}
- scene: 2
  scene_prompt: The street is empty.
`

// edit is a text of the script and what it becomes.
type edit struct{ from, to string }

// field is a key of the script: what changes it, and where that must show.
type field struct {
	with  []edit // first, for both sides
	edit  edit
	where []string
	// word is the place of a word of the key's list; each must do something of its
	// own.
	word string
}

var (
	spoken  = edit{"dialogue: native", "dialogue: voice"}
	still   = edit{"dialogue: native", "dialogue: native\nstills: {use: [painter]}"}
	compare = edit{"dialogue: native", "dialogue: native\ncompare: {share: 100%, with: [other]}"}
	review  = edit{"dialogue: native", "dialogue: native\nreview: {required: true}"}
	hearing = edit{"dialogue: native", "dialogue: native\nlisten: warn"} // nobody says what is written
	locked  = edit{"voice: {provider: booth, name: kate, rate: 165, pitch: 40}", "voice: {sample: lin.wav, ids: {other: v1}, says: low and dry}"}
	// two neighbours of two seconds
	together = []edit{
		{"failed_after: 50", "failed_after: 50, pack: off"},
		{"[other, fake]", "[third]"},
		{"duration: 3s, action: She looks up.", "duration: 2s, action: She looks up."},
		{"  - {shot: 1C, duration: 2s, footage: clip.mov, in: 1s}\n", ""},
		{"cast: lin, duration", "duration"},
		{"duration: 3s, action: The door closes., from: 1B.last", "duration: 2s, action: The door closes."},
	}
	ladder   = edit{"dialogue: native", "dialogue: native\nhls: {rungs: [1080x1920]}"}
	versions = func(keys string) []edit {
		return []edit{{"dialogue: native", "dialogue: native\nversions: [{name: wide, " + keys + "}]"}}
	}
	colored = edit{"sidecar: [en, zh]", "sidecar: [en, zh], colors: true"}
	covers  = edit{"dialogue: native", "dialogue: native\ncovers: 3:4"}
	abroad  = edit{"voice: {provider: booth, name: kate, rate: 165, pitch: 40}", "voice: {provider: booth, languages: {zh: {provider: booth, name: wei, rate: 165, pitch: 40}}}"}
	noise   = edit{"    sound: rain\n", "    sound: rain\n    effects: [{file: lin.wav, at: 1s, level: -6}]\n"}
	filed   = edit{"dialogue: native", "dialogue: native\nfiling: {class: other, license: L1, approval: A1, programme: P1, seconds: 3}"}
	ng      = edit{"min_score: 0.3", "min_score: 0.6"} // the judge says 0.5
	when    = func(condition string) []edit { return []edit{{"{size: [CU]}", "{" + condition + "}"}} }
	of      = func(refs, ref string) []edit { return []edit{{refs, strings.TrimSuffix(refs, "]") + ", " + ref + "]"}} }
	is      = func(places ...string) []string { return places }
)

// fields are all keys of the schema.
var fields = map[string]field{
	"season.show":      {edit: edit{"show: effects", "show: impact"}, where: is(manifest)},
	"season.title":     {edit: edit{"en: Effects", "en: Impact"}, where: is(manifest)},
	"season.tagline":   {edit: edit{"show: effects", "show: effects\ntagline: {en: All of it counts}"}, where: is(handed)},
	"season.synopsis":  {edit: edit{"show: effects", "show: effects\nsynopsis: {en: A man buys milk.}"}, where: is(handed)},
	"season.language":  {edit: edit{"language: en", "language: fr"}, where: is(assembly)},
	"season.format":    {edit: edit{"1080x1920", "720x1280"}, where: is(request, conform, assembly)},
	"season.look":      {edit: edit{"grainy film", "clean video"}, where: is(prompt)},
	"season.avoid":     {edit: edit{"avoid: captions", "avoid: logos"}, where: is(prompt)},
	"season.cast":      {edit: edit{"  lin:\n", "  tom:\n"}, where: is(refused)},
	"season.locations": {edit: edit{"  store: {name", "  shop: {name"}, where: is(refused)},
	"season.props":     {edit: edit{"  phone: {name", "  radio: {name"}, where: is(refused)},
	"season.routing":   {edit: edit{"default: [fake]", "default: [other]"}, where: is(who)},
	"season.stills":    {edit: still, where: is(who, pictures)},
	"season.takes":     {with: []edit{ng}, edit: edit{"max: 2", "max: 1"}, where: is(run)},
	"season.compare":   {edit: compare, where: is(who)},
	"season.budget":    {edit: edit{"budget: {currency: CNY, episode: 160, season: 4000, on_exceed: pause}\n", ""}, where: is(told)},
	"season.dialogue":  {edit: spoken, where: is(prompt, voices, assembly), word: "dialogue: native"},
	"season.listen":    {with: []edit{hearing}, edit: edit{"listen: warn", "listen: retake"}, where: is(run), word: "listen: warn"},
	"season.subtitles": {edit: edit{"sidecar: [en, zh]", "sidecar: [zh]"}, where: is(subtitles, assembly)},
	"season.score":     {edit: edit{"score: {file: theme.flac, level: -24}\n", ""}, where: is(assembly)},
	"season.loudness":  {edit: edit{"integrated: -16", "integrated: -14"}, where: is(assembly)},
	"season.label":     {edit: edit{"label: {text: AI-generated, position: top-left, seconds: 3, producer: house}", "label: {off: true, reason: a test}"}, where: is(assembly, manifest)},
	"season.deliver":   {edit: edit{"dialogue: native", "dialogue: native\ndeliver: [tiktok]"}, where: is(conform, assembly, manifest)},
	"season.filing":    {edit: filed, where: is(assembly, manifest)},
	"season.hls":       {edit: ladder, where: is(assembly, manifest)},
	"season.versions":  {edit: versions("raster: 1920x1080")[0], where: is(conform, assembly, manifest)},
	"season.covers":    {with: []edit{covers}, edit: edit{"covers: 3:4", "covers: [3:4, 1:1]"}, where: is(manifest), word: "covers: 3:4"},
	"season.stems":     {edit: edit{"loudness: {", "stems: true\nloudness: {"}, where: is(assembly, manifest)},
	"season.episodes":  {edit: edit{"episodes: [ep01.yaml]", "episodes: [ep02.yaml]"}, where: is(told)},

	"hls.rungs":      {with: []edit{ladder}, edit: edit{"[1080x1920]", "[1080x1920, 540x960]"}, where: is(assembly, manifest)},
	"hls.av1":        {with: []edit{ladder}, edit: edit{"[1080x1920]}", "[1080x1920], av1: true}"}, where: is(assembly, manifest)},
	"version.name":   {with: versions("raster: 1920x1080"), edit: edit{"name: wide", "name: across"}, where: is(manifest)},
	"version.raster": {with: versions("raster: 1920x1080"), edit: edit{"1920x1080}", "1280x720}"}, where: is(conform, assembly, manifest)},
	"version.fit":    {with: versions("raster: 1920x1080, fit: blur"), edit: edit{"fit: blur}", "fit: fill}"}, where: is(conform), word: "fit: blur"},
	"version.hls":    {with: versions("raster: 1920x1080"), edit: edit{"1920x1080}", "1920x1080, hls: {rungs: [1280x720]}}"}, where: is(assembly, manifest)},
	"version.texts":  {with: versions("raster: 1920x1080"), edit: edit{"1920x1080}", "1920x1080, texts: false}"}, where: is(conform, manifest)},

	"format.raster": {edit: edit{"1080x1920", "720x1280"}, where: is(request, conform, assembly)},
	"format.fps":    {edit: edit{"fps: 24", "fps: 25"}, where: is(request, conform, assembly)},
	"format.fit":    {edit: edit{"fit: fill", "fit: blur"}, where: is(conform), word: "fit: fill"},

	"character.name":     {edit: edit{"name: Lin Xia", "name: Mei Xia"}, where: is(prompt)},
	"character.looks":    {edit: edit{"woman, 27", "woman, 72"}, where: is(prompt)},
	"character.wardrobe": {edit: edit{"blue apron", "red apron"}, where: is(prompt)},
	"character.refs":     {edit: edit{"refs: [lin.png]", "refs: [new.png]"}, where: is(pictures)},
	"character.voice":    {with: []edit{spoken}, edit: edit{"    voice: {provider: booth, name: kate, rate: 165, pitch: 40}\n", ""}, where: is(voices)},
	"character.color":    {with: []edit{colored, {"consent: lin.pdf", "consent: lin.pdf\n    color: yellow"}}, edit: edit{"color: yellow", "color: cyan"}, where: is(conform, subtitles)},
	"character.consent":  {edit: edit{"consent: lin.pdf", "consent: bo.pdf"}, where: is(manifest)},
	"voice.provider":     {with: []edit{spoken}, edit: edit{"provider: booth", "provider: hall"}, where: is(voices)},
	"voice.name":         {with: []edit{spoken}, edit: edit{"name: kate", "name: jane"}, where: is(voices)},
	"voice.rate":         {with: []edit{spoken}, edit: edit{"rate: 165", "rate: 150"}, where: is(voices)},
	"voice.pitch":        {with: []edit{spoken}, edit: edit{"pitch: 40", "pitch: 60"}, where: is(voices)},
	"voice.sample":       {with: []edit{locked}, edit: edit{"sample: lin.wav", "sample: new.wav"}, where: is(request)},
	"voice.ids":          {with: []edit{locked}, edit: edit{"ids: {other: v1}", "ids: {fake: v1}"}, where: is(request)},
	"voice.says":         {with: []edit{locked}, edit: edit{"says: low and dry", "says: high and wet"}, where: is(prompt)},
	"voice.languages":    {with: []edit{abroad}, edit: edit{", languages: {zh: {provider: booth, name: wei, rate: 165, pitch: 40}}", ""}, where: is(voices)},
	"tongue.provider":    {with: []edit{abroad}, edit: edit{"{zh: {provider: booth", "{zh: {provider: hall"}, where: is(voices)},
	"tongue.name":        {with: []edit{abroad}, edit: edit{"name: wei", "name: mei"}, where: is(voices)},
	"tongue.rate":        {with: []edit{abroad}, edit: edit{"rate: 165", "rate: 150"}, where: is(voices)},
	"tongue.pitch":       {with: []edit{abroad}, edit: edit{"pitch: 40", "pitch: 60"}, where: is(voices)},
	"location.name":      {edit: edit{"name: Corner store", "name: Kiosk"}, where: is(prompt, assembly)},
	"location.looks":     {edit: edit{"fluorescent light", "candles"}, where: is(prompt)},
	"location.refs":      {edit: edit{"refs: [store.png]", "refs: [new.png]"}, where: is(pictures)},
	"prop.name":          {edit: edit{"name: Phone, looks", "name: Radio, looks"}, where: is(prompt)},
	"prop.looks":         {edit: edit{"cracked screen", "new screen"}, where: is(prompt)},
	"prop.refs":          {edit: edit{"refs: [phone.png]", "refs: [new.png]"}, where: is(pictures)},

	"ref.file":     {with: of("refs: [lin.png]", "{file: new.png}"), edit: edit{", {file: new.png}", ", {file: store.png}"}, where: is(pictures)},
	"ref.as":       {with: of("refs: [lin.png]", "{file: new.png, as: back}"), edit: edit{"as: back", "as: face"}, where: is(pictures)}, // a face comes first
	"ref.wardrobe": {with: of("refs: [lin.png]", "{file: new.png, wardrobe: default}"), edit: edit{"wardrobe: default}", "wardrobe: gala}"}, where: is(pictures)},
	"ref.time":     {with: of("refs: [store.png]", "{file: new.png, time: night}"), edit: edit{"time: night}", "time: noon}"}, where: is(pictures)},

	"route.when":        {edit: edit{"size: [CU]", "size: [ECU]"}, where: is(who)},
	"route.use":         {edit: edit{"use: [other, fake]", "use: [fake]"}, where: is(who)},
	"route.order":       {with: []edit{{"[other, fake]", "[fake, other, third]"}}, edit: edit{"order: listed", "order: price"}, where: is(who), word: "order: listed"},
	"when.size":         {edit: edit{"size: [CU]", "size: [WS]"}, where: is(who)},
	"when.move":         {with: when("move: push-in"), edit: edit{"move: push-in}", "move: orbit}"}, where: is(who)},
	"when.set":          {with: when("set: INT"), edit: edit{"{set: INT}", "{set: EXT}"}, where: is(who)},
	"when.location":     {with: when("location: store"), edit: edit{"{location: store}", "{location: road}"}, where: is(who)},
	"when.cast_min":     {with: when("cast_min: 1"), edit: edit{"cast_min: 1", "cast_min: 2"}, where: is(who)},
	"when.cast_max":     {with: when("cast_max: 1"), edit: edit{"cast_max: 1", "cast_max: 0"}, where: is(who)},
	"when.duration_min": {with: when("duration_min: 4s"), edit: edit{"duration_min: 4s", "duration_min: 9s"}, where: is(who)},
	"when.duration_max": {with: when("duration_max: 4s"), edit: edit{"duration_max: 4s", "duration_max: 1s"}, where: is(who)},
	"when.needs":        {with: when("needs: audio"), edit: edit{"needs: audio", "needs: seed"}, where: is(who), word: "needs: audio"},

	"stills.use":          {with: []edit{still}, edit: edit{"[painter]", "[second]"}, where: is(who)},
	"stills.approve":      {with: []edit{still}, edit: edit{"[painter]}", "[painter], approve: true}"}, where: is(run)},
	"takes.max":           {with: []edit{ng}, edit: edit{"max: 2", "max: 1"}, where: is(run)},
	"takes.min_score":     {edit: ng, where: is(run)},
	"takes.floors":        {edit: edit{"min_score: 0.3", "min_score: 0.3, floors: true"}, where: is(run)}, // the judge agrees with people, and sees a wrong face
	"takes.best_of":       {edit: edit{"min_score: 0.3", "min_score: 0.3, best_of: 2"}, where: is(run)},
	"compare.share":       {with: []edit{compare}, edit: edit{"share: 100%", "share: 0.0001%"}, where: is(who)},
	"compare.with":        {with: []edit{compare}, edit: edit{"with: [other]", "with: [third]"}, where: is(who)},
	"takes.failed_after":  {with: []edit{ng}, edit: edit{"failed_after: 50", "failed_after: 1"}, where: is(run)},
	"takes.draft":         {edit: edit{"failed_after: 50", "failed_after: 50, draft: true"}, where: is(request, manifest)},
	"takes.pack":          {with: together, edit: edit{"pack: off", "pack: auto"}, where: is(request, run), word: "pack: off"},
	"season.review":       {edit: review, where: is(run, manifest)},
	"review.required":     {with: []edit{review}, edit: edit{"required: true", "required: false"}, where: is(run, manifest)},
	"budget.currency":     {with: []edit{{"episode: 160", "episode: 30"}, ng, {"max: 2", "max: 9"}}, edit: edit{"currency: CNY", "currency: USD"}, where: is(run)},
	"budget.episode":      {edit: edit{"episode: 160", "episode: 20"}, where: is(run)},
	"budget.season":       {edit: edit{"episode: 160, season: 4000", "season: 20"}, where: is(run)},
	"budget.on_exceed":    {with: []edit{{"episode: 160", "episode: 30"}, ng, {"max: 2", "max: 9"}}, edit: edit{"on_exceed: pause", "on_exceed: stop"}, where: is(run), word: "on_exceed: pause"},
	"subtitles.burn":      {edit: edit{"burn: en", "burn: zh"}, where: is(conform)},
	"subtitles.sidecar":   {edit: edit{"sidecar: [en, zh]", "sidecar: [en]"}, where: is(subtitles, assembly)},
	"subtitles.formats":   {edit: edit{"sidecar: [en, zh]", "sidecar: [en, zh], formats: [ttml, ass]"}, where: is(subtitles)},
	"subtitles.colors":    {edit: colored, where: is(conform, subtitles)},
	"subtitles.font_tags": {with: []edit{colored}, edit: edit{"colors: true", "colors: true, font_tags: true"}, where: is(subtitles)},
	"subtitles.titles":    {edit: edit{"sidecar: [en, zh]", "sidecar: [en, zh], titles: true"}, where: is(subtitles)},
	"score.file":          {edit: edit{"file: theme.flac", "file: march.flac"}, where: is(assembly)},
	"score.level":         {edit: edit{"level: -24", "level: -30"}, where: is(assembly)},
	"score.fade_in":       {edit: edit{"level: -24", "level: -24, fade_in: 1s"}, where: is(assembly)},
	"score.fade_out":      {edit: edit{"level: -24", "level: -24, fade_out: 1s"}, where: is(assembly)},
	"score.title":         {edit: edit{"level: -24", "level: -24, title: Rain"}, where: is(handed)},
	"score.composer":      {edit: edit{"level: -24", "level: -24, composer: Ada Lovelace"}, where: is(handed)},
	"score.licence":       {edit: edit{"level: -24", "level: -24, licence: bo.pdf"}, where: is(handed)},
	"loudness.integrated": {edit: edit{"integrated: -16", "integrated: -14"}, where: is(assembly)},
	"loudness.true_peak":  {edit: edit{"true_peak: -1.5", "true_peak: -1"}, where: is(assembly)},
	"label.off":           {with: []edit{{"label: {text", "label: {reason: a test, off: true, text"}}, edit: edit{"off: true", "off: false"}, where: is(refused)},
	"label.reason":        {with: []edit{{"label: {text", "label: {reason: a test, off: true, text"}}, edit: edit{"reason: a test", "reason: a rehearsal"}, where: is(manifest)},
	"label.text":          {edit: edit{"text: AI-generated", "text: Made by AI"}, where: is(assembly, manifest)},
	"label.position":      {edit: edit{"position: top-left", "position: top"}, where: is(assembly), word: "position: top-left"},
	"label.seconds":       {edit: edit{"seconds: 3", "seconds: 4"}, where: is(assembly)},
	"label.code":          {edit: edit{"producer: house", "producer: house, code: 001191110000MA0000000H10001"}, where: is(assembly, manifest)},
	"filing.class":        {with: []edit{filed}, edit: edit{"class: other", "class: key"}, where: is(manifest), word: "class: other"},
	"filing.license":      {with: []edit{filed}, edit: edit{"license: L1", "license: L2"}, where: is(assembly, manifest)},
	"filing.approval":     {with: []edit{filed}, edit: edit{"approval: A1", "approval: A2"}, where: is(assembly, manifest)},
	"filing.programme":    {with: []edit{filed}, edit: edit{"programme: P1", "programme: P2"}, where: is(assembly, manifest)},
	"filing.seconds":      {with: []edit{filed}, edit: edit{"P1, seconds: 3", "P1, seconds: 4"}, where: is(assembly, manifest)},
	"label.producer":      {edit: edit{"producer: house", "producer: studio"}, where: is(assembly, manifest)},

	"episode.season":   {edit: edit{"season: season.yaml", "season: ep01.yaml"}, where: is(refused)},
	"episode.episode":  {edit: edit{"episode: 1\n", "episode: 2\n"}, where: is(who, manifest)},
	"episode.title":    {edit: edit{"en: One", "en: First"}, where: is(manifest)},
	"episode.hook":     {edit: edit{"A man walks in.", "A man walks out."}, where: is(manifest)},
	"episode.synopsis": {edit: edit{"hook: A man walks in.", "hook: A man walks in.\nsynopsis: {en: He buys milk.}"}, where: is(handed)},
	"episode.scenes":   {edit: edit{"- scene: 2\n  scene_prompt: The street is empty.\n", ""}, where: is(prompt, assembly)},

	"scene.scene":        {edit: edit{"- scene: 2", "- scene: 3"}, where: is(assembly)},
	"scene.set":          {edit: edit{"set: INT", "set: EXT"}, where: is(prompt), word: "set: INT"},
	"scene.location":     {edit: edit{"location: store\n", "location: road\n"}, where: is(prompt, assembly)},
	"scene.time":         {edit: edit{"time: night", "time: noon"}, where: is(prompt, assembly)},
	"scene.mood":         {edit: edit{"mood: uneasy", "mood: calm"}, where: is(prompt)},
	"scene.continuity":   {edit: edit{"{lin: default}", "{lin: gala}"}, where: is(prompt)},
	"scene.scene_prompt": {edit: edit{"The street is empty.", "The street is full."}, where: is(prompt)},
	"scene.shots":        {edit: edit{"  - {shot: 1B, size: CU, cast: lin, duration: 3s, action: She looks up., sound: a bell}\n", ""}, where: is(prompt, assembly)},

	"shot.shot":     {edit: edit{"shot: 1B", "shot: 1X"}, where: is(manifest)},
	"shot.size":     {edit: edit{"size: WS", "size: LS"}, where: is(prompt), word: "size: WS"},
	"shot.angle":    {edit: edit{"angle: high", "angle: low"}, where: is(prompt), word: "angle: high"},
	"shot.move":     {edit: edit{"move: push-in", "move: orbit"}, where: is(prompt), word: "move: push-in"},
	"shot.lens":     {edit: edit{"35mm", "85mm"}, where: is(prompt)},
	"shot.duration": {edit: edit{"duration: 4s", "duration: 5s"}, where: is(request, conform, assembly)},
	"shot.cast":     {edit: edit{"cast: [lin]", "cast: []"}, where: is(prompt, pictures)},
	"shot.props":    {edit: edit{"props: [phone]", "props: []"}, where: is(prompt, pictures)},
	"shot.action":   {edit: edit{"wipes the counter", "shuts the till"}, where: is(prompt)},
	"shot.sound":    {edit: edit{"sound: rain", "sound: wind"}, where: is(prompt)},
	"shot.lines":    {edit: edit{"    lines:\n    - {who: lin, kind: dialogue, say: \"We are closed.\", zh: \"打烊了。\", tone: flat}\n", ""}, where: is(prompt, subtitles, conform)},
	"shot.dialogue": {with: []edit{{"    seed: 7\n", "    dialogue: native\n    seed: 7\n"}, {"dialogue: native\nsubtitles", "dialogue: voice\nsubtitles"}}, edit: edit{"    dialogue: native\n", "    dialogue: scratch\n"}, where: is(prompt, voices, assembly), word: "    dialogue: native"},
	"shot.effects":  {edit: noise, where: is(assembly)},
	"effect.file":   {with: []edit{noise}, edit: edit{"file: lin.wav", "file: new.wav"}, where: is(assembly)},
	"effect.at":     {with: []edit{noise}, edit: edit{"at: 1s", "at: 2s"}, where: is(assembly)},
	"effect.level":  {with: []edit{noise}, edit: edit{"level: -6", "level: -9"}, where: is(assembly)},
	"shot.cut":      {edit: edit{"dissolve 12f", "dissolve 8f"}, where: is(conform, assembly, manifest), word: "cut: dissolve 12f"},
	"shot.use":      {edit: edit{"seed: 7", "seed: 7\n    use: [other]"}, where: is(who)},
	"shot.seed":     {edit: edit{"seed: 7", "seed: 8"}, where: is(request)},
	"shot.title":    {edit: edit{"    title: {text: Later, position: center}\n", ""}, where: is(conform)},
	"shot.footage":  {edit: edit{"footage: clip.mov", "footage: reel.mov"}, where: is(conform)},
	"shot.in":       {edit: edit{"in: 1s", "in: 2s"}, where: is(conform)},
	"shot.mute":     {edit: edit{"in: 1s", "in: 1s, mute: true"}, where: is(conform)},
	"shot.from":     {edit: edit{"from: 1B.last", "from: 1A.last"}, where: is(pictures)},
	"shot.to":       {edit: edit{"from: 1B.last}", "from: 1B.last, to: 1A.first}"}, where: is(pictures, request)},
	"shot.focus":    {with: []edit{{"seed: 7", "seed: 7\n    focus: left"}}, edit: edit{"focus: left", "focus: right"}, where: is(conform), word: "focus: left"},
	"shot.still":    {with: []edit{still}, edit: edit{"seed: 7", "seed: 7\n    still: false"}, where: is(who, pictures)},

	"line.who":       {edit: edit{"who: lin", "who: narrator"}, where: is(prompt)},
	"line.kind":      {edit: edit{"kind: dialogue", "kind: os"}, where: is(prompt), word: "kind: dialogue"},
	"line.say":       {edit: edit{"We are closed.", "We are open."}, where: is(prompt, subtitles, conform)},
	"line.tone":      {edit: edit{"tone: flat", "tone: warm"}, where: is(prompt)},
	"line.LANGUAGE":  {edit: edit{"打烊了。", "关门了。"}, where: is(subtitles, assembly)},
	"title.text":     {edit: edit{"text: Later", "text: Much later"}, where: is(conform)},
	"title.position": {edit: edit{"position: center", "position: top"}, where: is(conform), word: "position: center"},
}

// TestTheSameScriptLeadsToTheSame: without it the tests below would show nothing.
func TestTheSameScriptLeadsToTheSame(t *testing.T) {
	if got := follows(t, nil).differs(follows(t, nil)); len(got) > 0 {
		t.Errorf("it differs in %v", got)
	}
}

// TestEveryFieldHasAnEffect: a key that changes nothing downstream is a lie to whoever
// writes it. A new one fails here until it is listed with what it does.
func TestEveryFieldHasAnEffect(t *testing.T) {
	schema := schemaKeys(t)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if _, ok := schema[key]; !ok {
			t.Errorf("%s is listed, but no key of a script", key)
		}
	}
	unchanged := map[string]outcome{} // by the edits of both sides
	for _, key := range slices.Sorted(maps.Keys(schema)) {
		f, ok := fields[key]
		if !ok {
			t.Errorf("%s has no line in this test: say what changes it and where that shows", key)
			continue
		}
		before, ok := unchanged[fmt.Sprint(f.with)]
		if !ok {
			before = follows(t, f.with)
			unchanged[fmt.Sprint(f.with)] = before
		}
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			after := follows(t, append(slices.Clone(f.with), f.edit))
			if before[refused] != "" {
				t.Fatalf("it is refused to begin with: %s", before[refused])
			}
			got := before.differs(after)
			for _, place := range f.where {
				if !slices.Contains(got, place) {
					t.Errorf("%q to %q does not change %s; it changes %v", f.edit.from, f.edit.to, place, got)
				}
			}
			if len(f.where) == 0 {
				t.Errorf("it is not said where %q to %q shows; it changes %v", f.edit.from, f.edit.to, got)
			}
		})
	}
}

// TestEveryWordOfAListDoesSomethingOfItsOwn: two words for the same are one too many,
// and a word that does nothing is a lie.
func TestEveryWordOfAListDoesSomethingOfItsOwn(t *testing.T) {
	for key, words := range schemaKeys(t) {
		f := fields[key]
		if len(words) < 2 || key == "format.fps" || f.edit == (edit{}) {
			continue
		}
		if f.word == "" {
			// Of profiles, few take the same script: what each does is internal/script's to show.
			if !slices.Contains([]string{"when", "subtitles", "ref"}, strings.Split(key, ".")[0]) && words[0] != "true" && key != "season.deliver" {
				t.Errorf("%s has a list of words, and no place of one in this test", key)
			}
			continue
		}
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			name, now, _ := strings.Cut(f.word, ": ")
			seen := map[string]string{}
			for _, word := range words {
				edits := f.with
				if word != now {
					edits = append(slices.Clone(f.with), edit{f.word, name + ": " + word})
				}
				o := follows(t, edits)
				if o[refused] != "" {
					t.Errorf("%s: %s is refused: %s", name, word, o[refused])
				}
				raw := asJSON(o)
				if same, twice := seen[raw]; twice {
					t.Errorf("%s: %s does what %s does", name, word, same)
				}
				seen[raw] = word
			}
		})
	}
}

// TestEveryTemplateOfTheShowsOwnIsUsed: what a show writes in its templates folder
// reaches whom it is for.
func TestEveryTemplateOfTheShowsOwnIsUsed(t *testing.T) {
	for _, purpose := range script.Purposes() {
		t.Run(purpose, func(t *testing.T) {
			t.Parallel()
			episode := theEpisode
			if purpose == "softened" { // asked again with restraint
				episode = strings.Replace(episode, "The street is empty.", `"The street is empty. [fake: refused*1]"`, 1)
			}
			plain := follow(t, theSeason, episode, nil)
			if got := plain.differs(follow(t, theSeason, episode, map[string]string{purpose: "OURS"})); !slices.Contains(got, prompt) {
				t.Errorf("it changes %v", got)
			}
		})
	}
}

func follows(t *testing.T, edits []edit) outcome {
	t.Helper()
	season, episode := theSeason, theEpisode
	for _, e := range edits {
		if n := strings.Count(season+"\x00"+episode, e.from); n != 1 {
			t.Fatalf("%q is %d times in the script", e.from, n)
		}
		season, episode = strings.Replace(season, e.from, e.to, 1), strings.Replace(episode, e.from, e.to, 1)
	}
	return follow(t, season, episode, nil)
}

// schemaKeys are the keys of a script as "definition.key", with the words of its list.
func schemaKeys(t *testing.T) map[string][]string {
	t.Helper()
	var doc struct {
		Defs map[string]struct {
			Properties        map[string]json.RawMessage
			PatternProperties map[string]json.RawMessage
		} `json:"$defs"`
	}
	if err := json.Unmarshal(script.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for def, d := range doc.Defs {
		for key, value := range d.Properties {
			all[def+"."+key] = listedWords(t, value)
		}
		if len(d.PatternProperties) > 0 {
			all[def+".LANGUAGE"] = nil
		}
	}
	// A scene without shots has a shot's keys: they are one and the same.
	for key := range doc.Defs["shot"].Properties {
		delete(all, "scene."+key)
	}
	if len(all) < 90 {
		t.Fatalf("only %d keys were found in the schema", len(all))
	}
	return all
}

// listedWords finds the closed list of a value, if it has one.
func listedWords(t *testing.T, raw json.RawMessage) []string {
	t.Helper()
	var v struct {
		AnyOf []json.RawMessage
		Enum  []any
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, w := range v.Enum {
		if s, ok := w.(string); ok {
			words = append(words, s)
		}
	}
	for _, part := range v.AnyOf {
		words = append(words, listedWords(t, part)...)
	}
	return words
}
