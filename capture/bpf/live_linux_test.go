package bpf

import (
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// TestKernelTakes gives every program to the kernel, which checks it whatever
// the socket is. It goes no further than that.
func TestKernelTakes(t *testing.T) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(fd)
	if err := attach(fd, []bpf.RawInstruction{{Op: opRetK}}); err != nil {
		t.Skip("the kernel takes no program at all: ", err)
	}
	if err := attach(fd, []bpf.RawInstruction{{Op: opLdAbs, K: 0xfffffffc}, {Op: opRetA}}); err == nil {
		t.Fatal("the kernel takes anything")
	}
	refs := references(t)
	for _, link := range liveLinks {
		for _, expr := range liveExpressions(t) {
			for _, exact := range []bool{false, true} {
				p, err := CompileLive(expr, link, Options{Exact: exact})
				if err != nil {
					continue
				}
				if err := attach(fd, p.Raw()); err != nil {
					t.Errorf("%q, link type %d, exact %t: %v", expr, link, exact, err)
				}
			}
			if ref, ok := refs[key{expr, link}]; ok && ref.err == "" {
				if code, err := onSocket(ref.code, link); err == nil && attach(fd, code) != nil {
					t.Errorf("%q, link type %d: tcpdump's program was refused", expr, link)
				}
			}
		}
	}
}

func attach(fd int, code []bpf.RawInstruction) error {
	filter := make([]unix.SockFilter, len(code))
	for i, in := range code {
		filter[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
}
