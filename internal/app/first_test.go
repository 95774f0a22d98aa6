package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/s3service"
)

// strict is a Temporal that lets us do no more than it says.
type strict struct {
	workflowservice.UnimplementedWorkflowServiceServer
	operatorservice.UnimplementedOperatorServiceServer

	mu        sync.Mutex
	namespace bool
	retention time.Duration
	known     map[string]enums.IndexedValueType
	mayMake   bool // namespaces and attributes
	mayChange bool // a namespace that is there
}

var errDenied = status.Error(codes.PermissionDenied, "Request unauthorized.")

func (s *strict) GetSystemInfo(context.Context, *workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	return &workflowservice.GetSystemInfoResponse{Capabilities: &workflowservice.GetSystemInfoResponse_Capabilities{}}, nil
}

func (s *strict) DescribeNamespace(_ context.Context, r *workflowservice.DescribeNamespaceRequest) (*workflowservice.DescribeNamespaceResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.namespace {
		return nil, serviceerror.ToStatus(serviceerror.NewNamespaceNotFound(r.GetNamespace())).Err()
	}
	return &workflowservice.DescribeNamespaceResponse{Config: &namespace.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(s.retention)}}, nil
}

func (s *strict) RegisterNamespace(_ context.Context, r *workflowservice.RegisterNamespaceRequest) (*workflowservice.RegisterNamespaceResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mayMake {
		return nil, errDenied
	}
	s.namespace, s.retention = true, r.GetWorkflowExecutionRetentionPeriod().AsDuration()
	return &workflowservice.RegisterNamespaceResponse{}, nil
}

func (s *strict) UpdateNamespace(_ context.Context, r *workflowservice.UpdateNamespaceRequest) (*workflowservice.UpdateNamespaceResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mayChange {
		return nil, errDenied
	}
	s.retention = r.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	return &workflowservice.UpdateNamespaceResponse{}, nil
}

func (s *strict) DescribeTaskQueue(context.Context, *workflowservice.DescribeTaskQueueRequest) (*workflowservice.DescribeTaskQueueResponse, error) {
	return &workflowservice.DescribeTaskQueueResponse{}, nil
}

func (s *strict) ListSearchAttributes(context.Context, *operatorservice.ListSearchAttributesRequest) (*operatorservice.ListSearchAttributesResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &operatorservice.ListSearchAttributesResponse{CustomAttributes: s.known}, nil
}

func (s *strict) AddSearchAttributes(_ context.Context, r *operatorservice.AddSearchAttributesRequest) (*operatorservice.AddSearchAttributesResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mayMake {
		return nil, errDenied
	}
	s.known = r.GetSearchAttributes()
	return &operatorservice.AddSearchAttributesResponse{}, nil
}

