package wire

// Terminate is CMPP_TERMINATE (C§3.3).
type Terminate struct{ Seq }

// Command is CmdTerminate.
func (p *Terminate) Command() Command { return CmdTerminate }

// Append appends the PDU to dst.
func (p *Terminate) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdTerminate, p.Seq)
	return b.end()
}

func (p *Terminate) layout(*body) {}

// TerminateResp is CMPP_TERMINATE_RESP (C§3.3).
type TerminateResp struct{ Seq }

// Command is CmdTerminate|Response.
func (p *TerminateResp) Command() Command { return CmdTerminate | Response }

// Append appends the PDU to dst.
func (p *TerminateResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	return b.end()
}

func (p *TerminateResp) layout(*body) {}

// ActiveTest is CMPP_ACTIVE_TEST (C§3.13).
type ActiveTest struct{ Seq }

// Command is CmdActiveTest.
func (p *ActiveTest) Command() Command { return CmdActiveTest }

// Append appends the PDU to dst.
func (p *ActiveTest) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdActiveTest, p.Seq)
	return b.end()
}

func (p *ActiveTest) layout(*body) {}

// ActiveTestResp is CMPP_ACTIVE_TEST_RESP (C§3.14).
type ActiveTestResp struct{ Seq }

// Command is CmdActiveTest|Response.
func (p *ActiveTestResp) Command() Command { return CmdActiveTest | Response }

// Append appends the PDU to dst.
func (p *ActiveTestResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *ActiveTestResp) layout(b *body) { b.reserved("Reserved", 1) }
