package bpf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/net/bpf"
)

// dltName is the name that tcpdump -y takes for a link type, or "".
func dltName(link uint32) string {
	switch link {
	case linkNull:
		return "NULL"
	case linkEthernet:
		return "EN10MB"
	case linkPPP:
		return "PPP"
	case linkRaw12, linkRaw14, linkRaw:
		return "RAW"
	case linkLoop:
		return "LOOP"
	case linkLinuxSLL:
		return "LINUX_SLL"
	case linkLinuxSLL2:
		return "LINUX_SLL2"
	case linkIPv4:
		return "IPV4"
	case linkIPv6:
		return "IPV6"
	}
	return ""
}

// fallbackTime is how long tcpdump may look up names.
const fallbackTime = 15 * time.Second

// Fallback has an installed tcpdump compile the expression: for those that
// [Compile] calls Unsupported. tcpdump opens no device for that and needs no
// privilege; it may look up host names. The meaning is that of Options.Exact.
func Fallback(expr string, link uint32) (*Program, error) {
	code, err := tcpdumpCode(expr, link)
	if err != nil {
		return nil, err
	}
	p, err := NewProgram(code)
	if err != nil {
		return nil, unusable(err)
	}
	return p, nil
}

func unusable(err error) error {
	return said.Errorf("capture filter: the program of tcpdump cannot be used: %w", err)
}

// tcpdumpCode is what tcpdump makes of the expression.
func tcpdumpCode(expr string, link uint32) ([]bpf.RawInstruction, error) {
	dlt := dltName(link)
	if dlt == "" {
		return nil, said.Errorf("capture filter: link type %d is not supported", link)
	}
	ctx, cancel := context.WithTimeout(context.Background(), fallbackTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, "tcpdump", "-ddd", "-y", dlt, "--", expr).Output()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, said.Errorf("capture filter: this one needs tcpdump, which is not installed")
	case ctx.Err() != nil:
		return nil, said.Errorf("capture filter: tcpdump took longer than %v", fallbackTime)
	case errors.As(err, &exit):
		return nil, said.Errorf("capture filter: %s", lastLine(exit.Stderr))
	case err != nil:
		return nil, said.Errorf("capture filter: running tcpdump: %w", err)
	}
	code, err := parseDDD(out)
	if err != nil {
		return nil, unusable(err)
	}
	return code, nil
}

// parseDDD reads what tcpdump -ddd prints.
func parseDDD(out []byte) ([]bpf.RawInstruction, error) {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var n int
	if _, err := fmt.Sscanf(lines[0], "%d", &n); err != nil || n != len(lines)-1 {
		return nil, fmt.Errorf("%q is not followed by as many instructions", lines[0])
	}
	code := make([]bpf.RawInstruction, 0, len(lines)-1)
	for _, line := range lines[1:] {
		var in bpf.RawInstruction
		if _, err := fmt.Sscanf(line, "%d %d %d %d", &in.Op, &in.Jt, &in.Jf, &in.K); err != nil {
			return nil, fmt.Errorf("%q is no instruction", line)
		}
		code = append(code, in)
	}
	return code, nil
}

func lastLine(b []byte) string {
	b = bytes.TrimSpace(b)
	return string(b[bytes.LastIndexByte(b, '\n')+1:])
}
