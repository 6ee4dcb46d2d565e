//go:build browser

package browser

import (
	"fmt"
	"os"
	"sync"
)

var axeSource = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("testdata/axe/axe.min.js") })

// axe looks for barriers in what is shown now, by one rule or by all of WCAG 2.2 AA
// and what is known to be good.
func (p *tab) axe(where string, rule ...string) {
	p.t.Helper()
	if !eval[bool](p, `'axe' in window`) {
		source, err := axeSource()
		if err != nil {
			p.t.Fatal(err)
		}
		eval[bool](p, string(source)+"; true")
	}
	only := `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	if len(rule) > 0 {
		only = fmt.Sprintf(`{ type: 'rule', values: [%s] }`, quote(rule[0]))
	}
	found := eval[string](p, `axe.run(document, { runOnly: `+only+`, resultTypes: ['violations'], preload: false }).then((r) => r.violations.map((v) =>
		v.id + ' (' + v.nodes.length + '): ' + v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')).join('\n'))`)
	if found != "" {
		p.t.Errorf("%s:\n%s", where, found)
	}
}

// barriers is axe with its source read by the test.
func (p *tab) barriers(_, where string) { p.t.Helper(); p.axe(where) }
