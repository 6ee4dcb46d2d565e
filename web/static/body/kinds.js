// @ts-check
// What a body is, by its bytes first and by its announced type second.

/** @typedef {'json'|'xml'|'form'|'multipart'|'image'|'text'|'binary'} Kind */

/** Images that are drawn, by their first bytes. SVG is not among them: it is a program. */
const magic = /** @type {const} */ ([
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/bmp', [0x42, 0x4d]],
]);

/** @param {Uint8Array} b @returns {string} type of a raster image, "" if it is none */
export function imageType(b) {
  for (const [type, start] of magic) if (start.every((x, i) => b[i] === x)) return type;
  const ascii = String.fromCharCode(...b.subarray(0, 12));
  if (ascii.startsWith('RIFF') && ascii.endsWith('WEBP')) return 'image/webp';
  return '';
}

/** Other formats by their first bytes, or by those from a place on. @type {[string, string, number?][]} */
const formats = [
  ['PDF', '%PDF-'], ['ZIP', 'PK\x03\x04'], ['ZIP', 'PK\x05\x06'], ['gzip', '\x1f\x8b'], ['bzip2', 'BZh'], ['xz', '\xfd7zXZ\0'], ['Zstandard', '\x28\xb5\x2f\xfd'], ['7z', "7z\xbc\xaf'\x1c"], ['RAR', 'Rar!\x1a\x07'], ['tar', 'ustar', 257],
  ['SQLite', 'SQLite format 3\0'], ['WebAssembly', '\0asm'], ['ELF', '\x7fELF'], ['TIFF', 'II*\0'], ['TIFF', 'MM\0*'], ['ICO', '\0\0\x01\0'], ['MP4', 'ftyp', 4], ['Ogg', 'OggS'], ['MP3', 'ID3'], ['WAV', 'WAVE', 8], ['WOFF2', 'wOF2'], ['WOFF', 'wOFF'],
  ['Avro', 'Obj\x01'], ['Parquet', 'PAR1'], ['UTF-16', '\xff\xfe'], ['UTF-16', '\xfe\xff'],
];

/** What binary data is, "" if its bytes do not tell. @param {Uint8Array} b first bytes */
export function formatOf(b) {
  const image = imageType(b);
  if (image) return image.slice(6).toUpperCase();
  const text = String.fromCharCode(...b.subarray(0, 300));
  return formats.find(([, start, at = 0]) => text.startsWith(start, at))?.[0] || '';
}

/** @param {Uint8Array} head first bytes of the body @param {boolean} whole head is all of it @param {string} type announced @returns {Kind} */
export function kindOfBody(head, whole, type) {
  const announced = type.split(';')[0].trim().toLowerCase();
  if (imageType(head) && !(announced.startsWith('text/') && looksText(head, whole))) return 'image';
  if (!looksText(head, whole)) return announced === 'multipart/form-data' && boundaryOf(type) ? 'multipart' : 'binary';
  if (announced === 'multipart/form-data' && boundaryOf(type)) return 'multipart';
  if (announced === 'application/json' || announced.endsWith('+json') || announced === 'text/json') return 'json';
  // One value a line is no JSON document.
  if (/(ndjson|jsonl|jsonlines|json-seq)$/.test(announced)) return 'text';
  if (/[/+]xml$/.test(announced)) return 'xml';
  const first = new TextDecoder().decode(head.subarray(0, 256)).trimStart();
  if (/^[{[]/.test(first) && announced !== 'text/html') return 'json';
  if (announced === 'application/x-www-form-urlencoded') return 'form';
  if (first.startsWith('<?xml')) return 'xml';
  return 'text';
}

/**
 * What a body can be looked at as, "" if nothing: a page or a drawing. What is no text
 * in UTF-8 is one if it is announced as one.
 * @param {Uint8Array} head first bytes @param {Kind} kind @param {string} type announced
 * @returns {'html'|'svg'|''}
 */
export function markupOf(head, kind, type) {
  if (kind !== 'text' && kind !== 'xml' && kind !== 'binary') return '';
  const announced = type.split(';')[0].trim().toLowerCase();
  if (announced === 'text/html' || announced === 'application/xhtml+xml') return 'html';
  if (announced === 'image/svg+xml') return 'svg';
  const first = kind === 'binary' ? '' : new TextDecoder().decode(head.subarray(0, 1024)).trimStart();
  if (/^(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s/>]/i.test(first)) return 'svg';
  return /^<(!doctype html|html)[\s>]/i.test(first) ? 'html' : '';
}

/** Whether bytes are UTF-8 without controls other than white space and ESC. @param {Uint8Array} b @param {boolean} whole */
function looksText(b, whole) {
  if (b.some(control)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(b, { stream: !whole });
    return true;
  } catch {
    return false;
  }
}

/** @param {number} c */
const control = (c) => c < 0x20 && c !== 9 && c !== 10 && c !== 13 && c !== 12 && c !== 27;

/** Where bytes stop being text, -1 if they do not. @param {Uint8Array} b */
export function notTextAt(b) {
  const c = b.findIndex(control);
  const part = c < 0 ? b : b.subarray(0, c);
  // What was read well and what stands for the first byte that was not.
  const read = new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
  for (let i = read.indexOf('\ufffd'); i >= 0; i = read.indexOf('\ufffd', i + 1)) {
    const at = new TextEncoder().encode(read.slice(0, i)).length;
    if (b[at] !== 0xef || b[at + 1] !== 0xbf || b[at + 2] !== 0xbd) return at;
  }
  return c;
}

/** What a part is called: "name" or "name · file". @param {string} head */
export function partName(head) {
  const line = head.split(/\r?\n/).find((x) => /^content-disposition:/i.test(x)) || '';
  return ['name', 'filename'].map((k) => new RegExp(`[;\\s]${k}="([^"]*)"`, 'i').exec(line)?.[1]).filter(Boolean).join(' · ');
}

/** @param {string} type content type */
export function boundaryOf(type) {
  const m = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  return m ? m[1] || m[2] : '';
}

/**
 * Parts of multipart/form-data.
 * @param {Uint8Array} b @param {string} boundary
 * @returns {{head: string, from: number, to: number}[]} heads and where the data lies
 */
export function multipart(b, boundary) {
  const mark = new TextEncoder().encode('--' + boundary);
  const out = [];
  let at = find(b, mark, 0);
  while (at >= 0 && out.length < 1000) {
    let from = at + mark.length;
    if (b[from] === 0x2d && b[from + 1] === 0x2d) break;
    if (b[from] === 13) from++;
    if (b[from] === 10) from++;
    const next = find(b, mark, from);
    let to = next < 0 ? b.length : next;
    if (next >= 0 && b[to - 1] === 10) to--;
    if (next >= 0 && b[to - 1] === 13) to--;
    const end = find(b, new Uint8Array([13, 10, 13, 10]), from);
    const bare = b[from] === 13 && b[from + 1] === 10;
    const head = bare || end < 0 || end >= to ? from : end;
    out.push({ head: new TextDecoder().decode(b.subarray(from, head)), from: bare ? from + 2 : head === from ? from : head + 4, to });
    at = next;
  }
  return out;
}

/** @param {Uint8Array} b @param {Uint8Array} what @param {number} from */
function find(b, what, from) {
  for (let i = b.indexOf(what[0], from); i >= 0; i = b.indexOf(what[0], i + 1)) {
    let j = 1;
    while (j < what.length && b[i + j] === what[j]) j++;
    if (j === what.length) return i;
  }
  return -1;
}
