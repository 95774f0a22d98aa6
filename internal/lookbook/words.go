package lookbook

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
)

// What a sheet shows, in the language of the show's directions: in front of a plain
// ground and in even light, for ground, pose and light of a picture are copied too.
var actions = map[drama.Role]struct{ size, en, zh string }{
	drama.RoleFace:       {"CU", "{name} looks straight into the camera with a neutral expression, lips closed, seen from the front, in soft even light before a plain light grey background", "{name}正面看向镜头，表情平静，嘴唇闭合，光线柔和均匀，背景为纯浅灰色"},
	drama.RoleExpression: {"CU", "{name} looks into the camera and smiles a little, lips closed, seen from the front, in soft even light before a plain light grey background", "{name}正面看向镜头，微微一笑，嘴唇闭合，光线柔和均匀，背景为纯浅灰色"},
	drama.RoleBody:       {"LS", "{name} stands upright, seen in full from head to feet, arms at the sides, facing the camera, in soft even light before a plain light grey background", "{name}直立站着，从头到脚完整入画，双臂自然下垂，面向镜头，光线柔和均匀，背景为纯浅灰色"},
	drama.RoleBack:       {"LS", "{name} stands upright with the back to the camera, seen in full from head to feet, in soft even light before a plain light grey background", "{name}背对镜头直立站着，从头到脚完整入画，光线柔和均匀，背景为纯浅灰色"},
	drama.RolePlate:      {"MLS", "{name} is empty: nobody is there, and all furnishings are in their place", "{name}空无一人，陈设都在原位"},
	drama.RoleReverse:    {"MLS", "{name} is empty, looked at from the opposite side: nobody is there, and all furnishings are in their place", "从相反方向看{name}，空无一人，陈设都在原位"},
	drama.RoleDetail:     {"insert", "{name} alone and whole, on a plain light grey ground in soft even light", "单独一件完整的{name}，放在纯浅灰色的背景上，光线柔和均匀"},
}

// words are size and action of a sheet.
func words(season drama.Season, s drama.Sheet) (size, action string) {
	var name, looks string
	switch s.Kind {
	case "cast":
		c := season.Cast[s.ID]
		name, looks = c.Name, c.Looks
	case "location":
		l := season.Locations[s.ID]
		name, looks = l.Name, l.Looks
	case "prop":
		q := season.Props[s.ID]
		name, looks = cmp.Or(q.Name, q.Looks), q.Looks
	}
	name = cmp.Or(name, strings.ReplaceAll(s.ID, "-", " "))
	a := actions[s.As]
	text := a.en
	if chinese(looks) || looks == "" && strings.HasPrefix(season.Language, "zh") {
		text = a.zh
	}
	return a.size, strings.ReplaceAll(text, "{name}", name)
}

func chinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
