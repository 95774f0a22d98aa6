package fence_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/dailies/dailies/internal/fence"
)

const secret = "sk-do-not-show-this"

// TestMain makes this test program the one that hides.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "hide" {
		err := fence.Hide()
		dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		handed, _ := exec.Command("/bin/sh", "-c", "echo $KEY").Output() // C and Go both give it on
		fmt.Printf("%v|%d|%s|%s|%s|%d\n", err, dumpable, os.Getenv("KEY"), strings.TrimSpace(string(handed)), os.Getenv("EMPTY"), len(os.Environ()))
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestHiddenProcessKeepsItsKeysToItself(t *testing.T) {
	cmd := exec.Command(os.Args[0], "hide")
	cmd.Env = []string{"KEY=" + secret, "EMPTY=", "PATH=" + os.Getenv("PATH"), "ODD"}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSpace(line), "|"); len(got) != 6 || got[0] != "<nil>" || got[1] != "0" || got[2] != secret || got[3] != secret || got[4] != "" || got[5] != "4" {
		t.Errorf("the hidden process says %q", got)
	}
	// Root may look, and sees nothing; others may not even look.
	if seen, err := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/environ"); err == nil && strings.Contains(string(seen), secret) {
		t.Error("/proc/PID/environ shows the key")
	}
	_ = stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
