package sms

import (
	"strings"
	"testing"
)

func TestSignature(t *testing.T) {
	for text, want := range map[string]string{
		"【示例】您的验证码是482913":                 "示例",
		" \r\n【示例】您的验证码":                   "示例",
		"您的验证码是482913【示例】":                 "示例",
		"您的验证码是482913【示例】 \n":              "示例",
		"【一】正文【二】":                         "一",
		"正文【一】和【二】":                        "二",
		"【示例】":                             "示例",
		"[Example] your code is 1":         "Example",
		"[示例]您的验证码":                        "示例",
		"您的验证码[示例]":                        "", // square brackets only at the start
		"[1/2] 正文":                         "", // the number of a part
		"[a long remark in brackets] text": "",
		"您的【验证码】是1":                        "", // in the middle
		"【】正文":                             "",
		"[Example] your code is 1【】":       "Example",
		"【 】正文":                            "",
		"【未完":                              "",
		"未始】":                              "",
		"】":                                "",
		"【一【二】正文":                          "",
		"【一\n二】正文":                         "",
		"":                                 "",
		"正文":                               "",
		"【" + strings.Repeat("长", 40) + "】正文":     strings.Repeat("长", 40),
		"【" + strings.Repeat("长", 41) + "】正文":     "",
		"正文【" + strings.Repeat("长", 40) + "】":     strings.Repeat("长", 40),
		"正文【" + strings.Repeat("长", 41) + "】":     "",
		"【" + strings.Repeat("x", 41) + "】正文":     "",
		"【" + strings.Repeat("长", 41) + "】正文【示例】": "示例",
		strings.Repeat("正文", 5000) + "【示例】":       "示例",
	} {
		if got := string(Signature([]byte(text))); got != want {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

func FuzzSignature(f *testing.F) {
	for _, s := range []string{"【示例】正文", "正文【示例】", "[x]", "【", "】", "【】"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if name := Signature(b); len(name) > 4*maxSignature || !strings.Contains(string(b), string(name)) {
			t.Errorf("%q: %q", b, name)
		}
	})
}
