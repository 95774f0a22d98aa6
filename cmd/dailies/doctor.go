package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) doctorCmd() *cobra.Command {
	var live, makeBucket, ready bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check this machine and the config", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ready {
				return a.ready(cmd.Context())
			}
			return a.doctor(cmd.Context(), live, makeBucket)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "ask every provider something that costs nothing")
	cmd.Flags().BoolVar(&makeBucket, "make-bucket", false, "make s3.bucket if it is not there")
	a.jsonFlag(cmd)
	cmd.Flags().BoolVar(&ready, "ready", false, "only ask the worker on this machine, at telemetry.metrics, whether it can work now")
	cmd.MarkFlagsMutuallyExclusive("ready", "live")
	cmd.MarkFlagsMutuallyExclusive("ready", "make-bucket")
	cmd.MarkFlagsMutuallyExclusive("ready", "json")
	return cmd
}

// check is what doctor found out about one thing.
type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"`
}

// doctorTimeout bounds each look at the world outside.
const doctorTimeout = 10 * time.Second

func (a *cli) doctor(ctx context.Context, live, makeBucket bool) error {
	checks := []check{checkFFmpeg()}
	checks = append(checks,
		checkProgram(ctx, "espeak-ng", "apt-get install espeak-ng; scratch voices need it", "--version"),
	)
	checks = append(checks, checkFonts()...)
	checks = append(checks,
		a.checkFence(), a.checkHidden(),
		a.checkFolder(), a.checkSpace(), checkPorts(),
	)
	checks = append(checks, a.checkKeys()...)
	roles, known := a.checkRoles(ctx)
	checks = append(checks, roles...)
	checks = append(checks, a.checkModels(known)...)
	checks = append(checks, a.checkListener())
	checks = append(checks, a.checkJudge(ctx), a.checkSigning())
	checks = append(checks, a.checkS3(ctx, makeBucket)...)
	checks = append(checks, a.checkEngine(ctx)...)
	if live {
		checks = append(checks, a.checkProviders(ctx)...)
	}
	bad := 0
	for _, c := range checks {
		if !c.OK {
			bad++
		}
	}
	if a.ui.json {
		if err := a.ui.object(map[string]any{"ok": bad == 0, "checks": checks}); err != nil {
			return err
		}
	} else {
		for _, c := range checks {
			word := "ok     "
			if !c.OK {
				word = "PROBLEM"
			}
			a.ui.result("%s  %-18s %s", word, c.Name, c.Found)
			if !c.OK && c.Remedy != "" {
				a.ui.result("         %-18s %s", "", c.Remedy)
			}
		}
	}
	if bad > 0 {
		return &exitError{code: exitUsage, err: fmt.Errorf("%s", count(bad, "problem"))}
	}
	return nil
}

// codecLibrary is FFmpeg's library as this process has it loaded; 59 is the major
// version of FFmpeg 5.1, the one that the build is made for.
var codecLibrary = regexp.MustCompile(`/libavcodec\.so\.(\d+)[.\d]*`)

func checkFFmpeg() check {
	c := check{Name: "FFmpeg", Remedy: "this build is made for FFmpeg 5.1: use a system that has it, such as Debian 12"}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		c.Found = err.Error()
		return c
	}
	m := codecLibrary.FindSubmatch(maps)
	if m == nil {
		c.Found = "libavcodec is not loaded"
		return c
	}
	c.OK, c.Found = string(m[1]) == "59", strings.TrimPrefix(string(m[0]), "/")
	return c
}

