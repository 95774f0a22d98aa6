package metrics

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"gopkg.in/yaml.v3"
)

// What Prometheus itself gives every series.
var given = map[string]bool{"job": true, "instance": true, "le": true}

var described = regexp.MustCompile(`fqName: "([^"]+)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// names are the numbers that a process tells, with their labels.
func names(t *testing.T) map[string]map[string]bool {
	t.Helper()
	s := New("test")
	descs := make(chan *prometheus.Desc)
	go func() {
		s.registry.Describe(descs)
		close(descs)
	}()
	all := map[string]map[string]bool{"up": {}}
	for d := range descs {
		m := described.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("what is %s", d)
		}
		own := map[string]bool{}
		for l := range strings.SplitSeq(m[3], ",") {
			own[l] = true
		}
		all[m[1]] = own
		if m[1] == "dailies_queue_backlog_age_seconds" || m[1] == "dailies_house_read_seconds" || !strings.HasSuffix(m[1], "_seconds") {
			continue
		}
		for _, of := range []string{"_bucket", "_sum", "_count"} {
			all[m[1]+of] = own
		}
	}
	return all
}

// holds says what is wrong with an expression: it must parse, and every number and label
// in it must be one that a process tells.
func holds(t *testing.T, all map[string]map[string]bool, where, text string) {
	t.Helper()
	e, err := parser.ParseExpr(text)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	has := map[string]bool{}
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		own, known := all[v.Name]
		if !known {
			t.Errorf("%s: no process tells %s", where, v.Name)
		}
		for l := range own {
			has[l] = true
		}
		for _, m := range v.LabelMatchers {
			if m.Name != model.MetricNameLabel && !own[m.Name] && !given[m.Name] {
				t.Errorf("%s: %s has no label %s", where, v.Name, m.Name)
			}
		}
		return nil
	})
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		a, ok := n.(*parser.AggregateExpr)
		if !ok {
			return nil
		}
		for _, l := range a.Grouping {
			if !has[l] && !given[l] {
				t.Errorf("%s: it groups by %s, which none of its numbers has", where, l)
			}
		}
		return nil
	})
}

// TestAlerts: Prometheus takes the rules, they ask for what there is, and each has its
// entry in the manual.
func TestAlerts(t *testing.T) {
	body, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(body, false, model.UTF8Validation)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	all, seen := names(t), 0
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			seen++
			holds(t, all, r.Alert, r.Expr)
			if r.Annotations["runbook"] != "docs/operations.md#"+strings.ToLower(r.Alert) || !strings.Contains(string(manual), "\n#### "+r.Alert+"\n") {
				t.Errorf("%s: no runbook: it wants a heading of its name in docs/operations.md, and the annotation that points there", r.Alert)
			}
		}
	}
	if entries := strings.Count(string(manual), "\n#### Dailies"); entries != seen {
		t.Errorf("the manual has %d entries for %d alerts", entries, seen)
	}
}

// TestAlertsFire: each rule fires when it should and stays quiet when not, as promtool
// judges it (make test-deps puts it there).
func TestAlertsFire(t *testing.T) {
	const cases = "../../deploy/prometheus/alerts_test.yml"
	tool := "../../bin/tools/promtool"
	if _, err := os.Stat(tool); err != nil {
		if tool, err = exec.LookPath("promtool"); err != nil {
			t.Fatalf("there is no promtool to judge the rules by: make test-deps (%v)", err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), tool, "test", "rules", cases).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	type judged struct{ fires, quiet bool }
	told := map[string]judged{}
	for _, alert := range wanted(t, cases) {
		j := told[alert.Name]
		j.fires, j.quiet = j.fires || len(alert.Want) > 0, j.quiet || len(alert.Want) == 0
		told[alert.Name] = j
	}
	body, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	groups, _ := rulefmt.Parse(body, false, model.UTF8Validation)
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			if j := told[r.Alert]; !j.fires || !j.quiet {
				t.Errorf("%s: it wants a case in which it fires and one in which it does not: %+v", r.Alert, j)
			}
		}
	}
}

type expected struct {
	Name string `yaml:"alertname"`
	Want []any  `yaml:"exp_alerts"`
}

func wanted(t *testing.T, file string) (all []expected) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var of struct {
		Tests []struct {
			Alerts []expected `yaml:"alert_rule_test"`
		}
	}
	if err := yaml.Unmarshal(body, &of); err != nil {
		t.Fatal(err)
	}
	for _, c := range of.Tests {
		all = append(all, c.Alerts...)
	}
	return all
}

// TestDashboard: what the panels ask for is there.
func TestDashboard(t *testing.T) {
	body, err := os.ReadFile("../../deploy/grafana/dailies.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		UID    string
		Panels []struct {
			Title, Type string
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(body, &board); err != nil || board.UID != "dailies" {
		t.Fatal(err, board.UID)
	}
	all, asked := names(t), strings.Builder{}
	for _, p := range board.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s asks for nothing", p.Title)
		}
		for _, q := range p.Targets {
			holds(t, all, p.Title, q.Expr)
			asked.WriteString(q.Expr + "\n")
		}
	}
	for name := range all {
		part := strings.HasSuffix(name, "_seconds") || strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") // a histogram's buckets are asked for
		if strings.HasPrefix(name, "dailies_") && !part && name != "dailies_build_info" && !strings.HasPrefix(name, "dailies_house_") && !strings.Contains(asked.String(), name) {
			t.Errorf("no panel shows %s", name)
		}
	}
}
