//go:build browser

package browser

import "testing"

// On a narrow screen with text twice as large the page of activity does not go sideways.
func TestActivityFitsWithLargeText(t *testing.T) {
	r := newRig(t)
	r.send("POST", "/in/demo/a", "application/json", `{"a":1}`)
	p := r.open("/activity", view{width: 320, height: 700})
	p.wait(`document.querySelector('.by') && document.querySelector('.chart figcaption')`)
	p.reads(larger)
	if over := eval[int](p, `(() => { const e = document.querySelector('.page'); return e.scrollWidth - e.clientWidth; })()`); over > 0 {
		t.Errorf("the page is %d px wider than the screen", over)
	}
}
