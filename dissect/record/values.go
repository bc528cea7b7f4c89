package record

import (
	"slices"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// values are those of the enumerated names.
func values(p *dissect.Protocol) map[string][]string {
	commands, actions := commandNames(p)
	notes, severities := noteNames()
	encodings := names(sms.ASCII, sms.Encodings)
	return map[string][]string{
		"schema":                   {Schema},
		"event.dataset":            datasets(p),
		"event.action":             append(actions, dissect.MT.String(), dissect.MO.String()),
		"event.outcome":            {"success", "failure", "unknown"},
		"network.transport":        {"tcp"},
		"network.protocol":         {p.Name},
		"conn.dir":                 names(reassembly.C2S, 2),
		"conn.sp_side":             sides[:],
		"conn.close":               names(reassembly.CaptureEnded, int(reassembly.Evicted)+1),
		"conn.closed_by":           sides[:],
		"conn.terminate":           {sides[0], sides[1], "both"},
		p.Name + ".version":        p.Versions[:],
		p.Name + ".version_source": names(dissect.FromLength, int(dissect.FromFlag)),
		p.Name + ".command":        commands,
		"txn.state":                names(track.State(0), track.States),
		"msg.state":                names(track.MsgState(0), track.MsgStates),
		"sms.direction":            names(dissect.MT, 3),
		"sms.encoding":             encodings,
		"sms.guess.encoding":       encodings,
		"gap.kind":                 names(dissect.Missing, 2),
		"expert.id":                notes,
		"expert.severity":          severities,
	}
}

// names are the names of n values that follow each other.
func names[T interface {
	~uint8
	String() string
}](first T, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = (first + T(i)).String()
	}
	return list
}

// datasets are the values of event.dataset.
func datasets(p *dissect.Protocol) []string {
	var list []string
	for _, v := range viewNames {
		list = append(list, p.Name+"."+v.dataset)
	}
	return append(list, p.Name+".verdict")
}

// commandNames are all names of commands, and those as event.action has them.
func commandNames(p *dissect.Protocol) (commands, actions []string) {
	add := func(name string) {
		if name != "" && !slices.Contains(commands, name) {
			commands = append(commands, name)
			actions = append(actions, strings.ToLower(name[len(p.Title)+1:]))
		}
	}
	for _, c := range p.Commands {
		add(c.Name)
		for _, name := range c.Names {
			add(name)
		}
	}
	return commands, actions
}

// noteNames are the ids of all expert notes, and their severities.
func noteNames() (ids, severities []string) {
	for _, n := range append(dissect.Notes[:len(dissect.Notes):len(dissect.Notes)], track.Notes...) {
		ids = append(ids, n.ID)
	}
	return ids, names(dissect.Chat, int(dissect.Fault)+1)
}
