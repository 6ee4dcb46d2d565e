package compare

import (
	"regexp"
	"strings"
)

// ignore is the list of what does not count.
type ignore struct {
	names map[string]bool // any key of the name, in lower case
	paths []*regexp.Regexp
}

func newIgnore(list []string) *ignore {
	ign := &ignore{names: map[string]bool{}}
	for _, p := range list {
		p = strings.ToLower(strings.TrimSpace(p))
		p = strings.TrimPrefix(strings.TrimPrefix(p, "$."), "body.")
		switch {
		case p == "":
		case !strings.ContainsAny(p, ".*["):
			ign.names[p] = true
		default:
			quoted := strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.*`)
			ign.paths = append(ign.paths, regexp.MustCompile(`^(?s:`+quoted+`)$`))
		}
	}
	return ign
}

// match looks at a path such as data.items[2].id, or header.date.
func (ign *ignore) match(path string) bool {
	path = strings.ToLower(path)
	last := path[strings.LastIndexByte(path, '.')+1:]
	if name, _, _ := strings.Cut(last, "["); ign.names[name] || ign.names[path] {
		return true
	}
	for _, re := range ign.paths {
		if re.MatchString(path) {
			return true
		}
	}
	return false
}
