package terminal

import "strings"

// PaintJSON colours JSON text and leaves every character where it is. It takes
// text that is cut short or no valid JSON too: what is no token stays plain. The
// text is made safe as [SafeText] does.
func (p *Palette) PaintJSON(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		n := jsonToken(text)
		token, rest := text[:n], text[n:]
		safe := SafeText(token)
		switch c := token[0]; {
		case c == '"' && strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":"):
			b.WriteString(p.Name.Sprint(safe))
		case c == '"':
			b.WriteString(p.Text.Sprint(safe))
		case token == "null", token == "true", token == "false":
			b.WriteString(p.Null.Sprint(safe))
		case c == '-' || c >= '0' && c <= '9':
			b.WriteString(p.Number.Sprint(safe))
		default:
			b.WriteString(safe)
		}
		text = rest
	}
	return b.String()
}

// jsonToken is the length of the token that text, which is not empty, begins with.
func jsonToken(text string) int {
	const word = "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	switch c := text[0]; {
	case c == '"':
		return jsonString(text)
	case strings.IndexByte(word, c) >= 0:
		return len(text) - len(strings.TrimLeft(text, word))
	}
	// Everything up to the next token, so that no character is split.
	if n := strings.IndexAny(text, `"`+word); n > 0 {
		return n
	}
	return len(text)
}

func jsonString(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// LooksLikeJSON reports whether text is worth colouring as JSON.
func LooksLikeJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}
