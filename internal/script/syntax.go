package script

// The types below are the language: they drive the decoder, the JSON Schema and
// docs/script-reference.md, which takes its words from the comments here. A key's
// type says how it is written (scalar.go), `need` that it must be there, `enum`
// which list it is from, `range` what numbers it may have, `default` what holds
// when it is left out.

// seasonSyntax is what all episodes of a show share: the file season.yaml, or the
// mapping under `season:` in a single-file episode.
type seasonSyntax struct {
	Where place `yaml:"-"`

	// The show's ID: small letters, digits and dashes. It names everything the show stores.
	Show ident `yaml:"show" need:"yes"`
	// The show's title, in one language or by language.
	Title texts `yaml:"title"`
	// The show in half a sentence, for shop windows. `dailies pack` hands it in; no prompt holds it.
	Tagline texts `yaml:"tagline"`
	// What the show tells, for those who list it. `dailies pack` hands it in; no prompt holds it.
	Synopsis texts `yaml:"synopsis"`
	// The language of the lines (BCP 47: en, zh, pt-BR). `no` is Norwegian.
	Language lang `yaml:"language" need:"yes"`
	// Raster, frame rate and fit of every episode.
	Format formatSyntax `yaml:"format"`
	// The look of the whole show: stock, light, weather, lens. Part of every prompt.
	Look prose `yaml:"look"`
	// What no picture should show; a negative prompt where the model takes one.
	Avoid prose `yaml:"avoid"`
	// The characters by ID. `narrator` is always there and may be given a voice here.
	Cast dict[characterSyntax] `yaml:"cast"`
	// The places by ID.
	Locations dict[locationSyntax] `yaml:"locations"`
	// The things, by ID, that must look the same wherever they are seen.
	Props dict[propSyntax] `yaml:"props"`
	// Who makes the takes: routes by name, read in this order, the first that matches wins, `default` is tried last.
	Routing dict[routeSyntax] `yaml:"routing" default:"{default: [animatic]}"`
	// A storyboard still of each shot, made before its take, which starts from it. Left out: none.
	Stills *stillsSyntax `yaml:"stills"`
	// How many attempts a shot gets before a person is asked.
	Takes takesSyntax `yaml:"takes"`
	// Bake-offs: a share of the shots, drawn at random, is also made by another model, to be voted on blind. Left out: none.
	Compare *compareSyntax `yaml:"compare"`
	// Whether a person has to approve a cut before it is delivered. Left out: nobody has to.
	Review *reviewSyntax `yaml:"review"`
	// Caps on spending. Left out: no cap. An amount of 0: only free providers.
	Budget *budgetSyntax `yaml:"budget"`
	// Where speech comes from: the video model (native), a voice provider over silent takes (voice), or the offline scratch voice (scratch). A scene or a shot may say otherwise.
	Dialogue choice `yaml:"dialogue" enum:"dialogue" default:"native"`
	// What happens to a take that does not say its lines as written, where somebody listens: it is told (warn), another take is made (retake), or the take is kept and its lines are spoken over it by the voice providers that the cast names (voice_over). Of takes whose model speaks.
	Listen choice `yaml:"listen" enum:"listen" default:"warn"`
	// Which languages are burned into the picture and which are delivered beside it.
	Subtitles subtitlesSyntax `yaml:"subtitles"`
	// Music under the whole episode; it ducks under dialogue.
	Score *scoreSyntax `yaml:"score"`
	// The delivery loudness.
	Loudness loudnessSyntax `yaml:"loudness"`
	// Deliver the layers of the mix beside the master, as FLAC: dialogue, effects, music, their sum, and music and effects without dialogue where no take speaks itself.
	Stems yesno `yaml:"stems" default:"false"`
	// The AI-content label at the beginning of every episode.
	Label labelSyntax `yaml:"label"`
	// Who gets the masters: profiles of platforms, law and buyers, which `dailies profiles` lists with their rules and sources. The script is held to them now, every cut by `dailies verify`; label, titles and burned subtitles keep to the part of the picture that all of them leave free. Left out: nobody in particular.
	Deliver []choice `yaml:"deliver" enum:"profile"`
	// How the show is filed in China. With it every episode opens with a card that shows the title and the numbers given here, over the picture; a number that is not given is not shown.
	Filing *filingSyntax `yaml:"filing"`
	// The episode as HLS beside the master: fragmented MP4 at several sizes, playlists, WebVTT. Left out: none; `{}`: at the whole size and at half of it.
	HLS *hlsSyntax `yaml:"hls"`
	// Masters of another shape or without texts, from the same takes, beside the master.
	Versions []versionSyntax `yaml:"versions"`
	// Pictures for shop windows, by their shape: 9:16 is 1080x1920, 3:4 1080x1440, 2:3 1200x1800, 1:1 1080x1080, 4:3 1440x1080, 16:9 1920x1080. Each with and without the show's title.
	Covers []choice `yaml:"covers" enum:"cover"`
	// The episode files, relative to the season file.
	Episodes []path `yaml:"episodes"`
}

