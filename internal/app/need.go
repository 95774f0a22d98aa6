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

// RoleStudio is the role of a process that serves the Studio, and works for nobody.
const RoleStudio = "studio"

// Roles reads what a worker works as: workflow, media, provider:NAME, provider:all, webhooks,
// studio, or all, which is all but the Studio.
func (a *Main) Roles(names []string) (Need, error) {
	n := Need{serve: true, measured: true}
	for _, name := range names {
		switch instance, isProvider := strings.CutPrefix(name, "provider:"); {
		case name == "all":
			n.workflow, n.media, n.providers, n.webhooks = true, true, a.ProviderNames(), len(a.Config.Webhooks) > 0
		case name == "workflow":
			n.workflow = true
		case name == "media":
			n.media = true
		case name == "webhooks" && len(a.Config.Webhooks) == 0:
			return n, errors.New("the role webhooks sends to webhooks, and none is configured")
		case name == "webhooks":
			n.webhooks = true
		case name == RoleStudio:
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
