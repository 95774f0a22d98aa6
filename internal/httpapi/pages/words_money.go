package pages

// wordsMoney are those of the page about money.
var wordsMoney = map[string][2]string{
	"season forecast":    {"season at this rate", "按此推算整季"},
	"estimated":          {"jobs at our estimate", "个任务按估价"},
	"as of":              {"as of", "截至"},
	"open":               {"open", "未结"},
	"settled":            {"settled", "已结"},
	"failed":             {"failed", "失败"},
	"by":                 {"by", "按"},
	"by day":             {"by day", "按天"},
	"by vendor":          {"by vendor", "按供应商"},
	"by episode":         {"by episode", "按集"},
	"by kind":            {"by kind", "按类型"},
	"highest day":        {"highest day", "最高一天"},
	"per circled second": {"per circled second", "每选定秒"},
	"also":               {"and in another currency", "另有其他货币"},
}
