package inspector_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/boathook/boathook/inspector"
)

func TestParseHead(t *testing.T) {
	t.Parallel()
	type fields = []inspector.Field
	for _, tt := range []struct {
		name, raw, start string
		fields           fields
	}{
		{"order, case and repeats", "POST /a HTTP/1.1\r\nHost: x\r\nx-A: 1\r\nX-a:2\r\n\r\n", "POST /a HTTP/1.1",
			fields{{"Host", "x"}, {"x-A", "1"}, {"X-a", "2"}}},
		{"line ends without carriage return", "GET / HTTP/1.1\nA: b\n\n", "GET / HTTP/1.1", fields{{"A", "b"}}},
		{"white space around the value alone", "G / H\r\nA: \t b \t\r\nB:\r\n\r\n", "G / H", fields{{"A", "b"}, {"B", ""}}},
		{"a folded line", "G / H\r\nA: b\r\n\t c\r\nD: e\r\n\r\n", "G / H", fields{{"A", "b c"}, {"D", "e"}}},
		{"a fold before any field", "G / H\r\n b\r\n\r\n", "G / H", fields{{"", "b"}}},
		{"a line without colon", "G / H\r\nwhat\r\n\r\n", "G / H", fields{{"", "what"}}},
		{"a colon in the value", "G / H\r\nA: b: c\r\n\r\n", "G / H", fields{{"A", "b: c"}}},
		{"no empty line at the end", "G / H\r\nA: b", "G / H", fields{{"A", "b"}}},
		{"bytes after the empty line", "G / H\r\n\r\nA: b\r\n", "G / H", nil},
		{"bytes that are no text", "G / H\r\nA: \xff\x00\r\n\r\n", "G / H", fields{{"A", "\xff\x00"}}},
		{"nothing", "", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := inspector.ParseHead([]byte(tt.raw))
			if h.Start != tt.start || !slices.Equal(h.Fields, tt.fields) {
				t.Errorf("start %q, fields %q; want %q, %q", h.Start, h.Fields, tt.start, tt.fields)
			}
		})
	}
}

func TestHeadParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, start, method, target string
		status                      int
	}{
		{"a request", "POST /in/demo?a=b HTTP/1.1", "POST", "/in/demo?a=b", 0},
		{"a target with spaces", "GET /a b c HTTP/1.1", "GET", "/a b c", 0},
		{"no version", "GET /a", "GET", "/a", 0},
		{"one word", "GET", "GET", "", 0},
		{"a response", "HTTP/1.1 204 No Content", "HTTP/1.1", "204 No", 204},
		{"a response without reason", "HTTP/1.1 503", "HTTP/1.1", "503", 503},
		{"a status that is too long", "HTTP/1.1 1000 X", "HTTP/1.1", "1000", 0},
		{"a negative status", "HTTP/1.1 -1 X", "HTTP/1.1", "-1", 0},
		{"nothing", "", "", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := inspector.Head{Start: tt.start}
			if h.Method() != tt.method || h.Target() != tt.target || h.Status() != tt.status {
				t.Errorf("%q %q %d, want %q %q %d", h.Method(), h.Target(), h.Status(), tt.method, tt.target, tt.status)
			}
		})
	}
}

func TestHeadValues(t *testing.T) {
	t.Parallel()
	h := inspector.ParseHead([]byte("G / H\r\nA: 1\r\nb: 2\r\na: 3\r\n\r\n"))
	if h.Value("A") != "1" || h.Value("a") != "1" || h.Value("none") != "" {
		t.Errorf("Value: %q %q %q", h.Value("A"), h.Value("a"), h.Value("none"))
	}
	if got := h.Values("a"); !slices.Equal(got, []string{"1", "3"}) {
		t.Errorf("Values = %q, want 1 and 3", got)
	}
	if h.Values("none") != nil {
		t.Error("Values of a field that is not there are not nil")
	}
}

func FuzzParseHead(f *testing.F) {
	f.Add([]byte("POST / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"))
	f.Add([]byte(" \n:\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		h := inspector.ParseHead(raw)
		if !bytes.Equal(raw, before) {
			t.Fatal("the bytes were changed")
		}
		if lines := bytes.Count(raw, []byte("\n")) + 1; len(h.Fields) > lines {
			t.Errorf("%d fields of %d lines", len(h.Fields), lines)
		}
		for _, field := range h.Fields {
			if len(h.Values(field.Name)) == 0 {
				t.Errorf("field %q is not found by its name", field.Name)
			}
		}
	})
}
