package live

import "strings"

// hint is a key in the footer. Where it has no word it has that of the binding.
type hint struct {
	key  string // one of the binding's
	word words
}

// The useful keys of each pane and view, the most useful first. Help and the way
// out stand behind them, and are always there.
var (
	coverHints = []hint{{"j", words{"scroll", "滚动"}}, {"PgDn", words{"page", "翻页"}}}
	statHints  = []hint{{"j", words{"scroll", "滚动"}}, {"Tab", words{"view", "视图"}}, {"p", words{"hold", "暂停"}}}
	listHints  = [views][]hint{
		Messages:     {{"Enter", words{}}, {"/", words{}}, {"f", words{}}, {"w", words{}}, {"s", words{}}, {"<", words{"sort", "排序"}}, {" ", words{"mark", "标记"}}, {"Tab", words{"view", "视图"}}},
		Transactions: {{"Enter", words{}}, {"/", words{}}, {"f", words{}}, {"<", words{"sort", "排序"}}, {"w", words{}}, {"s", words{}}, {" ", words{"mark", "标记"}}, {"Tab", words{"view", "视图"}}},
		PDUs:         {{"Enter", words{"fields", "字段"}}, {"m", words{"pair", "配对"}}, {"/", words{}}, {"f", words{}}, {"F", words{"connection", "连接"}}, {"s", words{}}, {"w", words{}}, {"Tab", words{"view", "视图"}}},
		Connections:  {{"Enter", words{"flow", "时序"}}, {"F", words{"only this one", "只看此连接"}}, {"<", words{"sort", "排序"}}, {"/", words{}}, {"s", words{}}, {"Tab", words{"view", "视图"}}},
	}
	paneHints = map[pane][]hint{
		paneLadder: {{"Enter", words{"fields", "字段"}}, {"m", words{"pair", "配对"}}, {"w", words{}}, {"y", words{"copy", "复制"}}, {"s", words{}}},
		paneTree:   {{"Enter", words{"octets", "字节"}}, {"h", words{"close, open", "收起、展开"}}, {"m", words{"pair", "配对"}}, {"y", words{"copy", "复制"}}, {"w", words{}}},
		paneHex:    {{"h", words{"octet", "字节"}}, {"j", words{"line", "行"}}, {"m", words{"pair", "配对"}}, {"y", words{"copy", "复制"}}},
	}
	wayOut  = []hint{{"?", words{}}, {"q", words{}}}
	wayBack = []hint{{"?", words{}}, {"q", words{"back", "返回"}}}
)

// hints are the keys that are useful now.
func (a *App) hints() (useful, always []hint) {
	switch {
	case a.cover != nil:
		return coverHints, wayBack[1:]
	case a.view == Statistics:
		if a.stats.lines <= a.stats.rows {
			return statHints[1:], wayOut // all is on the screen
		}
		return statHints, wayOut
	case a.focus == paneList:
		return listHints[a.view], wayOut
	}
	return paneHints[a.focus], wayBack
}

// footKeys are the keys and their words as there is room for them.
func (a *App) footKeys(room int) (all [][2]string) {
	useful, always := a.hints()
	for _, h := range always {
		room -= footWidth(a.footKey(h))
	}
	for _, h := range useful {
		k := a.footKey(h)
		if room -= footWidth(k); room < 0 {
			break
		}
		all = append(all, k)
	}
	for _, h := range always {
		all = append(all, a.footKey(h))
	}
	return all
}

// footKey is how a hint is written: the first way to press the key.
func (a *App) footKey(h hint) [2]string {
	for _, b := range bindings() {
		for _, k := range b.keys {
			if k != h.key {
				continue
			}
			word := b.foot
			if h.word != (words{}) {
				word = h.word
			}
			shown, _, _ := strings.Cut(b.shown, ",")
			return [2]string{shown, a.say(word)}
		}
	}
	return [2]string{}
}

// footGap is what lies between two hints.
const footGap = 3

func footWidth(k [2]string) int { return cells(k[0]) + 1 + cells(k[1]) + footGap }
