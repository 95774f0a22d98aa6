package script

// episodeSyntax is one episode: a file such as ep01.yaml.
type episodeSyntax struct {
	Where place `yaml:"-"`

	// The season file, relative to this one (season.yaml, ../season.yaml), or the season itself as a mapping.
	Season seasonLink `yaml:"season" need:"yes"`
	// The episode's number.
	Episode whole `yaml:"episode" range:"0..9999" need:"yes"`
	// The episode's title, in one language or by language.
	Title texts `yaml:"title"`
	// What makes people stay, in a sentence. The manifest of every cut says it; no prompt holds it.
	Hook prose `yaml:"hook"`
	// What happens in the episode, for those who list it. `dailies pack` hands it in; no prompt holds it.
	Synopsis texts `yaml:"synopsis"`
	// The scenes in order.
	Scenes []sceneSyntax `yaml:"scenes" need:"yes"`
}

// sceneSyntax is a run of shots in one place and time. A scene without `shots` is
// one shot, prompted as a whole; its slate is the scene's number, and it may have
// every key of a shot but `shot`.
type sceneSyntax struct {
	Where place `yaml:"-"`

	// The scene's number: digits, then letters, digits or dashes.
	Scene slate `yaml:"scene" need:"yes"`
	// Inside or outside.
	Set choice `yaml:"set" enum:"set"`
	// The location's ID.
	Location ident `yaml:"location"`
	// The time of day: night, dawn, a rainy afternoon.
	Time prose `yaml:"time"`
	// The mood of the scene.
	Mood prose `yaml:"mood"`
	// Who wears what in this scene: cast ID to wardrobe name.
	Continuity dict[ident] `yaml:"continuity"`
	// The prompt of a scene without shots.
	ScenePrompt prose `yaml:"scene_prompt"`
	// The shots in order.
	Shots []shotSyntax `yaml:"shots"`

	shotKeys `yaml:",inline"`
}

// shotSyntax is one camera set-up.
type shotSyntax struct {
	Where place `yaml:"-"`

	// The slate: digits, then letters, digits or dashes (1A, 12-B); unique in the episode without regard to case.
	Shot slate `yaml:"shot" need:"yes"`

	shotKeys `yaml:",inline"`
}

// shotKeys describe a shot. It needs at least one of action, lines, title,
// footage and (in a scene without shots) scene_prompt.
type shotKeys struct {
	// How much of the subject the frame holds.
	Size choice `yaml:"size" enum:"size"`
	// The camera's height or tilt.
	Angle choice `yaml:"angle" enum:"angle"`
	// The camera's move.
	Move choice `yaml:"move" enum:"move"`
	// The lens: 35mm, 85mm anamorphic.
	Lens prose `yaml:"lens"`
	// How long the shot is: 4s, 4.5s, 1m2s or 96f. Left out: 5s, or with footage the clip's own length.
	Duration length `yaml:"duration" default:"5s"`
	// Who is in the picture, by cast ID.
	Cast []ident `yaml:"cast"`
	// Which props are in the picture, by prop ID.
	Props []ident `yaml:"props"`
	// What happens, as a camera would see it.
	Action prose `yaml:"action"`
	// What is heard besides the lines.
	Sound prose `yaml:"sound"`
	// What is said, in order.
	Lines []lineSyntax `yaml:"lines"`
	// Where the speech of this shot comes from, in place of the season's `dialogue`. In a scene with shots it holds for those that say nothing themselves.
	Dialogue choice `yaml:"dialogue" enum:"dialogue"`
	// Sounds from files that are laid under the shot: a door, a phone. They ring on over its end.
	Effects []effectSyntax `yaml:"effects"`
	// The transition into the next shot: cut, or fade, dissolve, wipe and its length (dissolve 12f, fade 0.5s).
	Cut transition `yaml:"cut" default:"cut"`
	// The providers for this shot, instead of the routing.
	Use []ident `yaml:"use"`
	// The seed of the first take.
	Seed whole `yaml:"seed" range:"0..4294967295"`
	// Text on the picture.
	Title *titleSyntax `yaml:"title"`
	// A clip someone shot or made; no provider is asked.
	Footage path `yaml:"footage"`
	// Where in the footage the shot begins.
	In length `yaml:"in" default:"0s"`
	// Leave the footage's own sound out.
	Mute yesno `yaml:"mute" default:"false"`
	// Start from another shot's frame: 1A.last (or just 1A), 1A.first.
	From fromLink `yaml:"from"`
	// End on another shot's frame, beside `from`: 1C.first (or just 1C), 1C.last. For models that take a first and a last frame.
	To toLink `yaml:"to"`
	// Make a still of this shot first, where the season has `stills`.
	Still yesno `yaml:"still" default:"true"`
	// Where the subject is: what a cropped picture keeps. left, right, top, bottom (a quarter from that edge), center, or how far from the left (top where height is cropped), 0 to 1.
	Focus focus `yaml:"focus" default:"center"`
}

// lineSyntax is one speech. A translation is a further key: a language of the
// season's `language` or `subtitles`.
type lineSyntax struct {
	Where place `yaml:"-"`

	// Who speaks: a cast ID or `narrator`.
	Who ident `yaml:"who" need:"yes"`
	// How the line is heard: on screen, voice-over, off-screen, as narration, as an inner voice. Left out: dialogue, for the narrator narration.
	Kind choice `yaml:"kind" enum:"kind" default:"dialogue"`
	// The words, in the season's language.
	Say prose `yaml:"say" need:"yes"`
	// Direction in a word or two: flat, whispering.
	Tone prose `yaml:"tone"`
	// The line in a subtitle language.
	Translation dict[prose] `yaml:",languages"`
}

// effectSyntax is a sound of a file.
type effectSyntax struct {
	Where place `yaml:"-"`

	// An audio file (FLAC, WAV, MP3, M4A, Ogg, AIFF), of one channel, two or six.
	File path `yaml:"file" need:"yes"`
	// When it begins, from the shot's beginning.
	At length `yaml:"at" default:"0s"`
	// How much louder or quieter than in the file, in dB.
	Level number `yaml:"level" range:"-60..20" default:"0"`
}

// titleSyntax is text on the picture.
type titleSyntax struct {
	// The words.
	Text prose `yaml:"text" need:"yes"`
	// Where on the picture.
	Position choice `yaml:"position" enum:"position" default:"center"`
}
