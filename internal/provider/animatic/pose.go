package animatic

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// restPose is somebody standing at ease; the arms belong to the figure.
func restPose(seed uint64) pose {
	p := pose{kind: "stand"}
	p.near = arm{0.045, -0.265, 0.040, -0.500}
	p.far = arm{0.040, -0.270, 0.022, -0.505}
	if at(seed, 1, 60) > 0.7 {
		p.near = arm{0.085, -0.25, -0.02, -0.44}
	}
	return p
}

// poseFor reads the action. The verbs count for everybody unless the text names
// the character: then only the sentence that does.
func poseFor(act words, c drama.BriefCast, n int, seed uint64) pose {
	w := act
	if n > 1 {
		w = sentencesAbout(act.raw, c)
	}
	p := restPose(seed)
	switch {
	case w.has("run", "sprint", "flee", "chase", "rush", "dash", "跑", "追"):
		p.kind = "run"
		p.near = arm{0.05, -0.23, -0.12, -0.20}
		p.far = arm{0.05, -0.23, -0.12, -0.20}
	case w.has("walk", "enter", "leave", "stroll", "approach", "cross", "arrive", "step", "pace", "march", "follow", "走", "进"):
		p.kind = "walk"
	case w.has("sit", "sat", "seated", "desk", "bench", "drive", "driving", "kneel", "crouch", "eat", "坐"):
		p.kind = "sit"
		p.near = arm{0.06, -0.25, -0.09, -0.38}
		p.far = arm{0.06, -0.25, -0.07, -0.38}
	}
	switch {
	case w.has("phone", "call", "dial", "电话") && w.has("call", "speak", "ear", "answer", "talk", "ring", "voice"):
		p.near = arm{0.13, -0.20, -0.045, 0.10}
		p.prop, p.propC = "phone", hex(0x1b1d25)
	case w.has("phone", "text", "scroll", "screen", "手机"):
		p.near = arm{0.08, -0.25, -0.085, -0.10}
		p.prop, p.propC = "phone", hex(0x1b1d25)
		p.look, p.head = -0.8, 0.06
	case w.has("gun", "pistol", "aim", "revolver", "枪"):
		p.near = arm{0.12, -0.10, 0.36, -0.02}
		p.prop, p.propC = "gun", hex(0x22242b)
	case w.has("knife", "blade", "sword", "dagger", "刀", "剑"):
		p.near = arm{0.09, -0.24, 0.03, -0.09}
		p.prop, p.propC = "knife", hex(0xc6ccd6)
	case w.has("umbrella", "伞"):
		p.near = arm{0.07, -0.25, -0.035, -0.03}
		p.prop, p.propC = "umbrella", hex(0x7a2f3a)
	case w.has("letter", "envelope", "note", "paper", "document", "file", "photo", "photograph", "picture", "信", "照片"):
		p.near = arm{0.08, -0.25, -0.095, -0.13}
		p.prop, p.propC = "letter", hex(0xf0e7d3)
		p.look, p.head = -0.8, 0.06
	case w.has("glass", "wine", "whisky", "whiskey", "champagne", "toast", "酒"):
		p.near = arm{0.08, -0.25, -0.05, -0.08}
		p.prop, p.propC = "glass", hex(0xb8404a)
	case w.has("cup", "coffee", "tea", "drink", "mug", "sip", "杯", "咖啡", "茶"):
		p.near = arm{0.08, -0.25, -0.08, -0.13}
		p.prop, p.propC = "cup", hex(0xe9e2d6)
	case w.has("flower", "bouquet", "rose", "花"):
		p.near = arm{0.08, -0.25, -0.08, -0.12}
		p.prop, p.propC = "flower", hex(0xd84a5e)
	case w.has("wipe", "counter", "clean", "cook", "type", "write", "擦"):
		p.near = arm{0.09, -0.23, -0.06, -0.36}
		p.far = arm{0.06, -0.25, -0.05, -0.36}
		p.look, p.head = -0.7, 0.07
		p.prop = "cloth"
		p.propC = hex(0xd8dde0)
		if !w.has("wipe", "clean") {
			p.prop = ""
		}
	case w.has("point", "指"):
		p.near = arm{0.14, -0.08, 0.42, 0.01}
	case w.has("wave", "挥手"):
		p.near = arm{0.16, -0.16, 0.17, 0.14}
	case w.has("cross her arms", "crosses her arms", "crosses his arms", "cross his arms", "arms crossed", "folds her arms", "folds his arms"):
		p.near = arm{0.06, -0.24, -0.20, -0.19}
		p.far = arm{0.06, -0.24, -0.18, -0.22}
	case w.has("bag", "suitcase", "briefcase", "backpack", "包"):
		p.prop, p.propC = "bag", hex(0x6a4a34)
	case w.has("jacket", "coat") && w.has("hold", "carry", "hand", "bring", "drape"):
		p.near = arm{0.07, -0.25, -0.10, -0.22}
		p.prop, p.propC = "jacket", hex(0x48617a)
	case w.has("key", "keys", "ring", "necklace", "钥匙", "戒指") && !w.has("rings"):
		p.near = arm{0.08, -0.25, -0.07, -0.10}
		p.prop, p.propC = "key", hex(0xd6b35c)
	case w.has("book", "read", "notebook", "书"):
		p.near = arm{0.08, -0.25, -0.10, -0.14}
		p.prop, p.propC = "book", hex(0x7b3b34)
		p.look, p.head = -0.8, 0.05
	case w.has("tablet", "laptop", "folder", "clipboard"):
		p.near = arm{0.08, -0.25, -0.12, -0.17}
		p.prop, p.propC = "book", hex(0x3a4048)
	case w.has("cries", "cry", "sob", "weep", "tear", "哭"):
		p.near = arm{0.10, -0.23, -0.12, 0.055}
		p.look, p.head = -0.7, 0.10
	}
	switch {
	case w.has("turns away", "turn away", "back to us", "from behind", "walks away", "walk away", "back to camera", "背影"):
		p.away = true
	case w.has("look down", "looks down", "lower", "bow", "ashamed", "does not look up", "doesn't look up", "低头"):
		p.look, p.head = -0.9, 0.08
	case w.has("look up", "looks up", "gaze up", "stares up", "抬头"):
		p.look, p.head = 0.8, -0.06
	}
	if w.has("bow", "lean", "鞠躬") {
		p.bow = 0.12
	}
	return p
}

