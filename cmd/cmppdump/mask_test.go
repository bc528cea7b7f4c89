package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/mutate"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/render"
)

const testMask = "--mask=0123456789abcdef"

// TestMaskHidesAll: whatever is shown of a capture with --mask, and whatever is
// in the capture that -w writes, no phone or service number of it occurs and no
// four characters of a text one after the other. Exempt is what is no hidden
// field: Msg_src and Source_Addr, Service_Id, gateways, Msg_Ids, addresses.
func TestMaskHidesAll(t *testing.T) {
	environment(t)
	words := ownWords(t)
	columns := strings.Join(declaredFields(t), ",")
	tables := []string{"-q"}
	for _, name := range stats.Names() {
		tables = append(tables, "-z", name)
	}
	for _, key := range []string{"src_id", "signature", "prefix3", "prefix7"} {
		for _, name := range []string{"srt", "results", "reports", "flow"} {
			tables = append(tables, "-z", name+",by="+key)
		}
	}
	numbers, texts := 0, 0
	for _, file := range append(allCaptures(t), rareCapture(t)) {
		secret := privateParts(t, file, words)
		numbers, texts = numbers+len(secret.numbers), texts+len(secret.texts)
		runs := [][]string{{"--view", "pdu,txn,msg,conn"}, {"-V", "-x"}, {"-V", "--view", "msg"}, allRecords(),
			{"-T", "csv", "-e", columns, "--view", "pdu,txn,msg,conn"}, tables, append([]string{"-T", "json"}, tables...), {"--stats-interval", "10ms", "-T", "json"}}
		for _, run := range runs {
			out, errs, _ := cmppdump(append([]string{"-r", file, testMask}, run...)...)
			secret.search(t, strings.Join(append([]string{file}, run...), " "), out+errs)
		}
		for i, number := range slices.Concat(secret.asked[:min(3, len(secret.asked))], secret.codes) {
			for _, form := range []string{"text", "json"} {
				out, errs, _ := cmppdump("why", number, "-r", file, testMask, "-T", form, "--lang", "en")
				if out+errs != "" { // the number is no message's
					secret.search(t, file+" why "+number, out+errs)
				}
			}
			if i == 5 {
				break
			}
		}
		secret.searchOctets(t, file, maskedCapture(t, file))
	}
	for _, file := range []string{"codings_20", "codings_30", "fwd_20", "fwd_30", "long_ucs2_30", "mass_send_21", "reports_30", "wild_version_7f_30"} {
		file = "../../pcaps/" + file + ".pcap"
		secret := privateParts(t, file, words)
		for _, version := range []string{"2.0", "3.0"} { // one of them wrong
			for _, run := range [][]string{{"-V", "-x"}, allRecords()} {
				out, errs, _ := cmppdump(append([]string{"-r", file, testMask, "--cmpp-version", version}, run...)...)
				secret.search(t, file+" as "+version, out+errs)
			}
			secret.searchOctets(t, file+" as "+version, maskedCapture(t, file, "--cmpp-version", version))
		}
	}
	if numbers < 100 || texts < 1000 {
		t.Errorf("%d numbers and %d pieces of texts looked for", numbers, texts)
	}
}

// ownWords are four characters of what the program says of captures without
// messages, which may stand in a text too.
func ownWords(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	say := func(text string) {
		for _, w := range windows(text) {
			words[noDigits(w)] = true
		}
	}
	add := func(args ...string) {
		out, errs, _ := cmppdump(args...)
		say(out + errs)
	}
	for _, note := range slices.Concat(dissect.Notes, track.Notes) {
		say(note.Text)
	}
	for id := range 256 {
		for n := range 8 {
			for _, f := range (sms.IE{ID: byte(id), Len: n}).Fields() {
				for value := range 256 {
					say("  " + f.Meaning(value) + " ")
				}
			}
		}
	}
	say("SUBMIT 1  receiver 1 ") // of the ladder of a mass send
	add("--help")
	add("fields")
	add("fields", "--expert")
	for _, name := range []string{"active_test_20", "query_cancel_20", "login_failed_20"} {
		for _, view := range []string{"pdu", "txn", "conn"} {
			add("-r", "../../pcaps/"+name+".pcap", "--view", view)
			add("-r", "../../pcaps/"+name+".pcap", "--view", view, "-T", "json")
			add("-r", "../../pcaps/"+name+".pcap", "--view", view, "-V", "-x")
		}
	}
	return words
}

