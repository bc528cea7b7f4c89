package track

import "cmppdump/reassembly"

// near is how many times as long the way to one end must be for the capture to
// count as taken near the other, and long the least that tells ends apart, ns:
// below it both ends are on one machine, or in one rack.
const (
	nearFactor = 4
	longWay    = 500e3
)

// Near is the end that the capture was taken near to, by how soon the ends
// acknowledge what passes: "client", "server" or "middle"; empty if that
// cannot be told.
func (c *Conn) Near() string {
	toServer, toClient := &c.Net[reassembly.C2S], &c.Net[reassembly.S2C]
	switch there, back := toServer.Shortest, toClient.Shortest; {
	case toServer.Trips == 0 || toClient.Trips == 0, max(there, back) < longWay:
		return ""
	case back*nearFactor <= there:
		return "client"
	case there*nearFactor <= back:
		return "server"
	}
	return "middle"
}
