package live

import (
	"strings"

	"github.com/gdamore/tcell/v2"
)

// words are a text in English and Chinese.
type words [2]string

// binding is what keys do. The help, the footer and the README go by the table.
type binding struct {
	keys  []string // as keyName has them
	shown string   // as the help shows them
	foot  words    // for the footer; empty: not there
	help  words
	do    func(*App)
}

// bindings are the keys, in the order of the help.
func bindings() []binding {
	return []binding{
		{[]string{"1", "2", "3", "4", "5"}, "1 2 3 4 5", words{}, words{"messages, transactions, PDUs, connections, statistics", "短信、事务、PDU、连接、统计"}, nil},
		{[]string{"Tab"}, "Tab", words{}, words{"the next view; the selection goes along (Shift-Tab: the view before)", "下一视图，选中项随之切换（Shift-Tab 上一视图）"}, func(a *App) { a.turn(1) }},
		{[]string{"Backtab"}, "", words{}, words{}, func(a *App) { a.turn(-1) }},
		{[]string{"j", "Down"}, "j k, ↓ ↑", words{}, words{"down, up", "下、上"}, func(a *App) { a.move(1) }},
		{[]string{"k", "Up"}, "", words{}, words{}, func(a *App) { a.move(-1) }},
		{[]string{"h", "Left"}, "h l, ← →", words{}, words{"list: scroll sideways; tree: close, open; hex: by octet", "列表：左右滚动；字段树：收起、展开；十六进制：逐字节"}, func(a *App) { a.side(-1) }},
		{[]string{"l", "Right"}, "", words{}, words{}, func(a *App) { a.side(1) }},
		{[]string{"PgDn", "Ctrl-F"}, "PgDn PgUp", words{}, words{"a page down, up", "下一页、上一页"}, func(a *App) { a.move(a.page()) }},
		{[]string{"PgUp", "Ctrl-B"}, "", words{}, words{}, func(a *App) { a.move(-a.page()) }},
		{[]string{"g", "Home"}, "g G, Home End", words{}, words{"first, last", "第一行、最后一行"}, func(a *App) { a.move(-far) }},
		{[]string{"G", "End"}, "", words{}, words{}, func(a *App) { a.move(far) }},
		{[]string{"Enter"}, "Enter", words{"open", "打开"}, words{"into the detail: ladder, tree, octets; on a branch of the tree: open or close it", "进入详情：时序图、字段树、字节；在字段树分支上：展开或收起"}, (*App).enter},
		{[]string{"Esc"}, "Esc", words{}, words{"back to the list; away with what lies over it", "返回列表；关闭弹出内容"}, (*App).leaveDetail},
		{[]string{"/"}, "/", words{"search", "搜索"}, words{"search in the rows, without regard to case", "在各行中搜索，不分大小写"}, (*App).askSearch},
		{[]string{"n"}, "n N", words{}, words{"the next hit, the one before", "下一处、上一处匹配"}, func(a *App) { a.search(1) }},
		{[]string{"N"}, "", words{}, words{}, func(a *App) { a.search(-1) }},
		{[]string{"f"}, "f", words{"filter", "过滤"}, words{"display filter: only what matches; Tab completes; empty: everything", "显示过滤：只留匹配项；Tab 补全；留空则全部显示"}, (*App).askFilter},
		{[]string{"F"}, "F", words{}, words{"only the connection of the selected row; again: all", "只看选中行所在连接；再按一次恢复"}, (*App).followConn},
		{[]string{"m"}, "m", words{}, words{"to the other one of request and response", "跳到配对的请求或响应"}, (*App).pair},
		{[]string{"w"}, "w", words{"why", "原因"}, words{"why: what became of the message, with the evidence", "原因：短信结果及证据"}, (*App).showWhy},
		{[]string{" "}, "Space", words{}, words{"mark the row, or take the mark away", "标记或取消标记"}, (*App).mark},
		{[]string{"s"}, "s", words{"save", "保存"}, words{"save the marked rows, else those shown: FILE.pcapng, FILE.json or FILE.md", "保存标记行（无标记则保存当前显示）：FILE.pcapng、FILE.json 或 FILE.md"}, (*App).askSave},
		{[]string{"y"}, "y", words{}, words{"copy the row, field or octets to the clipboard (OSC 52)", "复制该行、字段或字节到剪贴板（OSC 52）"}, (*App).copy},
		{[]string{"<"}, "< >", words{}, words{"sort by the column before, the next; the order goes round to unsorted", "按上一列、下一列排序；循环回到不排序"}, func(a *App) { a.sortBy(-1) }},
		{[]string{">"}, "", words{}, words{}, func(a *App) { a.sortBy(1) }},
		{[]string{"r"}, "r", words{}, words{"sort the other way round", "反向排序"}, (*App).reverse},
		{[]string{"t"}, "t", words{}, words{"the next form of times", "切换时间格式"}, (*App).timeForm},
		{[]string{"p"}, "p", words{}, words{"hold the lists still, while the capture goes on; again: go on", "暂停列表（抓包继续）；再按一次恢复"}, (*App).pause},
		{[]string{"A"}, "A", words{}, words{"autoscroll: stay at the newest row", "自动滚动到最新行"}, (*App).autoscroll},
		{[]string{"M"}, "M", words{}, words{"give the mouse back to the terminal, to select text; again: take it", "把鼠标交还终端以便选择文本；再按一次收回"}, (*App).toggleMouse},
		{[]string{":"}, ":", words{}, words{"command line: a frame number, q, filter, view, save, theme, lang, time", "命令行：帧号、q、filter、view、save、theme、lang、time"}, (*App).askCommand},
		{[]string{"?", "F1"}, "?", words{"help", "帮助"}, words{"this help", "本帮助"}, (*App).showHelp},
		{[]string{"Ctrl-L"}, "Ctrl-L", words{}, words{"draw the screen anew", "重画屏幕"}, func(a *App) { a.scr.Sync() }},
		{[]string{"Ctrl-Z"}, "Ctrl-Z", words{}, words{"back to the shell; fg comes back", "挂起到 shell；fg 恢复"}, (*App).Suspend},
		{[]string{"q"}, "q", words{"quit", "退出"}, words{"to the pane before; in a list: quit (Ctrl-C anywhere)", "返回上一窗格；在列表中退出（任何时候 Ctrl-C）"}, (*App).leave},
		{[]string{"Ctrl-C"}, "", words{}, words{}, func(a *App) { a.quit = true }},
	}
}

