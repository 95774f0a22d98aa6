package ark

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/raw"
)

const (
	path = "/contents/generations/tasks"
	good = `{"model":"doubao-seedance-2-0-260128","content":[{"type":"text","text":"a street"}],"resolution":"720p","ratio":"9:16","duration":5,` +
		`"watermark":false,"generate_audio":true,"return_last_frame":true,"execution_expires_after":3600,"safety_identifier":"key-1","priority":0}`
)

func open(t *testing.T, o vendors.Options) (*Vendor, raw.Client, *raw.Clock) {
	c := raw.NewClock()
	o.Key, o.Now, o.JobTime = "ark-test", c.Now, 10*time.Second
	v := New(o)
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	return v, raw.Client{T: t, Base: BaseURL(s.URL), Head: map[string]string{"Authorization": "Bearer ark-test", "Content-Type": "application/json"}}, c
}

func TestLife(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Chaos: vendors.Chaos{NotReady: 1}})
	a := c.Do("POST", path, good)
	id := a.At("id")
	if a.Status != 200 || !strings.HasPrefix(id, "cgt-20261009080000-") {
		t.Fatal(a.Text)
	}
	if a := c.Do("GET", path+"/"+id, ""); a.At("status") != "queued" || a.At("error") != "" || a.At("safety_identifier") != "key-1" || a.At("usage") != "" {
		t.Error(a.Text)
	}
	clock.Add(time.Second)
	if a := c.Do("GET", path+"/"+id+"?t=1", ""); a.At("status") != "running" || a.At("updated_at") != "1791532801" {
		t.Error(a.Text)
	}
	if a := c.Do("DELETE", path+"/"+id, ""); a.Status != 400 || a.At("error.code") == "" {
		t.Error(a.Text)
	}
	clock.Add(10 * time.Second)
	a = c.Do("GET", path+"/"+id, "")
	if a.At("status") != "succeeded" || a.At("usage.completion_tokens") != "108900" || a.At("framespersecond") != "24" || a.At("ratio") != "9:16" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", a.At("content.video_url"), "", "Authorization", ""); a.Status != 400 || !strings.Contains(a.Text, "video_not_ready") {
		t.Error(a.Status, a.Text)
	}
	if a := c.Do("GET", a.At("content.video_url"), "", "Authorization", ""); a.Status != 200 || !strings.Contains(a.Text, "ftyp") {
		t.Error(a.Status, a.Text)
	}
	if a := c.Do("GET", a.At("content.last_frame_url"), "", "Authorization", ""); a.Status != 200 || a.Header.Get("Content-Type") != "image/png" {
		t.Error(a.Status, a.Text)
	}
	if j := v.House().Ledger()[0]; j.Billed != 5_009_400 || j.Key != "key-1" || j.Width != 720 || j.Height != 1280 || j.Fetched != 2 {
		t.Errorf("%+v", j)
	}
	if len(v.House().Warnings())+len(v.House().Refusals()) != 0 {
		t.Error(v.House().Warnings(), v.House().Refusals())
	}
	if a := c.Do("DELETE", path+"/"+id, ""); a.Status != 200 || a.Text != "{}\n" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", path+"/"+id, ""); a.Status != 404 || a.At("error.code") != "TaskNotFound" {
		t.Error(a.Text)
	}
}

