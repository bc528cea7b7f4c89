package dissect

import "bytes"

// looksLike names what a stream that is not ours starts with, or is empty.
func looksLike(b []byte) string {
	for _, p := range []struct{ prefix, name string }{
		{"\x16\x03", "TLS"}, {"PROXY ", "a PROXY preface"}, {"\r\n\r\n\x00\r\nQUIT\n", "a PROXY preface"},
		{"GET ", "HTTP"}, {"POST ", "HTTP"}, {"HEAD ", "HTTP"}, {"PUT ", "HTTP"}, {"OPTIONS ", "HTTP"},
		{"HTTP/", "HTTP"}, {"PRI * HTTP/2", "HTTP/2"}, {"SSH-", "SSH"}, {"220 ", "SMTP or FTP"}, {"*1\r\n", "Redis"},
	} {
		if bytes.HasPrefix(b, []byte(p.prefix)) {
			return p.name
		}
	}
	return ""
}
