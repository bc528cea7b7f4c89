package wire

import (
	"crypto/md5"
	"fmt"
)

// Connect is CMPP_CONNECT (C§3.1).
type Connect struct {
	Seq
	SourceAddr          string
	AuthenticatorSource [16]byte
	Version             Version
	Timestamp           uint32 // MMDDHHMMSS as a decimal number
}

// Command is CmdConnect.
func (p *Connect) Command() Command { return CmdConnect }

// Append appends the PDU to dst.
func (p *Connect) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdConnect, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Connect) layout(b *body) {
	b.text("Source_Addr", 6, &p.SourceAddr)
	b.digest("AuthenticatorSource", &p.AuthenticatorSource)
	b.u8("Version", (*uint8)(&p.Version))
	b.u32("Timestamp", &p.Timestamp)
}

// ConnectResp is CMPP_CONNECT_RESP (C§3.2).
type ConnectResp struct {
	Seq
	Status            uint32
	AuthenticatorISMG [16]byte // zero when the login failed
	Version           Version  // the highest that the server supports
}

// Command is CmdConnect|Response.
func (p *ConnectResp) Command() Command { return CmdConnect | Response }

// Append appends the PDU to dst.
func (p *ConnectResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *ConnectResp) layout(b *body) {
	b.status("Status", &p.Status)
	b.digest("AuthenticatorISMG", &p.AuthenticatorISMG)
	b.u8("Version", (*uint8)(&p.Version))
}

// AuthenticatorSource is MD5(Source_Addr, 9 NUL, secret, Timestamp as 10
// digits) (C§4.2).
func AuthenticatorSource(sourceAddr, secret string, timestamp uint32) [16]byte {
	return md5.Sum(fmt.Appendf(nil, "%s\x00\x00\x00\x00\x00\x00\x00\x00\x00%s%010d", sourceAddr, secret, timestamp))
}

// AuthenticatorISMG is MD5(Status, AuthenticatorSource, secret), the Status
// as wide as in the layout of v (C§4.3).
func AuthenticatorISMG(status uint32, source [16]byte, secret string, v Version) [16]byte {
	b := body{v: v}
	b.status("Status", &status)
	return md5.Sum(append(append(b.buf, source[:]...), secret...))
}