func checkProgram(ctx context.Context, name, remedy string, args ...string) check {
	c := check{Name: name, Remedy: remedy}
	path, err := exec.LookPath(name)
	if err != nil {
		c.Found = "not found on PATH"
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, args...).Output() //nolint:gosec // a fixed program name
	if err != nil {
		c.Found = fmt.Sprintf("%s does not run: %v", path, err)
		return c
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	c.OK, c.Found = true, first
	return c
}

func (a *cli) checkFolder() check {
	c := check{Name: "data folder", Found: a.DataDir(), Remedy: "choose a folder that you may write to with --data"}
	if err := os.MkdirAll(a.DataDir(), 0o700); err != nil {
		c.Found = err.Error()
		return c
	}
	f, err := os.CreateTemp(a.DataDir(), ".doctor-*")
	if err != nil {
		c.Found = err.Error()
		return c
	}
	_ = f.Close()
	if err := os.Remove(f.Name()); err != nil {
		c.Found = err.Error()
		return c
	}
	c.OK = true
	return c
}

// minFree is what an episode may need for takes, mezzanines and a cut.
const minFree = 5 << 30

func (a *cli) checkSpace() check {
	c := check{Name: "disk space", Remedy: "an episode needs some gigabytes for takes and cuts: make room or move --data"}
	var st syscall.Statfs_t
	if err := syscall.Statfs(a.DataDir(), &st); err != nil {
		c.Found = err.Error()
		return c
	}
	free := int64(st.Bavail) * int64(st.Bsize) //nolint:unconvert // the types differ by system
	c.OK, c.Found = free >= minFree, fmt.Sprintf("%.1f GiB free", float64(free)/(1<<30))
	return c
}

func checkPorts() check {
	c := check{Name: "loopback ports", Remedy: "something forbids listening on 127.0.0.1; the embedded engine needs it"}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.Found = err.Error()
		return c
	}
	_ = l.Close()
	c.OK, c.Found = true, "can be opened"
	return c
}

// checkKeys says which secrets are there, by name; never what they are.
func (a *cli) checkKeys() []check {
	var out []check
	for _, s := range a.Config.Secrets() {
		c := check{Name: s.Env, Remedy: fmt.Sprintf("export %s, or take %s out of the config", s.Env, s.For)}
		v := a.Secret(s.Env)
		switch {
		case v == "" && a.Cluster() && withWorker(s.For):
			c.OK, c.Found = true, "not set here; the worker that uses "+s.For+" needs it"
		case v == "":
			c.Found = "not set; " + s.For + " needs it"
		case strings.TrimSpace(v) != v && s.For != "c2pa.key_env": // PEM ends with a line's end
			c.Found, c.Remedy = "has spaces or a line end around it", "set it again without them"
		default:
			c.OK, c.Found = true, "set, for "+s.For
		}
		out = append(out, c)
	}
	return out
}

// checkModels says of which configured models an end is announced.
func (a *cli) checkModels(known []provider.Facts) (out []check) {
	for _, f := range known {
		end := f.End(a.now())
		if end == "" {
			continue
		}
		c := check{Name: "model of " + f.Instance, OK: !f.Model.Ended(a.now()), Found: end}
		if f.CodeName == "" {
			c.Found = f.Model.ID + " " + end
		}
		if !c.OK {
			c.Remedy = "say another model in providers." + f.Instance + " of the config; takes that it made stay as they are"
		}
		out = append(out, c)
	}
	return out
}

// checkListener says who listens to takes. Nobody is no problem: it is said here, and by
// a plan whose season asks for it.
func (a *cli) checkListener() check {
	c := check{Name: "listener", OK: true, Found: "none: what takes say is not held against the script; listen in the config names one"}
	if l := a.Config.Listen; l.Type != "" {
		c.Found = strings.Join(strings.Fields(l.Type+" "+l.Model+" "+l.BaseURL), " ")
		if l.Price == "" {
			c.Found += "; it has no price, so that nothing is booked for it"
		}
	}
	return c
}

// checkJudge says who judges, and what it may do in each show that it was held against.
func (a *cli) checkJudge(ctx context.Context) check {
	c := check{Name: "judge", OK: true, Found: "none: takes are measured and not looked at; judge in the config names one"}
	j := a.Config.Judge
	if j.BaseURL == "" {
		return c
	}
	c.Found = j.Model + " " + j.BaseURL
	if j.Price == "" {
		c.Found += "; it has no price, so that nothing is booked for it"
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	var all []studio.Calibrated
	err := a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) (err error) {
		all, err = st.Standings(ctx)
		return err
	})
	switch {
	case err != nil:
		c.Found += "; what it was found to do cannot be read: " + err.Error()
	case len(all) == 0:
		c.Found += "; it was held against nobody's picks: it orders takes, and its floors are warnings (dailies judge SHOW --calibrate)"
	}
	for _, of := range all {
		c.Found += fmt.Sprintf("; %s: %s: %s", of.Show, of.Why, mayDo(of))
	}
	return c
}

