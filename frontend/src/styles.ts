/** Styles that several elements share: what Home Assistant's own tiles and buttons look like. */

import { css } from "lit";

/** A round icon on a tint of its color, as on Home Assistant's tiles. */
export const shapeStyles = css`
  .icon {
    display: block;
    flex: none;
    width: 24px;
    height: 24px;
    fill: currentColor;
  }
  .shape {
    --shape-color: var(--secondary-text-color);
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    width: 36px;
    height: 36px;
    border-radius: var(--ha-border-radius-pill, 18px);
    color: var(--shape-color);
  }
  .shape::before {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: inherit;
    background-color: var(--shape-color);
    opacity: 0.15;
  }
  .shape.running,
  .shape.queued {
    --shape-color: var(--primary-color);
  }
  .shape.disabled::before {
    background: none;
    border: 1px dashed var(--shape-color);
    opacity: 0.6;
  }
`;

export const buttonStyles = css`
  button {
    margin: 0;
    padding: 0;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
    text-align: start;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: -2px;
  }
  button:disabled {
    cursor: default;
  }
  .icon-button {
    display: grid;
    flex: none;
    place-items: center;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    color: var(--secondary-text-color);
    transition: background-color 180ms ease-in-out;
  }
  .icon-button:hover:enabled {
    background-color: color-mix(in srgb, currentColor 12%, transparent);
  }
  .icon-button:disabled,
  button[aria-busy="true"] {
    opacity: 0.4;
  }
  .text-button {
    min-height: 40px;
    padding: 0 12px;
    border-radius: var(--ha-border-radius-pill, 20px);
    color: var(--primary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
    background-color: color-mix(in srgb, currentColor 8%, transparent);
  }
  .text-button:hover:enabled {
    background-color: color-mix(in srgb, currentColor 14%, transparent);
  }
`;
