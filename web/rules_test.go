package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingTrustsTheFramework looks for the helpers that believe forwarding
// headers, unpack bodies without a limit or serve files past our own handler.
func TestNothingTrustsTheFramework(t *testing.T) {
	t.Parallel()
	banned := []string{
		".Hostname()", ".IP()", ".IPs()", ".Body()", ".BodyParser(", ".FormValue(", ".MultipartForm(", "IsFromLocal", ".Protocol()", ".BaseURL()",
		".SendFile(", ".Download(", "app.Static(", "Access-Control", "middleware/cors", "expvar", "pprof",
	}
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) < 20 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range banned {
			// Request.Body() is fasthttp's and hands out the bytes as they came, and
			// resp.Body() is that of an answer of ours.
			if strings.Contains(strings.NewReplacer("ctx.Request.Body()", "", "resp.Body()", "").Replace(string(data)), b) {
				t.Errorf("%s uses %s", name, b)
			}
		}
	}
}
