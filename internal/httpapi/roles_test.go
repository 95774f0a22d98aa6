package httpapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// asleep is an engine in which nothing runs and nothing can be begun.
type asleep struct{ client.Client }

func (asleep) ListWorkflow(context.Context, *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	return &workflowservice.ListWorkflowExecutionsResponse{}, nil
}

func (asleep) DescribeWorkflow(context.Context, string, string) (*client.WorkflowExecutionDescription, error) {
	return nil, &serviceerror.NotFound{}
}

func (asleep) DescribeWorkflowExecution(context.Context, string, string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return nil, &serviceerror.NotFound{}
}

func (asleep) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return nil, &serviceerror.NotFound{}
}

func (asleep) UpdateWorkflow(context.Context, client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, &serviceerror.NotFound{}
}

func (asleep) ExecuteWorkflow(context.Context, client.StartWorkflowOptions, any, ...any) (client.WorkflowRun, error) {
	return nil, &serviceerror.Unavailable{}
}

// house is a Studio with a login, and a token of each role, for the show "mine" alone.
func house(t *testing.T, st store.Store) (http.Handler, map[access.Role]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens")
	secrets := map[access.Role]string{}
	for _, role := range []access.Role{access.Viewer, access.Editor, access.Producer, access.Admin} {
		secret, err := access.AddToken(path, access.Token{Name: role.String(), Role: role, Shows: []string{"mine"}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		secrets[role] = secret
	}
	tokens, err := access.OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	jobs := ledger.Objects{Store: st}
	s := &studio.Studio{Temporal: asleep{}, Namespace: "test", Store: st, Ledger: jobs, Account: &account.Account{Store: st, Ledger: jobs}}
	o := httpapi.Options{Studio: s, Version: "test", Log: slog.New(slog.DiscardHandler), Access: access.Options{Address: address, Tokens: tokens}}
	h, err := httpapi.Handler(o, live.New(s, o.Log))
	if err != nil {
		t.Fatal(err)
	}
	return h, secrets
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// answered is an operation asked for, with whatever it demands. What goes wrong behind
// the guard, without an engine, counts as let in.
func answered(h http.Handler, op api.Operation, show, secret string) (status int) {
	path := parameter.ReplaceAllStringFunc(api.Prefix+op.Path, func(p string) string {
		switch p {
		case "{show}":
			return show
		case "{slate}":
			return "1A"
		}
		return "1"
	})
	r := httptest.NewRequest(op.Method, "http://"+address+path, strings.NewReader("{}"))
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "6f1c2f0e-7d1c-4b7e-9a53-0d6f6b1f0a01")
	r.Header.Set("If-Match", `"x"`)
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	w := httptest.NewRecorder()
	defer func() {
		if recover() != nil {
			status = http.StatusOK
		}
	}()
	h.ServeHTTP(w, r)
	return w.Code
}

// TestEveryOperationIsTriedByEveryRole: each row's role is enough, less is refused, a
// show of others is not there, and nobody comes in without a token.
func TestEveryOperationIsTriedByEveryRole(t *testing.T) {
	h, secrets := house(t, mem.New())
	for _, op := range api.Operations() {
		if op.Open {
			continue // it stays open; its role is tried below
		}
		if got := answered(h, op, "mine", ""); op.Role > access.Nobody && got != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", op.ID, got)
		}
		for role, secret := range secrets {
			got := answered(h, op, "mine", secret)
			if refused := got == http.StatusForbidden || got == http.StatusUnauthorized; refused != (role < op.Role) && op.ID != "log-in" && (op.ID != "list-audit" || role >= access.Admin) {
				t.Errorf("%s asked by a %s: %d, it wants a %s", op.ID, role, got, op.Role)
			}
			if strings.Contains(op.Path, "{show}") {
				if got := answered(h, op, "others", secret); got != http.StatusNotFound {
					t.Errorf("%s of a show of others, asked by a %s: %d, want 404", op.ID, role, got)
				}
			}
		}
	}
	for _, path := range []string{"/api/v1/events", "/", "/s/mine", "/s/mine/ep01", "/waiting", "/api/v1/openapi.json"} {
		if got := ask(h, "GET", path); got.Code != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", path, got.Code)
		}
	}
	for _, path := range []string{"/s/others/", "/s/others/ep01", "/s/others/ep01/1A"} {
		if got := ask(h, "GET", path, "Authorization", "Bearer "+secrets[access.Admin]); got.Code != http.StatusNotFound {
			t.Errorf("the page %s of a show of others: %d", path, got.Code)
		}
	}
}

// TestWhatIsDoneIsKept: who, from where, what; refused acts and reads are not.
func TestWhatIsDoneIsKept(t *testing.T) {
	st := mem.New()
	h, secrets := house(t, st)
	in := httptest.NewRequest("POST", "http://"+address+"/api/v1/session", strings.NewReader(`{"token":"`+secrets[access.Admin]+`"}`))
	in.RemoteAddr = "127.0.0.1:50000"
	in.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, in)
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Set-Cookie"), access.PlainCookie+"=") {
		t.Fatalf("log in: %d %s", w.Code, w.Body)
	}
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	got := ask(h, "GET", "/api/v1/audit", "Cookie", cookie)
	var list struct{ Items []access.Act }
	if err := json.Unmarshal(got.Body.Bytes(), &list); err != nil || got.Code != http.StatusOK {
		t.Fatalf("the audit: %d %s", got.Code, got.Body)
	}
	if len(list.Items) != 1 {
		t.Fatalf("%d acts: %s", len(list.Items), got.Body)
	}
	act := list.Items[0]
	if act.Who != "admin" || act.Role != access.Admin || act.Operation != "log-in" || act.Token == "" || act.Address != "127.0.0.1" || act.Status != 200 {
		t.Errorf("the act is %+v", act)
	}
	if strings.Contains(got.Body.String(), secrets[access.Admin][:20]) {
		t.Error("the audit holds the token")
	}
	if got := ask(h, "DELETE", "/api/v1/session", "Cookie", cookie); got.Code != http.StatusNoContent || !strings.Contains(got.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("log out: %d %v", got.Code, got.Header())
	}
}
