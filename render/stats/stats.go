// Package stats shows tables of figures.
package stats

import (
	"bytes"
	"strings"
	"time"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/render"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Options are how tables look.
type Options struct {
	// Width is the cells of a line of the terminal; 0: no terminal, nothing is
	// left out.
	Width int
	Zone  *time.Location
	Color bool
	Lang  render.Lang // of what is no figure
}

// Append appends tables, with a blank line between two.
func Append(dst []byte, sheets []record.Sheet, o Options) ([]byte, error) {
	for i := range sheets {
		if i > 0 {
			dst = append(dst, '\n')
		}
		var err error
		if dst, err = o.sheet(dst, &sheets[i]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (o *Options) sheet(dst []byte, s *record.Sheet) ([]byte, error) {
	g := newGrid(s, o)
	if title := g.title(); title != "" {
		dst = o.lines(dst, title, 0)
		if s.Spaced {
			dst = append(dst, '\n')
		}
	}
	if len(s.Rows) == 0 {
		return append(append(dst, sayNone[o.Lang]...), '\n'), nil
	}
	g.fit()
	table, err := g.draw()
	if err != nil {
		return dst, err
	}
	dst = o.table(dst, table, g)
	for _, sentence := range s.Closing {
		dst = o.lines(dst, sentence, closingIndent)
	}
	return dst, nil
}

// sayNone stands for the rows of a table without any.
var sayNone = lang.Text{"(none)", "（无）"}

// closingIndent is how far sentences below a table stand in.
const closingIndent = 2

// lines appends a sentence, wrapped at the width.
func (o *Options) lines(dst []byte, sentence string, indent int) []byte {
	text := render.AppendEscaped(nil, []byte(sentence))
	first := true
	for len(text) > 0 {
		n := len(text)
		if room := max(o.sentence()-indent, 20); render.Width(text) > room {
			n = render.FitWords(text, room)
		}
		dst = append(dst, strings.Repeat(" ", indent)...)
		dst = append(append(dst, text[:n]...), '\n')
		text = bytes.TrimLeft(text[n:], " ")
		if first {
			indent, first = indent+2, false
		}
	}
	return dst
}

// sentence is the cells of a line of sentences.
func (o *Options) sentence() int {
	if o.Width == 0 {
		return 100
	}
	return o.Width
}

// table appends a drawn table without the blanks at line ends, indented, and in
// colour where rows are marked.
func (o *Options) table(dst []byte, table string, g *grid) []byte {
	for i, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n") {
		line = strings.TrimRight(line, " ")
		if i == 1 {
			line = g.dashes(line)
		}
		style := render.Plain
		if o.Color {
			style = g.style(i)
		}
		if style != render.Plain {
			dst = render.AppendStyle(dst, style)
		}
		dst = append(dst, strings.Repeat(" ", g.sheet.Indent)...)
		dst = append(dst, line...)
		if style != render.Plain {
			dst = render.AppendStyle(dst, render.Plain)
		}
		dst = append(dst, '\n')
	}
	return dst
}

// longestDashes is how many dashes stand above texts that nothing cuts.
const longestDashes = 40

// dashes is the line below the headings, shorter where a text makes it long.
func (g *grid) dashes(line string) string {
	if last := &g.cols[len(g.cols)-1]; g.Width == 0 && last.width > longestDashes {
		return line[:len(line)-last.width+longestDashes]
	}
	return line
}

// draw has the table drawn: no borders, no wrapping, a line of dashes below the
// headings.
func (g *grid) draw() (string, error) {
	var out bytes.Buffer
	gap := strings.Repeat(" ", g.sheet.Gap)
	t := tablewriter.NewTable(&out,
		tablewriter.WithRenderer(renderer.NewBlueprint()),
		tablewriter.WithRendition(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbolCustom("gap").WithRow("-").WithColumn(gap).WithCenter(gap).WithMidLeft("").WithMidRight(""),
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: tw.Off, BetweenRows: tw.Off, BetweenColumns: tw.On},
				Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		}),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off), tablewriter.WithPadding(tw.PaddingNone),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: g.aligns()}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: g.aligns()}),
	)
	t.Header(g.headings())
	for i := range g.sheet.Rows {
		if err := t.Append(g.row(i)); err != nil {
			return "", err
		}
	}
	if err := t.Render(); err != nil {
		return "", err
	}
	return out.String(), nil
}
