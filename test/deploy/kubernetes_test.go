package deploy

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/metrics"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/workflows"
)

const manifests = "../../deploy/kubernetes/"

// kinds are the types that the manifests are read as, with no key that is not theirs.
var kinds = map[string]func() any{
	"v1/Namespace":                           func() any { return &corev1.Namespace{} },
	"v1/Service":                             func() any { return &corev1.Service{} },
	"v1/ServiceAccount":                      func() any { return &corev1.ServiceAccount{} },
	"apps/v1/Deployment":                     func() any { return &appsv1.Deployment{} },
	"policy/v1/PodDisruptionBudget":          func() any { return &policyv1.PodDisruptionBudget{} },
	"autoscaling/v2/HorizontalPodAutoscaler": func() any { return &autoscalingv2.HorizontalPodAutoscaler{} },
	"networking.k8s.io/v1/NetworkPolicy":     func() any { return &networkingv1.NetworkPolicy{} },
}

// kustomization is as much of kustomize's file as is used here.
type kustomization struct {
	metav1.TypeMeta    `json:",inline"`
	Namespace          string   `json:"namespace"`
	Resources          []string `json:"resources"`
	ConfigMapGenerator []struct {
		Name  string   `json:"name"`
		Files []string `json:"files"`
	} `json:"configMapGenerator"`
	Images []struct {
		Name    string `json:"name"`
		NewName string `json:"newName"`
		NewTag  string `json:"newTag"`
	} `json:"images"`
}