// hlsSyntax asks for HTTP Live Streaming: each rung is a size at which all pictures are
// offered, so that a player can follow its network. Players begin with the first.
type hlsSyntax struct {
	Where place `yaml:"-"`

	// The sizes, each of its master's shape and not larger, at most 8. Left out: the master's and half of it.
	Rungs []raster `yaml:"rungs"`
	// Each rung in AV1 too, for players that read it: smaller, and longer in the making.
	AV1 yesno `yaml:"av1" default:"false"`
}

// versionSyntax is a further master of every cut, versions/NAME/master.mp4.
type versionSyntax struct {
	Where place `yaml:"-"`

	// Its name.
	Name ident `yaml:"name" need:"yes"`
	// Width x height in pixels. Left out: the format's.
	Raster raster `yaml:"raster"`
	// How a picture of another shape fills the raster. A shot that is cropped (fill) keeps its `focus`. Left out: the format's, or blur where the shape is another.
	Fit choice `yaml:"fit" enum:"fit"`
	// Burn subtitles and titles into its pictures, laid out for them, where the season does. The AI-content label is shown in any case.
	Texts yesno `yaml:"texts" default:"true"`
	// The version as HLS beside its master, versions/NAME/hls/, at sizes of its own shape. Left out: none, whatever the season has.
	HLS *hlsSyntax `yaml:"hls"`
}

// formatSyntax is the picture format.
type formatSyntax struct {
	// Width x height in pixels, both even: 1080x1920, 1920x1080, 1080x1080 …
	Raster raster `yaml:"raster" default:"1080x1920"`
	// Frames a second: 24 25 30 48 50 60, 23.976 29.97 59.94 (which mean the exact fractions), or a fraction such as 24000/1001.
	FPS rate `yaml:"fps" default:"24"`
	// How a picture of another shape fills the raster: crop it (fill), pad with black (fit), pad with a blurred enlargement (blur).
	Fit choice `yaml:"fit" enum:"fit" default:"fill"`
}

// characterSyntax is a member of the cast.
type characterSyntax struct {
	Where place `yaml:"-"`

	// The name, as prompts and people call the character. Required for all but the narrator.
	Name text `yaml:"name"`
	// Age, hair, face, what makes them known again.
	Looks prose `yaml:"looks"`
	// What they wear, by name; `default` is worn unless a scene's `continuity` says otherwise.
	Wardrobe dict[prose] `yaml:"wardrobe"`
	// Reference pictures (PNG, JPEG, WebP), best first; each may say what it shows.
	Refs []refSyntax `yaml:"refs"`
	// Who speaks their lines when `dialogue` is voice or scratch, and what keeps their voice the same when it is native.
	Voice *voiceSyntax `yaml:"voice"`
	// A file that shows the right to a likeness, signed; named in the manifest. Without it no vendor's library of faces is given one.
	Consent path `yaml:"consent"`
	// The colour of their subtitles, with `subtitles: {colors: true}`: six hexadecimal digits (`ffd23f`), or white, yellow, cyan, green, orange, pink, violet, red, grey. It must be light enough to read on black, and apart from the others'.
	Color color `yaml:"color"`
}

