/** A line of short texts, which is wrapped between them. */

import { css, html } from "lit";

export const renderParts = (parts: readonly (string | undefined)[]) =>
  parts.filter(Boolean).map((text) => html`<span class="part">${text}</span> `);

/**
 * Styles of an element with parts, and of the one around it.
 *
 * Each part begins with its separator. At the beginning of a line, it's outside of the element
 * around, which hides it, so that no line begins or ends with one.
 */
export const partsStyles = css`
  .text {
    overflow: hidden;
  }
  .state {
    margin-inline-start: -0.6em;
  }
  .part {
    display: inline-block;
    max-width: 100%;
    unicode-bidi: plaintext;
  }
  .part:first-child {
    padding-inline-start: 0.6em;
  }
  .part:first-child::first-letter {
    text-transform: uppercase;
  }
  .part + .part::before {
    content: "·";
    content: "·" / "";
    display: inline-block;
    width: 0.6em;
  }
`;