// sentencesAbout keeps the sentences that name a character, or all of the text
// if none does.
func sentencesAbout(raw string, c drama.BriefCast) words {
	names := []string{strings.ReplaceAll(c.ID, "-", " ")}
	for n := range strings.FieldsSeq(strings.ToLower(c.Name)) {
		if len(n) > 1 {
			names = append(names, n)
		}
	}
	var kept []string
	for _, s := range strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune(".!?;。！？；", r) }) {
		for _, n := range names {
			if n != "" && strings.Contains(s, n) {
				kept = append(kept, s)
				break
			}
		}
	}
	if len(kept) == 0 {
		return words{set: map[string]bool{}}
	}
	return wordsOf(strings.Join(kept, " . "))
}

// browsFor reads a feeling from a tone, else from the mood or action.
func browsFor(first, then words) brows {
	for _, w := range []words{first, then} {
		switch {
		case w.has("angry", "furious", "shout", "rage", "snap", "threatening", "harsh", "bitter", "怒"):
			return brows{raise: -0.4, anger: 1, mouth: -0.5}
		case w.has("sad", "cry", "tearful", "broken", "grief", "sorrow", "melancholy", "lonely", "quiet", "悲", "哭"):
			return brows{raise: 0.3, mouth: -0.8, lid: 0.10}
		case w.has("happy", "smile", "laugh", "cheerful", "warm", "tender", "joke", "playful", "love", "romantic", "grin", "笑", "温"):
			return brows{raise: 0.3, mouth: 0.9, lid: 0.08}
		case w.has("surprise", "shock", "stunned", "gasp", "sees", "realise", "realize", "startled", "disbelief", "惊"):
			return brows{raise: 1, mouth: -0.2}
		case w.has("afraid", "fear", "scared", "terrified", "nervous", "uneasy", "anxious", "tense", "whisper", "worried", "恐", "紧张", "不安"):
			return brows{raise: 0.7, mouth: -0.45}
		case w.has("tired", "flat", "bored", "sleepy", "weary", "cold", "calm", "疲", "冷"):
			return brows{raise: -0.1, mouth: -0.12, lid: 0.20}
		case w.has("suspicious", "stern", "serious", "determined", "firm", "sly", "坚定"):
			return brows{raise: -0.2, anger: 0.55, mouth: -0.2, lid: 0.12}
		}
	}
	return brows{mouth: 0.08}
}
