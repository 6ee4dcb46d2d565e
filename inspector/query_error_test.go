package inspector

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestQueryErrorsNamePlaceAndRemedy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		part  string // what is underlined
		says  string // part of the sentence
		fixed string // the filter with the suggestion put in; "" for none
	}{
		{"staus:>=400", "staus", "no field", "status:>=400"},
		{"event:a staus:100", "staus", "no field", "event:a status:100"},
		{"evnt:x", "evnt", "no field", "event:x"},
		{"duration:>1s", "duration", "no field", "dur:>1s"},
		{"headers.x-a:1", "headers.x-a", "no field", "header.x-a:1"},
		{"boddy.a.b:1", "boddy.a.b", "no field", "body.a.b:1"},
		{"resp.boddy.a:1", "resp.boddy.a", "resp has body and header", "resp.body.a:1"},
		{"resp:x", "resp", "resp has body and header", ""},
		{"event.x:1", "event.x", "takes no path", "event:1"},
		{"localhost:3000", "localhost:3000", "put it in quotes", `"localhost:3000"`},
		{"foo.bar.baz:1", "foo.bar.baz:1", "put it in quotes", `"foo.bar.baz:1"`},
		{"is:faild", "faild", "one of", "is:failed"},
		{"is:failed,pinng", "pinng", "one of", "is:failed,ping"},
		{"is:>failed", ">failed", "one of", "is:failed"},
		{"status:refsued", "refsued", "a class (4xx)", "status:refused"},
		{"status:200,timout", "timout", "a class (4xx)", "status:200,timeout"},
		{"status:4000", "4000", "a number (404)", ""},
		{"status:5x", "5x", "a number (404)", ""},
		{"status:>refused", ">refused", "a comparison", "status:refused"},
		{"sig:invlid", "invlid", "valid, invalid, missing", "sig:invalid"},
		{"dir:inn", "inn", "in, out", "dir:in"},
		{"event:", "", "needs a value here", ""},
		{"event:a,", "", "needs a value here", ""},
		{"event:a, b", "", "without a space before it", ""},
		{"event: a", "", "without a space before it", ""},
		{"status:>=", ">=", "needs a value here", ""},
		{"event:>a", ">a", "cannot be compared", ""},
		{"status>=400", "status>=400", "colon is missing", "status:>=400"},
		{"n:x", "x", "whole number", ""},
		{"n:..", "..", "whole number", ""},
		{"tries:-1", "-1", "whole number", ""},
		{"dur:500", "500", "with its unit", ""},
		{"dur:>5parsecs", ">5parsecs", "with its unit", ""},
		{"size:1tb", "1tb", "kb, mb", ""},
		{"after:yesterdayish", "yesterdayish", "a time ago", ""},
		{"after:2026-13-01", "2026-13-01", "a moment", ""},
		{"after:>10m", ">10m", "a time ago", ""},
		{"body.a:>x", ">x", "needs a number", ""},
		{"body.a:>/x/", ">/x/", "not a regular expression", ""},
		{"body.:x", "body.", "name is missing", ""},
		{"header:x", "header", "a name is missing", ""},
		{"(a b", "(", "not closed", ""},
		{"a b)", ")", "no opening", ""},
		{")", ")", "no opening", ""},
		{"()", ")", "missing before", ""},
		{"a OR", "", "missing at the end", ""},
		{"OR a", "OR", "to search for the word itself", ""},
		{"a AND OR b", "OR", "to search for the word itself", ""},
		{"- a", "-", "nothing follows this minus", ""},
		{"a -", "-", "nothing follows this minus", ""},
		{`"open`, `"open`, "not closed", ""},
		{`event:"open`, `"open`, "not closed", ""},
		{`""`, `""`, "nothing between these quotes", ""},
		{`{"a":1}`, `{"a":1}`, "a quote inside a word", ""},
		{`foo(bar)`, `foo(bar)`, "parenthesis inside a word", `"foo(bar)"`},
		{`/(/`, `/(/`, "no regular expression", ""},
		{`/(a{1,1000}){1,1000}/`, `/(a{1,1000}){1,1000}/`, "no regular expression", ""},
		{`/(a{1,30}){1,30}{1,30}/`, `/(a{1,30}){1,30}{1,30}/`, "regular expression", ""},
		{`/` + strings.Repeat("a", 1025) + `/`, `/` + strings.Repeat("a", 1025) + `/`, "1,024 bytes", ""},
		{"word:a*", "a*", "a whole word", ""},
		{`body:""`, `""`, "text to look for", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := ParseQuery(tt.text, testNow)
			if spent := time.Since(start); spent > 10*time.Second {
				t.Errorf("took %s", spent)
			}
			var qerr *QueryError
			if !errors.As(err, &qerr) {
				t.Fatalf("error = %v, want a QueryError", err)
			}
			if got := tt.text[qerr.Pos:qerr.End]; got != tt.part {
				t.Errorf("underlined %q, want %q", got, tt.part)
			}
			if !strings.Contains(qerr.Text, tt.says) {
				t.Errorf("text = %q, want it to say %q", qerr.Text, tt.says)
			}
			if tt.fixed == "" {
				if qerr.Suggestion != "" {
					t.Errorf("suggests %q, want nothing", qerr.Suggestion)
				}
				return
			}
			fixed := tt.text[:qerr.Pos] + qerr.Suggestion + tt.text[qerr.End:]
			if fixed != tt.fixed {
				t.Errorf("fixed = %q, want %q", fixed, tt.fixed)
			}
			if _, err := ParseQuery(fixed, testNow); err != nil {
				t.Errorf("the suggestion does not parse: %v", err)
			}
		})
	}
}

func TestEmptyRanges(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"n:5..1", "tries:3..2", "status:500..400", "status:5xx..4xx", "dur:2s..1s", "size:1mb..1kb", "a n:1,9..3"} {
		var qerr *QueryError
		if _, err := ParseQuery(text, testNow); !errors.As(err, &qerr) || !strings.Contains(qerr.Text, "the range is empty") {
			t.Errorf("%s: error = %v, want that the range is empty", text, err)
		}
	}
	for _, text := range []string{"n:5..5", "n:..5", "n:5..", "status:400..4xx", "n:<0", "size:1kb..1kb"} {
		if _, err := ParseQuery(text, testNow); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestQueryLimits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text string }{
		{"too long", strings.Repeat("a ", maxQueryBytes)},
		{"too deep", strings.Repeat("(", maxQueryDepth+1) + "a" + strings.Repeat(")", maxQueryDepth+1)},
		{"too many values", strings.TrimSuffix(strings.Repeat("n:1 ", maxQueryTerms+1), " ")},
		{"too long a path", "body" + strings.Repeat(".a", maxPathSegments+1) + ":1"},
		{"too many stars", "event:" + strings.Repeat("a*", 65)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var qerr *QueryError
			if _, err := ParseQuery(tt.text, testNow); !errors.As(err, &qerr) || !strings.Contains(qerr.Text, "at most") {
				t.Errorf("error = %v, want one that names the limit", err)
			}
		})
	}
}
