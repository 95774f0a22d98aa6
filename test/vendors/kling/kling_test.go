package kling

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
	text  = "/text-to-video/kling-3.0"
	image = "/image-to-video/kling-3.0"
	good  = `{"prompt":"a street","settings":{"resolution":"720p","aspect_ratio":"9:16","duration":5,"audio":"native","multi_shot":false},` +
		`"options":{"external_task_id":"key-1","watermark_info":{"enabled":false}}}`
	goodOld = `{"model_name":"kling-v2-6","prompt":"a street","negative_prompt":"rain","mode":"pro","sound":"on","aspect_ratio":"9:16","duration":"10","external_task_id":"key-1"}`
)

func open(t *testing.T, o vendors.Options) (*Vendor, raw.Client, *raw.Clock) {
	c := raw.NewClock()
	o.Key, o.AccessKey, o.SecretKey, o.Now, o.JobTime = "kling-test", "AK_TEST", "SK_TEST", c.Now, 10*time.Second
	v := New(o)
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	return v, raw.Client{T: t, Base: BaseURL(s.URL), Head: map[string]string{"Authorization": "Bearer kling-test", "Content-Type": "application/json"}}, c
}

func TestLife(t *testing.T) {
	v, c, clock := open(t, vendors.Options{})
	a := c.Do("POST", text, good)
	id := a.At("data.id")
	if a.Status != 200 || a.At("code") != "0" || id == "" || a.At("data.status") != "submitted" || a.At("data.external_id") != "key-1" || a.At("data.create_time") != "1791532800000" {
		t.Fatal(a.Text)
	}
	clock.Add(time.Second)
	if a := c.Do("GET", "/tasks?task_ids="+id, ""); a.At("data.0.status") != "processing" {
		t.Error(a.Text)
	}
	clock.Add(10 * time.Second)
	a = c.Do("GET", "/tasks?external_task_ids=other,key-1", "")
	if a.At("data.0.status") != "succeeded" || a.At("data.0.outputs.0.duration") != "5.0" || a.At("data.0.billing.0.amount") != "4" || a.At("data.1") != "" {
		t.Error(a.Text)
	}
	url := a.At("data.0.outputs.0.url")
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 200 {
		t.Error(a.Status, a.Text)
	}
	clock.Add(31 * 24 * time.Hour)
	if a := c.Do("GET", "/tasks?task_ids="+id, ""); a.Text == "" || a.At("code") != "0" || a.At("data.0.id") != "" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", url, "", "Authorization", ""); a.Status != 403 {
		t.Error(a.Status, a.Text)
	}
	if v.House().Billed()["CNY"] != 4_000_000 || len(v.House().Warnings())+len(v.House().Refusals()) != 0 {
		t.Error(v.House().Billed(), v.House().Warnings(), v.House().Refusals())
	}
}

