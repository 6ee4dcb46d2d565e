// @ts-check
// Keeps rows equal to the store: a snapshot over HTTP, then contiguous frames.
//
// What is missed on the way is never guessed. A gap, a frame that says lag or
// reset, or a cursor that no longer is one makes a new snapshot, which replaces
// the rows once it reaches as far down as the old ones did.
import { signal, batch } from '../html.js';
import { api, Problem } from '../api.js';
import { openFeed, backoff } from '../feed.js';
import { Rows } from './rows.js';
import { stream } from './stream.js';

/** @typedef {import('../types.js').Row} Row */
/** @typedef {import('../types.js').Frame} Frame */

/** Rows of the first answer; the rest follows in the background. */
const firstPage = 100;
/** The most rows a list holds; a narrower filter reaches older ones. */
const loadedMost = 200_000;
/** So many more may have come in above them before the oldest go. */
const loadedSpare = 10_000;
/** Three sockets that fail within this time make it poll. */
const failWindow = 15_000;
const pollEvery = 2000;
/** A try is left to itself for so long, in ms. */
const patience = 1000;
/** A socket that is silent for longer is doubted, in ms. */
const silentMost = 8000;

/**
 * State of the connection.
 * @typedef {{state: 'starting'|'live'|'reconnecting'|'catching'|'polling', tries: number, until: number, done: number, of: number, wanted: boolean}} Link
 */

/**
 * One snapshot and what follows it.
 * @typedef {object} Reading
 * @property {Rows} rows
 * @property {Map<string, Row|null>} news what the feed said while older rows were on their way; null: gone
 * @property {string} q
 * @property {number} mine generation it belongs to
 * @property {boolean} loading older rows are on their way
 * @property {boolean} more the store holds older rows than were loaded
 */

