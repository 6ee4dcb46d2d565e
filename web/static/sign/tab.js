// @ts-check
// The Signature tab: what was checked, why it fails, what to do, what to try.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api, Problem } from '../api.js';
import { count, span, visible, moment } from '../format.js';
import { Copy } from '../components/copy.js';
import { Trouble } from '../components/trouble.js';
import { answering } from '../detail/overview.js';
import { changes, withoutSecrets } from '../detail/secrets.js';
import { isNamed } from '../detail/sent.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { toast, toastFailure } from '../components/notices.js';
import { Code } from './code.js';
import { SignedBytes } from './bytes.js';
import { FindingLine, Headline, Ladder, sorted } from './verdict.js';
import { filterBy, term } from './filter.js';
import { url } from '../router.js';
import { Effort, Fix, PasteDigest, Tried, TryOther } from './tools.js';
import { SentCard } from './sent.js';
import { Setup, keepSetting, recheckInbox } from './setup.js';
import { verdictOf } from '../outcome.js';
import { said, sayings } from '../said.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Check} Check */

/** @param {{d: Delivery}} p */
export function SignatureTab({ d }) {
  const [check, setCheck] = useState(/** @type {Check|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const ctl = new AbortController();
    Promise.all([api.signature(d.id, ctl.signal), sayings()]).then(([c]) => {
      setCheck(c);
      setProblem(null);
    }, (err) => {
      if (!ctl.signal.aborted) setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) }));
    });
    return () => ctl.abort();
  }, [d.id, d.verdict, d.cause, d.scheme, d.status, again, changes.value]);

  const keep = async (/** @type {import('./setup.js').Setting} */ setting) => {
    setBusy(true);
    try {
      await keepSetting(d.inbox || '', setting);
      setAgain((n) => n + 1);
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };

  if (!check) return problem ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : html`<p class="muted" role="status" aria-busy="true">${signWords.checking}</p>`;
  const s = signWords;
  const { why } = sorted(check.findings);
  const unchecked = check.verdict === 'unchecked';
  const signed = Boolean(check.scheme) && !unchecked;
  const out = d.dir === 'out';
  const own = out ? s.out.title[check.verdict] || '' : '';
  const said = refusal(d, check);
  const other = html`<${TryOther} id=${d.id} check=${check} inbox=${d.dir === 'in' ? d.inbox || '' : ''} keep=${keep} busy=${busy} />`;
  return html`
    ${problem ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : null}
    <section class="block" aria-label=${own || t.diagnosis.title[check.verdict] || check.verdict}>
      <${Headline} verdict=${check.verdict} cause=${check.cause} title=${check.cause_title} text=${own} />
      <${About} check=${check} inbox=${out ? '' : d.inbox || ''} out=${out} />
      ${out ? html`<${SetAt} name=${d.endpoint || ''} />` : null}
      <${Ladder} check=${check} />
      <${Received} check=${check} />
    </section>
    <${Changed} d=${d} check=${check} done=${() => setAgain((n) => n + 1)} />
    ${said ? html`<${Refused} id=${d.id} said=${said} />` : null}
    ${check.cause === 'unknown' ? html`<${Lost} check=${check} why=${why} more=${other} />` : why.length ? html`<${Found} check=${check} why=${why} id=${d.id} />` : null}
    <${SentCard} sent=${check.sent} />
    ${out && check.scheme && !why.length ? html`<section class="card plain" aria-label=${s.out.code}><h3>${s.out.code}</h3><p>${s.out.codeText}</p><${Code} id=${d.id} scheme=${check.scheme} /></section>` : null}
    ${unchecked && d.dir === 'in' && d.inbox && check.cause !== 'truncated' ? html`<${Setup} key=${check.scheme} check=${check} off=${d.scheme === 'none'} inbox=${d.inbox} keep=${keep} busy=${busy} />` : null}
    ${signed || check.scheme ? html`<div class="folds">
      ${check.signed ? html`<details class="fold"><summary>${s.signedBytes} <span class="muted">${count(check.signed.size)}</span></summary><${SignedBytes} signed=${check.signed} /></details>` : null}
      ${check.cause === 'unknown' ? null : html`<${Tried} check=${check} />`}
      ${out || (why.length && check.cause !== 'unknown') ? null : html`<${CodeFold} id=${d.id} scheme=${check.scheme} />`}
      ${signed && !said ? html`<details class="fold"><summary>${s.got.title}</summary><div class="fold-in"><p class="muted">${s.got.text}</p><${PasteDigest} id=${d.id} /></div></details>` : null}
      ${check.cause === 'unknown' ? null : html`<details class="fold"><summary>${s.other.title}</summary><div class="fold-in">${other}</div></details>`}
    </div>` : null}`;
}

/** Where it is set how a request to an endpoint, or to an inbox, is signed. @param {{name: string}} p */
function SetAt({ name }) {
  const inbox = name.startsWith('inbox:') ? name.slice(6) : '';
  if (!inbox && !isNamed(name)) return null; // a bare address has no settings
  return html`<p class="muted">${inbox ? signWords.out.whoInbox : signWords.out.who} <a class="iso" href=${url(inbox ? 'inboxes' : 'endpoints', [inbox || name])}>${visible(inbox || name)}</a></p>`;
}

/** Scheme, header, secret and age, on one line as far as it reaches. @param {{check: Check, inbox: string, out: boolean}} p */
function About({ check, inbox, out }) {
  const s = signWords;
  if (!check.scheme) return null;
  const age = check.age_s || 0;
  return html`<p class="sign-about">
    <button type="button" class="chip-button" title=${s.filterScheme} aria-label=${`${visible(check.scheme_name || check.scheme)}. ${s.filterScheme}`} onClick=${() => filterBy(term('scheme', check.scheme))}>${visible(check.scheme_name || check.scheme)}</button>
    ${[check.algorithm, check.header, said(check.secret || '')].filter(Boolean).map((x) => html`<span class="iso">${visible(x)}</span>`)}
    ${check.signed_at ? html`<span title=${moment(Date.parse(check.signed_at))}>${s.age} ${out ? s.out.at(moment(Date.parse(check.signed_at))) : age < 0 ? s.after(span(-age)) : s.before(span(age))}</span>` : null}
    ${inbox ? html`<a href=${url('inboxes', [inbox, 'verify'])}>${s.change}</a>` : null}
    ${check.unconfirmed?.length ? html`<span class="flag client" title=${`${s.unconfirmedText} ${check.unconfirmed.join(', ')}`}>${s.unconfirmed}</span>` : null}
  </p>
  ${check.verdict === 'valid' ? html`<p class="muted">${s.covers[check.covers] || ''}${check.unconfirmed?.length ? ` ${s.unconfirmedText} ${check.unconfirmed.join(', ')}.` : ''}</p>` : null}`;
}

/** @param {{check: Check}} p */
function Received({ check }) {
  if (!check.received || check.verdict === 'unchecked') return null;
  return html`<dl class="facts digest"><dt>${signWords.received}</dt><dd><span class="copyable"><code class="iso">${visible(check.received)}</code><${Copy} text=${check.received} what=${signWords.digest} /></span></dd>
    ${check.url ? html`<dt>${signWords.url}</dt><dd><${Address} url=${check.url} /></dd>` : null}</dl>`;
}

/** The address that is signed, credentials in its query hidden until asked for. @param {{url: string}} p */
function Address({ url: address }) {
  const [open, setOpen] = useState(false);
  const hidden = withoutSecrets(address);
  const shown = open ? address : hidden;
  return html`<span class="copyable"><code class="iso">${visible(shown)}</code>${hidden === address ? null : html`<button type="button" class="btn quiet small reveal" aria-pressed=${open} onClick=${() => setOpen(!open)}>${open ? detailWords.message.hide : detailWords.message.reveal}</button>`}<${Copy} text=${shown} what=${signWords.url} /></span>`;
}

/** What explains it, and what to do about it. @param {{check: Check, why: import('../types.js').Finding[], id: string}} p */
function Found({ check, why, id }) {
  const s = signWords;
  const best = why.find((f) => f.state === 'proved') || why.find((f) => f.state === 'shown') || why[0];
  const title = { proved: s.found, shown: s.seen }[/** @type {string} */ (best.state)] || s.likely;
  const sure = best.state === 'proved' || best.state === 'shown';
  const code = check.scheme && check.verdict !== 'unchecked';
  return html`<section class=${'card found ' + (sure ? 'good' : 'warn')} aria-label=${title}>
    <h3><span class=${sure ? 'ok' : 'client'} aria-hidden="true">${sure ? '✓' : '?'} </span>${title}${check.cause_title ? `: ${t.diagnosis.causes[check.cause] || visible(check.cause_title || check.cause)}` : ''} <${Effort} check=${check} /></h3>
    <ul class="findings">${why.map((f) => html`<${FindingLine} f=${f} />`)}</ul>
    <${Fix} cause=${best.cause || check.cause} />
    ${code ? html`<${Code} id=${id} scheme=${check.scheme} />` : null}
  </section>`;
}

/** Nothing fits: what was ruled out, and what is left. @param {{check: Check, why: import('../types.js').Finding[], more: any}} p */
function Lost({ check, why, more }) {
  return html`<section class="card warn" aria-label=${signWords.notFound}><h3><span class="client" aria-hidden="true">? </span>${signWords.notFound} <${Effort} check=${check} /></h3>
    <ul class="findings">${why.map((f) => html`<${FindingLine} f=${f} />`)}</ul><${Fix} cause="unknown" />${more}<${Tried} check=${check} /></section>`;
}

/** The list says what was found at first; a check anew brings it up to date. @param {{d: Delivery, check: Check, done: () => void}} p */
function Changed({ d, check, done }) {
  const [busy, setBusy] = useState(false);
  const was = check.captured?.verdict || 'unchecked';
  if (was === check.verdict || d.dir !== 'in' || !d.inbox) return null;
  const renew = async () => {
    setBusy(true);
    try {
      toast(await recheckInbox(d.inbox || ''));
      done();
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="note warn row-gap"><span>${signWords.captured.was(verdictOf(was).word)}</span><button type="button" class="btn small" disabled=${busy} onClick=${renew}>${signWords.captured.renew}</button></div>`;
}

/** The status by which the app refused a request that is genuine, else 0. @param {Delivery} d @param {Check} check */
function refusal(d, check) {
  const a = answering(d);
  const status = a && a.kind === 'forward' ? a.response?.status || 0 : 0;
  return check.verdict === 'valid' && [400, 401, 403].includes(status) ? status : 0;
}

/** @param {{id: string, said: number}} p */
function Refused({ id, said }) {
  return html`<section class="card warn" aria-label=${signWords.refused.title(said)}><h3><span class="client" aria-hidden="true">▲ </span>${signWords.refused.title(said)}</h3>
    <p>${signWords.refused.text}</p><${PasteDigest} id=${id} /></section>`;
}

/** The code is only asked for when it is looked at. @param {{id: string, scheme: string}} p */
function CodeFold({ id, scheme }) {
  const [open, setOpen] = useState(false);
  return html`<details class="fold" onToggle=${(/** @type {any} */ e) => setOpen(e.target.open)}><summary>${signWords.code}</summary>${open ? html`<${Code} id=${id} scheme=${scheme} />` : null}</details>`;
}
