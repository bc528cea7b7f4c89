package dissect

import "bytes"

const tlsName = "TLS"

// looksLike names what the stream is, or is empty.
func (s *stream) looksLike() string {
	name := looksLike(s.head[:s.heads])
	switch {
	case s.tls:
		name = tlsName
	case s.alien != "":
		name = s.alien
	}
	switch {
	case s.proxy.Version == 0:
		return name
	case name == "":
		return "a PROXY preface"
	}
	return name + " behind a PROXY preface"
}

// looksLike names what a stream that is not ours starts with, or is empty.
func looksLike(b []byte) string {
	for _, p := range []struct{ prefix, name string }{
		{"\x16\x03", tlsName}, {"\x17\x03", tlsName},
		{"GET ", "HTTP"}, {"POST ", "HTTP"}, {"HEAD ", "HTTP"}, {"PUT ", "HTTP"}, {"OPTIONS ", "HTTP"},
		{"HTTP/", "HTTP"}, {"PRI * HTTP/2", "HTTP/2"}, {"SSH-", "SSH"}, {"220 ", "SMTP or FTP"}, {"*1\r\n", "Redis"},
	} {
		if bytes.HasPrefix(b, []byte(p.prefix)) {
			return p.name
		}
	}
	return ""
}
