package script

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
)

// color is a colour of subtitles: a name, or #rrggbb.
type color struct {
	mark
	Hex string
}

func (c *color) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a colour such as yellow or ffd23f")
	if !m.set() {
		return
	}
	hex, ok := lettering.Color(s)
	if !ok {
		d.hintf(m, d.didYouMean(s, lettering.ColorNames()), "%s is no colour; write six hexadecimal digits (ffd23f) or one of white, yellow, cyan, green, orange, pink, violet, red, grey", quote(s))
		return
	}
	c.Hex, c.mark = hex, m
}

// colors gives the cast the colours of their subtitles, in the order in which it is
// written, so that a character has theirs in every episode.
func (b *builder) colors(s *seasonSyntax, out *drama.Season) {
	var taken []string
	by := map[string]string{} // colour → who has it
	for _, e := range s.Cast {
		c := e.Value.Color
		if !c.set() {
			continue
		}
		if !out.Subtitles.Colors {
			b.hintf(c.mark, "add subtitles: {colors: true}, or remove the key", "the color of %s shows nowhere: subtitles have no colours", e.Key.Text)
			continue
		}
		if is := lettering.Contrast(c.Hex, lettering.Black); is < lettering.ReadableContrast {
			b.hintf(c.mark, "take a lighter one", "%s is too dark to be read in its black outline: its contrast is %s to 1, and at least %d to 1 is wanted", c.Hex, short(is), lettering.ReadableContrast)
			continue
		}
		for _, t := range taken {
			if lettering.Apart(c.Hex, t) < lettering.ApartAtLeast {
				b.hintf(c.mark, b.otherColor(taken), "the color of %s cannot be told from that of %s (%s)", e.Key.Text, by[t], t)
				break
			}
		}
		taken, by[c.Hex] = append(taken, c.Hex), e.Key.Text
	}
	if !out.Subtitles.Colors {
		return
	}
	for _, e := range s.Cast {
		who := out.Cast[e.Key.Text]
		if who.Color = e.Value.Color.Hex; who.Color == "" && e.Key.Text != drama.Narrator {
			who.Color = lettering.Next(taken)
			taken = append(taken, who.Color)
		}
		out.Cast[e.Key.Text] = who
	}
}

// otherColor is a colour that nobody has.
func (b *builder) otherColor(taken []string) string {
	return fmt.Sprintf("%s is free", lettering.Next(taken))
}

// short is a contrast as people write it.
func short(contrast float64) string { return fmt.Sprintf("%.1f", contrast) }
