//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"
)

// However much arrives in a minute, six sentences tell of it at most, and of all of it.
// The minute is one of a clock that the test winds on.
func TestSixSentencesAMinute(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	p.loaded()
	for _, tt := range []struct {
		setting   string
		failing   int // of a hundred rows
		sentences int
	}{{"summary", 10, 6}, {"summary", 0, 6}, {"failures", 10, 6}, {"failures", 0, 0}, {"off", 10, 0}} {
		heard := eval[[]string](p, fmt.Sprintf(`(async () => {
			const [{ announceRows }, { notices }] = await Promise.all([import('/static/components/notices.js'), import('/static/state.js')]);
			notices.value = '%s';
			const heard = [], watch = new MutationObserver((all) => heard.push(all[0].target.textContent));
			for (const e of document.querySelectorAll('[aria-live]')) watch.observe(e, { characterData: true, childList: true, subtree: true });
			const real = window.setTimeout, due = [];
			let now = 0;
			window.setTimeout = (f, ms = 0, ...a) => (ms < 1000 ? real(f, ms, ...a) : due.push({ at: now + ms, f: () => f(...a) }));
			const rows = Array.from({ length: 100 }, (_, i) => ({ failure: '', status: i < %d ? 503 : 200 }));
			for (; now <= 80_000; now += 100) {
				if (now < 60_000) announceRows(rows);
				for (const x of due.filter((x) => x.at <= now)) {
					due.splice(due.indexOf(x), 1);
					x.f();
					await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
				}
			}
			window.setTimeout = real;
			watch.disconnect();
			notices.value = 'summary';
			return heard;
		})()`, tt.setting, tt.failing))
		if len(heard) != tt.sentences {
			t.Errorf("%s with %d failures of 100: %d sentences, want %d: %q", tt.setting, tt.failing, len(heard), tt.sentences, heard)
		}
		told := 0
		for _, s := range heard {
			var n int
			if _, err := fmt.Sscanf(strings.ReplaceAll(s, ",", ""), "%d new", &n); err != nil {
				t.Errorf("%s: it said %q", tt.setting, s)
			}
			told += n
		}
		if len(heard) > 0 && told != 60_000 {
			t.Errorf("%s with %d failures of 100: it told of %d rows, want 60,000: %q", tt.setting, tt.failing, told, heard)
		}
	}
}
