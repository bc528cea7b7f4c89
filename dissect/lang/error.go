package lang

import (
	"errors"
	"strings"
	"syscall"
)

// Error is an error that is said in all languages. Its English is the text of
// the error itself.
type Error struct {
	Text Text
	Err  error // what it is about, or nil
}

// Errorf makes an Error of a text. What is an error itself goes in in its
// language; the last of those is what the Error is about, as with %w.
func Errorf(t Text, a ...any) *Error {
	e := &Error{}
	said := make([]any, len(a))
	for i, x := range a {
		said[i] = x
		if err, ok := x.(error); ok {
			said[i], e.Err = Of(err), err
		}
	}
	for l := range t {
		t[l] = strings.ReplaceAll(t[l], "%w", "%s")
	}
	e.Text = t.With(said...)
	return e
}

// Said is implemented by errors that know what they say in all languages.
type Said interface {
	error
	Said() Text
}

// Said implements Said.
func (e *Error) Said() Text { return e.Text }

// Error implements error.
func (e *Error) Error() string { return e.Text[English] }

// Unwrap gives what the error is about.
func (e *Error) Unwrap() error { return e.Err }

// Of is what an error says in all languages, as far as they are known: what
// wraps an Error keeps its own words around it.
func Of(err error) Text {
	text := err.Error()
	both := Text{text, text}
	var e Said
	var no syscall.Errno
	switch {
	case errors.As(err, &e):
		both[Chinese] = strings.Replace(text, e.Error(), e.Said()[Chinese], 1)
	case errors.As(err, &no):
		if said, ok := system[no]; ok {
			both[Chinese] = strings.Replace(text, no.Error(), said, 1)
		}
	}
	return both
}

// system is what the system says, where people meet it.
var system = map[syscall.Errno]string{
	syscall.ENOENT:       "没有这个文件或目录",
	syscall.EACCES:       "没有权限",
	syscall.EPERM:        "不允许这样做",
	syscall.EISDIR:       "是目录",
	syscall.ENOTDIR:      "不是目录",
	syscall.EEXIST:       "已存在",
	syscall.ENOSPC:       "磁盘已满",
	syscall.EROFS:        "文件系统只读",
	syscall.EIO:          "读写错误",
	syscall.EMFILE:       "打开的文件太多",
	syscall.ENOMEM:       "内存不足",
	syscall.ENODEV:       "没有这个设备",
	syscall.ENETDOWN:     "网络已断开",
	syscall.EPIPE:        "管道已断开",
	syscall.EINVAL:       "参数无效",
	syscall.ENAMETOOLONG: "名称太长",
}
