package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this binary be the program too, for sessions and processes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cmppdump": main})
}

// TestSession runs the sessions in testdata. In a session there are saved.pcap,
// a copy of pcaps/real/gocmpp_30.pcap, and beside the commands of testscript:
//
//	exits N PROGRAM ARG...      the program ends with that exit status
//	pcap TEXT OUT               a capture of its description, see capturePen
//	gzip, zstd, lz4 FILE OUT    compressed
//	head N FILE OUT             the first N bytes
func TestSession(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		RequireUniqueNames: true,
		UpdateScripts:      *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			return copyFile("../../pcaps/real/gocmpp_30.pcap", filepath.Join(env.WorkDir, "saved.pcap"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"head":  head,
			"pcap":  convert(writeCapture),
			"gzip":  convert(packed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })),
			"lz4":   convert(packed(func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) })),
			"zstd": convert(packed(func(w io.Writer) io.WriteCloser {
				z, _ := zstd.NewWriter(w) // fails on options only
				return z
			})),
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N PROGRAM ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

func head(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: head N FILE OUT")
	}
	in := ts.ReadFile(args[1])
	n, err := strconv.Atoi(args[0])
	if err != nil || n >= len(in) {
		ts.Fatalf("head %s: %s has %d bytes", args[0], args[1], len(in))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(in[:n]), 0o666))
}

// convert is a command that makes one file of another.
func convert(write func(w io.Writer, in string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: COMMAND FILE OUT")
		}
		var out bytes.Buffer
		ts.Check(write(&out, ts.ReadFile(args[0])))
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o666))
	}
}

// packed compresses.
func packed(by func(io.Writer) io.WriteCloser) func(w io.Writer, in string) error {
	return func(w io.Writer, in string) error {
		packer := by(w)
		_, err := io.WriteString(packer, in)
		return errors.Join(err, packer.Close())
	}
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	return errors.Join(err, os.WriteFile(to, b, 0o666))
}
