package pages

// wordsBoard are those of the board.
var wordsBoard = map[string][2]string{
	"is ng":         {"NG", "NG"},
	"is held":       {"held", "待确认"},
	"is paused":     {"paused", "已暂停"},
	"is generating": {"generating", "生成中"},
	"is conforming": {"conforming", "整备中"},
	"is waiting":    {"waiting", "等待"},
	"is circle":     {"circled", "已选定"},
	"is notes":      {"◆ open notes", "◆ 未完成批注"},
	"is talk":       {"talk", "对白"},
	"all vendors":   {"all vendors", "全部供应商"},
	"all":           {"show all", "显示全部"},
	"filter":        {"Filter", "筛选"},
	"slate, word":   {"slate, word", "镜号、词语"},
	"zoom":          {"Zoom", "缩放"},
	"smaller":       {"smaller", "缩小"},
	"normal":        {"normal", "标准"},
	"bigger":        {"bigger", "放大"},
	"card keys":     {"Enter: takes · Shift+arrows: select · R: retake the selection", "回车：镜次 · Shift+方向键：选择 · R：重拍所选"},
	"board.takes":   {"takes: %s", "镜次：%s"},
	"board.notes":   {"open notes: %s", "未完成批注：%s"},
	"board.asked":   {"shots made anew: %s", "正在重拍镜头：%s"},
	"board.episode": {"%s: %s", "%s：%s"},
	"board.refused": {"%s: %s", "%s：%s"},
}
