package signer

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// snippetCase is a request that a snippet is run on, signed, and with another
// body.
type snippetCase struct {
	scheme           *Scheme
	Header           map[string]string
	ID, Body, Secret string
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
		c := snippetCase{scheme: s, ID: s.ID, Header: map[string]string{}, Body: string(m.Body), Secret: testKey(s, 0).verify}
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

// runSnippets writes files into a folder and runs a command there, which prints
// "ID true" for the signed request and "ID false" for the changed one.
func runSnippets(t *testing.T, cases []snippetCase, files map[string]string, commands ...string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := ""
	for _, command := range commands {
		words := strings.Fields(command)
		if _, err := exec.LookPath(words[0]); err != nil {
			t.Skipf("left out: %s is not installed, so its snippets are not run", words[0])
		}
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PUBLIC_URL="+snippetURL, "WEBHOOK_SECRET=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		got = strings.ToLower(string(out)) // True in Python
	}
	for _, c := range cases {
		if want := c.scheme.ID + " true\n" + c.scheme.ID + " false\n"; !strings.Contains(got, strings.ToLower(want)) {
			t.Errorf("%s: want it to accept the signed body and to refuse another", c.scheme.ID)
		}
	}
	if t.Failed() {
		t.Logf("%s", got)
	}
}

const snippetURL = "https://hooks.example.com/in/demo?b=2&a=1"

// The snippets accept what Sign makes, and refuse another body. Each is a file as it
// is copied, with nothing added before it.
func TestGoSnippetsRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out: it runs the compiler")
	}
	cases := writtenOut(t)
	files := map[string]string{"go.mod": "module snippets\n\ngo 1.22\n"}
	var imports, calls strings.Builder
	for i, c := range cases {
		// One program calls them all, so none of them is the main package.
		name := fmt.Sprintf("p%d", i)
		text := strings.Replace(c.snippet(t, "go"), "package main\n", "package "+name+"\n", 1)
		files[name+"/main.go"] = strings.Replace(text, "func main() {", "func Main() {", 1)
		files[name+"/export.go"] = "package " + name + "\n\nvar Verify = verify\n"
		fmt.Fprintf(&imports, "\t%q\n", "snippets/"+name)
		for _, body := range []string{c.Body, c.Body + " "} {
			fmt.Fprintf(&calls, "{\nr, _ := http.NewRequest(\"POST\", \"/\", strings.NewReader(%q))\n", body)
			for name, value := range c.Header {
				fmt.Fprintf(&calls, "r.Header.Set(%q, %q)\n", name, value)
			}
			fmt.Fprintf(&calls, "_, err := %s.Verify(r, %q)\nfmt.Println(%q, err == nil)\n}\n", name, c.Secret, c.scheme.ID)
		}
	}
	files["main.go"] = "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"strings\"\n" + imports.String() + ")\n\nfunc main() {\n" + calls.String() + "}\n"
	runSnippets(t, cases, files, "go run .")
}

// The frameworks themselves are stood in for by files of their names: what the
// snippets ask of them is the raw body and a header in any case.
const expressStand = `
const express = () => ({ post: (path, parse, h) => { express.handler = h; }, listen: () => {} });
express.raw = () => null;
export default express;
`

func TestExpressSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	files := map[string]string{
		"node_modules/express/package.json": `{"type":"module","exports":"./index.js"}`, "node_modules/express/index.js": expressStand,
		"cases.json": asJSON(cases), "main.mjs": `import express from 'express';
import fs from 'node:fs';
const cases = JSON.parse(fs.readFileSync('cases.json'));
for (const [i, c] of cases.entries()) {
  await import('./case' + i + '.mjs');
  process.env.WEBHOOK_SECRET = c.Secret;
  const get = (name) => Object.entries(c.Header).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  for (const body of [c.Body, c.Body + ' ']) {
    express.handler({ get, method: 'POST', body: Buffer.from(body) }, { sendStatus: (status) => console.log(c.ID, status === 200) });
  }
}
`}
	for i, c := range cases {
		files[fmt.Sprintf("case%d.mjs", i)] = c.snippet(t, "express")
	}
	runSnippets(t, cases, files, "node main.mjs")
}

