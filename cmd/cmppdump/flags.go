package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/record"
	"cmppdump/dissect/stats"
	"cmppdump/render"
	"cmppdump/render/why"
	"cmppdump/spell"

	"github.com/spf13/pflag"
)

// config is what the command line says.
type config struct {
	read        []string
	interfaces  []string
	list        bool // -D
	snapLen     int
	noPromisc   bool
	bufferKiB   int
	immediate   bool
	user        string
	filter      string
	form        string // -T
	view        string
	quiet       bool
	raw         bool
	timeForm    string
	utc         bool
	packets     uint64
	pdus        uint64
	versionName string
	decodeAs    []string
	color       string

	exactBPF, dumpBPF bool
	noDedup           bool

	displayText string // -Y
	expandName  string

	columnNames []string
	tree, hex   bool
	langName    string

	responseTimeout time.Duration
	reportTimeout   time.Duration
	statsInterval   time.Duration
	statNames       []string // -z
	window          int
	failTexts       []string // --fail-on
	maxMemText      string

	out       string
	outRotate string
	outSize   int64
	outCount  int

	write         string
	rotateText    string
	rotateBytes   int64
	rotateSeconds int
	rotateFiles   int
	ringText      string
	ring          capture.KeepOptions

	since, until string
	secretFile   string

	query *why.Query // of the command why

	// by complete:
	views   record.View
	display *filter.Filter // of -Y, or nil
	expand  record.View    // of --expand, or 0
	stats   []stats.Spec
	failOn  []*stats.Condition
	shown   int // of stats, the first so many are shown
	maxMem  int64
	table   *record.Table
	columns []*record.Field
	lang    render.Lang
	version dissect.Version
	secrets dissect.Secrets
	period  period
	ports   []uint16 // of the protocol, by -d
	vxlan   []uint16 // of VXLAN, by -d
	times   render.TimeForm
}

func newConfig() *config { return &config{} }

