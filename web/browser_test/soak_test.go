//go:build browser

package browser

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"
)

// soakRate is how many requests arrive in a second.
const soakRate = 1000

// A thousand requests a second arrive while the page is open, and at the end it has
// all of them. BOATHOOK_SOAK says for how long (make soak: a minute); a machine that
// is slower takes longer, which is no fault.
func TestSoak(t *testing.T) {
	lasts := 3 * time.Second
	if s := os.Getenv("BOATHOOK_SOAK"); s != "" {
		var err error
		if lasts, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	r := newRig(t)
	p := r.open("/live")
	p.wait(`document.querySelector('.first')`)
	eval[bool](p, `(() => {
		window.said = 0;
		for (const e of document.querySelectorAll('[aria-live]')) new MutationObserver(() => window.said++).observe(e, { characterData: true, childList: true, subtree: true });
		window.most = 0;
		// From the moment in the id of a row, when its request came, to the frame that shows it.
		window.late = [];
		let shown = new Set();
		const look = () => {
			window.most = Math.max(window.most, document.getElementsByTagName('*').length);
			const now = new Set([...document.querySelectorAll('.tr')].map((e) => e.dataset.id));
			for (const id of now) if (!shown.has(id)) window.late.push(Date.now() - parseInt(id.replace('-', '').slice(0, 12), 16));
			shown = now;
			requestAnimationFrame(look);
		};
		look();
		return true;
	})()`)
	total := int(lasts.Seconds() * soakRate)
	began := time.Now()
	r.flood(total)
	flooded := time.Since(began)
	p.waitFor(lasts+60*time.Second, fmt.Sprintf(`boathook.ids().length >= %d`, total))
	shown := time.Since(began)
	p.same(30 * time.Second)
	t.Logf("rows were painted %.0f ms after their requests came, 95 of 100 within %.0f ms", eval[float64](p, `window.late.sort((a, b) => a - b)[window.late.length >> 1] ?? 0`), eval[float64](p, `window.late[Math.floor(window.late.length * 0.95)] ?? 0`))
	t.Logf("%d arrived in %v (%.0f/s), all were shown %v later; %d elements at most, %d sentences, %.1f MB", total, flooded.Round(time.Millisecond), float64(total)/flooded.Seconds(),
		(shown - flooded).Round(time.Millisecond), eval[int](p, `window.most`), eval[int](p, `window.said`), p.heap())
	if n := eval[int](p, `window.most`); n > 3000 {
		t.Errorf("%d elements, want at most 3,000", n)
	}
	if said, most := eval[int](p, `window.said`), 2+int(shown.Seconds()/10)*2; said > most {
		t.Errorf("%d sentences were spoken in %v, want at most %d", said, shown, most)
	}
	if mb, most := p.heap(), 30+float64(total)/1000; mb > most {
		t.Errorf("the page holds %.0f MB for %d rows, want at most %.0f", mb, total, most)
	}
	if stats := len(r.stored()); stats != total {
		t.Errorf("%d are in the store, %d were sent", stats, total)
	}
}

// flood sends n requests at the rate of the soak over a few connections.
func (r *rig) flood(n int) {
	r.t.Helper()
	const lanes = 8
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: lanes, DialContext: (&net.Dialer{}).DialContext}}
	defer client.CloseIdleConnections()
	began := time.Now()
	var done sync.WaitGroup
	for lane := range lanes {
		done.Go(func() {
			for i := lane; i < n; i += lanes {
				time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / soakRate)))
				res, err := client.Post(fmt.Sprintf("http://%s/in/demo/soak/%d", r.capture, i), "application/json", nil)
				if err != nil {
					r.t.Error(err)
					return
				}
				res.Body.Close() //nolint:errcheck // its status is what counts
				if res.StatusCode != http.StatusOK {
					r.t.Errorf("answer %s", res.Status)
				}
			}
		})
	}
	done.Wait()
}
