package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"

	"github.com/spf13/cobra"
)

// fieldsCommand is cmppdump fields: the reference, printed from the tables that
// the program itself goes by.
func fieldsCommand(stdout io.Writer) *cobra.Command {
	var schema, expert bool
	cmd := &cobra.Command{
		Use:   "fields",
		Short: subTexts["fields"][lang.English],
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case schema:
				return printSchema(stdout)
			case expert:
				return printNotes(stdout)
			}
			return printFields(stdout)
		},
	}
	cmd.Flags().BoolVar(&schema, "json-schema", false, flagTexts["json-schema"][lang.English])
	cmd.Flags().BoolVar(&expert, "expert", false, flagTexts["expert"][lang.English])
	return cmd
}

func printFields(w io.Writer) error {
	t := newTable()
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "field\ttype\tviews\tmeaning")
	row := func(f *record.Field) { fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", f.Name, f.TypeName(), f.ViewNames(), f.Doc) }
	for i := range t.Fields {
		row(&t.Fields[i])
		for j := range t.Fields[i].Elem {
			row(&t.Fields[i].Elem[j])
		}
	}
	return tw.Flush()
}

func printSchema(w io.Writer) error {
	b, err := newTable().AppendSchema(nil)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// notes are the expert notes of all packages.
func notes() []*dissect.NoteSpec {
	return append(append([]*dissect.NoteSpec{}, dissect.Notes...), track.Notes...)
}

func printNotes(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "note\tseverity\tmeaning")
	for _, n := range notes() {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", n.ID, n.Severity, n.Doc)
	}
	return tw.Flush()
}
