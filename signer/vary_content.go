package signer

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// stampForms are other spellings of a timestamp.
func (s *Scheme) stampForms(text string, at time.Time) []string {
	if text == "" {
		return nil
	}
	var out []string
	add := func(v string) {
		if v != text && v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	if n, err := strconv.ParseInt(text, 10, 62); err == nil {
		at = guessUnit(n)
		add(strconv.FormatInt(n, 10) + ".0")
	}
	if at.IsZero() {
		for _, u := range []Unit{RFC3339, HTTPDate} {
			if t, err := u.parse(text); err == nil {
				at = t
			}
		}
	}
	if at.IsZero() {
		return out
	}
	for _, u := range allUnits {
		add(u.format(at))
	}
	utc := at.UTC()
	for _, layout := range []string{"2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000000Z", "2006-01-02T15:04:05.000000000Z", "2006-01-02T15:04:05+00:00", "2006-01-02T15:04:05.000+00:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05 +0000 UTC", time.RFC3339Nano, time.RFC1123Z} {
		add(utc.Format(layout))
	}
	add(strconv.FormatInt(at.UnixNano(), 10))
	return out
}

// guessUnit reads a number as the unit that its length fits.
func guessUnit(n int64) time.Time {
	switch digits := len(strconv.FormatInt(n, 10)); {
	case digits >= 18:
		return time.Unix(0, n)
	case digits >= 15:
		return time.UnixMicro(n)
	case digits >= 12:
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

// otherUnit is a unit under which the timestamp of a genuine message lies in the
// window, if its own does not.
func (s *Scheme) otherUnit(text string, now time.Time, opt Options) (Unit, bool) {
	past, future := s.window(opt)
	if future == 0 {
		future = past
	}
	for _, u := range allUnits {
		t, err := u.parse(text)
		if err != nil || u == s.Timestamp.Unit {
			continue
		}
		if age := since(now, t); age <= max(past, time.Hour) && -age <= max(future, time.Hour) {
			return u, true
		}
	}
	return "", false
}

// templates are contents that hand-written code and other schemes use.
var templates = []string{
	"{body}", "{timestamp}.{body}", "{timestamp}{body}", "{body}{timestamp}", "{body}.{timestamp}", "{timestamp}:{body}", "v0:{timestamp}:{body}",
	"v1:{timestamp}:{body}", "{timestamp},{body}", "{timestamp}|{body}", "{timestamp}\n{body}", "{timestamp}-{body}", "{timestamp};{body}", "t={timestamp}.{body}",
	"{id}.{timestamp}.{body}", "{id}{timestamp}{body}", "{timestamp}.{id}.{body}", "{timestamp}{id}{body}", "{id}.{body}", "{id}{body}",
	"{id}:{timestamp}:{body}", "{id}|{timestamp}|{body}", "{url}{body}", "{body}{url}", "{method}{url}{body}", "{url}{timestamp}{body}",
	"{method}{url}{body}{timestamp}", "{url}", "{timestamp}", "{timestamp}.{body.sha256.hex}", "{body.sha256.hex}", "{body.sha256}",
}

// contentForm is another signed content.
type contentForm struct {
	text   string
	scheme Scheme
}

// templateForms lists the schemes with another content that the parts at hand
// allow.
func (s *Scheme) templateForms(fill *parts, m *Message) []contentForm {
	var out []contentForm
	for _, text := range templates {
		if text == s.Content || strings.Contains(text, "{timestamp}") && fill.timestamp == "" || strings.Contains(text, "{id}") && fill.id == "" || strings.Contains(text, "{url}") && m.URL == "" {
			continue
		}
		t := *s
		t.Content, t.Code = text, ""
		what := "the signed content put together as " + shownTemplate(text)
		if s.Content != "" {
			what = "the signed content put together as " + shownTemplate(text) + ", where the scheme signs " + shownTemplate(s.Content)
		}
		out = append(out, contentForm{what, t})
	}
	if codes[s.Code].covers == CoversFields && s.Code != "sns" {
		for _, code := range []struct{ name, text string }{
			{"form-in-order", "the URL and the fields in the order of the form"}, {"form-joined-sort", "the fields sorted as name and value together"},
			{"form-without-url", "the fields without the URL"}, {"url-sorted-form", "the URL and the sorted fields"},
		} {
			if code.name == s.Code {
				continue
			}
			t := *s
			t.Code = code.name
			out = append(out, contentForm{code.text, t})
		}
	}
	return out
}

func shownTemplate(text string) string {
	return strings.NewReplacer("\n", `\n`).Replace(text)
}

// formInOrder and the two below write name and value of each field as wrong code
// does.
func formInOrder(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	text := m.URL
	for _, f := range m.form() {
		text += f.Name + f.Value
	}
	return one(text)
}

func formJoinedSort(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	var joined []string
	for _, f := range m.form() {
		joined = append(joined, f.Name+f.Value)
	}
	slices.Sort(joined)
	return one(m.URL + strings.Join(joined, ""))
}

func formWithoutURL(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	return one(sortedForm(m.form(), true))
}
