package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"cmppdump/dissect/lang"
	"cmppdump/render"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The texts of --help, and of the manual page.
var (
	helpAbout = lang.Text{"cmppdump shows what is in CMPP traffic: every PDU, decoded and readable.",
		"cmppdump 显示 CMPP 流量中的内容：每个 PDU，解码成可读的形式。"}
	helpExamples = lang.Text{`  cmppdump -i any port 7890                     live, every PDU as it comes
  cmppdump -r saved.pcap.gz | grep 13800001234  all that concerns one phone
  cmppdump why 13800001234 -r ring/             what became of its messages, and why
  cmppdump -r ring/ -q                          a directory of captures, summed up
  cmppdump -r saved.pcap -T json | jq .         one JSON record a line`,
		`  cmppdump -i any port 7890                     实时，PDU 到达即显示
  cmppdump -r saved.pcap.gz | grep 13800001234  与某个手机号有关的一切
  cmppdump why 13800001234 -r ring/             它的短信怎么了，为什么
  cmppdump -r ring/ -q                          一个目录的抓包文件，汇总
  cmppdump -r saved.pcap -T json | jq .         每行一条 JSON 记录`}
	helpForms = lang.Text{`cmppdump [flags] [FILE...] [capture filter]
cmppdump why NUMBER|MSG_ID|SP_ID|conn:N [flags] [FILE...] [capture filter]
cmppdump fields [--json-schema|--expert]
cmppdump completion bash|zsh|fish`,
		`cmppdump [参数] [FILE...] [抓包过滤器]
cmppdump why NUMBER|MSG_ID|SP_ID|conn:N [参数] [FILE...] [抓包过滤器]
cmppdump fields [--json-schema|--expert]
cmppdump completion bash|zsh|fish`}
	helpFilters = lang.Text{`The capture filter is tcpdump's language: port 7890 and host 10.0.0.1. The display
filter, -Y, is Wireshark's: 'cmpp.result != 0 and sms.text contains 482913'.`,
		`抓包过滤器用 tcpdump 的语法：port 7890 and host 10.0.0.1。显示过滤器 -Y 用 Wireshark
的语法：'cmpp.result != 0 and sms.text contains 482913'。`}
	helpIgnored = lang.Text{"accepted, do nothing: they are what cmppdump does", "可以写，但不起作用：cmppdump 本来就这样做"}
	helpExit    = lang.Text{"0 done, 1 failure, 2 usage or unreadable input, 3 --fail-on held, 130 second interrupt.",
		"0 完成，1 失败，2 用法错误或输入读不了，3 满足 --fail-on，130 第二次中断。"}
	helpUsage   = lang.Text{"Usage: ", "用法："}
	helpStatus  = lang.Text{"Exit status: ", "退出状态："}
	helpDefault = lang.Text{" (default %s)", "（默认 %s）"}
	helpShows   = lang.Text{"Shows %s.", "显示%s。"}
)

// help prints the flags under examples.
func help(w io.Writer, flags *pflag.FlagSet, l render.Lang) {
	fmt.Fprintf(w, "%s\n\n%s\n\n", helpAbout[l], helpExamples[l])
	indent := strings.Repeat(" ", render.Width([]byte(helpUsage[l])))
	fmt.Fprintf(w, "%s%s\n\n", helpUsage[l], strings.ReplaceAll(helpForms[l], "\n", "\n"+indent))
	fmt.Fprintf(w, "%s\n\n", helpFilters[l])
	printFlags(w, flags, l)
	fmt.Fprintf(w, "      -n -U -l -K               %s\n", helpIgnored[l])
	fmt.Fprintf(w, "\n%s%s\n", helpStatus[l], helpExit[l])
}

// subTexts say what the subcommands show.
var subTexts = map[string]lang.Text{
	"why": {"what became of the messages to a number or with a Msg_Id, of the logins of an SP_Id, or of a connection, and why",
		"发给某号码的或某 Msg_Id 的短信、某 SP_Id 的登录、或某个连接怎么了，为什么"},
	"fields":     {"every field of the records, their JSON Schema, or every expert note", "记录的全部字段、它们的 JSON Schema，或全部专家提示"},
	"completion": {"the completion script of a shell", " shell 的补全脚本"},
}

// subHelp prints the help of a subcommand.
func subHelp(w io.Writer, cmd *cobra.Command, l render.Lang) {
	fmt.Fprintf(w, "%scmppdump %s\n\n%s\n\n", helpUsage[l], cmd.Use, helpShows.With(subTexts[cmd.Name()])[l])
	printFlags(w, cmd.Flags(), l)
}

// flagHelp is how a flag is written, and what it means.
func flagHelp(f *pflag.Flag, l render.Lang) (name, text string) {
	arg, _ := pflag.UnquoteUsage(f)
	text = strings.ReplaceAll(flagText(f, l), "`", "")
	name = "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	switch {
	case arg == "", arg == "count":
	case f.NoOptDefVal != "": // may be left out
		name += "[=" + arg + "]"
	default:
		name += " " + arg
	}
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
	default:
		text += helpDefault.With(f.DefValue)[l]
	}
	return name, text
}

func printFlags(w io.Writer, flags *pflag.FlagSet, l render.Lang) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := flagHelp(f, l)
		lines := wrap(text, 66)
		if len(name) > 28 {
			fmt.Fprintf(w, "  %s\n", name)
			name = ""
		}
		for _, line := range lines {
			fmt.Fprintf(w, "  %-28s  %s\n", name, line)
			name = ""
		}
	})
}

// wrap breaks text into lines of at most so many cells: at blanks, and between
// characters that need none between them.
func wrap(text string, cells int) []string {
	var lines []string
	for rest := []byte(text); len(rest) > 0; {
		n := breakAt(rest, cells)
		lines = append(lines, string(bytes.TrimRight(rest[:n], " ")))
		rest = bytes.TrimLeft(rest[n:], " ")
	}
	return lines
}

// breakAt is where the first line of a text ends: at the last place that fits,
// or behind the first word if that is too long.
func breakAt(text []byte, cells int) int {
	at, n := 0, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		n += render.Width(text[i : i+size])
		if n > cells && at > 0 && r != ' ' {
			return at
		}
		next, _ := utf8.DecodeRune(text[i+size:])
		if i += size; r == ' ' || wide(r) && next != ' ' && !render.Closes(next) && !render.Opens(r) || wide(next) && !render.Closes(next) && !render.Opens(r) {
			at = i
		}
	}
	return len(text)
}

func wide(r rune) bool { return r >= 0x2e80 && r <= 0xffef }
