package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/boathook/boathook"

// mayImport says which of our top-level folders a folder may use. What a folder
// holds below itself belongs to it.
var mayImport = map[string][]string{
	"signer":    {},
	"catalog":   {},
	"inspector": {"signer"},
	"proxy":     {"inspector", "signer", "catalog"},
	"web":       {"proxy", "inspector", "signer", "catalog"},
	"cmd":       {"web", "proxy", "inspector", "signer", "catalog"},
}

// The direction of imports is cmd, web, proxy, inspector, signer; catalog is a
// leaf; and there is no code outside of these folders.
func TestImportDirection(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, line := range goList(t, "list", "-f", "{{.ImportPath}} {{.Imports}} {{.TestImports}} {{.XTestImports}}", "./...") {
		words := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(line))
		from := folder(words[0])
		allowed, known := mayImport[from]
		if !known {
			t.Errorf("%s is in no folder of the table", words[0])
			continue
		}
		seen[from] = true
		for _, path := range words[1:] {
			to := folder(path)
			if !strings.HasPrefix(path, module) || to == from || contains(allowed, to) {
				continue
			}
			t.Errorf("%s imports %s: %s may use %v", words[0], path, from, allowed)
		}
	}
	for _, want := range []string{"cmd", "web", "proxy", "inspector"} {
		if !seen[want] {
			t.Errorf("no package of %s was looked at", want)
		}
	}
}

// Package inspector knows neither the HTTP server nor sockets: it is used where
// there are none.
func TestInspectorKnowsNoServer(t *testing.T) {
	t.Parallel()
	for _, line := range goList(t, "list", "-f", "{{.ImportPath}} {{.Imports}}", "./inspector/...") {
		for _, banned := range []string{"gofiber/fiber", "valyala/fasthttp", "gorilla/websocket", "net/http"} {
			if strings.Contains(line, banned) {
				t.Errorf("%s: %s does not belong here", line, banned)
			}
		}
	}
}

// Lower versions lack fixes that what boathook promises depends on: fasthttp's
// of request framing, Badger's of torn writes.
func TestFloorsOfDependencies(t *testing.T) {
	t.Parallel()
	for path, floor := range map[string]string{
		"github.com/valyala/fasthttp":    "v1.74.0",
		"github.com/dgraph-io/badger/v4": "v4.9.6",
	} {
		selected := goList(t, "list", "-m", "-f", "{{.Version}}", path)
		if len(selected) != 1 || !atLeast(selected[0], floor) {
			t.Errorf("%s is selected at %v, want at least %s", path, selected, floor)
		}
	}
}

func TestAtLeast(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version, floor string
		want           bool
	}{
		{"v1.74.0", "v1.74.0", true}, {"v1.100.0", "v1.74.0", true}, {"v2.0.0", "v1.74.0", true},
		{"v1.51.0", "v1.74.0", false}, {"v1.73.9", "v1.74.0", false}, {"v1.74.0-rc1", "v1.74.0", false}, {"", "v1.0.0", false},
	} {
		if got := atLeast(tt.version, tt.floor); got != tt.want {
			t.Errorf("atLeast(%s, %s) = %v", tt.version, tt.floor, got)
		}
	}
}

func folder(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, module), "/"), "/")
	return name
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// atLeast compares plain versions. One that is no release counts as lower.
func atLeast(version, floor string) bool {
	a, b := numbers(version), numbers(floor)
	for i := range b {
		if len(a) != len(b) || a[i] < 0 {
			return false
		}
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return true
}

func numbers(version string) []int {
	var ns []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			n = -1
		}
		ns = append(ns, n)
	}
	return ns
}
