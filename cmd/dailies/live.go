package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
)

// strangerJob is a job that no vendor has. Asking for it costs nothing and needs a
// key that works.
const strangerJob = "00000000-0000-4000-8000-000000000000"

// checkProviders asks every provider that costs money for a job it does not have.
func (a *cli) checkProviders(ctx context.Context) []check {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	names := a.ProviderNames()
	out := make([]check, len(names))
	var asking sync.WaitGroup
	for i, name := range names {
		asking.Go(func() { out[i] = a.checkProvider(ctx, name) })
	}
	asking.Wait()
	return out
}

func (a *cli) checkProvider(ctx context.Context, name string) check {
	c := check{Name: name}
	if a.Free(name) {
		c.OK, c.Found = true, "runs on this machine"
		return c
	}
	p, instance, err := a.MakeProvider(name, all.Options{Log: a.Log})
	if err != nil {
		c.Found = err.Error()
		return c
	}
	if why := a.Parked(name); why != "" && a.Cluster() {
		c.OK, c.Found = true, why+" here: ask where its worker runs"
		return c
	} else if why != "" {
		c.Found, c.Remedy = why, "set it, or take the provider out of the config"
		return c
	}
	st, err := p.Poll(ctx, provider.Job{ID: strangerJob, Model: instance.Model})
	kind := provider.KindOf(err, "")
	if err == nil && st.Err != nil {
		kind = st.Err.Kind
	}
	switch kind {
	case provider.KindNotFound, provider.KindInvalid, provider.KindFailed, provider.KindUnknown, "":
		c.OK, c.Found = true, "answers, and the key works"
	case provider.KindAuth:
		c.Found, c.Remedy = fmt.Sprint(err), "the key does not work there: compare it, and base_url, with the vendor's console"
	case provider.KindQuota:
		c.Found, c.Remedy = fmt.Sprint(err), "the account has no balance or plan left"
	case provider.KindTransient, provider.KindThrottled, provider.KindAmbiguous, provider.KindRefused:
		c.Found, c.Remedy = fmt.Sprint(err), "the vendor cannot be reached from here now; look at base_url, the network and a proxy"
	}
	return c
}
