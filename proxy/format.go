package proxy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/boathook/boathook/catalog"
)

// Formats of a body.
const (
	FormatJSON = "json"
	FormatForm = "form"
	FormatXML  = "xml"
)

// contentTypes are the Content-Type of each format where the provider names none.
var contentTypes = map[string]string{
	FormatJSON: "application/json",
	FormatForm: "application/x-www-form-urlencoded",
	FormatXML:  "application/xml; charset=utf-8",
}

// maxDepth bounds how deep a payload may be to be written in another format.
const maxDepth = 100

// errFormat is the error for a payload that has no other format.
func errFormat(format string, err error) error {
	return &InvalidError{Field: "format", Text: fmt.Sprintf("the payload cannot be written as %s: %v", format, err), Hint: "send it as JSON, or send a JSON object"}
}

// convert writes a JSON payload in another format. Members keep their order, and
// numbers their spelling. As JSON it is left as it is.
func convert(payload []byte, format string) ([]byte, error) {
	var write func(*json.Decoder, *bytes.Buffer) error
	switch format {
	case FormatForm:
		write = writeForm
	case FormatXML:
		write = writeXML
	default:
		return payload, nil
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var out bytes.Buffer
	err := write(d, &out)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = fmt.Errorf("there is something after the JSON value at byte %d", d.InputOffset())
		}
	}
	if err != nil {
		if wrong := catalog.CheckJSON(payload); wrong != nil {
			err = wrong // which says more
		}
		return nil, errFormat(format, err)
	}
	return out.Bytes(), nil
}

// writeForm writes an object as form fields: the inside of members in brackets,
// a[b]=1&a[c][0]=2, as PHP and Rails read it. null is an empty value.
func writeForm(d *json.Decoder, out *bytes.Buffer) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return fmt.Errorf("a form needs a JSON object, not %s", tokenKind(t))
	}
	return formMembers(d, out, "", 1)
}

func formMembers(d *json.Decoder, out *bytes.Buffer, path string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("it is over %d levels deep", maxDepth)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string) // a decoder gives nothing else here
		if path != "" {
			name = path + "[" + name + "]"
		}
		if err := formValue(d, out, name, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func formValue(d *json.Decoder, out *bytes.Buffer, name string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		return formMembers(d, out, name, depth+1)
	case json.Delim('['):
		if depth > maxDepth {
			return fmt.Errorf("it is over %d levels deep", maxDepth)
		}
		for i := 0; d.More(); i++ {
			if err := formValue(d, out, name+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	}
	if out.Len() > 0 {
		out.WriteByte('&')
	}
	out.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(scalar(t)))
	return nil
}

// writeXML writes a JSON value as an element "event": members are elements of
// their name, and the items of a list repeat the element. A list of events is an
// element "events".
func writeXML(d *json.Decoder, out *bytes.Buffer) error {
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return xmlToken(d, out, t, "event", 1)
	}
	out.WriteString("<events>")
	err = xmlToken(d, out, t, "event", 1)
	out.WriteString("</events>")
	return err
}

func xmlValue(d *json.Decoder, out *bytes.Buffer, name string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	return xmlToken(d, out, t, name, depth)
}

// xmlToken writes the value that begins with a token.
func xmlToken(d *json.Decoder, out *bytes.Buffer, t json.Token, name string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("it is over %d levels deep", maxDepth)
	}
	if t == json.Delim('[') {
		for d.More() {
			if err := xmlValue(d, out, name, depth+1); err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	}
	var err error
	out.WriteString("<" + name + ">")
	if t == json.Delim('{') {
		err = xmlMembers(d, out, depth)
	} else {
		escapeXML(out, scalar(t))
	}
	out.WriteString("</" + name + ">")
	return err
}

func xmlMembers(d *json.Decoder, out *bytes.Buffer, depth int) error {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string) // a decoder gives nothing else here
		if err := xmlValue(d, out, xmlName(name), depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// xmlName makes a name of an element: what may not stand in one is an underscore.
func xmlName(s string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
			return r
		}
		return '_'
	}, s)
	if name == "" || !(name[0] == '_' || name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 'a' && name[0] <= 'z') {
		return "_" + name
	}
	return name
}

// escapeXML writes text. Characters that XML has no way to write are left out.
func escapeXML(out *bytes.Buffer, s string) {
	for _, r := range s {
		switch {
		case r == '&':
			out.WriteString("&amp;")
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '\r':
			out.WriteString("&#13;")
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
		default:
			out.WriteRune(r)
		}
	}
}

func scalar(t json.Token) string {
	switch v := t.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return "" // null
}

func tokenKind(t json.Token) string {
	switch t.(type) {
	case json.Delim:
		return "a list"
	case string:
		return "a text"
	case nil:
		return "null"
	}
	return "a number or a flag"
}
