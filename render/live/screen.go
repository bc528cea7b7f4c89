package live

import (
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
