package pages

// wordsProblems are those of the pages that types of problems point to: of each kind its
// title, what it is, whose fault, and what to do.
var wordsProblems = map[string][2]string{
	"whose fault":      {"Whose fault", "责任方"},
	"what to do":       {"What to do", "如何处理"},
	"about this error": {"What this kind of error means", "此类错误的含义"},

	"problem unknown": {"Not known here", "此处没有"},
	"what unknown":    {"There is no such show, episode, shot, take, cut or file here, or it is of a show that you may not see.", "没有这个剧集、单集、镜头、条次、成片或文件，或它属于您无权查看的剧集。"},
	"whose unknown":   {"The request's: its address names something else than what is here.", "请求方：地址所指的内容不存在。"},
	"do unknown":      {"Look the name up in its list (GET /api/v1/shows and on from there). If it should be yours, ask an admin which shows your token has.", "从列表（GET /api/v1/shows）查找正确名称。若应有权限，请管理员确认令牌包含的剧集。"},

	"problem busy": {"It is being rendered from something else", "正在按其他内容渲染"},
	"what busy":    {"A run of this episode is under way, from another script or other wishes than this request's.", "该集正在按另一脚本或另一要求运行。"},
	"whose busy":   {"Nobody's.", "无人有错。"},
	"do busy":      {"Wait until the run ends, or cancel it, and ask again. Nothing was spent.", "等待运行结束或取消后重试。未产生花费。"},

	"problem idle": {"Nothing runs that this could change", "没有可更改的运行"},
	"what idle":    {"Pausing, resuming, cancelling or answering needs a run, and the episode has none that is open.", "暂停、继续、取消或应答都需要正在进行的运行，而该集没有。"},
	"whose idle":   {"Nobody's: it has ended meanwhile, or was never started.", "无人有错：运行已结束或从未开始。"},
	"do idle":      {"Look at the episode. Start a run if you want one.", "查看该集；需要时启动运行。"},

	"problem plan-changed": {"The plan has changed since the quote", "报价后计划已变"},
	"what plan-changed":    {"What the act would make or cost is no longer what the quote said, so nothing was done.", "将要制作的内容或价格与报价不符，因此未执行。"},
	"whose plan-changed":   {"Nobody's: takes, prices or the script changed meanwhile.", "无人有错：期间条次、价格或脚本发生了变化。"},
	"do plan-changed":      {"Ask for a new quote, look at its price, and act by it.", "重新获取报价，确认价格后再执行。"},

	"problem decided": {"Somebody else was first", "他人已先决定"},
	"what decided":    {"What was asked has been answered by another person; the first answer holds.", "该问题已由他人回答，以首个回答为准。"},
	"whose decided":   {"Nobody's.", "无人有错。"},
	"do decided":      {"Read who decided what, and talk to them if you disagree.", "查看谁作了何种决定；如有异议请与其沟通。"},

	"problem refused": {"The run says no", "运行拒绝"},
	"what refused":    {"The run looked at what was asked and cannot do it in its present state.", "运行检查了请求，当前状态下无法执行。"},
	"whose refused":   {"The request's; the detail says what is in the way.", "请求方；详情说明了障碍。"},
	"do refused":      {"Do what the detail says, and ask again.", "按详情处理后重试。"},

	"problem in-work": {"The same request is being worked on", "同一请求正在处理"},
	"what in-work":    {"A request with this idempotency key has come before and is not answered yet.", "带有相同幂等键的请求已到达，尚未答复。"},
	"whose in-work":   {"Nobody's.", "无人有错。"},
	"do in-work":      {"Send it again, with the same key, in a few seconds: it is answered once and done once.", "数秒后用相同的键重发：只会执行一次。"},

	"problem key-reused": {"The idempotency key was used for another request", "幂等键已用于其他请求"},
	"what key-reused":    {"A key stands for one request. This one came with another body before.", "一个键只代表一个请求，而此键先前的请求内容不同。"},
	"whose key-reused":   {"The client's.", "客户端。"},
	"do key-reused":      {"Make a new key (a UUID) for each new request.", "每个新请求使用新的键（UUID）。"},

	"problem script": {"The script has problems", "脚本有问题"},
	"what script":    {"The script cannot be planned as it stands. Each problem has its place: file:line:column.", "脚本目前无法排产。每个问题都有位置：文件:行:列。"},
	"whose script":   {"The script's.", "脚本。"},
	"do script":      {"Mend the places that are named. dailies validate, or the page Script, shows them all at once.", "修改所列位置。dailies validate 或“脚本”页可一次列出全部。"},

	"problem invalid": {"The request is wrong", "请求有误"},
	"what invalid":    {"A field, a header or a parameter is missing, or has a value that is not taken.", "某字段、请求头或参数缺失，或取值不被接受。"},
	"whose invalid":   {"The client's; errors names each place.", "客户端；errors 指出了每处位置。"},
	"do invalid":      {"Read GET /api/v1/openapi.json for what the operation takes.", "查阅 GET /api/v1/openapi.json 了解该操作接受的内容。"},

	"problem stale": {"It was changed by someone else", "已被他人修改"},
	"what stale":    {"If-Match named an older version than the one that is there now, so nothing was changed.", "If-Match 所指版本已旧，因此未作更改。"},
	"whose stale":   {"Nobody's.", "无人有错。"},
	"do stale":      {"Read it again, look at what changed, and send the change with the new ETag.", "重新读取并查看变化，再以新的 ETag 提交。"},

	"problem precondition": {"A header is missing", "缺少请求头"},
	"what precondition":    {"This operation wants If-Match, so that nobody's change is lost, or Idempotency-Key, so that nothing is done twice.", "此操作需要 If-Match（防止覆盖他人修改）或 Idempotency-Key（防止重复执行）。"},
	"whose precondition":   {"The client's.", "客户端。"},
	"do precondition":      {"Send the header that the detail names.", "补上详情所示的请求头。"},

	"problem over-cap": {"A cap is in the way", "超出上限"},
	"what over-cap":    {"What would be spent does not fit a cap: of the run, the episode, the season, or of your token's day. Nothing was spent.", "花费将超出上限：本次运行、单集、整季或令牌当日额度。未产生花费。"},
	"whose over-cap":   {"Nobody's: caps are there for this.", "无人有错：上限正为此而设。"},
	"do over-cap":      {"A producer raises the cap, or fewer shots are asked for.", "由制片提高上限，或减少镜头。"},

	"problem login": {"Log in first", "请先登录"},
	"what login":    {"This server lets nobody in without a token, and the request had none, or one that has ended or was revoked.", "本服务器需要令牌，而请求没有令牌，或令牌已过期、已撤销。"},
	"whose login":   {"The request's.", "请求方。"},
	"do login":      {"Open /login, or send Authorization: Bearer with a token. Who runs the server makes them: dailies token new.", "打开 /login，或发送 Authorization: Bearer 令牌。令牌由服务器管理者以 dailies token new 创建。"},

	"problem forbidden": {"Not allowed", "无权限"},
	"what forbidden":    {"Your role may look at this but not do what was asked.", "您的角色可以查看，但无权执行此操作。"},
	"whose forbidden":   {"Nobody's.", "无人有错。"},
	"do forbidden":      {"Ask somebody with the role that the detail names.", "请具有详情所示角色的人执行。"},

	"problem too-large": {"Too large", "过大"},
	"what too-large":    {"The request is longer than the operation reads: 1 MiB, 5 MiB with a script, 2 GiB of a clip.", "请求超过该操作的上限：一般 1 MiB，脚本 5 MiB，片段 2 GiB。"},
	"whose too-large":   {"The client's.", "客户端。"},
	"do too-large":      {"Send less: one script at a time, a clip that is cut or encoded smaller.", "减小内容：一次一个脚本，或剪短、压缩片段。"},

	"problem rate": {"Too many requests", "请求过多"},
	"what rate":    {"More was asked in a minute than is taken from one address or one token.", "一分钟内的请求超过了单个地址或令牌的限额。"},
	"whose rate":   {"The client's.", "客户端。"},
	"do rate":      {"Wait as long as Retry-After says.", "按 Retry-After 所示时间等待。"},

	"problem parked": {"No vendor can be asked", "没有可用的供应商"},
	"what parked":    {"Every provider that could make this lacks its key or its balance, or has stopped answering.", "能制作的供应商都缺少密钥或余额，或已停止应答。"},
	"whose parked":   {"The configuration's, or the vendor's.", "配置或供应商。"},
	"do parked":      {"Look at the page Providers; dailies doctor says what each one lacks. It is asked again by itself.", "查看“供应商”页；dailies doctor 会说明缺少什么。系统会自动重试。"},

	"problem away": {"The engine or the store does not answer", "引擎或存储无应答"},
	"what away":    {"The server is here, but what it stands on is not. What runs goes on when it comes back.", "服务器在线，但其依赖的引擎或存储不可用。恢复后运行会继续。"},
	"whose away":   {"This house's.", "本系统。"},
	"do away":      {"Wait a moment and ask again. If it lasts, dailies doctor says which part is away.", "稍候重试。若持续，dailies doctor 会指出哪一部分不可用。"},

	"problem damaged": {"A record is damaged", "记录已损坏"},
	"what damaged":    {"An object of the store cannot be read, or is not what it was written as.", "存储中的某个对象无法读取，或与写入时不符。"},
	"whose damaged":   {"The store's, or of whoever changed it by hand.", "存储，或手工改动它的人。"},
	"do damaged":      {"Put the object that the detail names back from a backup.", "从备份恢复详情所示的对象。"},

	"problem internal": {"Something went wrong here", "内部错误"},
	"what internal":    {"The server met something that it has no word for.", "服务器遇到了未预料的情况。"},
	"whose internal":   {"This program's.", "本程序。"},
	"do internal":      {"The server's log says more. Ask again: if it was done, the same idempotency key says so.", "服务器日志有更多信息。可用相同的幂等键重试：若已完成会如实答复。"},
}
