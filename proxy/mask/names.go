package mask

import (
	"slices"
	"strings"
	"unicode"
)

// Names are the words by which a name tells that its value is a credential. Words are
// parted by anything but letters and digits, and by a capital after a small letter.
type Names struct {
	// Headers are the header lines whose values open something, beside those that their
	// words tell. Signatures are not among them: they prove one request and open
	// nothing.
	Headers []string `json:"headers"`
	Secret  []string `json:"secret"` // words that tell it wherever they stand
	Last    []string `json:"last"`   // words that tell it at the end
	Key     []string `json:"key"`    // words before "key" that tell that it is a secret one
	// Parameter are words that tell it at the end of a query parameter, where a
	// signature stands for the right to call an address.
	Parameter []string `json:"parameter"`
	Not       []string `json:"not"` // words at the end of names that only speak of a secret
}

// DefaultNames are those that hold unless [OnlyListed] is said.
var DefaultNames = Names{
	Headers: []string{"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "x-amz-security-token"},
	Secret: []string{
		"token", "tokens", "secret", "secrets", "password", "passwd", "passphrase", "pwd", "apikey", "accesskey", "secretkey", "authkey",
		"appkey", "apptoken", "accesstoken", "credential", "credentials", "jwt", "bearer", "sessionid", "authtoken", "apitoken",
	},
	Last:      []string{"auth", "authorization", "session", "pass"},
	Key:       []string{"api", "access", "secret", "private", "auth", "app", "client", "account", "license", "functions", "service", "shared", "master", "subscription", "webhook", "signing", "integration"},
	Parameter: []string{"sig", "signature", "key", "hmac", "code"},
	Not:       []string{"id", "algo", "algorithm", "version", "type", "expires", "length", "present", "name", "scope"},
}

// line reports whether the name of a header line tells it.
func (n *Names) line(header string) bool {
	return slices.Contains(n.Headers, strings.ToLower(header)) || n.tells(words(header), false)
}

func (n *Names) tells(w []string, parameter bool) bool {
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	if slices.Contains(n.Not, last) || !parameter && slices.Contains(w, "signature") {
		return false
	}
	for i, word := range w {
		if slices.Contains(n.Secret, word) || word == "key" && i > 0 && slices.Contains(n.Key, w[i-1]) {
			return true
		}
	}
	rest := slices.DeleteFunc(slices.Clone(w), func(s string) bool { return s == "x" })
	return slices.Contains(n.Last, last) || len(rest) == 1 && (rest[0] == "key" || rest[0] == "sid") || parameter && slices.Contains(n.Parameter, last)
}

// words takes a name apart.
func words(name string) []string {
	var list []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			list, word = append(list, strings.ToLower(string(word))), word[:0]
		}
	}
	before := ' '
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
		} else {
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				end()
			}
			word = append(word, r)
		}
		before = r
	}
	end()
	return list
}
