package app

import (
	"errors"
	"slices"
	"strings"
)

// Need is what a command wants of an engine that it runs itself.
type Need struct {
	workflow  bool     // runs, and the small steps that read and write records
	media     bool     // decode and encode
	providers []string // instances whose takes are made here
	webhooks  bool     // send to webhooks
	all       bool     // everything that is configured
	studio    bool     // the Studio is served here
	serve     bool     // work for others until it is stopped, against an existing Temporal
	service   bool     // the engine must be running already
	measured  bool     // numbers of it are served, where the config wants them
	runs      bool     // what Temporal knows of runs, and nobody to run any
	look      bool     // what is finished, and nothing else: no engine, and nobody to run anything
}

// What commands need. Even a question about a run wants a workflow worker: it is
// the run's own code that answers.
var (
	ToLook   = Need{look: true}
	ToWatch  = Need{runs: true}
	ToAsk    = Need{workflow: true}
	ToRun    = Need{workflow: true}
	ToSend   = Need{workflow: true, webhooks: true}
	ToRender = Need{all: true}
	ToServe  = Need{all: true, measured: true}
)

// ForRun is render's need; detached work needs somebody else to do it.
func ForRun(detach bool) Need {
	if detach {
		return Need{service: true}
	}
	return ToRender
}

// Roles of worker processes. RoleStudio serves the Studio, and works for nobody;
// RoleProvider is followed by the instance's name.
const (
	RoleWorkflow = "workflow"
	RoleMedia    = "media"
	RoleStudio   = "studio"
	RoleWebhooks = "webhooks"
	RoleProvider = "provider:"
)

// Roles reads what a worker works as: workflow, media, provider:NAME, provider:all, webhooks,
// studio, or all, which is all but the Studio.
func (a *Main) Roles(names []string) (Need, error) {
	n := Need{serve: true, measured: true}
	for _, name := range names {
		switch instance, isProvider := strings.CutPrefix(name, RoleProvider); {
		case name == "all":
			n.workflow, n.media, n.providers, n.webhooks = true, true, a.ProviderNames(), len(a.Config.Webhooks) > 0
		case name == RoleWorkflow:
			n.workflow = true
		case name == RoleMedia:
			n.media = true
		case name == RoleWebhooks && len(a.Config.Webhooks) == 0:
			return n, errors.New("the role webhooks sends to webhooks, and none is configured")
		case name == RoleWebhooks:
			n.webhooks = true
		case name == RoleStudio:
			n.studio = true
		case isProvider && instance == "all":
			n.providers = a.ProviderNames()
		case isProvider && slices.Contains(a.ProviderNames(), instance):
			n.providers = append(n.providers, instance)
		case isProvider:
			return n, errors.New("no provider is called " + instance + "; configured are " + strings.Join(a.ProviderNames(), ", "))
		default:
			return n, errors.New("no role is called " + name + "; roles are workflow, media, provider:NAME, provider:all, webhooks, studio and all")
		}
	}
	if len(names) == 0 {
		return n, errors.New("--roles names what to work as: workflow, media, provider:NAME, provider:all, webhooks, studio or all")
	}
	if n.webhooks {
		return n, a.secretsThere()
	}
	return n, nil
}

// roles are what a process works as, by their names.
func (n Need) roles() []string {
	var all []string
	for role, is := range map[string]bool{RoleWorkflow: n.workflow, RoleMedia: n.media, RoleStudio: n.studio} {
		if is {
			all = append(all, role)
		}
	}
	for _, name := range n.providers {
		all = append(all, RoleProvider+name)
	}
	slices.Sort(all)
	return all
}
