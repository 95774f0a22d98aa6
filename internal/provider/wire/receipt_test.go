package wire_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider/wire"
)

func TestIDIsReadWhereItsMeaningIsCertain(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"v1"}`:                               "v1",
		"\ufeff" + `{"id":"v1"}`:                    "v1",
		`{"id":918273645546372819}`:                 "918273645546372819",
		`{"data":{"id":"v1"}}`:                      "v1",
		`{"code":0,"result":{"task":{"id":7}}}`:     "7",
		`{"output":[{"id":"v1"}]}`:                  "v1",
		`{"id":"v1","data":{"id":"other"}}`:         "v1", // where it belongs
		`{"error":null,"id":"v1"}`:                  "v1",
		`{"data":{"id":"v1"},"result":{"id":"v1"}}`: "v1",
		`{"data":{"id":"v1"},"result":{"id":"v2"}}`: "", // which?
		`{"error":{"code":"busy"},"id":"v1"}`:       "",
		`{"data":{"error":"no","id":"v1"}}`:         "",
		`{"id":""}`:                                 "",
		`{"id":0}`:                                  "",
		`{"id":1.5}`:                                "",
		`{"id":true}`:                               "",
		`{"id":"two words"}`:                        "",
		`{"id":"v1\u001b[31m"}`:                     "",
		`{"id":"\u202ev1"}`:                         "",
		`{"request":{"id":"v1"}}`:                   "", // somebody else's
		`{"data":[{"id":"v1"},{"id":"v2"}]}`:        "",
		`{"id":"` + strings.Repeat("v", 600) + `"}`: "",
		`<html>`: "",
		``:       "",
		`"v1"`:   "",
		`{"data":{"data":{"data":{"data":{"id":"v"}}}}}`: "",
	} {
		if got := wire.ID([]byte(body), "id"); got != want {
			t.Errorf("%.80s: %q, want %q", body, got, want)
		}
	}
	if got := wire.ID([]byte(`{"data":{"id":"request","task_id":"task"}}`), "task_id", "id"); got != "task" {
		t.Errorf("the first name does not win: %q", got)
	}
}

func FuzzID(f *testing.F) {
	f.Add([]byte(`{"data":{"id":1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if id := wire.ID(body, "id"); strings.ContainsAny(id, " \n\u001b\u202e") {
			t.Errorf("%q", id)
		}
	})
}

// An answer with a field of another type is still an answer.
func TestDecodeIsLenient(t *testing.T) {
	var v struct {
		ID     string  `json:"id"`
		Status string  `json:"status"`
		Done   float64 `json:"progress"`
	}
	if err := wire.Decode([]byte("\ufeff"+`{"id":7,"progress":"12","status":"completed"}`), &v); err != nil || v.Status != "completed" {
		t.Errorf("%+v, %v", v, err)
	}
	for _, bad := range []string{``, `<html>`, `"text"`, `[1]`, `{"status":`} {
		if err := wire.Decode([]byte(bad), &v); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// A request that the API sends elsewhere names the setting that is wrong, and where
// it would have gone, without what is secret there.
func TestARedirectNamesBaseURL(t *testing.T) {
	for _, op := range []wire.Op{wire.Submit, wire.Poll} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://user:pw123456@www.vendor.example/v1/x?token=t0ps3cret")
			w.WriteHeader(http.StatusMovedPermanently)
			fmt.Fprint(w, "moved")
		})
		err := c.JSON(t.Context(), wire.Request{Op: op, Method: http.MethodPost, Path: "/x", Body: 1}, nil)
		e := kindOf(t, err)
		for _, want := range []string{"base_url", "https://www.vendor.example/v1/x", c.Base} {
			if !strings.Contains(e.Message, want) {
				t.Errorf("%s: %q does not say %q", op, e.Message, want)
			}
		}
		if strings.Contains(e.Message, "pw123456") || strings.Contains(e.Message, "t0ps3cret") {
			t.Errorf("%s: %q", op, e.Message)
		}
	}
}

func TestCleanKeepsCredentialsAndControlsBack(t *testing.T) {
	c := &wire.Client{Secrets: []string{secret}}
	for in, hidden := range map[string]string{
		"see https://user:hunter22@cdn.example/a.mp4":                    "hunter22",
		"HTTPS://u:hunter22@cdn.example/a":                               "hunter22",
		"at s3://k:hunter22@bucket/a":                                    "hunter22",
		"https://cdn.example/a.mp4#access_token=abcdefgh12":              "abcdefgh12",
		"oss://bucket/a?OSSAccessKeyId=LTAI5tabcdef&Signature=aGVsbG8=1": "aGVsbG8",
		`{"X-Amz-Signature":"0123456789abcdef"}`:                         "0123456789abcdef",
		"x-oss-security-token=CAISabcdefgh":                              "CAISabcdefgh",
		"api_key: sk-0123456789abc":                                      "sk-0123456789abc",
		"\x1b[31mred":                                                    "\x1b",
		"\u202egnp.exe":                                                  "\u202e",
		"a\u2066b\u2069c":                                                "\u2066",
		"a\u2028b":                                                       "\u2028",
		"a\u009bb":                                                       "\u009b",
	} {
		if got := c.Clean(in); strings.Contains(got, hidden) {
			t.Errorf("%q shows %q", in, got)
		}
	}
	for _, plain := range []string{"क्\u200dष and می\u200cخواهم", "少女，你好 👩\u200d🚀", "job v1 has failed: code 1301"} {
		if got := c.Clean(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}
