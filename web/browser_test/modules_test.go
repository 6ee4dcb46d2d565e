//go:build browser

package browser

import "testing"

// Plain functions of the page, tried where they run.
func TestPlainFunctions(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	for _, tt := range []struct{ name, js string }{
		{"visibleRows", `const { visibleRows, scaled } = await import('/static/list/visible.js');
			eq(visibleRows(0, 100, 32, 1000, 8), { first: 0, last: 21 });
			eq(visibleRows(3200, 100, 32, 1000, 0), { first: 100, last: 105 });
			eq(visibleRows(3231, 100, 32, 1000, 0), { first: 100, last: 105 });
			eq(visibleRows(31900, 100, 32, 1000, 8), { first: 979, last: 1000 });
			eq(visibleRows(0, 100, 32, 0), { first: 0, last: 0 });
			eq(visibleRows(99999, 100, 32, 10), { first: 0, last: 10 });
			eq(scaled(50, 100, 32, 1000), { canvas: 32000, top: 50, shift: 0 });
			const big = scaled(8e6 - 600, 600, 20, 5e7);
			eq(big.canvas, 8e6); eq(big.top, 20 * 5e7 - 600);`},
		{"parts that do not come at first", `const { lazy } = await import('/static/components/lazy.js');
			const { html, render } = await import('/static/html.js');
			let away = true;
			const box = document.createElement('div');
			const until = async (f) => { while (!f()) await new Promise((done) => setTimeout(done, 20)); };
			const load = async () => { if (away) throw new Error('away'); return () => html(['<b>there</b>']); };
			const asked = lazy(load), aside = lazy(load, 'aside'), page = lazy(() => new Promise(() => {}), true);
			render(html(['<i><', ' /></i><u><', ' /></u><s><', ' /></s>'], asked, aside, page), box);
			await until(() => box.querySelector('i .card') && box.querySelector('s .waiting'));
			eq(box.querySelector('u').textContent, '');
			away = false;
			await until(() => box.querySelector('i b') && box.querySelector('u b'));
			eq(box.querySelectorAll('.card').length, 0);
			render(null, box);`},
		{"JSON as written", `const { parseJSON } = await import('/static/body/json.js');
			const { Tree } = await import('/static/body/json-tree.js');
			const t = new Tree('{"b":1.50,"a":[1,{"x":"\\u00e9"}],"b":null}');
			eq(t.faults, []);
			eq(t.rows(0, 99).map((r) => [r.key, r.text, r.dup]), [[null, '', false], ['b', '1.50', false], ['a', '', false], [null, '1', false], [null, '', false], ['x', '"\\u00e9"', false], ['b', 'null', true]]);
			eq(t.path(5), 'a[1].x'); eq(t.value(5), 'é');
			eq(t.search('x').length, 1);
			eq(t.pretty(), '{\n  "b": 1.50,\n  "a": [\n    1,\n    {\n      "x": "\\u00e9"\n    }\n  ],\n  "b": null\n}');
			t.fold(2, false); eq(t.rows(0, 99).length, 4);
			eq(t.reveal(5), 5);
			eq(new Tree('[]').pretty(), '[]'); eq(new Tree('"a"').pretty(), '"a"');`},
		{"the way to a value", `const { Tree } = await import('/static/body/json-tree.js');
			const { jsonPath, jqPath } = await import('/static/body/paths.js');
			const { fieldOf, termOf } = await import('/static/detail/value.js');
			const t = new Tree('{"a":[[1],{"b c":{"":2,"it\'s \\"q\\"":3,"a-b":4}}],"a.b":5,"a":6}');
			for (const i of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) eq(t.at(t.path(i)), i === 10 ? 1 : i);
			eq([t.at('a[7]'), t.at('b'), t.at('a.b'), t.at('["a.b"]'), t.at('a[')], [-1, -1, -1, 9, -1]);
			const s = t.steps(7); eq(s, ['a', 1, 'b c', 'it\'s "q"']);
			eq([jsonPath(s), jqPath(s), fieldOf('body', s, true)], ["$.a[1]['b c']['it\\'s \"q\"']", '.a[1]["b c"]["it\'s \\"q\\""]', 'body.a[*]."b c"."it\'s \\"q\\""']);
			eq([jsonPath([]), jqPath([]), jsonPath([0, 'a-b']), jqPath([0, 'a-b']), jqPath(['a-b'])], ['$', '.', "$[0]['a-b']", '.[0]["a-b"]', '.["a-b"]']);
			eq([termOf('body.a', 'x y'), termOf('body.a', '1.50', false), termOf('body.a', 'x\ny'), termOf('body.a', 'x'.repeat(201))], ['body.a:"x y"', 'body.a:1.50', '', '']);`},
		{"bytes that are found", `const { findBytes, hexOf } = await import('/static/body/find-bytes.js');
			const { Source } = await import('/static/body/source.js');
			eq(['7b 22', '0x7B22', '7b:22', 'cafe', '7b2', 'x', ''].map((x) => (hexOf(x) ? [...hexOf(x)] : null)), [[123, 34], [123, 34], [123, 34], [202, 254], null, null, null]);
			const find = async (text, b) => { let all; await findBytes(Source.of(b), text, new AbortController().signal, (x) => { all = x; }); return all.map((x) => [x.from, x.to]); };
			const b = (s) => new TextEncoder().encode(s);
			eq(await find('ab', b('abcab')), [[0, 2], [3, 5]]);
			eq(await find('é', b('aéb')), [[1, 3]]);
			eq(await find('61 62', b('61 62ab')), [[0, 5], [5, 7]]);
			eq(await find('aa', b('aaa')), [[0, 2], [1, 3]]);
			eq(await find('', b('a')), []);
			const long = new Uint8Array(2_000_004); long.set(b('need'), 999_998); long.set(b('need'), 2_000_000);
			eq(await find('need', long), [[999_998, 1_000_002], [2_000_000, 2_000_004]]);`},
		{"JSON faults", `const { parseJSON } = await import('/static/body/json.js');
			const first = (s) => { const f = parseJSON(s).faults[0]; return f ? f.line + ':' + f.column + ' ' + f.what : 'fine'; };
			eq(first('{"a":1,\n  "b":[1,2,]}'), '2:11 trailing comma');
			eq(first('{"a" 1}'), '1:6 missing colon');
			eq(first('{"a":1 "b":2}'), '1:8 missing comma');
			eq(first('[1'), '1:1 unclosed');
			eq(first('["a'), '1:2 unclosed string');
			eq(first('[NaN]'), '1:2 bad word');
			eq(first('[01]'), '1:2 bad number');
			eq(first('["\\x"]'), '1:3 bad escape');
			eq(first('{a:1}'), '1:2 key');
			eq(first('[1}'), '1:3 mismatch');
			eq(first('1 2'), '1:3 after the end');
			eq(first(''), '1:1 empty');
			eq(first('{"a":}'), '1:6 missing value');
			eq(first('[1,2,{"x":[true,false,null,-0.5e+3]}] '), 'fine');
			for (const s of ['{', '[', '{"', '{"a', '{"a":', '{"a":1,', ']', '}', ',', ':', '{,}', '[,]', '{{}}', '{"a":{"b":[{', '"\\', '{:1}', '[[}]']) { const { nodes } = parseJSON(s); for (let i = 0; i < nodes.count; i++) if (!(nodes.end[i] > i && nodes.end[i] <= nodes.count)) throw new Error('broken tables for ' + s); }`},
		{"JSON against the browser's own", `const { parseJSON } = await import('/static/body/json.js');
			let seed = 7; const rnd = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
			const bits = ['{', '}', '[', ']', ',', ':', '"a"', '"b\\n"', '1', '-2.5e3', 'true', 'null', ' ', '\n', '01', '"', '\\'];
			const make = (d) => d > 4 || rnd(3) === 0 ? [1, 'x"y', true, null, -0.5, 'é\u2028'][rnd(6)] : rnd(2) ? Array.from({ length: rnd(4) }, () => make(d + 1)) : Object.fromEntries(Array.from({ length: rnd(4) }, (_, i) => ['k' + i, make(d + 1)]));
			for (let i = 0; i < 3000; i++) {
				const s = i % 2 ? JSON.stringify(make(0), null, rnd(3)) : Array.from({ length: 1 + rnd(8) }, () => bits[rnd(bits.length)]).join('');
				let good = true; try { JSON.parse(s); } catch { good = false; }
				if ((parseJSON(s).faults.length === 0) !== good) throw new Error((good ? 'refused ' : 'took ') + JSON.stringify(s));
			}`},
		{"JSON of 100,000 levels", `const { Tree } = await import('/static/body/json-tree.js');
			const t = new Tree('[{"a":'.repeat(50000) + '1' + '}]'.repeat(50000));
			eq(t.faults, []); eq(t.nodes.count, 100001);
			t.foldAll(true); eq(t.shown.length, 100001);
			eq(t.path(100000).length, 50000 * '[0].a'.length);
			eq(t.pretty().split('\n').length, 200001);`},
		{"addresses", `const { parse, url } = await import('/static/router.js');
			eq(parse('/live', '?q=status:%3E%3D400&sel=12'), { page: 'live', rest: [], params: { q: 'status:>=400', sel: '12' } });
			eq(parse('/', '').page, 'live'); eq(parse('/nothing', '').page, '');
			eq(parse('/d/12406/request', '').rest, ['12406', 'request']);
			eq(url('live', [], { q: 'inbox:demo a,b "x y"', sel: null }), '/live?q=inbox:demo+a,b+%22x+y%22');
			for (const q of ['status:>=400 -sig:valid', 'body.a:"&=#?+%"', 'é€😀', 'path:/hooks/*']) { const u = new URL(url('live', [], { q }), 'http://x'); eq(parse(u.pathname, u.search).params.q, q); }`},
		{"formats", `const f = await import('/static/format.js');
			eq([0, 999, 1000, 2114, 999999, 12400000].map(f.bytes), ['0 B', '999 B', '1.0 kB', '2.1 kB', '1.0 MB', '12 MB']);
			eq([0, 3, 104, 9999, 61000].map(f.duration), ['0 ms', '3 ms', '104 ms', '10 s', '61 s']);
			eq(f.visible('a\u0000b\u202ec\u001b'), 'a\u2400b\\u202ec\u241b');
			eq(f.visibleText('a\tb\nc\u0000'), 'a\tb\nc\u2400');
			eq(f.pairs('a=1&a=2&b=x+y%20z&c&d=%zz'), [{ name: 'a', value: '1' }, { name: 'a', value: '2' }, { name: 'b', value: 'x y z' }, { name: 'c', value: '' }, { name: 'd', value: '%zz' }]);
			eq(f.fromByte('é€😀x', 9), 4); eq(f.toByte('é€😀x', 4), 9);`},
		{"lines", `const { layoutLines } = await import('/static/body/lines.js');
			const cut = (s, clip, ...open) => { const r = layoutLines(s, clip, new Set(open)); return Array.from({ length: r.count }, (_, i) => [s.slice(r.from[i], r.to[i]), r.line[i], r.rest[i]]); };
			eq(cut('a\r\nb\n', 10), [['a', 1, 0], ['b', 2, 0]]);
			eq(cut('', 10), [['', 1, 0]]);
			eq(cut('abcdef\ng', 4), [['abcd', 1, 2], ['g', 2, 0]]);
			eq(cut('abcdef\ng', 4, 1), [['abcd', 1, 0], ['ef', 0, 0], ['g', 2, 0]]);`},
		{"kinds of bodies", `const k = await import('/static/body/kinds.js');
			const b = (s) => new TextEncoder().encode(s);
			eq(k.kindOfBody(b('{"a":1}'), true, ''), 'json');
			eq(k.kindOfBody(b('a=1'), true, 'application/x-www-form-urlencoded'), 'form');
			eq(k.kindOfBody(b('<svg onload=alert(1)>'), true, 'image/svg+xml'), 'xml');
			eq(k.kindOfBody(b('{"a":1}\n{"a":2}'), true, 'application/x-ndjson'), 'text');
			eq(k.notTextAt(new Uint8Array([0x61, 0xc3, 0xa9, 0xff, 0x62])), 3); eq(k.notTextAt(b('é\ufffdx')), -1); eq(k.notTextAt(b('ab\u0000')), 2);
			eq(k.partName('Content-Disposition: form-data; name="a"; filename="b.png"'), 'a · b.png'); eq(k.partName('X: 1'), '');
			eq(k.kindOfBody(new Uint8Array([0, 1, 2]), true, 'text/plain'), 'binary');
			eq(k.kindOfBody(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), true, 'text/html'), 'image');
			const m = b('--x\r\nA: 1\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--x--');
			eq(k.multipart(m, 'x').map((p) => [p.head, new TextDecoder().decode(m.subarray(p.from, p.to))]), [['A: 1', 'one'], ['', 'two']]);
			eq([b('%PDF-1'), b('PK\u0003\u0004'), new Uint8Array([0x1f, 0x8b]), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), b('\u0000x')].map(k.formatOf), ['PDF', 'ZIP', 'gzip', 'PNG', '']);
			eq(k.boundaryOf('multipart/form-data; boundary="a b"'), 'a b');
			const seen = (text, kind, type = '') => k.markupOf(b(text), kind, type);
			eq([seen('x', 'text', 'Text/HTML; charset=x'), seen('\n<!DOCTYPE html>', 'text'), seen('<html lang=en>', 'text', 'text/plain'), seen('\u0001', 'binary', 'text/html')], ['html', 'html', 'html', 'html']);
			eq([seen('x', 'xml', 'image/svg+xml'), seen('<?xml version="1.0"?>\n<!-- a -->\n<svg/>', 'xml'), seen('<svg>', 'xml'), seen('<svg\n>', 'text')], ['svg', 'svg', 'svg', 'svg']);
			eq([seen('<htmlx>', 'text'), seen('<p>', 'text'), seen('{}', 'json', 'text/html'), seen('<svg>', 'binary'), seen('<a><svg></a>', 'xml')], ['', '', '', '', '']);`},
		{"XML", `const { prettyXML } = await import('/static/body/xml.js');
			eq(prettyXML('<?xml version="1.0"?><a x=">"><b>one</b> <c/><!-- <d> --><e><f></f></e></a>'), '<?xml version="1.0"?>\n<a x=">">\n  <b>one</b>\n  <c/>\n  <!-- <d> -->\n  <e>\n    <f></f>\n  </e>\n</a>');
			eq(prettyXML('<a><![CDATA[</a>]]></a>'), '<a>\n  <![CDATA[</a>]]>\n</a>');
			const dtd = '<!DOCTYPE a [<!ENTITY b "]>"><!-- don\'t --> %c;]>';
			eq(prettyXML(dtd + '<a>&b;</a>'), dtd + '\n<a>&b;</a>');
			for (const bad of ['<a>', '<a></b>', '</a>', '<a', '<!-- ', '<a b="></a>', '<!DOCTYPE a [<!ENTITY b>', '<!DOCTYPE a ['.repeat(5e4)]) eq(prettyXML(bad), null);`},
		{"rows", `const { Rows } = await import('/static/list/rows.js');
			const row = (n) => ({ id: 'id' + n, n, at: '2026-01-01T00:00:00.000000Z', dir: 'in', event: 'e' + (n % 3), status: 200, failure: '', verdict: '', cause: '', method: 'POST', target: '/', host: '', source: '', provider: '', duration_ms: 1, size: n, response_size: 0, tries: 0, flags: n % 2 ? ['failed', 'cut'] : [] });
			const r = new Rows(); const want = new Map();
			let seed = 3; const rnd = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
			for (let i = 0; i < 400; i++) {
				if (rnd(3)) { const list = Array.from({ length: rnd(40) }, () => row(1 + rnd(5000))).filter((x, j, a) => a.findIndex((y) => y.id === x.id) === j); r.put(list, false); for (const x of list) want.set(x.id, x); }
				else { const ids = [...want.keys()].filter(() => rnd(4) === 0); r.remove(ids); for (const id of ids) want.delete(id); }
				const sorted = [...want.values()].sort((a, b) => b.n - a.n).map((x) => x.id);
				eq(r.allIDs(), sorted);
			}
			const any = [...want.values()][0]; eq(r.at(r.indexOf(any.id)).flags, any.flags); eq(r.get(any.id).event, any.event); eq(r.indexOf('no'), -1);`},
		{"lines that serve again", `const { Pool } = await import('/static/list/pool.js');
			const box = document.createElement('div'); box.tabIndex = -1;
			const home = document.createElement('div'); box.append(home); document.body.append(box);
			let list = Array.from({ length: 300 }, (_, i) => i + 1), made = 0;
			const source = {
				key: (i) => list[i], heading: (i) => list[i] % 50 === 0, show: (line, i) => { line.el.textContent = list[i]; line.el.tabIndex = -1; },
				make: (heading) => ({ el: document.createElement(heading ? 'b' : 'p'), heading, n: made++ }),
			};
			const pool = new Pool(home, source);
			const texts = () => [...home.children].map((e) => Number(e.textContent));
			let seed = 5; const rnd = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
			for (let round = 0; round < 12; round++) {
				let first = 0;
				for (let step = 0; step < 20; step++) {
					if (rnd(6) === 0) list = round % 2 && list.length > 200 ? list.filter(() => rnd(20)) : [list.length + 1000 + rnd(1e6), ...list];
					if (rnd(25) === 0) list.reverse();
					first = Math.max(0, Math.min(list.length - 30, rnd(3) ? first + rnd(30) - 15 : rnd(300)));
					pool.draw(first, first + 30);
					eq(texts().sort((a, b) => a - b), list.slice(first, first + 30).sort((a, b) => a - b));
					if ([...home.children].some((e) => (e.tagName === 'B') !== (Number(e.textContent) % 50 === 0))) throw new Error('a row in a heading');
				}
				const want = JSON.stringify(list.slice(first, first + 30));
				const end = performance.now() + 20000;
				while (JSON.stringify(texts()) !== want) { if (performance.now() > end) throw new Error('the order is ' + texts() + ', want ' + want); await new Promise((done) => setTimeout(done, 5)); }
			}
			if (made > 300) throw new Error(made + ' lines were made');
			home.children[3].focus(); pool.draw(200, 230);
			eq(document.activeElement === box, true);
			pool.clear(); eq(home.children.length, 0); box.remove();`},
		{"waiting", `const { backoff } = await import('/static/feed.js');
			eq([1, 2, 6, 20].map((n) => backoff(n, 0.5)), [250, 500, 8000, 8000]);`},
		{"credentials", `const { secret } = await import('/static/detail/secrets.js');
			eq(['Authorization', 'Cookie', 'X-Auth-Token', 'x-hub-secret', 'Content-Type', 'X-Hub-Signature-256', 'Idempotency-Key'].map(secret), [true, true, true, true, false, false, false]);
			const { shell } = await import('/static/detail/curl.js'); eq(shell("it's"), "'it'\\''s'");`},
		{"commands", `const { fit } = await import('/static/palette.js');
			eq([fit('Live', 'li'), fit('Theme: Light', 'light'), fit('Settings', 'stg'), fit('Live', 'zz')], [4, 3, 1, 0]);`},
		{"headers of an answer", `const { readHeaders } = await import('/static/pages/inboxes.js');
			eq(readHeaders('A: b: c\n\n X :  y \nZ'), [{ name: 'A', value: 'b: c' }, { name: 'X', value: 'y' }, { name: 'Z', value: '' }]);`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.try(tt.js); got != "" {
				t.Error(got)
			}
		})
	}
}

// try runs statements in the page and says what went wrong, "" for nothing. They
// compare with eq(got, want).
func (p *tab) try(js string) string {
	p.t.Helper()
	return eval[string](p, `(async () => {
		const eq = (a, b) => { if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error('got ' + JSON.stringify(a) + ', want ' + JSON.stringify(b)); };
		try { `+js+` } catch (err) { return String(err); }
		return '';
	})()`)
}