// far is further than any list goes.
const far = 1 << 40

// names of keys that are no characters.
var names = map[tcell.Key]string{
	tcell.KeyUp: "Up", tcell.KeyDown: "Down", tcell.KeyLeft: "Left", tcell.KeyRight: "Right", tcell.KeyPgUp: "PgUp", tcell.KeyPgDn: "PgDn",
	tcell.KeyHome: "Home", tcell.KeyEnd: "End", tcell.KeyEnter: "Enter", tcell.KeyEscape: "Esc", tcell.KeyTab: "Tab", tcell.KeyBacktab: "Backtab",
	tcell.KeyF1: "F1", tcell.KeyCtrlC: "Ctrl-C", tcell.KeyCtrlL: "Ctrl-L", tcell.KeyCtrlZ: "Ctrl-Z", tcell.KeyCtrlF: "Ctrl-F", tcell.KeyCtrlB: "Ctrl-B",
}

// keyName is what a key is called in the table.
func keyName(e *tcell.EventKey) string {
	if e.Key() == tcell.KeyRune {
		return string(e.Rune())
	}
	return names[e.Key()]
}

// key does what a key asks for.
func (a *App) key(e *tcell.EventKey) {
	a.note("")
	if a.pasting && (a.prompt == nil || e.Key() != tcell.KeyRune) {
		return // a text is no command
	}
	if a.prompt != nil {
		a.prompt.key(a, e)
		return
	}
	name := keyName(e)
	if v := strings.Index("12345", name); v >= 0 && len(name) == 1 {
		a.turnTo(View(v))
		return
	}
	if do := a.keys[name]; do != nil {
		do(a)
	}
}

// Keys are the keys and what they do in a language, as the help shows them.
func Keys(lang int) [][2]string {
	var all [][2]string
	for _, b := range bindings() {
		if b.shown != "" {
			all = append(all, [2]string{b.shown, b.help[lang]})
		}
	}
	return all
}