// voiceSyntax is a voice. It has at least one of provider, sample, ids, says and languages.
type voiceSyntax struct {
	Where place `yaml:"-"`

	// The voice provider's name in the config. Required when `dialogue` is voice. When it is native and there is no sample, it speaks one, once, for models that take one.
	Provider ident `yaml:"provider"`
	// The voice's name at that provider; left out: its default for the language.
	Name text `yaml:"name"`
	// Speed in words a minute; left out: the voice's own.
	Rate whole `yaml:"rate" range:"40..600"`
	// Pitch; left out: the voice's own.
	Pitch whole `yaml:"pitch" range:"0..99"`
	// A recording of the voice for models that take one when `dialogue` is native: WAV, 2 to 15 seconds (3 to 10 are best), one speaker, clean and neutral, another sentence than any line.
	Sample path `yaml:"sample"`
	// The voice's id at makers of video that know voices by id, by the type of provider: {kling: …}.
	IDs dict[text] `yaml:"ids"`
	// The voice in words (low, dry, slow), said the same in every prompt of a model that takes neither sample nor id.
	Says prose `yaml:"says"`
	// Who speaks their lines when an episode is dubbed into a language: {en: {provider: …, name: …}}. Left out: the provider above, else the offline scratch voice.
	Languages tongues `yaml:"languages"`
}

// tongueSyntax is a character's voice in another language.
type tongueSyntax struct {
	Where place `yaml:"-"`

	// The voice provider's name in the config.
	Provider ident `yaml:"provider" need:"yes"`
	// The voice's name at that provider; left out: its default for the language.
	Name text `yaml:"name"`
	// Speed in words a minute; left out: the voice's own.
	Rate whole `yaml:"rate" range:"40..600"`
	// Pitch; left out: the voice's own.
	Pitch whole `yaml:"pitch" range:"0..99"`
}

// locationSyntax is a place.
type locationSyntax struct {
	// The name, as prompts call it.
	Name text `yaml:"name"`
	// What it looks like whenever it is seen.
	Looks prose `yaml:"looks"`
	// Reference pictures (PNG, JPEG, WebP), best first; each may say what it shows.
	Refs []refSyntax `yaml:"refs"`
}

// propSyntax is a thing.
type propSyntax struct {
	// The name, as prompts call it.
	Name text `yaml:"name"`
	// What it looks like whenever it is seen.
	Looks prose `yaml:"looks"`
	// Reference pictures (PNG, JPEG, WebP), best first; each may say what it shows.
	Refs []refSyntax `yaml:"refs"`
}

// refRule is a reference picture with what it shows, so that a model is told what to take from it and what to leave.
type refRule struct {
	// The picture (PNG, JPEG, WebP).
	File path `yaml:"file" need:"yes"`
	// What it shows. Of a character: face, body, back, expression, detail; of a place: plate (without people), reverse (seen from the other side), detail; of a prop: detail, back. Left out: all of it counts.
	As choice `yaml:"as" enum:"role"`
	// The only wardrobe in which it shows the character. Left out: any.
	Wardrobe ident `yaml:"wardrobe"`
	// The only time of day at which it shows the place, as scenes write it. Left out: any.
	Time text `yaml:"time"`
}

// routeRule is a route with a condition.
type routeRule struct {
	// Which shots the route takes. `default` has none; every other route has one.
	When *whenSyntax `yaml:"when"`
	// The providers that may make the shot, best first, by their names in the config.
	Use []ident `yaml:"use" need:"yes"`
	// How those that can are ranked: as listed, the cheapest first, or by the studio's own votes where there are enough of them (`dailies leaderboard`).
	Order choice `yaml:"order" enum:"order" default:"listed"`
}

