package live

import (
	"fmt"
	"strings"

	"cmppdump/render"
)

// copy puts what is selected on the clipboard of the terminal.
func (a *App) copy() {
	var text string
	a.locked(func() { text = a.selectedText() })
	if text == "" {
		return
	}
	if err := a.o.Copy([]byte(text)); err != nil {
		a.note(fmt.Sprintf(a.say(words{"not copied: the terminal takes no clipboard (%v); M gives the mouse back to select", "未复制：终端不支持剪贴板（%v）；按 M 交还鼠标以便选择"}), err))
		return
	}
	a.note(a.say(words{"copied: ", "已复制："}) + text)
}

// selectedText is the row, the arrow, the field's value, or the octets of the
// field.
func (a *App) selectedText() string {
	switch a.focus {
	case paneTree, paneHex:
		p := a.pdu()
		if p == nil || a.subject.field >= len(p.Fields) {
			return ""
		}
		f := p.Fields[a.subject.field]
		if a.focus == paneHex {
			return fmt.Sprintf("%x", f.Raw(p.Raw))
		}
		return f.Spec.Name + " " + string(render.AppendField(nil, f, p.Raw))
	case paneLadder:
		return strings.TrimSpace(a.newText(PDUs, 1<<14).line(a.l, PDUs, a.subject.row))
	}
	if a.view == Statistics {
		return ""
	}
	return strings.TrimSpace(a.newText(a.view, 1<<14).line(a.l, a.view, a.list().cursor))
}
