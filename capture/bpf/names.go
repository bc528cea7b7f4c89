package bpf

import "strings"

// Ethernet types (IEEE 802 numbers).
const (
	etherIPv4   = 0x0800
	etherARP    = 0x0806
	etherRARP   = 0x8035
	etherIPv6   = 0x86dd
	etherMPLS   = 0x8847
	etherDECnet = 0x6003
	etherPPPoED = 0x8863
	etherPPPoES = 0x8864
	etherLLCMax = 1500 // up to here the field is a length, and LLC follows
)

// protocol is a protocol keyword.
type protocol struct {
	name   string
	ether  uint32 // its Ethernet type, if it runs on the link
	number uint32 // its IP protocol number, if it runs on IP
	over   uint8  // what it runs on
	// index: the fields can be read, as in tcp[13].
	index bool
}

const (
	overIPv4 uint8 = 1 << iota
	overIPv6
	overLink
	isLink // ether and its aliases: the link header itself
	isLLC  // known, not compiled
)

var protocols = [...]protocol{
	{name: "ip", ether: etherIPv4, over: overLink, index: true},
	{name: "ip6", ether: etherIPv6, over: overLink, index: true},
	{name: "arp", ether: etherARP, over: overLink, index: true},
	{name: "rarp", ether: etherRARP, over: overLink, index: true},
	{name: "tcp", number: 6, over: overIPv4 | overIPv6, index: true},
	{name: "udp", number: 17, over: overIPv4 | overIPv6, index: true},
	{name: "sctp", number: 132, over: overIPv4 | overIPv6, index: true},
	{name: "icmp", number: 1, over: overIPv4, index: true},
	{name: "icmp6", number: 58, over: overIPv6, index: true},
	{name: "igmp", number: 2, over: overIPv4, index: true},
	{name: "igrp", number: 9, over: overIPv4, index: true},
	{name: "pim", number: 103, over: overIPv4 | overIPv6, index: true},
	{name: "vrrp", number: 112, over: overIPv4, index: true},
	{name: "carp", number: 112, over: overIPv4, index: true},
	{name: "ah", number: 51, over: overIPv4 | overIPv6},
	{name: "esp", number: 50, over: overIPv4 | overIPv6},
	{name: "decnet", ether: etherDECnet, over: overLink, index: true},
	{name: "lat", ether: 0x6004, over: overLink, index: true},
	{name: "sca", ether: 0x6007, over: overLink, index: true},
	{name: "mopdl", ether: 0x6001, over: overLink, index: true},
	{name: "moprc", ether: 0x6002, over: overLink, index: true},
	{name: "ether", over: isLink, index: true},
	{name: "link", over: isLink, index: true},
	{name: "ppp", over: isLink, index: true},
	{name: "slip", over: isLink, index: true},
	{name: "fddi", over: isLink, index: true},
	{name: "tr", over: isLink, index: true},
	{name: "wlan", over: isLink, index: true},
	{name: "aarp", over: isLLC}, {name: "atalk", over: isLLC},
	{name: "iso", over: isLLC}, {name: "stp", over: isLLC},
	{name: "ipx", over: isLLC}, {name: "netbeui", over: isLLC},
	{name: "clnp", over: isLLC}, {name: "esis", over: isLLC},
	{name: "es-is", over: isLLC}, {name: "isis", over: isLLC},
	{name: "is-is", over: isLLC}, {name: "l1", over: isLLC},
	{name: "l2", over: isLLC}, {name: "iih", over: isLLC},
	{name: "lsp", over: isLLC}, {name: "snp", over: isLLC},
	{name: "csnp", over: isLLC}, {name: "psnp", over: isLLC},
}

// protocolOf finds a protocol keyword, or nil.
func protocolOf(name string) *protocol {
	for i := range protocols {
		if protocols[i].name == name {
			return &protocols[i]
		}
	}
	return nil
}

// named is a name for a number.
type named struct {
	name string
	n    uint32
}

func lookup(table []named, name string) (uint32, bool) {
	for _, e := range table {
		if e.name == name {
			return e.n, true
		}
	}
	return 0, false
}

// constants are the names that stand for numbers wherever one may be.
var constants = []named{
	{"tcpflags", 13},
	{"tcp-fin", 1}, {"tcp-syn", 2}, {"tcp-rst", 4}, {"tcp-push", 8},
	{"tcp-ack", 16}, {"tcp-urg", 32}, {"tcp-ece", 64}, {"tcp-cwr", 128},
	{"icmptype", 0}, {"icmpcode", 1}, {"icmp6type", 0}, {"icmp6code", 1},
	{"icmp-echoreply", 0}, {"icmp-unreach", 3}, {"icmp-sourcequench", 4},
	{"icmp-redirect", 5}, {"icmp-echo", 8}, {"icmp-routeradvert", 9},
	{"icmp-routersolicit", 10}, {"icmp-timxceed", 11}, {"icmp-paramprob", 12},
	{"icmp-tstamp", 13}, {"icmp-tstampreply", 14}, {"icmp-ireq", 15},
	{"icmp-ireqreply", 16}, {"icmp-maskreq", 17}, {"icmp-maskreply", 18},
	{"icmp6-destinationunreach", 1}, {"icmp6-packettoobig", 2},
	{"icmp6-timeexceeded", 3}, {"icmp6-parameterproblem", 4},
	{"icmp6-echo", 128}, {"icmp6-echoreply", 129},
	{"icmp6-multicastlistenerquery", 130}, {"icmp6-multicastlistenerreportv1", 131},
	{"icmp6-multicastlistenerdone", 132}, {"icmp6-routersolicit", 133},
	{"icmp6-routeradvert", 134}, {"icmp6-neighborsolicit", 135},
	{"icmp6-neighboradvert", 136}, {"icmp6-redirect", 137},
	{"icmp6-routerrenum", 138}, {"icmp6-nodeinformationquery", 139},
	{"icmp6-nodeinformationresponse", 140}, {"icmp6-ineighbordiscoverysolicit", 141},
	{"icmp6-ineighbordiscoveryadvert", 142}, {"icmp6-multicastlistenerreportv2", 143},
	{"icmp6-homeagentdiscoveryrequest", 144}, {"icmp6-homeagentdiscoveryreply", 145},
	{"icmp6-mobileprefixsolicit", 146}, {"icmp6-mobileprefixadvert", 147},
	{"icmp6-certpathsolicit", 148}, {"icmp6-certpathadvert", 149},
	{"icmp6-multicastrouteradvert", 151}, {"icmp6-multicastroutersolicit", 152},
	{"icmp6-multicastrouterterm", 153},
}

