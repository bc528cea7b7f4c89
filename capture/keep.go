package capture

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"time"

	"cmppdump/dissect/lang"
)

// leastStep is how small, in bytes, the files are made that Keep alone asks for.
const leastStep = 1 << 20

// keepStep is how many bytes are written between two looks at the limit.
func keepStep(limit int64) int64 { return max(limit/16, leastStep) }

// keptFiles are the finished files of a Writer with Keep, and those of earlier
// runs with names of the pattern, the oldest first. The directory is read once.
type keptFiles struct {
	limit  KeepOptions
	step   int64
	files  []keptFile
	bytes  int64 // of all files, as stored
	looked int64 // how large the file that is written was at the last look
	notify func(lang.Text)
}

// keptFile is a file that may be removed one day.
type keptFile struct {
	path string
	base string // the path without number and suffix
	n    int    // the number
	size int64  // in bytes, as stored
	last int64  // time of the last packet in nanoseconds
}

// scanKept finds the files of earlier runs. The time of their last packet is
// that of their last change: add sees to it.
func scanKept(names *fileNames, o *WriteOptions) (*keptFiles, error) {
	k := &keptFiles{limit: o.Keep, step: keepStep(o.Keep.Bytes), notify: o.Notify}
	if o.MaxBytes > 0 {
		k.step = min(k.step, o.MaxBytes)
	}
	dir := names.directory()
	entries, err := os.ReadDir(dir + ".")
	if err != nil {
		return nil, createError(o.Path, withoutPath(err))
	}
	matcher := names.matcher()
	for _, e := range entries {
		m := matcher.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // it has just gone
		}
		n, _ := strconv.Atoi(m[2])
		k.insert(keptFile{dir + e.Name(), dir + m[1], n, info.Size(), info.ModTime().UnixNano()})
	}
	slices.SortStableFunc(k.files, func(a, b keptFile) int {
		return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(a.base, b.base), cmp.Compare(a.n, b.n))
	})
	return k, nil
}

func (k *keptFiles) insert(f keptFile) {
	k.files = append(k.files, f)
	k.bytes += f.size
}

// add takes a finished file. Its time of the last change becomes that of its
// last packet, so that a later run knows it, whatever was read when.
func (k *keptFiles) add(f keptFile) {
	os.Chtimes(f.path, time.Time{}, time.Unix(0, f.last)) // without it the time is near enough
	k.insert(f)
	k.looked = 0
}

// next is the next free number of a base.
func (k *keptFiles) next(base string) int {
	n := 0
	for i := range k.files {
		if f := &k.files[i]; f.base == base {
			n = max(n, f.n+1)
		}
	}
	return n
}

// due reports whether the file that is written has grown by a step.
func (k *keptFiles) due(size int64) bool { return size-k.looked >= k.step }

// trim removes the oldest files until the limit is kept. now is the capture
// time, size what the file that is written has before compression and stored
// what it has on the disk: there must be room for another step of it.
func (k *keptFiles) trim(now, size, stored int64) (removed uint64) {
	k.looked = size
	for len(k.files) > 0 && k.over(now, stored+k.step) {
		oldest := k.files[0]
		k.files = k.files[1:]
		k.bytes -= oldest.size
		switch err := os.Remove(oldest.path); {
		case err == nil:
			removed++
		case !errors.Is(err, fs.ErrNotExist):
			k.notify(said.With("%s: an old file of --ring that cannot be removed: %s", oldest.path, plainError(err)))
		}
	}
	return removed
}

func (k *keptFiles) over(now, writing int64) bool {
	if k.limit.Bytes > 0 && k.bytes+writing > k.limit.Bytes {
		return true
	}
	return k.limit.Age > 0 && k.files[0].last < now-int64(k.limit.Age)
}
