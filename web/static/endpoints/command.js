// @ts-check
// An endpoint as a command makes it. Its secrets come from the environment.
import { shell } from '../detail/curl.js';
import { readSkip } from './model.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */

/** @param {Endpoint} x */
export function commandOf(x) {
  const out = ['boathook endpoints create', shell(x.name || 'NAME')];
  const flag = (/** @type {string} */ name, /** @type {string|number} */ v) => {
    if (v) out.push(`--${name} ${shell(String(v))}`);
  };
  const each = (/** @type {string} */ name, /** @type {string[]} */ list) => list.forEach((v) => flag(name, v));
  if (x.kind === 'email') mail(x, flag);
  else flag('url', x.url || 'URL');
  flag('events', x.events.join(','));
  flag('provider', x.provider);
  flag('channels', x.channels.join(','));
  if (x.scope) {
    flag(x.scope.kind + 's', x.scope.only.join(','));
    flag(`except-${x.scope.kind}s`, x.scope.except.join(','));
  }
  const skip = readSkip(x.skip);
  each('skip', [skip.offline ? 'offline' : '', skip.crm ? 'crm' : '', skip.rest]);
  flag('note', x.note);
  if (x.kind !== 'email') request(x, flag, each);
  if (x.retry.preset === 'custom') {
    flag('retry', x.retry.delays.join(','));
    flag('jitter', x.retry.jitter);
  } else if (x.retry.preset !== 'provider') flag('retry', x.retry.preset);
  flag('speed', x.speed === 1 ? '' : x.speed);
  flag('timeout', x.timeout_ms && x.timeout_ms + 'ms');
  flag('success', x.success.join(','));
  flag('concurrency', x.concurrency === 4 ? '' : x.concurrency);
  flag('rate', x.rate);
  if (x.ordered) out.push('--ordered');
  if (x.insecure) out.push('--insecure');
  if (!x.on) out.push('--off');
  return out.join(' ');
}

/** @typedef {(name: string, v: string|number) => void} Flag */

/** @param {Endpoint} x @param {Flag} flag */
function mail({ email }, flag) {
  flag('email', email?.to.join(',') || 'ADDRESS');
  flag('from', email?.from || '');
  flag('subject', email?.subject || '');
  const smtp = email?.smtp;
  if (!smtp) return;
  flag('smtp', smtp.host + (smtp.port ? ':' + smtp.port : ''));
  flag('smtp-tls', smtp.tls === 'starttls' ? '' : smtp.tls);
  flag('smtp-user', smtp.user);
  flag('smtp-password-env', smtp.password ? 'SMTP_PASSWORD' : '');
}

/** What only a request has. @param {Endpoint} x @param {Flag} flag @param {(name: string, list: string[]) => void} each */
function request(x, flag, each) {
  flag('method', x.method);
  flag('format', x.format);
  if (x.auth.kind && x.auth.kind !== 'none') {
    flag('auth', x.auth.kind === 'bearer' ? 'bearer' : `${x.auth.kind}:${x.auth.name}`);
    flag('auth-env', 'API_KEY');
  }
  each('header', x.headers.map((h) => `${h.name}: ${h.value}`));
  flag('app-key', x.app_key);
  flag('app-token', x.app_token);
  flag('scheme', x.scheme);
  each('context', Object.entries(x.context || {}).filter(([, v]) => v).map(([k, v]) => `${k}=${v}`));
  each('secret-env', (x.secrets || []).filter((s) => s.value).map((_, i) => (i ? `SECRET_${i + 1}` : 'SECRET')));
}
