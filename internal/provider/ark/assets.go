package ark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Assets are pictures that the vendor keeps and has looked at: a face that looks real is
// refused as a picture, and let through as an asset. They are managed over a signed API
// of its own and used by the other, asset://ID. Nothing is sold there.
// https://docs.byteplus.com/en/docs/ModelArk/2318271, /2333565

// Assets say where faces are registered.
type Assets struct {
	// Group is the asset group's name, which is made if it is not there; empty: no face
	// is registered.
	Group   string
	Project string // of the account, the API key's; empty: the account's default
	URL     string // of the management API; empty: the one beside BaseURL
	// AccessKey, SecretKey and Token are those of a user who may manage assets; Token is
	// empty where they do not expire.
	AccessKey, SecretKey, Token string
	Now                         func() time.Time // nil: time.Now
}

// Hosts of the management API.
const (
	openVolcengine = "https://open.volcengineapi.com"
	openBytePlus   = "https://ark.ap-southeast-1.byteplusapi.com"

	assetsVersion = "2024-01-01"
	madeUp        = "AIGC" // the group of characters that nobody is
	assetScheme   = "asset://"
	mostListed    = 100 // of a page
	mostPages     = 20
	failed        = "Failed" // by moderation
)

// library is the asset API of an instance; nil: none is configured.
type library struct {
	client  *wire.Client
	options Assets
}

