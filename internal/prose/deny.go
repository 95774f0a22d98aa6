package prose

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// How far a denial reaches, if nothing ends it before.
const (
	denyWords = 6     // English
	denyBytes = 3 * 8 // eight Han characters
)

// deniers are Chinese words that deny what follows. Longer ones come first.
var deniers = []string{"没有", "并没", "并未", "从未", "不再", "不是", "毫无", "不曾", "而不", "没", "不", "无", "未", "别"}

// notDenials hold such a word and deny nothing.
var notDenials = strings.Fields(`
不小心 不停 不断 不由 不得不 不禁 不安 不同 不远处 不远 不久 不只 不仅 不但 不过 不知 不耐烦 不好意思 差不多 不如 不敢相信 不甘 不屑 不满 不明 不已 不住
忍不住 止不住 控制不住 无数 无奈 无声 无助 无情 无力 无精打采 无意 无论 无比 无意中 没想到 没完没了 没落 没收 淹没 沉没 出没 吞没 未来 未婚 未婚妻 未婚夫 未知
别墅 别人 告别 分别 特别 区别 离别 个别 级别 性别 别针 别过 别致 久别 对不起 了不起 不可思议 不能不 不会不 非得 一动不动 静止不动 目不转睛 默不作声 不动声色 不动 依依不舍 不辞而别
`)

// denyEnds end what a Chinese denial reaches: another clause, or a verb that was
// what is denied.
var denyEnds = []string{"，", "。", "！", "？", "；", "：", ",", ".", "!", "?", ";", "但", "却", "只", "而是", "反而", "就", "便", "说话", "开口", "出声", "回答", "回应", "理会", "犹豫", "抬头", "回头", "停下", "停留", "动静"}

// deny hides what the text denies.
func (t *Text) deny() {
	t.denyEnglish()
	if t.longer == nil && !strings.ContainsFunc(t.raw, func(r rune) bool { return r >= 0x2e80 }) {
		return
	}
	for _, d := range deniers {
		each(t.raw, d, func(at int) {
			if t.inside(at, at+len(d)) {
				return
			}
			from := at + len(d)
			to := min(from+denyBytes, len(t.raw))
			for to < len(t.raw) && !utf8.RuneStart(t.raw[to]) {
				to--
			}
			for _, e := range denyEnds {
				if i := strings.Index(t.raw[from:to], e); i >= 0 {
					// The verb that ends it is denied itself.
					if len(e) > 3 && e != "而是" && e != "反而" {
						i += len(e)
					}
					to = min(to, from+i)
				}
			}
			for i := from; i < to; i++ {
				t.hidden[i] = true
			}
		})
	}
}

// denyEnglish hides what follows no, not, never, without, up to the end of its
// clause.
func (t *Text) denyEnglish() {
	for i, w := range t.words {
		if !t.denier(i) {
			continue
		}
		left := denyWords
		for j := i + 1; j < len(t.words) && left > 0; j, left = j+1, left-1 {
			next := t.words[j]
			if strings.ContainsAny(t.raw[t.words[j-1].to:next.from], ".,;:!?()\n—，。；：！？") {
				break
			}
			if j == i+1 && slices.Contains([]string{"only", "just", "stop", "help", "sure"}, next.text) {
				break // "not only", "cannot stop running"
			}
			if slices.Contains([]string{"but", "then", "while", "until", "when", "because", "so", "yet", "except", "as"}, next.text) {
				break
			}
			if next.text == "and" && (w.text != "without" && w.text != "no" || t.clauseLeft(j) > 2) {
				break
			}
			for k := next.from; k < next.to; k++ {
				t.hidden[k] = true
			}
		}
	}
}

// denier says whether word i denies what follows.
func (t *Text) denier(i int) bool {
	switch t.words[i].text {
	case "no", "not", "never", "nor", "neither", "without", "cannot", "lacks", "lacking", "nobody", "nothing":
		return true
	case "t": // don't, isn't
		return i > 0 && strings.HasSuffix(t.words[i-1].text, "n") && strings.ContainsAny(t.raw[t.words[i-1].to:t.words[i].from], "'’")
	case "of":
		return i > 0 && t.words[i-1].text == "instead"
	case "than":
		return i > 0 && t.words[i-1].text == "rather"
	}
	return false
}

// clauseLeft is how many words follow word i in its clause.
func (t *Text) clauseLeft(i int) int {
	n := 0
	for j := i + 1; j < len(t.words); j++ {
		if strings.ContainsAny(t.raw[t.words[j-1].to:t.words[j].from], ".,;:!?()\n—，。；：！？") {
			break
		}
		n++
	}
	return n
}
