package vertex_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/provider/providertest"
)

const modelName = "projects/drama-1/locations/us-central1/publishers/google/models/veo-3.1-generate-001"

// vendor is as much of Vertex AI as the contract's suite needs. An operation is
// done when it was asked for the second time.
type vendor struct {
	*httptest.Server
	clip string

	mu    sync.Mutex
	asked map[string]int
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{clip: "clip", asked: map[string]int{}}
	v.Server = httptest.NewServer(v)
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.asked)
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+providertest.Key:
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED")
	case r.Method == http.MethodPost && r.URL.Path == "/v1/"+modelName+":predictLongRunning":
		name := fmt.Sprintf("%s/operations/%d", modelName, len(v.asked)+1)
		v.asked[name] = 0
		_ = json.NewEncoder(w).Encode(map[string]any{"name": name})
	case r.Method == http.MethodPost && r.URL.Path == "/v1/"+modelName+":fetchPredictOperation":
		v.operation(w, r)
	default:
		refuse(w, http.StatusNotFound, "NOT_FOUND")
	}
}

func (v *vendor) operation(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Name string `json:"operationName"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT")
		return
	}
	if _, ok := v.asked[ask.Name]; !ok {
		refuse(w, http.StatusNotFound, "NOT_FOUND")
		return
	}
	v.asked[ask.Name]++
	answer := map[string]any{"name": ask.Name}
	if v.asked[ask.Name] > 1 {
		answer["done"] = true
		answer["response"] = map[string]any{"raiMediaFilteredCount": 0, "videos": []any{
			map[string]any{"bytesBase64Encoded": base64.StdEncoding.EncodeToString([]byte(v.clip)), "mimeType": "video/mp4"},
		}}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func refuse(w http.ResponseWriter, status int, name string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%d,"status":%q,"message":"no"}}`, status, name)
}
