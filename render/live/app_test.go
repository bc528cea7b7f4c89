package live

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
)

const (
	reports = "../../pcaps/reports_30.pcap"
	gocmpp  = "../../pcaps/real/gocmpp_30.pcap"
)

// TestKeys: every key of the help does what the help says.
func TestKeys(t *testing.T) {
	tested := map[string]bool{}
	for _, tt := range []struct {
		shown string // as the help has them
		do    func(t *testing.T, d *desk)
	}{
		{"1 2 3 4 5", func(t *testing.T, d *desk) {
			for key, tab := range map[string]string{"1": "[1 Messages]", "2": "[2 Transactions]", "3": "[3 PDUs]", "4": "[4 Connections]", "5": "[5 Statistics]"} {
				d.press(key).has(tab)
			}
		}},
		{"Tab", func(t *testing.T, d *desk) {
			d.press("j", "j").has(">!    12").press("Tab").has("[2 Transactions]").has(">     12")
			d.press("Tab").has("[3 PDUs]").has(">     12").press("Backtab", "Backtab").has("[1 Messages]").has(">!    12")
		}},
		{"j k, ↓ ↑", func(t *testing.T, d *desk) {
			d.press("j", "j").has(">!    12").press("k").has(">     10").press("Down").has(">!    12").press("Up").has(">     10")
		}},
		{"h l, ← →", func(t *testing.T, d *desk) {
			d.press("l").lacks(">      8").press("h").has(">      8")
			d.press("Enter", "Enter", "j", "j", "j").press("Enter") // the octets of Msg_Id
			d.has("[00 00 00 00").press("Right")
			if d.subject.octet != 13 {
				t.Errorf("octet %d", d.subject.octet)
			}
		}},
		{"PgDn PgUp", func(t *testing.T, d *desk) {
			d.press("3", "g", "PgDn").lacks(">      1").press("PgUp").has(">      1")
		}},
		{"g G, Home End", func(t *testing.T, d *desk) {
			d.press("3", "G").has("-- closed").press("g").has("-- open").press("End").has("-- closed").press("Home").has("-- open")
		}},
		{"Enter", func(t *testing.T, d *desk) {
			d.press("Enter")
			if d.focus != paneLadder {
				t.Error("not in the ladder")
			}
			d.press("j", "Enter").has("SUBMIT_RESP 2 in frame 9")
			if d.focus != paneTree {
				t.Error("not in the tree")
			}
			d.press("j", "j", "Enter")
			if d.focus != paneHex {
				t.Error("not at the octets")
			}
		}},
		{"Esc", func(t *testing.T, d *desk) {
			d.press("Enter", "Enter", "Enter", "Esc", "Esc", "Esc")
			if d.focus != paneList {
				t.Error("not back in the list")
			}
			d.press("?", "Esc").lacks("this help")
			if d.press("Enter", "Enter", "Enter", "Esc"); d.focus != paneList {
				t.Error("not back in the list at once")
			}
		}},
		{"/", func(t *testing.T, d *desk) { d.press("/").typed("mk:0001").press("Enter").has(">!    28") }},
		{"n N", func(t *testing.T, d *desk) {
			d.press("/").typed("undelivered").press("Enter").has(">!    14").press("n").has(">!    16").press("N").has(">!    14")
			d.press("/").typed("no such thing").press("Enter").has("not found: no such thing").has(">!    14")
		}},
		{"f", func(t *testing.T, d *desk) {
			d.press("f").typed(`"deliv`).press("Tab").has(`f: "delivered`)
			d.typed(`"`).press("Enter").has("4 of 15").has("delivered").lacks("undelivered").lacks("expired")
			d.press("f", "Ctrl-U", "Enter").has("undelivered").lacks("of 15")
			d.press("f").typed("!").has("unexpected EOF").press("Enter").has("unexpected EOF").press("Esc").has("undelivered")
		}},
		{"F", func(t *testing.T, d *desk) {
			d.press("3", "F").has("conn.id == 1").press("F").lacks("conn.id == 1")
		}},
		{"m", func(t *testing.T, d *desk) {
			d.press("3", "g", "j", "j", "j").has(">      8").press("m").has(">      9").press("m").has(">      8")
			d.press("g", "m").has("no pair").press("1", "g", "Enter", "m").has("SUBMIT_RESP 2 in frame 9").press("m").has("SUBMIT 2 in frame 8")
		}},
		{"w", func(t *testing.T, d *desk) { d.press("w").has("DELIVERED: the report came").has("DELIVER_RESP 5000") }},
		{"Space", func(t *testing.T, d *desk) {
			d.press(" ").has("+      8").has(">     10").press("k", " ").lacks("+      8")
		}},
		{"s", func(t *testing.T, d *desk) {
			file := filepath.Join(t.TempDir(), "x.json")
			d.press("j", "j", " ", "s").has("save 1 marked").typed(file).press("Enter").has("1 saved")
			if b, _ := os.ReadFile(file); !strings.Contains(string(b), `"state":"expired"`) || !json.Valid(b) {
				t.Errorf("%s", b)
			}
		}},
		{"y", func(t *testing.T, d *desk) {
			d.press("y").has("copied:")
			if got := string(d.sim.GetClipboardData()); !strings.Contains(got, "13800000060    delivered") {
				t.Errorf("%q", got)
			}
			d.press("Enter", "Enter", "j", "j", "y")
			if got := string(d.sim.GetClipboardData()); got != "Sequence_Id 2" {
				t.Errorf("%q", got)
			}
			d.press("Enter", "y")
			if got := string(d.sim.GetClipboardData()); got != "00000002" {
				t.Errorf("%q", got)
			}
		}},
		{"< >", func(t *testing.T, d *desk) {
			d.press("<", "<", "<", "<", "<", "g").has("sorted by State").has(">      8") // delivered, delivered, …, expired
			d.press(">", "g").has("sorted by Resp").has(">!    22").press("<").has("sorted by State")
		}},
		{"r", func(t *testing.T, d *desk) {
			d.press("r").has("not sorted").press("<", "<", "<", "<", "r", "g").has("Resp down").has(">      8")
		}},
		{"t", func(t *testing.T, d *desk) {
			d.has("22:20:25.526272").press("t").has("2026-11-24 22:20:25.526272").press("t").has("0.001602").press("t").has("Delta").press("t").has("179555")
		}},
		{"p", func(t *testing.T, d *desk) {
			d.press("3", "p").has("PAUSED")
			feed(t, d.s, gocmpp)
			d.draw()
			before := d.list().len(d.s)
			if d.press("p").lacks("PAUSED"); before >= d.list().len(d.s) {
				t.Errorf("%d rows, %d while held", d.list().len(d.s), before)
			}
		}},
		{"A", func(t *testing.T, d *desk) {
			d.s.ended = false
			d.press("3", "A").has("-- closed").press("k", "k").lacks("autoscroll on").press("A").has("-- closed").has("autoscroll on")
		}},
		{"M", func(t *testing.T, d *desk) { d.press("M").has("the mouse is the terminal's").press("M") }},
		{":", func(t *testing.T, d *desk) {
			d.press(":").typed("28").press("Enter").has(">!    28").press(":").typed("view 3").press("Enter").has("[3 PDUs]")
			d.press(":").typed("lang zh").press("Enter").has("事务").press(":").typed("lang en").press("Enter")
			d.press(":").typed("nonsense").press("Enter").has("no such command").press("Esc", ":").typed("theme light").press("Enter")
			d.press(":").typed("47").press("Enter", "1", "g", ":").typed("47").press("Enter").has(">!    22").has("in frame 47").press(":").typed("22").press("Enter").has("in frame 22")
			d.press(":").typed(`filter "deliv`).press("Tab").has(`:filter "delivered`).press("Esc")
			d.press(":").typed("time e").press("Enter").has("179555").press(":").typed("q").press("Enter")
			if !d.quit {
				t.Error("still there")
			}
		}},
		{"?", func(t *testing.T, d *desk) { d.press("?").has("Shift-Tab").press("q").lacks("Shift-Tab") }},
		{"Ctrl-L", func(t *testing.T, d *desk) { d.press("Ctrl-L").has("[1 Messages]") }},
		{"Ctrl-Z", func(t *testing.T, d *desk) {
			stopped := false
			d.o.Suspend = func() { stopped = true }
			if d.press("Ctrl-Z"); !stopped && d.scr.Suspend() == nil {
				t.Error("not stopped")
			}
		}},
		{"q", func(t *testing.T, d *desk) {
			d.press("Enter", "Enter", "q")
			if d.focus != paneLadder {
				t.Error("not in the ladder, where it came from")
			}
			d.press("q")
			if d.quit {
				t.Error("quit from the ladder")
			}
			if d.press("q"); !d.quit {
				t.Error("still there")
			}
		}},
	} {
		t.Run(tt.shown, func(t *testing.T) {
			tested[tt.shown] = true
			o := options()
			o.Live = tt.shown == "A"
			d := show(t, 120, 40, o, reports)
			if o.Live {
				d.press("g")
			}
			tt.do(t, d)
		})
	}
	for _, k := range Keys(0) {
		if !tested[k[0]] {
			t.Errorf("%s is in the help and not tried", k[0])
		}
	}
}

