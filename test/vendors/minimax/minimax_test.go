package minimax

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/raw"
)

const (
	oldPath = "/v1/video_generation"
	oldGet  = "/v1/query/video_generation?task_id="
	oldFile = "/v1/files/retrieve?file_id="
	newPath = "/v2/video_generation"
	newGet  = "/v2/query/video_generation"
	goodOld = `{"model":"MiniMax-Hailuo-2.3","prompt":"a street [Push in]","prompt_optimizer":false,"fast_pretreatment":false,"duration":6,"resolution":"768P"}`
	good    = `{"model":"MiniMax-H3","content":[{"type":"text","text":"a street"}],"resolution":"768P","duration":5,"ratio":"9:16"}`
)

func open(t *testing.T, o vendors.Options) (*Vendor, raw.Client, *raw.Clock) {
	c := raw.NewClock()
	o.Key, o.Now, o.JobTime = "mm-test", c.Now, 10*time.Second
	v := New(o)
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	return v, raw.Client{T: t, Base: BaseURL(s.URL), Head: map[string]string{"Authorization": "Bearer mm-test", "Content-Type": "application/json"}}, c
}

func TestLifeOld(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Slots: 1})
	a := c.Do("POST", oldPath, goodOld)
	id := a.At("task_id")
	if a.Status != 200 || id == "" || a.At("base_resp.status_code") != "0" {
		t.Fatal(a.Text)
	}
	other := c.Do("POST", oldPath, goodOld).At("task_id")
	if a := c.Do("GET", oldGet+id, ""); a.At("status") != "Preparing" || a.At("file_id") != "" || a.At("video_width") != "0" {
		t.Error(a.Text)
	}
	clock.Add(time.Second)
	if a := c.Do("GET", oldGet+id, ""); a.At("status") != "Processing" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", oldGet+other, ""); a.At("status") != "Queueing" {
		t.Error(a.Text)
	}
	clock.Add(time.Minute)
	a = c.Do("GET", oldGet+id, "")
	file := a.At("file_id")
	if a.At("status") != "Success" || file == "" || a.At("video_height") != "768" || !strings.Contains(a.Text, `"file_id":"`+file+`"`) {
		t.Fatal(a.Text)
	}
	a = c.Do("GET", oldFile+file, "")
	if a.At("base_resp.status_code") != "0" || !strings.Contains(a.Text, `"file_id":`+file+`,`) {
		t.Error(a.Text)
	}
	url := a.At("file.download_url")
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 200 {
		t.Error(a.Status, a.Text)
	}
	clock.Add(time.Hour)
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 403 {
		t.Error(a.Status)
	}
	if a := c.Do("GET", c.Do("GET", oldFile+file, "").At("file.download_url"), "", "Authorization", ""); a.Status != 200 {
		t.Error("a fresh URL is no good:", a.Status)
	}
	if a := c.Do("GET", "/v1/files/retrieve_content?file_id="+file, ""); a.Status != 200 || !strings.Contains(a.Text, "ftyp") {
		t.Error(a.Status, a.Text)
	}
	if a := c.Do("GET", oldGet+"1", ""); a.Status != 200 || a.At("base_resp.status_code") != "2013" {
		t.Error(a.Text)
	}
	if v.House().Billed()["CNY"] != 4_000_000 || len(v.House().Warnings())+len(v.House().Refusals()) != 0 || v.House().Ledger()[0].Fetched != 2 {
		t.Error(v.House().Billed(), v.House().Warnings(), v.House().Refusals())
	}
}

