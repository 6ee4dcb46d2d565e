package proxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// MarkHeader names the header that a marked replay has, with the id of its run.
const MarkHeader = "Boathook-Replay"

// checkEdit validates the edit of a header. The Host follows from the target.
func checkEdit(field string, h inspector.Field) error {
	if strings.EqualFold(h.Name, "Host") {
		return &InvalidError{Field: field + ".name", Text: "Host is that of the target", Hint: "leave it out"}
	}
	if framingNames[strings.ToLower(h.Name)] {
		return &InvalidError{Field: field + ".name", Text: h.Name + " follows from the body", Hint: "leave it out"}
	}
	return checkHeader(field, h, false)
}

// editHead replaces the values of header lines, adds those that are not there and
// takes out those whose value is "". All other bytes stay.
func editHead(head []byte, edits []inspector.Field) ([]byte, error) {
	if len(edits) == 0 {
		return head, nil
	}
	var h wire.RequestHead
	if err := h.Parse(head, maxReplyLines); err != nil {
		return nil, fmt.Errorf("read the recorded head: %w", err)
	}
	start, _, _ := strings.Cut(string(head), "\n")
	out := append([]byte(nil), strings.TrimSuffix(start, "\r")+"\r\n"...)
	placed := make([]bool, len(edits))
	for i := range h.Fields {
		f := &h.Fields[i]
		at := slices.IndexFunc(edits, func(e inspector.Field) bool { return strings.EqualFold(e.Name, f.Name) })
		switch {
		case at < 0:
			out = append(append(out, f.Line...), "\r\n"...)
		case !placed[at] && edits[at].Value != "":
			out = append(out, f.Name+": "+edits[at].Value+"\r\n"...)
			placed[at] = true
		}
	}
	for i, e := range edits {
		if !placed[i] && e.Value != "" {
			out = append(out, e.Name+": "+e.Value+"\r\n"...)
		}
	}
	return append(out, "\r\n"...), nil
}

// editBody makes the assignments of a replay.
func editBody(body []byte, set []catalog.Assignment) ([]byte, error) {
	for _, a := range set {
		var err error
		if body, err = catalog.SetPath(body, a); err != nil {
			return nil, fmt.Errorf("the body cannot be edited: %w", err)
		}
	}
	return body, nil
}