// objects are all that kubectl apply -k would make but for the config map.
func objects(t *testing.T) []any {
	t.Helper()
	var k kustomization
	body, err := os.ReadFile(manifests + "kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(body, &k); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(manifests + "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(k.Resources)+2 { // itself and config.yaml
		t.Errorf("%v are not all of %v", k.Resources, files)
	}
	if f := k.ConfigMapGenerator[0]; f.Name != "dailies" || !slices.Equal(f.Files, []string{"dailies.yaml=config.yaml"}) {
		t.Errorf("the config map is made of %+v", f)
	}
	var out []any
	for _, name := range k.Resources {
		body, err := os.ReadFile(manifests + name)
		if err != nil {
			t.Fatal(err)
		}
		for doc := range strings.SplitSeq(string(body), "\n---\n") {
			var kind metav1.TypeMeta
			if err := yaml.Unmarshal([]byte(doc), &kind); err != nil {
				t.Fatal(name, err)
			}
			as, known := kinds[kind.APIVersion+"/"+kind.Kind]
			if !known {
				t.Fatalf("%s: %s %s is not one of those that are read here", name, kind.APIVersion, kind.Kind)
			}
			object := as()
			if err := yaml.UnmarshalStrict([]byte(doc), object); err != nil {
				t.Errorf("%s: %s: %v", name, kind.Kind, err)
			}
			out = append(out, object)
		}
	}
	return out
}

func deployments(t *testing.T) map[string]*appsv1.Deployment {
	t.Helper()
	all := map[string]*appsv1.Deployment{}
	for _, o := range objects(t) {
		if d, ok := o.(*appsv1.Deployment); ok {
			all[d.Name] = d
		}
	}
	return all
}

func manifestConfig(t *testing.T) (config.Config, string) {
	t.Helper()
	body, err := os.ReadFile(manifests + "config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := all.Kinds().Parse("config.yaml", body, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, string(body)
}

// TestKubernetesRoles: each role that the config has work for is deployed with the secrets
// that it needs and no other, is watched where the config says it can be, and has the time
// to stop.
func TestKubernetesRoles(t *testing.T) {
	c, text := manifestConfig(t)
	if c.Temporal.Embedded() || c.S3.Embedded() {
		t.Fatalf("%+v, %+v", c.Temporal, c.S3)
	}
	var served []string
	for name, d := range deployments(t) {
		pod := d.Spec.Template.Spec
		w := pod.Containers[0]
		roles := takes(t, name, w.Args, text)
		served = append(served, roles...)
		want := []string{c.S3.AccessKeyEnv, c.S3.SecretKeyEnv}
		for _, role := range roles {
			if p, is := strings.CutPrefix(role, app.RoleProvider); is && c.Providers[p].APIKeyEnv != "" {
				want = append(want, c.Providers[p].APIKeyEnv)
			}
		}
		var got []string
		for _, e := range w.Env {
			if e.ValueFrom != nil {
				got = append(got, e.Name)
			} else if e.Name != "DAILIES_CONFIG" {
				t.Errorf("%s has %s in the clear", name, e.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is given the secrets %v, it needs %v", name, got, want)
		}
		if s := time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second; s < stops+margin {
			t.Errorf("%s is killed after %s; a worker may take %s to stop", name, s, stops)
		}
		watched(t, name, w, c)
		confined(t, name, pod)
	}
	for _, role := range []string{"workflow", "media", "provider:animatic", "provider:seedance", "studio"} {
		if !slices.Contains(served, role) {
			t.Errorf("nobody works as %s", role)
		}
	}
}

func watched(t *testing.T, name string, w corev1.Container, c config.Config) {
	t.Helper()
	i := slices.IndexFunc(w.Ports, func(p corev1.ContainerPort) bool { return p.Name == "metrics" })
	_, port, _ := strings.Cut(c.Telemetry.Metrics, ":")
	if i < 0 || port != "9464" || w.Ports[i].ContainerPort != 9464 {
		t.Errorf("%s serves at %s, and its port is %v", name, c.Telemetry.Metrics, w.Ports)
	}
	for what, probe := range map[string]struct {
		probe *corev1.Probe
		path  string
	}{"startup": {w.StartupProbe, "/healthz"}, "readiness": {w.ReadinessProbe, "/readyz"}, "liveness": {w.LivenessProbe, "/healthz"}} {
		if p := probe.probe; p == nil || p.HTTPGet == nil || p.HTTPGet.Path != probe.path || p.HTTPGet.Port.StrVal != "metrics" {
			t.Errorf("%s: its %s probe is %+v", name, what, p)
		}
	}
}

func confined(t *testing.T, name string, pod corev1.PodSpec) {
	t.Helper()
	w := pod.Containers[0]
	s := w.SecurityContext
	if p := pod.SecurityContext; p == nil || !*p.RunAsNonRoot || *p.RunAsUser == 0 || p.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("%s: %+v", name, pod.SecurityContext)
	}
	if s == nil || *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) {
		t.Errorf("%s: %+v", name, s)
	}
	if *pod.AutomountServiceAccountToken {
		t.Errorf("%s is given a key to Kubernetes", name)
	}
	for _, r := range []corev1.ResourceName{corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		if limit, request := w.Resources.Limits[r], w.Resources.Requests[r]; limit.Sign() <= 0 || request.Sign() <= 0 || limit.Cmp(request) < 0 {
			t.Errorf("%s has no limit of %s", name, r)
		}
	}
	mounted := map[string]bool{}
	for _, v := range pod.Volumes {
		mounted[v.Name] = true
	}
	for _, m := range w.VolumeMounts {
		if !mounted[m.Name] {
			t.Errorf("%s mounts %s, which is no volume", name, m.Name)
		}
	}
}

// TestKubernetesSelectors: budgets, scaling, services and policies find the pods that they
// are for, and what is scaled by is a number that the program tells.
func TestKubernetesSelectors(t *testing.T) {
	all := deployments(t)
	finds := func(of string, labels map[string]string) (found []string) {
		for name, d := range all {
			if len(labels) > 0 && subset(labels, d.Spec.Template.Labels) {
				found = append(found, name)
			}
		}
		if len(found) == 0 {
			t.Errorf("%s finds no pods by %v", of, labels)
		}
		return found
	}
	budgets := map[string]bool{}
	for _, d := range all {
		if !subset(d.Spec.Selector.MatchLabels, d.Spec.Template.Labels) {
			t.Errorf("%s does not find its own pods", d.Name)
		}
	}
	for _, o := range objects(t) {
		switch o := o.(type) {
		case *policyv1.PodDisruptionBudget:
			for _, name := range finds(o.Name, o.Spec.Selector.MatchLabels) {
				budgets[name] = true
			}
		case *corev1.Service:
			for _, name := range finds(o.Name, o.Spec.Selector) {
				if !slices.ContainsFunc(all[name].Spec.Template.Spec.Containers[0].Ports, func(p corev1.ContainerPort) bool { return p.Name == o.Spec.Ports[0].TargetPort.StrVal }) {
					t.Errorf("%s leads to a port that %s does not have", o.Name, name)
				}
			}
		case *networkingv1.NetworkPolicy:
			finds(o.Name, o.Spec.PodSelector.MatchLabels)
		case *autoscalingv2.HorizontalPodAutoscaler:
			d := all[o.Spec.ScaleTargetRef.Name]
			if d == nil || d.Spec.Replicas != nil {
				t.Errorf("%s scales %s, whose manifest says how many there are", o.Name, o.Spec.ScaleTargetRef.Name)
			}
			m := o.Spec.Metrics[0].External
			told(t, m.Metric.Name, m.Metric.Selector.MatchLabels)
		}
	}
	if len(budgets) != len(all) {
		t.Errorf("budgets are for %v, there are %d deployments", budgets, len(all))
	}
}

// told says whether a worker tells a number with such labels when media work waits.
func told(t *testing.T, name string, labels map[string]string) {
	t.Helper()
	s := metrics.New("test")
	s.Watch(func(context.Context) metrics.Reading {
		return metrics.Reading{Backlog: []metrics.Backlog{{Queue: workflows.MediaQueue, Kind: "activity", Tasks: 3}}}
	}, false)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		own, value, ok := strings.Cut(strings.TrimPrefix(line, name+"{"), "} ")
		if !ok || !strings.HasPrefix(line, name+"{") || strings.TrimSpace(value) != "3" {
			continue
		}
		for k, v := range labels {
			if !slices.Contains(strings.Split(own, ","), fmt.Sprintf("%s=%q", k, v)) {
				t.Errorf("scaling asks for %s with %s=%q; a worker tells %s", name, k, v, line)
			}
		}
		return
	}
	t.Errorf("no worker tells %s", name)
}

func subset(of, in map[string]string) bool {
	for k, v := range of {
		if in[k] != v {
			return false
		}
	}
	return true
}