// serve runs it until the test ends.
func (s *strict) serve(t *testing.T) client.Client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	workflowservice.RegisterWorkflowServiceServer(server, s)
	operatorservice.RegisterOperatorServiceServer(server, s)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // it ends by Stop
	t.Cleanup(func() {
		server.Stop()
		serving.Wait()
	})
	c, err := client.DialContext(t.Context(), client.Options{HostPort: l.Addr().String(), Namespace: "studio"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestFirstStartAtTemporal: a worker makes what runs need where it may. Where it may not it
// names the command that makes it, and a namespace that forgets early is used all the same.
func TestFirstStartAtTemporal(t *testing.T) {
	const month = 30 * 24 * time.Hour
	wanted := engine.SearchAttributes()
	makeNamespace := "temporal operator namespace create --retention 30d --namespace studio"
	makeAttribute := "temporal operator search-attribute create --namespace studio --name Show --type Keyword"
	for name, c := range map[string]struct {
		at        *strict
		keep      int // temporal.retention
		mayMake   bool
		err       string
		said      string
		retention time.Duration
	}{
		"everything may be made":      {at: &strict{mayMake: true}, keep: 30, mayMake: true, said: "made", retention: month},
		"no namespace may be made":    {at: &strict{}, keep: 30, mayMake: true, err: makeNamespace},
		"other days":                  {at: &strict{}, keep: 7, mayMake: true, err: "--retention 7d"},
		"no attributes may be made":   {at: &strict{namespace: true, retention: month}, keep: 30, mayMake: true, err: makeAttribute, retention: month},
		"a command makes nothing":     {at: &strict{mayMake: true}, keep: 30, err: makeNamespace},
		"no attributes for a command": {at: &strict{namespace: true, mayMake: true, mayChange: true, retention: time.Hour}, keep: 30, err: makeAttribute, retention: time.Hour},
		"it forgets early":            {at: &strict{namespace: true, known: wanted, mayChange: true, retention: 24 * time.Hour}, keep: 30, mayMake: true, said: "30 days", retention: month},
		"it may not be changed":       {at: &strict{namespace: true, known: wanted, retention: 24 * time.Hour}, keep: 30, mayMake: true, said: "temporal operator namespace update --retention 30d --namespace studio", retention: 24 * time.Hour},
		"it remembers longer":         {at: &strict{namespace: true, known: wanted, mayChange: true, retention: 2 * month}, keep: 30, mayMake: true, retention: 2 * month},
		"it is left as it is":         {at: &strict{namespace: true, known: wanted, mayChange: true, retention: time.Hour}, mayMake: true, retention: time.Hour},
		"everything was there":        {at: &strict{namespace: true, known: wanted, retention: month}, keep: 30, retention: month},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			a := &Main{
				Log: slog.New(slog.DiscardHandler), Say: func(f string, args ...any) { fmt.Fprintf(&said, f+"\n", args...) },
				Config: config.Config{Temporal: config.Temporal{Address: "t:7233", Namespace: "studio", Retention: c.keep}},
			}
			err := a.readyTemporal(t.Context(), c.at.serve(t), c.mayMake)
			if c.err == "" && err != nil {
				t.Errorf("it is not ready: %v", err)
			}
			if c.err != "" {
				if _, usage := errors.AsType[*UsageError](err); !usage || !strings.Contains(err.Error(), c.err) {
					t.Errorf("%v does not say %q", err, c.err)
				}
			}
			if !strings.Contains(said.String(), c.said) || c.said == "" && said.Len() > 0 {
				t.Errorf("it said %q, want %q", said.String(), c.said)
			}
			if c.at.retention != c.retention {
				t.Errorf("finished runs are remembered for %s, want %s", c.at.retention, c.retention)
			}
			if err == nil && len(c.at.known) != len(wanted) {
				t.Errorf("attributes %v", c.at.known)
			}
		})
	}
}

// TestManualFirstStart: the manual shows the commands that the program says.
func TestManualFirstStart(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	a := &Main{
		Log: slog.New(slog.DiscardHandler), Say: func(f string, args ...any) { fmt.Fprintf(&said, f+"\n", args...) },
		Config: config.Config{
			Temporal: config.Temporal{Address: "t:7233", Namespace: "dailies", Retention: 30},
			S3:       config.S3{Endpoint: "https://s3.example", Bucket: "dailies"},
		},
	}
	for _, at := range []*strict{{}, {namespace: true}} {
		if err := a.readyTemporal(t.Context(), at.serve(t), true); err != nil {
			said.WriteString(err.Error() + "\n")
		}
	}
	said.WriteString(a.unmade(&store.RefusedError{Reason: "no"}).Error())
	shown := 0
	for line := range strings.Lines(string(manual)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "temporal operator ") && !strings.HasPrefix(line, "aws s3api create-bucket") {
			continue
		}
		shown++
		if !strings.Contains(said.String(), line) {
			t.Errorf("the manual shows %q, the program says %s", line, said.String())
		}
	}
	if shown < 4 {
		t.Errorf("the manual shows %d commands of a first start", shown)
	}
}

