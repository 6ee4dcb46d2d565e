package signer

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// snippetCase is a request that a snippet is run on, signed, and with another
// body.
type snippetCase struct {
	scheme       *Scheme
	Header       map[string]string
	Body, Secret string
}

// writtenOut are the schemes whose snippets are whole: nothing is left to a
// library.
func writtenOut(t *testing.T) []snippetCase {
	t.Helper()
	var cases []snippetCase
	for _, s := range All() {
		if !s.fix().Simple {
			continue
		}
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		c := snippetCase{scheme: s, Header: map[string]string{}, Body: string(m.Body), Secret: testKey(s, 0).verify}
		for _, f := range m.Header {
			c.Header[f.Name] = f.Value
		}
		cases = append(cases, c)
	}
	return cases
}

func (c snippetCase) snippet(t *testing.T, language string) string {
	t.Helper()
	text, err := c.scheme.Snippet(language)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// runSnippets runs a program that prints "ID true" for the signed request and
// "ID false" for the changed one.
func runSnippets(t *testing.T, cases []snippetCase, file, program string, command ...string) {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil {
		t.Skipf("left out: %s is not installed, so its snippets are not run", command[0])
	}
	dir := t.TempDir()
	path := filepath.Join(dir, file)
	if err := os.WriteFile(path, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), command[0], append(command[1:], path)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := strings.ToLower(string(out)) // True in Python
	for _, c := range cases {
		if want := c.scheme.ID + " true\n" + c.scheme.ID + " false\n"; !strings.Contains(got, strings.ToLower(want)) {
			t.Errorf("%s: want it to accept the signed body and to refuse another", c.scheme.ID)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

const snippetURL = "https://hooks.example.com/in/demo?b=2&a=1"

// The snippets accept what Sign makes, and refuse another body.
func TestGoSnippetsRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out: it runs the compiler")
	}
	cases := writtenOut(t)
	var program, calls strings.Builder
	program.WriteString("package main\n\nimport (\n\"bytes\"\n\"crypto/hmac\"\n\"crypto/sha1\"\n\"crypto/sha256\"\n\"crypto/sha512\"\n\"encoding/base64\"\n\"encoding/hex\"\n\"errors\"\n\"fmt\"\n\"io\"\n\"net/http\"\n\"strings\"\n)\n\n" +
		"var _, _, _ = sha1.New, sha256.New, sha512.New\nvar _, _, _ = base64.StdEncoding, hex.EncodeToString, strings.Cut\n\nconst publicURL = " + strconv.Quote(snippetURL) + "\n\n")
	for i, c := range cases {
		name := fmt.Sprintf("verify%d", i)
		program.WriteString(strings.Replace(c.snippet(t, "go"), "func verify(", "func "+name+"(", 1))
		for _, body := range []string{c.Body, c.Body + " "} {
			fmt.Fprintf(&calls, "{\nr, _ := http.NewRequest(\"POST\", \"/\", bytes.NewReader([]byte(%q)))\n", body)
			for name, value := range c.Header {
				fmt.Fprintf(&calls, "r.Header.Set(%q, %q)\n", name, value)
			}
			fmt.Fprintf(&calls, "_, err := %s(r, %q)\nfmt.Println(%q, err == nil)\n}\n", name, c.Secret, c.scheme.ID)
		}
	}
	program.WriteString("\nfunc main() {\n" + calls.String() + "}\n")
	runSnippets(t, cases, "main.go", program.String(), "go", "run")
}

func TestExpressSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	var program strings.Builder
	program.WriteString(`import crypto from 'node:crypto';
const PUBLIC_URL = ` + asJSON(snippetURL) + `;
const express = { raw: () => null };
const run = (id, route, c) => {
  let handler;
  route({ post: (path, parse, h) => { handler = h; } }, { env: { WEBHOOK_SECRET: c.Secret } });
  const get = (name) => Object.entries(c.Header).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  for (const body of [c.Body, c.Body + ' ']) {
    handler({ get, method: 'POST', body: Buffer.from(body) }, { sendStatus: (status) => console.log(id, status === 200) });
  }
};
`)
	for _, c := range cases {
		fmt.Fprintf(&program, "run(%s, (app, process) => {\n%s}, %s);\n", asJSON(c.scheme.ID), c.snippet(t, "express"), asJSON(c))
	}
	runSnippets(t, cases, "main.mjs", program.String(), "node")
}

// The frameworks themselves are stood in for: what the snippets ask of them is
// the raw body and a header in any case.
const pythonStand = `
import base64, hashlib, hmac, json, os
class Headers(dict):
    def get(self, name, default=None):
        return next((v for k, v in self.items() if k.lower() == name.lower()), default)
class Request:
    method = "POST"
    def __init__(self, c, body):
        self.body, self.headers = body.encode(), Headers(c["Header"])
    def get_data(self, cache=True): return self.body
    def get_json(self, force=False): return json.loads(self.body)
class Refused(Exception): pass
def abort(status): raise Refused(status)
class App:
    def post(self, path): return lambda f: f
app = App()
csrf_exempt = lambda f: f
class HttpResponse:
    def __init__(self, status): self.status = status
class settings: WEBHOOK_SECRET = ""
`

func TestPythonSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	call := map[string]string{
		"flask":  "        try: print(id, webhook()[1] == 200)\n        except Refused: print(id, False)\n",
		"django": "        print(id, webhook(request).status == 200)\n",
	}
	for language, check := range call {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			var program strings.Builder
			program.WriteString(pythonStand + "PUBLIC_URL = " + asJSON(snippetURL) + "\n")
			for _, c := range cases {
				fmt.Fprintf(&program, "%s\nfor c in [json.loads(%s)]:\n    id = %s\n    os.environ['WEBHOOK_SECRET'] = settings.WEBHOOK_SECRET = c['Secret']\n    for body in [c['Body'], c['Body'] + ' ']:\n        request = Request(c, body)\n%s",
					c.snippet(t, language), asJSON(asJSON(c)), asJSON(c.scheme.ID), check)
			}
			runSnippets(t, cases, "main.py", program.String(), "python3")
		})
	}
}

