package signer

import "strings"

// hook0 signs the timestamp, the names of some headers, their values and the
// body. The names stand as h= in the signature header, separated by spaces.
func hook0(s *Scheme, m *Message, p parts) ([][]byte, error) {
	names := ""
	if header, _, ok := m.first(s.Signature.Headers); ok {
		for item := range strings.SplitSeq(header, s.Signature.Separator) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(item), "h="); ok {
				names = v
			}
		}
	}
	var values []string
	for name := range strings.FieldsSeq(names) {
		v, _ := m.Value(name)
		values = append(values, v)
	}
	return one(p.timestamp + "." + names + "." + strings.Join(values, ".") + "." + string(m.Body))
}