func TestLifeNew(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Slots: 2, ListLag: time.Second, Chaos: vendors.Chaos{Script: []vendors.Fate{vendors.Good, vendors.Lost}}})
	a := c.Do("POST", newPath, good)
	id := a.At("task_id")
	if a.Status != 200 || id == "" || a.Body["base_resp"] != nil {
		t.Fatal(a.Text)
	}
	if a := c.Do("POST", newPath, strings.Replace(good, "768P", "2K", 1)); a.Err == nil {
		t.Error("an answer that should be lost:", a.Text)
	}
	if a := c.Do("POST", newPath, good); a.Status != 429 || a.At("error.type") != "rate_limit_error" || a.At("error.http_code") != "429" || !strings.HasSuffix(a.At("error.message"), "(1002)") {
		t.Error(a.Text)
	}
	if a := c.Do("GET", newGet, ""); a.At("total") != "0" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", newGet+"/"+id, ""); a.At("task.status") != "queued" || a.At("task.usage") != "{}" || a.At("task.created_at") != "1791532800" {
		t.Error(a.Text)
	}
	clock.Add(time.Second)
	if a := c.Do("DELETE", newPath+"/"+id, ""); a.Status != 400 {
		t.Error("a running task was deleted:", a.Text)
	}
	a = c.Do("GET", newGet+"?page_num=1&page_size=1&filter.status=running&filter.model=MiniMax-H3", "")
	if a.At("total") != "2" || a.At("items.0.resolution") != "2K" || a.At("items.1") != "" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", newGet+"?page_size=501", ""); a.Status != 400 {
		t.Error(a.Text)
	}
	clock.Add(time.Minute)
	a = c.Do("GET", newGet+"/"+id, "")
	if a.At("task.status") != "succeeded" || a.At("task.usage.total_seconds") != "5" || a.At("task.ratio") != "9:16" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", a.At("task.content.url"), "", "Authorization", ""); a.Status != 200 {
		t.Error(a.Status, a.Text)
	}
	if a := c.Do("DELETE", newPath+"/"+id, ""); a.At("action") != "deleted" || a.At("status") != "succeeded" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", newGet+"/"+id, ""); a.Status != 400 || !strings.Contains(a.At("error.message"), "invalid task_id") {
		t.Error(a.Text)
	}
	third := c.Do("POST", newPath, good).At("task_id")
	if a := c.Do("DELETE", newPath+"/"+third, ""); a.At("action") != "cancelled" || a.At("task_id") != third {
		t.Error(a.Text)
	}
	if a := c.Do("DELETE", newPath+"/"+third, ""); a.Status != 400 {
		t.Error("a cancelled task was cancelled:", a.Text)
	}
	if l := v.House().Ledger(); len(l) != 3 || !l[1].Lost || l[1].Billed != 4_000_000 || v.House().Billed()["CNY"] != 6_500_000 {
		t.Errorf("%+v", l)
	}
}

func TestMoney(t *testing.T) {
	picture := func(role string) string {
		return `{"type":"image_url","image_url":{"url":"data:image/png;base64,` + raw.PNG(360, 640) + `"},"role":"` + role + `"}`
	}
	for _, s := range []struct {
		currency, path, body string
		want                 int64
	}{
		{"CNY", oldPath, `{"model":"MiniMax-Hailuo-2.3-Fast","first_frame_image":"https://x.example/1.png","duration":10}`, 2_250_000},
		{"CNY", oldPath, `{"model":"MiniMax-Hailuo-2.3","prompt":"x","resolution":"1080P"}`, 3_500_000},
		{"CNY", oldPath, `{"model":"S2V-01","prompt":"x","subject_reference":[{"type":"character","image":["https://x.example/1.png"]}]}`, 3_000_000},
		{"USD", oldPath, `{"model":"MiniMax-Hailuo-02","first_frame_image":"data:image/png;base64,` + raw.PNG(300, 300) + `","resolution":"512P","duration":6}`, 100_000},
		{"CNY", newPath, `{"model":"MiniMax-H3","content":[{"type":"text","text":"x"},` + picture("first_frame") + `,` + picture("last_frame") + `],"resolution":"2K","duration":15}`, 12_000_000},
		{"CNY", newPath, `{"model":"MiniMax-H3","content":[{"type":"text","text":"x"}` + strings.Repeat(","+picture("reference_image"), 7) + `],"resolution":"768P","duration":4,"ratio":"9:16"}`, 2_400_000},
		{"USD", newPath, `{"model":"MiniMax-H3-Max","content":[{"type":"text","text":"x"}],"resolution":"480P","duration":5,"ratio":"9:16","extra":{"prompt_expansion_mode":"disabled"}}`, 250_000},
	} {
		v, c, clock := open(t, vendors.Options{Currency: s.currency})
		a := c.Do("POST", s.path, s.body)
		clock.Add(time.Minute)
		if got := v.House().Billed()[s.currency]; got != s.want || len(v.House().Warnings()) != 0 {
			t.Errorf("%.80s: billed %d, want %d: %s %v", s.body, got, s.want, a.Text, v.House().Warnings())
		}
	}
}

