package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/phrase"
)

// Languages of the pages; the first is the default.
var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

func languageOf(r *http.Request) string {
	wish := r.Header.Get("Accept-Language")
	if c, err := r.Cookie("lang"); err == nil {
		wish = c.Value
	}
	if _, i := language.MatchStrings(matcher, wish); i == 1 {
		return "zh-CN"
	}
	return "en"
}

// words is all that pages say: by key, in English and Chinese. Each page has a table of
// its own; a key means the same everywhere.
var words = merged(wordsCommon, wordsBoard, wordsRoom, wordsScript, wordsHouse, wordsArena, wordsMoney, wordsProblems, wordsReview, wordsSheets, wordsKeys, wordsDelivered)

// merged joins the tables. A key that two tables say differently is a mistake of ours,
// which every test that starts the program finds.
func merged(tables ...map[string][2]string) map[string][2]string {
	all := make(map[string][2]string)
	for _, t := range tables {
		for key, w := range t {
			if was, ok := all[key]; ok && was != w {
				panic("two words for " + key)
			}
			all[key] = w
		}
	}
	return all
}

// wordsCommon are those of several pages.
var wordsCommon = map[string][2]string{
	"just now":          {"just now", "刚刚"},
	"since minutes":     {"%d min", "%d 分钟"},
	"since hours":       {"%d h", "%d 小时"},
	"since days":        {"%d d", "%d 天"},
	"wait for money":    {"a cap is in the way", "超出预算上限"},
	"wait for resume":   {"paused by a person", "已被人暂停"},
	"wait for job":      {"a job may have been accepted: a person has to say", "任务可能已被接受：需人工确认"},
	"wait for still":    {"a still to look at", "分镜图待审"},
	"wait for provider": {"no vendor can be asked", "没有可用的供应商"},
	"wait for share":    {"money that others hold", "等待预算释放"},
	"wait for source":   {"the shot it starts from", "等待前一镜头"},
	"wait for step":     {"a step that is tried again", "步骤重试中"},
	"wait for worker":   {"a worker that can do it", "等待可用的工作进程"},
	"wait for delivery": {"a paid clip that the vendor does not deliver; its job may be given up", "供应商未交付已付费片段；可放弃该任务"},
	"Shows":             {"Shows", "剧目"},
	"Waiting":           {"Waiting", "待处理"},
	"Keys":              {"Keys", "快捷键"},
	"close":             {"close", "关闭"},
	"skip":              {"To the content", "跳到内容"},
	"free":              {"free", "免费"},
	"away":              {"the server does not answer; what you see may be old", "服务器没有响应；页面可能不是最新"},
	"told as":           {"told as", "措辞"},
	"priced":            {"the price has changed; press again to agree", "价格已变，请再按一次确认"},
	"stale":             {"The connection is lost: what you see may be old.", "连接已断开：显示的内容可能不是最新。"},
	"show":              {"show", "剧"},
	"circled":           {"circled", "已选定"},
	"cuts":              {"cuts", "成片"},
	"cut":               {"cut", "成片"},
	"running":           {"running", "进行中"},
	"waiting":           {"waiting", "待处理"},
	"spent":             {"spent", "已花费"},
	"per minute":        {"per minute", "每分钟"},
	"nothing yet":       {"Nothing was rendered yet. This begins with the example:", "尚无任何渲染。用示例开始："},
	"held":              {"held", "待确认"},
	"pause":             {"pause", "暂停"},
	"resume":            {"go on", "继续"},
	"cancel":            {"end the run", "结束运行"},
	"render":            {"Render", "渲染"},
	"board":             {"board", "总览"},
	"shots":             {"shots", "镜头"},
	"note":              {"direction for the new take", "给新镜次的指示"},
	"cap":               {"cap", "上限"},
	"nothing waits":     {"Nothing waits.", "没有待处理事项。"},
	"put-episode-cap":   {"raise the cap", "提高上限"},
	"put-show-cap":      {"raise the season's cap", "提高整季上限"},
	"resume-episode":    {"go on", "继续"},
	"cancel-episode":    {"end the run", "结束运行"},
	"approve-still":     {"approve", "批准"},
	"adopt-job":         {"the vendor has it", "供应商已有此任务"},
	"absent-job":        {"the vendor has no such job: buy it", "供应商无此任务，重新提交"},
	"resubmit-job":      {"buy again", "重新购买"},
	"drop-job":          {"give it up", "放弃"},
	"vendor's job":      {"vendor's job", "供应商任务号"},
	"redo-still":        {"make another", "重做"},
}

