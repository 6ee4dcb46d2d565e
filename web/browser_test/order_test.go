//go:build browser

package browser

import (
	"fmt"
	"testing"
)

// Rows sort by what is inside of deliveries too: numbers as numbers, those without a
// value last whichever way, and what arrives is sorted in.
func TestSortingByContent(t *testing.T) {
	r := newRig(t)
	for _, total := range []string{"9", "125.5", `"a"`, "-3"} {
		r.send("POST", "/in/demo", "application/json", `{"data":{"total":`+total+`}}`, "X-Kind: k"+total)
	}
	r.send("POST", "/in/demo", "application/json", `{}`)
	p := r.open("/live?cols=n,body.data.total,header.x-kind")
	p.wait(`document.querySelectorAll('.rows .tr').length === 5`)
	order := func(want string) {
		t.Helper()
		p.wait(fmt.Sprintf(`%s(0).join(' ') === %s`, tableOf, quote(want)))
	}
	eval[bool](p, `[...document.querySelectorAll('.head-name')].find((x) => x.textContent.startsWith('body.data.total')).click() ?? true`)
	p.wait(`location.search.includes('sort=body.data.total') && document.querySelector('[aria-sort="ascending"]')?.textContent.startsWith('body.data.total')`)
	order("4 1 2 3 5")
	eval[bool](p, `[...document.querySelectorAll('.head-name')].find((x) => x.textContent.startsWith('body.data.total')).click() ?? true`)
	order("3 2 1 4 5")
	r.send("POST", "/in/demo", "application/json", `{"data":{"total":10}}`)
	order("3 2 6 1 4 5")
	eval[bool](p, `[...document.querySelectorAll('.head-name')].find((x) => x.textContent.startsWith('header.x-kind')).click() ?? true`)
	order(`3 4 2 1 6 5`)
	eval[bool](p, "history.back() ?? true")
	order("3 2 6 1 4 5")

	// The sheet offers them as well, and a link shows the same.
	p = r.open("/live?cols=n,body.data.total&sort=-body.data.total")
	order("3 2 6 1 4 5")
}

// Of many, the newest are sorted, and the page says how many these are.
func TestSortingByContentIsBounded(t *testing.T) {
	r := newRig(t)
	r.fill(20_400)
	p := r.open("/live?cols=n,header.x-a&sort=header.x-a")
	p.wait(`[...document.querySelectorAll('.bar [role="status"]')].some((x) => /^sorted the newest [\d,]+$/.test(x.textContent))`)
}
