package verdict

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// id is a Msg_Id of 14:05:00, of ISMG 123456.
const id wire.MsgID = 11<<60 | 22<<55 | 14<<50 | 5<<44 | 123456<<16 | 7

// accepted is a message that the gateway accepted.
func (k *talk) accepted(p *wire.Submit) {
	k.sp(p)
	k.ismg(resp(p.Seq, id, 0))
}

// reported is a message, and a report on it that the SP took.
func (k *talk) reported(stat, done string) {
	k.accepted(submit(1))
	k.ismg(report(1, id, stat, done))
	k.sp(ack(1, 0))
}

// refused is a message that the gateway refused.
func (k *talk) refused(result uint32) {
	k.sp(submit(1))
	k.ismg(resp(1, 0, result))
}

// long is a message of as many parts as there are results. Those with 0 are
// accepted, with the ids from id on.
func (k *talk) long(results ...int) {
	for i, result := range results {
		seq := wire.Seq(i + 1)
		k.sp(part(seq, byte(i+1), byte(len(results))))
		if result == 0 {
			k.ismg(resp(seq, id+wire.MsgID(i), 0))
		} else if result > 0 {
			k.ismg(resp(seq, 0, uint32(result)))
		}
	}
}

// messages are the kinds of verdicts on messages.
var messages = []struct {
	what string
	say  func(k *talk)
	mem  int64 // --max-mem, 0: no limit
}{
	{"delivered", func(k *talk) { k.reported("DELIVRD", "") }, 0},
	{"delivered late, in the minute that Done_time says", func(k *talk) {
		k.around.Minutes = []Minute{{start, 2e9}, {start + 60e9, 40e9}}
		k.accepted(submit(1))
		k.wait(40 * time.Second)
		k.ismg(report(1, id, "DELIVRD", "2611221405"))
		k.sp(ack(1, 0))
	}, 0},
	{"delivered long before the report", func(k *talk) {
		k.accepted(submit(1))
		k.wait(5 * time.Minute)
		k.ismg(report(1, id, "DELIVRD", "2611221405"))
		k.sp(ack(1, 0))
	}, 0},
	{"delivered late, without Done_time", func(k *talk) {
		k.accepted(submit(1))
		k.wait(40 * time.Second)
		k.ismg(report(1, id, "DELIVRD", ""))
		k.wait(2 * time.Second)
		k.sp(ack(1, 0))
	}, 0},
	{"delivered, the acknowledgement slow", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.wait(2 * time.Second)
		k.sp(ack(1, 0))
	}, 0},
	{"delivered, the report refused", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 9))
	}, 0},
	{"delivered, the acknowledgement cut", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.cut(fromSP, ack(1, 0), 20)
	}, 0},
	{"delivered, the report not acknowledged in time", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.idle(fromSP, time.Second)
		k.idle(fromSP, 61*time.Second)
	}, 0},
	{"delivered, the response after the report", func(k *talk) {
		k.sp(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
		k.ismg(resp(1, id, 0))
	}, 0},
	{"the report before the SUBMIT", func(k *talk) {
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
		k.accepted(submit(1))
	}, 0},
	{"a failure before the SUBMIT", func(k *talk) {
		k.ismg(report(1, id, "UNDELIV", ""))
		k.sp(ack(1, 0))
		k.accepted(submit(1))
	}, 0},
	{"all parts before their SUBMITs", func(k *talk) {
		k.ismg(report(1, id, "DELIVRD", ""), report(2, id+1, "DELIVRD", ""))
		k.sp(ack(1, 0), ack(2, 0))
		k.long(0, 0)
	}, 0},
	{"all parts delivered", func(k *talk) {
		k.long(0, 0)
		k.ismg(report(1, id, "DELIVRD", ""), report(2, id+1, "DELIVRD", ""))
		k.sp(ack(1, 0), ack(2, 0))
	}, 0},
	{"the report again", func(k *talk) {
		k.reported("DELIVRD", "")
		k.ismg(report(2, id, "DELIVRD", ""))
		k.sp(ack(2, 0))
	}, 0},
	{"the report time and again", func(k *talk) {
		k.reported("DELIVRD", "")
		for n := range wire.Seq(20) {
			k.ismg(report(2+n, id, "DELIVRD", ""))
			k.sp(ack(2+n, 0))
		}
	}, 0},
	{"the same DELIVER again, before it was acknowledged", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id, "DELIVRD", ""), report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"two reports that contradict", func(k *talk) {
		k.reported("DELIVRD", "")
		k.ismg(report(2, id, "UNDELIV", ""))
		k.sp(ack(2, 0))
	}, 0},
	{"the Msg_Id in reverse", func(k *talk) {
		k.sp(submit(1))
		k.ismg(resp(1, 0x0102030405060708, 0), report(1, 0x0807060504030201, "DELIVRD", "2611221405"))
		k.sp(ack(1, 0))
	}, 0},
	{"another Msg_Id", func(k *talk) {
		k.accepted(submit(1))
		k.ismg(report(1, id+1000, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"undelivered", func(k *talk) { k.reported("UNDELIV", "") }, 0},
	{"rejected by a platform", func(k *talk) { k.reported("REJECTD", "") }, 0},
	{"the SP's own Stat", func(k *talk) { k.reported("SA:0054", "") }, 0},
	{"an unknown Stat", func(k *talk) { k.reported("NOSEND", "") }, 0},
	{"a Stat of practice", func(k *talk) { k.reported("MK:0001", "") }, 0},
	{"expired", func(k *talk) { k.reported("EXPIRED", "") }, 0},

	{"throttled", func(k *talk) { k.refused(8) }, 0},
	{"throttled, alone in its second", func(k *talk) {
		k.around.Messages, k.around.Receivers = 1, 1
		k.refused(8)
	}, 0},
	{"throttled at the limit", func(k *talk) {
		k.around.Messages, k.around.Receivers, k.around.Limit, k.around.Conns = 12, 2, 10, []int{1, 2}
		k.refused(8)
	}, 0},
	{"throttled below the limit", func(k *talk) {
		k.around.Messages, k.around.Receivers, k.around.Limit, k.around.Conns = 7, 1, 10, []int{1}
		k.refused(8)
	}, 0},
	{"throttled where more was accepted", func(k *talk) {
		k.around.Messages, k.around.Receivers, k.around.Accepted, k.around.Conns = 7, 1, 9, []int{1}
		k.refused(8)
	}, 0},
	{"throttled where nothing tells the limit", func(k *talk) {
		k.around.Messages, k.around.Receivers, k.around.Accepted, k.around.Conns = 7, 1, 3, []int{1}
		k.refused(8)
	}, 0},
	{"rejected", func(k *talk) { k.refused(10) }, 0},
	{"rejected for a reason of its own", func(k *talk) { k.refused(99) }, 0},
	{"rejected for all receivers", func(k *talk) {
		k.sp(submit(1, phone, "13800005678"))
		k.ismg(resp(1, 0, 10))
	}, 0},
	{"rejected, and not tried again", func(k *talk) {
		k.around.Searched = true
		k.refused(10)
	}, 0},
	{"rejected, and tried again", func(k *talk) {
		k.again(nil, func(x *Again, m *track.Msg) { x.Same = m })
	}, 0},
	{"rejected, and a part tried again", func(k *talk) {
		k.again([]int{2}, func(x *Again, m *track.Msg) { x.Same = m })
	}, 0},
	{"rejected, and another text sent", func(k *talk) {
		k.again(nil, func(x *Again, m *track.Msg) { x.Other = m })
	}, 0},

	{"no response", func(k *talk) {
		k.sp(submit(1))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
	}, 0},
	{"no response to three attempts", func(k *talk) {
		k.around.Searched = true
		k.sp(submit(1), submit(1), submit(1))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
	}, 0},
	{"no response, and not tried again", func(k *talk) {
		k.around.Searched = true
		k.sp(submit(1))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
	}, 0},
	{"no report", func(k *talk) {
		k.accepted(submit(1))
		k.idle(fromISMG, time.Hour)
	}, 0},
	{"waiting", func(k *talk) {
		k.ReportTimeout = 3600e9
		k.accepted(submit(1))
		k.idle(fromISMG, time.Minute)
	}, 0},
	{"waiting, with a Msg_Id of zeros", func(k *talk) {
		k.sp(submit(1))
		k.ismg(resp(1, 0, 0))
	}, 0},
	{"waiting longer than any other", func(k *talk) {
		for range 100 {
			k.Reports.Add(2e9)
		}
		k.accepted(submit(1))
		k.idle(fromISMG, time.Minute)
	}, 0},
	{"waiting no longer than others", func(k *talk) {
		for range 100 {
			k.Reports.Add(90e9)
		}
		k.accepted(submit(1))
		k.idle(fromISMG, time.Minute)
	}, 0},
	{"a report that may be about one of two", func(k *talk) {
		k.accepted(submit(1))
		k.accepted(submit(2))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"that report", func(k *talk) {
		k.accepted(submit(1))
		k.accepted(submit(2))
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
		k.asked = 3
	}, 0},
	{"accepted, no report wanted", func(k *talk) {
		p := submit(1)
		p.RegisteredDelivery = 0
		k.accepted(p)
	}, 0},
	{"a report that is not final", func(k *talk) { k.reported("ACCEPTD", "") }, 0},
	{"a report that is not final, and no response", func(k *talk) {
		k.reported("ACCEPTD", "")
		k.over()
		k.told[1].Parts[0].Resp = track.Mark{}
	}, 0},
	{"delivered, the response cut", func(k *talk) {
		k.sp(submit(1))
		k.cut(fromISMG, resp(1, id, 0), 20)
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"delivered, Done_time by a clock ahead", func(k *talk) { k.reported("DELIVRD", "2611221410") }, 0},
	{"delivered, Done_time by a clock behind", func(k *talk) { k.reported("DELIVRD", "2611221355") }, 0},
	{"delivered, Done_time in another zone", func(k *talk) { k.reported("DELIVRD", "2611220605") }, 0},
	{"delivered late, Done_time by another clock", func(k *talk) {
		k.accepted(submit(1))
		k.wait(40 * time.Second)
		k.ismg(report(1, id, "DELIVRD", "2611221355"))
		k.sp(ack(1, 0))
	}, 0},
	{"a report cut before its Stat", func(k *talk) {
		k.accepted(submit(1))
		k.cut(fromISMG, report(1, id, "DELIVRD", ""), 100)
	}, 0},

	{"sent", func(k *talk) { k.sp(submit(1)) }, 0},
	{"forgotten", func(k *talk) {
		k.accepted(submit(1))
		k.accepted(submit(2, "13800005678"))
	}, 1},
	{"a hole in the stream", func(k *talk) {
		k.accepted(submit(1))
		k.missing(fromISMG, 30)
	}, 0},
	{"sent, and the response cut", func(k *talk) {
		k.sp(submit(1))
		k.cut(fromISMG, resp(1, id, 0), 20)
	}, 0},
	{"sent, and the gateway closed", func(k *talk) {
		k.sp(submit(1))
		k.ends(reassembly.Fin, fromISMG)
	}, 0},
	{"sent, and the gateway reset", func(k *talk) {
		k.sp(submit(1))
		k.ends(reassembly.Reset, fromISMG)
	}, 0},
	{"sent, and the SP left", func(k *talk) {
		k.sp(submit(1), &wire.Terminate{Seq: 2})
		k.ends(reassembly.Fin, fromISMG)
	}, 0},
	{"sent, and the gateway ended the session", func(k *talk) {
		k.sp(submit(1))
		k.ismg(&wire.Terminate{Seq: 2})
		k.ends(reassembly.Fin, fromSP)
	}, 0},
	{"sent, and the ports were used again", func(k *talk) {
		k.sp(submit(1))
		k.ends(reassembly.Reuse, fromSP)
	}, 0},

	{"a part is missing", func(k *talk) {
		k.sp(part(1, 1, 2))
		k.ismg(resp(1, id, 0))
	}, 0},
	{"a part came twice", func(k *talk) {
		k.around.Searched = true
		k.sp(part(1, 1, 2), part(2, 1, 2), part(3, 2, 2))
		k.ismg(resp(1, id, 0), resp(2, id+1, 0), resp(3, id+2, 13))
	}, 0},
	{"parts refused alike", func(k *talk) {
		k.long(0, 13, 13)
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"parts expired and undelivered", func(k *talk) {
		k.long(0, 0, 0)
		k.ismg(report(1, id, "EXPIRED", ""), report(2, id+1, "EXPIRED", ""), report(3, id+2, "DELIVRD", ""))
		k.sp(ack(1, 0), ack(2, 0), ack(3, 0))
	}, 0},
	{"parts in two codings", func(k *talk) {
		two := part(2, 2, 2)
		two.MsgFmt, two.MsgContent = 8, append(two.MsgContent, 0x62)
		k.sp(part(1, 1, 2), two)
		k.ismg(resp(1, id, 0), resp(2, id+1, 0))
	}, 0},
	{"parts of different ends", func(k *talk) {
		k.around.Searched = true
		k.long(0, 13, 8, 0)
		k.ismg(report(1, id, "DELIVRD", ""), report(2, id+3, "UNDELIV", ""))
		k.sp(ack(1, 0), ack(2, 0))
	}, 0},
	{"parts refused for two reasons", func(k *talk) { k.long(9, 10) }, 0},
	{"parts not delivered for two reasons", func(k *talk) {
		k.long(0, 0)
		k.ismg(report(1, id, "UNDELIV", ""), report(2, id+1, "REJECTD", ""))
		k.sp(ack(1, 0), ack(2, 0))
	}, 0},
	{"a part delivered, one waits", func(k *talk) {
		k.ReportTimeout = 3600e9
		k.long(0, 0)
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"a part with a report that is not final, one delivered", func(k *talk) {
		k.long(0, 0)
		k.ismg(report(1, id, "DELIVRD", ""), report(2, id+1, "ACCEPTD", ""))
		k.sp(ack(1, 0), ack(2, 0))
	}, 0},
	{"parts with reports that are not final, one delivered", func(k *talk) {
		k.long(0, 0, 0)
		k.ismg(report(1, id, "ACCEPTD", ""), report(2, id+1, "ACCEPTD", ""), report(3, id+2, "DELIVRD", ""))
		k.sp(ack(1, 0), ack(2, 0), ack(3, 0))
	}, 0},
	{"a part wants no report", func(k *talk) {
		one, two := part(1, 1, 2), part(2, 2, 2)
		one.RegisteredDelivery, two.RegisteredDelivery = 0, 0
		k.sp(one, two)
		k.ismg(resp(1, id, 0), resp(2, id+1, 0), report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"a part without response, one delivered", func(k *talk) {
		k.long(0, -1)
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
	}, 0},
	{"a part without report in time, one refused", func(k *talk) {
		k.long(0, 13)
		k.idle(fromISMG, time.Hour)
	}, 0},
	{"a part open, one refused", func(k *talk) { k.long(13, -1) }, 0},

	{"a report alone", func(k *talk) {
		k.ismg(report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
	{"a report alone, cut", func(k *talk) { k.cut(fromISMG, report(1, id, "DELIVRD", ""), 100) }, 0},
	{"a message from a phone", func(k *talk) {
		k.ismg(mo(1))
		k.sp(ack(1, 0))
	}, 0},
	{"a message from a phone, not acknowledged", func(k *talk) { k.ismg(mo(1)) }, 0},
	{"a message from a phone, refused", func(k *talk) {
		k.ismg(mo(1))
		k.sp(ack(1, 9))
	}, 0},
	{"a message from a phone, the answer cut", func(k *talk) {
		k.ismg(mo(1))
		k.cut(fromSP, ack(1, 0), 20)
	}, 0},
	{"a message from a phone, a part not acknowledged", func(k *talk) {
		k.ismg(moPart(1, 1, 2), moPart(2, 2, 2))
		k.sp(ack(1, 0))
	}, 0},
	{"a message from a phone, a part missing", func(k *talk) {
		k.ismg(moPart(1, 1, 2))
		k.sp(ack(1, 0))
	}, 0},

	{"the text is in another coding", func(k *talk) {
		p := submit(1)
		p.MsgFmt, p.MsgContent = 8, []byte("您的验证码是482913，5分钟内有效")
		k.accepted(p)
	}, 0},
	{"the same text before", func(k *talk) {
		k.sp(submit(1), submit(2))
		k.ismg(resp(2, id, 0))
		k.asked = 2
	}, 0},
	{"the receiver cut", func(k *talk) {
		k.cut(fromSP, submit(1), 130)
		k.ismg(resp(1, id, 0), report(1, id, "DELIVRD", ""))
		k.sp(ack(1, 0))
	}, 0},
}

// again is a message that is rejected, and one behind it.
func (k *talk) again(parts []int, is func(*Again, *track.Msg)) {
	k.refused(10)
	k.wait(3 * time.Second)
	k.sp(submit(2))
	k.ismg(resp(2, id, 0))
	k.over()
	k.around.Searched, k.around.Again.Parts = true, parts
	is(&k.around.Again, k.told[2])
}

// TestMessages: what is said of messages, a kind of verdict after the other.
func TestMessages(t *testing.T) {
	var b strings.Builder
	for _, c := range messages {
		k := newTalk(dissect.Options{}, track.Options{MaxMem: c.mem})
		c.say(k)
		k.over()
		fmt.Fprintf(&b, "# %s\n", c.what)
		both(t, &b, Of(k.told[k.asked], &k.Context))
		b.WriteString("\n")
	}
	golden(t, "messages.golden", []byte(b.String()))
}
