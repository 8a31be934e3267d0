import { css } from "lit";

export const headerStyles = css`
  ha-card {
    overflow: hidden;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 10px;
    padding: 10px;
  }
  .head .text {
    flex: 1 1 220px;
  }
  h2 {
    margin: 0;
    color: var(--primary-text-color);
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .text-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    box-sizing: border-box;
    padding-inline: 12px 16px;
  }
  .text-button .icon {
    width: 20px;
    height: 20px;
  }
  .text-button:disabled {
    opacity: 0.4;
  }
  .now {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
    /* That of the sections below, so that the tasks stand above theirs. */
    column-gap: var(--ha-view-sections-column-gap, 32px);
    align-items: start;
    padding-block-end: 4px;
    border-top: 1px solid var(--divider-color);
  }
  .rest {
    grid-column: 1 / -1;
    gap: 10px;
    box-sizing: border-box;
    min-height: 56px;
    padding: 10px;
  }
  .empty {
    display: grid;
    gap: 8px;
    justify-items: center;
    padding: 32px 16px;
    text-align: center;
  }
  .empty p {
    color: var(--secondary-text-color);
    line-height: 1.43;
  }
  .empty a {
    padding-inline: 16px;
    text-decoration: none;
  }
  @media (max-width: 600px) {
    .buttons {
      width: 100%;
    }
    .buttons .text-button {
      flex: 1;
    }
  }
`;
