package portable

import (
	"slices"
	"strings"
	"unicode"
)

// credentials are the header lines whose values open something, beside those that
// their words tell. Signatures are not among them: they prove one request and open
// nothing.
var credentials = []string{"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "x-amz-security-token"}

// What the words of a name tell, which are parted by anything but letters and
// digits, and by a capital after a small letter.
var (
	// secretWords tell it wherever they stand.
	secretWords = []string{
		"token", "tokens", "secret", "secrets", "password", "passwd", "passphrase", "pwd", "apikey", "accesskey", "secretkey", "authkey",
		"appkey", "apptoken", "accesstoken", "credential", "credentials", "jwt", "bearer", "sessionid", "authtoken", "apitoken",
	}
	// lastWords tell it at the end.
	lastWords = []string{"auth", "authorization", "session", "pass"}
	// keyWords tell that a key after them is a secret one.
	keyWords = []string{"api", "access", "secret", "private", "auth", "app", "client", "account", "license", "functions", "service", "shared", "master", "subscription", "webhook", "signing", "integration"}
	// paramWords tell it of a query parameter, where a signature stands for the right
	// to call an address.
	paramWords = []string{"sig", "signature", "key", "hmac", "code"}
	// notSecret are words at the end of names that only speak of a secret.
	notSecret = []string{"id", "algo", "algorithm", "version", "type", "expires", "length", "present", "name", "scope"}
)

// IsCredential reports whether a header line's value is left out of exports, by its
// name.
func IsCredential(header string) bool {
	name := strings.TrimSpace(header)
	return slices.Contains(credentials, strings.ToLower(name)) || saysSecret(words(name), false)
}

// IsSecretParameter reports whether the value of a query parameter is left out of
// exports, by its name.
func IsSecretParameter(name string) bool { return saysSecret(words(unescaped(name)), true) }

func saysSecret(w []string, parameter bool) bool {
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	if slices.Contains(notSecret, last) || !parameter && slices.Contains(w, "signature") {
		return false
	}
	for i, word := range w {
		if slices.Contains(secretWords, word) || word == "key" && i > 0 && slices.Contains(keyWords, w[i-1]) {
			return true
		}
	}
	rest := slices.DeleteFunc(slices.Clone(w), func(s string) bool { return s == "x" })
	return slices.Contains(lastWords, last) || len(rest) == 1 && (rest[0] == "key" || rest[0] == "sid") || parameter && slices.Contains(paramWords, last)
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
