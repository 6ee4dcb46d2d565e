// @ts-check
// Parses and folds away from the page, so that a large tree never holds up typing.
import { operations } from './tree-ops.js';

const ops = operations();

self.onmessage = (e) => {
  const { op, seq } = e.data;
  try {
    self.postMessage({ seq, ...ops[op](e.data) });
  } catch (err) {
    self.postMessage({ seq, error: String(err) });
  }
};
