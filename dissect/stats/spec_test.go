package stats

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Spec{
		"srt":             {Name: "srt", By: Conn},
		"srt,1m":          {Name: "srt", By: Conn, Interval: int64(time.Minute)},
		"srt,by=sp":       {Name: "srt", By: SP},
		"srt,10s,by=sp":   {Name: "srt", By: SP, Interval: int64(10 * time.Second)},
		"srt,by=sp,10s":   {Name: "srt", By: SP, Interval: int64(10 * time.Second)},
		"io":              {Name: "io", Interval: int64(time.Second)},
		"reports,1m":      {Name: "reports", By: SP, Interval: int64(time.Minute)},
		"results":         {Name: "results"},
		"flow,by=prefix7": {Name: "flow", By: Prefix7},
		"conv":            {Name: "conv"},
	} {
		want.Text = text
		if got, err := Parse(text); got != want || err != nil {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                "there is no ",
		"srtt":            "there is no srtt",
		"srt,by=spid":     "there is no spid",
		"srt,by=":         "there is no ",
		"srt,1":           `"1" is no interval`,
		"srt,":            `"" is no interval`,
		"srt,-1m":         "10ms or longer",
		"srt,1ms":         "10ms or longer",
		"conv,1m":         "nothing may follow conv",
		"conv,by=sp":      "nothing may follow conv",
		"flow,by=gateway": "a refused SUBMIT gets none",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
	var unknown *UnknownName
	if _, err := Parse("srt,by=spp"); !errors.As(err, &unknown) || unknown.Name != "spp" || !slices.Contains(unknown.Names, "sp") {
		t.Errorf("the error does not tell what there is: %v", err)
	}
	if _, err := ParseAll([]string{"srt", "io", "srt,1m"}); err == nil {
		t.Error("one name twice, and no error")
	}
}

func TestIntervalName(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Second: "second", time.Minute: "minute", time.Hour: "hour", 10 * time.Second: "10s",
		10 * time.Minute: "10m", 2 * time.Hour: "2h", 90 * time.Second: "1m30s", 100 * time.Millisecond: "100ms", 30 * time.Minute: "30m"} {
		if got := intervalName(int64(d)); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestParseCondition(t *testing.T) {
	for _, text := range []string{"srt.p99 > 500ms", "any srt.p99>=0.5s", "srt.p99_ms > 2s", "reports.delivery_rate < 95%", "reports.delivery_rate < 0.95", "results.count != 0", "flow_bands.share == 1"} {
		if _, err := ParseCondition(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"srt.p99":              "must be NAME.COLUMN",
		"str.p99 > 1s":         "there is no str",
		"srt.p95 > 1s":         "there is no p95",
		"srt.p99 > 5":          "is a duration",
		"srt.count > 5ms":      "is a number",
		"srt.count > 5%":       "is a number",
		"srt.count > NaN":      "is a number",
		"srt.request > 5":      "is no figure",
		"conv.closed == ''":    "is no figure",
		"every srt.p99 > 5s":   "there is no every srt",
		"flow.limit_per_s > x": "is a number",
	} {
		if _, err := ParseCondition(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
}