// W is a word in the view's language. One that is missing shows as its key, and a test
// finds it.
func (v *View) W(key string) string {
	w, ok := words[key]
	switch {
	case !ok:
		return key
	case v.Lang == "zh-CN":
		return w[1]
	}
	return w[0]
}

// jsWords are the words that modules need, as JSON for words.js.
func (v *View) jsWords() template.JS {
	all := map[string]string{}
	for key := range words {
		if scripted(key) {
			all[key] = v.W(key)
		}
	}
	for state := range states {
		all["state."+state] = v.State(state)
	}
	body, err := json.Marshal(all)
	if err != nil {
		panic(err) // words are ours
	}
	return template.JS(body)
}

// scripted says whether modules use a word: those with a point in their key, and a few.
func scripted(key string) bool {
	return strings.Contains(key, ".") || key == "free" || key == "away" || key == "priced" || key == "undo"
}

var states = map[string][2]string{
	"waiting": {"waiting", "等待"}, "generating": {"generating", "生成中"}, "conforming": {"conforming", "整备中"}, "circle": {"circled", "已选定"},
	"NG": {"NG", "NG"}, "held": {"held", "待确认"}, "paused": {"paused", "已暂停"}, "cancelled": {"cancelled", "已取消"},
	"planning": {"planning", "规划中"}, "rendering": {"rendering", "渲染中"}, "assembling": {"assembling", "合成中"}, "delivered": {"delivered", "已交付"},
	"partial": {"partial", "部分完成"}, "tried": {"tried", "试用完成"}, "dubbed": {"dubbed", "配音完成"}, "stopped": {"stopped", "已停止"}, "review": {"waiting: review", "待审片"},
	"hold": {"hold", "待定"}, "print": {"print", "备选"},
	// Of a job.
	"submitting": {"submitting", "提交中"}, "running": {"running", "进行中"}, "damaged": {"damaged", "记录损坏"}, "succeeded": {"succeeded", "成功"},
	"failed": {"failed", "失败"}, "refused": {"refused", "被拒绝"}, "expired": {"expired", "已过期"}, "not_accepted": {"not accepted", "未受理"},
	"dropped": {"given up", "已放弃"}, "resubmitted": {"submitted again", "已重新提交"},
}

// State is the word of a shot's or an episode's state.
func (v *View) State(s any) string {
	w, ok := states[fmt.Sprint(s)]
	switch {
	case !ok:
		return fmt.Sprint(s)
	case v.Lang == "zh-CN":
		return w[1]
	}
	return w[0]
}

// For says what is waited for.
func (v *View) For(w drama.Wait) string {
	if w.For == drama.WaitMoney && w.Cap != nil && w.Price != nil && v.Lang == "en" {
		return w.Cap.Why(w.Slate, *w.Price)
	}
	return v.W("wait for " + string(w.For))
}

// Told is a reason in the view's language, where what was said is known by its code.
func (v *View) Told(text string, said []phrase.Phrase) string { return api.InWords(text, v.Lang, said) }

// Answer is the word of an answer's button: a cut is approved, or not, by one operation.
func (v *View) Answer(a api.Answer) string {
	if a.Body["approved"] == false {
		return v.W("decline")
	}
	return v.W(a.Operation)
}

// Left is how long the final of a draft can still be bought; empty: not any more.
func (v *View) Left(d *drama.Draft) string {
	if d.Expired(v.now) {
		return ""
	}
	return v.Until(d.Until)
}

// Until is how long there is until something ends.
func (v *View) Until(t time.Time) string { return v.Since(v.now.Add(v.now.Sub(t))) }

// Since is how long ago something began.
func (v *View) Since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := v.now.Sub(t)
	switch {
	case d < time.Minute:
		return v.W("just now")
	case d < time.Hour:
		return fmt.Sprintf(v.W("since minutes"), int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(v.W("since hours"), int(d.Hours()))
	}
	return fmt.Sprintf(v.W("since days"), int(d.Hours())/24)
}
