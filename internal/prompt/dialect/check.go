package dialect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// uses are the phrases that a part is made of.
var uses = map[string][]string{
	"framing": {"framing", "lens", "of", "anything", "mention", "comma", "and"}, "move": {"move"}, "action": {"action", "ends"},
	"people": {"person", "worn", "dressed"}, "place": {"place", "spot", "comma"}, "props": {"props", "thing", "semicolon"},
	"bind": {"bind_cast", "bind_dressed", "bind_prop", "bind_location", "bind_face", "bind_body", "bind_back", "bind_expression", "bind_reverse", "bind_detail", "mention"}, "opening": {"opening"}, "keep": {"keep"}, "known": {"known", "known_one", "semicolon"}, "twins": {"twins"},
	"summary": {"summary", "mention"}, "retention": {"retain_cast", "retain_prop", "retain_location"},
	"lines":  {"voice", "voice_says", "line", "vo", "os", "narration", "narration_of", "inner", "shut", "pause", "turn", "mute", "wordless", "talk", "talk_all", "unvoiced", "trait", "narrator"},
	"silent": {"silent", "silent_all"}, "only_lines": {"only_lines", "only_line"}, "sound": {"sound", "ambience"}, "music": {"music"},
	"mood": {"mood"}, "look": {"look"}, "note": {"note"}, "avoid": {"avoid", "covered"}, "restraint": {"restraint"},
	"clean": {"clean"}, "single": {"single"}, "upright": {"upright"}, "summary_shots": {"summary_shots", "mention"},
}

// must are the parts without which a dialect would keep something of the script or of
// a person to itself. People's looks may be the pictures' business, not the action; the style may be a frame's.
var must = []string{"action", "note", "restraint", "lines"}

// check refuses a dialect that is incomplete, and one that holds what is never used.
func check(d *Dialect) error {
	x := d.data
	if x.Guide == "" {
		return fmt.Errorf("guide is missing: say which page the dialect follows")
	}
	if x.Avoid != "prose" && x.Avoid != "drop" || x.Field != "" && x.Field != "nouns" && x.Field != "written" {
		return fmt.Errorf("avoid is prose or drop, field is nouns or written")
	}
	if x.Field == "" {
		x.Field = "written"
	}
	if (x.Marks.Line[0] == "") != (x.Marks.Line[1] == "") || (x.Marks.Sound[0] == "") != (x.Marks.Sound[1] == "") {
		return fmt.Errorf("marks come in pairs")
	}
	if len(x.Order) == 0 {
		return fmt.Errorf("order is missing")
	}
	used := map[string]bool{"clean_field": true, "comma": true, "and": true}
	for mode, order := range x.Order {
		if !slices.Contains([]Mode{Text, FirstFrame, References, Image}, mode) {
			return fmt.Errorf("order.%s: the modes are text, first_frame, references and image", mode)
		}
		var all []string
		for _, p := range order {
			if p.None != "" && p.Head == "" {
				return fmt.Errorf("order.%s: a paragraph with none has a head", mode)
			}
			for _, part := range p.Parts {
				if parts[part] == nil {
					return fmt.Errorf("order.%s: there is no part %q; there are %s", mode, part, strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
				}
				all = append(all, part)
				for _, key := range uses[part] {
					used[key] = true
				}
			}
		}
		for _, part := range must {
			if !slices.Contains(all, part) && (mode != Image || part != "lines") {
				return fmt.Errorf("order.%s: the part %s is missing", mode, part)
			}
		}
		if x.Avoid == "prose" != slices.Contains(all, "avoid") {
			return fmt.Errorf("order.%s: the part avoid stands where avoid: prose is said, and nowhere else", mode)
		}
	}
	if err := x.Shots.check(x, used); err != nil {
		return err
	}
	for code, l := range d.in {
		for key := range used {
			if _, ok := l.say[key]; !ok {
				return fmt.Errorf("say.%s.%s is missing", code, key)
			}
		}
	}
	for code, own := range x.Say {
		for key := range own {
			if d.in[code] == nil || !used[key] {
				return fmt.Errorf("say.%s.%s is never said: no part of any order uses it", code, key)
			}
		}
	}
	return nil
}
