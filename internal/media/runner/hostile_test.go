package runner_test

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// targets is what a hostile child is told to go for.
type targets struct {
	Read    []string // files and folders outside its job
	Sibling string   // a folder outside its job, to write in
	Socket  string   // a Unix socket inside its own folder that somebody listens on
	TCP     string   // an address that somebody listens on
	Parent  int
}

// escapes tries everything that a decoder taken over by a clip would, and names what worked.
func escapes(t targets, out string) []string {
	var worked []string
	try := func(what string, err error) {
		if err == nil {
			worked = append(worked, what)
		}
	}
	call := func(what string, nr uintptr, args ...uintptr) {
		var a [6]uintptr
		copy(a[:], args)
		_, _, errno := unix.Syscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5])
		if errno == 0 {
			worked = append(worked, what)
		}
	}
	for _, path := range t.Read {
		f, err := os.Open(path)
		try("open "+path, err)
		_ = f.Close()
		_, err = os.ReadDir(path)
		try("list "+path, err)
	}
	try("write beside its folder", os.WriteFile(filepath.Join(t.Sibling, "new"), nil, 0o600))
	try("link out of its folder", os.Symlink(t.Sibling, filepath.Join(filepath.Dir(out), "link")))
	try("make a folder", os.Mkdir(filepath.Join(filepath.Dir(out), "folder"), 0o700))
	try("make a pipe", unix.Mkfifo(filepath.Join(filepath.Dir(out), "pipe"), 0o600))
	try("change rights", os.Chmod(filepath.Dir(out), 0o777)) //nolint:gosec // a hostile act
	try("change times", os.Chtimes(t.Sibling, time.Now(), time.Now()))
	try("set an attribute", unix.Setxattr(filepath.Dir(out), "user.x", []byte("y"), 0))

	_, err := net.DialTimeout("tcp", t.TCP, time.Second)
	try("connect by TCP", err)
	_, err = net.ListenPacket("udp", "127.0.0.1:0")
	try("open a UDP socket", err)
	_, err = net.Dial("unix", t.Socket)
	try("connect to a Unix socket", err)
	_, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	try("make a pair of sockets", err)

	try("start a program", exec.Command("/bin/true").Run())
	self, _ := filepath.Abs(os.Args[0])
	try("start itself", exec.Command(self, "silent").Run())
	try("become a program", syscall.Exec("/bin/true", []string{"true"}, nil))
	call("fork", unix.SYS_CLONE, uintptr(unix.SIGCHLD))

	try("trace its parent", unix.PtraceAttach(t.Parent))
	try("signal its parent", unix.Kill(t.Parent, 0))
	try("queue a signal for its parent", unix.Tgkill(t.Parent, t.Parent, 0))
	call("limit its parent", unix.SYS_PRLIMIT64, uintptr(t.Parent), unix.RLIMIT_CORE, 0, 0)
	var b byte
	local := []unix.Iovec{{Base: &b, Len: 1}}
	_, err = unix.ProcessVMReadv(t.Parent, local, []unix.RemoteIovec{{Base: uintptr(unsafe.Pointer(&b)), Len: 1}}, 0)
	try("read its parent's memory", err)
	_, err = unix.PidfdOpen(t.Parent, 0)
	try("hold its parent", err)

	try("leave its namespaces", unix.Unshare(unix.CLONE_NEWUSER))
	try("mount", unix.Mount("none", filepath.Dir(out), "tmpfs", 0, ""))
	_, err = unix.MemfdCreate("x", 0)
	try("make memory into a file", err)
	_, err = unix.KeyctlInt(unix.KEYCTL_GET_KEYRING_ID, unix.KEY_SPEC_USER_KEYRING, 1, 0, 0)
	try("open a keyring", err)
	var params [120]byte
	call("set up io_uring", unix.SYS_IO_URING_SETUP, 1, uintptr(unsafe.Pointer(&params[0])))
	call("set up userfaultfd", unix.SYS_USERFAULTFD, 1)
	call("load BPF", unix.SYS_BPF, 0, 0, 0)
	call("open a file by its handle", unix.SYS_OPEN_BY_HANDLE_AT, 0, 0, 0)
	call("type into the terminal", unix.SYS_IOCTL, 2, unix.TIOCSTI, uintptr(unsafe.Pointer(&b)))
	return worked
}