// flags declares the flags; --help, completion and the man page go by it.
func (c *config) flags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringArrayVarP(&c.interfaces, "interface", "i", nil, "capture live on `IF`, such as eth0, lo or any; repeatable")
	f.StringArrayVarP(&c.read, "read", "r", nil, "read `FILE`, pcap or pcapng, plain or gzip, zstd, lz4; - is stdin; repeatable, directories and globs too: merged in time order")
	f.StringVarP(&c.form, "type", "T", "text", "output as `FORM`: text, json, fields or csv (with -e), live (a screen to look around in)")
	f.StringArrayVarP(&c.columnNames, "field", "e", nil, "a column of -T fields or csv: `NAME` of a field, see cmppdump fields; repeatable, or several with commas")
	f.BoolVarP(&c.tree, "verbose", "V", false, "every field of each PDU, with its place, value and meaning; of each message, with --view msg, what went to and fro")
	f.BoolVarP(&c.hex, "hex", "x", false, "the octets of each PDU")
	f.StringVar(&c.view, "view", "", "what a row or record is, `VIEW`: pdu (default), txn (request and response), msg (message, SUBMIT to report; default with -T live) or conn; several with commas")
	f.StringVarP(&c.displayText, "display-filter", "Y", "", "show only what `EXPR` holds for, by the names of cmppdump fields: 'cmpp.result != 0', 13800001234; -w then writes only its packets")
	f.StringVar(&c.expandName, "expand", "", "with each hit of -Y show all of its `UNIT`: transaction, message or connection; files only, which are read twice")
	f.StringVar(&c.out, "out", "", "write the rows or records to `FILE` instead of stdout; opened anew on HUP")
	f.StringVar(&c.outRotate, "out-rotate", "", "start --out anew at a size and keep so many old ones: `SIZE,N`, such as 500M,20")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "no rows, only the summary")
	f.BoolVar(&c.raw, "json-raw", false, "add cmpp.msg_content, the octets of the message, to JSON records")
	f.StringVarP(&c.timeForm, "time", "t", "", "time `FORM`: a time, ad date and time, d since the row before, r since the first, e since 1970, ud UTC date and time; default date, time and offset")
	f.BoolVar(&c.utc, "utc", false, "times in UTC instead of the local time zone")
	f.BoolVarP(&c.list, "list-interfaces", "D", false, "list the interfaces that -i knows, and stop")
	f.IntVarP(&c.snapLen, "snapshot-length", "s", 0, "live: keep at most `N` bytes of a packet; default 262144, which is all")
	f.BoolVarP(&c.noPromisc, "no-promiscuous-mode", "p", false, "live: leave the interface as it is")
	f.IntVarP(&c.bufferKiB, "buffer-size", "B", 8192, "live: buffer of the kernel for each interface, `KiB`")
	f.BoolVar(&c.immediate, "immediate-mode", false, "live: packets within 1 ms instead of 10, at the price of more processor time")
	f.StringVarP(&c.user, "relinquish-privileges", "Z", "", "live: become `USER` once the interfaces are open")
	f.StringVarP(&c.write, "write", "w", "", "write the packets that pass the capture filter to `FILE`: pcapng with the PDUs named in comments, pcap by the suffix .pcap, compressed by .zst or .gz; - is stdout, without rows")
	f.StringVarP(&c.rotateText, "file-size", "C", "", "start the next file of -w after so many `MILLIONS` of bytes")
	f.IntVarP(&c.rotateSeconds, "rotate-seconds", "G", 0, "start the next file of -w after `SECONDS`; the name may hold strftime codes")
	f.IntVarP(&c.rotateFiles, "file-count", "W", 0, "`N` files of -w at most, as tcpdump counts them")
	f.StringVar(&c.ringText, "ring", "", "keep the newest files of -w: `SIZE|TIME` of all together, such as 20G or 48h")
	f.StringVar(&c.since, "since", "", "only packets from `TIME` on: 2026-11-22T02:10:00+08:00, 02:10, or -15m before the end of the capture")
	f.StringVar(&c.until, "until", "", "only packets up to `TIME`; a live capture stops then")
	f.Uint64VarP(&c.packets, "count", "c", 0, "stop after `N` packets")
	f.Uint64Var(&c.pdus, "pdus", 0, "stop after `N` PDUs")
	f.StringVar(&c.versionName, "cmpp-version", "", "take every PDU for CMPP `VERSION` 2.0, 2.1 or 3.0 instead of detecting it")
	f.BoolVar(&c.exactBPF, "exact-bpf", false, "the capture filter means just what libpcap means by it: ports do not match inside VLAN tags and later IP fragments")
	f.BoolVar(&c.dumpBPF, "dump-bpf", false, "print the program that the capture filter compiles to, and stop")
	f.StringVar(&c.secretFile, "secret-file", "", "check the authenticators of logins by the shared secrets in `FILE`: lines of SP_Id and secret")
	f.StringArrayVarP(&c.decodeAs, "decode-as", "d", nil, "`tcp.port==N,cmpp`: this port carries CMPP, whatever it looks like; udp.port==N,vxlan: this one carries VXLAN; repeatable")
	f.BoolVar(&c.noDedup, "no-dedup", false, "take copies of a packet, as mirror ports and -i any make them, for retransmissions")
	f.DurationVar(&c.responseTimeout, "response-timeout", time.Minute, "a request without a response for `DURATION` counts as unanswered, in capture time")
	f.DurationVar(&c.reportTimeout, "report-timeout", 72*time.Hour, "a message without a report for `DURATION` has none, in capture time")
	f.StringArrayVarP(&c.statNames, "statistics", "z", nil, "tables at the end: `NAME[,INTERVAL][,by=KEY]`, repeatable; "+statNamesHelp()+"; KEY is "+strings.Join(stats.Keys(), ", "))
	f.IntVar(&c.window, "window", 0, "how many requests may be open on a connection by contract, `N`: more are noted")
	f.StringArrayVar(&c.failTexts, "fail-on", nil, "end with exit status 3 if a figure of -z is so, `EXPR`: 'srt.p99 > 500ms' of the row for all, 'any srt.p99 > 500ms' of any row; the columns are those of the records; repeatable")
	f.DurationVar(&c.statsInterval, "stats-interval", 0, "every `DURATION` of capture time, what was counted since, tables of -z included: a record with -T json, else on stderr")
	f.StringVar(&c.maxMemText, "max-mem", "512M", "what connections, open requests and messages may take of memory: `SIZE`, such as 64M or 2G")
	f.StringVar(&c.langName, "lang", "", "`LANG` of meanings: en or zh; default by the environment")
	f.StringVar(&c.color, "color", "auto", "colour rows: `WHEN` auto, always or never")
	f.BoolP("help", "h", false, "this text")
	f.Bool("version", false, "the program's version")
	for _, s := range [...]string{"n", "U", "l", "K"} {
		name := map[string]string{"n": "no-names", "U": "packet-buffered", "l": "line-buffered", "K": "no-checksums"}[s]
		f.CountP(name, s, "accepted for tcpdump's sake: it is what cmppdump does")
		f.Lookup(name).Hidden = true
	}
}