func TestRefusesOld(t *testing.T) {
	i2v := `{"model":"MiniMax-Hailuo-2.3-Fast","first_frame_image":"https://x.example/1.png"}`
	for _, s := range []struct {
		body string
		head []string
		code string
	}{
		{goodOld, []string{"Authorization", ""}, "1004"},
		{goodOld, []string{"Authorization", "Bearer no"}, "2049"},
		{goodOld, []string{"Content-Type", ""}, "2013"},
		{strings.Replace(goodOld, "2.3", "9", 1), nil, "2013"},
		{strings.Replace(goodOld, `"duration":6`, `"duration":5`, 1), nil, "2013"},
		{strings.Replace(goodOld, `"duration":6`, `"duration":"6"`, 1), nil, "2013"},
		{strings.Replace(strings.Replace(goodOld, `"duration":6`, `"duration":10`, 1), "768P", "1080P", 1), nil, "2013"},
		{strings.Replace(goodOld, "768P", "720P", 1), nil, "2013"},
		{strings.Replace(goodOld, `"prompt_optimizer":false`, `"seed":1`, 1), nil, "2013"},
		{strings.Replace(goodOld, `"prompt_optimizer":false`, `"ratio":"9:16"`, 1), nil, "2013"},
		{strings.Replace(goodOld, `a street [Push in]`, ``, 1), nil, "2013"},
		{strings.Replace(goodOld, "2.3", "2.3-Fast", 1), nil, "2013"},
		{strings.Replace(i2v, "}", `,"last_frame_image":"https://x.example/2.png"}`, 1), nil, "2013"},
		{strings.Replace(i2v, "https://x.example/1.png", raw.PNG(300, 300), 1), nil, "2013"},
		{strings.Replace(i2v, "https://x.example/1.png", "data:image/png;base64,AAAA", 1), nil, "2013"},
		{`{"model":"MiniMax-Hailuo-02","prompt":"x","resolution":"512P"}`, nil, "2013"},
		{`{"model":"S2V-01","prompt":"x","subject_reference":[]}`, nil, "2013"},
		{`{"model":"S2V-01","prompt":"x","fast_pretreatment":true,"subject_reference":[{"type":"character","image":["https://x.example/1.png"]}]}`, nil, "2013"},
	} {
		v, c, _ := open(t, vendors.Options{})
		a := c.Do("POST", oldPath, s.body, s.head...)
		if a.Status != 200 || a.At("base_resp.status_code") != s.code || a.At("task_id") != "" || len(v.House().Refusals()) != 1 {
			t.Errorf("%s %v: %d %s, want %s", s.body, s.head, a.Status, a.Text, s.code)
		}
	}
	_, c, _ := open(t, vendors.Options{})
	if a := c.Do("POST", oldPath, strings.Replace(goodOld, "MiniMax-Hailuo-2.3", "video-01", 1)); a.Status != 404 {
		t.Error(a.Text)
	}
	for range 19 {
		c.Do("POST", oldPath, goodOld)
	}
	if a := c.Do("POST", oldPath, goodOld); a.Status != 200 || a.At("base_resp.status_code") != "1002" {
		t.Error("more than 20 a minute:", a.Text)
	}
}

