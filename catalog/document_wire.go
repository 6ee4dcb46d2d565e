package catalog

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// wireForm is what a document says of the requests of one event type.
type wireForm struct {
	event   *EventType
	method  string // "" if nothing is said
	media   string // media type of the body, "" if nothing is said
	headers []Header
}

// adopt lets a provider send as its document says. Method and media type are the
// provider's: where the event types differ, those of the first one count and a note
// names the others.
func (d *document) adopt(p *Provider, forms []wireForm) {
	forms = slices.DeleteFunc(forms, func(f wireForm) bool { return !slices.Contains(p.Events, f.event) })
	for _, f := range forms {
		if method := strings.ToUpper(f.method); method != "" && f.event == p.Events[0] {
			p.Method = method
		} else if method != "" && method != p.Method {
			p.Notes = append(p.Notes, fmt.Sprintf("%s is sent with %s, as the event types before it, and not with %s", f.event.Name, p.Method, method))
		}
	}
	first := ""
	for _, f := range forms {
		switch {
		case f.media == "" || f.media == first:
		case first == "":
			first = f.media
			d.adoptMedia(p, f)
		default:
			p.Notes = append(p.Notes, fmt.Sprintf("%s is sent as %s, as the event types before it, and not as %s", f.event.Name, p.ContentType, f.media))
		}
	}
	d.adoptHeaders(p, forms)
	p.readHeaders()
}

func (d *document) adoptMedia(p *Provider, f wireForm) {
	essence, _, _ := strings.Cut(strings.ToLower(f.media), ";")
	switch {
	case strings.Contains(essence, "json"):
	case essence == "application/x-www-form-urlencoded":
		p.Format = "form"
	case strings.HasSuffix(essence, "/xml"), strings.HasSuffix(essence, "+xml"):
		p.Format = "xml"
	default:
		p.Notes = append(p.Notes, fmt.Sprintf("%s is sent as %s: bodies of the type %.100q are not written", f.event.Name, p.ContentType, f.media))
		return
	}
	p.ContentType = f.media
	if strings.Contains(f.media, "*") || strings.ContainsFunc(f.media, unicode.IsControl) {
		p.ContentType = contentTypes[p.Format] // a range names no type, and no header has control characters
	}
}

// adoptHeaders writes the headers that the document gives a value of. One whose
// value differs between the event types becomes a value of each of them.
func (d *document) adoptHeaders(p *Provider, forms []wireForm) {
	var names []string
	for _, f := range forms {
		for _, h := range f.headers {
			if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, h.Name) }) {
				names = append(names, h.Name)
			}
		}
	}
	for _, name := range names {
		value := func(f wireForm) string {
			for _, h := range slices.Backward(f.headers) { // what an operation says counts more
				if strings.EqualFold(h.Name, name) {
					return h.Value
				}
			}
			return ""
		}
		if slices.ContainsFunc(forms, func(f wireForm) bool { return value(f) == "" }) {
			p.Notes = append(p.Notes, fmt.Sprintf("the header %s is not sent: the document does not give its value for each event type", name))
			continue
		}
		h := Header{Name: name, Value: value(forms[0])}
		switch same := func(f wireForm) bool { return value(f) == h.Value }; {
		case !slices.ContainsFunc(forms, func(f wireForm) bool { return value(f) != f.event.Name }):
			h.Value = "{{event}}"
		case slices.ContainsFunc(forms, func(f wireForm) bool { return !same(f) }):
			key := "header_" + strings.ReplaceAll(slug(name), "-", "_")
			if p.Vars == nil {
				p.Vars = map[string]string{}
			}
			p.Vars[key] = h.Value
			for _, f := range forms {
				if f.event.Vars == nil {
					f.event.Vars = map[string]string{}
				}
				f.event.Vars[key] = value(f)
			}
			h.Value = "{{" + key + "}}"
		}
		p.Headers = slices.Insert(p.Headers, len(p.Headers)-1, h) // before the signature
	}
}

// headerValue is a header by its schema: with the one value it can have, or that of
// an example. false if it cannot be sent, or is written by itself.
func (d *document) headerValue(name string, holders ...*node) (Header, bool) {
	lower := strings.ToLower(name)
	if !headerForm.MatchString(name) || slices.Contains([]string{"host", "content-length", "content-type", "authorization"}, lower) ||
		strings.Contains(lower, "signature") {
		return Header{}, false
	}
	for _, n := range holders {
		for _, word := range []string{"const", "default", "example", "examples", "enum"} {
			v := n.member(word)
			if v != nil && v.kind == '[' && len(v.members) > 0 {
				v = &v.members[0].value
			}
			if v == nil || v.kind != '"' && v.kind != '0' {
				continue
			}
			text := string(v.raw(d.text))
			if v.kind == '"' {
				text = v.str(d.text)
			}
			if !strings.ContainsFunc(text, unicode.IsControl) && !strings.Contains(text, "{{") {
				return Header{Name: name, Value: text}, true
			}
		}
	}
	return Header{Name: name}, true
}
