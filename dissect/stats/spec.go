package stats

import (
	"slices"
	"strings"
	"time"

	"cmppdump/dissect/lang"
)

// Key is what figures are grouped by.
type Key uint8

// The keys.
const (
	None Key = iota
	Conn
	SP
	Service
	SrcID
	Gateway
	Signature
	Prefix3
	Prefix7
)

var keyNames = [...]string{None: "", Conn: "conn", SP: "sp", Service: "service", SrcID: "src_id", Gateway: "gateway",
	Signature: "signature", Prefix3: "prefix3", Prefix7: "prefix7"}

// Spec is one -z.
type Spec struct {
	Text     string // as typed
	Name     string
	Interval int64 // ns; 0: none
	By       Key
}

// kind is one NAME of -z.
type kind struct {
	name string
	doc  lang.Text
	// grouped: INTERVAL and by=KEY may follow. by and interval are what they
	// are if they do not.
	grouped  bool
	by       Key
	interval int64
	messages bool // needs messages to be followed
	reports  bool // needs them for the signatures of reports
	pending  bool // and those that wait
	make     func(*Set, Spec) stat
}

// kinds are all of them, in the order of the help.
var kinds = []kind{
	{name: "conv", doc: lang.Text{"connections", "连接"}, make: newConv},
	{name: "srt", doc: lang.Text{"response times", "应答时间"}, grouped: true, by: Conn, reports: true, make: newSRT},
	{name: "results", doc: lang.Text{"Result and Stat, with their meanings", "Result 和 Stat 及其含义"}, grouped: true, reports: true, make: newResults},
	{name: "io", doc: lang.Text{"PDUs and requests over time", "PDU 和请求随时间的变化"}, grouped: true, interval: 1e9, make: newIO},
	{name: "window", doc: lang.Text{"requests in flight", "未应答的请求"}, make: newWindow},
	{name: "reports", doc: lang.Text{"report rates and delays", "状态报告率和延迟"}, grouped: true, by: SP, messages: true, pending: true, make: newReports},
	{name: "blame", doc: lang.Text{"whose time answers take", "应答时间花在哪一方"}, make: newBlame},
	{name: "flow", doc: lang.Text{"flow control against the rate of sending", "流量控制与发送速度"}, grouped: true, by: SP, make: newFlow},
	{name: "expert", doc: lang.Text{"expert notes", "专家提示"}, messages: true, pending: true, make: newExpert},
	{name: "sp", doc: lang.Text{"messages by account and service", "按账号和业务统计短信"}, messages: true, pending: true, make: newSP},
	{name: "signature", doc: lang.Text{"messages by text", "按签名统计短信"}, messages: true, pending: true, make: newSignature},
}

// Kinds tells the names of -z and what each shows.
func Kinds(tell func(name string, doc lang.Text)) {
	for i := range kinds {
		tell(kinds[i].name, kinds[i].doc)
	}
}

// Names are the names of -z.
func Names() (names []string) {
	Kinds(func(name string, _ lang.Text) { names = append(names, name) })
	return names
}

// Keys are the keys of by=.
func Keys() []string { return keyNames[1:] }

func findKind(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}

// UnknownName is the error of a name that there is not; Names has those that
// there are.
type UnknownName struct {
	Text, Name string
	Names      []string
}

// Error says what is wrong, without what was probably meant.
func (u *UnknownName) Error() string { return u.Said()[lang.English] }

// Said implements lang.Said.
func (u *UnknownName) Said() lang.Text {
	return said.With("%s: there is no %s, only %s", u.Text, u.Name, enumerate(u.Names, "and"))
}

// Parse reads NAME[,INTERVAL][,by=KEY].
func Parse(text string) (Spec, error) {
	name, rest, more := strings.Cut(text, ",")
	k := findKind(name)
	if k == nil {
		return Spec{}, &UnknownName{text, name, Names()}
	}
	s := Spec{Text: text, Name: name, By: k.by, Interval: k.interval}
	if more && !k.grouped {
		return s, said.Errorf("%s: nothing may follow %s (an interval and by=KEY may follow %s)", text, name, enumerate(groupedNames(), "and"))
	}
	for more {
		var word string
		word, rest, more = strings.Cut(rest, ",")
		if err := s.option(word); err != nil {
			return s, err
		}
	}
	return s, nil
}

func groupedNames() (names []string) {
	for i := range kinds {
		if kinds[i].grouped {
			names = append(names, kinds[i].name)
		}
	}
	return names
}

// option takes an interval or by=KEY.
func (s *Spec) option(word string) error {
	if key, ok := strings.CutPrefix(word, "by="); ok {
		i := slices.Index(keyNames[:], key)
		if i <= 0 {
			return &UnknownName{s.Text, key, Keys()}
		}
		s.By = Key(i)
		if s.Name == "flow" && s.By == Gateway {
			return said.Errorf("%s: the Msg_Id tells the gateway, and a refused SUBMIT gets none; by=sp or by=conn", s.Text)
		}
		return nil
	}
	d, err := time.ParseDuration(word)
	switch {
	case err != nil:
		return said.Errorf("%s: %q is no interval, such as 1m or 10s, and not by=KEY", s.Text, word)
	case d < 10*time.Millisecond:
		return said.Errorf("%s: an interval must be 10ms or longer", s.Text)
	}
	s.Interval = d.Nanoseconds()
	return nil
}

// ParseAll reads several -z. One name can be there only once, since records
// hold the figures by name.
func ParseAll(texts []string) (all []Spec, err error) {
	for _, text := range texts {
		s, err := Parse(text)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].Name == s.Name {
				return nil, said.Errorf("%s: %s is there twice; one of each name", text, s.Name)
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// enumerate lists words: "a, b or c".
func enumerate(words []string, last string) lang.Text {
	if len(words) < 2 {
		return said.Text(strings.Join(words, ""))
	}
	n := len(words) - 1
	return lang.Text{strings.Join(words[:n], ", ") + " " + last + " " + words[n], strings.Join(words, "、")}
}

// intervalName is the interval as people say it: second, minute, hour, 10s.
func intervalName(ns int64) string {
	switch time.Duration(ns) {
	case time.Second:
		return "second"
	case time.Minute:
		return "minute"
	case time.Hour:
		return "hour"
	}
	s := time.Duration(ns).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
