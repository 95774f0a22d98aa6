package pages

// wordsHouse are those of money, jobs and providers.
var wordsHouse = map[string][2]string{
	"Money":         {"Money", "费用"},
	"Jobs":          {"Jobs", "任务"},
	"Providers":     {"Providers", "供应商"},
	"jobs":          {"jobs", "任务"},
	"nothing spent": {"Nothing was bought yet.", "尚无任何花费。"},
	"no jobs":       {"No job is in the ledger.", "账本中没有任务。"},
	"job":           {"job", "任务"},
	"state":         {"state", "状态"},
	"price":         {"price", "价格"},
	"more":          {"more", "更多"},
	"name":          {"name", "名称"},
	"type":          {"type", "类型"},
	"model":         {"model", "模型"},
	"ready":         {"ready", "就绪"},
}
