// @ts-check
// Names of programs, such as INVERSOR_PAYMENT_CREATED and data.billing.email: where
// they do not fit in one line they break between their words.
import { html } from '../html.js';
import { visible } from '../format.js';

/** The sheet says where they break: a <wbr> is read out as a space. @param {{text: string}} p */
export const Name = ({ text }) => visible(text).split(/(?<=[_./:-])(?=.)/).map((part) => html`<span class="name-part">${part}</span>`);