func TestRefusesNew(t *testing.T) {
	with := func(role string) string {
		return strings.Replace(good, `]`, `,{"type":"image_url","image_url":{"url":"https://x.example/1.png"}`+role+`}]`, 1)
	}
	for _, s := range []struct {
		body string
		head []string
		want string
	}{
		{good, []string{"Authorization", "Bearer no"}, "401 authorized_error"},
		{good, []string{"Content-Type", "text/plain"}, "400 bad_request_error"},
		{strings.Replace(good, `"duration":5,`, ``, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"resolution":"768P",`, ``, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `768P`, `1080P`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `MiniMax-H3`, `MiniMax-Hailuo-2.3`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"duration":5`, `"duration":16`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"ratio":"9:16"`, `"ratio":"adaptive"`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `,"ratio":"9:16"`, ``, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"ratio"`, `"seed":1,"ratio"`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"ratio"`, `"watermark":false,"ratio"`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `"ratio"`, `"extra":{},"ratio"`, 1), nil, "400 bad_request_error"},
		{strings.Replace(good, `a street`, ` `, 1), nil, "400 bad_request_error"},
		{with(``), nil, "400 bad_request_error"},
		{with(`,"role":"last_frame"`), nil, "400 bad_request_error"},
		{strings.Replace(with(`,"role":"first_frame"`), `https://x.example/1.png`, `AAAA`, 1), nil, "400 bad_request_error"},
		{strings.Replace(with(`,"role":"first_frame"`), `]`, `,{"type":"image_url","image_url":{"url":"https://x.example/1.png"},"role":"reference_image"}]`, 1), nil, "400 bad_request_error"},
	} {
		v, c, _ := open(t, vendors.Options{})
		a := c.Do("POST", newPath, s.body, s.head...)
		if got := fmt.Sprint(a.Status, " ", a.At("error.type")); got != s.want || a.At("type") != "error" || a.At("request_id") == "" || len(v.House().Refusals()) != 1 {
			t.Errorf("%s %v: %s, want %s: %s", s.body, s.head, got, s.want, a.Text)
		}
	}
	v, c, _ := open(t, vendors.Options{})
	if a := c.Do("POST", newPath, with(`,"role":"first_frame"`)); a.Status != 200 || len(v.House().Warnings()) != 1 {
		t.Error("a ratio beside a first frame is ignored:", a.Text, v.House().Warnings())
	}
}

func TestBadDays(t *testing.T) {
	script := vendors.Chaos{Script: []vendors.Fate{
		vendors.ServerError, vendors.Throttle, vendors.RefuseNow, vendors.RefuseLater, vendors.Fail, vendors.Fail,
	}}
	v, c, clock := open(t, vendors.Options{Chaos: script})
	for _, code := range []string{"1000", "1039", "1026"} {
		if a := c.Do("POST", oldPath, goodOld); a.Status != 200 || a.At("base_resp.status_code") != code || a.At("task_id") != "" {
			t.Error(a.Text)
		}
	}
	for _, code := range []string{"1027", "1033", "0"} {
		id := c.Do("POST", oldPath, goodOld).At("task_id")
		clock.Add(time.Minute)
		if a := c.Do("GET", oldGet+id, ""); a.At("status") != "Fail" || a.At("base_resp.status_code") != code || a.At("file_id") != "" {
			t.Error(a.Text)
		}
	}
	if len(v.House().Billed()) != 0 || len(v.House().Refusals()) != 0 {
		t.Error(v.House().Billed(), v.House().Refusals())
	}
	_, c, clock = open(t, vendors.Options{Chaos: script})
	for _, want := range []string{"500 server_error", "429 rate_limit_error", "422 unprocessable_entity_error"} {
		if a := c.Do("POST", newPath, good); fmt.Sprint(a.Status, " ", a.At("error.type")) != want {
			t.Error(a.Text)
		}
	}
	id := c.Do("POST", newPath, good).At("task_id")
	clock.Add(time.Minute)
	if a := c.Do("GET", newGet+"/"+id, ""); a.At("task.status") != "failed" || a.At("task.error.code") != "1027" {
		t.Error(a.Text)
	}
	v, c, _ = open(t, vendors.Options{Credit: 1})
	if a := c.Do("POST", newPath, good); a.Status != 402 || a.At("error.type") != "insufficient_balance_error" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", oldPath, goodOld); a.At("base_resp.status_code") != "1008" || len(v.House().Ledger()) != 0 {
		t.Error(a.Text)
	}
}
