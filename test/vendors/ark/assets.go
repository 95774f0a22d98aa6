package ark

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/dailies/dailies/test/vendors"
)

// Library emulates the asset library of an account, which its management API keeps, after
// https://docs.byteplus.com/en/docs/ModelArk/2318271 and /2333565, signed after
// https://www.volcengine.com/docs/6369/67269: groups of made-up characters, and pictures
// in them. The actions that delete, and those of people who exist, are unknown to it.
type Library struct {
	AccessKey, SecretKey string
	// Looks is how often an asset is asked for until it is let through.
	Looks int
	// Refuse says why moderation refuses a picture by its name; "": it does not.
	Refuse func(name string) string
	// Lose says whether the answer to the nth request of an action is lost once it is done;
	// nil: none is.
	Lose func(action string, n int) bool

	mu     sync.Mutex
	groups []entry
	assets []entry
	asked  map[string]int
}

type entry struct {
	id, name, group, url string
	looks                int
}

// Faces makes the account take pictures of people only as active assets of a library.
func (v *Vendor) Faces(l *Library) { v.library = l }

// Assets are the names of the pictures that were registered, in order.
func (l *Library) Assets() (names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.assets {
		names = append(names, a.name)
	}
	return names
}

// Forget drops all assets, as a person in the console may.
func (l *Library) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.assets = nil
}

func (l *Library) status(a entry) string {
	switch {
	case a.looks < l.Looks:
		return "Processing"
	case l.Refuse != nil && l.Refuse(a.name) != "":
		return "Failed"
	}
	return "Active"
}

// refused says why a request's pictures are not taken: one of a face that is no asset, or
// an asset that is not active.
func (l *Library) refused(body *vendors.Object) *no {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, item := range body.Objects("content") {
		if !item.Has("image_url") {
			continue
		}
		at := item.Object("image_url").String("url")
		id, registered := strings.CutPrefix(at, "asset://")
		if !registered && item.String("role") == "reference_image" {
			return &no{http.StatusBadRequest, "InputImageSensitiveContentDetected.PrivacyInformation", "content", "The request failed because the input image may contain real person."}
		}
		active := false
		for _, a := range l.assets {
			active = active || a.id == id && l.status(a) == "Active"
		}
		if registered && !active {
			return &no{http.StatusBadRequest, "InvalidParameter", "content", "The asset " + id + " is not found or not active."}
		}
	}
	return nil
}

func (l *Library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	action := r.URL.Query().Get("Action")
	answer := func(status int, code, message string, result any) {
		meta := map[string]any{"RequestId": "r", "Action": action, "Version": "2024-01-01", "Service": "ark"}
		if code != "" {
			meta["Error"] = map[string]any{"Code": code, "Message": message}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"ResponseMetadata": meta, "Result": result})
	}
	if !l.signed(r, raw) {
		answer(http.StatusUnauthorized, "SignatureDoesNotMatch", "The request signature we calculated does not match.", nil)
		return
	}
	var body struct {
		Name, GroupType, ProjectName, AssetType, URL string
		ID                                           string `json:"Id"`
		GroupID                                      string `json:"GroupId"`
		Filter                                       *struct{ GroupType, Name string }
	}
	if json.Unmarshal(raw, &body) != nil || r.URL.Query().Get("Version") != "2024-01-01" {
		answer(http.StatusBadRequest, "InvalidParameter", "The body is no JSON.", nil)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil {
		l.asked = map[string]int{}
	}
	l.asked[action]++
	var result any
	list := func(all []entry) {
		items := []any{}
		for _, a := range all {
			if body.Filter != nil && (body.Filter.Name == "" || strings.Contains(a.name, body.Filter.Name)) {
				items = append(items, map[string]any{"Id": a.id, "Name": a.name, "GroupId": a.group, "Status": l.status(a)})
			}
		}
		result = map[string]any{"Items": items, "NextToken": ""}
	}
	switch action {
	case "ListAssetGroups", "ListAssets":
		if body.Filter == nil || body.Filter.GroupType == "" {
			answer(http.StatusOK, "MissingParameter.Filter", "Filter is required.", nil)
			return
		}
		if list(l.groups); action == "ListAssets" {
			list(l.assets)
		}
	case "CreateAssetGroup":
		l.groups = append(l.groups, entry{id: fmt.Sprintf("group-%d", len(l.groups)+1), name: body.Name})
		result = map[string]any{"Id": l.groups[len(l.groups)-1].id}
	case "CreateAsset":
		if !strings.HasPrefix(body.URL, "https://") || body.AssetType != "Image" || body.GroupID == "" {
			answer(http.StatusBadRequest, "InvalidParameter.URL", "The URL must be a public https one.", nil)
			return
		}
		l.assets = append(l.assets, entry{id: fmt.Sprintf("asset-%d", l.asked[action]), name: body.Name, group: body.GroupID, url: body.URL})
		result = map[string]any{"Id": l.assets[len(l.assets)-1].id}
	case "GetAsset":
		for i, a := range l.assets {
			if a.id == body.ID {
				l.assets[i].looks++
				found := map[string]any{"Id": a.id, "Name": a.name, "GroupId": a.group, "Status": l.status(l.assets[i]), "URL": a.url}
				if l.Refuse != nil && l.status(l.assets[i]) == "Failed" {
					found["Moderation"] = map[string]any{"Message": l.Refuse(a.name)}
				}
				result = found
			}
		}
		if result == nil {
			answer(http.StatusNotFound, "NotFound.Asset", "The asset is not found.", nil)
			return
		}
	default:
		answer(http.StatusNotFound, "InvalidAction", "no such action: "+action, nil)
		return
	}
	if l.Lose != nil && l.Lose(action, l.asked[action]) {
		panic(http.ErrAbortHandler)
	}
	answer(http.StatusOK, "", "", result)
}

// signed says whether a request bears the signature of the account's key.
func (l *Library) signed(r *http.Request, body []byte) bool {
	sum := func(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }
	keyed := func(key []byte, s string) []byte {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(s))
		return m.Sum(nil)
	}
	stamp := r.Header.Get("X-Date")
	if len(stamp) != len("20060102T150405Z") {
		return false
	}
	_, region, _ := strings.Cut(r.Header.Get("Authorization"), "/"+stamp[:8]+"/")
	region, _, _ = strings.Cut(region, "/")
	scope := stamp[:8] + "/" + region + "/ark/request"
	canonical := r.Method + "\n/\n" + r.URL.Query().Encode() + "\ncontent-type:" + r.Header.Get("Content-Type") + "\nhost:" + r.Host +
		"\nx-content-sha256:" + sum(body) + "\nx-date:" + stamp + "\n\ncontent-type;host;x-content-sha256;x-date\n" + sum(body)
	key := keyed(keyed(keyed(keyed([]byte(l.SecretKey), stamp[:8]), region), "ark"), "request")
	want := "HMAC-SHA256 Credential=" + l.AccessKey + "/" + scope + ", SignedHeaders=content-type;host;x-content-sha256;x-date, Signature=" +
		hex.EncodeToString(keyed(key, "HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+sum([]byte(canonical))))
	return r.Header.Get("Authorization") == want && region != ""
}
