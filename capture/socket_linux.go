package capture

import (
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// device is an interface as the kernel knows it.
type device struct {
	name  string
	index int    // 0: all interfaces
	kind  uint16 // ARPHRD_
}

// device looks up an interface by name.
func (l *Live) device(name string) (device, error) {
	if name == anyInterface {
		return device{name: name}, nil
	}
	unknown := func(err error) (device, error) {
		return device{}, &inputError{unknownInterface(name, interfaceNames()), err}
	}
	req, err := unix.NewIfreq(name)
	if err == nil {
		err = unix.IoctlIfreq(l.control, unix.SIOCGIFINDEX, req)
	}
	if err != nil {
		return unknown(err)
	}
	d := device{name: name, index: int(req.Uint32())}
	if err := unix.IoctlIfreq(l.control, unix.SIOCGIFHWADDR, req); err != nil {
		return unknown(err)
	}
	d.kind = req.Uint16() // sa_family
	return d, nil
}

// link is the link type that packets of the interface get. What has no link
// header that files could say is captured without one, behind a cooked header.
func (d device) link() LinkType {
	switch {
	case d.index == 0:
		return LinkLinuxSLL2
	case d.kind == unix.ARPHRD_ETHER, d.kind == unix.ARPHRD_LOOPBACK:
		return LinkEthernet
	case d.kind == unix.ARPHRD_NONE, d.kind == unix.ARPHRD_RAWIP:
		return LinkRaw
	}
	return LinkLinuxSLL2
}

// isUp reports whether an interface is switched on.
func (l *Live) isUp(name string) bool {
	req, err := unix.NewIfreq(name)
	if err != nil || unix.IoctlIfreq(l.control, unix.SIOCGIFFLAGS, req) != nil {
		return false
	}
	return req.Uint16()&unix.IFF_UP != 0
}

// openRing makes a socket for an interface and starts to capture. The socket
// gets packets only from bind on, when the filter is there.
func openRing(d device, o *LiveOptions) (*ring, error) {
	link := d.link()
	r := &ring{
		iface:   &Interface{Name: d.name, Link: link},
		cooked:  link == LinkLinuxSLL2,
		snapLen: o.snapLen(),
	}
	code, err := kernelFilter(link, o)
	if err != nil {
		return nil, err
	}
	kind := unix.SOCK_RAW
	if r.cooked {
		kind = unix.SOCK_DGRAM
	}
	if r.fd, err = unix.Socket(unix.AF_PACKET, kind|unix.SOCK_CLOEXEC, 0); err != nil {
		return nil, d.failed(atSocket, err)
	}
	for _, step := range []struct {
		at setupStep
		do func() error
	}{
		{atVersion, r.setVersion},
		{atBuffer, func() error { return r.allocate(o) }},
		{atFilter, func() error { return r.attach(code) }},
		{atPromisc, func() error { return r.setPromisc(d, o) }},
		{atBind, func() error { return r.bind(d) }},
	} {
		if err := step.do(); err != nil {
			r.close()
			return nil, d.failed(step.at, err)
		}
	}
	return r, nil
}

func (r *ring) setVersion() error {
	return unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3)
}

// allocate makes the ring and maps it.
func (r *ring) allocate(o *LiveOptions) error {
	if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_RESERVE, headroom); err != nil {
		return err
	}
	size, count := blockGeometry(o.bufferKiB() << 10)
	retire := retireTimeout
	if o.Immediate {
		retire = retireTimeoutImmediate
	}
	// Packets are packed tightly in a block: frame sizes only have to be valid.
	req := unix.TpacketReq3{
		Block_size:     uint32(size),
		Block_nr:       uint32(count),
		Frame_size:     uint32(size),
		Frame_nr:       uint32(count),
		Retire_blk_tov: uint32(retire.Milliseconds()),
	}
	if err := unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &req); err != nil {
		return err
	}
	mem, err := unix.Mmap(r.fd, 0, size*count, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	r.mem, r.blockSize = mem, size
	return nil
}

