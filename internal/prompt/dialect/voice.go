package dialect

import (
	"fmt"
	"maps"

	"github.com/dailies/dailies/internal/drama"
)

// voices says of each speaker, before the lines, whose voice is heard: that of a sound or
// id that is sent, else the one that the script describes, in the same words every time.
func (t *telling) voices() (all []string) {
	numbers := maps.Clone(t.speakers)
	for _, l := range t.b.Lines {
		if !drama.Audible(l.Say) || t.voiced[l.Who] {
			continue
		}
		t.voiced[l.Who] = true
		if numbers[l.Who] == 0 {
			numbers[l.Who] = len(numbers) + 1
		}
		v := map[string]string{"name": t.named(l.Who, l.Name), "s": fmt.Sprint(numbers[l.Who])}
		if l.Who == drama.Narrator {
			v["name"] = t.raw("narrator")
		}
		tag, sent := t.s.Voices[l.Who]
		switch {
		case tag != "":
			v["tag"] = tag
			all = append(all, t.say("voice", v))
		case !sent && l.Voice != nil && l.Voice.Says != "":
			v["says"] = clause(l.Voice.Says)
			all = append(all, t.say("voice_says", v))
		}
	}
	return all
}
