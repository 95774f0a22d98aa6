package api

import (
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/qc"
)

// What QC found is told in Chinese: of the take, and as the shot's state has it. What a
// vendor said is not touched.
func TestReasonsInTheReadersLanguage(t *testing.T) {
	fps := media.Rational{Num: 24, Den: 1}
	take := Take{Number: 2}
	take.Provider = "kling"
	take.Verdict = qc.Judge(media.Measurements{Decoded: 96, Conformed: 96, FrozenRatio: 1, LongestFreeze: 96}, qc.Want{FPS: fps, Frames: 96}, qc.DefaultPolicy())
	if len(take.Verdict.Reasons) != 1 {
		t.Fatalf("%+v", take.Verdict)
	}
	said := SaidOf([]Take{{TakeInfo: take.TakeInfo, Number: 1}, take})
	const want = "静止：100 % 的画面与前一帧相同（上限 95 %），连续 4.00 s；运动量 0.00/255"
	if got := InWords(take.Verdict.Reasons[0], "zh-CN", said); got != want {
		t.Errorf("the take: %q", got)
	}
	if got := InWords("take 2 by kling is NG: "+take.Verdict.Reasons[0], "zh-CN", said); got != "镜次 2（kling）NG："+want {
		t.Errorf("the shot: %q", got)
	}
	if got := InWords(take.Verdict.Reasons[0], phrase.English, said); got != take.Verdict.Reasons[0] {
		t.Errorf("in English: %q", got)
	}
	if got := InWords("content policy", "zh-CN", said); got != "content policy" {
		t.Errorf("a vendor's words: %q", got)
	}
}
