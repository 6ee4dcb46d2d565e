//go:build browser

package browser

import (
	"strings"
	"testing"
)

// A long name of an event breaks between its words where there is no room for it, and is
// read out, selected and copied as it is.
func TestNamesBreakAndStayWhole(t *testing.T) {
	const whole = "cancel_registrant"
	p := newRig(t).open("/send/webconnex/" + whole)
	const name = `document.querySelector('.ev [aria-current] .ev-name')`
	p.wait(name)
	eval[bool](p, `document.activeElement.blur() ?? document.querySelector('.ev [aria-current]').focus() ?? true`)
	if _, said := p.spoken(); said != whole {
		t.Errorf("it is read out as %q", said)
	}
	if got := eval[string](p, `(getSelection().selectAllChildren(`+name+`), getSelection().toString())`); got != whole {
		t.Errorf("selected it is %q", got)
	}
	lines := `(() => {
		const text = document.createTreeWalker(` + name + `, NodeFilter.SHOW_TEXT), lines = [];
		for (let at = -1; text.nextNode();) for (let i = 0; i < text.currentNode.length; i++) {
			const r = document.createRange();
			r.setStart(text.currentNode, i);
			r.setEnd(text.currentNode, i + 1);
			const y = Math.round(r.getBoundingClientRect().top);
			if (y !== at) lines.push('');
			at = y;
			lines[lines.length - 1] += text.currentNode.data[i];
		}
		return lines.join(' ');
	})()`
	if got := eval[string](p, lines); got != whole {
		t.Errorf("with room it stands in the lines %q", got)
	}
	eval[bool](p, `(`+name+`.style.width = '12ch') && true`)
	if got := eval[string](p, lines); got != strings.Replace(whole, "_", "_ ", 1) {
		t.Errorf("without room it stands in the lines %q", got)
	}
}
