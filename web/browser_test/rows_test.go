//go:build browser

package browser

import (
	"fmt"
	"testing"
)

// made makes n rows of the feed in the page, from a running number on, each with texts
// that no other one has.
const made = `window.made = (from, n, more = {}) => Array.from({ length: n }, (_, i) => ({
	id: 'id-' + (from + i), n: from + i, at: '2026-01-01T00:00:00Z', dir: 'in', method: 'POST', status: 200, event: 'soaked',
	target: '/in/demo/' + (from + i) + '/' + 'x'.repeat(200), ...more,
}))`

// A page that is open for days holds the rows that there are, not all that there were:
// what only rows had that are gone goes with them, what others have stays.
func TestRowsThatAreGoneTakeNoRoom(t *testing.T) {
	p := newRig(t).open("/live")
	p.settle()
	eval[bool](p, made+`, true`)
	eval[bool](p, `import('/static/list/rows.js').then(({ Rows }) => { window.kept = new Rows(); window.kept.put(window.made(1, 2, { host: 'shared', tags: ['a', 'b'] }), false); return true; })`)
	before := p.heap()
	eval[bool](p, `(() => {
		for (let from = 10; from < 200_000; from += 2000) {
			const rows = window.made(from, 2000);
			window.kept.put(rows, false);
			window.kept.put(rows.map((r) => ({ ...r, target: r.target + '/again' })), true);
			window.kept.remove(rows.map((r) => r.id));
		}
		return true;
	})()`)
	if more := p.heap() - before; more > 10 {
		t.Errorf("200,000 rows came and went: the page holds %.0f MB more than before", more)
	}
	if got := eval[string](p, `(() => {
		const { kept } = window;
		kept.remove(['id-1']);
		kept.put(window.made(300_000, 3, { host: 'another', tags: [] }), false);
		return [kept.length, kept.at(3).n, kept.at(3).host, kept.at(3).tags, kept.at(3).target.slice(0, 12), kept.at(0).host, kept.at(0).target.slice(0, 17)].join();
	})()`); got != "4,2,shared,a,b,/in/demo/2/x,another,/in/demo/300002/x" {
		t.Errorf("the rows that stayed are %s", got)
	}
}

// What arrives makes a list no longer than what it loads at most: the oldest go, and it
// is said that there are older ones.
func TestListStaysBounded(t *testing.T) {
	r := newRig(t)
	r.fill(1)
	p := r.open("/live")
	p.loaded()
	eval[bool](p, made+`, true`)
	most := eval[int](p, `import('/static/state.js').then(({ sync }) => {
		let most = 0;
		for (let from = 10; from < 260_000; from += 5000) {
			sync.frame({ from: sync.cursor, to: sync.cursor, rows: window.made(from, 5000, { target: '/in/demo' }) }, sync.reading);
			most = Math.max(most, sync.rows.length);
		}
		return most;
	})`)
	if most < 200_000 || most > 215_000 {
		t.Errorf("the list grew to %d rows, want some 200,000", most)
	}
	p.wait(`document.getElementById('row-260009') && !boathook.state().complete && document.querySelector('.rows-end')`)
	if gone := eval[bool](p, fmt.Sprintf(`boathook.ids().includes('id-%d')`, 10)); gone {
		t.Error("the oldest row is still there")
	}
	// While older pages still come in below, nothing is cut off there: they would leave a gap.
	if got := eval[string](p, `import('/static/state.js').then(({ sync }) => {
		const lengths = [];
		for (const [loading, from, n] of [[true, 300_000, 15_000], [false, 400_000, 1]]) {
			sync.reading.loading = loading;
			const before = sync.rows.length;
			sync.frame({ from: sync.cursor, to: sync.cursor, rows: window.made(from, n, { target: '/in/demo' }) }, sync.reading);
			lengths.push(loading ? sync.rows.length - before : sync.rows.length);
		}
		return lengths.join();
	})`); got != "15000,200000" {
		t.Errorf("rows that came while pages were loading, and how many were left then: %s, want 15000,200000", got)
	}
}
