package ark

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
)

// registry is the management API as its pages have it:
// https://docs.byteplus.com/en/docs/ModelArk/2318271
type registry struct {
	t       *testing.T
	server  *httptest.Server
	asked   []string
	groups  []map[string]any
	assets  []map[string]any
	answer  func(action string) (status int, body string) // instead of its own; status 0: its own
	lose    string                                        // the action whose answer is lost
	project string
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{t: t, project: "drama"}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (g *registry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	action := r.URL.Query().Get("Action")
	g.asked = append(g.asked, action)
	raw, _ := io.ReadAll(r.Body)
	var body struct {
		Name, Id, GroupId, URL, AssetType, GroupType, ProjectName, NextToken string
		Filter                                                               *struct {
			GroupType, Name string
			GroupIds        []string
		}
	}
	if err := json.Unmarshal(raw, &body); err != nil || body.ProjectName != g.project || r.Method != http.MethodPost || r.URL.Query().Get("Version") != "2024-01-01" {
		g.t.Errorf("%s asks %s with %s (%v)", r.Method, r.URL, raw, err)
	}
	if want := "HMAC-SHA256 Credential=AK_TEST/20261130/cn-beijing/ark/request, SignedHeaders=content-type;host;x-content-sha256;x-date, Signature="; !strings.HasPrefix(r.Header.Get("Authorization"), want) {
		g.t.Errorf("signed with %q", r.Header.Get("Authorization"))
	}
	if strings.Contains(fmt.Sprint(r.Header)+string(raw)+r.URL.String(), "SK_TEST") {
		g.t.Error("the secret key was sent")
	}
	if g.answer != nil {
		if status, text := g.answer(action); status != 0 {
			w.WriteHeader(status)
			fmt.Fprint(w, text)
			return
		}
	}
	var result any
	page := func(all []map[string]any) any { // one a page
		i := 0
		_, _ = fmt.Sscan(body.NextToken, &i)
		if i >= len(all) {
			return map[string]any{"Items": []any{}}
		}
		next := ""
		if i+1 < len(all) {
			next = fmt.Sprint(i + 1)
		}
		return map[string]any{"Items": all[i : i+1], "NextToken": next}
	}
	switch action {
	case "ListAssetGroups", "ListAssets":
		if body.Filter == nil || body.Filter.GroupType != "AIGC" {
			fmt.Fprint(w, `{"ResponseMetadata":{"Error":{"Code":"MissingParameter.Filter","Message":"no filter"}}}`)
			return
		}
		if result = page(g.groups); action == "ListAssets" {
			result = page(g.assets)
		}
	case "CreateAssetGroup":
		g.groups = append(g.groups, map[string]any{"Id": fmt.Sprintf("group-%d", len(g.groups)), "Name": body.Name})
		result = map[string]any{"Id": g.groups[len(g.groups)-1]["Id"]}
	case "CreateAsset":
		if !strings.HasPrefix(body.URL, "https://") || body.AssetType != "Image" || body.GroupId == "" {
			g.t.Errorf("CreateAsset: %s", raw)
		}
		g.assets = append(g.assets, map[string]any{"Id": fmt.Sprintf("asset-%d", len(g.assets)), "Name": body.Name, "GroupId": body.GroupId, "Status": "Processing"})
		result = map[string]any{"Id": g.assets[len(g.assets)-1]["Id"]}
	case "GetAsset":
		i := slices.IndexFunc(g.assets, func(a map[string]any) bool { return a["Id"] == body.Id })
		if i < 0 {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"ResponseMetadata":{"Error":{"Code":"NotFound.Asset","Message":"no such asset"}}}`)
			return
		}
		result = g.assets[i]
	}
	if g.lose == action {
		g.lose = ""
		panic(http.ErrAbortHandler)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"ResponseMetadata": map[string]any{"RequestId": "r"}, "Result": result})
}

func (g *registry) provider(base string, change ...func(*Assets)) *Provider {
	g.t.Helper()
	o := Options{BaseURL: base, Key: providertest.Key, Assets: Assets{
		Group: "drama-faces", Project: "drama", URL: g.server.URL, AccessKey: "AK_TEST", SecretKey: "SK_TEST",
		Now: func() time.Time { return time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC) },
	}}
	for _, c := range change {
		c(&o.Assets)
	}
	p, err := New(o)
	if err != nil {
		g.t.Fatal(err)
	}
	return p
}

// walk takes steps until a face's state is one of those, or an error.
func walk(t *testing.T, p *Provider, f provider.Face, until ...provider.FaceState) (provider.Face, error) {
	t.Helper()
	for range 10 {
		var err error
		if f, err = p.Enroll(t.Context(), f); err != nil || slices.Contains(until, f.State) {
			return f, err
		}
		f.URL = "https://store.example/mara.png?sig=1"
	}
	t.Fatalf("no end: %+v", f)
	return f, nil
}

// A face is looked for, its group made, the face registered, and asked for until it is let
// through; the next time it is found.
func TestAFaceIsRegistered(t *testing.T) {
	g := newRegistry(t)
	g.groups = []map[string]any{{"Id": "group-x", "Name": "drama-faces-2"}}
	p := g.provider("")
	f, err := walk(t, p, provider.Face{Name: "ab12"}, provider.FacePending)
	if err != nil || f.ID != "asset-0" || f.Group != "group-1" {
		t.Fatalf("%+v, %v", f, err)
	}
	if want := "ListAssetGroups CreateAssetGroup CreateAsset"; strings.Join(g.asked, " ") != want {
		t.Errorf("asked %v", g.asked)
	}
	g.assets[0]["Status"] = "Active"
	if f, err = p.Enroll(t.Context(), f); err != nil || f.State != provider.FaceActive {
		t.Fatalf("%+v, %v", f, err)
	}
	g.asked = nil
	again, err := p.Enroll(t.Context(), provider.Face{Name: "ab12"})
	if err != nil || again.ID != f.ID || again.State != provider.FaceActive || slices.Contains(g.asked, "CreateAsset") {
		t.Errorf("found %+v, %v, asked %v", again, err, g.asked)
	}
	g.assets = nil
	if gone, err := p.Enroll(t.Context(), f); err != nil || gone.State != provider.FaceAbsent || gone.ID != "" {
		t.Errorf("of one that is gone: %+v, %v", gone, err)
	}
}

// An answer to CreateAsset that is lost is no reason to register twice: the face is found
// by its name.
func TestALostAnswerIsFoundByItsName(t *testing.T) {
	g := newRegistry(t)
	g.lose = "CreateAsset"
	p := g.provider("")
	_, err := walk(t, p, provider.Face{Name: "ab12"}, provider.FacePending)
	if provider.KindOf(err, "") != provider.KindTransient {
		t.Fatalf("a lost answer is %v", err)
	}
	f, err := p.Enroll(t.Context(), provider.Face{Name: "ab12"})
	if err != nil || f.ID != "asset-0" || f.State != provider.FacePending || len(g.assets) != 1 {
		t.Errorf("%+v, %v; %d are registered", f, err, len(g.assets))
	}
}

// What moderation says of a picture is said in words, whatever its shape.
func TestAFaceThatIsRefused(t *testing.T) {
	g := newRegistry(t)
	g.groups = []map[string]any{{"Id": "g", "Name": "drama-faces"}}
	for moderation, want := range map[string]string{
		`{"Code":"Politics","Message":"a known person","Url":"https://x.example/?sig=1"}`: "Politics, a known person",
		`{"Labels":["minor","nude"]}`: "minor, nude",
		`"no"`:                        "no",
		`7`:                           "",
		`null`:                        "",
	} {
		g.assets = []map[string]any{{"Id": "a", "Name": "ab12", "Status": "Failed", "Moderation": json.RawMessage(moderation)}}
		f, err := g.provider("").Enroll(t.Context(), provider.Face{Name: "ab12"})
		if err != nil || f.State != provider.FaceRefused || f.Why != want {
			t.Errorf("%s: %+v, %v, want %q", moderation, f, err, want)
		}
	}
	g.assets = []map[string]any{{"Id": "old", "Name": "ab12", "Status": "Failed"}, {"Id": "new", "Name": "ab12", "Status": "Active"}}
	if f, err := g.provider("").Enroll(t.Context(), provider.Face{Name: "ab12"}); err != nil || f.ID != "new" {
		t.Errorf("%+v, %v, want the one that was let through", f, err)
	}
}

// Errors of the management API come with any status; keys are not shown.
func TestTheRegistrysErrors(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   provider.Kind
	}{
		{200, `{"ResponseMetadata":{"Error":{"Code":"InvalidAccessKey","Message":"AK_TEST is wrong"}}}`, provider.KindAuth},
		{401, `{"ResponseMetadata":{"Error":{"Code":"SignatureDoesNotMatch","Message":"no"}}}`, provider.KindAuth},
		{403, `{"ResponseMetadata":{"Error":{"Code":"AccessDenied","Message":"no"}}}`, provider.KindAuth},
		{429, `{"ResponseMetadata":{"Error":{"Code":"FlowLimitExceeded","Message":"slow"}}}`, provider.KindThrottled},
		{429, `slow`, provider.KindThrottled},
		{200, `{"ResponseMetadata":{"Error":{"Code":"QuotaExceeded.Asset","Message":"full"}}}`, provider.KindQuota},
		{400, `{"ResponseMetadata":{"Error":{"Code":"InvalidParameter.URL","Message":"too small"}}}`, provider.KindInvalid},
		{500, `{"ResponseMetadata":{"Error":{"Code":"Odd","Message":"ill"}}}`, provider.KindTransient},
		{503, `<html>`, provider.KindTransient},
		{200, `<html>`, provider.KindTransient},
		{200, `{}`, provider.KindTransient},
		{200, `{"Result":[]}`, provider.KindTransient},
	} {
		g := newRegistry(t)
		g.answer = func(string) (int, string) { return c.status, c.body }
		_, err := g.provider("").Enroll(t.Context(), provider.Face{Name: "ab12"})
		if kind := provider.KindOf(err, ""); kind != c.kind || err != nil && strings.Contains(err.Error(), "AK_TEST") {
			t.Errorf("%d %s is %q (%v), want %s", c.status, c.body, kind, err, c.kind)
		}
	}
	g := newRegistry(t)
	for name, p := range map[string]*Provider{
		"no keys":  g.provider("", func(a *Assets) { a.SecretKey = "" }),
		"no group": g.provider("", func(a *Assets) { a.Group = "" }),
	} {
		if _, err := p.Enroll(t.Context(), provider.Face{Name: "x"}); err == nil || len(g.asked) > 0 {
			t.Errorf("%s: asked %v", name, g.asked)
		}
	}
	p := g.provider("")
	if _, err := p.Enroll(t.Context(), provider.Face{Name: "x", State: provider.FaceAbsent, URL: "http://127.0.0.1/x"}); provider.KindOf(err, "") != provider.KindInvalid || len(g.asked) > 0 {
		t.Errorf("a picture that nobody can read: %v, asked %v", err, g.asked)
	}
	if !p.Enrolls("doubao-seedance-2-5-260628") || p.Enrolls("doubao-seedance-1-5-pro-251215") || g.provider("", func(a *Assets) { a.Group = "" }).Enrolls("doubao-seedance-2-5-260628") {
		t.Error("2.x of an instance with a group registers faces, and nobody else")
	}
	if _, err := New(Options{Assets: Assets{Group: "g", URL: "nowhere"}}); err == nil {
		t.Error("assets_url may be anything")
	}
}

// The signature is that of the vendor's own example of its form, computed apart.
func TestSignature(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://open.volcengineapi.com/?Action=GetAsset&Version=2024-01-01", strings.NewReader(`{"Id":"a"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	c := credentials{access: "AK_TEST", secret: "SK_TEST", token: "TOKEN", region: "cn-beijing"}
	if err := c.sign(r, time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	const want = "HMAC-SHA256 Credential=AK_TEST/20261130/cn-beijing/ark/request, SignedHeaders=content-type;host;x-content-sha256;x-date;x-security-token, Signature=197441db2352cd2b8d93cfb21867c67e6eaed66af503fb340a6ef202d1ca8ff4"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("signed %s\nwant   %s", got, want)
	}
	for base, region := range map[string]string{openVolcengine: "cn-beijing", openBytePlus: "ap-southeast-1", "https://ark.eu-west-1.byteplusapi.com": "eu-west-1"} {
		if got := regionOf(base); got != region {
			t.Errorf("%s is in %s", base, got)
		}
	}
	if l := newLibrary("https://ark.ap-southeast.bytepluses.com/api/v3", Assets{Group: "g"}); l.client.Base != openBytePlus {
		t.Errorf("BytePlus' assets are at %s", l.client.Base)
	}
}

// A registered picture goes by its id, any other as ever; one that is refused for its face
// says whose, and what to do.
func TestAssetsAreSent(t *testing.T) {
	var sent []byte
	answer := `{"id":"cgt-1"}`
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	defer s.Close()
	g := newRegistry(t)
	r := provider.Request{
		Key: "k", Model: "doubao-seedance-2-0-260128", Mode: provider.ModeReferences, Prompt: "She turns.", MakeMS: 5000, Raster: media.Raster{Width: 720, Height: 1280},
		References: []provider.Picture{
			{Name: "mara", Kind: "cast", URL: "https://store.example/mara.png", Face: "asset-7"}, {Name: "sable", Kind: "cast", URL: "https://store.example/sable.png"}, {Name: "office", Kind: "location", URL: "https://store.example/office.png"},
		},
	}
	if _, err := g.provider(s.URL).Submit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"type":"image_url","image_url":{"url":"asset://asset-7"},"role":"reference_image"}`, `"url":"https://store.example/sable.png"`} {
		if !strings.Contains(string(sent), want) {
			t.Errorf("%s is not in %s", want, sent)
		}
	}
	status, answer = http.StatusBadRequest, `{"error":{"code":"InputImageSensitiveContentDetected.PrivacyInformation","message":"the image may contain a real person"}}`
	for name, p := range map[string]*Provider{"assets_group": g.provider(s.URL, func(a *Assets) { a.Group = "" }), "consent": g.provider(s.URL)} {
		_, err := p.Submit(t.Context(), r)
		if provider.KindOf(err, "") != provider.KindRefused || !strings.Contains(err.Error(), "sable") || strings.Contains(err.Error(), "for mara") || !strings.Contains(err.Error(), name) {
			t.Errorf("refused with %v", err)
		}
	}
}
