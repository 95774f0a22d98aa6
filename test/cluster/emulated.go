package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/test/clips"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/dashscope"
)

// Emulated are two vendors' accounts in this process, and the cluster that buys from
// them: a worker for each role, each with only the secrets that its role needs.
type Emulated struct {
	// Houses are the accounts' books, by the provider's name, and Keys their API keys.
	Houses map[string]*vendors.House
	Keys   map[string]string
	// Config is dailies.yaml but for temporal and s3.
	Config  string
	Workers []Worker

	servers []*http.Server
	serving sync.WaitGroup
}

// Emulate opens the accounts. Their jobs take jobTime; their clips are real, and small.
func Emulate(ctx context.Context, jobTime time.Duration) (_ *Emulated, err error) {
	clip, err := smallClip(ctx)
	if err != nil {
		return nil, err
	}
	e := &Emulated{Houses: map[string]*vendors.House{}, Keys: map[string]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	e.Config = "providers:\n"
	for _, of := range []struct{ name, kind, model string }{{"seedance", "ark", "doubao-seedance-2-0-260128"}, {"happyhorse", "dashscope", "happyhorse-1.1"}} {
		key := "sk-" + of.name + "-" + secret()
		o := vendors.Options{Key: key, JobTime: jobTime, SubmitRPS: -1, QueryQPS: -1, Clip: func(vendors.Job) []byte { return clip }}
		var handler http.Handler
		base := ark.BaseURL
		if of.kind == "ark" {
			v := ark.New(o)
			handler, e.Houses[of.name] = v, v.House()
		} else {
			v := dashscope.New(o)
			handler, e.Houses[of.name], base = v, v.House(), dashscope.BaseURL
		}
		at, err := e.serve(handler)
		if err != nil {
			return nil, err
		}
		env := "KEY_" + strings.ToUpper(of.name)
		e.Keys[of.name] = key
		e.Config += fmt.Sprintf("  %s: {type: %s, model: %s, base_url: %q, api_key_env: %s, slots: 4, submit_rps: 50, poll_every: 200ms}\n", of.name, of.kind, of.model, base(at), env)
		e.Workers = append(e.Workers, Worker{Name: "worker-" + of.name, Roles: "provider:" + of.name, Secrets: []string{env + "=" + key}})
	}
	e.Workers = append([]Worker{
		{Name: "worker-workflow", Roles: "workflow"},
		{Name: "worker-media", Roles: "media,provider:animatic"},
	}, e.Workers...)
	e.Workers = append(e.Workers, Worker{Name: "studio", Roles: "studio"})
	return e, nil
}

func (e *Emulated) serve(h http.Handler) (url string, err error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return "", fmt.Errorf("serve an emulated vendor: %w", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	e.servers = append(e.servers, s)
	e.serving.Go(func() { _ = s.Serve(l) }) // it ends by Close
	return "http://" + l.Addr().String(), nil
}

// Close ends the accounts.
func (e *Emulated) Close() error {
	var errs []error
	for _, s := range e.servers {
		errs = append(errs, s.Close())
	}
	e.serving.Wait()
	return errors.Join(errs...)
}

// smallClip is a clip as a vendor delivers it, but small.
func smallClip(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dailies-clip-")
	if err != nil {
		return nil, fmt.Errorf("make a clip: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "clip.mp4")
	err = clips.Write(ctx, "-f", "lavfi", "-i", "testsrc2=s=144x256:r=24:d=6", "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000:d=6",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path)
	if err != nil {
		return nil, fmt.Errorf("make a clip: %w", err)
	}
	return os.ReadFile(path)
}
