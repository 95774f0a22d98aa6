package prompt

import "strings"

// The script's enums as a camera department would say them. They are functions,
// not variables, because a table that nobody can write to needs no guard.

func sizes() map[string]string {
	return map[string]string{
		"ecu": "extreme close-up", "cu": "close-up", "mcu": "medium close-up", "ms": "medium shot",
		"mls": "medium long shot", "ls": "long shot", "ws": "wide shot", "ews": "extreme wide shot",
		"ots": "over-the-shoulder shot", "pov": "point-of-view shot", "two-shot": "two-shot",
		"insert": "insert shot",
	}
}

func angles() map[string]string {
	return map[string]string{
		"eye": "at eye level", "high": "from a high angle", "low": "from a low angle",
		"birds-eye": "from straight above", "worms-eye": "from the ground, looking straight up",
		"dutch": "with a dutch tilt",
	}
}

func moves() map[string]string {
	return map[string]string{
		"static": "the camera is locked off", "pan-left": "the camera pans left", "pan-right": "the camera pans right",
		"tilt-up": "the camera tilts up", "tilt-down": "the camera tilts down",
		"push-in": "the camera slowly pushes in", "pull-out": "the camera slowly pulls out",
		"truck-left": "the camera trucks left", "truck-right": "the camera trucks right",
		"pedestal-up": "the camera rises straight up", "pedestal-down": "the camera sinks straight down",
		"orbit": "the camera orbits the subject", "tracking": "the camera tracks along with the movement",
		"handheld": "the camera is handheld, breathing slightly", "zoom-in": "the lens zooms in", "zoom-out": "the lens zooms out",
		"crane-up": "the camera cranes up", "crane-down": "the camera cranes down",
		"whip-pan": "the camera whip-pans", "rack-focus": "the focus racks from foreground to background",
	}
}

// languageName is the English name of a BCP 47 tag's language, empty where it is
// not among the common ones: models then go by the words themselves.
func languageName(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return map[string]string{
		"ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
		"id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish",
		"pt": "Portuguese", "ru": "Russian", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
		"yue": "Cantonese", "zh": "Mandarin Chinese",
	}[base]
}
