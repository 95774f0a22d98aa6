package chaos

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"time"
)

// patience is how long a victim is waited for, and ending how long a part may take that was
// asked to end.
const (
	patience = 5 * time.Second
	ending   = 90 * time.Second
)

// meet lets a fault happen, and says whom it met.
func (r *run) meet(f Fault) string {
	chance := rand.New(rand.NewPCG(f.Draw, 0)) //nolint:gosec // the same chances again
	met, ok := r.meets(f, chance)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok {
		r.report.Instead = append(r.report.Instead, f.String()+": "+met)
	}
	if met != "" {
		r.report.Done[f.Kind]++
		if f.Kind.Killing() {
			r.report.Kills++
			r.report.Killed[strings.TrimSuffix(met, missing(f.Kind))]++
		}
	}
	return met
}

// childOf is the child that a kind of kill is meant for.
func childOf(k Kind) string {
	if k == KillGateway {
		return "s3gateway"
	}
	return "media"
}

func missing(k Kind) string { return ", for want of " + childOf(k) }

func (r *run) meets(f Fault, chance *rand.Rand) (met string, planned bool) {
	switch f.Kind {
	case KillParts:
		return r.killOne(chance), true
	case KillMedia, KillGateway:
		role := childOf(f.Kind)
		if pid := r.find(role, chance); pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil {
			return role, true
		}
		return r.killOne(chance) + missing(f.Kind), false
	case KillAll:
		for _, p := range r.parts {
			p.signal(syscall.SIGKILL)
		}
		return "everything", true
	case Restart:
		return "everything", r.restart()
	case Freeze:
		p := r.running(chance)
		r.freeze(p.pid(), f.Lasts)
		return p.Name, true
	case FreezeMedia:
		pid := r.find("media", chance)
		r.freeze(pid, f.Lasts)
		return "media", pid != 0
	case DiskFull:
		return r.full(f.Lasts)
	case VendorClock:
		by := time.Duration(chance.IntN(101)-50) * time.Minute
		r.vendor.House().SetClock(by-time.Duration(r.jump.Load()), func() { r.jump.Store(int64(by)) })
		return by.String() + " off", true
	case EngineReset:
		r.toEngine.reset(f.Lasts)
		return "temporal", true
	case EngineSlow:
		r.toEngine.stall(f.Lasts)
		return "temporal", true
	default: // the weather
	}
	who, way, _ := strings.Cut(string(f.Kind), " ")
	weather := &r.vendorWeather
	if who == "s3" {
		weather = &r.storeWeather
	}
	w := Way(way)
	if way == "clock" {
		w = Skew
	}
	weather.Turn(w, f.Lasts, f.Share, f.Draw)
	return who, true
}

// running is a part that runs, after a moment for those that are being started.
func (r *run) running(chance *rand.Rand) *runner {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if p := r.parts[chance.IntN(len(r.parts))]; p.pid() != 0 || time.Now().After(end) {
			return p
		}
	}
}

func (r *run) killOne(chance *rand.Rand) string {
	for {
		if p := r.running(chance); p.signal(syscall.SIGKILL) {
			return p.Name
		}
	}
}

// find is a child in a role; 0: there was none for a while.
func (r *run) find(role string, chance *rand.Rand) int {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if all := inRole(r.program, role); len(all) > 0 {
			return all[chance.IntN(len(all))]
		}
	}
	return 0
}

// freeze makes a process stand still. It may be killed meanwhile.
func (r *run) freeze(pid int, lasts time.Duration) {
	if pid == 0 || syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return
	}
	r.later.Add(1)
	time.AfterFunc(lasts, func() {
		defer r.later.Done()
		_ = syscall.Kill(pid, syscall.SIGCONT)
	})
}

// full fills the disk for a while.
func (r *run) full(lasts time.Duration) (string, bool) {
	r.filling.Lock()
	if err := r.disk.fill(); err != nil {
		r.filling.Unlock()
		return err.Error(), false
	}
	r.later.Add(1)
	time.AfterFunc(lasts, func() {
		defer r.later.Done()
		defer r.filling.Unlock()
		if err := r.disk.free(); err != nil {
			r.violated("free the disk: %v", err)
		}
	})
	return "the disk", true
}

// restart asks every part to end; they are started again.
func (r *run) restart() bool {
	before := map[string]int{}
	for _, p := range r.parts {
		if pid := p.pid(); pid != 0 && p.ask() {
			before[p.Name] = pid
		}
	}
	began := time.Now()
	for _, p := range r.parts {
		for before[p.Name] != 0 && p.pid() == before[p.Name] {
			if time.Since(began) > ending {
				r.violated("%s had not ended %v after it was asked to", p.Name, ending)
				p.signal(syscall.SIGQUIT) // its log tells why
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	r.say("everything had ended after %v", time.Since(began).Round(10*time.Millisecond))
	return true
}

// fair ends everything that still goes wrong.
func (r *run) fair() {
	r.vendorWeather.Clear()
	r.storeWeather.Clear()
	r.toEngine.clear()
	r.later.Wait()
}
