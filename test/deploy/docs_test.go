package deploy

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"
)

// shown are the commands of the manual's section on clusters, without their comments.
func shown(t *testing.T) []string {
	t.Helper()
	body, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(body), "\n## A cluster\n")
	if !ok {
		t.Fatal("there is no section on clusters")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, block := range regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```").FindAllStringSubmatch(section, -1) {
		for line := range strings.Lines(block[2]) {
			if block[1] != "" && block[1] != "sh" {
				continue
			}
			line, _, _ = strings.Cut(line, " #")
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// TestManualCommands: what the manual has an operator run fits the files that it is run
// on. dailies' own commands are looked at in cmd/dailies, those that it says when it may
// not make something in internal/app.
func TestManualCommands(t *testing.T) {
	p, err := project(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	secrets, written := map[string]bool{}, map[string]bool{}
	for _, line := range shown(t) {
		f := strings.Fields(line)
		switch {
		case f[0] == "dailies", f[0] == "temporal", f[0] == "aws":
		case f[0] == "cp":
			if _, err := os.Stat("../../" + f[1]); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			written[f[2]] = true
		case f[0] == "touch":
			for _, name := range f[1:] {
				written[name] = true
			}
		case strings.HasPrefix(line, "docker compose "):
			for i, word := range f {
				name := ""
				switch {
				case word == "--scale":
					name, _, _ = strings.Cut(f[i+1], "=")
				case word == "--rm":
					name = f[i+1]
				case strings.HasPrefix(word, "scripts/"):
					if _, err := os.Stat("../../" + word); err != nil {
						t.Errorf("%s: %v", line, err)
					}
				}
				if _, there := p.Services[name]; name != "" && !there {
					t.Errorf("%s: there is no service %s", line, name)
				}
			}
		case strings.HasPrefix(line, "kubectl "):
			kubectl(t, line, f, secrets)
		default:
			t.Errorf("no test knows the command %s", line)
		}
	}
	want := map[string]bool{"dailies.yaml": true}
	for _, s := range p.Services {
		for _, f := range s.EnvFiles {
			want[filepath.Base(f.Path)] = true
		}
	}
	if !maps.Equal(written, want) {
		t.Errorf("the manual has %v written, the containers read %v", written, want)
	}
	if needed := neededSecrets(t); !maps.Equal(secrets, needed) {
		t.Errorf("the manual makes the secrets %v, the manifests use %v", keys(secrets), keys(needed))
	}
}

func kubectl(t *testing.T, line string, f []string, secrets map[string]bool) {
	t.Helper()
	var k kustomization
	body, err := os.ReadFile(manifests + "kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(body, &k); err != nil {
		t.Fatal(err)
	}
	switch {
	case slices.Contains(f, "secret"):
		name := f[slices.Index(f, "generic")+1]
		for _, word := range f {
			if from, ok := strings.CutPrefix(word, "--from-literal="); ok {
				key, _, _ := strings.Cut(from, "=")
				secrets[name+"/"+key] = true
			}
			if from, ok := strings.CutPrefix(word, "--from-file="); ok {
				secrets[name+"/"+from] = true
			}
		}
		fallthrough
	case slices.Contains(f, "namespace"):
		if !slices.Contains(f, k.Namespace) {
			t.Errorf("%s: the manifests' namespace is %s", line, k.Namespace)
		}
	case slices.Contains(f, "apply"):
		if _, err := os.Stat("../../" + f[len(f)-1] + "/kustomization.yaml"); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	default:
		t.Errorf("no test knows the command %s", line)
	}
}

// neededSecrets are those that the manifests name.
func neededSecrets(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, o := range objects(t) {
		d, ok := o.(*appsv1.Deployment)
		if !ok {
			continue
		}
		for _, e := range d.Spec.Template.Spec.Containers[0].Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				all[e.ValueFrom.SecretKeyRef.Name+"/"+e.ValueFrom.SecretKeyRef.Key] = true
			}
		}
		for _, v := range d.Spec.Template.Spec.Volumes {
			if v.Secret == nil {
				continue
			}
			for _, m := range d.Spec.Template.Spec.Containers[0].VolumeMounts {
				if m.Name == v.Name {
					all[v.Secret.SecretName+"/"+m.SubPath] = true
				}
			}
		}
	}
	return all
}

func keys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// TestManualTargets: what the manual says of make is there.
func TestManualTargets(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"cluster", "cluster-up"} {
		if !strings.Contains(string(makefile), "\n"+target+":") || !strings.Contains(string(manual), "`make "+target+"`") {
			t.Errorf("make %s is not in both", target)
		}
	}
}
