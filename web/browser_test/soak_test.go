//go:build browser

package browser

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
)

// A soak arrives in parts. The first fills the store up to its bound, and two more are
// there to warm up: what is held from then on has to stay as much.
const (
	soakParts = 8
	soakWarm  = 3
	soakRows  = 20_000 // deliveries that are kept, fewer in a short soak
)

// soakFor says how long requests arrive, and how many of them in a second: a thousand
// for three seconds, or what BOATHOOK_SOAK (10m) and BOATHOOK_SOAK_RATE (150) say.
func soakFor(t *testing.T) (lasts time.Duration, rate int) {
	t.Helper()
	lasts, rate = 3*time.Second, 1000
	var err error
	if s := os.Getenv("BOATHOOK_SOAK"); s != "" {
		if lasts, err = time.ParseDuration(s); err != nil || lasts < time.Second {
			t.Fatalf("BOATHOOK_SOAK is %q, want a time of at least 1s, like 10m", s)
		}
	}
	if s := os.Getenv("BOATHOOK_SOAK_RATE"); s != "" {
		if rate, err = strconv.Atoi(s); err != nil || rate < 1 || rate > 10_000 {
			t.Fatalf("BOATHOOK_SOAK_RATE is %q, want requests in a second, 1 to 10000", s)
		}
	}
	return lasts, rate
}

// painting notes, in a page, how late rows are painted: from the moment in the id of a
// row, when its request came, to the frame that shows it. What it notes takes no more
// room the longer it runs.
const painting = `(() => {
	window.said = 0;
	for (const e of document.querySelectorAll('[aria-live]')) new MutationObserver(() => window.said++).observe(e, { characterData: true, childList: true, subtree: true });
	window.most = 0;
	const late = new Uint32Array(60_000);
	window.lateness = (share) => {
		let left = late.reduce((a, b) => a + b) * share;
		return Math.max(0, late.findIndex((n) => (left -= n) < 0));
	};
	let shown = new Set();
	const look = () => {
		window.most = Math.max(window.most, document.getElementsByTagName('*').length);
		const now = new Set([...document.querySelectorAll('.tr')].map((e) => e.dataset.id));
		for (const id of now) if (id && !shown.has(id)) late[Math.min(late.length - 1, Math.max(0, Date.now() - parseInt(id.replace('-', '').slice(0, 12), 16)))]++;
		shown = now;
		requestAnimationFrame(look);
	};
	look();
	return true;
})()`

// A thousand requests a second arrive while one page is looked at and another one is
// used, and at the end both have all that the store has. The store is bounded, so from
// then on neither a page nor the server may hold more and more. make soak is a minute of
// it; a machine that is slower takes longer, which is no fault.
func TestSoak(t *testing.T) {
	lasts, rate := soakFor(t)
	total := int(lasts.Seconds() * float64(rate))
	keep := min(soakRows, total/soakParts)
	store, err := badgerstore.Open(t.TempDir(), badgerstore.Options{Durability: badgerstore.Process})
	if err != nil {
		t.Fatal(err)
	}
	r := newRigOn(t, store)
	p, used := r.open("/live"), r.open("/live")
	for _, tab := range []*tab{p, used} {
		tab.wait(`document.querySelector('.first')`)
		tab.wait(`performance.now() > 3000`) // what is fetched beside the page is there
		tab.settle()
	}
	eval[bool](p, painting)
	began := time.Now()
	arrived := time.Duration(0)
	var warm, last [3]footprint
	for part := range soakParts {
		from, to := total*part/soakParts, total*(part+1)/soakParts
		var sweeping, arriving sync.WaitGroup
		enough := make(chan struct{})
		sweeping.Go(func() { r.sweeping(keep, enough) })
		arriving.Go(func() {
			started := time.Now()
			r.flood(from, to, rate)
			arrived += time.Since(started)
		})
		used.uses(from)
		arriving.Wait()
		close(enough)
		sweeping.Wait()
		r.sweep(keep)
		p.same(lasts + time.Minute)
		used.same(lasts + time.Minute)
		last = [3]footprint{p.footprint(), used.footprint(), serverFootprint()}
		if part < soakWarm {
			warm = last
		}
		t.Logf("%8v: %d have arrived; looked at: %s; used: %s; %s", time.Since(began).Round(100*time.Millisecond), to, last[0], last[1], last[2])
	}
	stats, err := r.store.Stats(t.Context(), inspector.DefaultWorkspace)
	if err != nil {
		t.Fatal(err)
	}
	if int(stats.LastN) != total || stats.Deliveries != keep {
		t.Errorf("%d were sent: the store has taken in %d and keeps %d, want %d", total, stats.LastN, stats.Deliveries, keep)
	}
	t.Logf("%d arrived at %.0f/s; rows were painted %d ms after their requests came, 95 of 100 within %d ms; %d elements at most, %d sentences", total,
		float64(total)/arrived.Seconds(), eval[int](p, `window.lateness(0.5)`), eval[int](p, `window.lateness(0.95)`), eval[int](p, `window.most`), eval[int](p, `window.said`))
	if n := eval[int](p, `window.most`); n > 3000 {
		t.Errorf("%d elements, want at most 3,000", n)
	}
	if said, most := eval[int](p, `window.said`), 2+int(time.Since(began).Seconds()/10)*2; said > most {
		t.Errorf("%d sentences were spoken, want at most %d", said, most)
	}
	for i := range last {
		last[i].stays(t, warm[i])
	}
}

