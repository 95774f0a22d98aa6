package animatic

import "strings"

// messages are the words for what a telephone shows when somebody writes; calling are
// those for somebody who wants to speak.
var (
	messages = []string{"message", "messages", "text message", "texts", "texted", "sms", "wechat", "chat", "notification", "短信", "微信", "消息", "信息", "聊天", "聊天记录", "弹窗", "验证码"}
	calling  = []string{"call", "calls", "caller", "calling", "incoming call", "来电", "打来", "通话", "拨打", "接听", "语音通话", "视频通话"}
)

// messageOn says whether a telephone of the shot shows something written, and what:
// the words that the action has in quotes, "" where it has none. read is the action as
// what it names.
func messageOn(action string, read words) (text string, ok bool) {
	return quoted(action), read.has(messages...) && !read.has(calling...)
}

// quoted is the first text in quotes.
func quoted(s string) string {
	for _, q := range [][2]string{{"“", "”"}, {"「", "」"}, {"『", "』"}, {`"`, `"`}, {"‘", "’"}} {
		if _, after, found := strings.Cut(s, q[0]); found {
			if text, _, closed := strings.Cut(after, q[1]); closed {
				return strings.TrimSpace(text)
			}
		}
	}
	return ""
}

// paintMessage draws a telephone that shows a message, its foot at y.
func paintMessage(c *canvas, b *builder, y float64, col rgb, text string) {
	screen, grey, ink := hex(0xa9b6c8), hex(0xffffff), hex(0x20242c)
	c.fill(roundRect(-0.078, y, 0.078, y+0.285, 0.020), flat(col))
	c.fill(roundRect(-0.071, y+0.008, 0.071, y+0.277, 0.015), flat(screen).lit())
	c.fill(roundRect(-0.020, y+0.262, 0.020, y+0.270, 0.004), flat(hex(0x101218)).lit())
	// Whom it is from, a line and the field to answer in.
	c.fill(circle(0, y+0.240, 0.0125), flat(hex(0x7d8ba0)).lit())
	c.fill(roundRect(-0.022, y+0.216, 0.022, y+0.222, 0.003), flat(hex(0x7d8ba0)).lit())
	c.fill(rect(-0.071, y+0.209, 0.071, y+0.210), flat(hex(0x8e9bb0)).lit())
	c.fill(roundRect(-0.060, y+0.022, 0.060, y+0.042, 0.010), flat(grey).lit())
	if text == "" { // something is written; what, nobody is told
		for i, w := range []float64{0.092, 0.060, 0.082} {
			right := float64(i%2) * (0.120 - w)
			top := y + 0.196 - 0.046*float64(i)
			fill, bar := grey, hex(0xc3cad5)
			if i%2 == 1 {
				fill, bar = hex(0x4f9bf0), hex(0xd9e9fc)
			}
			c.fill(roundRect(-0.060+right, top-0.034, -0.060+right+w, top, 0.009), flat(fill).lit())
			c.fill(roundRect(-0.051+right, top-0.020, -0.060+right+w-0.009, top-0.014, 0.003), flat(bar).lit())
		}
		return
	}
	const left, right, top, bottom = -0.061, 0.061, 0.200, 0.056
	c.fill(roundRect(left, y+bottom, right, y+top, 0.010), flat(grey).lit())
	b.text(c, text, 0, y+(top+bottom)/2, right-left-0.012, top-bottom-0.014, ink)
}
