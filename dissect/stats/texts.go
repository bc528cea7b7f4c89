package stats

import "cmppdump/dissect/lang"

// said has what errors and conditions say.
var said = lang.Book{
	"%s: must be NAME.COLUMN, one of %s, and a value, such as srt.p99 > 500ms": "%s：应为 NAME.COLUMN、%s 之一和值，如 srt.p99 > 500ms",
	"%s: %s is no figure; those of %s are %s":                                  "%s：%s 不是数值；%s 的数值有 %s",
	"%s: %w": "%s：%w",
	"%s is a duration, so %q must be one, such as 500ms or 2s": "%s 是时长，%q 也应是，如 500ms 或 2s",
	"%s is a number, so %q must be one%s":                      "%s 是数字，%q 也应是%s",
	", such as 0.95 or 95%":                                    "，如 0.95 或 95%",
	"%s: it is %s, %s":                                         "%s：实为 %s，%s",
	"all":                                                      "合计",
	"%s: there is no %s, only %s":                              "%s：没有 %s，只有 %s",
	"%s: nothing may follow %s (an interval and by=KEY may follow %s)":                   "%s：%s 后面不能再有内容（可以跟间隔和 by=KEY 的是 %s）",
	"%s: the Msg_Id tells the gateway, and a refused SUBMIT gets none; by=sp or by=conn": "%s：网关由 Msg_Id 得知，而被拒绝的 SUBMIT 没有；请用 by=sp 或 by=conn",
	"%s: %q is no interval, such as 1m or 10s, and not by=KEY":                           "%s：%q 不是间隔（如 1m、10s），也不是 by=KEY",
	"%s: an interval must be 10ms or longer":                                             "%s：间隔至少 10ms",
	"%s: %s is there twice; one of each name":                                            "%s：%s 出现两次；每个名称一次",
}
