package workflows_test

import (
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/workflows"
)

// Runs that began before a change must go on after it. Each folder is a release,
// kept for good; each file is a real run, named by what happened in it; those that
// begin with "bad" tell of another program and must be noticed.
func TestHistoriesReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/histories/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		t.Run(filepath.Base(filepath.Dir(f))+"/"+name, func(t *testing.T) {
			r := worker.NewWorkflowReplayer()
			workflows.RegisterWorkflows(r)
			err := r.ReplayWorkflowHistoryFromJSONFile(nil, f)
			if strings.HasPrefix(name, "bad") {
				bad++
				if err == nil {
					t.Error("a run of another program was replayed without a word")
				}
				return
			}
			good++
			if err != nil {
				t.Errorf("%v\nif the change is meant, guard it with workflow.GetVersion; `make histories` adds the new ones", err)
			}
		})
	}
	if good < 5 || bad < 1 {
		t.Errorf("%d histories and %d bad ones: record them with `make histories`", good, bad)
	}
}