// windows are the pieces of four characters of a text.
func windows(s string) (list []string) {
	runes := []rune(s)
	for i := range max(len(runes)-3, 0) {
		list = append(list, string(runes[i:i+4]))
	}
	return list
}

// private is what must not be seen of a capture.
type private struct {
	asked   []string
	codes   []string        // pseudo-codes
	numbers map[string]bool // as far as they are looked for
	pieces  map[string]bool // of pseudo-codes, of as many characters as piece
	texts   map[string]bool // of four characters
	octets  map[[8]byte]bool
}

// tail is how many of the last digits of a number are looked for. Numbers of
// inside digits and more must not be in longer rows of digits either; shorter
// ones, of least digits, are looked for as words: other figures have them in
// them.
const tail, inside, least = 10, 8, 4

// piece is how many characters of a pseudo-code are looked for.
const piece = 8

// privateParts are those that an unmasked reading shows.
func privateParts(t *testing.T, file string, words map[string]bool) *private {
	t.Helper()
	p := &private{numbers: map[string]bool{}, pieces: map[string]bool{}, texts: map[string]bool{}, octets: map[[8]byte]bool{}}
	private := privateFields()
	public := map[string]bool{}
	out, _, _ := cmppdump(append([]string{"-r", file}, allRecords()...)...)
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		kind, _ := record["sms"].(map[string]any)
		eachLeaf("", record, func(path string, v any) {
			s, text := v.(string)
			switch {
			case private[path] && !text:
				p.integer(v)
			case private[path], phone.MatchString(s): // the latter whatever is declared
				p.number(s)
			case path == "sms.text", path == "sms.guess.text":
				for _, w := range windows(s) {
					if !words[noDigits(w)] && !digitsOnly(w) {
						p.texts[w] = true
					}
				}
				for _, code := range codes.FindAllString(s, -1) {
					p.numbers[code[max(0, len(code)-tail):]] = true
				}
			case path == "cmpp.msg_content" && kind["direction"] != "report":
				b, _ := hex.DecodeString(s)
				if u, _ := kind["udh"].(string); u != "" {
					b = b[len(u)/2:]
				}
				for ; len(b) >= 8; b = b[1:] {
					if strings.Contains(string(b[:8]), "\x00\x00") {
						continue // as any field ends
					}
					p.octets[[8]byte(b)] = true
				}
			default:
				public[fmt.Sprint(v)] = true // SP_Id 901234, which is a Src_Id too; the second 1069
			}
		})
	}
	for number := range public {
		if len(number) < inside {
			delete(p.numbers, number)
		}
	}
	return p
}

// privateFields are the fields of records that layouts declare to be numbers,
// and those made of them.
func privateFields() map[string]bool {
	private := map[string]bool{"sms.from": true, "sms.to": true, "sms.report.dest_terminal_id": true, "sms.report.dest_id": true, "msg.from": true, "msg.to": true}
	for _, c := range cmpp.Protocol.Commands {
		for _, s := range c.Body.Specs {
			private["cmpp."+s.Key] = private["cmpp."+s.Key] || s.Privacy == layout.Number
		}
	}
	return private
}

// codes are numbers inside of texts.
var codes = regexp.MustCompile(`[0-9]{6,}`)

// noDigits is a text with 0 for every digit.
func noDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, s)
}

func digitsOnly(s string) bool { return strings.Trim(s, "0123456789 ") == "" }

// phone is what no field can be but a phone's number.
var phone = regexp.MustCompile(`^(\+?86|0086)?1[3-9][0-9]{9}$`)

func (p *private) number(s string) {
	trimmed := strings.Trim(s, " \x00")
	digits := string(sms.ComparedDigits([]byte(trimmed)))
	if strings.Trim(digits, "0123456789") != "" { // a pseudo-code, or what somebody wrote there
		if len(trimmed) >= piece && !slices.Contains(p.codes, trimmed) {
			p.codes = append(p.codes, trimmed)
		}
		for ; len(trimmed) >= piece; trimmed = trimmed[1:] {
			p.pieces[trimmed[:piece]] = true
		}
		return
	}
	if len(digits) < least {
		return
	}
	if last := digits[max(0, len(digits)-tail):]; !p.numbers[last] {
		p.numbers[last] = true
		if sms.IsNumber(s) {
			p.asked = append(p.asked, s)
		}
	}
}