// footprint is what somebody holds once what nobody needs is gone.
type footprint []thing

type thing struct {
	what  string
	count float64
	play  float64 // what may be there now and not then, whatever was done
}

func (f footprint) String() string {
	var b strings.Builder
	for i, x := range f {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%.4g %s", x.count, x.what)
	}
	return b.String()
}

// stays reports what is more than it was, by more than a tenth.
func (f footprint) stays(t *testing.T, was footprint) {
	t.Helper()
	for i, x := range f {
		if x.count > was[i].count*1.1+x.play {
			t.Errorf("%.1f %s, and %.1f after the warm-up: want at most a tenth more", x.count, x.what, was[i].count)
		}
	}
}

func (p *tab) footprint() footprint {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, performance.Enable, performance.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	f := footprint{{"MB", p.heap(), 1}}
	got, err := chromedp.Call(p.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, m := range got.Metrics {
		switch m.Name {
		case "Nodes":
			f = append(f, thing{"nodes", m.Value, 200})
		case "JSEventListeners":
			f = append(f, thing{"listeners", m.Value, 20})
		}
	}
	return f
}

// serverFootprint is what this process holds: the server, and what tests it.
func serverFootprint() footprint {
	runtime.GC()
	runtime.GC() // what has a finalizer goes with the second
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	return footprint{{"MB of the server", float64(mem.HeapAlloc) / 1e6, 8}, {"goroutines", float64(runtime.NumGoroutine()), 20}}
}

// uses does once what somebody does who works with the page: opens deliveries and their
// tabs, filters, sorts, scrolls, looks at other pages, and is back at the newest.
func (p *tab) uses(n int) {
	p.t.Helper()
	for i := range min(n, 4) {
		for _, tab := range []string{"overview", "request", "signature", "response"} {
			p.to(fmt.Sprintf("/live?sel=%d&tab=%s", n-i, tab))
		}
	}
	for _, path := range []string{"/live?q=status:5xx", "/live?q=event:soaked", "/live?sort=-size", "/endpoints", "/activity", "/send", "/settings", "/live"} {
		p.to(path)
	}
	eval[bool](p, `(async () => {
		const box = document.querySelector('.grid-scroll');
		for (const to of [4000, 100000, 20000, 0]) {
			box.scrollTop = to;
			await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		}
		return true;
	})()`)
	p.settle()
}

// sweeping removes what is too much, once a second, until it is ended.
func (r *rig) sweeping(keep int, end <-chan struct{}) {
	each := time.NewTicker(time.Second)
	defer each.Stop()
	for {
		select {
		case <-each.C:
			r.sweep(keep)
		case <-end:
			return
		}
	}
}

func (r *rig) sweep(keep int) {
	if _, err := r.store.Sweep(context.Background(), inspector.DefaultWorkspace, time.Now(), inspector.Policy{Count: keep}); err != nil {
		r.t.Error(err)
	}
}

// flood sends the requests [from, to) over a few connections, so many in a second. No two
// of them have a text in common that could be kept once for all.
func (r *rig) flood(from, to, rate int) {
	r.t.Helper()
	const lanes = 8
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: lanes, DialContext: (&net.Dialer{}).DialContext}}
	defer client.CloseIdleConnections()
	began := time.Now()
	var done sync.WaitGroup
	for lane := range lanes {
		done.Go(func() {
			for i := from + lane; i < to; i += lanes {
				time.Sleep(time.Until(began.Add(time.Duration(i-from) * time.Second / time.Duration(rate))))
				res, err := client.Post(fmt.Sprintf("http://%s/in/demo/soak/%d", r.capture, i), "application/json", strings.NewReader(fmt.Sprintf(`{"type":"soaked","id":"evt_%d"}`, i)))
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