// complete checks the flags, and splits the positional words into inputs and
// the capture filter.
func (c *config) complete(args []string) error {
	c.positional(args)
	switch {
	case c.list, c.dumpBPF:
	case len(c.interfaces) > 0 && len(c.read) > 0:
		return usage("-i captures live and -r reads files: one of the two")
	case len(c.interfaces) == 0 && len(c.read) == 0 && c.filter != "":
		return c.noInput(args[0])
	case len(c.interfaces) == 0 && len(c.read) == 0:
		return usage("no input: say -i IF to capture live or -r FILE to read a capture; -D lists the interfaces, --help has examples")
	}
	for _, check := range []func() error{c.checkForm, c.checkLive, c.checkViews, c.checkOut, c.checkWrite, c.checkColumns, c.checkDisplay, c.checkLang, c.checkLimits, c.checkStats, c.checkVersion, c.checkPorts, c.checkPeriod, c.readSecrets} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// noInput says what is missing, given the first positional word.
func (c *config) noInput(word string) error {
	if _, err := os.Stat(word); err == nil {
		return usage("%s is a file: say -r %s, or ./%s", word, word, word)
	}
	if strings.ContainsAny(word, "./") && !strings.Contains(c.filter, " ") {
		return usage("%s: no such file", word)
	}
	return usage("no input: say -i IF to capture live or -r FILE to read a capture (%q was taken for a capture filter)", c.filter)
}

func (c *config) positional(args []string) {
	for len(args) > 0 && strings.ContainsAny(args[0], "./") {
		if _, err := os.Stat(args[0]); err != nil {
			break
		}
		c.read, args = append(c.read, args[0]), args[1:]
	}
	c.filter = strings.Join(args, " ")
}

func (c *config) checkForm() (err error) {
	if err := oneOf("-T", c.form, "text", "json", "fields", "csv", liveForm); err != nil {
		return err
	}
	if err := oneOf("--color", c.color, "auto", "always", "never"); err != nil {
		return err
	}
	if c.times, err = render.ParseTimeForm(c.timeForm); err != nil {
		return usageError{err}
	}
	return nil
}

// views are the values of --view.
var views = []struct {
	name string
	view record.View
}{{"pdu", record.PDU | record.Gap}, {"txn", record.Txn}, {"msg", record.Msg}, {"conn", record.Conn}}

func (c *config) checkViews() error {
	switch {
	case c.view != "":
	case c.form == liveForm:
		c.view = "msg"
	default:
		c.view = "pdu"
	}
	for _, word := range strings.Split(c.view, ",") {
		found := false
		for _, v := range views {
			if v.name == word {
				c.views |= v.view
				found = true
			}
		}
		if !found {
			return usage("--view %s: must be pdu, txn, msg, conn, or several of them with commas", c.view)
		}
	}
	return nil
}

// checkColumns resolves the names of -e.
func (c *config) checkColumns() error {
	c.table = newTable()
	columns := c.form == "fields" || c.form == "csv"
	switch {
	case len(c.columnNames) > 0 && !columns:
		return usage("-e names columns of -T fields or -T csv; say which")
	case len(c.columnNames) == 0 && columns:
		return usage("-T %s needs columns: -e NAME for each, such as -e frame.last -e cmpp.command -e sms.text (cmppdump fields lists all)", c.form)
	}
	for _, names := range c.columnNames {
		for _, name := range strings.Split(names, ",") {
			f := c.table.Lookup(name)
			if f == nil {
				return usage("-e %s: no such field%s (cmppdump fields lists all)", name, didYouMean(spell.Nearest(name, c.table.Names())))
			}
			c.columns = append(c.columns, f)
		}
	}
	return nil
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// checkLang follows --lang, else what the environment says of messages.
func (c *config) checkLang() error {
	name := c.langName
	if name == "" {
		for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
			if name = os.Getenv(v); name != "" {
				break
			}
		}
		if strings.HasPrefix(name, "zh") {
			c.lang = render.Chinese
		}
		return nil
	}
	if name == "zh" {
		c.lang = render.Chinese
	}
	return oneOf("--lang", name, "en", "zh")
}

func (c *config) checkLimits() error {
	if c.responseTimeout <= 0 {
		return usage("--response-timeout %s: must be longer than 0, such as 60s", c.responseTimeout)
	}
	if c.reportTimeout <= 0 {
		return usage("--report-timeout %s: must be longer than 0, such as 72h", c.reportTimeout)
	}
	if c.statsInterval < 0 {
		return usage("--stats-interval %s: must be longer than 0, such as 60s", c.statsInterval)
	}
	n, ok := parseSize(c.maxMemText)
	if !ok {
		return usage("--max-mem %s: must be a size such as 64M or 2G", c.maxMemText)
	}
	c.maxMem = n
	return nil
}

func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if a == value {
			return nil
		}
	}
	last := len(allowed) - 1
	return usage("%s %s: must be %s or %s", flag, value, strings.Join(allowed[:last], ", "), allowed[last])
}

func (c *config) checkVersion() error {
	c.version = dissect.NoVersion
	if c.versionName == "" {
		return nil
	}
	for v, name := range cmpp.Protocol.Versions {
		if name == c.versionName {
			c.version = dissect.Version(v)
			return nil
		}
	}
	return usage("--cmpp-version %s: must be %s", c.versionName, strings.Join(cmpp.Protocol.Versions[:], ", "))
}

func (c *config) checkPorts() error {
	for _, d := range c.decodeAs {
		where, what, _ := strings.Cut(strings.ReplaceAll(d, " ", ""), ",")
		field, port, _ := strings.Cut(where, "==")
		n, err := strconv.ParseUint(port, 10, 16)
		switch {
		case err == nil && n != 0 && field == "tcp.port" && what == cmpp.Protocol.Name:
			c.ports = append(c.ports, uint16(n))
		case err == nil && n != 0 && field == "udp.port" && what == "vxlan":
			c.vxlan = append(c.vxlan, uint16(n))
		default:
			return usage("-d %s: must be tcp.port==N,%s or udp.port==N,vxlan", d, cmpp.Protocol.Name)
		}
	}
	return nil
}

func (c *config) zone() *time.Location {
	if c.utc {
		return time.UTC
	}
	return time.Local
}
