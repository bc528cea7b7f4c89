package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"cmppdump/capture"
	"cmppdump/capture/bpf"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/lang"
)

// newFilter makes the capture filter, or gives nil if there is none. Faults of
// the expression show at once, whatever the packets' link type.
func newFilter(c *config, stderr io.Writer) (*capture.Filter, error) {
	if c.filter == "" {
		return nil, nil
	}
	f := capture.NewFilter(c.filter, c.exactBPF)
	told := false
	f.Fallback = func(why error) {
		if !told {
			fmt.Fprintf(stderr, "cmppdump: %s\n", said.Errorf("%s; compiled by tcpdump instead", why).Said()[c.lang])
		}
		told = true
	}
	compile := f.Compile
	if len(c.interfaces) > 0 {
		compile = f.CompileLive
	}
	if _, err := compile(capture.LinkEthernet); err != nil {
		return nil, filterError(err, c.filter)
	}
	return f, nil
}

// filterError shows the place that is meant under the expression.
func filterError(err error, expr string) error {
	var e *bpf.Error
	if !errors.As(err, &e) {
		return usageError{err}
	}
	var hint lang.Text
	if e.DisplayFilter {
		hint = said.With("; type -Y %s", shellQuoted(displayFor(expr, e.Pos)))
	}
	return usage("%s%s\n  %s\n  %s", e, hint, expr, e.Caret())
}

// displayFor is the display filter that somebody gave as a capture filter: all
// of it, or if that is none, the word at pos.
func displayFor(expr string, pos int) string {
	t := newTable()
	word, _, _ := strings.Cut(expr[pos:], " ")
	for _, s := range []string{expr, word} {
		if _, err := filter.Compile(s, t); err == nil {
			return s
		}
	}
	return expr
}

// shellQuoted is a word as one types it in a shell.
func shellQuoted(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-+,@%"
	if strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// dumpFilter prints the program for the link type of the input's first packet,
// or for Ethernet without an input.
func dumpFilter(c *config, f *capture.Filter, stdin io.Reader, stdout io.Writer) (int, error) {
	if f == nil {
		return exitUsage, usage("--dump-bpf prints what a capture filter compiles to; give one")
	}
	link := capture.LinkEthernet
	if len(c.read) > 0 {
		paths, err := capture.Inputs(c.read)
		if err != nil {
			return exitUsage, usageError{err}
		}
		src, err := capture.Merge(paths, stdin)
		if err != nil {
			return exitUsage, usageError{err}
		}
		defer src.Close()
		var p capture.Packet
		if src.Next(&p) == nil {
			link = p.Iface.Link
		}
	}
	if err := f.Dump(stdout, link); err != nil {
		return exitUsage, filterError(err, c.filter)
	}
	return exitOK, nil
}