// TestSave: what is saved can be read again, and says the same.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	d := show(t, 120, 40, options(), reports)
	for _, name := range []string{"x.pcapng", "x.pcap", "x.md", "x.json"} {
		d.press("1", "s").typed(filepath.Join(dir, name)).press("Enter").has("15 saved to")
	}
	d.press("s").typed(filepath.Join(dir, "x.md")).press("Enter").has("another name").press("Esc", "s").typed("x.txt").press("Enter").has("must end in")
	for _, name := range []string{"x.pcapng", "x.pcap"} {
		got, want := newRecords(), newRecords()
		feed(t, got, filepath.Join(dir, name))
		feed(t, want, reports)
		if len(got.msgs) != len(want.msgs) {
			t.Errorf("%s: %d messages, want %d", name, len(got.msgs), len(want.msgs))
		}
		states := func(r *records) string {
			var all []string
			for no := uint64(1); no <= uint64(len(r.msgs)); no++ {
				all = append(all, between(r.msgs[no], `"msg":{"state":`, `,`)+between(r.msgs[no], `"report":{`, `"ack"`))
			}
			return strings.ReplaceAll(strings.Join(all, "\n"), `"frame"`, "")
		}
		if states(got) == "" || strings.Count(states(got), "delivered") != strings.Count(states(want), "delivered") {
			t.Errorf("%s:\n%s\nwant\n%s", name, states(got), states(want))
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "x.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"UNDELIVERED: Stat MK:0001", "|- SUBMIT 12 ---", "Dest_terminal_Id", "`" + "``text"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("x.md lacks %q", want)
		}
	}
	src, err := capture.Merge([]string{filepath.Join(dir, "x.pcapng")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p capture.Packet
	dec := capture.NewDecoder()
	for src.Next(&p) == nil {
		if !dec.Decode(&p) || p.Src.Port() == 0 {
			t.Fatal("a packet that cannot be read")
		}
		if sum(0, p.Frame[:ipv4Header]) != 0xffff {
			t.Fatalf("wrong checksum in %x", p.Frame[:ipv4Header])
		}
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// TestMouse: clicks select, the wheel scrolls, borders can be dragged.
func TestMouse(t *testing.T) {
	d := show(t, 120, 40, options(), reports)
	click := func(x, y int, b tcell.ButtonMask) {
		d.event(tcell.NewEventMouse(x, y, b, tcell.ModNone))
		d.draw()
	}
	click(20, 4, tcell.Button1)
	click(20, 4, tcell.ButtonNone)
	d.has(">!    12")
	click(d.tabAt[Transactions][0]+1, 0, tcell.Button1)
	click(0, 0, tcell.ButtonNone)
	d.has("[2 Transactions]").press("1")
	border := d.panes.hrule
	click(10, border, tcell.Button1)
	click(10, border-5, tcell.Button1)
	click(10, border-5, tcell.ButtonNone)
	if d.panes.hrule != border-5 {
		t.Errorf("the border is at %d, want %d", d.panes.hrule, border-5)
	}
	p := d.panes
	click(p.ladder.x+10, p.ladder.y+2, tcell.Button1)
	click(p.ladder.x+10, p.ladder.y+2, tcell.ButtonNone)
	d.has("SUBMIT_RESP 4 in frame 13")
	p = d.panes
	click(p.tree.x+20, p.tree.y+8, tcell.Button1)
	click(0, 0, tcell.ButtonNone)
	if d.focus != paneTree || d.subject.field == 0 {
		t.Errorf("focus %d, field %d", d.focus, d.subject.field)
	}
	click(p.hex.x+hexColumn+3*3, p.hex.y, tcell.Button1)
	click(0, 0, tcell.ButtonNone)
	if d.focus != paneHex || d.subject.octet != 3 || d.subject.field != 0 {
		t.Errorf("focus %d, octet %d, field %d", d.focus, d.subject.octet, d.subject.field)
	}
	d.press("Esc", "Esc", "Esc", "3")
	top := d.list().top
	click(10, 5, tcell.WheelDown)
	if d.list().top != top+3 {
		t.Errorf("top %d, want %d", d.list().top, top+3)
	}
}

// TestPaste: what is pasted is text, not keys.
func TestPaste(t *testing.T) {
	d := show(t, 120, 40, options(), reports)
	d.event(tcell.NewEventPaste(true))
	d.typed("q3s").press("Enter")
	d.event(tcell.NewEventPaste(false))
	if d.quit || d.view != Messages || d.prompt != nil {
		t.Error("the paste was taken for keys")
	}
	d.press("/")
	d.event(tcell.NewEventPaste(true))
	d.typed("MK:0001").press("Enter").has("/MK:0001")
	d.event(tcell.NewEventPaste(false))
	d.press("Enter").has(">!    28")
}

// TestSizes: at every size the screen is drawn, and nothing is drawn across a
// border.
func TestSizes(t *testing.T) {
	d := show(t, 80, 24, options(), "../../pcaps/codings_30.pcap", "../../pcaps/long_ucs2_30.pcap")
	for _, size := range [][2]int{{1, 1}, {39, 10}, {40, 9}, {40, 10}, {60, 15}, {79, 23}, {80, 24}, {99, 30}, {100, 24}, {300, 100}} {
		d.sim.SetSize(size[0], size[1])
		for _, keys := range [][]string{{"1"}, {"2"}, {"3"}, {"4"}, {"5"}, {"1", "G", "Enter"}, {"Enter"}, {"Enter"}, {"q", "q", "q", "?"}, {"q", "w"}, {"q", "f"}, {"Esc"}} {
			d.press(keys...)
			if d.quit {
				t.Fatal("quit")
			}
		}
		small := size[0] < leastWidth || size[1] < leastHeight
		if small != strings.Contains(d.text(), "too small") && size[0] > 30 {
			t.Errorf("%v:\n%s", size, d.text())
		}
		if x := d.panes.vrule; x > 0 && !small {
			for y := d.panes.vfrom; y < d.panes.main.y+d.panes.main.h; y++ {
				if s, _, _ := d.scr.Get(x, y); s != "│" {
					t.Errorf("%v: %q stands in the border at %d,%d:\n%s", size, s, x, y, d.text())
				}
			}
		}
	}
}

// TestHostileText: nothing that traffic says gets to the terminal as it is.
func TestHostileText(t *testing.T) {
	s := NewStore(cmpp.Protocol, 0)
	feed(t, s, "../../pcaps/codings_30.pcap")
	for i := range s.octets.list[0][:s.octets.used] { // spoil the texts in the store
		if c := s.octets.list[0][i]; c >= '0' && c <= '9' {
			s.octets.list[0][i] = []byte{0x1b, 0x9b, 7, 0x0e, '\n', 0x7f, '\t', 0x8d, 8, 0xff}[c-'0']
		}
	}
	d := sit(t, 120, 40, options(), s)
	for _, keys := range [][]string{{"1"}, {"2"}, {"3"}, {"4"}, {"5"}, {"1", "w"}, {"q", "Enter", "Enter"}, {"y"}} {
		d.press(keys...)
		for _, r := range d.text() {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
				t.Fatalf("%v: %U on the screen", keys, r)
			}
		}
	}
}

// TestOrphanHasNoLatency: nothing is said of how long after its request a
// response came, where the request was not captured.
func TestOrphanHasNoLatency(t *testing.T) {
	d := show(t, 200, 50, options(), "../../pcaps/real/mess_midstream30.pcap").press("3", "g", "j")
	d.has("SUBMIT_RESP").has("not captured").lacks("frame 0").lacks("h40m").press("4", "Enter", "g").has("SUBMIT_RESP 15  0 ok").lacks("h40m")
}

// TestDoubtIsNoAccusation: a request whose response may have been missed is not
// said to have none (design §5).
func TestDoubtIsNoAccusation(t *testing.T) {
	d := show(t, 200, 50, options(), "../../pcaps/one_way_ismg_30.pcap").press("3", "G")
	for _, line := range d.lines() {
		if strings.Contains(line, "no response in") && !strings.Contains(line, "may have been missed") {
			t.Error(line)
		}
	}
	d.has("may have been missed")
}

// TestSelectionFollows: the selection goes along through every view and comes
// back, through those too that have no rows of their own for it.
func TestSelectionFollows(t *testing.T) {
	for _, tt := range []struct {
		file string
		keys []string
		want string
	}{
		{gocmpp, []string{"3", ":15", "1"}, ">     15"},
		{gocmpp, []string{"3", ":15", "4", "1"}, ">     15"},
		{gocmpp, []string{"3", ":15", "5", "1"}, ">     15"},
		{gocmpp, []string{"3", ":15", "4", "5", "2", "4", "3"}, ">     15"},
		{reports, []string{"j", "j", "Tab", "Tab", "Tab", "Tab", "Tab"}, ">!    12"},
	} {
		d := show(t, 120, 40, options(), tt.file)
		for _, k := range tt.keys {
			if k[0] == ':' {
				d.press(":").typed(k[1:]).press("Enter")
			} else {
				d.press(k)
			}
		}
		d.has(tt.want)
	}
	d := show(t, 120, 40, options(), "../../pcaps/mass_send_30.pcap").press("j", "j")
	was := d.list().cursor
	if d.press("2", "3", "5", "4", "1"); d.list().cursor != was {
		t.Errorf("message %d is selected, want %d: the third receiver", d.list().cursor, was)
	}
}

// TestFilterInEveryView: a filter counts for connections too; where it cannot,
// that is said.
func TestFilterInEveryView(t *testing.T) {
	d := show(t, 120, 40, options(), "../../pcaps/two_conns_30.pcap").press("4", "j", "F").has("conn.id == 2").has("1 of 2")
	if l := d.list(); l.len(d.s) != 1 || d.s.live[l.entry(d.s, 0)-1].ID != 2 {
		t.Errorf("%d connections are left", l.len(d.s))
	}
	d.press("5").has("not applied: figures are of everything").press("4", "F").lacks("1 of 2").press("5", "F").has("no connection is selected").lacks("conn.id")
	d.press("4", "f").typed("max_in_flight").press("Enter").has("2 of 2")
}

// TestConnectionsEnterAndLeave: connections are judged again as they change.
func TestConnectionsEnterAndLeave(t *testing.T) {
	s := NewStore(cmpp.Protocol, 0)
	d := sit(t, 120, 40, options(), s)
	d.press("4", "f").typed(`"close":"fin"`).press("Enter")
	n := 0
	feedSource(t, tracktest.SinkFunc(func(e *track.Event) {
		s.Event(e)
		if n++; n == 20 {
			d.settle().has("0 of 1")
		}
	}), source(t, reports))
	time.Sleep(pace)
	d.tick()
	d.settle().has("1 of 1")
}

// TestFlatViews: where one pane has all the room, a view is shown by its key out
// of every pane.
func TestFlatViews(t *testing.T) {
	d := show(t, 40, 10, options(), reports)
	for _, pane := range [][]string{{}, {"Enter"}, {"Enter", "Enter"}, {"Enter", "Enter", "Enter"}} {
		d.press("1", "Esc").press(pane...).press("4").has("Conn SP_Id").press("2").has("SUBMIT").press(pane...).press("3").has("Conn PDU")
	}
}

// TestLongError: an error of the input leaves room for what was read.
func TestLongError(t *testing.T) {
	d := show(t, 80, 24, options(), reports)
	d.s.packets = 79
	d.s.End(errors.New("/captures/of/last/night/and/the/one/before/gateway.pcap: packet 80 is cut off after 12 of 96 bytes: the file ends there"))
	d.settle().has("!/captures/of/").has("79 packets  66 PDUs").has("1M")
}

// TestSourceOnTop: the source is named at every width that has room for it.
func TestSourceOnTop(t *testing.T) {
	for _, w := range []int{80, 100, 110, 120, 200} {
		show(t, w, 24, options(), reports).has("test.pcap")
	}
}

// ttyScreen is a screen with a terminal behind it.
type ttyScreen struct {
	tcell.SimulationScreen
	tty terminal
}

func (s *ttyScreen) Tty() (tcell.Tty, bool) { return &s.tty, true }

// terminal keeps what is sent to it.
type terminal struct {
	tcell.Tty
	sent strings.Builder
}

func (t *terminal) Write(b []byte) (int, error) { return t.sent.Write(b) }

// TestCopier: what is said to be copied was sent to a terminal that takes it.
func TestCopier(t *testing.T) {
	const sent = "\x1b]52;c;eA==\x1b\\"
	for _, tt := range []struct {
		term string
		tmux bool
		want bool
	}{{"xterm-256color", false, true}, {"tmux-256color", true, true}, {"screen-256color", true, true},
		{"screen-256color", false, false}, {"linux", false, false}, {"vt220", false, false}, {"no such terminal", false, false}} {
		sim := tcell.NewSimulationScreen("UTF-8")
		if err := sim.Init(); err != nil {
			t.Fatal(err)
		}
		scr := &ttyScreen{SimulationScreen: sim}
		err := Copier(scr, tt.term, tt.tmux)([]byte("x"))
		got := string(sim.GetClipboardData()) == "x" || scr.tty.sent.String() == sent
		if got != tt.want || (err == nil) != tt.want {
			t.Errorf("%v: %v, %q", tt, err, scr.tty.sent.String())
		}
		sim.Fini()
	}
	o := options()
	o.Copy = func([]byte) error { return errors.New("TERM=linux") }
	show(t, 120, 40, o, reports).press("y").has("not copied").has("TERM=linux")
}

// TestStartIsTheSame: however fast a file is read, it opens the same.
func TestStartIsTheSame(t *testing.T) {
	for _, file := range shipped(t) {
		s := NewStore(cmpp.Protocol, 0)
		d := sit(t, 120, 40, options(), s)
		n := 0
		feedSource(t, tracktest.SinkFunc(func(e *track.Event) {
			s.Event(e)
			if n++; n%5 == 0 {
				d.draw()
			}
		}), source(t, file))
		s.End(nil)
		got, want := d.settle().text(), show(t, 120, 40, options(), file).text()
		if got != want {
			t.Fatalf("%s read slowly:\n%s\nat once:\n%s", file, got, want)
		}
	}
}