// integer takes a number that is one on the wire too. It is rounded: the first
// three digits may stay.
func (p *private) integer(v any) {
	n, _ := v.(float64)
	if digits := strconv.Itoa(int(n)); len(digits) >= least && strings.Trim(digits[min(3, len(digits)-1):], "0") != "" {
		p.numbers[digits] = true
	}
}

// search finds what must not be in an output.
func (p *private) search(t *testing.T, what, out string) {
	t.Helper()
	if out == "" {
		t.Fatalf("%s: no output", what)
	}
	p.searchNumbers(t, what, out)
	places := make([]int, 0, len(out)+1)
	for i := range out {
		places = append(places, i)
	}
	places = append(places, len(out))
	for i := 0; i+4 < len(places); i++ {
		if w := out[places[i]:places[i+4]]; p.texts[w] {
			t.Fatalf("%s: a piece of a text, %q: %q", what, w, out[max(0, places[i]-100):places[i+4]])
		}
	}
	for i := 0; i+16 <= len(out); i++ { // octets of texts in hexadecimal
		if b, err := hex.DecodeString(out[i : i+16]); err == nil && p.octets[[8]byte(b)] {
			t.Fatalf("%s: octets of a text: %q", what, out[max(0, i-100):i+16])
		}
	}
}

// searchNumbers finds numbers and pseudo-codes in what may be a text or octets.
func (p *private) searchNumbers(t *testing.T, what, out string) {
	t.Helper()
	fail := func(from, to int) {
		t.Fatalf("%s: a number, %s: %q", what, out[from:to], out[max(0, from-60):min(len(out), to+20)])
	}
	for _, run := range runs.FindAllStringIndex(out, -1) {
		for n := inside; n <= tail; n++ {
			for i := run[0]; i+n <= run[1]; i++ {
				if p.numbers[out[i:i+n]] {
					fail(i, i+n)
				}
			}
		}
		if n := run[1] - run[0]; n < inside && p.numbers[out[run[0]:run[1]]] && !partOfWord(out, run[0]-1) && !partOfWord(out, run[1]) {
			fail(run[0], run[1])
		}
	}
	for i := 0; i+piece <= len(out); i++ {
		if p.pieces[out[i:i+piece]] {
			fail(i, i+piece)
		}
	}
}

// runs are the rows of digits of which some may be a number.
var runs = regexp.MustCompile(`[0-9]{4,}`)

// partOfWord reports whether the digits beside a place are a part of something
// longer: a time, a size, an address, what is hashed.
func partOfWord(s string, at int) bool {
	return at >= 0 && at < len(s) && (strings.IndexByte("#.:-+/_*", s[at]) >= 0 || s[at]|0x20 >= 'a' && s[at]|0x20 <= 'z')
}

// searchOctets finds what must not be in a capture.
func (p *private) searchOctets(t *testing.T, what, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p.searchNumbers(t, what+": -w", string(b))
	for i := 0; i+8 <= len(b); i++ {
		if w := [8]byte(b[i:]); p.octets[w] {
			t.Fatalf("%s: -w: octets of a text: %q", what, w)
		}
		// Four letters may be of what stands in the place of a text.
		if w := string(b[i : i+4]); p.texts[w] && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" && !strings.Contains(w, "\x00") {
			t.Fatalf("%s: -w: a piece of a text, %q: %q", what, w, b[max(0, i-60):i+8])
		}
	}
}

// maskedCapture is what -w writes of a capture with --mask.
func maskedCapture(t *testing.T, file string, flags ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "masked.pcapng")
	if _, errs, status := cmppdump(append([]string{"-r", file, testMask, "-q", "-w", to}, flags...)...); status != exitOK || strings.Contains(errs, "in time") {
		t.Fatalf("%s: -w: exit status %d, %s", file, status, errs)
	}
	return to
}

