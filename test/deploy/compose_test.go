// Package deploy holds what deploy/ and docker-compose.yml say against the loaders and
// types of those who read them, and against this program: its roles, its config, the
// secrets of each role, and how long a worker takes to stop.
package deploy

import (
	"encoding/base64"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"go.temporal.io/server/common/dynamicconfig"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/provider/all"
)

// filled is what docker-compose.yml gives no default.
var filled = types.Mapping{"POSTGRES_PASSWORD": "marked-postgres", "S3_ACCESS_KEY": "marked-access", "S3_SECRET_KEY": "marked-secret"}

func project(t *testing.T, env types.Mapping) (*types.Project, error) {
	t.Helper()
	dir := t.TempDir() // the files of secrets are not in the repository
	body, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vendors.env", "media.env", "studio.env", "webhooks.env"} {
		if err := os.WriteFile(dir+"/"+name, []byte("MARK_"+strings.ToUpper(strings.TrimSuffix(name, ".env"))+"=marked\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: dir, ConfigFiles: []types.ConfigFile{{Filename: "docker-compose.yml", Content: body}}, Environment: maps.Clone(env), // it adds to it
	}, func(o *loader.Options) { o.SetProjectName("dailies", true) }, loader.WithProfiles([]string{"*"}))
}

// TestCompose: Docker's own loader and schema take the file, and every container is bounded,
// watched and without root.
func TestCompose(t *testing.T) {
	p, err := project(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	once := []string{"temporal-schema", "s3-volumes"} // they do their work and end
	for name, s := range p.Services {
		user := s.User
		if name == "s3-volumes" { // gives volumes away, without a network
			if s.NetworkMode != "none" || !slices.Equal(s.CapAdd, []string{"CHOWN"}) {
				t.Errorf("%s is root with %v in the network %q", name, s.CapAdd, s.NetworkMode)
			}
		} else if user == "" || user == "root" || strings.HasPrefix(user, "0") {
			t.Errorf("%s runs as %q", name, user)
		}
		if !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may become more: %v, %v", name, s.CapDrop, s.SecurityOpt)
		}
		if l := s.Deploy; l == nil || l.Resources.Limits == nil || l.Resources.Limits.MemoryBytes == 0 || l.Resources.Limits.NanoCPUs == 0 || l.Resources.Limits.Pids == 0 {
			t.Errorf("%s has no limits", name)
		}
		if !slices.Contains(once, name) && (s.HealthCheck == nil || len(s.HealthCheck.Test) == 0 && !s.HealthCheck.Disable) {
			t.Errorf("nobody sees whether %s is well", name)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s is reached from elsewhere, at %s", name, port.HostIP)
			}
		}
		for on, d := range s.DependsOn {
			if wants := map[bool]string{true: types.ServiceConditionCompletedSuccessfully, false: types.ServiceConditionHealthy}[slices.Contains(once, on)]; d.Condition != wants {
				t.Errorf("%s starts when %s is %s, want %s", name, on, d.Condition, wants)
			}
		}
	}
}

