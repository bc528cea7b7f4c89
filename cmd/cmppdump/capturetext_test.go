package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"cmppdump/pcaps/peer/wire"
)

// The sessions in testdata write their captures down as text, a packet a line:
//
//	tcp 40000 7890     a new connection, with its handshake
//	mid 40000 7890     one whose beginning was not captured
//	on 40000 7890      back to an earlier one
//	> WORD...          a segment from the client
//	< WORD...          one from the server
//	lost > WORD...     one that was sent but not captured
//	fin, rst           the client closes
//	fin server         the server does, rst server too
//	wait 12s           nothing comes for a time
//	udp 40000 53 WORD...
//
// The words make the bytes: "text" as in Go, hex, hex*N, and PDUs of CMPP 3.0
// such as submit:1:13800001234:"hello" (see pdu). PDU@174=c8 puts other bytes
// at an offset, PDU#20 keeps the first 20, PDU#20-50 and PDU#50- what is behind.
//
// The client is 10.0.0.1, the server 10.0.0.2, and the packets come 1 ms apart
// from captureBegin on.
type capturePen struct {
	out     []byte
	now     time.Time
	ports   [2]uint16
	seq     [2]uint32
	others  map[[2]uint16][2]uint32 // seq of the other connections
	skipped bool                    // the next packet is not captured
}

// captureBegin is 2026-11-22 02:10:00 in China.
var captureBegin = time.Date(2026, 11, 21, 18, 10, 0, 0, time.UTC)

const (
	client = iota
	server
)

const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// writeCapture writes the pcap file that a text describes.
func writeCapture(w io.Writer, text string) error {
	c := &capturePen{now: captureBegin}
	for _, field := range []any{uint32(0xa1b2c3d4), uint16(2), uint16(4), uint64(0), uint32(65535), uint32(1)} {
		c.out, _ = binary.Append(c.out, binary.LittleEndian, field)
	}
	for i, line := range strings.Split(text, "\n") {
		if err := c.line(strings.TrimSpace(line)); err != nil {
			return fmt.Errorf("line %d: %s: %w", i+1, line, err)
		}
	}
	_, err := w.Write(c.out)
	return err
}

func (c *capturePen) line(line string) error {
	if line == "" || line[0] == '#' {
		return nil
	}
	if rest, ok := strings.CutPrefix(line, "lost "); ok {
		c.skipped, line = true, rest
	}
	what, rest, _ := strings.Cut(line, " ")
	switch what {
	case "tcp", "mid", "on":
		if c.others == nil {
			c.others = map[[2]uint16][2]uint32{}
		}
		c.others[c.ports] = c.seq
		c.seq = [2]uint32{1000, 5000}
		if what == "on" {
			_, err := fmt.Sscan(rest, &c.ports[client], &c.ports[server])
			c.seq = c.others[c.ports]
			return err
		}
		if _, err := fmt.Sscan(rest, &c.ports[client], &c.ports[server]); err != nil || what == "mid" {
			return err
		}
		c.segment(client, flagSYN, nil)
		c.segment(server, flagSYN|flagACK, nil)
		c.segment(client, flagACK, nil)
	case ">", "<":
		payload, err := octets(rest)
		if err != nil {
			return err
		}
		c.segment(map[string]int{">": client, "<": server}[what], flagPSH|flagACK, payload)
	case "fin":
		c.segment(closer(rest), flagFIN|flagACK, nil)
		c.segment(1-closer(rest), flagFIN|flagACK, nil)
	case "rst":
		c.segment(closer(rest), flagRST|flagACK, nil)
	case "udp":
		return c.datagram(rest)
	case "wait":
		d, err := time.ParseDuration(rest)
		c.now = c.now.Add(d)
		return err
	default:
		return fmt.Errorf("what is %q?", what)
	}
	return nil
}

// closer is who closes: the client, if the server is not named.
func closer(who string) int {
	if who == "server" {
		return server
	}
	return client
}

// segment sends one TCP segment; a SYN or FIN takes one sequence number.
func (c *capturePen) segment(from int, flags byte, payload []byte) {
	to, be := 1-from, binary.BigEndian
	b := be.AppendUint16(nil, c.ports[from])
	b = be.AppendUint16(b, c.ports[to])
	b = be.AppendUint32(b, c.seq[from])
	ack := c.seq[to]
	if flags&flagACK == 0 {
		ack = 0
	}
	b = be.AppendUint32(b, ack)
	b = append(b, 5<<4, flags, 0xff, 0xff, 0, 0, 0, 0) // data offset, window, no checksum, no urgent data
	c.packet(from, 6, append(b, payload...))
	c.seq[from] += uint32(len(payload)) + uint32(flags&flagFIN) + uint32(flags&flagSYN/flagSYN)
}

