package capture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// fileNames makes the names of the files of a Writer, as tcpdump does: the
// path, taken for a pattern of strftime(3) if files are started by time, a
// number behind it, and behind that the suffix of a compression.
type fileNames struct {
	pattern   string // without the suffix
	suffix    string // .zst, .gz or none
	dir, name []namePart
	digits    int // of the number, with zeros in front; 0: as many as it has, and no number 0
	zone      *time.Location
}

// namePart is a piece of a pattern.
type namePart struct {
	literal    string
	conversion *conversion // nil: the literal
}

// conversion is a conversion of strftime(3): a layout of time.Format, and what
// it gives, as a regular expression.
type conversion struct {
	letter  byte
	layout  string
	matches string
}

// conversions are those known in names. The layout of %s is made up: there is
// none.
var conversions = []conversion{
	{'Y', "2006", `\d{4}`},
	{'m', "01", `\d\d`},
	{'d', "02", `\d\d`},
	{'H', "15", `\d\d`},
	{'M', "04", `\d\d`},
	{'S', "05", `\d\d`},
	{'s', "", `\d{1,10}`},
	{'j', "002", `\d{3}`},
	{'y', "06", `\d\d`},
	{'F', "2006-01-02", `\d{4}-\d\d-\d\d`},
	{'T', "15:04:05", `\d\d:\d\d:\d\d`},
}

// newFileNames takes the path of complete options.
func newFileNames(o *WriteOptions) (*fileNames, error) {
	n := &fileNames{pattern: o.Path, zone: o.Zone}
	for _, p := range packers {
		if rest, ok := cutSuffixFold(o.Path, p.suffix); ok {
			n.pattern, n.suffix = rest, o.Path[len(rest):]
		}
	}
	if _, ok := cutSuffixFold(o.Path, ".lz4"); ok {
		return nil, said.Errorf("%s: lz4 is read, but not written: .zst and .gz are", o.Path)
	}
	dir, name := filepath.Split(n.pattern)
	if o.Every == 0 && o.Keep == (KeepOptions{}) {
		n.dir, n.name = []namePart{{literal: dir}}, []namePart{{literal: name}}
	} else if err := n.parse(o.Path, dir, name); err != nil {
		return nil, err
	}
	if o.Keep != (KeepOptions{}) && hasConversion(n.dir) {
		return nil, said.Errorf("%s: with --ring all files are in one directory: no %% in front of the last /", o.Path)
	}
	if o.MaxBytes > 0 && o.Files > 1 {
		n.digits = len(strconv.Itoa(o.Files - 1))
	}
	return n, nil
}

// cutSuffixFold is strings.CutSuffix for a suffix in lower case, which the path
// may have in upper case.
func cutSuffixFold(path, suffix string) (string, bool) {
	if !strings.HasSuffix(strings.ToLower(path), suffix) {
		return path, false
	}
	return path[:len(path)-len(suffix)], true
}

func (n *fileNames) parse(path, dir, name string) (err error) {
	if n.dir, err = parsePattern(dir); err == nil {
		n.name, err = parsePattern(name)
	}
	if err != nil {
		return said.Errorf("%s: %w", path, err)
	}
	return nil
}

// parsePattern splits a pattern into its pieces.
func parsePattern(s string) ([]namePart, error) {
	var parts []namePart
	for s != "" {
		literal, rest, found := strings.Cut(s, "%")
		if literal != "" {
			parts = append(parts, namePart{literal: literal})
		}
		if !found {
			break
		}
		part, err := parseConversion(rest)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		s = rest[1:]
	}
	return parts, nil
}

// parseConversion takes the letter behind a percent sign.
func parseConversion(s string) (namePart, error) {
	if strings.HasPrefix(s, "%") {
		return namePart{literal: "%"}, nil
	}
	known := ""
	for i := range conversions {
		c := &conversions[i]
		if s != "" && s[0] == c.letter {
			return namePart{conversion: c}, nil
		}
		known += " %" + string(c.letter)
	}
	return namePart{}, said.Errorf("%%%.1s is no part of a time that is known (there are%s, and %%%% for a percent sign)", s, known)
}

func hasConversion(parts []namePart) bool {
	for _, p := range parts {
		if p.conversion != nil {
			return true
		}
	}
	return false
}

// timed reports whether a name depends on the time.
func (n *fileNames) timed() bool { return hasConversion(n.dir) || hasConversion(n.name) }

// base is the name of a time, in nanoseconds since 1970, without number and
// suffix.
func (n *fileNames) base(t int64) string {
	at := time.Unix(0, t).In(n.zone)
	var b []byte
	for _, parts := range [][]namePart{n.dir, n.name} {
		for _, p := range parts {
			switch {
			case p.conversion == nil:
				b = append(b, p.literal...)
			case p.conversion.letter == 's':
				b = strconv.AppendInt(b, at.Unix(), 10)
			default:
				b = at.AppendFormat(b, p.conversion.layout)
			}
		}
	}
	return string(b)
}

// path is the whole name of a file.
func (n *fileNames) path(base string, number int) string {
	if number == 0 && n.digits == 0 {
		return base + n.suffix
	}
	return fmt.Sprintf("%s%0*d%s", base, n.digits, number, n.suffix)
}

// matcher matches the names that path makes, without the directory. The first
// group is the base, the second the number or empty.
func (n *fileNames) matcher() *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^(")
	for _, p := range n.name {
		if p.conversion == nil {
			b.WriteString(regexp.QuoteMeta(p.literal))
		} else {
			b.WriteString(p.conversion.matches)
		}
	}
	b.WriteString(`)([1-9]\d{0,8})?` + regexp.QuoteMeta(n.suffix) + "$")
	return regexp.MustCompile(b.String())
}

// directory is where the files are, as the user wrote it; empty for here.
func (n *fileNames) directory() string {
	dir, _ := filepath.Split(n.pattern)
	return dir
}

// probe checks that files can be made in the directory, by making one.
func (n *fileNames) probe() error {
	if hasConversion(n.dir) {
		return nil
	}
	dir := n.directory()
	f, err := os.CreateTemp(dir+".", ".cmppdump-*")
	if err != nil {
		return createError(n.pattern+n.suffix, withoutPath(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
