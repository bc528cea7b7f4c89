package cmpp

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// reading is one way to feed a value to the digest.
type reading struct {
	octets []byte
	form   string // in what it differs from the specification; empty: in nothing
}

// checkLogin looks for a reading of the specification by which the secret
// gives the PDU's digest. source is the AuthenticatorSource of the CONNECT.
func checkLogin(p *dissect.PDU, source, secret []byte) (form string, ok bool) {
	if p.Response() {
		return checkISMG(p, source, secret)
	}
	digest := p.Octets(layout.Authenticator, p.Raw)
	timestamp, _ := p.Uint(layout.Timestamp)
	for _, t := range timestamps(uint32(timestamp)) {
		for _, a := range accounts(p) {
			if sum := md5.Sum(bytes.Join([][]byte{a.octets, make([]byte, 9), secret, t.octets}, nil)); bytes.Equal(sum[:], digest) {
				return joined(a.form, t.form), true
			}
		}
	}
	return "", false
}

// accounts are the readings of Source_Addr in AuthenticatorSource (C§4.2).
func accounts(p *dissect.PDU) []reading {
	all := []reading{{p.Text(layout.Login, p.Raw), ""}}
	if whole := p.Octets(layout.Login, p.Raw); len(whole) > len(all[0].octets) {
		all = append(all, reading{whole, fmt.Sprintf("Source_Addr padded to %d octets", len(whole))})
	}
	return all
}

// timestamps are the readings of Timestamp in AuthenticatorSource (C§4.2).
func timestamps(t uint32) []reading {
	ten := fmt.Appendf(nil, "%010d", t)
	all := []reading{{ten, ""}}
	if t < 1e9 {
		all = append(all, reading{strconv.AppendUint(nil, uint64(t), 10), "Timestamp not padded to ten digits"})
	}
	return append(all, reading{binary.BigEndian.AppendUint32(nil, t), "Timestamp in binary"})
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + " and " + b
	}
	return a + b
}

// checkISMG is checkLogin for AuthenticatorISMG, in which the specification
// does not say how Status is fed: the width that it has on the wire is tried
// first (C§4.3).
func checkISMG(p *dissect.PDU, source, secret []byte) (form string, ok bool) {
	digest := p.Octets(layout.Authenticator, p.Raw)
	status, _ := p.Status()
	wire := p.Octets(layout.Status, p.Raw)
	for _, s := range []reading{
		{wire, ""},
		{[]byte{byte(status)}, "Status of one octet"},
		{binary.BigEndian.AppendUint32(nil, uint32(status)), "Status of four octets"},
		{strconv.AppendUint(nil, status, 10), "Status as a digit"},
		{nil, "no Status"},
	} {
		if sum := md5.Sum(bytes.Join([][]byte{s.octets, source, secret}, nil)); bytes.Equal(sum[:], digest) {
			return s.form, true
		}
	}
	return "", false
}