func (c *capturePen) datagram(text string) error {
	var from, to uint16
	var words string
	if _, err := fmt.Sscan(text, &from, &to, &words); err != nil {
		return err
	}
	payload, err := octets(words)
	be := binary.BigEndian
	b := be.AppendUint16(nil, from)
	b = be.AppendUint16(b, to)
	b = be.AppendUint16(b, uint16(8+len(payload)))
	c.packet(client, 17, append(append(b, 0, 0), payload...))
	return err
}

// packet writes one Ethernet frame with an IPv4 packet; the checksums are zero,
// as where a network card is to fill them in.
func (c *capturePen) packet(from int, protocol byte, payload []byte) {
	at := c.now
	c.now = at.Add(time.Millisecond)
	if c.skipped {
		c.skipped = false
		return
	}
	src, dst := byte(1+from), byte(2-from)
	frame := []byte{2, 0, 10, 0, 0, dst, 2, 0, 10, 0, 0, src, 8, 0, 0x45, 0}
	frame = binary.BigEndian.AppendUint16(frame, uint16(20+len(payload)))
	frame = append(frame, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, src, 10, 0, 0, dst)
	frame = append(frame, payload...)
	for _, n := range []int{int(at.Unix()), at.Nanosecond() / 1000, len(frame), len(frame)} {
		c.out = binary.LittleEndian.AppendUint32(c.out, uint32(n))
	}
	c.out = append(c.out, frame...)
}

// octets makes the bytes of a line's words.
func octets(line string) (all []byte, err error) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		word := line[:wordEnd(line)]
		line = line[len(word):]
		b, err := wordOctets(word)
		if err != nil {
			return nil, err
		}
		all = append(all, b...)
	}
	return all, nil
}

// wordEnd is where the first word ends: at a blank outside quotes.
func wordEnd(line string) int {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quoted:
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ' ' && !quoted:
			return i
		}
	}
	return len(line)
}

func wordOctets(word string) ([]byte, error) {
	if word[0] == '"' {
		s, err := strconv.Unquote(word)
		return []byte(s), err
	}
	if digits, times, ok := strings.Cut(word, "*"); ok {
		b, err := hex.DecodeString(digits)
		n, _ := strconv.Atoi(times)
		return []byte(strings.Repeat(string(b), n)), err
	}
	if b, err := hex.DecodeString(word); err == nil {
		return b, nil
	}
	quoted := strings.LastIndexByte(word, '"') + 1 // what is in quotes is text
	word, tail := word[:quoted], word[quoted:]
	tail, patches, _ := strings.Cut(tail, "@")
	tail, keep, cut := strings.Cut(tail, "#")
	b, err := pdu(strings.SplitN(word+tail, ":", 4))
	if err != nil {
		return nil, err
	}
	if cut {
		if b, err = part(b, keep); err != nil {
			return nil, err
		}
	}
	return b, patch(b, patches)
}

// part is the first N octets, those from N to M, or those from N on.
func part(b []byte, keep string) ([]byte, error) {
	from, to, ranged := strings.Cut(keep, "-")
	if !ranged {
		from, to = "0", keep
	}
	if to == "" {
		to = strconv.Itoa(len(b))
	}
	n, err := strconv.Atoi(from)
	m, errTo := strconv.Atoi(to)
	if err != nil || errTo != nil || n > m || m > len(b) {
		return nil, fmt.Errorf("#%s: the PDU has %d octets", keep, len(b))
	}
	return b[n:m], nil
}

// patch puts bytes in: OFFSET=HEX, several with @ between.
func patch(b []byte, patches string) error {
	for _, p := range strings.Split(patches, "@") {
		if p == "" {
			continue
		}
		offset, digits, _ := strings.Cut(p, "=")
		at, err := strconv.Atoi(offset)
		octets, errHex := hex.DecodeString(digits)
		if err != nil || errHex != nil || at+len(octets) > len(b) {
			return fmt.Errorf("@%s: cannot be put into %d octets", p, len(b))
		}
		copy(b[at:], octets)
	}
	return nil
}

