package script

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
)

// The closed lists of the language, in the order in which the schema and the
// reference show them. Words are matched without regard to case and kept in the
// spelling given here.

// Sets are where a scene plays.
func Sets() []string { return []string{"INT", "EXT", "INT/EXT"} }

// Sizes are the shot sizes, from extreme close-up to extreme wide, then framings.
func Sizes() []string {
	return []string{"ECU", "CU", "MCU", "MS", "MLS", "LS", "WS", "EWS", "OTS", "POV", "two-shot", "insert"}
}

// Angles are the camera's heights and tilts.
func Angles() []string {
	return []string{"eye", "high", "low", "birds-eye", "worms-eye", "dutch"}
}

// Moves are the camera's moves.
func Moves() []string {
	return []string{
		"static", "pan-left", "pan-right", "tilt-up", "tilt-down", "push-in", "pull-out", "truck-left", "truck-right",
		"pedestal-up", "pedestal-down", "orbit", "tracking", "handheld", "zoom-in", "zoom-out", "crane-up", "crane-down",
		"whip-pan", "rack-focus",
	}
}

// LineKinds are the ways a line is heard.
func LineKinds() []string {
	return []string{
		string(drama.LineDialogue), string(drama.LineVO), string(drama.LineOS), string(drama.LineNarration), string(drama.LineInner),
	}
}

// Cuts are the transitions into the next shot.
func Cuts() []string {
	return []string{string(media.Cut), string(media.Fade), string(media.Dissolve), string(media.Wipe)}
}

// Fits are the ways a picture of another shape fills the raster.
func Fits() []string {
	return []string{string(media.FitFill), string(media.FitFit), string(media.FitBlur)}
}

// Covers are the shapes of pictures for shop windows.
func Covers() []string { return []string{"9:16", "3:4", "2:3", "1:1", "4:3", "16:9"} }

// coverRaster is the size that a cover of a shape has.
func coverRaster(shape string) media.Raster {
	return map[string]media.Raster{
		"9:16": {Width: 1080, Height: 1920}, "3:4": {Width: 1080, Height: 1440}, "2:3": {Width: 1200, Height: 1800},
		"1:1": {Width: 1080, Height: 1080}, "4:3": {Width: 1440, Height: 1080}, "16:9": {Width: 1920, Height: 1080},
	}[shape]
}

// Packs are whether neighbours are made in one call.
func Packs() []string { return []string{"auto", "off"} }

// Listens are what happens to a take that does not say its lines as written.
func Listens() []string {
	return []string{string(drama.ListenWarn), string(drama.ListenRetake), string(drama.ListenVoiceOver)}
}

// Dialogues are the sources of speech.
func Dialogues() []string {
	return []string{string(drama.DialogueNative), string(drama.DialogueVoice), string(drama.DialogueScratch)}
}

// Positions are the places of titles and of the label on the picture.
func Positions() []string {
	return []string{"top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"}
}

// Needs are what a route may ask of the shots it takes.
func Needs() []string {
	return []string{"audio", "last_frame", "references", "seed", "first_frame"}
}

// Orders are how a route ranks its providers.
func Orders() []string { return []string{"listed", "price", "leaderboard"} }

// OnExceeds are what happens when a budget would be passed.
func OnExceeds() []string { return []string{"pause", "stop"} }

// Filings are the classes of micro-dramas in China.
func Filings() []string { return []string{"key", "ordinary", "other"} }

// FrameRates are the rates that may be written as a number; fractions such as
// 24000/1001 are allowed too.
func FrameRates() []string {
	return []string{"24", "25", "30", "48", "50", "60", "23.976", "29.97", "59.94"}
}

// Purposes are the templates that a show may override, in its templates folder as
// <purpose>.tmpl.
func Purposes() []string {
	return []string{"shot", "scene", "character", "location", "negative", "softened", "voice"}
}

// choices returns the list that an enum tag of the syntax types names.
func choices(name string) []string {
	switch name {
	case "set":
		return Sets()
	case "size":
		return Sizes()
	case "angle":
		return Angles()
	case "move":
		return Moves()
	case "kind":
		return LineKinds()
	case "fit":
		return Fits()
	case "cover":
		return Covers()
	case "dialogue":
		return Dialogues()
	case "listen":
		return Listens()
	case "pack":
		return Packs()
	case "remark":
		return Remarks()
	case "role":
		return Roles()
	case "position":
		return Positions()
	case "needs":
		return Needs()
	case "order":
		return Orders()
	case "on_exceed":
		return OnExceeds()
	case "profile":
		return profile.Names()
	case "filing":
		return Filings()
	case "format":
		return SubtitleFormats()
	}
	return nil
}

// SubtitleFormats are the forms of files with subtitles.
func SubtitleFormats() []string {
	var all []string
	for _, f := range drama.SubtitleFormats {
		all = append(all, string(f))
	}
	return all
}

// canonical finds a word in a list without regard to case.
func canonical(word string, list []string) (string, bool) {
	for _, w := range list {
		if strings.EqualFold(w, word) {
			return w, true
		}
	}
	return "", false
}