// works does what an honest child needs, and names what did not work.
func works(in, out string) []string {
	var broken []string
	need := func(what string, err error) {
		if err != nil {
			broken = append(broken, what+": "+err.Error())
		}
	}
	_, err := os.ReadFile(in)
	need("read its input", err)
	need("write its output", os.WriteFile(out, []byte("made"), 0o600))
	tmp, err := os.CreateTemp("", "x-*")
	need("make a temporary file", err)
	if err == nil {
		need("remove it", os.Remove(tmp.Name()))
		_ = tmp.Close()
	}
	need("rename its output", os.Rename(out, out+".2"))
	need("rename its output back", os.Rename(out+".2", out))
	var threads sync.WaitGroup
	for range 20 {
		threads.Go(func() {
			runtime.LockOSThread() // a thread of its own, which ends with it
			time.Sleep(time.Millisecond)
		})
	}
	threads.Wait()
	return broken
}

// hostileChild is confined as the media child is and tries to get out.
func hostileChild(o media.Order) int {
	if err := fence.Seal(); err != nil {
		say(media.Report{Error: err.Error()})
		return 0
	}
	var t targets
	if err := json.Unmarshal([]byte(os.Getenv("TARGETS")), &t); err != nil {
		panic(err)
	}
	broken, worked := works(o.Job.Encode.Audio, o.Job.Encode.Out), escapes(t, o.Job.Encode.Out)
	if len(broken)+len(worked) > 0 {
		say(media.Report{Error: "broken: " + strings.Join(broken, "; ") + "; escaped: " + strings.Join(worked, "; ")})
		return 0
	}
	say(media.Report{Result: &media.Result{Encode: &media.EncodeResult{Frames: 1}}})
	return 0
}

// A child that a clip has taken over gets at nothing but its job's files.
func TestChildBreaksOutOfNothing(t *testing.T) {
	if lacks := fence.Kernel().Missing(); len(lacks) > 0 {
		t.Fatalf("this kernel cannot confine: %v", lacks)
	}
	job, data := t.TempDir(), t.TempDir()
	in, secret := filepath.Join(t.TempDir(), "in.wav"), filepath.Join(data, "keys.json")
	for _, f := range []string{in, secret} {
		if err := os.WriteFile(f, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	socket, err := net.Listen("unix", filepath.Join(job, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	pid := strconv.Itoa(os.Getpid())
	goals, err := json.Marshal(targets{
		Read: []string{
			secret, data, filepath.Dir(in), filepath.Dir(job), "/", "/etc/passwd", "/etc", "/root", "/home", "/tmp", "/dev", "/sys",
			"/proc", "/proc/" + pid + "/environ", "/proc/" + pid + "/mem", "/proc/" + pid + "/cmdline", "/proc/" + pid + "/fd", "/proc/self/environ",
		},
		Sibling: data, Socket: socket.Addr().String(), TCP: tcp.Addr().String(), Parent: os.Getpid(),
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := runner.New(runner.Options{Command: []string{os.Args[0], "hostile"}, Env: []string{"TARGETS=" + string(goals)}})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(job, "a.mp4")
	if _, err := r.Run(t.Context(), media.Job{Encode: &media.EncodeJob{Out: out, Audio: in, Frames: 1}}, nil, nil); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(out); err != nil || string(b) != "made" {
		t.Errorf("the child's output: %q, %v", b, err)
	}
}

// A program may be started by way of another, such as env.
func TestChildByWayOfAnotherProgram(t *testing.T) {
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := runner.New(runner.Options{Command: []string{"env", "X=1", self, "good"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context(), media.Job{Encode: &media.EncodeJob{Out: filepath.Join(t.TempDir(), "a.mp4")}}, strings.NewReader(""), nil); err != nil {
		t.Error(err)
	}
}

// The thread that confines a child is nobody else's: this process goes on as free as it was.
func TestConfiningDoesNotStick(t *testing.T) {
	for range 8 {
		if _, err := run(t.Context(), t, "good", strings.NewReader(""), nil); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			runtime.LockOSThread() // many threads at once: any confined one would be among them
			defer runtime.UnlockOSThread()
			if _, err := os.ReadFile("/etc/passwd"); err != nil {
				t.Error(err)
			}
			if v, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err != nil || v != 0 {
				t.Errorf("no_new_privs is %d, %v", v, err)
			}
		})
	}
	all.Wait()
}