// pdu makes a PDU of CMPP 3.0 of COMMAND:SEQUENCE and
//
//	connect:1:901234          SP_Id
//	submit:2:13800001234:"hi" receivers, with commas, and text
//	part:2:13800001234:"2/3 hi" part 2 of 3 of a long SMS
//	submit_resp:2:8           Result; the Msg_Id is 1000 and the sequence, or
//	submit_resp:2:0:bb08a04007d1a02b another
//	report:9:13800001234:"DELIVRD bb08a04007d1a02b 2611220210" Stat, Msg_Id and Done_time
//	deliver:3:13800001234:"hi" sender and text
//	mo_part:3:13800001234:"1/2 hi" part 1 of 2 of a long one
//	raw:5:0000abcd:0102       Command_Id and body
func pdu(words []string) ([]byte, error) {
	seq, err := strconv.ParseUint(at(words, 1), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%s: neither octets nor a PDU", words[0])
	}
	third, _ := strconv.ParseUint(at(words, 2), 10, 32)
	text := at(words, 3)
	if s, err := strconv.Unquote(text); err == nil {
		text = s
	}
	id := wire.MsgID(1000 + seq)
	var p wire.PDU
	switch words[0] {
	case "connect":
		p = &wire.Connect{SourceAddr: at(words, 2), Version: wire.V30}
	case "connect_resp":
		p = &wire.ConnectResp{Status: uint32(third), Version: wire.V30}
	case "submit":
		p = &wire.Submit{PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "SVC", FeeUserType: 2,
			MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "106581234501",
			DestTerminalID: strings.Split(at(words, 2), ","), MsgContent: []byte(text)}
		if s := p.(*wire.Submit); strings.IndexFunc(text, func(r rune) bool { return r > 0x7f }) >= 0 {
			s.MsgFmt, s.MsgContent = 8, nil
			for _, unit := range utf16.Encode([]rune(text)) {
				s.MsgContent = binary.BigEndian.AppendUint16(s.MsgContent, unit)
			}
		}
	case "part":
		content, err := longPart(text)
		if err != nil {
			return nil, err
		}
		p = &wire.Submit{PkTotal: content[4], PkNumber: content[5], RegisteredDelivery: 1, ServiceID: "SVC", FeeUserType: 2, TPudhi: 1,
			MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "106581234501", DestTerminalID: []string{at(words, 2)}, MsgContent: content}
	case "submit_resp":
		if text != "" {
			given, err := strconv.ParseUint(text, 16, 64)
			if err != nil {
				return nil, err
			}
			id = wire.MsgID(given)
		}
		p = &wire.SubmitResp{MsgID: id, Result: uint32(third)}
	case "report":
		var of uint64
		r := wire.Report{DestTerminalID: at(words, 2), SubmitTime: "2611220210"}
		if _, err := fmt.Sscanf(text, "%s %x %s", &r.Stat, &of, &r.DoneTime); err != nil {
			return nil, err
		}
		r.MsgID = wire.MsgID(of)
		p = &wire.Deliver{MsgID: id, DestID: "106581234501", ServiceID: "SVC", SrcTerminalID: at(words, 2), RegisteredDelivery: 1, MsgContent: r.Append(nil, wire.V30)}
	case "deliver":
		p = &wire.Deliver{MsgID: id, DestID: "106581234501", ServiceID: "SVC", SrcTerminalID: at(words, 2), MsgContent: []byte(text)}
	case "mo_part":
		content, err := longPart(text)
		if err != nil {
			return nil, err
		}
		p = &wire.Deliver{MsgID: id, DestID: "106581234501", ServiceID: "SVC", SrcTerminalID: at(words, 2), TPudhi: 1, MsgContent: content}
	case "deliver_resp":
		p = &wire.DeliverResp{MsgID: id, Result: uint32(third)}
	case "active_test":
		p = &wire.ActiveTest{}
	case "active_test_resp":
		p = &wire.ActiveTestResp{}
	case "terminate":
		p = &wire.Terminate{}
	case "terminate_resp":
		p = &wire.TerminateResp{}
	case "raw":
		return rawPDU(uint32(seq), at(words, 2), text)
	default:
		return nil, fmt.Errorf("%s: neither octets nor a PDU", words[0])
	}
	p.SetSequence(uint32(seq))
	return p.Append(nil, wire.V30), nil
}

// longPart is the content of a part of a long SMS, "2/3 text", with its header
// (3GPP 23.040, 9.2.3.24.1). All have one reference.
func longPart(text string) ([]byte, error) {
	var part, total byte
	if _, err := fmt.Sscanf(text, "%d/%d ", &part, &total); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	_, text, _ = strings.Cut(text, " ")
	return append([]byte{5, 0, 3, 42, total, part}, text...), nil
}

// rawPDU makes a PDU of a Command_Id and a body in hex.
func rawPDU(seq uint32, command, body string) ([]byte, error) {
	id, err := strconv.ParseUint(command, 16, 32)
	if err != nil {
		return nil, err
	}
	octets, err := hex.DecodeString(body)
	b := binary.BigEndian.AppendUint32(nil, uint32(12+len(octets)))
	b = binary.BigEndian.AppendUint32(b, uint32(id))
	b = binary.BigEndian.AppendUint32(b, seq)
	return append(b, octets...), err
}

// at is the word at i, empty if there is none.
func at(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return ""
}