export class Sync {
  constructor() {
    this.rows = new Rows();
    /** Raised whenever rows change. */
    this.version = signal(0);
    /** Filter that the rows belong to. */
    this.q = signal('');
    /** True from the moment a filter is asked for until its first rows are there. */
    this.loading = signal(true);
    /** True once all matching rows are loaded. */
    this.complete = signal(false);
    /** @type {{value: Problem|null}} why the filter or the list cannot be shown */
    this.problem = signal(/** @type {Problem|null} */ (null));
    /** @type {{value: Link}} */
    this.link = signal(/** @type {Link} */ ({ state: 'starting', tries: 0, until: 0, done: 0, of: 0, wanted: false }));
    /** Called with rows that are new in the store. @type {(rows: Row[]) => void} */
    this.onnew = () => {};
    /** Called with ids that left. @type {(ids: string[]) => void} */
    this.ongone = () => {};
    /** Called with rows that changed. @type {(rows: Row[]) => void} */
    this.onchanged = () => {};
    /** Called when the store is another one than before. */
    this.onreset = () => {};
    /** Called with keys of settings that changed. @type {Set<(keys: string[]) => void>} */
    this.onconfig = new Set();

    this.cursor = '';
    /** The filter that was asked for last; the rows may still be those of the one before. */
    this.wanted = '';
    /** @type {(() => void)|null} */
    this.again = null;
    this.generation = 0;
    this.closeFeed = () => {};
    this.timer = 0;
    this.tries = 0;
    /** When the try that is under way began, 0 without one. */
    this.trying = 0;
    /** Times of late failures. @type {number[]} */
    this.failures = [];
    this.polling = false;
    /** @type {AbortController} */
    this.abort = new AbortController();
    /** What is being followed. @type {Reading|null} */
    this.reading = null;
    /** What the store was asked for ahead. @type {{q: string, page: ReturnType<typeof api.list>, ctl: AbortController}|null} */
    this.asked = null;
    this.lastFrame = 0;
    setInterval(() => this.watch(), 3000);

    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.retryNow();
    });
  }

  /** Shows another filter. The old rows stay until the new ones are there. @param {string} q */
  start(q) {
    this.polling = false;
    this.wanted = q;
    this.load(q, false);
  }

  /** Asks for the first rows of a filter that may be started next. @param {string} q */
  ask(q) {
    this.forget();
    const ctl = new AbortController();
    this.asked = { q, ctl, page: api.list({ q, limit: firstPage, early: 'true', signal: ctl.signal }) };
    return this.asked.page;
  }

  forget() {
    this.asked?.ctl.abort();
    this.asked = null;
  }

  stop() {
    this.generation++;
    this.reading = null;
    this.abort.abort();
    this.closeFeed();
    clearTimeout(this.timer);
  }

  /** @param {Partial<Link>} change */
  setLink(change) {
    this.link.value = { ...this.link.value, ...change };
  }

  /**
   * Takes a snapshot.
   * @param {string} q
   * @param {boolean} whole show nothing of it before it reaches as far as the rows now on the page
   */
  async load(q, whole) {
    this.stop();
    const mine = this.generation;
    if (whole || this.asked?.q !== q) this.forget();
    const { asked } = this;
    this.asked = null;
    this.abort = asked?.ctl || new AbortController();
    const signal = this.abort.signal;
    if (!whole) this.loading.value = true;

    const rows = new Rows();
    const target = whole ? Math.min(this.rows.length, loadedMost) : 0;
    /** @type {Map<string, Row|null>} */
    const news = new Map();
    try {
      const page = await (asked?.page || api.list({ q, limit: firstPage, early: 'true', signal }));
      if (mine !== this.generation) return;
      const state = { rows, news, q, mine, loading: true, more: true };
      rows.put(page.rows, false);
      this.cursor = page.cursor;
      if (!target || target <= rows.length || !page.next) this.show(rows, q);
      else this.setLink({ state: 'catching', done: rows.length, of: target });
      if (this.rows === rows) await painted();
      if (mine !== this.generation) return;
      this.subscribe(state);

      let more = Boolean(page.next);
      if (page.next) {
        for await (const older of stream(q, page.next, signal)) {
          if (mine !== this.generation) return;
          rows.put(older.filter((r) => news.get(r.id) !== null).map((r) => news.get(r.id) || r), false);
          if (rows.length >= loadedMost) break;
          if (this.rows === rows) this.bump();
          else if (rows.length >= target) this.show(rows, q);
          else this.setLink({ state: 'catching', done: rows.length, of: target });
          await idle();
          if (mine !== this.generation) return;
        }
        more = rows.length >= loadedMost;
      }
      // Rows that changed in the meantime and now match lie where pages have passed.
      rows.put([...news.values()].filter((r) => r !== null), true);
      news.clear();
      state.loading = false;
      if (this.rows !== rows) this.show(rows, q);
      if (this.link.value.state === 'catching') this.setLink({ state: this.polling ? 'polling' : 'live' });
      this.bump();
      state.more = more;
      this.complete.value = !more;
    } catch (err) {
      if (mine !== this.generation || signal.aborted) return;
      this.failed(err, q, whole);
    }
  }

  /** @param {any} err @param {string} q @param {boolean} whole */
  failed(err, q, whole) {
    const problem = err instanceof Problem ? err : new Problem(0, { title: String(err) });
    this.loading.value = false;
    if (problem.status === 0 || problem.status === 503 || problem.status === 429) {
      this.later(() => this.load(q, whole || this.rows.length > 0));
      return;
    }
    this.problem.value = problem;
    // A filter that cannot be read leaves the last good rows, which go on living.
    if (problem.status === 400 && q !== this.q.value) this.load(this.q.value, true);
  }

  /** @param {Rows} rows @param {string} q */
  show(rows, q) {
    batch(() => {
      this.rows = rows;
      this.q.value = q;
      if (q === this.wanted) this.problem.value = null;
      this.loading.value = false;
      this.complete.value = false;
      this.bump();
    });
  }

  bump() {
    this.version.value++;
  }

  /** @param {Reading} state */
  subscribe(state) {
    if (state.mine !== this.generation) return;
    if (this.polling) {
      this.poll(state);
      return;
    }
    this.closeFeed();
    this.reading = state;
    this.closeFeed = openFeed({
      after: this.cursor,
      q: state.q,
      open: () => {
        this.tries = 0;
        this.lastFrame = Date.now();
        if (this.link.value.state !== 'catching') this.setLink({ state: 'live', tries: 0, until: 0 });
      },
      frame: (f) => this.frame(f, state),
      end: () => {
        if (state.mine !== this.generation) return;
        const now = Date.now();
        this.failures = this.failures.filter((at) => now - at < failWindow);
        this.failures.push(now);
        const again = this.failures.length >= 3 && this.tries >= 3;
        this.later(() => (again ? this.probe(state) : this.subscribe(state)));
      },
    });
  }

  /** @param {Frame} f @param {Reading} state */
  frame(f, state) {
    if (state.mine !== this.generation) return;
    this.lastFrame = Date.now();
    if (f.reset) {
      this.onreset();
      this.load(state.q, true);
      return;
    }
    if (f.lag || f.error || f.from !== this.cursor) {
      this.load(state.q, true);
      return;
    }
    this.cursor = /** @type {string} */ (f.to);
    const added = f.rows || [];
    const changed = f.changed || [];
    const gone = f.gone || [];
    if (state.loading) {
      // A page that was read before this frame may still be on its way.
      for (const r of added) state.news.set(r.id, r);
      for (const r of changed) state.news.set(r.id, r);
      for (const id of gone) state.news.set(id, null);
    }
    if (f.config?.length) for (const tell of this.onconfig) tell(f.config);
    if (!added.length && !changed.length && !gone.length) return;

    const { rows } = state;
    const reach = (state.loading || state.more) && rows.length ? rows.numberAt(rows.length - 1) : 0;
    rows.put(added, true);
    // A changed row further down than the list reaches comes with its page.
    rows.put(changed.filter((r) => r.n >= reach || rows.has(r.id)), true);
    rows.remove(gone);
    // Not while pages come in below: a page after those that went would leave a gap.
    const cut = !state.loading && rows.length > loadedMost + loadedSpare;
    if (cut) {
      rows.shorten(loadedMost);
      state.more = true;
    }
    if (this.rows !== rows) return;
    batch(() => {
      if (cut) this.complete.value = false;
      if (added.length) this.onnew(added);
      if (changed.length) this.onchanged(changed);
      if (gone.length) this.ongone(gone);
      this.bump();
    });
  }

  /**
   * A network that stalls leaves a socket that looks open. When it has been
   * silent for long, the store is asked whether there was something to say.
   */
  async watch() {
    const state = this.reading;
    if (!state || this.link.value.state !== 'live' || Date.now() - this.lastFrame < silentMost) return;
    this.lastFrame = Date.now();
    const before = this.cursor;
    const page = await api.list({ q: state.q, limit: 1, signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (state.mine !== this.generation || this.cursor !== before || page?.cursor === before) return;
    await new Promise((done) => setTimeout(done, 1500));
    if (state.mine !== this.generation || this.cursor !== before) return;
    this.subscribe(state);
  }

  /** Tries again after a growing pause. @param {() => void} again */
  later(again) {
    this.tries++;
    const pause = backoff(this.tries);
    const began = this.link.value.state === 'reconnecting';
    this.setLink({ state: 'reconnecting', tries: this.tries, until: Date.now() + pause, wanted: began && this.link.value.wanted });
    clearTimeout(this.timer);
    this.trying = 0;
    this.again = () => {
      this.trying = Date.now();
      again();
    };
    this.timer = setTimeout(this.again, pause);
  }

  /** A try that has just begun is not begun anew: nothing would ever come of it. */
  retryNow() {
    if (this.link.value.state !== 'reconnecting' || !this.again || Date.now() - this.trying < patience) return;
    clearTimeout(this.timer);
    this.setLink({ until: Date.now() });
    this.again();
  }

  /**
   * Sockets fail: either all of boathook is away, or only they are.
   * @param {Reading} state
   */
  async probe(state) {
    try {
      await api.list({ q: state.q, limit: 1, signal: this.abort.signal });
    } catch {
      if (state.mine === this.generation) this.later(() => this.subscribe(state));
      return;
    }
    if (state.mine !== this.generation) return;
    this.polling = true;
    this.tries = 0;
    this.poll(state);
  }

  /**
   * Without sockets: asks for the newest page and loads anew when the store moved.
   * @param {Reading} state
   */
  poll(state) {
    this.setLink({ state: 'polling', tries: 0 });
    const began = Date.now();
    const tick = async () => {
      if (state.mine !== this.generation) return;
      try {
        const page = await api.list({ q: state.q, limit: 1, signal: this.abort.signal });
        if (state.mine !== this.generation) return;
        this.setLink({ state: 'polling', tries: 0 });
        if (page.cursor !== this.cursor) {
          this.load(state.q, true);
          return;
        }
        if (Date.now() - began > failWindow) {
          // Sockets get another chance now and then.
          this.polling = false;
          this.failures = [];
          this.subscribe(state);
          return;
        }
      } catch {
        if (state.mine !== this.generation) return;
        this.later(tick);
        return;
      }
      this.tries = 0;
      this.timer = setTimeout(tick, pollEvery);
    };
    this.timer = setTimeout(tick, pollEvery);
  }
}

/** Lets what was drawn be seen first. A page that nobody sees is not painted. */
const painted = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 50);
});

/** Lets input and painting go first. */
const idle = () => new Promise((done) => setTimeout(done, 0));
