package signer

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What Rails itself gives the snippets: the raw body, a header in any case, the
// method, a comparison in constant time.
const rubyStand = `
module ActiveSupport
  module SecurityUtils
    def self.secure_compare(a, b) = a.bytesize == b.bytesize && OpenSSL.fixed_length_secure_compare(a, b)
  end
end
class Headers
  def initialize(all) = @all = all
  def [](name) = @all.find { |key, _| key.casecmp?(name) }&.last
end
Request = Struct.new(:raw_post, :headers, :request_method)
module ActionController
  class API
    attr_reader :request, :status
    def initialize(request) = @request = request
    def head(status) = @status = status
  end
end
cases = File.read("cases.json", encoding: "utf-8")
Dir["case*.rb"].sort_by { |name| name[/\d+/].to_i }.each_with_index do |name, i|
  Object.send(:remove_const, :WebhooksController) if defined?(WebhooksController)
  require_relative name
  c = JSON.parse(cases)[i]
  [c['Body'], c['Body'] + ' '].each do |body|
    ENV['WEBHOOK_SECRET'] = c['Secret']
    controller = WebhooksController.new(Request.new(body.b, Headers.new(c['Header']), 'POST'))
    controller.create
    puts "#{c['ID']} #{controller.status == :ok}"
  end
end
`

func TestRailsSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	files := map[string]string{"cases.json": asJSON(cases), "main.rb": rubyStand}
	for i, c := range cases {
		files[fmt.Sprintf("case%d.rb", i)] = c.snippet(t, "rails")
	}
	runSnippets(t, cases, files, "ruby main.rb")
}

// The snippets of PHP are run as they are, behind PHP's own web server.
func TestPHPSnippetsRun(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("php"); err != nil {
		t.Skip("left out: php is not installed, so its snippets are not run")
	}
	cases := writtenOut(t)
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secrets := map[string]string{}
	for i, c := range cases {
		name := fmt.Sprintf("case%d.php", i)
		write(name, c.snippet(t, "php"))
		secrets["/"+name] = c.Secret
	}
	write("secrets.json", asJSON(secrets))
	write("before.php", "<?php\nputenv('PUBLIC_URL="+snippetURL+"');\nputenv('WEBHOOK_SECRET=' . json_decode(file_get_contents(__DIR__ . '/secrets.json'), true)[$_SERVER['SCRIPT_NAME']]);\n")
	base := startPHP(t, dir)
	client := &http.Client{Timeout: 20 * time.Second}
	for i, c := range cases {
		for body, want := range map[string]int{c.Body: 200, c.Body + " ": 401} {
			req, err := http.NewRequest("POST", fmt.Sprintf("%s/case%d.php", base, i), strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range c.Header {
				req.Header.Set(name, value)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%s: %d, want %d for %q", c.scheme.ID, res.StatusCode, want, body)
			}
		}
	}
}

var phpStarted = regexp.MustCompile(`\((http://127\.0\.0\.1:\d+)\) started`)

// startPHP starts PHP's web server over a folder, and ends it with the test.
func startPHP(t *testing.T, dir string) string {
	t.Helper()
	cmd := exec.Command("php", "-d", "auto_prepend_file="+filepath.Join(dir, "before.php"), "-d", "display_errors=stderr", "-S", "127.0.0.1:0", "-t", dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := phpStarted.FindStringSubmatch(lines.Text()); m != nil {
				started <- m[1]
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it serves until it is ended
		<-ended
		_ = cmd.Wait()
	})
	select {
	case base := <-started:
		return base
	case <-ended:
		t.Fatal("PHP's web server ended at once")
	case <-time.After(30 * time.Second):
		t.Fatal("PHP's web server did not start within 30 s")
	}
	return ""
}
