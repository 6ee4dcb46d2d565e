// @ts-check
// Inboxes: addresses that receive, what they check and answer, where they pass
// requests on.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { inboxes as inboxWords } from '../i18n/en-inboxes.js';
import { gone as goneWords } from '../i18n/en-gone.js';
import { api, Problem } from '../api.js';
import { place, go, url } from '../router.js';
import { count, visible } from '../format.js';
import { shell } from '../detail/curl.js';
import { Amount, percentOf } from '../components/amount.js';
import { useWrong } from '../components/wrong.js';
import { Described } from '../components/described.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { Confirm } from '../components/overlay.js';
import { Gone } from '../components/gone.js';
import { Trouble } from '../components/trouble.js';
import { toast } from '../components/notices.js';
import { term } from '../sign/filter.js';
import { askSchemes, schemeName, schemes } from '../schemes.js';
import { Challenges, Verify } from '../sign/inbox.js';
import { ShownOnce, withoutValues } from '../sign/secrets.js';

/** @typedef {import('../types.js').Inbox} Inbox */
/** @typedef {import('../types.js').Target} Target */

/** What a status of an answer may be. */
const answers = { whole: true, least: 200, most: 599 };

export function InboxesPage() {
  const name = place.value.rest[0];
  return html`<div class="page" id="content" tabindex="-1"><div class="page-in">${name ? html`<${One} key=${name} name=${name} />` : html`<${All} />`}</div></div>`;
}

/** @param {Inbox} x */
function answerOf(x) {
  const a = x.answer || /** @type {any} */ ({});
  if (a.sequence?.length) return a.sequence.join(', ');
  if (a.fault) return /** @type {any} */ (inboxWords.faults)[a.fault] || a.fault;
  return String(a.status ?? 200) + (a.delay_ms ? ` · ${a.delay_ms} ms` : '');
}

/** How an inbox is checked, in a word or two. @param {Inbox} x */
function checkedBy(x) {
  schemes.value;
  if (x.scheme === 'none') return signWords.pick.off;
  return visible(x.scheme ? schemeName(x.scheme) : signWords.pick.auto) + (x.secrets?.length ? '' : inboxWords.noSecret);
}

/** Name of a column, shown where there are no heads of columns. @param {{text: string}} p */
const Label = ({ text }) => html`<span class="col-label">${text}</span>`;

function All() {
  const [list, setList] = useState(/** @type {Inbox[]|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [name, setName] = useState('');
  const [wrong, setWrong] = useState('');
  /** How many came to each in a day. */
  const [counts, setCounts] = useState(/** @type {Record<string, number>|null} */ (null));
  const load = () => api.inboxes().then((r) => {
    setList(r.inboxes);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
    askSchemes().catch(() => {});
    api.activity({ from: '24h', by: 'inbox', q: 'dir:in' }).then((r) => setCounts(Object.fromEntries(r.groups.map((g) => [g.name, g.in]))), () => {}); // the list is of use without
  }, []);
  const create = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setWrong('');
    try {
      const made = await api.createInbox({ name: name.trim() });
      toast(inboxWords.created);
      setName('');
      go(url('inboxes', [made.name]));
    } catch (err) {
      const p = /** @type {Problem} */ (err);
      setWrong([p.message, p.hint].filter(Boolean).join('. '));
    }
  };
  return html`
    <div class="page-head"><h1>${inboxWords.title}</h1></div>
    <p class="muted">${inboxWords.lead}</p>
    ${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}
    <div class="inbox-list">
      <div class="inbox-item head" aria-hidden="true"><span>${inboxWords.name}</span><span>${inboxWords.url}</span><span>${signWords.scheme}</span><span>${inboxWords.answer}</span><span>${inboxWords.forward}</span><span class="num">${inboxWords.day}</span><span></span></div>
      ${(list || []).map((x) => html`<section class="inbox-item" aria-label=${visible(x.name)}>
        <a class="name iso" href=${url('inboxes', [x.name])}>${visible(x.name)}</a>
        <span class="copyable wide"><code class="iso">${visible(x.url)}</code><${Copy} text=${x.url} what=${inboxWords.url} /></span>
        <span class="cut wide iso"><${Label} text=${signWords.scheme} />${checkedBy(x)}</span>
        <span class="cut wide"><${Label} text=${inboxWords.answer} />${visible(answerOf(x))}</span>
        <span class="cut wide muted iso"><${Label} text=${inboxWords.forward} />${x.forward?.length ? visible(x.forward.map((f) => f.url).join(', ')) : inboxWords.nowhere}</span>
        <span class="num wide"><${Label} text=${inboxWords.day} />${counts ? html`<a href=${url('live', [], { q: `inbox:${x.name} after:24h` })}>${count(counts[x.name] || 0)}</a>` : null}</span>
        <a class="btn quiet small" href=${url('live', [], { q: 'inbox:' + x.name })}>${inboxWords.open}</a>
      </section>`)}
    </div>
    <div class="block"><form class="row-gap" onSubmit=${create}>
      <label class="field"><span>${inboxWords.name}</span><input class="input" value=${name} aria-describedby="name-hint" aria-invalid=${Boolean(wrong)} autocapitalize="off" autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></label>
      <button class="btn primary" disabled=${!name.trim()} style=${{ alignSelf: 'end' }}><${Icon} name="plus" />${inboxWords.create}</button>
    </form>
    <p id="name-hint" class=${wrong ? 'error-text' : 'muted'} role=${wrong ? 'alert' : undefined}>${wrong || inboxWords.nameHint}</p></div>
    <p class="muted">${t.terminal} <code>boathook inboxes create ${visible(shell(name.trim() || 'NAME'))}</code></p>`;
}

