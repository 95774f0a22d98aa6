package dashscope

import (
	"errors"
	"net/http"

	"github.com/dailies/dailies/test/vendors"
)

// VideoRetalk, after https://www.alibabacloud.com/help/en/model-studio/videoretalk-api: a
// path that ends in a slash, addresses only.
const retalkPrice = 80_000 // micro-units of CNY a second

var retalk = &model{ids: []string{"videoretalk"}, path: "image2video/video-synthesis/", wire: "retalk"}

func (v *Vendor) createLips(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	if !v.admit(w, r, op, "submit") {
		return
	}
	if r.Header.Get("X-DashScope-Async") != "enable" {
		v.refuse(w, op, http.StatusForbidden, "AccessDenied", "current user api does not support synchronous calls.")
		return
	}
	fate, _ := v.house.Fate()
	if fate == vendors.Dropped {
		v.house.Hang(op)
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, "BadRequest.IllegalInput", problem.Error())
		return
	}
	body.Need("model", "input")
	body.OneOf("model", "", retalk.ids...)
	input, params := body.Object("input"), body.Object("parameters")
	input.Need("video_url", "audio_url")
	input.URL("video_url")
	input.URL("audio_url")
	if input.Has("ref_image_url") {
		input.URL("ref_image_url")
	}
	params.Bool("video_extension", false)
	params.Int("query_face_threshold", 170, 120, 200)
	input.End()
	params.End()
	body.End()
	if p := body.Problem(); p != nil {
		v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", p.Error())
		return
	}
	requestID := v.id()
	seconds := int(vendors.InputVideo.Seconds())
	job, err := v.house.Accept(vendors.Offer{
		Job: vendors.Job{
			ID: v.id(), Model: retalk.ids[0], Kind: retalk.path, Seconds: seconds, Videos: 1, Sounds: 1, Price: int64(seconds) * retalkPrice, Currency: "CNY",
			Detail: detail{model: retalk, ask: ask{model: retalk.ids[0], seconds: seconds}, requestID: requestID},
		},
		Refusal: vendors.Reason{Code: "DataInspectionFailed", Message: "Output data may contain inappropriate content."},
		Failure: vendors.Reason{Code: "InternalError.Algo", Message: "inference internal error"},
	}, fate)
	if errors.Is(err, vendors.ErrCredit) {
		v.fail(w, op, http.StatusTooManyRequests, "PostpaidBillOverdue", "The postpaid bill is overdue.")
		return
	}
	v.house.Created(w, fate, map[string]any{"output": map[string]any{"task_status": "PENDING", "task_id": job.ID}, "request_id": requestID})
}