const javaStand = `import java.lang.annotation.*; import java.nio.charset.StandardCharsets; import java.security.MessageDigest; import java.util.*;
import javax.crypto.Mac; import javax.crypto.spec.SecretKeySpec;
public class Main {
  @interface PostMapping { String value(); }
  @Target(ElementType.PARAMETER) @interface RequestBody {}
  record JsonNode() {}
  static class ObjectMapper { JsonNode readTree(byte[] b) { return new JsonNode(); } }
  record ResponseEntity<T>(int code) {
    static Builder status(int code) { return new Builder(code); }
    static Builder ok() { return new Builder(200); }
  }
  record Builder(int code) { <T> ResponseEntity<T> build() { return new ResponseEntity<>(code); } }
  record HttpServletRequest(Map<String, String> header) {
    String getMethod() { return "POST"; }
    String getHeader(String name) { for (var e : header.entrySet()) if (e.getKey().equalsIgnoreCase(name)) return e.getValue(); return null; }
  }
  interface Case { ResponseEntity<Void> webhook(HttpServletRequest request, byte[] body) throws Exception; }
  static void run(String id, Case c, String body, Map<String, String> header) throws Exception {
    for (String b : new String[]{body, body + " "})
      System.out.println(id + " " + (c.webhook(new HttpServletRequest(header), b.getBytes(StandardCharsets.UTF_8)).code() == 200));
  }
`

func TestSpringSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	var program, calls strings.Builder
	program.WriteString(javaStand + "  static final String PUBLIC_URL = " + asJSON(snippetURL) + ";\n")
	for i, c := range cases {
		fmt.Fprintf(&program, "static class C%d implements Case { String secret = %s;\n%s}\n", i, asJSON(c.Secret), c.snippet(t, "spring"))
		fmt.Fprintf(&calls, "{ var h = new HashMap<String, String>();\n")
		for name, value := range c.Header {
			fmt.Fprintf(&calls, "h.put(%s, %s);\n", asJSON(name), asJSON(value))
		}
		fmt.Fprintf(&calls, "run(%s, new C%d(), %s, h); }\n", asJSON(c.scheme.ID), i, asJSON(c.Body))
	}
	program.WriteString("public static void main(String[] args) throws Exception {\n" + calls.String() + "}\n}\n")
	runSnippets(t, cases, "Main.java", program.String(), "java", "-Dfile.encoding=UTF-8")
}
