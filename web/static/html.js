// @ts-check
// The one place that names the view library. Everything else imports from here.
import { h, render, Fragment } from './lib/preact.js';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useCallback, useReducer } from './lib/hooks.js';
import { signal, computed, effect, batch, untracked, useSignal, useComputed } from './lib/signals.js';
import htm from './lib/htm.js';

export const html = htm.bind(h);
export {
  h, render, Fragment,
  useEffect, useLayoutEffect, useMemo, useRef, useState, useCallback, useReducer,
  signal, computed, effect, batch, untracked, useSignal, useComputed,
};