// TestFirstStartAtS3: a worker makes the bucket; where it may not, it says what makes it.
func TestFirstStartAtS3(t *testing.T) {
	deny := func(r *http.Request) (int, string) {
		if r.Method == http.MethodPut && strings.Count(strings.Trim(r.URL.Path, "/"), "/") == 0 {
			return http.StatusForbidden, "AccessDenied"
		}
		return 0, ""
	}
	for name, c := range map[string]struct {
		ways s3service.Ways
		need Need
		want string
	}{
		"a worker makes it":       {s3service.Ways{NoBucket: true}, Need{serve: true, media: true}, ""},
		"a worker may not":        {s3service.Ways{NoBucket: true, Answer: deny}, Need{serve: true}, "aws s3api create-bucket --bucket films --endpoint-url "},
		"a command makes nothing": {s3service.Ways{NoBucket: true}, ToAsk, "no such bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			a := &Main{
				Log: slog.New(slog.DiscardHandler), Say: func(string, ...any) {}, Env: []string{"ID=key", "SECRET=word"},
				Config: config.Config{
					Temporal: config.Temporal{Address: "t:7233", Namespace: "studio"},
					S3:       config.S3{Endpoint: s3service.Start(t, c.ways).URL, Bucket: "films", Region: "eu-1", PathStyle: true, AccessKeyEnv: "ID", SecretKeyEnv: "SECRET"},
				},
			}
			_, err := a.newStore(t.Context(), engine.Address{}, c.need)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if _, usage := errors.AsType[*UsageError](err); !usage || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "word") {
				t.Errorf("%v does not say %q", err, c.want)
			}
			if name == "a worker may not" && !strings.Contains(err.Error(), "--region eu-1 --create-bucket-configuration LocationConstraint=eu-1") {
				t.Errorf("%v leaves out the region", err)
			}
		})
	}
}

// TestWhatAProcessLacks: a process says what its own roles would need, and needs no
// secret of another's.
func TestWhatAProcessLacks(t *testing.T) {
	c, err := all.Kinds().Parse("f", []byte(`providers:
  ark: {type: ark, model: doubao-seedance-2-0-260128, api_key_env: ARK}
  kling: {type: kling, model: kling-3.0, api_key_env: KLING, callback_secret_env: HOOK}
  vidu: {type: vidu, model: viduq3-pro, api_key_env: VIDU}
voices: {mara: {type: openai, model: tts-1, base_url: "http://v", api_key_env: VOICE}}
judge: {base_url: "http://j", model: j, api_key_env: JUDGE}
listen: {type: openai, base_url: "http://l", model: l, api_key_env: EAR}
studio: {callback_url: "https://studio.example"}
temporal: {address: "t:7233"}
s3: {endpoint: "http://s"}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	for roles, want := range map[string]string{
		"workflow":     "",
		"media":        "judge listen voices.mara",
		"provider:ark": "providers.ark",
		"provider:all": "providers.ark providers.kling providers.vidu",
		"studio":       "calls.kling calls.vidu", // Vidu signs with the key itself, Ark not at all
	} {
		a := &Main{Config: c}
		n, err := a.Roles([]string{roles})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(slices.Sorted(maps.Keys(a.lacks(n))), " "); got != want {
			t.Errorf("%s lacks %q, want %q", roles, got, want)
		}
	}
	a := &Main{Config: c, Env: []string{"HOOK=1", "VOICE=1", "JUDGE=1", "EAR=1", "ARK=1"}}
	n, err := a.Roles([]string{"studio", "media", "provider:ark"})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.lacks(n); len(got) != 1 || got["calls.vidu"] != "VIDU is not set" {
		t.Errorf("with its secrets it lacks %v", got)
	}
	for _, f := range a.FactsUnasked() {
		if f.Parked != "" {
			t.Errorf("%s is parked for want of a key that its worker has", f.Instance)
		}
	}
}
