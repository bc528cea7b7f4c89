package bpf

import (
	"golang.org/x/net/bpf"
)

// FallbackLive is [Fallback] for the packets that [CompileLive] is for. tcpdump
// needs no privilege for this either, since it compiles for files and the
// program is changed then. What cannot be changed is an error: on a cooked
// socket, other fields of the header than CompileLive knows. len leaves out
// what the kernel does, and every VLAN tag that it took out counts as one of
// type 0x8100.
func FallbackLive(expr string, link uint32) (*Program, error) {
	code, err := tcpdumpCode(expr, link)
	if err == nil {
		code, err = onSocket(code, link)
		if err == nil {
			err = ValidateLive(code)
		}
		if err != nil {
			err = unusable(err)
		}
	}
	if err != nil {
		return nil, err
	}
	return &Program{raw: code, ops: predecode(code)}, nil
}

// onSocket makes a program for files one for sockets. For frames with tags it
// is there twice.
func onSocket(code []bpf.RawInstruction, link uint32) ([]bpf.RawInstruction, error) {
	plain, err := moved(code, link, false)
	if err != nil || link != linkEthernet && link != linkLinuxSLL2 {
		return plain, err
	}
	tagged, err := moved(code, link, true)
	if err != nil {
		return nil, err
	}
	both := []bpf.RawInstruction{
		socketHasTag.load(false, 0)[0],
		{Op: classJmp | jeq | srcK, K: 1, Jt: 1},
		{Op: classJmp | ja, K: uint32(len(tagged))},
	}
	both = append(append(both, tagged...), plain...)
	return both, nil
}

// moved is the program with its loads where the fields are on a socket.
func moved(code []bpf.RawInstruction, link uint32, tagged bool) ([]bpf.RawInstruction, error) {
	out := make([]bpf.RawInstruction, len(code))
	for i, in := range code {
		ok := true
		switch in.Op &^ 0x18 {
		case opLdAbs:
			in, ok = movedLoad(in, link, tagged)
		case opLdInd, opLdxMSH &^ 0x18:
			in.K, ok = movedOffset(in.K, link, tagged)
		}
		if !ok {
			return nil, said.Errorf("it reads what the kernel does not show live")
		}
		out[i] = in
	}
	return out, nil
}

// movedLoad is a load from a fixed place.
func movedLoad(in bpf.RawInstruction, link uint32, tagged bool) (bpf.RawInstruction, bool) {
	if in.K >= 1<<31 { // in front of the packet, in the kernel's eyes
		return in, socketNames[in.K] != ""
	}
	f := field{in.K, [...]int{4, 2, 1, 0}[in.Op>>3&3]}
	type place struct {
		link uint32
		f    field
	}
	if tagged {
		switch (place{link, f}) {
		case place{linkEthernet, field{12, 2}}, place{linkLinuxSLL2, field{0, 2}}:
			return bpf.RawInstruction{Op: opLdImm, K: 0x8100}, true
		case place{linkEthernet, field{14, 2}}, place{linkLinuxSLL2, field{20, 2}}:
			return socketTag.load(false, 0)[0], true
		case place{linkLinuxSLL2, field{22, 2}}:
			return socketProtocol.load(false, 0)[0], true
		}
	}
	if link == linkLinuxSLL2 && in.K < sll2Len {
		f, ok := cookedField(in.K, f.size)
		if !ok {
			return in, false
		}
		return f.load(false, 0)[0], true
	}
	var ok bool
	in.K, ok = movedOffset(in.K, link, tagged)
	return in, ok
}

// movedOffset is where an offset in a frame is. Programs look into the two last
// bytes of a tag only as fields of their own, and into the network header
// behind Ethernet only if there is no tag.
func movedOffset(off uint32, link uint32, tagged bool) (uint32, bool) {
	if link == linkLinuxSLL2 {
		if tagged && off >= sll2Len+tagLen {
			off -= tagLen
		}
		return off - sll2Len, off >= sll2Len
	}
	if tagged && off >= 12+tagLen {
		off -= tagLen
	}
	return off, true
}
