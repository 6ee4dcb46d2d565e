//go:build browser

package browser

import (
	"os"
	"strings"
	"testing"
)

// The commands that the page makes of its forms. A test of the command line takes
// each of them from the same file.
func TestCommandsOfForms(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	want, err := os.ReadFile("testdata/commands.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := eval[[]string](p, `(async () => {
		const { commandOf: replay, fresh } = await import('/static/run/spec.js');
		const { newEndpoint } = await import('/static/endpoints/model.js');
		const { commandOf: endpoint } = await import('/static/endpoints/command.js');
		const { newDraft, inputOf, commandOf: trigger } = await import('/static/send/model.js');
		const { diffCommand } = await import('/static/compare/command.js');
		const all = { parallel: '8', stop: true, mark: true, repeat: '3', ids: 'new', set: 'data.total=1\ndata.name=it\'s', headers: 'X-A: b' };
		const url = { to: 'url', url: 'http://localhost:3000/a?b=c', scheme: 'github', secret: 's' };
		const crm = { ...newEndpoint({ provider: 'webconnex' }), name: 'crm', url: 'http://localhost:3000/hooks' };
		return [
			replay(fresh, 'n:1,2'), replay({ ...fresh, ...all, to: 'endpoint', endpoint: 'crm', pace: 'speed', speed: '2.5' }, '-sig:valid is:failed'),
			replay({ ...fresh, ...url, sign: 'stale', ordered: true, pace: 'rate' }, 'body.name:"it\'s"'), replay({ ...fresh, ...url }, '7'), replay({ ...fresh, to: 'inbox', inbox: 'demo', secret: 's', sign: 'now' }, '7'),
			endpoint(newEndpoint({})), endpoint({ ...crm, events: ['webconnex/*', 'stripe/charge.refunded'], channels: ['a', 'b'], scope: { kind: 'form', only: ['1', '2'], except: [] }, skip: 'tag:offline OR body.total:<1', note: 'it\'s ours', method: 'PUT', format: 'json',
				auth: { kind: 'header', name: 'X-Api-Key', secret: { value: 'k' } }, headers: [{ name: 'X-A', value: 'b c' }], app_key: 'K1', app_token: 'T1', scheme: 'paypal', context: { webhook_id: 'W1' }, secrets: [{ value: 'a' }, { value: 'b' }],
				retry: { preset: 'custom', delays: ['5s', '1m'], jitter: 0.2 }, speed: 3600, timeout_ms: 1500, success: ['2xx', '304'], concurrency: 2, rate: 0.5, ordered: true, insecure: true, on: false }),
			endpoint({ ...crm, scope: { kind: 'campaign', only: [], except: ['9'] }, auth: { kind: 'bearer', name: '', secret: { value: 'k' } }, retry: { preset: '10x1m', delays: [], jitter: 0 } }),
			endpoint({ ...crm, kind: 'email', url: '', events: ['*'], skip: 'tag:crm', email: { to: ['a@example.org', 'b@example.org'], from: 'hooks@example.org', subject: '{{event}}', smtp: { host: 'mail.example.org', port: 2525, tls: 'none', user: 'u', password: { value: 'p' } } } }),
			trigger(inputOf('webconnex/registration', newDraft({ to: ['crm', 'inbox:demo'], seed: 7, set: { 'data.total': '1' }, channels: 'client_42', campaign: '12', form: '7', request_id: 'r1', crm: true, offline: true, chaos: ['stale', 'gzip'], count: 3, every: 0.5, delay: 2, variant: 'minimal' }))),
			trigger(inputOf('webconnex/registration', newDraft({ from: '12' }))),
			diffCommand(1, 2, 'request', ''), diffCommand('1:0', '1:2', 'response', 'ts,*.id'),
		];
	})()`)
	if text := strings.Join(got, "\n") + "\n"; text != string(want) {
		t.Errorf("the page makes\n%swant testdata/commands.txt\n%s", text, want)
	}
}
