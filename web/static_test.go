package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"testing"
)

func TestEveryAssetIsServed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := 0
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		n++
		if strings.HasPrefix(path.Base(name), "LICENSE") {
			return nil // for people who read the sources
		}
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			t.Errorf("%s has no content type, so it is not served", name)
			return nil
		}
		url := "/" + name
		a := r.do("GET", url, "", "Authorization: -")
		if a.StatusCode != 200 || !bytes.Equal(a.body, data) || a.Header.Get("Content-Type") != kind || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s = %d %s, %d of %d bytes", url, a.StatusCode, a.Header.Get("Content-Type"), len(a.body), len(data))
		}
		zipped := r.do("GET", url, "", "Authorization: -", "Accept-Encoding: br, gzip;q=0.8")
		plain := zipped.body
		if zipped.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(zipped.body))
			if err != nil {
				t.Fatalf("%s: %v", url, err)
			}
			if plain, err = io.ReadAll(z); err != nil {
				t.Fatalf("%s: %v", url, err)
			}
			if zipped.Header.Get("ETag") == a.Header.Get("ETag") || !strings.Contains(zipped.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: the zipped form passes for the plain one", url)
			}
		}
		if !bytes.Equal(plain, data) {
			t.Errorf("%s: the zipped form differs", url)
		}
		for _, form := range []reply{a, zipped} {
			tag := form.Header.Get("ETag")
			again := r.do("GET", url, "", "Authorization: -", "If-None-Match: "+tag, "Accept-Encoding: "+acceptFor(form))
			if again.StatusCode != 304 || len(again.body) != 0 || again.Header.Get("ETag") != tag {
				t.Errorf("%s with its tag = %d", url, again.StatusCode)
			}
			head := r.do("HEAD", url, "", "Authorization: -", "Accept-Encoding: "+acceptFor(form))
			if head.StatusCode != 200 || head.ContentLength != int64(len(form.body)) || head.Header.Get("ETag") != tag {
				t.Errorf("HEAD %s = %d, %d bytes", url, head.StatusCode, head.ContentLength)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Error("there are no assets")
	}
}

func acceptFor(a reply) string {
	if a.Header.Get("Content-Encoding") == "gzip" {
		return "gzip"
	}
	return "identity"
}

func TestConditionsThatDoNotHold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, value := range []string{`"x"`, "x", `W/"x"`, ",,,", strings.Repeat(`"a",`, 1000), `"`} {
		if a := r.do("GET", "/live", "", "If-None-Match: "+value); a.StatusCode != 200 {
			t.Errorf("If-None-Match %.20q = %d", value, a.StatusCode)
		}
	}
	tag := r.do("GET", "/live", "").Header.Get("ETag")
	for _, value := range []string{"*", "W/" + tag, `"x", ` + tag} {
		if a := r.do("GET", "/live", "", "If-None-Match: "+value); a.StatusCode != 304 {
			t.Errorf("If-None-Match %q = %d", value, a.StatusCode)
		}
	}
}

func TestAcceptEncoding(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0": false, "gzip; q=0.5": true, "*": true, "*;q=0": false,
		"gzip;q=0, *": false, "*, gzip;q=0": false, "gzipped": false, "gzip;q=x": false, "identity": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("%q = %v, want %v", header, got, want)
		}
	}
}

// A browser at an address that there is not gets the page, which says so. Programs,
// the API and files get the problem.
func TestStrayAddressesGetThePage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, tt := range []struct {
		method, path, accept, auth string
		status                     int
		kind                       string
	}{
		{"GET", "/nothing", browser, "", 404, "text/html; charset=utf-8"},
		{"GET", "/nothing/deep?x=1", browser, "", 404, "text/html; charset=utf-8"},
		{"HEAD", "/nothing", browser, "", 404, "text/html; charset=utf-8"},
		{"GET", "/live/", browser, "", 404, "text/html; charset=utf-8"},
		{"GET", "/nothing", "*/*", "", 401, typeProblem},
		{"GET", "/nothing", "*/*", "Bearer " + token, 404, typeProblem},
		{"GET", "/api/v1/nothing", browser, "Bearer " + token, 404, typeProblem},
		{"GET", "/api/v1/status", browser, "", 401, typeProblem},
		{"GET", "/static/nothing.js", browser, "", 404, typeProblem},
		{"POST", "/nothing", browser, "Bearer " + token, 404, typeProblem},
	} {
		req, err := http.NewRequest(tt.method, "http://"+r.addr+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", tt.accept)
		if tt.auth != "" {
			req.Header.Set("Authorization", tt.auth)
		}
		resp, err := plain.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != tt.status || resp.Header.Get("Content-Type") != tt.kind {
			t.Errorf("%s %s for %q = %d %s, %v", tt.method, tt.path, tt.accept, resp.StatusCode, resp.Header.Get("Content-Type"), err)
		}
		if tt.method == "GET" && tt.kind != typeProblem && !bytes.Equal(data, r.assets["index.html"].plain) {
			t.Errorf("%s is not the page: %.100s", tt.path, data)
		}
		if resp.Header.Get("Content-Security-Policy") != policy {
			t.Errorf("%s lacks the policy", tt.path)
		}
	}
}