// TestNoDefaultPasswords: without them it is not even read.
func TestNoDefaultPasswords(t *testing.T) {
	for name := range filled {
		less := types.Mapping{}
		for k, v := range filled {
			if k != name {
				less[k] = v
			}
		}
		if _, err := project(t, less); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestComposeRoles: there is a worker of every role, the program takes its command, and
// only those who need vendors' secrets get them.
func TestComposeRoles(t *testing.T) {
	p, err := project(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string][]string{"worker-provider": {"MARK_VENDORS"}, "worker-media": {"MARK_MEDIA"}, "studio": {"MARK_STUDIO"}, "worker-webhooks": {"MARK_WEBHOOKS"}}
	config := p.Services["worker"].Environment["DAILIES_CONFIG"]
	var roles []string
	for name, s := range p.Services {
		for env, value := range s.Environment {
			if strings.HasPrefix(env, "MARK_") && !slices.Contains(marks[name], env) {
				t.Errorf("%s gets %s", name, env)
			}
			if value != nil && strings.HasPrefix(*value, "marked-postgres") && strings.HasPrefix(s.Image, "dailies") {
				t.Errorf("%s gets PostgreSQL's password", name)
			}
		}
		for _, mark := range marks[name] {
			if s.Environment[mark] == nil {
				t.Errorf("%s does not get %s", name, mark)
			}
		}
		if !strings.HasPrefix(s.Image, "dailies") {
			continue
		}
		if !slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == *config && v.ReadOnly }) {
			t.Errorf("%s is not given the config", name)
		}
		if len(s.Command) == 0 {
			continue
		}
		roles = append(roles, takes(t, name, s.Command, "webhooks: [{url: https://example.com/told, secret_env: TOLD}]")...)
		if time.Duration(*s.StopGracePeriod) < stops+margin {
			t.Errorf("%s is killed after %s; a worker may take %s to stop", name, time.Duration(*s.StopGracePeriod), stops)
		}
	}
	for _, role := range []string{"workflow", "media", "provider:all", "studio", "webhooks"} {
		if !slices.Contains(roles, role) {
			t.Errorf("nobody works as %s", role)
		}
	}
	// The rest of what is told by the environment.
	var env []string
	for name, value := range p.Services["worker"].Environment {
		if value != nil {
			env = append(env, name+"="+*value)
		}
	}
	c, err := all.Kinds().Parse("dailies.yaml", []byte("{}"), env)
	if err != nil {
		t.Fatal(err)
	}
	if c.Temporal.Embedded() || c.S3.Embedded() || c.Telemetry.Metrics == "" {
		t.Errorf("a worker's config: %+v", c)
	}
}

const (
	// stops is how long a worker that is asked to end may go on with what it has.
	stops = 30 * time.Second
	// margin is what ending takes besides: serving ends, connections close.
	margin = 15 * time.Second
)

// takes holds a container's command against the program, and returns its roles.
func takes(t *testing.T, who string, command []string, config string) []string {
	t.Helper()
	if len(command) != 3 || command[0] != "worker" || command[1] != "--roles" {
		t.Fatalf("%s runs dailies %v", who, command)
	}
	c, err := all.Kinds().Parse("dailies.yaml", []byte(config), nil)
	if err != nil {
		t.Fatal(err)
	}
	roles := strings.Split(command[2], ",")
	if _, err := (&app.Main{Config: c, Env: []string{"TOLD=whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 24))}}).Roles(roles); err != nil {
		t.Errorf("%s: %v", who, err)
	}
	return roles
}

// TestSameVersions: the images are those that go.mod pins for what is embedded and for
// what `make cluster` runs.
func TestSameVersions(t *testing.T) {
	body, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	pinned := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v(\S+)`).FindAllStringSubmatch(string(body), -1) {
		pinned[m[1]] = m[2]
	}
	p, err := project(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string]string{
		"temporal": "temporalio/server:" + pinned["go.temporal.io/server"], "temporal-schema": "temporalio/admin-tools:" + pinned["go.temporal.io/server"],
		"temporal-ui": "temporalio/ui:" + pinned["github.com/temporalio/ui-server/v2"], "s3": "versity/versitygw:v" + pinned["github.com/versity/versitygw"],
	} {
		if got := p.Services[service].Image; got != want {
			t.Errorf("%s is %s, go.mod pins %s", service, got, want)
		}
	}
}

// TestDynamicConfig: Temporal's own loader knows every setting.
func TestDynamicConfig(t *testing.T) {
	body, err := os.ReadFile("../../deploy/temporal/dynamicconfig.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := dynamicconfig.LoadYamlFile(body)
	if len(r.Errors)+len(r.Warnings) > 0 {
		t.Errorf("%v %v", r.Errors, r.Warnings)
	}
	if !regexp.MustCompile(`(?m)^matching\.enableFairness: \[\{value: true\}\]$`).Match(body) {
		t.Error("one show may starve another")
	}
}