func TestLegacy(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Currency: "USD"})
	token := []string{"Authorization", "Bearer " + Token("AK_TEST", "SK_TEST", clock.Now())}
	a := c.Do("POST", "/v1/videos/text2video", goodOld, token...)
	id := a.At("data.task_id")
	if a.Status != 200 || a.At("message") != "SUCCEED" || a.At("data.task_status") != "submitted" || a.At("data.task_info.external_task_id") != "key-1" {
		t.Fatal(a.Text)
	}
	clock.Add(time.Minute)
	for _, name := range []string{id, "key-1"} {
		a := c.Do("GET", "/v1/videos/text2video/"+name, "", token...)
		if a.At("data.task_status") != "succeed" || a.At("data.task_result.videos.0.duration") != "10.0" || a.At("data.final_unit_deduction") != "10" {
			t.Error(a.Text)
		}
	}
	if a := c.Do("GET", "/v1/videos/image2video/"+id, ""); a.Status != 404 || a.At("code") != "1203" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", "/v1/videos/text2video?pageNum=1&pageSize=30", ""); a.At("data.0.task_id") != id {
		t.Error(a.Text)
	}
	if a := c.Do("GET", "/v1/videos/text2video?pageSize=501", ""); a.Status != 400 {
		t.Error(a.Text)
	}
	if v.House().Billed()["USD"] != 1_400_000 {
		t.Error(v.House().Billed())
	}
	i2v := `{"model_name":"kling-v2-5-turbo","image":"` + raw.PNG(300, 300) + `","image_tail":"` + raw.PNG(300, 300) + `","mode":"std","duration":"5"}`
	if a := c.Do("POST", "/v1/videos/image2video", i2v); a.Status != 200 || len(v.House().Warnings()) != 1 {
		t.Error(a.Text, v.House().Warnings())
	}
	for _, s := range []struct {
		path, body string
		code       string
	}{
		{"text2video", strings.Replace(goodOld, `"10"`, `10`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"10"`, `"7"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"pro"`, `"std"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"pro"`, `"4k"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"mode"`, `"seed":1,"mode"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"mode"`, `"cfg_scale":0.5,"mode"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `"mode"`, `"camera_control":{"type":"simple","config":{"pan":1,"tilt":1}},"mode"`, 1), "1201"},
		{"text2video", strings.Replace(goodOld, `kling-v2-6`, `kling-v1-6`, 1), "1203"},
		{"text2video", strings.Replace(goodOld, `kling-v2-6`, `kling-v3-omni`, 1), "1203"},
		{"image2video", strings.Replace(i2v, `"mode"`, `"sound":"off","mode"`, 1), "1201"},
		{"image2video", strings.Replace(i2v, `"image":"`, `"image":"data:image/png;base64,`, 1), "1201"},
		{"multi-image2video", "{}", "1202"},
	} {
		if a := c.Do("POST", "/v1/videos/"+s.path, s.body); a.At("code") != s.code || a.Status/100 != 4 {
			t.Errorf("%.80s: %s", s.body, a.Text)
		}
	}
}

func TestAuthorization(t *testing.T) {
	_, c, clock := open(t, vendors.Options{})
	// The documentation's example of a token.
	at := time.Unix(1781080778, 0)
	if got := Token("AK_TEST", "SK_TEST", at); got != "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBS19URVNUIiwiZXhwIjoxNzgxMDgyNTc4LCJuYmYiOjE3ODEwODA3NzN9.iWkly3CPqpihcR9ptO5gCUgUDPJKErvjWj3BfaFfFZc" {
		t.Error(got)
	}
	now := clock.Now()
	for _, s := range []struct{ header, code string }{
		{"", "1001"},
		{"kling-test", "1002"},
		{"Bearer other", "1002"},
		{"Bearer a.b.c", "1002"},
		{"Bearer " + Token("AK_TEST", "SK_OTHER", now), "1000"},
		{"Bearer " + Token("AK_OTHER", "SK_TEST", now), "1000"},
		{"Bearer " + Token("AK_TEST", "SK_TEST", now.Add(6*time.Second)), "1003"},
		{"Bearer " + Token("AK_TEST", "SK_TEST", now.Add(-30*time.Minute)), "1004"},
	} {
		if a := c.Do("POST", text, good, "Authorization", s.header); a.Status != 401 || a.At("code") != s.code {
			t.Errorf("%q: %d %s", s.header, a.Status, a.Text)
		}
	}
	if a := c.Do("POST", text, good, "Authorization", "Bearer "+Token("AK_TEST", "SK_TEST", now)); a.Status != 200 {
		t.Error(a.Text)
	}
}

