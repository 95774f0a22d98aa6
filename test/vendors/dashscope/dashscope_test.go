package dashscope

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/raw"
)

const (
	submit = "/services/aigc/video-generation/video-synthesis"
	good   = `{"model":"happyhorse-1.1-t2v","input":{"prompt":"a street"},"parameters":{"resolution":"720P","ratio":"9:16","duration":5,"watermark":false,"seed":42}}`
)

func open(t *testing.T, o vendors.Options) (*Vendor, raw.Client, *raw.Clock) {
	c := raw.NewClock()
	o.Key, o.Now, o.JobTime = "sk-test", c.Now, 10*time.Second
	v := New(o)
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	return v, raw.Client{T: t, Base: BaseURL(s.URL), Head: map[string]string{
		"Authorization": "Bearer sk-test", "Content-Type": "application/json", "X-DashScope-Async": "enable",
	}}, c
}

func TestLife(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Clip: func(j vendors.Job) []byte { return fmt.Appendf(nil, "%dx%d", j.Width, j.Height) }})
	a := c.Do("POST", submit, good)
	id := a.At("output.task_id")
	if a.Status != 200 || id == "" || a.At("output.task_status") != "PENDING" || a.At("request_id") == "" {
		t.Fatal(a.Text)
	}
	if a := c.Do("GET", "/tasks/"+id, ""); a.At("output.task_status") != "PENDING" || a.At("output.submit_time") != "2026-10-09 16:00:00.000" {
		t.Error(a.Text)
	}
	clock.Add(time.Second)
	if a := c.Do("GET", "/tasks/"+id, ""); a.At("output.task_status") != "RUNNING" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", "/tasks/"+id+"/cancel", ""); a.Status != 400 || a.At("code") != "UnsupportedOperation" {
		t.Error(a.Text)
	}
	clock.Add(10 * time.Second)
	a = c.Do("GET", "/tasks/"+id, "")
	if a.At("output.task_status") != "SUCCEEDED" || a.At("usage.duration") != "5" || a.At("usage.SR") != "720" || a.At("usage.ratio") != "9:16" {
		t.Error(a.Text)
	}
	url := a.At("output.video_url")
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 200 || a.Text != "720x1280" || a.Header.Get("Content-Type") != "video/mp4" {
		t.Error(a.Status, a.Text)
	}
	if a := c.Do("GET", url, ""); a.Status != 400 {
		t.Error("a result host took credentials:", a.Status)
	}
	if a := c.Do("GET", strings.Replace(url, "Signature=", "Signature=0", 1), "", "Authorization", ""); a.Status != 403 {
		t.Error(a.Status)
	}
	if got := v.House().Billed()["CNY"]; got != 4_500_000 {
		t.Errorf("billed %d", got)
	}
	if w := v.House().Warnings(); len(w) != 0 {
		t.Error(w)
	}
	clock.Add(24 * time.Hour)
	if a := c.Do("GET", "/tasks/"+id, ""); a.Status != 200 || a.At("output.task_status") != "UNKNOWN" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 403 || !strings.Contains(a.Text, "expired") {
		t.Error(a.Status, a.Text)
	}
}

func TestMoney(t *testing.T) {
	v, c, clock := open(t, vendors.Options{})
	for _, s := range []struct {
		body string
		want int64
	}{
		{`{"model":"happyhorse-1.1-i2v","input":{"media":[{"type":"first_frame","url":"data:image/png;base64,` + raw.PNG(360, 640) + `"}]},"parameters":{"resolution":"480P","duration":3,"watermark":false}}`, 1_350_000},
		{`{"model":"happyhorse-1.0-r2v","input":{"prompt":"[Image 1]","media":[{"type":"reference_image","url":"https://x.example/1.png"}]},"parameters":{"watermark":false}}`, 8_000_000},
		{`{"model":"wan2.7-t2v","input":{"prompt":"x","negative_prompt":"y"},"parameters":{"resolution":"720P","ratio":"16:9","duration":15,"prompt_extend":false,"watermark":false,"seed":0}}`, 9_000_000},
		{`{"model":"wan2.7-i2v","input":{"prompt":"x","media":[{"type":"first_frame","url":"https://x.example/1.png"},{"type":"last_frame","url":"https://x.example/2.png"}]},"parameters":{"resolution":"1080P","duration":2}}`, 2_000_000},
		{`{"model":"wan2.7-r2v","input":{"prompt":"x","media":[{"type":"reference_image","url":"https://x.example/1.png","reference_voice":"https://x.example/1.wav"},{"type":"reference_video","url":"https://x.example/2.mp4"}]},"parameters":{"resolution":"720P","duration":10}}`, 9_000_000},
		{`{"model":"wan3.0-video","input":{"prompt":"x"},"parameters":{"resolution":"720P","duration":5,"seed":-1}}`, 3_000_000},
	} {
		before := v.House().Billed()["CNY"]
		a := c.Do("POST", submit, s.body)
		clock.Add(time.Minute)
		a = c.Do("GET", "/tasks/"+a.At("output.task_id"), "")
		if got := v.House().Billed()["CNY"] - before; got != s.want || a.At("output.task_status") != "SUCCEEDED" {
			t.Errorf("%.40s: billed %d, want %d: %s", s.body, got, s.want, a.Text)
		}
	}
	if r := v.House().Refusals(); len(r) != 0 {
		t.Error(r)
	}
	a := c.Do("GET", "/tasks/"+v.House().Ledger()[5].ID, "")
	if !strings.Contains(a.Text, `"duration":5.0`) {
		t.Error("wan 3.0 counts in floats:", a.Text)
	}
	if j := v.House().Ledger()[0]; j.Width != 480 || j.Height != 852 {
		t.Errorf("a tall frame gave %dx%d", j.Width, j.Height)
	}
}