// etherNames are the names after `ether proto`.
var etherNames = []named{
	{"ip", etherIPv4}, {"ip6", etherIPv6}, {"arp", etherARP}, {"rarp", etherRARP},
	{"decnet", etherDECnet}, {"lat", 0x6004}, {"sca", 0x6007},
	{"mopdl", 0x6001}, {"moprc", 0x6002}, {"loopback", 0x9000},
}

// ipNames are the names after `proto`, as /etc/protocols has them.
var ipNames = []named{
	{"ip", 0}, {"icmp", 1}, {"igmp", 2}, {"ggp", 3}, {"ipencap", 4}, {"st", 5},
	{"tcp", 6}, {"egp", 8}, {"igp", 9}, {"udp", 17}, {"dccp", 33}, {"ipv6", 41},
	{"ipv6-route", 43}, {"ipv6-frag", 44}, {"rsvp", 46}, {"gre", 47}, {"esp", 50},
	{"ah", 51}, {"ipv6-icmp", 58}, {"ipv6-nonxt", 59}, {"ipv6-opts", 60},
	{"eigrp", 88}, {"ospf", 89}, {"ipip", 94}, {"etherip", 97}, {"pim", 103},
	{"ipcomp", 108}, {"vrrp", 112}, {"l2tp", 115}, {"sctp", 132}, {"udplite", 136},
}

// service is a port name. tcp and udp say for which of them it is registered.
type service struct {
	name     string
	port     uint32
	tcp, udp bool
}

// services are the port names known without /etc/services, registered for the
// same transports as there.
var services = [...]service{
	{"ftp-data", 20, true, false}, {"ftp", 21, true, false}, {"ssh", 22, true, false},
	{"telnet", 23, true, false}, {"smtp", 25, true, false}, {"time", 37, true, true},
	{"domain", 53, true, true}, {"bootps", 67, false, true}, {"bootpc", 68, false, true},
	{"tftp", 69, false, true}, {"http", 80, true, false}, {"www", 80, true, false},
	{"kerberos", 88, true, true}, {"pop3", 110, true, false}, {"sunrpc", 111, true, true},
	{"nntp", 119, true, false}, {"ntp", 123, false, true}, {"netbios-ns", 137, false, true},
	{"netbios-dgm", 138, false, true}, {"netbios-ssn", 139, true, false},
	{"imap2", 143, true, false}, {"imap", 143, true, false}, {"snmp", 161, true, true},
	{"snmp-trap", 162, true, true}, {"bgp", 179, true, false}, {"ldap", 389, true, true},
	{"https", 443, true, true}, {"microsoft-ds", 445, true, false},
	{"syslog", 514, true, true}, {"submission", 587, true, false},
	{"ldaps", 636, true, true}, {"rsync", 873, true, false}, {"imaps", 993, true, false},
	{"pop3s", 995, true, false}, {"mysql", 3306, true, false},
	{"postgresql", 5432, true, false}, {"sip", 5060, true, true},
	{"http-alt", 8080, true, false},
}

func serviceOf(name string) *service {
	for i := range services {
		if services[i].name == name {
			return &services[i]
		}
	}
	return nil
}

// keywords are the words with a case in parser.keyword, the likely ones first:
// when a typing error is as near to two, the first is suggested.
var keywords = []string{
	"port", "host", "net", "src", "dst", "portrange", "proto", "and", "or", "not",
	"vlan", "mpls", "less", "greater", "len", "length", "mask", "broadcast", "multicast",
	"inbound", "outbound", "ifindex", "pppoed", "pppoes",
	"gateway", "protochain", "llc", "geneve", "byte",
}

// foreign are the keywords of media and systems that no link type here has.
const foreign = " radio type subtype dir direction" +
	" addr1 addr2 addr3 addr4 address1 address2 address3 address4 ra ta" +
	" lane metac bcc oam oamf4 oamf4ec oamf4sc sc ilmic vpi vci connectmsg metaconnect" +
	" on ifname rset ruleset rnr rulenum srnr subrulenum reason action" +
	" fisu lssu lsu msu hfisu hlssu hmsu sio opc dpc sls hsio hopc hdpc hsls "

func isForeign(word string) bool {
	return strings.Contains(foreign, " "+word+" ")
}

func isKeyword(word string) bool {
	for _, k := range keywords {
		if k == word {
			return true
		}
	}
	return protocolOf(word) != nil || isForeign(word)
}