// TestMaskedCaptureIsTheSame: transactions, messages and connections of a masked
// capture are those of the capture, but for what is hidden.
func TestMaskedCaptureIsTheSame(t *testing.T) {
	for _, file := range append(allCaptures(t), rareCapture(t)) {
		want, got := stories(t, file), stories(t, maskedCapture(t, file))
		if len(want) != len(got) {
			t.Errorf("%s: %d records, %d of the masked capture: %s", file, len(want), len(got), slices.DeleteFunc(got, func(r string) bool { return slices.Contains(want, r) }))
			continue
		}
		for i := range want {
			if want[i] != got[i] {
				t.Errorf("%s: masked\n%s\n%s", file, got[i], want[i])
				break
			}
		}
	}
}

// writtenStat are the Stats in a record, minute a time of a report.
var (
	writtenStat = regexp.MustCompile(`"stat":"([^"\\]|\\.)*"`)
	minute      = regexp.MustCompile(`^[0-9]{10}$`)
)

// stories are the records of a capture without what a masked one has otherwise.
func stories(t *testing.T, file string) (list []string) {
	t.Helper()
	out, _, _ := cmppdump("-r", file, "-T", "json", "--view", "txn,msg,conn")
	for line := range strings.Lines(out) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%s: %v: %s", file, err, line)
		}
		msg, _ := record["msg"].(map[string]any)
		if r, _ := msg["report"].(map[string]any); msg["state"] == "report_only" && !minute.MatchString(fmt.Sprint(r["done_time"])) {
			continue // a content that is no report is masked as the text it may be
		}
		delete(record, "sms")
		delete(record, "log")
		delete(record["event"].(map[string]any), "id")
		// Where a UDH is broken, it is masked with the text: it is that of another
		// message no longer.
		notes, _ := record["expert"].([]any)
		notes = slices.DeleteFunc(notes, func(n any) bool { return n.(map[string]any)["id"] == "msg.resubmitted" })
		if record["expert"] = notes; len(notes) == 0 {
			delete(record, "expert")
		}
		if c, _ := record["cmpp"].(map[string]any); c != nil {
			delete(c, "service_id") // of a PDU whose length is wrong it is masked
		}
		b, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, writtenStat.ReplaceAllStringFunc(string(b), func(s string) string {
			if strings.Trim(s[len(`"stat":`):], `"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_- `) == "" {
				return s
			}
			return `"stat":"hidden"`
		}))
	}
	slices.Sort(list)
	return list
}

