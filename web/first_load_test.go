package web

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"path"
	"regexp"
	"testing"
)

// firstLoad is how many zipped bytes the page may need before it can be used.
const firstLoad = 110_000

var (
	imports = regexp.MustCompile(`(?m)^(?:void )?(?:import|export)\b[^;'"]*['"](\.[^'"]+)['"]`)
	linked  = regexp.MustCompile(`(?:href|src)="/static/([^"]+)"`)
)

// What is fetched before anything is clicked stays small, and is asked for at once: parts
// that are shown later are fetched later.
func TestFirstLoadIsSmall(t *testing.T) {
	t.Parallel()
	sizes := map[string]int{}
	var add func(name string)
	add = func(name string) {
		if _, ok := sizes[name]; ok {
			return
		}
		data, err := fs.ReadFile(files, path.Join("static", name))
		if err != nil {
			t.Fatal(err)
		}
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sizes[name] = zipped.Len()
		if path.Ext(name) == ".js" {
			for _, m := range imports.FindAllSubmatch(data, -1) {
				add(path.Join(path.Dir(name), string(m[1])))
			}
		}
		if name == "index.html" {
			for _, m := range linked.FindAllSubmatch(data, -1) {
				add(string(m[1]))
			}
		}
	}
	add("index.html")
	total := 0
	for _, n := range sizes {
		total += n
	}
	if total > firstLoad {
		t.Errorf("%d files with %d bytes are fetched at first, want at most %d", len(sizes), total, firstLoad)
	}
	// A module that is found only in another one is asked for when that one is there.
	page, err := fs.ReadFile(files, "static/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for name := range sizes {
		if link := `<link rel="modulepreload" href="/static/` + name + `">`; path.Ext(name) == ".js" && !bytes.Contains(page, []byte(`"/static/`+name+`"`)) {
			t.Errorf("%s is fetched at first, but later than it could be: add %s to index.html", name, link)
		}
	}
	if _, ok := sizes["pages/live.js"]; !ok || total < firstLoad/4 {
		t.Errorf("only %d files were found", len(sizes))
	}
	t.Logf("%d files, %d bytes", len(sizes), total)
}
