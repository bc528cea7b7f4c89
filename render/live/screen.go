package live

import (
	"encoding/base64"
	"fmt"

	"github.com/gdamore/tcell/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// OpenScreen takes the terminal; Fini of the screen gives it back.
func OpenScreen() (tcell.Screen, error) {
	knowCharsets()
	scr, err := tcell.NewScreen()
	if err != nil {
		return nil, err
	}
	if err := scr.Init(); err != nil {
		return nil, err
	}
	return scr, nil
}

// knowCharsets has the character sets of Chinese locales written beside UTF-8; in
// those of other locales only what is ASCII is.
func knowCharsets() {
	for name, e := range map[string]encoding.Encoding{"GB18030": simplifiedchinese.GB18030, "GBK": simplifiedchinese.GBK, "GB2312": simplifiedchinese.GBK} {
		tcell.RegisterEncoding(name, e)
	}
	tcell.SetEncodingFallback(tcell.EncodingFallbackASCII)
}

// KnowsTerminal reports whether there can be a screen on a terminal of this name
// (TERM).
func KnowsTerminal(name string) bool {
	_, err := tcell.LookupTerminfo(name)
	return err == nil
}

// Copier gives what puts text on the clipboard of a terminal of this name by OSC
// 52, or says that nothing does. Inside of tmux, tmux takes it whatever the name.
func Copier(scr tcell.Screen, name string, tmux bool) func(text []byte) error {
	if info, err := tcell.LookupTerminfo(name); err == nil && info.XTermLike {
		return func(text []byte) error {
			scr.SetClipboard(text)
			return nil
		}
	}
	return func(text []byte) error {
		tty, ok := scr.Tty()
		if !ok || !tmux {
			return fmt.Errorf("TERM=%s", name)
		}
		_, err := fmt.Fprintf(tty, "\x1b]52;c;%s\x1b\\", base64.StdEncoding.EncodeToString(text))
		return err
	}
}
