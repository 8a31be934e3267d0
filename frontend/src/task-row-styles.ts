import { css } from "lit";

export const rowStyles = css`
  :host {
    display: block;
    min-width: 0;
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-condensed, 1.2);
  }
  [hidden] {
    display: none;
  }
  .row {
    display: flex;
    align-items: flex-start;
    padding-inline-end: 8px;
  }
  .summary {
    display: flex;
    flex: 1;
    align-items: flex-start;
    gap: 10px;
    box-sizing: border-box;
    min-width: 0;
    min-height: 56px;
    padding-block: 10px;
    padding-inline: 10px 4px;
    border-radius: var(
      --ha-card-border-radius,
      var(--ha-border-radius-lg, 12px)
    );
  }
  .summary:hover {
    background-color: color-mix(
      in srgb,
      var(--primary-text-color) 4%,
      transparent
    );
  }
  .text {
    display: block;
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .name {
    display: block;
    color: var(--primary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.43;
    letter-spacing: 0.1px;
  }
  .state {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    line-height: 1.33;
    letter-spacing: 0.4px;
  }
  .unavailable .name {
    color: var(--secondary-text-color);
  }
  .icon-button {
    margin-block-start: 8px;
  }
  .running .icon-button,
  .queued .icon-button {
    color: var(--primary-text-color);
  }
  .shape.running::before {
    animation: pulse 2s ease-in-out infinite;
  }
  .progress {
    height: 4px;
    /* Within the row, so that those below it do not move. */
    margin-block: -9px 5px;
    margin-inline: 56px 12px;
    overflow: hidden;
    border-radius: 2px;
    background-color: color-mix(in srgb, var(--primary-color) 20%, transparent);
  }
  .progress > div {
    height: 100%;
    border-radius: 2px;
    background-color: var(--primary-color);
    transition: inline-size 500ms ease-in-out;
  }
  .progress.unknown > div {
    inline-size: 30%;
    animation: slide 2s ease-in-out infinite alternate;
  }
  #details {
    padding-block: 0 12px;
    padding-inline: 56px 16px;
    color: var(--secondary-text-color);
    line-height: 1.43;
    overflow-wrap: anywhere;
  }
  p {
    margin-block: 0 8px;
  }
  dl {
    display: grid;
    gap: 4px;
    margin-block: 0 8px;
  }
  dl > div {
    display: flex;
    flex-wrap: wrap;
    column-gap: 12px;
    justify-content: space-between;
  }
  dd {
    margin: 0;
    color: var(--primary-text-color);
  }
  @keyframes pulse {
    50% {
      opacity: 0.4;
    }
  }
  @keyframes slide {
    from {
      margin-inline-start: 0;
    }
    to {
      margin-inline-start: 70%;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before {
      animation: none !important;
      transition: none !important;
    }
    .progress.unknown > div {
      inline-size: 100%;
      opacity: 0.5;
    }
  }
`;