func TestMoney(t *testing.T) {
	v, c, clock := open(t, vendors.Options{})
	frame := func(kind string) string { return `{"type":"` + kind + `","url":"` + raw.PNG(300, 500) + `"}` }
	for _, s := range []struct {
		path, body string
		want       int64
		amount     string
	}{
		{text + "-turbo", `{"prompt":"x","settings":{"audio":"off","duration":7}}`, 4_200_000, "4.2"},
		{image, `{"contents":[{"type":"prompt","text":"x"},` + frame("first_frame") + `,` + frame("last_frame") + `],"settings":{"resolution":"1080p","duration":3,"audio":"native"}}`, 3_000_000, "3"},
		{"/omni-video/kling-3.0-omni", `{"contents":[{"type":"prompt","text":"x"},` + frame("refer_image") + `,{"type":"refer_image","url":"https://x.example/1.jpg","id":"2"}],"settings":{"resolution":"4k","aspect_ratio":"1:1","audio":"off"}}`, 15_000_000, "15"},
		{"/image-to-video/kling-2.5-turbo", `{"contents":[` + frame("first_frame") + `]}`, 3_000_000, "3"},
	} {
		before := v.House().Billed()["CNY"]
		id := c.Do("POST", s.path, s.body).At("data.id")
		clock.Add(time.Minute)
		a := c.Do("GET", "/tasks?task_ids="+id, "")
		if got := v.House().Billed()["CNY"] - before; got != s.want || a.At("data.0.billing.0.amount") != s.amount {
			t.Errorf("%s: billed %d, want %d: %s", s.path, got, s.want, a.Text)
		}
	}
	if len(v.House().Warnings()) != 0 || v.House().Ledger()[1].Ratio != "9:16" {
		t.Error(v.House().Warnings(), v.House().Ledger()[1])
	}
}

func TestRefuses(t *testing.T) {
	in := func(old, new string) string {
		s := strings.Replace(good, old, new, 1)
		if s == good {
			t.Fatalf("%q is not in the good body", old)
		}
		return s
	}
	first := `{"contents":[{"type":"first_frame","url":"https://x.example/1.png"}],"settings":{"audio":"off"}}`
	for _, s := range []struct {
		path, body string
		head       []string
		answer     string
	}{
		{text, good, []string{"Content-Type", "text/json"}, "400 1200"},
		{text, "[]", nil, "400 1200"},
		{"/text-to-video/kling-2.6", good, nil, "404 1203"},
		{"/motion-control/kling-3.0", good, nil, "404 1202"},
		{text, in(`"a street"`, `""`), nil, "400 1201"},
		{text, in(`"multi_shot":false`, `"seed":1`), nil, "400 1201"},
		{text, in(`"prompt"`, `"negative_prompt":"x","prompt"`), nil, "400 1201"},
		{text, in(`"prompt"`, `"model":"kling-3.0","prompt"`), nil, "400 1201"},
		{text, in(`"duration":5`, `"duration":"5"`), nil, "400 1201"},
		{text, in(`"duration":5`, `"duration":16`), nil, "400 1201"},
		{text, in(`720p`, `480p`), nil, "400 1201"},
		{text, in(`9:16`, `3:4`), nil, "400 1201"},
		{text, in(`native`, `on`), nil, "400 1201"},
		{text, in(`{"enabled":false}`, `false`), nil, "400 1201"},
		{text + "-turbo", in(`720p`, `4k`), nil, "400 1201"},
		{image, strings.Replace(first, `https://x.example/1.png`, `data:image/png;base64,`+raw.PNG(300, 300), 1), nil, "400 1201"},
		{image, strings.Replace(first, `https://x.example/1.png`, `AAAA`, 1), nil, "400 1201"},
		{image, strings.Replace(first, `first_frame`, `refer_image`, 1), nil, "400 1201"},
		{image, strings.Replace(first, `first_frame`, `last_frame`, 1), nil, "400 1201"},
		{image + "-turbo", strings.Replace(first, `[`, `[{"type":"last_frame","url":"https://x.example/1.png"},`, 1), nil, "400 1201"},
		{"/image-to-video/kling-2.6", strings.Replace(first, `off`, `native`, 1), nil, "400 1201"},
		{"/image-to-video/kling-2.6", strings.Replace(first, `"audio"`, `"duration":7,"audio"`, 1), nil, "400 1201"},
		{"/image-to-video/kling-2.5-turbo", strings.Replace(first, `[`, `[{"type":"last_frame","url":"https://x.example/1.png"},`, 1), nil, "400 1201"},
	} {
		v, c, _ := open(t, vendors.Options{})
		a := c.Do("POST", s.path, s.body, s.head...)
		if got := fmt.Sprint(a.Status, " ", a.At("code")); got != s.answer || a.At("request_id") == "" || len(v.House().Refusals()) != 1 {
			t.Errorf("%s %.120s: %s, want %s: %s", s.path, s.body, got, s.answer, a.Text)
		}
	}
	_, c, _ := open(t, vendors.Options{})
	for _, q := range []string{"", "?task_ids=1&external_task_ids=2", "?task_ids="} {
		if a := c.Do("GET", "/tasks"+q, ""); a.Status != 400 || a.At("code") != "1201" {
			t.Error(q, a.Text)
		}
	}
}

