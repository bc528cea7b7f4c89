package cmpp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// resized is a layout with so many octets for some fields, made when it is met.
func resized(of *layout.Layout, octets int, names ...string) func() *layout.Layout {
	return sync.OnceValue(func() *layout.Layout {
		for _, name := range names {
			of = of.Resized(name, octets)
		}
		return of
	})
}

// The response without its octet (C§3.14).
var activeTestRespDialects = []dissect.Dialect{{
	Says: "no Reserved octet: taken as an answer all the same", Empty: true, Body: resized(activeTestRespBody, 0, "Reserved"),
}}

// connectDialects are CONNECTs whose Source_Addr is sent in the octets that it
// has, or in those and its NUL, and not in six.
var connectDialects = makeConnectDialects()

// mostSourceAddr is a bound: an account name of some reseller may be longer
// than an SP_Id.
const mostSourceAddr = 20

func makeConnectDialects() (all []dissect.Dialect) {
	rest := connectBody.Fixed(int(V20)) - 6
	for n := 1; n <= mostSourceAddr; n++ {
		all = append(all, dissect.Dialect{
			Says: fmt.Sprintf("Source_Addr is not padded to 6 octets: read as %d", n),
			Body: resized(connectBody, n, "Source_Addr"),
			Fits: func(b []byte) (dissect.Version, bool) {
				if len(b) != n+rest || !printable(bytes.TrimRight(b[:n], "\x00")) {
					return dissect.NoVersion, false
				}
				return knownByte(b[n+16])
			},
		})
	}
	return all
}

// knownByte takes a version byte that is seen in CONNECTs (C§6.1).
func knownByte(b byte) (v dissect.Version, ok bool) {
	v, named := fromByte(b)
	return v, named || v == dissect.NoVersion || b == 1 || b == 11
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// connectRespDialects: servers leave the authenticator out after a failure, and
// the version too, or answer in the other version's layout (C§3.2).
var connectRespDialects = []dissect.Dialect{
	shortResp(V20, "AuthenticatorISMG"), shortResp(V30, "AuthenticatorISMG"),
	shortResp(V20, "AuthenticatorISMG", "Version"), shortResp(V30, "AuthenticatorISMG", "Version"),
	{Fits: oddConnectResp},
}

// shortResp is a CONNECT_RESP without some fields.
func shortResp(v dissect.Version, without ...string) dissect.Dialect {
	body, says := resized(connectRespBody, 0, without...), ""
	for _, name := range without {
		if says += " and no "; says == " and no " {
			says = "no "
		}
		says += name
	}
	return dissect.Dialect{
		Says: says + ": read as Status" + map[bool]string{true: " and Version"}[len(without) == 1],
		Body: body,
		Fits: func(b []byte) (dissect.Version, bool) {
			of, _ := oddConnectResp(b)
			return v, of == v && len(b) == body().Fixed(int(v))
		},
	}
}

// oddConnectResp: a Status of four octets begins with three zeros (C§3.2).
func oddConnectResp(b []byte) (dissect.Version, bool) {
	if len(b) >= 4 && b[0]|b[1]|b[2] == 0 {
		return V30, true
	}
	return V20, true
}

// submitDialects are tails of SUBMIT (C§6.1, C§9.1).
var submitDialects = []dissect.Dialect{
	tailed(submitBody, checkSubmit),
	without(submitBody, "LinkID", V30, checkSubmit),
	without(submitBody, "Reserve", V20, checkSubmit),
}

// deliverDialects are reports whose Msg_Length is not that of their block, and
// the tails of DELIVER (C§3.9, C§6.1, C§9.1).
var deliverDialects = []dissect.Dialect{
	otherBlock(longReport, shortReport),
	otherBlock(shortReport, longReport),
	tailed(deliverBody, checkDeliver),
	without(deliverBody, "LinkID", V30, checkDeliver),
	without(deliverBody, "Reserved", V20, checkDeliver),
}

// otherBlock is a report whose Msg_Length says one length of the block, while
// the PDU has the octets for the other: B is trusted (C§3.9).
func otherBlock(said, is int) dissect.Dialect {
	return dissect.Dialect{
		Says: fmt.Sprintf("Msg_Length says %d, but the PDU has the length for a report block of %d octets: read as that", said, is),
		Body: resized(deliverBody, is, "Msg_Content"),
		Fits: func(b []byte) (dissect.Version, bool) {
			for _, v := range []dissect.Version{V20, V30} {
				at := deliverBody.Find(layout.ContentLength, int(v))
				if len(b) == deliverBody.Least(int(v))+is && int(b[at]) == said && b[at-1] != 0 && !fullBlock(b[at+1:], said) {
					return v, true
				}
			}
			return dissect.NoVersion, false
		},
	}
}

// fullBlock reports whether the block has the long form, as Msg_Length says, and
// what is behind it is short: SMSC_sequence stands at the end of the long form,
// where the short one has LinkID, and that is NUL.
func fullBlock(b []byte, said int) bool {
	return said == longReport && len(b) >= longReport &&
		binary.BigEndian.Uint32(b[shortReport-4:]) == 0 && binary.BigEndian.Uint32(b[longReport-4:]) != 0
}

// tailed is the private dialect of version byte 0x7F: behind the last field of
// 3.0 are a length of four octets and as many more (C§6.1).
func tailed(body *layout.Layout, check func([]byte, dissect.Version) bool) dissect.Dialect {
	return dissect.Dialect{
		Says: "more octets behind LinkID, after a length of their own: as the dialect of version byte 0x7f has it",
		Fits: func(b []byte) (dissect.Version, bool) {
			n, whole := body.Size(b, int(V30))
			return V30, whole && len(b) >= n+4 && uint64(binary.BigEndian.Uint32(b[n:])) == uint64(len(b)-n-4) && check(b, V30)
		},
	}
}

// without is a body of a version that ends before its last field.
func without(full *layout.Layout, name string, v dissect.Version, check func([]byte, dissect.Version) bool) dissect.Dialect {
	body := resized(full, 0, name)
	return dissect.Dialect{
		Says: name + " is left out",
		Body: body,
		Fits: func(b []byte) (dissect.Version, bool) {
			n, whole := body().Size(b, int(v))
			return v, whole && n == len(b) && check(b, v)
		},
	}
}
