package inspector

import (
	"bytes"
	"strconv"
	"strings"
)

// Field is one header line. Name is as it was written; Value is freed of the
// white space around it.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Head is a view on a raw message head: order, case and repeats are kept.
type Head struct {
	Start  string  // start line without its line end
	Fields []Field // header lines in order
}

// ParseHead reads a raw head for display and filtering. It never fails: what is
// no header line becomes a field without a name. Whether a head is valid was
// decided when it was received.
func ParseHead(raw []byte) Head {
	var h Head
	first := true
	for len(raw) > 0 {
		line := raw
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			line, raw = raw[:i], raw[i+1:]
		} else {
			raw = nil
		}
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if first {
			h.Start, first = string(line), false
			continue
		}
		if len(line) == 0 {
			break
		}
		if (line[0] == ' ' || line[0] == '\t') && len(h.Fields) > 0 {
			last := &h.Fields[len(h.Fields)-1]
			last.Value = strings.Trim(last.Value+" "+strings.Trim(string(line), " \t"), " \t")
			continue
		}
		name, value, found := bytes.Cut(line, []byte{':'})
		if !found {
			name, value = nil, line
		}
		h.Fields = append(h.Fields, Field{string(name), string(bytes.Trim(value, " \t"))})
	}
	return h
}

// Value is the value of the first field with the name, in any case; "" if there
// is none.
func (h Head) Value(name string) string {
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values are the values of all fields with the name, in order.
func (h Head) Values(name string) []string {
	var vs []string
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// Method is the first word of a request's start line.
func (h Head) Method() string {
	method, _, _ := strings.Cut(h.Start, " ")
	return method
}

// Target is the request target as it stood in the start line.
func (h Head) Target() string {
	_, rest, _ := strings.Cut(h.Start, " ")
	if i := strings.LastIndexByte(rest, ' '); i >= 0 {
		return rest[:i]
	}
	return rest
}

// Status is the status code of a response's start line, 0 if there is none.
func (h Head) Status() int {
	_, rest, _ := strings.Cut(h.Start, " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 0 || n > 999 {
		return 0
	}
	return n
}
