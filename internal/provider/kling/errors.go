package kling

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// codes are Kling's, whole or the beginning they share, from
// https://klingai.com/document-api/api/get-started/error-codes. 429 stands for a
// rate as well as for money and whitelists, so the code decides, not the status.
var codes = map[string]provider.Kind{
	"10":   provider.KindAuth, // 1000 failed, 1001 no Authorization, 1002 invalid, 1003 not yet valid, 1004 expired
	"11":   provider.KindQuota,
	"1100": provider.KindQuota, // account abnormal
	"1101": provider.KindQuota, // arrears
	"1102": provider.KindQuota, // pack used up or expired
	"1103": provider.KindAuth,  // no permission for the model
	"12":   provider.KindInvalid,
	"1200": provider.KindInvalid, // bad request
	"1201": provider.KindInvalid, // bad parameter
	"1202": provider.KindInvalid, // bad method
	"1203": provider.KindInvalid, // no such model; no such task, when asked for one
	"1300": provider.KindRefused, // policy
	"1301": provider.KindRefused, // content safety
	"1302": provider.KindThrottled,
	"1303": provider.KindThrottled, // more jobs at once than the pack allows
	"1304": provider.KindAuth,      // the IP address is not on the whitelist
	"5":    unanswered,             // 5000, 5001 unavailable, 5002 timeout
}

// unanswered marks codes of a vendor in trouble: of a submit nobody knows what
// came of it, anything else can be asked again.
const unanswered = provider.Kind("")

// kindOf is the kind of the longest beginning of code that is known.
func kindOf(code string) (provider.Kind, bool) {
	for n := len(code); n > 0; n-- {
		if k, ok := codes[code[:n]]; ok {
			return k, true
		}
	}
	return "", false
}

// explainAsk reads an error of a question about a job.
func explainAsk(status int, raw []byte) wire.Reason {
	r, known := read(raw)
	switch {
	case r.Code == "1203", strings.HasPrefix(r.Code, "120") && says(r.Message, noSuch):
		r.Kind = provider.KindNotFound
	case r.Kind == "" && status == http.StatusOK:
		r.Kind = provider.KindTransient
		if !known {
			r.Kind = provider.KindUnknown
		}
	}
	return r
}

// explainBuy reads an error of a submit. What may mean that Kling has a job of
// our external_task_id already is Ambiguous: the job is then looked up, and
// neither lost nor bought again. Kling does not tell which code that has.
func explainBuy(status int, raw []byte) wire.Reason {
	r, known := read(raw)
	refused := status == http.StatusBadRequest || status == http.StatusConflict || status == http.StatusUnprocessableEntity || status == http.StatusOK
	switch {
	case r.Kind == "" && status == http.StatusOK, status == http.StatusConflict:
		r.Kind = provider.KindAmbiguous
	case refused && (!known || r.Kind == provider.KindInvalid) && (r.Code != "" && r.Message == "" || says(r.Message, twice)):
		r.Kind = provider.KindAmbiguous
	}
	return r
}

// read is the envelope of an error, with the kind of its code.
func read(raw []byte) (r wire.Reason, known bool) {
	e, err := decode(raw)
	if err != nil || e.Code == "0" {
		return wire.Reason{Message: e.Message}, false
	}
	r = wire.Reason{Code: string(e.Code), Message: e.Message}
	r.Kind, known = kindOf(r.Code)
	return r, known
}

// Words of Kling's messages, in English and Chinese, lower case.
var (
	noSuch = []string{"not found", "not exist", "不存在"}
	twice  = []string{"external", "duplicat", "already", "repeat", "unique", "重复", "已存在", "唯一"}
	// A task that failed has a reason but no code. These are the platform's
	// "content risk control".
	moderated = []string{"risk control", "sensitive", "content safety", "policy", "policies", "moderation", "prohibited", "violat", "风控", "违规", "敏感", "审核", "安全"}
)

func says(message string, words []string) bool {
	message = strings.ToLower(message)
	for _, w := range words {
		if strings.Contains(message, w) {
			return true
		}
	}
	return false
}

// notOurs rights an error that the HTTP status alone made. /tasks answers an
// unknown job with an empty list: a 404 without a code of Kling's is some other
// server's, or the legacy host's, and says nothing about the job.
func notOurs(r wire.Request, err error) error {
	var e *provider.Error
	if errors.As(err, &e) && e.Kind == provider.KindNotFound && e.Code == "" {
		e.Kind = provider.KindTransient
		e.Message = fmt.Sprintf("base_url has no %s: %s", r.Path, e.Message)
	}
	return err
}
