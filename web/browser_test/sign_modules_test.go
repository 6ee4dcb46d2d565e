//go:build browser

package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/signer"
)

// Plain functions about signatures, tried where they run.
func TestPlainFunctionsOfSignatures(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	for _, tt := range []struct{ name, js string }{
		{"rotation", `const { rotated, withoutValues } = await import('/static/sign/secrets.js');
			const now = Date.UTC(2026, 0, 1), end = '2026-01-02T00:00:00.000Z', soon = '2026-01-01T01:00:00.000Z';
			eq(rotated([{ id: 'a', name: 'current', hint: '…1' }], 'new', 24, now), [{ name: 'current', value: 'new' }, { id: 'a', name: 'previous', hint: '…1', until: end }]);
			eq(rotated([{ id: 'a', name: 'live' }, { id: 'b', name: 'previous', until: soon }], '', 24, now), [{ name: 'current', generate: true }, { id: 'a', name: 'live', until: end }, { id: 'b', name: 'previous', until: soon }]);
			eq(rotated([{ id: 'a', name: 'current' }, { id: 'b', name: 'previous', until: soon }], '', 24, now).map((s) => s.name), ['current', 'previous 2', 'previous']);
			eq(rotated([{ id: 'b', name: 'previous', until: '2026-02-01T00:00:00Z' }], 'x', 24, now)[1].until, end);
			eq(withoutValues([{ id: 'a', name: 'n', value: 's', hint: '…' }]), [{ id: 'a', name: 'n', hint: '…' }]); eq(withoutValues(undefined), []);`},
		{"bytes with signs", `const { fromBase64, signs } = await import('/static/sign/bytes.js'); const { textOf } = await import('/static/format.js');
			eq(signs('a b\tc\r\nd\u00a0\u0000\u202e'), 'a·b⇥c␍␊\nd⍽\u2400\\u202e');
			eq([...fromBase64('AP+A')], [0, 255, 128]);
			eq(textOf(new Uint8Array([0xff]), false), null); eq(textOf(new Uint8Array([0x61, 0xc3]), true), 'a'); eq(textOf(new Uint8Array([0x61, 0xc3]), false), null);
			eq(textOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]), false), '\ufeffa');`},
		{"findings", `const { sorted } = await import('/static/sign/verdict.js');
			const f = (step, state) => ({ step, state, text: '' });
			const got = sorted([f('header', 'ok'), f('timestamp', 'failed'), f('timestamp', 'proved'), f('variation', 'ruled-out'), f('variation', 'likely')]);
			eq(Object.entries(got.ladder).map(([k, v]) => k + ' ' + v.state), ['header ok', 'timestamp failed']);
			eq(got.why.map((x) => x.state), ['proved', 'likely']); eq(got.vain.length, 1); eq(sorted(null).why, []);`},
		{"rows of schemes", `const { withField, words, plain, fresh } = await import('/static/sign/row.js');
			const row = fresh();
			eq(withField(row, 'signature.prefix', '').signature, { headers: ['X-Acme-Signature'], layout: 'raw' }); eq(row.signature.prefix, 'sha256=');
			eq(withField(row, 'timestamp.unit', 's').timestamp, { unit: 's' }); eq(withField(row, 'id_headers', []).id_headers, undefined);
			eq(words(' a, ,b '), ['a', 'b']); eq(plain({ id: 'x', needs: [], rev: 3, custom: true, covers: 'body', aliases: [] }), { id: 'x' });
			const { about } = await import('/static/sign/fields.js');
			eq([about({ field: 'signature.headers[0]' }, 'signature.headers'), about({ field: 'timestamp.unit' }, 'timestamp.unit'), about({ field: 'content' }, 'id'), about(null, 'id')], [true, true, false, false]);`},
		{"sent bytes", `const { parts } = await import('/static/sign/sent.js');
			eq(parts('7b22610a', 2), { hex: ['7b 22', '61', '0a'], text: ['{"', 'a', '·'] });
			eq(parts('7b', 1), { hex: ['7b', '', ''], text: ['{', '', ''] }); eq(parts('', 0).hex, ['', '', '']);`},
		{"searching schemes", `const { fitting } = await import('/static/schemes.js');
			const s = (id, name, header) => ({ id, name, header, provider: '' });
			const all = [s('github.sha256', 'GitHub', 'X-Hub-Signature-256'), s('gitlab.token', 'GitLab', 'X-Gitlab-Token')];
			eq(fitting(all, 'hub 256').map((x) => x.id), ['github.sha256']); eq(fitting(all, ' GIT ').length, 2); eq(fitting(all, 'zz'), []);
			eq(fitting([s('a', 'Zeta', 'X-Git'), s('b', 'Git', 'Y')], 'git').map((x) => x.id), ['b', 'a']);`},
		{"what is given", `const { given, some } = await import('/static/sign/needs.js');
			eq(given(['webhook_id'], { url: 'http://x', context: { webhook_id: ' 1 ', other: '2' } }), { url: '', context: { webhook_id: '1' } });
			eq([some(given(['url'], { url: ' ', context: {} })), some(given(['url'], { url: 'u', context: {} }))], [false, true]);`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.try(tt.js); got != "" {
				t.Error(got)
			}
		})
	}
}

// Every cause has a name and a fix in the words of the page, and none is left over.
func TestCausesHaveWords(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	var want []string
	for _, c := range signer.Causes() {
		want = append(want, string(c.Cause))
	}
	for _, words := range []string{"causes", "fixes"} {
		got := eval[[]string](p, `import('/static/i18n/index.js').then(({ t }) => Object.keys(t.diagnosis.`+words+`))`)
		for _, c := range want {
			if !slices.Contains(got, c) {
				t.Errorf("%s lack %q", words, c)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s = %s, want %s", words, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
	languages := eval[[]string](p, `import('/static/i18n/en-sign.js').then(({ sign }) => Object.keys(sign.languages))`)
	if strings.Join(languages, " ") != strings.Join(signer.Languages, " ") {
		t.Errorf("languages = %v, want %v", languages, signer.Languages)
	}
}