// TestMaskedStat: a Stat that is the invention of a platform, in whatever coding,
// is hidden like a text, and what became of its message is not; what claims to
// be a report and is a text is hidden with its Msg_Id.
func TestMaskedStat(t *testing.T) {
	hidden := []string{"mbblack", "err_7", "\xb3\xac\xca\xb1", "拒收", "\x01\x02\x1b", "a"}
	plain := []string{"DELIVRD", "EXPIRED", "ACCEPTD", "UNDELIV", "MK:0001", "AF:4", "-9209", "LIMIT  ", "", "1234567"}
	script := []string{"tcp 40001 7890"}
	block := func(id uint64, stat string) *wire.Deliver {
		return report((&wire.Report{MsgID: wire.MsgID(id), Stat: stat, SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: "13800001234"}).Append(nil, wire.V30))
	}
	for i, stat := range slices.Concat(hidden, plain) {
		n := uint32(i + 1)
		script = append(script, up(wire.V30, n, plainSubmit([]byte(fmt.Sprint("text ", i)))), down(wire.V30, n, &wire.SubmitResp{MsgID: wire.MsgID(n)}),
			down(wire.V30, 2*n, block(uint64(n), stat)), down(wire.V30, 2*n+1, block(uint64(n), stat)))
	}
	file := madeCapture(t, script)
	masked := maskedCapture(t, file)
	want, got := stories(t, file), stories(t, masked)
	if !slices.Equal(want, got) || len(want) < 2*(len(hidden)+len(plain)) {
		t.Errorf("masked\n%s\n\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b, err := os.ReadFile(masked)
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range hidden {
		if len(stat) > 3 && strings.Contains(string(b), stat) {
			t.Errorf("Stat %q is in the masked capture", stat)
		}
	}
	rows, _, _ := cmppdump("-r", masked, "--view", "msg")
	if n := strings.Count(rows, "undelivered"); n != len(hidden)+len(plain)-3 || strings.Contains(rows, "report_only") {
		t.Errorf("%d undelivered:\n%s", n, rows)
	}

	const text = "Dear customer, your parcel waits at the gate of the school, number 17, until eight"
	file = madeCapture(t, []string{"tcp 40001 7890", down(wire.V30, 1, report([]byte(text)[:71])), down(wire.V30, 2, report([]byte("C\x00a\x00l\x00l\x00 \x00m\x00e\x00 \x00b\x00a\x00c\x00k\x00 \x00a\x00t\x00 \x00h\x00o\x00m\x00e\x00 \x00n\x00o\x00w\x00.\x00.\x00.\x00.\x00.\x00.\x00")[:60]))})
	p := &private{octets: map[[8]byte]bool{}, texts: map[string]bool{}}
	for i := range len(text[:71]) - 8 {
		p.octets[[8]byte([]byte(text[i:]))] = true
	}
	p.octets[[8]byte([]byte("C\x00a\x00l\x00l\x00"))] = true
	for _, run := range [][]string{{"--view", "pdu,txn,msg"}, {"-V", "-x"}, allRecords()} {
		out, errs, _ := cmppdump(append([]string{"-r", file, testMask}, run...)...)
		p.search(t, strings.Join(run, " "), out+errs)
	}
	p.searchOctets(t, file, maskedCapture(t, file))
}

// TestMaskedRoughCapture: the same of captures with tunnels, fragments, losses,
// retransmissions and whatever else networks do; of one recipe in six, of all
// with MUTATE_SEEDS. Fragments of fragments lose their PDUs.
func TestMaskedRoughCapture(t *testing.T) {
	for at, name := range []string{"long_gbk_30.pcap", "batched_20.pcap"} {
		clean := loaded(t, name)
		words := map[string]bool{}
		secret := privateParts(t, "../../pcaps/"+name, words)
		for i, recipe := range mutate.Recipes(clean) {
			if i%6 != at && os.Getenv("MUTATE_SEEDS") == "" || strings.Contains(recipe.Name, "inside and outside") {
				continue
			}
			if recipe.SYN && !clean.Streams[0].SYN {
				continue
			}
			_, frames := recipe.Apply(1, clean)
			file := written(t, recipe.Encoding.Link, frames)
			masked := maskedCapture(t, file)
			secret.searchOctets(t, name+", "+recipe.Name, masked)
			want, got := stories(t, file), stories(t, masked)
			if !slices.Equal(want, got) {
				t.Errorf("%s, %s: %d records, %d of the masked capture", name, recipe.Name, len(want), len(got))
			}
		}
	}
}

// TestMaskKey: where the key comes from, and which are none.
func TestMaskKey(t *testing.T) {
	environment(t)
	const key = "0123456789abcdef"
	t.Setenv(maskKeyVariable, "")
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (out, errs string, status int) {
		return cmppdump(append(args, "-r", "../../pcaps/flow_submit_report_30.pcap")...)
	}
	want, _, _ := run("--mask=" + key)
	if !strings.Contains(want, "138****0001#") {
		t.Fatal(want)
	}
	for _, args := range [][]string{{"--mask-key-file", file}, {"--mask", "--mask-key-file", file}} {
		if got, errs, _ := run(args...); got != want {
			t.Errorf("%v: %s%s", args, got, errs)
		}
	}
	drawn, errs, status := run("--mask")
	if again, _, _ := run("--mask"); drawn == again || drawn == want || status != exitOK {
		t.Error("a key that is drawn is no secret")
	}
	if strings.Contains(errs, "mask") {
		t.Errorf("the key is in what may be a log: %s", errs)
	}
	t.Setenv(maskKeyVariable, key)
	if got, _, _ := run("--mask"); got != want {
		t.Errorf("%s: %s", maskKeyVariable, got)
	}
	if got, _, _ := run(); strings.Contains(got, "****") {
		t.Errorf("without --mask: %s", got)
	}
	for want, args := range map[string][]string{
		"--mask: the key has 0 octets":                                   {"--mask="},
		"--mask: the key has 7 octets and must have 8":                   {"--mask=1234567"},
		"--mask-key-file: /nonexistent: ":                                {"--mask-key-file", "/nonexistent"},
		"--mask=KEY and --mask-key-file both have a key: one of the two": {"--mask=" + key, "--mask-key-file", file},
		"-w with -Y and --mask reads the input twice, which takes files": {"--mask", "-w", "-", "-Y", "13800000001", "-r", "-"},
	} {
		out, errs, status := run(args...)
		if status != exitUsage || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%v: exit status %d, %s", args, status, errs)
		}
	}
}

// TestMaskTakesTrueNumbers: filters and why are asked with the number as it is,
// whatever is shown of it.
func TestMaskTakesTrueNumbers(t *testing.T) {
	environment(t)
	for _, expr := range []string{"13800000001", "8613800000001", `sms.text contains "482913"`} {
		plain, _, _ := cmppdump("-r", "../../pcaps/flow_submit_report_30.pcap", "-Y", expr)
		masked, _, _ := cmppdump("-r", "../../pcaps/flow_submit_report_30.pcap", "-Y", expr, testMask)
		if n := strings.Count(plain, "\n"); n == 0 || n != strings.Count(masked, "\n") {
			t.Errorf("-Y %s: %d rows, masked\n%s", expr, n, masked)
		}
	}
	out, _, status := cmppdump("why", "13800000001", "-r", "../../pcaps/flow_submit_report_30.pcap", testMask)
	if status != exitOK || !strings.HasPrefix(out, "138****0001#") || !strings.Contains(out, "DELIVERED") {
		t.Errorf("exit status %d: %s", status, out)
	}
	for word, want := range map[string]string{"901234": "901234: 1 login", "10690001": "106****#", "SP0001": "****#", "conn:1": "conn:1: 1 connection", "bc99414007d103e8": "bc99414007d103e8: 1 message",
		"bc99414007d113e9": "****#", "SRC0000001": "cmppdump: why: neither", "A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F6": "cmppdump: why: neither", "conn:A1B2C3D4": "cmppdump: why: conn: needs"} {
		out, errs, _ := cmppdump("why", word, "-r", "../../pcaps/flow_submit_report_30.pcap", testMask)
		if shown := out + errs; !strings.HasPrefix(shown, want) || !strings.HasPrefix(want, word) && strings.Contains(shown, word) {
			t.Errorf("why %s: %s", word, shown)
		}
	}
}

// TestMaskedPacketsOfHits: -w with -Y writes masked packets of the hits.
func TestMaskedPacketsOfHits(t *testing.T) {
	const file = "../../pcaps/flow_submit_report_30.pcap"
	masked := maskedCapture(t, file, "-Y", "13800000001")
	privateParts(t, file, nil).searchOctets(t, file, masked)
	out, _, _ := cmppdump("-r", masked, "--view", "msg")
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, "delivered") {
		t.Error(out)
	}
}