// whenSyntax is a condition on a shot; every part that is written must hold, and
// of a list one word is enough.
type whenSyntax struct {
	// The shot's size.
	Size []choice `yaml:"size" enum:"size"`
	// The camera's move.
	Move []choice `yaml:"move" enum:"move"`
	// Inside or outside.
	Set []choice `yaml:"set" enum:"set"`
	// The location's ID.
	Location []ident `yaml:"location"`
	// At least so many of the cast in the shot.
	CastMin whole `yaml:"cast_min" range:"0..100"`
	// At most so many of the cast in the shot.
	CastMax whole `yaml:"cast_max" range:"0..100"`
	// At least so long.
	DurationMin length `yaml:"duration_min"`
	// At most so long.
	DurationMax length `yaml:"duration_max"`
	// What the shot needs from a model; all of the list.
	Needs []choice `yaml:"needs" enum:"needs"`
}

// stillsSyntax asks for a still of every shot that is made, does not start from
// another shot and has a provider that can start from a picture. It shows what the
// prompt and the references say, is kept, and is made again only when they change.
type stillsSyntax struct {
	Where place `yaml:"-"`

	// The providers of pictures, best first, by their names in the config.
	Use []ident `yaml:"use" need:"yes"`
	// Wait for a person to look at each still before its shot is made: `dailies approve`.
	Approve yesno `yaml:"approve" default:"false"`
}

// takesSyntax says how often a shot is tried.
type takesSyntax struct {
	// Attempts in all, the first one counted.
	Max whole `yaml:"max" range:"1..100" default:"3"`
	// The judge's lowest passing score, where a judge is configured.
	MinScore number `yaml:"min_score" range:"0..1"`
	// A take under the floor of one of the judge's questions (a wrong face, a doubled person,
	// burned-in text …) is NG, where `dailies judge --calibrate` has found that the judge
	// agrees with people on 7 of 10 picks or more; till then it is a warning.
	Floors yesno `yaml:"floors" default:"false"`
	// So many takes that pass are made of each shot, and the judge says which is the best,
	// two by two, each pair in both orders. They count for `max`.
	BestOf whole `yaml:"best_of" range:"1..10" default:"1"`
	// After so many NG takes nothing more is submitted, by an episode, or by a season
	// of them: a broken prompt should not burn the budget. Without it there is no end.
	FailedAfter whole `yaml:"failed_after" range:"1..10000"`
	// Make takes as drafts where the model sells them: small, cheap, and good for a week or
	// so. Their finals, which are the same takes at full size, are bought with `dailies final`.
	Draft yesno `yaml:"draft" default:"false"`
	// auto: neighbours of one scene are made in one call where that costs less, as with shots
	// shorter than the model makes, and are cut apart where its clip cuts. One that is not cut as
	// asked is NG for all its shots, each of which is then made by itself.
	Pack choice `yaml:"pack" enum:"pack" default:"off"`
}

// compareSyntax asks for bake-offs. The other model's take is bought once, from what
// the caps leave when the shots' own takes are paid for; nothing waits for it, and it
// is never in a cut unless a person circles it.
type compareSyntax struct {
	Where place `yaml:"-"`

	// How many of the shots: 5%, 0.5%.
	Share percent `yaml:"share" need:"yes"`
	// The providers that are compared with whoever makes the shot, by their names in the config; one of another model is drawn for each shot.
	With []ident `yaml:"with" need:"yes"`
}

// reviewSyntax asks for a person's approval of every cut. A cut that waits for it is whole,
// can be watched and shared, and is delivered when somebody approves it: in the Studio, by
// a review link, or with `dailies review approve`.
type reviewSyntax struct {
	// Deliver no cut that nobody has approved.
	Required yesno `yaml:"required" need:"yes"`
}

// budgetSyntax caps spending.
type budgetSyntax struct {
	Where place `yaml:"-"`

	// ISO 4217: CNY, USD, EUR …
	Currency currency `yaml:"currency" need:"yes"`
	// Cap for each episode.
	Episode amount `yaml:"episode"`
	// Cap for the whole season.
	Season amount `yaml:"season"`
	// When the next take would pass a cap: wait for a person (pause) or end (stop).
	OnExceed choice `yaml:"on_exceed" enum:"on_exceed" default:"pause"`
}

