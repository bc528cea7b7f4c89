package filter

import (
	"testing"

	"cmppdump/dissect/record"
)

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustCompile(b, `cmpp.command == submit && sms.to == 13800001234 || txn.latency > 500ms`)
	}
}

// free are filters whose evaluation allocates nothing.
var free = []string{
	"cmpp.command == submit",
	"cmpp.submit",
	"cmpp.result != 0",
	"txn.latency > 500ms",
	"ip.addr == 10.0.0.0/24 && tcp.port == 7890",
	"sms.text contains 验证码",
	"sms.to in {13800001234, 13800001235}",
	"13800001234",
	"bb56850003e90001",
	"frame.number in {100..200, 300}",
	"sms.report.stat == DELIVRD",
	"msg.state == delivered",
	"cmpp.sp_id == 901234",
	"expert.id == sms.coding_mismatch",
	`frame.time >= "2026-11-22 02:10:00"`,
}

// TestNoAllocs: a filter allocates nothing once it has seen a record as long.
func TestNoAllocs(t *testing.T) {
	for _, src := range free {
		f := mustCompile(t, src)
		read(t, func(r *record.Record) {
			f.Match(r)
			if n := testing.AllocsPerRun(1, func() { f.Match(r) }); n > 0 {
				t.Errorf("%s: %v allocations", src, n)
			}
		}, "reports_30.pcap", "codings_30.pcap", "refused_20.pcap")
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, src := range append(free, `sms.text matches "\d{6}"`) {
		b.Run(src, func(b *testing.B) {
			f, report := mustCompile(b, src), mustCompile(b, "sms.report")
			done := false
			read(b, func(r *record.Record) {
				if done || !report.Match(r) {
					return
				}
				done = true
				b.ReportAllocs()
				for b.Loop() {
					f.Match(r)
				}
			}, "reports_30.pcap")
		})
	}
}