func TestMoney(t *testing.T) {
	v, c, clock := open(t, vendors.Options{})
	item := func(role string) string {
		return `{"type":"image_url","image_url":{"url":"data:image/png;base64,` + raw.PNG(360, 640) + `"},"role":"` + role + `"}`
	}
	for _, s := range []struct {
		body     string
		tokens   string
		micros   int64
		currency string
	}{
		{`{"model":"doubao-seedance-2-0-fast-260128","content":[{"type":"text","text":"x"}],"resolution":"480p","ratio":"16:9","duration":4}`, "40594", 1_501_978, "CNY"},
		{`{"model":"doubao-seedance-1-5-pro-251215","content":[{"type":"text","text":"x"},` + item("first_frame") + `,` + item("last_frame") + `],"generate_audio":false,"seed":7,"camera_fixed":true}`, "108900", 871_200, "CNY"},
		{`{"model":"doubao-seedance-1-5-pro-251215","content":[{"type":"text","text":"x"}],"service_tier":"flex"}`, "108900", 871_200, "CNY"},
		{`{"model":"doubao-seedance-1-0-pro-fast-251015","content":[{"type":"text","text":"x"}],"resolution":"720p","frames":29}`, "26100", 109_620, "CNY"},
		{`{"model":"dreamina-seedance-2-0-260128","content":[{"type":"text","text":"x"},` + item("reference_image") + `],"resolution":"1080p","ratio":"16:9","duration":5}`, "245025", 1_850_000, "USD"},
		{`{"model":"dreamina-seedance-2-5-260628","content":[` + item("first_frame") + `],"duration":5}`, "108900", 1_165_230, "USD"},
		{`{"model":"doubao-seedance-2-0-260128","content":[{"type":"text","text":"x"},{"type":"video_url","video_url":{"url":"https://x.example/a.mp4"},"role":"reference_video"}],"duration":5,"ratio":"16:9"}`, "216900", 6_073_200, "CNY"},
	} {
		before := v.House().Billed()[s.currency]
		id := c.Do("POST", path, s.body).At("id")
		clock.Add(time.Minute)
		a := c.Do("GET", path+"/"+id, "")
		if got := v.House().Billed()[s.currency] - before; got != s.micros || a.At("usage.completion_tokens") != s.tokens {
			t.Errorf("%.60s: billed %d, want %d: %s", s.body, got, s.micros, a.Text)
		}
	}
	if j := v.House().Ledger()[1]; j.Ratio != "9:16" || *j.Seed != 7 {
		t.Errorf("%+v", j)
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
	picture := func(role, url string) string {
		return `,{"type":"image_url","image_url":{"url":"` + url + `"}` + role + `}]`
	}
	const first, last, ref, url = `,"role":"first_frame"`, `,"role":"last_frame"`, `,"role":"reference_image"`, "https://x.example/1.png"
	for _, s := range []struct {
		body   string
		head   []string
		status int
		code   string
	}{
		{good, []string{"Authorization", ""}, 401, "AuthenticationError"},
		{good, []string{"Authorization", "Bearer no"}, 401, "AuthenticationError"},
		{good, []string{"Content-Type", ""}, 400, "InvalidParameter"},
		{in(`"model":"doubao-seedance-2-0-260128",`, ``), nil, 400, "MissingParameter"},
		{in(`260128`, `1`), nil, 404, "InvalidEndpointOrModel.NotFound"},
		{in(`"priority":0`, `"priority":10`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"seed":-1`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"camera_fixed":false`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"frames":29`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"service_tier":"flex"`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"draft":false`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"negative_prompt":"x"`), nil, 400, "InvalidParameter"},
		{in(`"priority":0`, `"output_format":"mp4"`), nil, 400, "InvalidParameter"},
		{in(`3600`, `600`), nil, 400, "InvalidParameter"},
		{in(`key-1`, strings.Repeat("k", 65)), nil, 400, "InvalidParameter"},
		{in(`"720p"`, `"720P"`), nil, 400, "InvalidParameter"},
		{in(`"9:16"`, `"9:21"`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":3`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":"5"`), nil, 400, "InvalidParameter"},
		{in(`"duration":5`, `"duration":5.5`), nil, 400, "InvalidParameter"},
		{in(`2-0-260128`, `2-0-fast-260128`)[:0] + strings.Replace(in(`2-0-260128`, `2-0-fast-260128`), "720p", "1080p", 1), nil, 400, "InvalidParameter"},
		{in(`"text":"a street"`, `"text":" "`), nil, 400, "MissingParameter"},
		{in(`{"type":"text","text":"a street"}`, ``), nil, 400, "MissingParameter"},
		{in(`"text":"a street"`, `"text":"a street","role":"x"`), nil, 400, "InvalidParameter"},
		{in(`]`, picture(last, url)), nil, 400, "InvalidParameter"},
		{in(`]`, picture(first, url)[:len(picture(first, url))-1]+picture(ref, url)), nil, 400, "InvalidParameter"},
		{in(`]`, picture(first, url)[:len(picture(first, url))-1]+picture(first, url)), nil, 400, "InvalidParameter"},
		{in(`]`, picture(first, raw.PNG(1, 1))), nil, 400, "InvalidParameter"},
		{in(`]`, picture(first, "data:image/png;base64,AAAA")), nil, 400, "InvalidParameter"},
		{in(`]`, picture(`,"role":"first"`, url)), nil, 400, "InvalidParameter"},
		{in(`]`, `,{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AAAA"},"role":"reference_video"}]`), nil, 400, "InvalidParameter"},
		{in(`]`, `,{"type":"audio_url","audio_url":{"url":"https://x.example/a.mp3"},"role":"reference_audio"}]`), nil, 400, "InvalidParameter"},
		{strings.Replace(in(`]`, picture(first, url)), "2-0-260128", "2-5-260628", 1), nil, 400, "InvalidParameter.TaskTypeConstraint"},
		{`{"model":"doubao-seedance-1-0-pro-250528","content":[{"type":"text","text":"x"}],"generate_audio":false}`, nil, 400, "InvalidParameter"},
		{`{"model":"doubao-seedance-1-0-pro-250528","content":[{"type":"text","text":"x"}],"frames":30}`, nil, 400, "InvalidParameter"},
		{`{"model":"doubao-seedance-1-0-pro-fast-251015","content":[{"type":"text","text":"x"}` + picture(first, url)[:len(picture(first, url))-1] + picture(last, url) + `}`, nil, 400, "InvalidParameter"},
	} {
		v, c, _ := open(t, vendors.Options{})
		a := c.Do("POST", path, s.body, s.head...)
		if a.Status != s.status || a.At("error.code") != s.code || a.At("error.message") == "" || a.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s %v: %d %s, want %d %s", s.body, s.head, a.Status, a.Text, s.status, s.code)
		}
		if len(v.House().Ledger()) != 0 || len(v.House().Refusals()) != 1 {
			t.Errorf("%s: %v", s.body, v.House().Refusals())
		}
	}
}