// TestMaskedPacketsDoNotWaitForEver: what nobody recognises is written with
// zeros after a while of a live capture, or when too much waits.
func TestMaskedPacketsDoNotWaitForEver(t *testing.T) {
	stray := func(x *maskedPackets, num uint64, at int64) {
		_, frames := encoded(t, mutate.Encoding{Link: mutate.LinkEthernet})
		for _, f := range frames {
			p := capture.Packet{Frame: f.Bytes, Stamp: capture.Stamp{Num: num, Time: at, Iface: &capture.Interface{Link: capture.LinkEthernet}}}
			if capture.NewDecoder().Decode(&p) && len(p.Payload) > 100 {
				x.hold(&p, true, nil)
				return
			}
		}
		t.Fatal("no packet with data")
	}
	m := render.NewMask([]byte("0123456789abcdef"))
	x := newMaskedPackets(m, true, 512<<20)
	stray(x, 1, 0)
	if x.next(1e9) != nil {
		t.Error("it did not wait")
	}
	h := x.next(11e9)
	if h == nil || strings.Trim(string(h.Frame[len(h.Frame)-100:]), "\x00") != "" || len(x.strays) > 0 {
		t.Fatalf("after a while: %v", h)
	}
	x = newMaskedPackets(m, false, 8000)
	for i := range uint64(100) {
		stray(x, i, int64(i)*1e12)
		for x.next(int64(i)*1e12) != nil {
		}
		if x.bytes > 2000 {
			t.Fatalf("%d bytes wait", x.bytes)
		}
	}
}