// checkSigning says who signs masters, and whether that can be done here.
func (a *cli) checkSigning() check {
	c := check{Name: "C2PA", OK: true, Found: "nobody: masters are not signed; c2pa in the config names who does", Remedy: "see c2pa in dailies.example.yaml"}
	s, err := a.Signing()
	switch {
	case err != nil:
		c.OK, c.Found = false, err.Error()
	case s == nil:
	default:
		who := s.Chain.Identity()
		c.Found = fmt.Sprintf("masters are signed by %s, issued by %s, until %s", who, who.Issuer, who.Until.Format(time.DateOnly))
		if err := s.Chain.Current(a.now()); err != nil {
			c.OK, c.Found = false, err.Error()
		} else if s.Signer == nil {
			c.OK = a.Cluster()
			c.Found += "; the key is not here: workers with the role media need it"
		}
		if info, err := os.Stat(a.Config.C2PA.KeyFile); err == nil && info.Mode().Perm()&0o077 != 0 {
			c.Found += "; others on this machine may read " + a.Config.C2PA.KeyFile + " (chmod 600)"
		}
	}
	if _, err := a.Trust(); err != nil {
		c.OK, c.Found = false, err.Error()
	}
	return c
}

// withWorker says whether a secret may be known to single workers only, where parts
// run apart.
func withWorker(path string) bool {
	return strings.HasPrefix(path, "providers.") || strings.HasPrefix(path, "voices.") || strings.HasPrefix(path, "judge.") || strings.HasPrefix(path, "listen.") || strings.HasPrefix(path, "c2pa.")
}

// checkS3 says what an S3 elsewhere was seen to do.
func (a *cli) checkS3(ctx context.Context, makeBucket bool) []check {
	if a.EmbedsS3() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	c := check{Name: "S3"}
	can, err := a.Abilities(ctx, makeBucket)
	if err != nil {
		c.Found, c.Remedy = err.Error(), "see docs/operations.md, S3 elsewhere"
		return []check{c}
	}
	words := []string{"checksums by " + can.Checksum}
	if can.Service != "" {
		words = append([]string{can.Service}, words...)
	}
	if can.HostStyle {
		words = append(words, "the bucket in the host's name")
	}
	if !can.Ranges {
		words = append(words, "no ranges")
	}
	words = append(words, can.Notes...)
	c.OK, c.Found = true, "bucket "+a.Config.S3.Bucket+": "+strings.Join(words, "; ")
	exclusive := check{Name: "S3 writers", OK: can.Exclusive, Found: "of several who write at once exactly one wins"}
	if !can.Exclusive {
		exclusive.Found, exclusive.Remedy = can.Why, "this service cannot serve workers of several processes: use one that heeds If-None-Match and If-Match"
		if a.EmbedsTemporal() {
			exclusive.OK, exclusive.Found = true, can.Why+"; the processes of this data folder take turns, and no other may write to the bucket"
		}
	}
	return []check{c, exclusive}
}

func (a *cli) checkEngine(ctx context.Context) []check {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	c := check{Name: "engine", OK: true}
	if !a.EmbedsTemporal() && !a.EmbedsS3() {
		s, err := a.Open(ctx, app.ToAsk)
		if err != nil {
			return []check{{Name: "engine", Found: err.Error(), Remedy: "check temporal and s3 in the config, and that both are up"}}
		}
		c.Found = fmt.Sprintf("Temporal at %s and S3 answer", a.Config.Temporal.Address)
		if err := s.Close(); err != nil {
			c.OK, c.Found = false, err.Error()
		}
		return []check{c}
	}
	addr, up, err := engine.Connect(ctx, a.DataDir())
	switch {
	case err != nil:
		c.OK, c.Found, c.Remedy = false, err.Error(), "see the log in "+filepath.Join(a.DataDir(), "logs")
	case !up:
		c.Found = "none is running on this data folder; commands start their own"
	default:
		c.Found = fmt.Sprintf("up: Studio %s, Temporal %s (namespace %s), S3 %s/%s, Temporal's web page %s", orElse(addr.Studio, "none"), addr.Temporal, addr.Namespace, addr.S3Endpoint, addr.S3Bucket, orElse(addr.UI, "none"))
	}
	return []check{c}
}
