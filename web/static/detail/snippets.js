// @ts-check
// A recorded request as a program that sends it again: same method, address,
// headers and body bytes.
import { secret } from './secrets.js';
import { shell } from './curl.js';

/**
 * @typedef {object} Call
 * @property {string} method @property {string} url @property {string} start start line
 * @property {import('../types.js').Header[]} headers as recorded
 * @property {string|null} body null: it is in the file
 * @property {number} size of the body in bytes
 * @property {string} file name of the file with the body
 * @property {boolean} env credentials come from the environment
 */

/** What clients write themselves. */
const own = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'expect']);

/** Name of the variable for a header. @param {string} name */
export const variable = (name) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_').replace(/^(\d)/, '_$1');

/** @param {Call} c */
const sent = (c) => c.headers.filter((h) => !own.has(h.name.toLowerCase())).map((h) => ({ ...h, from: c.env && secret(h.name) ? variable(h.name) : '' }));
const q = JSON.stringify;

/** @type {Record<string, (c: Call) => string>} */
export const snippets = {
  curl(c) {
    const parts = [`curl -X ${shell(c.method)} ${shell(c.url)}`];
    for (const h of sent(c)) parts.push(h.from ? `-H "${h.name}: $${h.from}"` : '-H ' + shell(h.value ? `${h.name}: ${h.value}` : h.name + ';'));
    if (c.size && !c.headers.some((h) => h.name.toLowerCase() === 'content-type')) parts.push("-H 'Content-Type:'");
    if (c.size) parts.push(c.body === null ? '--data-binary ' + shell('@' + c.file) : '--data-raw ' + shell(c.body));
    return parts.join(' \\\n  ');
  },
  httpie(c) {
    const parts = [`http --ignore-stdin ${shell(c.method)} ${shell(c.url)}`];
    for (const h of sent(c)) parts.push(h.from ? `"${h.name}:$${h.from}"` : shell(h.value ? h.name + ':' + h.value.replace(/^([=@])/, '\\$1') : h.name + ';'));
    if (c.size) parts.push(c.body === null ? '@' + shell(c.file) : '--raw ' + shell(c.body));
    return parts.join(' \\\n  ');
  },
  go(c) {
    const headers = sent(c).map((h) => `\treq.Header[${q(h.name)}] = append(req.Header[${q(h.name)}], ${h.from ? `os.Getenv(${q(h.from)})` : q(h.value)})\n`).join('');
    const os = c.body === null || sent(c).some((h) => h.from);
    const body = !c.size ? 'nil' : c.body === null ? 'bytes.NewReader(body)' : `strings.NewReader(${q(c.body)})`;
    const read = c.size && c.body === null ? `\tbody, err := os.ReadFile(${q(c.file)})\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n` : '';
    const names = [...(read ? ['bytes'] : []), 'fmt', 'io', 'log', 'net/http', ...(os && (read || headers.includes('os.Getenv')) ? ['os'] : []), ...(c.size && c.body !== null ? ['strings'] : [])];
    return `package main\n\nimport (\n${names.map((n) => `\t"${n}"\n`).join('')})\n\nfunc main() {\n${read}\treq, err := http.NewRequest(${q(c.method)}, ${q(c.url)}, ${body})\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n${headers}\tres, err := http.DefaultClient.Do(req)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tdefer res.Body.Close()\n\tanswer, err := io.ReadAll(res.Body)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tfmt.Println(res.Status, string(answer))\n}\n`;
  },
  python(c) {
    const u = new URL(c.url);
    const target = c.url.slice(c.url.indexOf(u.host, 7) + u.host.length) || '/';
    const headers = sent(c);
    const coded = headers.some((h) => h.name.toLowerCase() === 'accept-encoding');
    return `import http.client${headers.some((h) => h.from) ? '\nimport os' : ''}\n\n${c.size ? `body = ${c.body === null ? `open(${q(c.file)}, "rb").read()` : `${q(c.body)}.encode()`}\n` : ''}`
      + `conn = http.client.HTTP${u.protocol === 'https:' ? 'S' : ''}Connection(${q(u.host)})\nconn.putrequest(${q(c.method)}, ${q(target)}${coded ? ', skip_accept_encoding=True' : ''})\n`
      + headers.map((h) => `conn.putheader(${q(h.name)}, ${h.from ? `os.environ[${q(h.from)}]` : `${q(h.value)}.encode()`})\n`).join('')
      + `${c.size ? 'conn.putheader("Content-Length", str(len(body)))\nconn.endheaders(body)\n' : 'conn.endheaders()\n'}answer = conn.getresponse()\nprint(answer.status, answer.read().decode(errors="replace"))\n`;
  },
  fetch(c) {
    const headers = sent(c).map((h) => `    [${q(h.name)}, ${h.from ? 'process.env.' + h.from : q(h.value)}],\n`).join('');
    const file = c.size > 0 && c.body === null;
    return `${file ? "import { readFile } from 'node:fs/promises';\n\n" : ''}const res = await fetch(${q(c.url)}, {\n  method: ${q(c.method)},\n  headers: [\n${headers}  ],\n${c.size ? `  body: ${file ? `await readFile(${q(c.file)})` : q(c.body)},\n` : ''}});\nconsole.log(res.status, await res.text());\n`;
  },
  raw(c) {
    const lines = c.headers.map((h) => `${h.name}: ${c.env && secret(h.name) ? '$' + variable(h.name) : h.value}`);
    return [c.start, ...lines, '', c.size ? c.body ?? `(the bytes of ${c.file})` : ''].join('\n');
  },
};
