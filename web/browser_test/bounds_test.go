//go:build browser

package browser

import "testing"

// What is kept is set in the page: what would be removed is said first, and nothing
// changes until that is confirmed.
func TestBoundsInSettings(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/settings/capture")
	input := func(name string) string { return `document.querySelector('.bounds input[name=` + name + `]')` }
	save := `document.querySelector('.bounds .btn.primary')`
	kept := save + `?.disabled && !document.querySelector('.bounds .row-gap .btn:not(.primary)')` // nothing is typed that is not saved
	p.wait(kept)
	p.put(input("count"), "200")
	p.put(input("trash_s"), "36 h")
	p.put(input("body_limit"), "2 MB")
	p.wait(save + `?.disabled === false`)
	p.click("Save")
	p.wait(kept + ` && ` + input("trash_s") + `.value === '36 h' && ` + input("body_limit") + `.value === '2 MB'`)
	if v := r.bounds.Get(); v.Count != 200 || v.TrashS != 36*3600 || v.BodyLimit != 2e6 || v.AgeS != 0 {
		t.Fatalf("saved = %+v", v)
	}

	p.put(input("count"), "12")
	p.wait(save + `?.disabled === false`)
	p.click("Save")
	p.wait(`document.querySelector('.bounds .confirm')?.textContent.includes('This removes 18 deliveries for good.')`)
	p.axe("what would be removed")
	p.click("Cancel")
	p.wait(save)
	if v := r.bounds.Get(); v.Count != 200 {
		t.Errorf("not confirmed, but set to %d", v.Count)
	}
	p.click("Save")
	p.wait(`document.querySelector('.bounds .confirm')`)
	p.click("Remove and save")
	p.wait(kept + ` && ` + input("count") + `.value === '12'`)
	if v := r.bounds.Get(); v.Count != 12 {
		t.Errorf("confirmed, but set to %d", v.Count)
	}

	// What cannot be read is said at the field; what is out of range by the server.
	p.put(input("bytes"), "two")
	p.wait(input("bytes") + `.getAttribute('aria-invalid') === 'true' && ` + save + `.disabled`)
	p.put(input("bytes"), "0")
	p.put(input("body_limit"), "5 GB")
	p.wait(save + `?.disabled === false`)
	p.click("Save")
	p.wait(`document.querySelector('.bounds [role="alert"]')?.textContent.includes('5000000000 is out of range')`)

	for _, tt := range [][2]string{
		{`read('2 GB', 'size')`, "2000000000"}, {`read('1,5kb', 'size')`, "1500"}, {`read('30d', 'age')`, "2592000"}, {`read('5m', 'age')`, "300"}, {`read('0', 'age')`, "0"},
		{`read('1.5', 'count')`, "NaN"}, {`read('5', 'age')`, "NaN"}, {`read('x', 'size')`, "NaN"}, {`read('200,000', 'count')`, "NaN"}, {`read('1.500 GB', 'size')`, "NaN"}, {`read('0.125 kB', 'size')`, "125"}, {`write(604800, 'age')`, "7 d"}, {`write(1048576, 'size')`, "1048576 B"}, {`write(0, 'size')`, "0"},
	} {
		if got := eval[string](p, `import('/static/settings/amounts.js').then(({ read, write }) => String(`+tt[0]+`))`); got != tt[1] {
			t.Errorf("%s = %s, want %s", tt[0], got, tt[1])
		}
	}
}
