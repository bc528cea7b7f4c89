package main

import (
	"io"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/stats"

	"github.com/spf13/cobra"
)

// completionCommand is cmppdump completion: the script that a shell loads.
func completionCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish",
		Short:     subTexts["completion"][lang.English],
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(_ *cobra.Command, args []string) error {
			status := 0
			root := rootCommand(&status, nil, nil, stdout, stdout)
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(stdout, true)
			case "zsh":
				return root.GenZshCompletion(stdout)
			}
			return root.GenFishCompletion(stdout, true)
		},
	}
}

// completions says what may stand behind the flags, if a shell asks. cobra keeps
// it in a global table, and with it the flags and all that they set.
func completions(cmd *cobra.Command, args []string) {
	if len(args) == 0 || args[0] != cobra.ShellCompRequestCmd && args[0] != cobra.ShellCompNoDescRequestCmd {
		return
	}
	fixed := map[string][]string{
		"type": {"text", "json", "fields", "csv", liveForm}, "view": {"pdu", "txn", "msg", "conn"}, "color": {"auto", "always", "never"},
		"time": {"a", "ad", "d", "r", "e", "ud"}, "lang": {"en", "zh"}, "cmpp-version": cmpp.Protocol.Versions[:],
		"expand": {"transaction", "message", "connection"},
	}
	for flag, values := range fixed {
		complete(cmd, flag, func() []string { return values })
	}
	complete(cmd, "statistics", stats.Names)
	complete(cmd, "field", func() []string { return newTable().Names() })
	completeWith(cmd, "display-filter", completeDisplay)
}

// completeDisplay offers how an expression can go on. The shell wants all of it.
func completeDisplay(_ *cobra.Command, _ []string, expr string) ([]string, cobra.ShellCompDirective) {
	var list []string
	for _, c := range filter.Complete(newTable(), expr, len(expr)) {
		list = append(list, expr[:c.Start]+c.Text+"\t"+c.Doc)
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
}

func complete(cmd *cobra.Command, flag string, values func() []string) {
	completeWith(cmd, flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
}

func completeWith(cmd *cobra.Command, flag string, offer cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, offer); err != nil {
		panic(err) // no such flag: a fault of the program
	}
}
