package capture

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"net"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// tagTraffic makes an interface send what goes to 10.9.1.0/24 in VLAN 100 and
// what goes to 10.9.2.0/24 in VLAN 8 within VLAN 7 (802.1ad), ARP without a tag,
// and take the tags off what it receives. The tags are where VLAN interfaces
// put them: in the kernel's memory of the packet the outer one, in the frame
// the inner one. But this works on kernels without such interfaces.
func (ns *netns) tagTraffic(name string) {
	ns.t.Helper()
	const (
		sendHook, receiveHook       = 47, 46 // BPF_TCX_EGRESS, BPF_TCX_INGRESS
		protocol, hasTag            = 16, 20 // offsets in struct __sk_buff
		pushTag, popTag       int32 = 18, 19 // helper functions
	)
	exit := []instruction{move(0, 0), {op: 0x95}}
	push := func(ether uint16, vlan int32) []instruction {
		return []instruction{copyOf(1, 6), move(2, int32(networkOrder(ether))), move(3, vlan), call(pushTag)}
	}
	one := append(push(0x8100, 100), exit...)
	two := append(append(push(0x8100, 8), push(0x88a8, 7)...), exit...)
	send := []instruction{
		copyOf(6, 1),
		load(2, 1, protocol),
		{op: opJumpIfEqual, regs: 2, off: 2, imm: int32(networkOrder(etherIPv4))},
		move(0, 0), {op: 0x95},
		{op: 0x20, imm: 14 + 16},                            // r0 = the destination
		{op: 0x77, regs: 0, imm: 8},                         // r0 >>= 8
		{op: opJumpIfEqual, off: 3, imm: 10<<16 | 9<<8 | 1}, // to one
		{op: opJumpIfEqual, off: int16(3 - 1 + len(one)), imm: 10<<16 | 9<<8 | 2},
		move(0, 0), {op: 0x95},
	}
	receive := []instruction{copyOf(6, 1)}
	for range 2 {
		receive = append(receive, load(2, 6, hasTag), instruction{op: opJumpIfEqual, regs: 2, off: 2}, copyOf(1, 6), call(popTag))
	}
	ns.attach(name, sendHook, append(append(send, one...), two...))
	ns.attach(name, receiveHook, append(receive, exit...))
}

// instruction is one of eBPF.
type instruction struct {
	op, regs uint8 // regs: destination, and source << 4
	off      int16
	imm      int32
}

const opJumpIfEqual = 0x15

func move(to uint8, imm int32) instruction { return instruction{op: 0xb7, regs: to, imm: imm} }

func copyOf(to, from uint8) instruction { return instruction{op: 0xbf, regs: to | from<<4} }

func load(to, from uint8, off int16) instruction {
	return instruction{op: 0x61, regs: to | from<<4, off: off}
}

func call(helper int32) instruction { return instruction{op: 0x85, imm: helper} }

func networkOrder(v uint16) uint16 {
	if b := [2]byte{1}; binary.NativeEndian.Uint16(b[:]) == 1 {
		return bits.ReverseBytes16(v)
	}
	return v
}

// attach runs a program on what an interface sends or receives until the test
// ends.
func (ns *netns) attach(name string, hook uint32, code []instruction) {
	ns.t.Helper()
	license, text := []byte("\x00"), make([]byte, 1<<14)
	program := struct {
		kind, count       uint32
		code, license     uint64
		logLevel, logSize uint32
		log               uint64
	}{
		kind: unix.BPF_PROG_TYPE_SCHED_CLS, count: uint32(len(code)),
		code: address(&code[0]), license: address(&license[0]), logLevel: 1, logSize: uint32(len(text)), log: address(&text[0]),
	}
	ns.do(func() error {
		in, err := net.InterfaceByName(name)
		if err != nil {
			return err
		}
		fd, err := bpfCall(ns.t, unix.BPF_PROG_LOAD, unsafe.Pointer(&program), unsafe.Sizeof(program))
		if err != nil {
			return errors.New(err.Error() + "\n" + unix.ByteSliceToString(text))
		}
		defer unix.Close(fd)
		link := struct{ program, index, hook, flags uint32 }{uint32(fd), uint32(in.Index), hook, 0}
		_, err = bpfCall(ns.t, unix.BPF_LINK_CREATE, unsafe.Pointer(&link), unsafe.Sizeof(link))
		return err
	})
}

func address[T any](p *T) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

// bpfCall gives a descriptor that is open until the test ends.
func bpfCall(t testing.TB, command uintptr, attr unsafe.Pointer, size uintptr) (int, error) {
	fd, _, errno := unix.Syscall(unix.SYS_BPF, command, uintptr(attr), size)
	if errno != 0 {
		return -1, errno
	}
	if command == unix.BPF_LINK_CREATE {
		t.Cleanup(func() { unix.Close(int(fd)) })
	}
	return int(fd), nil
}