// attach puts the filter into the kernel.
func (r *ring) attach(code []unix.SockFilter) error {
	if len(code) > unix.BPF_MAXINSNS {
		return said.Errorf("it has %d instructions, %d are the most", len(code), unix.BPF_MAXINSNS)
	}
	return unix.SetsockoptSockFprog(r.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]})
}

// setPromisc lasts as long as the socket.
func (r *ring) setPromisc(d device, o *LiveOptions) error {
	if o.NoPromisc || d.index == 0 || d.kind == unix.ARPHRD_LOOPBACK {
		return nil
	}
	return unix.SetsockoptPacketMreq(r.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP,
		&unix.PacketMreq{Ifindex: int32(d.index), Type: unix.PACKET_MR_PROMISC})
}

// bind starts the capture. On an interface that is down it works, but leaves
// an error on the socket.
func (r *ring) bind(d device) error {
	address := unix.SockaddrLinklayer{Protocol: hostToNetwork(unix.ETH_P_ALL), Ifindex: d.index}
	if err := unix.Bind(r.fd, &address); err != nil {
		return err
	}
	if errno := socketError(r.fd); errno != 0 {
		return errno
	}
	return nil
}

func (r *ring) close() {
	if r.mem != nil {
		unix.Munmap(r.mem)
		r.mem, r.head = nil, nil
	}
	unix.Close(r.fd)
}

// socketError takes the pending error of a socket; 0 is none.
func socketError(fd int) unix.Errno {
	errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return unix.EIO
	}
	return unix.Errno(errno)
}

// isRemoved reports whether the interface of a packet socket is gone: the
// kernel then gives it the index -1.
func isRemoved(fd int) bool {
	address, err := unix.Getsockname(fd)
	if err != nil {
		return true
	}
	link, ok := address.(*unix.SockaddrLinklayer)
	return ok && link.Ifindex == -1
}

// kernelFilter makes the whole filter of a socket: without the copies that a
// loopback interface gives of what is sent, and cutting to the snapshot length.
func kernelFilter(link LinkType, o *LiveOptions) ([]unix.SockFilter, error) {
	accept := bpf.RawInstruction{Op: opReturn, K: uint32(o.snapLen())}
	code := []bpf.RawInstruction{accept}
	if o.Filter != nil {
		var err error
		if code, err = o.Filter(link); err != nil {
			return nil, err
		}
	}
	if len(code) == 0 {
		code = []bpf.RawInstruction{{Op: opReturn}}
	}
	var filter []unix.SockFilter
	for _, in := range append(slices.Clone(receivedOnLoopback), code...) {
		if in.Op == opReturn && in.K != 0 {
			in = accept
		}
		filter = append(filter, unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K})
	}
	return filter, nil
}

const (
	opReturn = unix.BPF_RET | unix.BPF_K
	opLoad   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	opIfIs   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K

	// Loads from here on are of what the kernel knows besides the frame
	// (linux/filter.h, SKF_AD_OFF).
	ancillary      = 0xfffff000
	ancillaryType  = ancillary + 4  // SKF_AD_PKTTYPE: PACKET_OUTGOING and so on
	ancillaryClass = ancillary + 28 // SKF_AD_HATYPE: ARPHRD_
)

// receivedOnLoopback goes on behind itself unless the packet is one that was
// sent on a loopback interface: it is there a second time, as received.
var receivedOnLoopback = []bpf.RawInstruction{
	{Op: opLoad, K: ancillaryClass},
	{Op: opIfIs, Jf: 3, K: unix.ARPHRD_LOOPBACK},
	{Op: opLoad, K: ancillaryType},
	{Op: opIfIs, Jf: 1, K: unix.PACKET_OUTGOING},
	{Op: opReturn, K: 0},
	{Op: unix.BPF_LD | unix.BPF_IMM, K: 0}, // a program starts with A = 0
}

// hostToNetwork is htons.
func hostToNetwork(v uint16) uint16 {
	b := [2]byte{byte(v >> 8), byte(v)}
	return *(*uint16)(unsafe.Pointer(&b))
}