func TestSlotsKeysAndList(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Slots: 1, Chaos: vendors.Chaos{Script: []vendors.Fate{vendors.Lost}}})
	if a := c.Do("POST", text, good); a.Err == nil {
		t.Error("an answer that should be lost:", a.Text)
	}
	if a := c.Do("GET", "/tasks?external_task_ids=key-1", ""); a.At("data.0.status") != "submitted" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", text, good); a.Status != 400 || a.At("code") != "1201" {
		t.Error("the same key twice:", a.Text)
	}
	second := strings.Replace(good, "key-1", "key-2", 1)
	if a := c.Do("POST", text, second); a.Status != 429 || a.At("code") != "1303" {
		t.Error(a.Text)
	}
	clock.Add(time.Minute)
	if a := c.Do("POST", text, second); a.Status != 200 {
		t.Error(a.Text)
	}
	a := c.Do("POST", "/tasks", `{"limit":1}`)
	if a.At("result.0.external_id") != "key-2" || a.At("count") != "1" || a.At("has_more") != "true" || a.At("code") != "0" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", "/tasks", `{"limit":1,"cursor":"`+a.At("next_cursor")+`"}`); a.At("result.0.external_id") != "key-1" || a.At("has_more") != "false" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", "/tasks", `{"start_time":0,"filters":[{"key":"status","values":["succeeded"]}]}`); a.At("result.0.external_id") != "key-1" {
		t.Error(a.Text)
	}
	if a := c.Do("POST", "/tasks", `{"limit":501}`); a.Status != 400 {
		t.Error(a.Text)
	}
	clock.Add(time.Minute)
	if l := v.House().Ledger(); len(l) != 2 || !l[0].Lost || l[0].Billed != 4_000_000 || v.House().Busy().Max != 1 {
		t.Errorf("%+v", l)
	}
}

func TestBadDays(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Chaos: vendors.Chaos{Script: []vendors.Fate{
		vendors.ServerError, vendors.ServerError, vendors.Throttle, vendors.RefuseNow, vendors.RefuseLater, vendors.Fail,
	}}})
	for _, want := range []string{"500 5000", "503 5001", "429 1302", "400 1300"} {
		if a := c.Do("POST", text, good); fmt.Sprint(a.Status, " ", a.At("code")) != want {
			t.Error(a.Text)
		}
	}
	for i := range 2 {
		id := c.Do("POST", text, strings.Replace(good, "key-1", fmt.Sprint("key-", i), 1)).At("data.id")
		clock.Add(time.Minute)
		if a := c.Do("GET", "/tasks?task_ids="+id, ""); a.Status != 200 || a.At("data.0.status") != "failed" || a.At("data.0.message") == "" {
			t.Error(a.Text)
		}
	}
	if len(v.House().Billed()) != 0 || len(v.House().Refusals()) != 0 {
		t.Error(v.House().Billed(), v.House().Refusals())
	}
	v, c, _ = open(t, vendors.Options{Credit: 3_000_000})
	if a := c.Do("POST", text, good); a.Status != 429 || a.At("code") != "1102" {
		t.Error(a.Text)
	}
	long := strings.Replace(strings.Replace(good, "a street", strings.Repeat("字", 3073), 1), `"enabled":false`, `"enabled":true`, 1)
	if a := c.Do("POST", text, strings.Replace(long, `"audio":"native"`, `"audio":"off"`, 1)); a.Status != 200 || len(v.House().Warnings()) != 2 {
		t.Error(a.Text, v.House().Warnings())
	}
}