/** @param {{name: string}} p */
function One({ name }) {
  const [stored, setStored] = useState(/** @type {Inbox|null} */ (null));
  const [x, setX] = useState(/** @type {Inbox|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState(/** @type {import('../types.js').Secret[]} */ ([]));
  const load = () => api.inbox(name).then((r) => {
    setStored(r);
    setX(structuredClone(r));
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
  }, []);
  const form = useRef(/** @type {HTMLElement|null} */ (null));
  useWrong(form, problem, 'save-problem');
  // /inboxes/{name}/verify and the like lead to a part of the form.
  const part = place.value.rest[1] || '';
  useEffect(() => {
    if (x && part) document.getElementById(part)?.scrollIntoView();
  }, [Boolean(x), part]);

  if (!x) {
    if (problem?.status === 404) return html`<${Gone} title=${inboxWords.none} name=${name} links=${[['/inboxes', inboxWords.back], [url('live', [], { q: term('inbox', name) }), goneWords.its]]} />`;
    return html`<p><a href="/inboxes">${inboxWords.back}</a></p><h1 class="iso">${visible(name)}</h1>${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}`;
  }
  const dirty = JSON.stringify(x) !== JSON.stringify(stored);
  const set = (/** @type {Partial<Inbox>} */ change) => setX({ ...x, ...change });
  const setAnswer = (/** @type {Partial<import('../types.js').Answer>} */ change) => set({ answer: { ...x.answer, ...change } });
  const setTarget = (/** @type {number} */ i, /** @type {Partial<Target>} */ change) => set({ forward: x.forward.map((f, j) => (j === i ? { ...f, ...change } : f)) });
  const a = x.answer;

  const save = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setBusy(true);
    try {
      const saved = await api.saveInbox(x);
      setMade(saved.secrets || []);
      if (saved.secrets) saved.secrets = withoutValues(saved.secrets);
      setStored(saved);
      setX(structuredClone(saved));
      setProblem(null);
      toast(inboxWords.saved);
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await api.deleteInbox(name);
      toast(inboxWords.deleted);
      go('/inboxes');
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    }
  };
  const tokenURL = x.token ? x.url.replace(/\/in\/[^/]*$/, '/in/' + x.token) : '';

  return html`
    <p><a href="/inboxes">${inboxWords.back}</a></p>
    <div class="page-head"><h1 class="iso">${visible(x.name)}</h1><a class="btn small" href=${url('live', [], { q: 'inbox:' + x.name })}>${inboxWords.open}</a></div>
    <dl class="facts"><dt>${inboxWords.url}</dt><dd><span class="copyable"><code>${visible(x.url)}</code><${Copy} text=${x.url} what=${inboxWords.url} /></span></dd>
      ${tokenURL ? html`<dt>${inboxWords.privateURL}</dt><dd><span class="copyable"><code>${visible(tokenURL)}</code><${Copy} text=${tokenURL} what=${inboxWords.privateURL} /></span></dd>` : null}</dl>
    <${Described} of=${'inbox/' + x.name} />
    <${ShownOnce} list=${made} close=${() => setMade([])} />
    <form class="page-in" ref=${form} onSubmit=${save}>
      <fieldset class="section"><legend class="sr">${inboxWords.settings}</legend>
        <label class="check"><input type="checkbox" checked=${x.private} onChange=${(/** @type {any} */ e) => set({ private: e.target.checked })} />${inboxWords.private}</label>
        <label class="field"><span>${inboxWords.note}</span><input class="input" data-field="note" value=${x.note} onInput=${(/** @type {any} */ e) => set({ note: e.target.value })} /></label>
      </fieldset>
      <${Verify} x=${x} set=${set} dirty=${dirty} />
      <fieldset class="section" id="answer"><legend>${inboxWords.answerTitle}</legend>
        ${x.forward?.length && x.answer_from !== 'inbox' ? html`<p class="note">${inboxWords.appAnswers(visible(x.answer_from || x.forward[0].name))}</p>` : null}
        <div class="form-grid">
          <${Amount} label=${inboxWords.status} field="answer.status" ...${answers} value=${a.status ?? 200} put=${(/** @type {number} */ n) => setAnswer({ status: n })} />
          <${Amount} label=${inboxWords.delay} field="answer.delay_ms" whole most=${60_000} value=${a.delay_ms || 0} put=${(/** @type {number} */ n) => setAnswer({ delay_ms: n })} />
          <label class="field"><span>${inboxWords.fault}</span><select class="input" value=${a.fault || ''} onChange=${(/** @type {any} */ e) => setAnswer({ fault: e.target.value })}>
            ${Object.entries(inboxWords.faults).map(([v, text]) => html`<option value=${v} selected=${v === (a.fault || '')}>${text}</option>`)}</select></label>
          <label class="field wide"><span>${inboxWords.sequence} · ${inboxWords.sequenceHint}</span><input class="input" data-field="answer.sequence" value=${(a.sequence || []).join(', ')} onChange=${(/** @type {any} */ e) => setAnswer({ sequence: e.target.value.split(/[\s,]+/).filter(Boolean) })} /></label>
          <${Amount} label=${inboxWords.errorRate} most=${100} value=${percentOf(a.error_rate || 0)} put=${(/** @type {number} */ n) => setAnswer({ error_rate: n / 100 })} />
          <${Amount} label=${inboxWords.errorStatus} field="answer.error_status" ...${answers} value=${a.error_status || 500} put=${(/** @type {number} */ n) => setAnswer({ error_status: n })} />
          <label class="field wide"><span>${inboxWords.headers} · ${inboxWords.headersHint}</span><textarea class="input" rows="3" data-field="answer.headers" spellcheck=${false} value=${(a.headers || []).map((h) => `${h.name}: ${h.value}`).join('\n')}
            onChange=${(/** @type {any} */ e) => setAnswer({ headers: readHeaders(e.target.value) })}></textarea></label>
          <label class="field wide"><span>${inboxWords.body}</span><textarea class="input" rows="4" data-field="answer.body" spellcheck=${false} value=${a.body || ''} onInput=${(/** @type {any} */ e) => setAnswer({ body: e.target.value })}></textarea></label>
          <label class="check wide"><input type="checkbox" checked=${Boolean(a.template)} onChange=${(/** @type {any} */ e) => setAnswer({ template: e.target.checked })} />${inboxWords.template}</label>
          ${a.rules?.length ? html`<p class="muted wide">${inboxWords.rules(a.rules.length)}</p>` : null}
        </div>
      </fieldset>
      <${Challenges} x=${x} set=${set} />
      <fieldset class="section" id="forward"><legend>${inboxWords.forwardTitle}</legend><p class="muted">${inboxWords.forwardLead}</p>
        ${(x.forward || []).map((f, i) => html`<div class="target" key=${i}>
          <label class="field"><span>${inboxWords.target}</span><input class="input" data-field=${`forward[${i}].name`} value=${f.name} onInput=${(/** @type {any} */ e) => setTarget(i, { name: e.target.value.trim() })} /></label>
          <label class="field wide"><span>${inboxWords.targetURL}</span><input class="input" data-field=${`forward[${i}].url`} inputmode="url" value=${f.url} placeholder="http://localhost:3000" onInput=${(/** @type {any} */ e) => setTarget(i, { url: e.target.value.trim() })} /></label>
          <label class="field"><span>${inboxWords.host}</span><select class="input" value=${f.host || 'set'} onChange=${(/** @type {any} */ e) => setTarget(i, { host: e.target.value })}>
            <option value="set" selected=${f.host !== 'keep'}>${inboxWords.hostSet}</option><option value="keep" selected=${f.host === 'keep'}>${inboxWords.hostKeep}</option></select></label>
          <${Amount} label=${inboxWords.timeout} field=${`forward[${i}].timeout_ms`} whole least=${1} most=${600_000} value=${f.timeout_ms || 30000} put=${(/** @type {number} */ n) => setTarget(i, { timeout_ms: n })} />
          <button type="button" class="btn small" onClick=${() => set({ forward: x.forward.filter((_, j) => j !== i), answer_from: x.answer_from === f.name ? '' : x.answer_from })}><${Icon} name="trash" />${inboxWords.removeTarget}</button>
          <label class="check wide"><input type="checkbox" checked=${Boolean(f.insecure)} onChange=${(/** @type {any} */ e) => setTarget(i, { insecure: e.target.checked })} />${inboxWords.insecure}</label>
        </div>`)}
        <div class="row-gap"><button type="button" class="btn small" onClick=${() => set({ forward: [...(x.forward || []), { name: x.forward?.length ? 'app' + (x.forward.length + 1) : 'app', url: '', host: 'set', path: 'append', timeout_ms: 30000, insecure: false }] })}><${Icon} name="plus" />${inboxWords.addTarget}</button></div>
        ${x.forward?.length ? html`<label class="field" style=${{ maxWidth: '280px' }}><span>${inboxWords.answerFrom}</span><select class="input" value=${x.answer_from || x.forward[0].name} onChange=${(/** @type {any} */ e) => set({ answer_from: e.target.value })}>
          ${x.forward.map((f) => html`<option value=${f.name} selected=${f.name === (x.answer_from || x.forward[0].name)}>${visible(f.name)}</option>`)}<option value="inbox" selected=${x.answer_from === 'inbox'}>${inboxWords.fromInbox}</option></select></label>` : null}
      </fieldset>
      <div class="save-bar">
        <button class="btn primary" disabled=${!dirty || busy}>${inboxWords.save}</button>
        ${dirty ? html`<span class="muted">${inboxWords.unsaved}</span>` : null}<span class="grow"></span>
        ${asking ? html`<${Confirm} ask=${inboxWords.removeAsk(visible(x.name))} yes=${inboxWords.removeYes} run=${remove} close=${() => setAsking(false)} />`
      : html`<button type="button" class="btn danger" onClick=${() => setAsking(true)}><${Icon} name="trash" />${inboxWords.remove}</button>`}
        ${problem ? html`<p class="note bad iso" id="save-problem" role="alert">${visible(problem.status === 409 ? inboxWords.conflict + ' ' + inboxWords.conflictNext : [problem.message, problem.hint].filter(Boolean).join('. '))}
          ${problem.status === 409 ? html` <button type="button" class="btn small" onClick=${load}>${inboxWords.reload}</button>` : null}</p>` : null}
      </div>
    </form>`;
}

/** @param {string} text one "Name: value" a line */
export function readHeaders(text) {
  return text.split('\n').filter((l) => l.trim()).map((l) => {
    const i = l.indexOf(':');
    return i < 0 ? { name: l.trim(), value: '' } : { name: l.slice(0, i).trim(), value: l.slice(i + 1).trim() };
  });
}
