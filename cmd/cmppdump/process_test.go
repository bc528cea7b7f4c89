//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a process may take for what it does at once.
const patience = 20 * time.Second

// process is the program as a process of its own; see TestMain.
func process(t *testing.T, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	cmd = exec.Command("cmppdump", args...)
	stderr = new(bytes.Buffer)
	cmd.Stderr = stderr
	t.Cleanup(func() {
		if cmd.Process != nil {
			cmd.Process.Kill()
		}
	})
	return cmd, stderr
}

// exitStatus waits for the end of the process, but not for ever.
func exitStatus(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	cmd.Wait()
	if !late.Stop() {
		t.Fatalf("%v: still running after %v", cmd.Args, patience)
	}
	return cmd.ProcessState.ExitCode()
}

// muchOutput is the program with a pipe as stdout and more to write than the
// pipe and its buffer hold, after its first line was read. It blocks in a write.
func muchOutput(t *testing.T, form string) (cmd *exec.Cmd, reader *os.File, stderr *bytes.Buffer) {
	t.Helper()
	lines := []string{"mid 40000 7890"}
	for i := range 5000 {
		lines = append(lines, fmt.Sprintf("> submit:%d:13800001234:hello", i))
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	t.Cleanup(func() { reader.Close() })
	cmd, stderr = process(t, "-T", form, "-r", madeCapture(t, lines))
	cmd.Stdout = writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(reader).ReadString('\n'); err != nil || line == "" {
		t.Fatalf("-T %s: %q %v", form, line, err)
	}
	for deadline := time.Now().Add(patience); ; {
		room := []unix.PollFd{{Fd: int32(writer.Fd()), Events: unix.POLLOUT}}
		if n, err := unix.Poll(room, 0); n == 0 && err == nil {
			return cmd, reader, stderr
		}
		if time.Now().After(deadline) {
			t.Fatal("the pipe does not fill")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestClosedPipe takes the reader away, as | head -1 does.
func TestClosedPipe(t *testing.T) {
	for _, form := range []string{"text", "json"} {
		cmd, stdout, stderr := muchOutput(t, form)
		stdout.Close()
		if status := exitStatus(t, cmd); status != exitOK || stderr.Len() > 0 {
			t.Errorf("-T %s: exit status %d, %q", form, status, stderr)
		}
	}
}

// TestSecondInterrupt interrupts the program while it cannot write: the first
// time it goes on trying, the second time it ends.
func TestSecondInterrupt(t *testing.T) {
	cmd, _, _ := muchOutput(t, "text")
	ended := make(chan bool)
	go func() {
		// Two signals that come at once can be taken for one.
		for again := time.NewTicker(100 * time.Millisecond); ; {
			cmd.Process.Signal(os.Interrupt)
			select {
			case <-again.C:
			case <-ended:
				return
			}
		}
	}()
	status := exitStatus(t, cmd)
	close(ended)
	if status != exitInterrupted {
		t.Errorf("exit status %d", status)
	}
}

// TestFullDisk has the program write where there is no room.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	for _, args := range [][]string{{"-r", "../../pcaps/real/gocmpp_30.pcap"}, {"--help"}, {"why", "--help"}, {"--version"}, {"fields"}} {
		cmd, stderr := process(t, args...)
		cmd.Stdout = full
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		status := exitStatus(t, cmd)
		if want := "cmppdump: output: write /dev/stdout: no space left on device\n"; status != exitFailure || stderr.String() != want {
			t.Errorf("%v: exit status %d, %q", args, status, stderr)
		}
	}
}

// idle is the program with an open pipe as stdin, from which it has read the
// capture and shown its rows.
func idle(t *testing.T) (cmd *exec.Cmd, stderr *bytes.Buffer, stdin io.Closer) {
	t.Helper()
	cmd, stderr = process(t, "-r", "-")
	in, err := cmd.StdinPipe()
	out, errOut := cmd.StdoutPipe()
	capture, errRead := os.ReadFile("../../pcaps/real/gocmpp_30.pcap")
	if err := errors.Join(err, errOut, errRead, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(capture); err != nil {
		t.Fatal(err)
	}
	shown := make(chan bool)
	go func() {
		rows := bufio.NewScanner(out)
		for rows.Scan() {
			if bytes.Contains(rows.Bytes(), []byte(" -- closed ")) {
				close(shown)
			}
		}
	}()
	select {
	case <-shown:
	case <-time.After(patience):
		t.Fatal("the rows of what was read are not shown while stdin is open and silent")
	}
	return cmd, stderr, in
}

// TestStop stops the program while it waits for more.
func TestStop(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd, stderr, stdin := idle(t)
		defer stdin.Close()
		cmd.Process.Signal(sig)
		status := exitStatus(t, cmd)
		if !bytes.HasPrefix(stderr.Bytes(), []byte("237 packets captured\n201 PDUs ")) || bytes.Contains(stderr.Bytes(), []byte("cmppdump: ")) || status != exitOK {
			t.Errorf("%v: exit status %d, %q", sig, status, stderr)
		}
	}
}