func newLibrary(base string, o Assets) *library {
	if o.Group == "" {
		return nil
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.URL == "" {
		o.URL = openVolcengine
		if strings.Contains(hostOf(base), "bytepluses.com") {
			o.URL = openBytePlus
		}
	}
	keys := credentials{access: o.AccessKey, secret: o.SecretKey, token: o.Token, region: regionOf(o.URL)}
	return &library{options: o, client: &wire.Client{
		Base: o.URL, Explain: explainOpen, Secrets: []string{o.AccessKey, o.SecretKey, o.Token},
		Sign: func(r *http.Request) error { return keys.sign(r, o.Now()) },
	}}
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// regionOf reads ark.REGION.byteplusapi.com; any other host leads to Beijing.
func regionOf(base string) string {
	if parts := strings.Split(hostOf(base), "."); len(parts) == 4 && parts[2] == "byteplusapi" {
		return parts[1]
	}
	return "cn-beijing"
}

// Enrolls says whether faces are registered: 2.x asks for it, and takes assets.
func (p *Provider) Enrolls(model string) bool {
	m, known := p.facts(model)
	return p.assets != nil && known && strings.Contains(m.ID, "seedance-2-")
}

// Enroll looks for a face, registers it, or asks how it stands.
func (p *Provider) Enroll(ctx context.Context, f provider.Face) (provider.Face, error) {
	switch {
	case p.assets == nil:
		return f, wire.Invalid("there is no assets_group, so that no face is registered")
	case p.assets.options.AccessKey == "" || p.assets.options.SecretKey == "":
		return f, &provider.Error{Kind: provider.KindAuth, Op: string(wire.Upload), Message: "assets are registered with an access key and a secret key, not with the API key; set access_key_env and secret_key_env"}
	case f.ID != "":
		return p.assets.ask(ctx, f)
	case f.State == provider.FaceAbsent:
		return p.assets.register(ctx, f)
	}
	return p.assets.find(ctx, f)
}

// find looks for the group, and in it for the face.
func (l *library) find(ctx context.Context, f provider.Face) (provider.Face, error) {
	group, err := l.named(ctx, "ListAssetGroups", map[string]any{"GroupType": madeUp, "Name": l.options.Group}, l.options.Group)
	if err != nil {
		return f, err
	}
	f.State = provider.FaceAbsent
	if f.Group = group.ID; f.Group == "" {
		return f, nil
	}
	a, err := l.named(ctx, "ListAssets", map[string]any{"GroupType": madeUp, "GroupIds": []string{f.Group}, "Name": f.Name}, f.Name)
	if err != nil {
		return f, err
	}
	return a.of(f), nil
}

// named is what is listed under a name, page by page: whether the filter's name is
// compared whole is on no page. One that failed counts where there is no other.
func (l *library) named(ctx context.Context, action string, filter map[string]any, name string) (found asset, err error) {
	token := ""
	for range mostPages {
		body := map[string]any{"Filter": filter, "MaxResults": mostListed}
		if token != "" {
			body["NextToken"] = token
		}
		var page struct {
			Items     []asset
			NextToken string
		}
		if err := l.call(ctx, wire.Find, action, body, &page); err != nil {
			return asset{}, err
		}
		for _, a := range page.Items {
			if a.Name == name && provider.Named(a.ID) && (found.ID == "" || found.Status == failed) {
				found = a
			}
		}
		if token = page.NextToken; token == "" || found.ID != "" && found.Status != failed {
			break
		}
	}
	return found, nil
}

// register makes the group if there is none, and the face in it.
func (l *library) register(ctx context.Context, f provider.Face) (provider.Face, error) {
	if !strings.HasPrefix(f.URL, "https://") {
		return f, wire.Invalid("a face is registered by its https address, and the vendor cannot reach this store; configure s3")
	}
	var made asset
	if f.Group == "" {
		if err := l.call(ctx, wire.Upload, "CreateAssetGroup", map[string]any{"Name": l.options.Group, "Description": "dailies", "GroupType": madeUp}, &made); err != nil {
			return f, err
		}
		if f.Group = made.ID; !provider.Named(f.Group) {
			return f, nothing("CreateAssetGroup")
		}
	}
	made = asset{}
	if err := l.call(ctx, wire.Upload, "CreateAsset", map[string]any{"GroupId": f.Group, "URL": f.URL, "AssetType": "Image", "Name": f.Name}, &made); err != nil {
		return f, err
	}
	if !provider.Named(made.ID) {
		return f, nothing("CreateAsset")
	}
	f.ID, f.State = made.ID, provider.FacePending
	return f, nil
}

func nothing(action string) error {
	return &provider.Error{Kind: provider.KindTransient, Op: string(wire.Upload), Message: "the answer to " + action + " holds no id"}
}

// ask says how a face stands. One that is not there any more is absent.
func (l *library) ask(ctx context.Context, f provider.Face) (provider.Face, error) {
	var a asset
	err := l.call(ctx, wire.Poll, "GetAsset", map[string]any{"Id": f.ID}, &a)
	if provider.KindOf(err, "") == provider.KindNotFound {
		f.ID, f.State = "", provider.FaceAbsent
		return f, nil
	}
	if err != nil {
		return f, err
	}
	a.ID = f.ID
	return a.of(f), nil
}

// asset is an asset, or a group of them.
type asset struct {
	ID     string `json:"Id"`
	Name   string
	Status string
	// Moderation is an object that no page describes.
	Moderation json.RawMessage
}

// of is the face as the asset says it stands. A word that is not known is one that
// passes, or the vendor's bad one: it is waited for.
func (a asset) of(f provider.Face) provider.Face {
	if a.ID == "" {
		return f
	}
	f.ID, f.State = a.ID, provider.FacePending
	switch a.Status {
	case "Active":
		f.State = provider.FaceActive
	case failed:
		f.State, f.Why = provider.FaceRefused, said(a.Moderation)
	}
	return f
}

// said is what a moderation says, as far as it is words.
func said(raw json.RawMessage) string {
	var words []string
	var read func(v any)
	read = func(v any) {
		switch v := v.(type) {
		case string:
			if v = strings.TrimSpace(v); v != "" {
				words = append(words, v)
			}
		case []any:
			for _, x := range v {
				read(x)
			}
		case map[string]any:
			for _, key := range []string{"Code", "Status", "Reason", "Message", "Detail", "Details", "Label", "Labels"} {
				read(v[key])
			}
		}
	}
	var v any
	if json.Unmarshal(raw, &v) == nil {
		read(v)
	}
	return strings.Join(words, ", ")
}

// call makes one request of the management API, whose errors come with any status.
func (l *library) call(ctx context.Context, op wire.Op, action string, body map[string]any, out any) error {
	if l.options.Project != "" {
		body["ProjectName"] = l.options.Project
	}
	a, err := l.client.Do(ctx, wire.Request{Op: op, Method: http.MethodPost, Path: "/", Query: url.Values{"Action": {action}, "Version": {assetsVersion}}, Body: body})
	if err != nil {
		return err
	}
	var answer struct {
		ResponseMetadata struct{ Error *openError }
		Result           json.RawMessage
	}
	if err := wire.Decode(a.Body, &answer); err != nil {
		return &provider.Error{Kind: provider.KindTransient, Op: string(op), Message: fmt.Sprintf("an answer to %s that cannot be read", action), Err: err}
	}
	if e := answer.ResponseMetadata.Error; e != nil {
		return l.client.Refuse(op, a, e.reason())
	}
	if len(answer.Result) == 0 {
		return &provider.Error{Kind: provider.KindTransient, Op: string(op), Message: "the answer to " + action + " holds no result"}
	}
	if err := json.Unmarshal(answer.Result, out); err != nil {
		return &provider.Error{Kind: provider.KindTransient, Op: string(op), Message: fmt.Sprintf("a result of %s that cannot be read", action), Err: err}
	}
	return nil
}

type openError struct {
	Code    string
	Message string
}

// openCodes are the parts of a code of the management API by which it is known.
var openCodes = []struct {
	part string
	kind provider.Kind
}{
	{"NotFound", provider.KindNotFound},
	{"InvalidAccessKey", provider.KindAuth},
	{"InvalidSecretToken", provider.KindAuth},
	{"Signature", provider.KindAuth},
	{"AccessDenied", provider.KindAuth},
	{"Forbidden", provider.KindAuth},
	{"InvalidCredential", provider.KindAuth},
	{"Throttl", provider.KindThrottled},
	{"FlowLimit", provider.KindThrottled},
	{"RateLimit", provider.KindThrottled},
	{"Quota", provider.KindQuota},
	{"SensitiveContent", provider.KindRefused},
	{"RiskDetection", provider.KindRefused},
	{"MissingParameter", provider.KindInvalid},
	{"InvalidParameter", provider.KindInvalid},
	{"InternalError", provider.KindTransient},
	{"InternalService", provider.KindTransient},
}

func (e openError) reason() wire.Reason {
	r := wire.Reason{Code: e.Code, Message: e.Message, Kind: provider.KindInvalid}
	for _, c := range openCodes {
		if strings.Contains(e.Code, c.part) {
			r.Kind = c.kind
			break
		}
	}
	return r
}

func explainOpen(status int, body []byte) wire.Reason {
	var answer struct {
		ResponseMetadata struct{ Error *openError }
	}
	if json.Unmarshal(body, &answer) != nil || answer.ResponseMetadata.Error == nil {
		return wire.Reason{}
	}
	r := answer.ResponseMetadata.Error.reason()
	if status >= http.StatusInternalServerError || r.Kind == provider.KindInvalid && status != http.StatusBadRequest {
		r.Kind = "" // the status says more
	}
	return r
}

// realFace is how the vendor says that a picture shows a person who may be real.
// https://www.volcengine.com/docs/82379/1299023
const realFace = "PrivacyInformation"

// aboutFaces says of a submit that was refused for a face whose it may be, and what can
// be done.
func (p *Provider) aboutFaces(r provider.Request, err error) error {
	e, ok := errors.AsType[*provider.Error](err)
	if !ok || !strings.Contains(e.Code, realFace) {
		return err
	}
	var names []string
	for _, x := range r.References {
		if x.Kind == "cast" && x.Face == "" && !slices.Contains(names, x.Name) {
			names = append(names, x.Name)
		}
	}
	switch {
	case r.FirstFrame != nil:
		e.Message = "Ark refuses first frames with faces that look real; write still: false in the shot, so that its people are shown as references, which can be registered: " + e.Message
	case len(names) > 0:
		e.Message = p.faceRemedy(strings.Join(names, ", ")) + ": " + e.Message
	}
	return err
}

// faceRemedy is what lets a face through.
func (p *Provider) faceRemedy(who string) string {
	and := "and it is registered before the next take"
	if p.assets == nil {
		and = "and give the provider assets_group, access_key_env and secret_key_env"
	}
	return "Ark refuses pictures of faces that look real unless they are registered; name the paper that was signed for " + who + " in the script (cast: consent), " + and
}

var _ provider.Enroller = (*Provider)(nil)
