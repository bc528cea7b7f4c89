package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"cmppdump/capture"
	"cmppdump/capture/spell"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/stats"
	"cmppdump/render"
	"cmppdump/render/why"

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

	maskKey, maskKeyFile string
	set                  *pflag.FlagSet

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
	mask    *render.Mask // nil: nothing is hidden
	drawn   string       // its key, if none was given
	period  period
	ports   []uint16 // of the protocol, by -d
	vxlan   []uint16 // of VXLAN, by -d
	times   render.TimeForm
}

func newConfig() *config { return &config{} }

// flags declares the flags; --help, completion and the man page go by it.
func (c *config) flags(f *pflag.FlagSet) {
	f.SortFlags = false
	c.set = f
	f.StringArrayVarP(&c.interfaces, "interface", "i", nil, "")
	f.StringArrayVarP(&c.read, "read", "r", nil, "")
	f.StringVarP(&c.form, "type", "T", "text", "")
	f.StringArrayVarP(&c.columnNames, "field", "e", nil, "")
	f.BoolVarP(&c.tree, "verbose", "V", false, "")
	f.BoolVarP(&c.hex, "hex", "x", false, "")
	f.StringVar(&c.view, "view", "", "")
	f.StringVarP(&c.displayText, "display-filter", "Y", "", "")
	f.StringVar(&c.expandName, "expand", "", "")
	f.StringVar(&c.out, "out", "", "")
	f.StringVar(&c.outRotate, "out-rotate", "", "")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "")
	f.BoolVar(&c.raw, "json-raw", false, "")
	f.StringVarP(&c.timeForm, "time", "t", "", "")
	f.BoolVar(&c.utc, "utc", false, "")
	f.BoolVarP(&c.list, "list-interfaces", "D", false, "")
	f.IntVarP(&c.snapLen, "snapshot-length", "s", 0, "")
	f.BoolVarP(&c.noPromisc, "no-promiscuous-mode", "p", false, "")
	f.IntVarP(&c.bufferKiB, "buffer-size", "B", 8192, "")
	f.BoolVar(&c.immediate, "immediate-mode", false, "")
	f.StringVarP(&c.user, "relinquish-privileges", "Z", "", "")
	f.StringVarP(&c.write, "write", "w", "", "")
	f.StringVarP(&c.rotateText, "file-size", "C", "", "")
	f.IntVarP(&c.rotateSeconds, "rotate-seconds", "G", 0, "")
	f.IntVarP(&c.rotateFiles, "file-count", "W", 0, "")
	f.StringVar(&c.ringText, "ring", "", "")
	f.StringVar(&c.since, "since", "", "")
	f.StringVar(&c.until, "until", "", "")
	f.Uint64VarP(&c.packets, "count", "c", 0, "")
	f.Uint64Var(&c.pdus, "pdus", 0, "")
	f.StringVar(&c.versionName, "cmpp-version", "", "")
	f.BoolVar(&c.exactBPF, "exact-bpf", false, "")
	f.BoolVar(&c.dumpBPF, "dump-bpf", false, "")
	f.StringVar(&c.secretFile, "secret-file", "", "")
	f.StringVar(&c.maskKey, "mask", "", "")
	f.Lookup("mask").NoOptDefVal = drawKey
	f.StringVar(&c.maskKeyFile, "mask-key-file", "", "")
	f.StringArrayVarP(&c.decodeAs, "decode-as", "d", nil, "")
	f.BoolVar(&c.noDedup, "no-dedup", false, "")
	f.DurationVar(&c.responseTimeout, "response-timeout", time.Minute, "")
	f.DurationVar(&c.reportTimeout, "report-timeout", 72*time.Hour, "")
	f.StringArrayVarP(&c.statNames, "statistics", "z", nil, "")
	f.IntVar(&c.window, "window", 0, "")
	f.StringArrayVar(&c.failTexts, "fail-on", nil, "")
	f.DurationVar(&c.statsInterval, "stats-interval", 0, "")
	f.StringVar(&c.maxMemText, "max-mem", "512M", "")
	f.StringVar(&c.langName, "lang", "", "")
	f.StringVar(&c.color, "color", "auto", "")
	f.BoolP("help", "h", false, "")
	f.Bool("version", false, "")
	for _, s := range [...]string{"n", "U", "l", "K"} {
		name := map[string]string{"n": "no-names", "U": "packet-buffered", "l": "line-buffered", "K": "no-checksums"}[s]
		f.CountP(name, s, "accepted for tcpdump's sake: it is what cmppdump does")
		f.Lookup(name).Hidden = true
	}
	f.VisitAll(func(x *pflag.Flag) {
		if x.Usage == "" {
			x.Usage = flagText(x, render.English)
		}
	})
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
	for _, check := range []func() error{c.checkForm, c.checkLive, c.checkViews, c.checkOut, c.checkWrite, c.checkColumns, c.checkDisplay, c.checkLang, c.checkLimits, c.checkStats, c.checkVersion, c.checkPorts, c.checkPeriod, c.readSecrets, c.checkMask} {
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

func didYouMean(name string) (t lang.Text) {
	if name == "" {
		return t
	}
	return said.With("; did you mean %s?", name)
}

// checkLang follows --lang, else what the environment says of messages.
func (c *config) checkLang() error {
	if c.langName == "" {
		c.lang = environmentLang()
		return nil
	}
	if c.langName == "zh" {
		c.lang = render.Chinese
	}
	return oneOf("--lang", c.langName, "en", "zh")
}

// environmentLang is the language that the environment says of messages.
func environmentLang() render.Lang {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if name := os.Getenv(v); name != "" {
			if strings.HasPrefix(name, "zh") {
				return render.Chinese
			}
			break
		}
	}
	return render.English
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