func TestRefuses(t *testing.T) {
	v, c, _ := open(t, vendors.Options{})
	in := func(old, new string) string {
		s := strings.Replace(good, old, new, 1)
		if s == good {
			t.Fatalf("%q is not in the good body", old)
		}
		return s
	}
	i2v := `{"model":"happyhorse-1.1-i2v","input":{"media":[{"type":"first_frame","url":"https://x.example/1.png"}]},"parameters":{"watermark":false}}`
	for _, s := range []struct {
		body   string
		head   []string
		status int
		code   string
	}{
		{good, []string{"X-DashScope-Async", ""}, 403, "AccessDenied"},
		{good, []string{"Authorization", ""}, 401, "InvalidApiKey"},
		{good, []string{"Authorization", "Bearer sk-other"}, 401, "InvalidApiKey"},
		{good, []string{"Authorization", "sk-test"}, 401, "InvalidApiKey"},
		{good, []string{"Content-Type", "text/plain"}, 400, "BadRequest.IllegalInput"},
		{good + "x", nil, 400, "BadRequest.IllegalInput"},
		{in(`"model":"happyhorse-1.1-t2v",`, ``), nil, 400, "BadRequest.EmptyModel"},
		{`{"model":"happyhorse-1.1-t2v"}`, nil, 400, "BadRequest.EmptyInput"},
		{in("1.1", "9.9"), nil, 404, "ModelNotFound"},
		{in(`"a street"`, `""`), nil, 400, "InvalidParameter"},
		{in(`"seed":42`, `"Seed":42`), nil, 400, "InvalidParameter"},
		{in(`"seed":42`, `"seed":42,"seed":43`), nil, 400, "BadRequest.IllegalInput"},
		{in(`"seed":42`, `"seed":2147483648`), nil, 400, "InvalidParameter"},
		{in(`"seed":42`, `"seed":-1`), nil, 400, "InvalidParameter"},
		{in(`"seed":42`, `"seed":"42"`), nil, 400, "InvalidParameter"},
		{in(`"seed":42`, `"seed":null`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":2`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":16`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":5.0`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":"5"`), nil, 400, "InvalidParameter"},
		{in(`720P`, `720p`), nil, 400, "InvalidParameter"},
		{in(`9:16`, `2:1`), nil, 400, "InvalidParameter"},
		{in(`"watermark":false`, `"watermark":0`), nil, 400, "InvalidParameter"},
		{in(`"watermark":false`, `"watermark":false,"audio":true`), nil, 400, "InvalidParameter"},
		{in(`"watermark":false`, `"watermark":false,"prompt_extend":false`), nil, 400, "InvalidParameter"},
		{in(`"prompt":"a street"`, `"prompt":"a street","negative_prompt":"x"`), nil, 400, "InvalidParameter"},
		{in(`{"model"`, `{"extra":1,"model"`), nil, 400, "InvalidParameter"},
		{strings.Replace(i2v, `"watermark"`, `"ratio":"9:16","watermark"`, 1), nil, 400, "InvalidParameter"},
		{strings.Replace(i2v, `first_frame`, `last_frame`, 1), nil, 400, "InvalidParameter"},
		{strings.Replace(i2v, `https://x.example/1.png`, raw.PNG(1, 1), 1), nil, 400, "InvalidParameter"},
		{strings.Replace(i2v, `https://x.example/1.png`, "data:image/jpeg;base64,"+raw.PNG(1, 1), 1), nil, 400, "InvalidParameter"},
		{strings.Replace(i2v, `https://x.example/1.png`, "oss://x/1.png", 1), nil, 400, "InvalidParameter"},
	} {
		fresh, c := New(v.House().Options()), c
		srv := httptest.NewServer(fresh)
		c.Base = BaseURL(srv.URL)
		a := c.Do("POST", submit, s.body, s.head...)
		srv.Close()
		if a.Status != s.status || a.At("code") != s.code || a.At("request_id") == "" || a.Body["output"] != nil {
			t.Errorf("%s %v: %d %s, want %d %s", s.body, s.head, a.Status, a.Text, s.status, s.code)
		}
		if len(fresh.House().Ledger()) != 0 || len(fresh.House().Refusals()) != 1 {
			t.Errorf("%s: %v", s.body, fresh.House().Refusals())
		}
	}
	if a := c.Do("POST", "/services/aigc/image2video/video-synthesis", good); a.Status != 400 {
		t.Error(a.Text)
	}
	if a := c.Do("POST", submit, strings.Replace(i2v, `https://x.example/1.png`, "oss://x/1.png", 1), "X-DashScope-OssResourceResolve", "enable"); a.Status != 200 {
		t.Error(a.Text)
	}
	if a := c.Do("PUT", "/tasks/1", ""); a.Status != 404 {
		t.Error(a.Status)
	}
}

func TestListAndCancel(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Slots: 1, Chaos: vendors.Chaos{Script: []vendors.Fate{vendors.Good, vendors.Lost, vendors.Gateway, vendors.Dropped}}})
	first := c.Do("POST", submit, good)
	if a := c.Do("POST", submit, good); a.Err == nil {
		t.Error("an answer that should be lost:", a.Text)
	}
	if a := c.Do("POST", submit, good); a.Status != 504 || a.Body != nil {
		t.Error(a.Text)
	}
	if a := c.Do("POST", submit, good); a.Err == nil {
		t.Error("an answer to a dropped request:", a.Text)
	}
	clock.Add(2 * time.Second)
	a := c.Do("GET", "/tasks/?model_name=happyhorse-1.1-t2v&page_no=1&page_size=2", "")
	if a.At("total") != "3" || a.At("total_page") != "2" || a.At("data.0.status") != "PENDING" || a.At("data.0.gmt_create") != "1791532800000" {
		t.Fatal(a.Text)
	}
	if strings.Contains(a.Text, "street") {
		t.Error("the list tells prompts")
	}
	if a := c.Do("GET", "/tasks/?page_no=2&page_size=2", ""); a.At("data.0.request_id") != first.At("request_id") || a.At("data.0.status") != "RUNNING" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", "/tasks/?start_time=20261009155959&end_time=20261009160010&status=PENDING", ""); a.At("total") != "2" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", "/tasks/?start_time=20261001000000&end_time=20261009160010", ""); a.Status != 400 {
		t.Error(a.Text)
	}
	if a := c.Do("POST", "/tasks/"+a.At("data.0.task_id")+"/cancel", ""); a.Status != 200 || a.At("request_id") == "" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", "/tasks/"+a.At("data.0.task_id"), ""); a.At("output.task_status") != "CANCELED" {
		t.Error(a.Text)
	}
	clock.Add(time.Minute)
	l := v.House().Ledger()
	if len(l) != 3 || l[0].Lost || !l[1].Lost || !l[2].Lost || l[1].Billed != 4_500_000 || l[2].Billed != 0 || v.House().Billed()["CNY"] != 9_000_000 {
		t.Errorf("%+v", l)
	}
	if n := v.House().Answers()["create lost"]; n != 2 {
		t.Error(v.House().Answers())
	}
}