func TestListAndCancel(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Slots: 1, ListLag: time.Second, Chaos: vendors.Chaos{Script: []vendors.Fate{vendors.Good, vendors.Lost}}})
	c.Do("POST", path, good)
	if a := c.Do("POST", path, strings.Replace(good, "key-1", "key-2", 1)); a.Err == nil {
		t.Error("an answer that should be lost:", a.Text)
	}
	if a := c.Do("GET", path, ""); a.Status != 200 || a.At("total") != "0" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", path, ""); a.Status != 429 || a.At("error.code") != "AccountRateLimitExceeded" {
		t.Error(a.Text)
	}
	clock.Add(time.Second)
	a := c.Do("GET", path+"?page_num=1&page_size=1", "")
	if a.At("total") != "2" || a.At("items.0.safety_identifier") != "key-2" || a.At("items.0.status") != "queued" || a.At("items.1") != "" {
		t.Error(a.Text)
	}
	id := a.At("items.0.id")
	clock.Add(time.Second)
	if a := c.Do("GET", path+"?filter.status=queued&filter.task_ids=x&filter.task_ids="+id, ""); a.At("total") != "1" {
		t.Error(a.Text)
	}
	for _, q := range []string{"?page_size=501", "?page_num=0", "?filter.status=done", "?since=1"} {
		clock.Add(time.Second)
		if a := c.Do("GET", path+q, ""); a.Status != 400 {
			t.Error(q, a.Text)
		}
	}
	if a := c.Do("DELETE", path+"/"+id, ""); a.Status != 200 {
		t.Error(a.Text)
	}
	if a := c.Do("DELETE", path+"/"+id, ""); a.Status != 400 {
		t.Error("a cancelled task was cancelled:", a.Text)
	}
	if a := c.Do("GET", path+"/"+id, ""); a.At("status") != "cancelled" {
		t.Error(a.Text)
	}
	if a := c.Do("DELETE", path+"/cgt-none", ""); a.Status != 404 {
		t.Error(a.Text)
	}
	clock.Add(25 * time.Hour)
	if a := c.Do("GET", path+"/"+id, ""); a.Status != 404 {
		t.Error(a.Text)
	}
	if l := v.House().Ledger(); len(l) != 2 || !l[1].Lost || l[1].State != vendors.Cancelled || v.House().Billed()["CNY"] != 5_009_400 {
		t.Errorf("%+v", l)
	}
}

