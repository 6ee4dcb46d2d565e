package inspector

import (
	"slices"
	"strings"
	"testing"
)

// seen answers as a store that has seen a few values.
func seen(field, prefix string) []ValueCount {
	switch field {
	case "event":
		return []ValueCount{{"registration", 40}, {"refund", 3}, {"two words", 1}}
	case "is":
		return []ValueCount{{"failed", 9}}
	case "status":
		return []ValueCount{{"503", 12}, {"200", 4}, {"timeout", 2}}
	case "header":
		return []ValueCount{{"X-Webconnex-Event", 5}}
	case "body":
		return []ValueCount{{"data.total", 7}}
	}
	return nil
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string // with | where the caret is
		first []string
		after string // the text with the first proposal put in
	}{
		{"st|", []string{"status:"}, "status:"},
		{"st|atus:4xx", []string{"status:"}, "status:4xx"},
		{"is:failed e|", []string{"event:", "endpoint:", "error:", "is:encoded"}, "is:failed event:"},
		{"-(ev|)", []string{"event:"}, "-(event:)"},
		{"re|", []string{"rec:", "resp.body.", "resp.header.", "is:replay", "is:resend", "is:retrying", "event:registration", "event:refund"}, "rec:"},
		{"is:f|", []string{"failed", "forwarded"}, "is:failed"},
		{"is:ping,re|", []string{"replay", "resend", "retrying"}, "is:ping,replay"},
		{"is:f|ail,ping", []string{"failed", "forwarded"}, "is:failed,ping"},
		{"status:t|", []string{"timeout", "tls"}, "status:timeout"},
		{"status:5|", []string{"503", "5xx"}, "status:503"},
		{"status:4|", []string{"4xx"}, "status:4xx"},
		{"sig:in|", []string{"invalid"}, "sig:invalid"},
		{"event:re|", []string{"registration", "refund"}, "event:registration"},
		{"event:RE| a", []string{"registration", "refund"}, "event:registration a"},
		{"event:tw|", []string{`"two words"`}, `event:"two words"`},
		{`event:"two w|`, []string{`"two words"`}, `event:"two words"`},
		{"after:|", []string{"10m", "1h", "24h", "7d"}, "after:10m"},
		{"header.x|", []string{"header.x-webconnex-event:"}, "header.x-webconnex-event:"},
		{"body.da|", []string{"body.data.total:"}, "body.data.total:"},
		{`"is:f|"`, nil, ""},
		{"nosuch:x|", nil, ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			pos := strings.IndexByte(tt.text, '|')
			text := tt.text[:pos] + tt.text[pos+1:]
			var got []string
			items := Complete(text, pos, seen)
			for _, c := range items {
				got = append(got, c.Text)
			}
			if !slices.Equal(got, tt.first) {
				t.Fatalf("proposals = %q, want %q", got, tt.first)
			}
			if len(items) == 0 {
				return
			}
			if after := text[:items[0].From] + items[0].Text + text[items[0].To:]; after != tt.after {
				t.Errorf("after the first: %q, want %q", after, tt.after)
			}
		})
	}
}

func TestCompleteKindsAndCounts(t *testing.T) {
	t.Parallel()
	want := []Completion{
		{"failed", "flag", 9, 3, 4},
		{"forwarded", "flag", 0, 3, 4},
	}
	if got := Complete("is:f", 4, seen); !slices.Equal(got, want) {
		t.Errorf("Complete = %+v, want %+v", got, want)
	}
	if got := Complete("", 0, nil); len(got) != len(fields) || got[0] != (Completion{"event:", "field", 0, 0, 0}) {
		t.Errorf("an empty filter proposes %+v, want every field", got)
	}
}