// subtitlesSyntax names the subtitle languages.
type subtitlesSyntax struct {
	// The language that is burned into the picture, or `none`.
	Burn burn `yaml:"burn" default:"none"`
	// The languages that are delivered as files and soft tracks.
	Sidecar []lang `yaml:"sidecar"`
	// The forms of those files: SubRip, WebVTT, TTML (IMSC 1.1 Text), Advanced SubStation.
	Formats []choice `yaml:"formats" enum:"format" default:"[srt, vtt]"`
	// The titles on the pictures as a file of their own, for versions without them: in the season's language, in the same forms.
	Titles yesno `yaml:"titles" default:"false"`
	// Each speaker's lines in a colour of their own: burned in, and in VTT, TTML and ASS. Characters are given light, distinct colours in the order of `cast`, unless they have a `color`; who is in no cast speaks in light grey.
	Colors yesno `yaml:"colors" default:"false"`
	// With `colors`: in SRT too, as `<font>` tags, which some players show as letters.
	FontTags yesno `yaml:"font_tags" default:"false"`
}

// scoreSyntax is the music.
type scoreSyntax struct {
	// An audio file (FLAC, WAV, MP3, M4A, Ogg, AIFF).
	File path `yaml:"file" need:"yes"`
	// LUFS of the music before it ducks.
	Level number `yaml:"level" range:"-60..0" default:"-24"`
	// How long it takes to fade in at the episode's beginning.
	FadeIn length `yaml:"fade_in" default:"0s"`
	// How long it takes to fade out at the episode's end.
	FadeOut length `yaml:"fade_out" default:"1.5s"`
	// What the music is called, as the cue sheet of `dailies pack` says it.
	Title text `yaml:"title"`
	// Who wrote it, as the cue sheet says it.
	Composer text `yaml:"composer"`
	// A file that shows the right to use it; `dailies pack` hands it in.
	Licence path `yaml:"licence"`
}

// loudnessSyntax is the delivery loudness.
type loudnessSyntax struct {
	// Integrated loudness in LUFS.
	Integrated number `yaml:"integrated" range:"-36..-5" default:"-16"`
	// The highest true peak in dBTP.
	TruePeak number `yaml:"true_peak" range:"-9..0" default:"-1.5"`
}

// labelSyntax is the AI-content label. It is on unless `off: true` says why not.
type labelSyntax struct {
	Where place `yaml:"-"`

	// No label; needs a reason.
	Off yesno `yaml:"off" default:"false"`
	// Why there is no label; kept in the manifest.
	Reason text `yaml:"reason"`
	// The words shown; left out: AI-generated, or AI生成 where the language is Chinese.
	Text text `yaml:"text"`
	// Where on the picture.
	Position choice `yaml:"position" enum:"position" default:"top-left"`
	// For how many seconds from the first frame; `all`: to the end.
	Seconds stay `yaml:"seconds" range:"2..600" default:"3"`
	// Who answers for the content, as manifest and metadata name them: a code of printable ASCII.
	Producer text `yaml:"producer"`
	// The code of 27 characters that the service provider has in China, which the metadata then name instead.
	Code text `yaml:"code"`
}

// filingSyntax is what the authorities in China have given the show. Numbers are shown as they are written.
type filingSyntax struct {
	Where place `yaml:"-"`

	// The class of the drama by its investment and subject.
	Class choice `yaml:"class" enum:"filing" default:"other"`
	// The number of the licence (网剧审字 or what took its place).
	License text `yaml:"license"`
	// The number of the approval document.
	Approval text `yaml:"approval"`
	// The programme's number.
	Programme text `yaml:"programme"`
	// For how many seconds the card is shown.
	Seconds number `yaml:"seconds" range:"2..30" default:"3"`
}
