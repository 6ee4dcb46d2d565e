package portable

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

	"github.com/boathook/boathook/inspector"
)

// A marked line ends with markStart, the mark and markEnd.
const (
	markStart = `,"mark":"`
	markEnd   = `"}`
)

// marker makes the mark of a delivery: an HMAC over its lines, those of its larger
// bodies first, to the byte. What has it was written by who holds the key, and not
// changed since.
type marker struct {
	make func() hash.Hash // nil: there are no marks
	sum  hash.Hash        // over the pieces so far, nil if there are none
}

// piece takes on a line with a piece of a body.
func (m *marker) piece(text []byte) {
	if m.make == nil {
		return
	}
	if m.sum == nil {
		m.sum = m.make()
	}
	m.sum.Write(text)
	m.sum.Write([]byte{'\n'})
}

// end is the mark of a delivery whose own line, without a mark, is text.
func (m *marker) end(text []byte) string {
	m.piece(text)
	sum := m.sum
	m.sum = nil
	return hex.EncodeToString(sum.Sum(nil))
}

// add marks the line of a delivery.
func (m *marker) add(text []byte) []byte {
	if m.make == nil {
		return text
	}
	mark := m.end(text)
	return append(append(append(text[:len(text)-1], markStart...), mark...), markEnd...)
}

// holds reports whether the line of a delivery has the mark that it must have.
func (m *marker) holds(text []byte) bool {
	if m.make == nil {
		return false
	}
	i := bytes.LastIndex(text, []byte(markStart))
	if i < 0 || !bytes.HasSuffix(text, []byte(markEnd)) {
		m.sum = nil
		return false
	}
	has := text[i+len(markStart) : len(text)-len(markEnd)]
	return hmac.Equal([]byte(m.end(append(slices.Clone(text[:i]), '}'))), has)
}

// disown takes back what a file says of a signature that was not checked here: it is
// a remark of the capture, and no verdict.
func disown(row *inspector.Row, attempts []inspector.Attempt) {
	if row.Verdict == "" || row.Verdict == inspector.Unchecked && row.Cause == "" {
		row.Verdict = inspector.Unchecked
		return
	}
	claim := fmt.Sprintf("the file says that its signature is %.20s", row.Verdict)
	if row.Scheme != "" {
		claim += fmt.Sprintf(" (%.60s)", row.Scheme)
	}
	row.Verdict, row.Cause = inspector.Unchecked, ""
	if row.Dir == inspector.In {
		row.Scheme = ""
	}
	if len(attempts) > 0 {
		a := &attempts[0]
		a.Notes = append(slices.Clip(a.Notes), claim+"; which is not a finding of this store")
	}
}