// TestTogether is a studio in a hurry, by the real clock.
func TestTogether(t *testing.T) {
	v := New(vendors.Options{
		Key: "ark-test", Seed: 1, JobTime: 10 * time.Millisecond, Jitter: 20 * time.Millisecond, Slots: 4, SubmitRPS: -1, QueryQPS: -1,
		Chaos: vendors.Chaos{Lost: 0.2, ServerError: 0.2, Throttle: 0.1, RefuseLater: 0.1, QueryError: 0.1},
	})
	s := httptest.NewServer(v)
	defer s.Close()
	c := raw.Client{T: t, Base: BaseURL(s.URL), Head: map[string]string{"Authorization": "Bearer ark-test", "Content-Type": "application/json"}}
	var all sync.WaitGroup
	var lost atomic.Int64
	for i := range 40 {
		all.Go(func() {
			a := c.Do("POST", path, strings.Replace(good, "key-1", fmt.Sprint("key-", i), 1))
			if a.Err != nil {
				lost.Add(1)
			}
			for id := a.At("id"); id != ""; {
				switch a := c.Do("GET", path+"/"+id, ""); a.At("status") {
				case "succeeded", "failed":
					return
				}
			}
		})
	}
	all.Wait()
	for v.House().Busy().Max > 0 && slices.ContainsFunc(v.House().Ledger(), func(j vendors.Job) bool { return !j.State.Final() }) {
		runtime.Gosched()
	}
	var want int64
	for _, j := range v.House().Ledger() {
		if j.Lost {
			lost.Add(-1)
		}
		if j.State == vendors.Succeeded {
			want += 5_009_400
		}
	}
	b := v.House().Busy()
	if lost.Load() != 0 || v.House().Billed()["CNY"] != want || want == 0 || b.Max != 4 || b.Utilisation < 0.5 || b.Utilisation > 1 {
		t.Errorf("%d answers too many lost, billed %v of %d, %+v", lost.Load(), v.House().Billed(), want, b)
	}
}

func TestBadDays(t *testing.T) {
	v, c, clock := open(t, vendors.Options{Chaos: vendors.Chaos{Script: []vendors.Fate{
		vendors.ServerError, vendors.Throttle, vendors.RefuseNow, vendors.RefuseLater, vendors.Fail, vendors.Stuck,
	}}})
	for _, code := range []string{"500 InternalServiceError", "429 ModelAccountRpmRateLimitExceeded", "400 InputTextSensitiveContentDetected"} {
		if a := c.Do("POST", path, good); fmt.Sprint(a.Status, " ", a.At("error.code")) != code {
			t.Error(a.Status, a.Text)
		}
	}
	for _, code := range []string{"failed OutputVideoSensitiveContentDetected", "failed InternalServiceError", "expired "} {
		id := c.Do("POST", path, good).At("id")
		clock.Add(time.Hour)
		if a := c.Do("GET", path+"/"+id, ""); a.Status != 200 || a.At("status")+" "+a.At("error.code") != code {
			t.Error(a.Text)
		}
	}
	if len(v.House().Billed()) != 0 || len(v.House().Refusals()) != 0 {
		t.Error(v.House().Billed(), v.House().Refusals())
	}
	v, c, _ = open(t, vendors.Options{Credit: 6_000_000, Chaos: vendors.Chaos{QueryError: 1}})
	id := c.Do("POST", path, strings.Replace(good, `"watermark":false`, `"watermark":true`, 1)).At("id")
	if w := v.House().Warnings(); len(w) != 1 || w[0].Job != id {
		t.Error(w)
	}
	if a := c.Do("POST", path, good); a.Status != 403 || a.At("error.code") != "AccountOverdueError" {
		t.Error(a.Text)
	}
	if a := c.Do("GET", path+"/"+id, ""); a.Status != 500 {
		t.Error(a.Text)
	}
}
