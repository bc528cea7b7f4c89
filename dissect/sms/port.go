package sms

// The ports of WAP push.
const (
	PortWAPPush       = 2948
	PortWAPPushSecure = 2949
)

// PortName is what an application port is used for (C§7.4); "" if nothing is
// known of it.
func PortName(port int) string {
	switch port {
	case 226: // 8-bit
		return "vCard"
	case 228:
		return "vCalendar"
	case 2805:
		return "WTA"
	case 2923:
		return "WTA secure"
	case PortWAPPush:
		return "WAP push"
	case PortWAPPushSecure:
		return "WAP push secure"
	case 5503, 5505:
		return "ring tone"
	case 5506:
		return "operator logo"
	case 5507:
		return "CLI icon"
	case 5512:
		return "picture"
	case 5514:
		return "multipart picture"
	case 9200:
		return "WSP"
	case 9201:
		return "WSP session"
	case 9202:
		return "WSP secure"
	case 9203:
		return "WSP session secure"
	case 9204:
		return "vCard"
	case 9205:
		return "vCalendar"
	case 9206:
		return "vCard secure"
	case 9207:
		return "vCalendar secure"
	case 49996:
		return "OTA settings, SyncML"
	case 49999:
		return "OTA settings, browser"
	}
	return ""
}
