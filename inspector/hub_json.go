package inspector

import (
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the row as [Row.MarshalJSON] writes it, byte for byte. It
// is several times as fast, which is what lets the feed keep up with capture.
func (r *Row) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = appendID(b, r.ID)
	b = append(b, `,"n":`...)
	b = strconv.AppendUint(b, r.N, 10)
	b = append(b, `,"at":"`...)
	b = r.At.UTC().AppendFormat(b, TimeFormat)
	b = append(b, '"')
	b = appendMember(b, `,"dir":`, string(r.Dir))
	b = appendMember(b, `,"event":`, r.Event)
	b = appendMember(b, `,"provider":`, r.Provider)
	b = appendNumber(b, `,"status":`, int64(r.Status))
	b = appendMember(b, `,"failure":`, r.Failure)
	b = appendMember(b, `,"verdict":`, string(r.Verdict))
	b = appendMember(b, `,"cause":`, r.Cause)
	b = appendMember(b, `,"scheme":`, r.Scheme)
	b = appendMember(b, `,"method":`, r.Method)
	b = appendMember(b, `,"target":`, text(r.Target))
	b = appendMember(b, `,"host":`, text(r.Host))
	b = appendMember(b, `,"source":`, r.Source)
	b = appendFilled(b, `,"inbox":`, r.Inbox)
	b = appendFilled(b, `,"endpoint":`, r.Endpoint)
	b = appendFilled(b, `,"channel":`, text(r.Channel))
	b = appendFilled(b, `,"event_id":`, text(r.EventID))
	b = appendFilled(b, `,"run":`, r.Run)
	if len(r.Tags) > 0 {
		b = appendStrings(append(b, `,"tags":`...), r.Tags)
	}
	b = append(b, `,"duration_ms":`...)
	b = strconv.AppendFloat(b, float64(r.Duration.Microseconds())/1000, 'f', -1, 64)
	b = appendNumber(b, `,"size":`, r.Size)
	b = appendNumber(b, `,"response_size":`, r.RespSize)
	b = appendNumber(b, `,"tries":`, int64(r.Tries))
	if r.MaxTries != 0 {
		b = appendNumber(b, `,"max_tries":`, int64(r.MaxTries))
	}
	if r.Flags != 0 {
		if names := r.Flags.Names(); len(names) > 0 {
			b = appendStrings(append(b, `,"flags":`...), names)
		}
	}
	if !r.Trashed.IsZero() {
		b = append(b, `,"trashed":"`...)
		b = r.Trashed.UTC().AppendFormat(b, TimeFormat)
		b = append(b, '"')
	}
	return append(b, '}')
}

func appendID(b []byte, id ID) []byte {
	b = append(b, '"')
	for i, end := range [...]int{4, 6, 8, 10, 16} {
		start := [...]int{0, 4, 6, 8, 10}[i]
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, id[start:end])
	}
	return append(b, '"')
}

func appendMember(b []byte, name, value string) []byte {
	return appendString(append(b, name...), value)
}

// appendFilled leaves out what is empty.
func appendFilled(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendMember(b, name, value)
}

func appendNumber(b []byte, name string, n int64) []byte {
	return strconv.AppendInt(append(b, name...), n, 10)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString quotes s as encoding/json does, which also keeps markup out.
func appendString(b []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', '2', '0', '2', hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