func TestBadDays(t *testing.T) {
	F := func(f ...vendors.Fate) vendors.Options { return vendors.Options{Chaos: vendors.Chaos{Script: f}} }
	v, c, clock := open(t, F(vendors.ServerError, vendors.Throttle, vendors.RefuseNow, vendors.RefuseLater, vendors.Fail, vendors.Fail))
	for _, code := range []string{"500 InternalError", "429 Throttling.RateQuota", "400 IPInfringementSuspect"} {
		if a := c.Do("POST", submit, good); fmt.Sprint(a.Status, " ", a.At("code")) != code {
			t.Error(a.Status, a.Text)
		}
	}
	for _, code := range []string{"DataInspectionFailed", "InternalError.Algo", ""} {
		id := c.Do("POST", submit, good).At("output.task_id")
		clock.Add(time.Minute)
		if a := c.Do("GET", "/tasks/"+id, ""); a.Status != 200 || a.At("output.task_status") != "FAILED" || a.At("output.code") != code {
			t.Error(a.Text)
		}
	}
	mixed := `{"model":"wan3.0-video","input":{"media":[{"type":"first_frame","url":"https://x.example/1"},{"type":"reference_image","url":"https://x.example/1"}]}}`
	id := c.Do("POST", submit, mixed).At("output.task_id")
	clock.Add(time.Minute)
	if a := c.Do("GET", "/tasks/"+id, ""); a.At("output.code") != "InvalidParameter" {
		t.Error(a.Text)
	}
	if len(v.House().Billed()) != 0 || len(v.House().Refusals()) != 0 {
		t.Error(v.House().Billed(), v.House().Refusals())
	}
	v, c, _ = open(t, vendors.Options{SubmitRPS: 1, Credit: 5_000_000})
	long := strings.Repeat("字", 2501)
	if a := c.Do("POST", submit, `{"model":"happyhorse-1.1-t2v","input":{"prompt":"`+long+`"},"parameters":{"duration":3}}`); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
	if w := v.House().Warnings(); len(w) != 2 || w[0].Job == "" {
		t.Error(w)
	}
	if a := c.Do("POST", submit, good); a.At("code") != "Throttling.RateQuota" {
		t.Error(a.Text)
	}
	_, c, _ = open(t, vendors.Options{Credit: 5_000_000})
	c.Do("POST", submit, good)
	if a := c.Do("POST", submit, good); a.Status != 429 || a.At("code") != "PostpaidBillOverdue" {
		t.Error(a.Text)
	}
}