var pythonStand = map[string]string{
	"flask.py": `
import json
class Headers(dict):
    def get(self, name, default=None):
        return next((v for k, v in self.items() if k.lower() == name.lower()), default)
class Request:
    method = "POST"
    def take(self, c, body): self.body, self.headers = body.encode(), Headers(c["Header"])
    def get_data(self, cache=True): return self.body
    def get_json(self, force=False): return json.loads(self.body)
request = Request()
class Refused(Exception): pass
def abort(status): raise Refused(status)
class Flask:
    def __init__(self, name): pass
    def post(self, path): return lambda f: f
`,
	"django/__init__.py": "", "django/views/__init__.py": "", "django/views/decorators/__init__.py": "",
	"django/views/decorators/csrf.py": "csrf_exempt = lambda f: f\n",
	"django/conf.py":                  "class settings:\n    WEBHOOK_SECRET = ''\n    PUBLIC_URL = " + asJSON(snippetURL) + "\n",
	"django/http.py":                  "class HttpResponse:\n    def __init__(self, status): self.status = status\n",
	"main.py": `
import importlib, json, os, sys
from django.conf import settings
from flask import Refused, request
for i, c in enumerate(json.load(open("cases.json", encoding="utf-8"))):
    os.environ["WEBHOOK_SECRET"] = settings.WEBHOOK_SECRET = c["Secret"]
    webhook = importlib.import_module(f"{sys.argv[1]}{i}").webhook
    for body in [c["Body"], c["Body"] + " "]:
        request.take(c, body)
        try: print(c["ID"], webhook()[1] == 200 if sys.argv[1] == "flask_" else webhook(request).status == 200)
        except Refused: print(c["ID"], False)
`,
}

func TestPythonSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	for _, language := range []string{"flask", "django"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(pythonStand)
			files["cases.json"] = asJSON(cases)
			for i, c := range cases {
				files[fmt.Sprintf("%s_%d.py", language, i)] = c.snippet(t, language)
			}
			runSnippets(t, cases, files, "python3 main.py "+language+"_")
		})
	}
}

const javaMain = `
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.*;
public class Main {
  static void set(Object o, String field, String value) throws Exception {
    try { var f = o.getClass().getDeclaredField(field); f.setAccessible(true); f.set(o, value); } catch (NoSuchFieldException none) { /* not every scheme signs the address */ }
  }
  static void run(String id, Object c, String secret, String url, String body, Map<String, String> header) throws Exception {
    set(c, "secret", secret);
    set(c, "publicUrl", url);
    var webhook = c.getClass().getMethod("webhook", HttpServletRequest.class, byte[].class);
    for (String b : new String[]{body, body + " "}) {
      var answer = (org.springframework.http.ResponseEntity<?>) webhook.invoke(c, new HttpServletRequest(header), b.getBytes(StandardCharsets.UTF_8));
      System.out.println(id + " " + (answer.code() == 200));
    }
  }
  public static void main(String[] args) throws Exception {
`

var javaStand = map[string]string{
	"org.springframework.beans.factory.annotation.Value":     "import java.lang.annotation.*; @Target(ElementType.FIELD) public @interface Value { String value(); }",
	"org.springframework.web.bind.annotation.RestController": "public @interface RestController {}",
	"org.springframework.web.bind.annotation.PostMapping":    "public @interface PostMapping { String value(); }",
	"org.springframework.web.bind.annotation.RequestBody":    "import java.lang.annotation.*; @Target(ElementType.PARAMETER) public @interface RequestBody {}",
	"org.springframework.http.ResponseEntity":                "public record ResponseEntity<T>(int code) { public static Builder status(int code) { return new Builder(code); } public static Builder ok() { return new Builder(200); } public record Builder(int code) { public <T> ResponseEntity<T> build() { return new ResponseEntity<>(code); } } }",
	"com.fasterxml.jackson.databind.JsonNode":                "public record JsonNode() {}",
	"com.fasterxml.jackson.databind.ObjectMapper":            "public class ObjectMapper { public JsonNode readTree(byte[] b) { return new JsonNode(); } }",
	"jakarta.servlet.http.HttpServletRequest":                "import java.util.Map; public record HttpServletRequest(Map<String, String> header) { public String getMethod() { return \"POST\"; } public String getHeader(String name) { for (var e : header.entrySet()) if (e.getKey().equalsIgnoreCase(name)) return e.getValue(); return null; } }",
}

func TestSpringSnippetsRun(t *testing.T) {
	t.Parallel()
	cases := writtenOut(t)
	files, names := map[string]string{}, "Main.java"
	add := func(class, text string) {
		pkg := class[:strings.LastIndexByte(class, '.')]
		file := strings.ReplaceAll(class, ".", "/") + ".java"
		files[file] = "package " + pkg + ";\n" + text
		names += " " + file
	}
	for class, text := range javaStand {
		add(class, text)
	}
	var calls strings.Builder
	for i, c := range cases {
		add(fmt.Sprintf("c%d.WebhookController", i), c.snippet(t, "spring"))
		fmt.Fprintf(&calls, "{ var h = new HashMap<String, String>();\n")
		for name, value := range c.Header {
			fmt.Fprintf(&calls, "h.put(%s, %s);\n", asJSON(name), asJSON(value))
		}
		fmt.Fprintf(&calls, "run(%s, new c%d.WebhookController(), %s, %s, %s, h); }\n", asJSON(c.scheme.ID), i, asJSON(c.Secret), asJSON(snippetURL), asJSON(c.Body))
	}
	files["Main.java"] = javaMain + calls.String() + "}\n}\n"
	runSnippets(t, cases, files, "javac -encoding UTF-8 -d out "+names, "java -Dfile.encoding=UTF-8 -cp out Main")
}
