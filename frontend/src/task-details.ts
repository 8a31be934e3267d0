/** What a tap on a task shows below it. */

import { html, nothing } from "lit";
import { formatDateTime, formatRecent } from "./format";
import { fireEvent, type EntityState, type HomeAssistant } from "./hass";
import { localize } from "./localize";
import type { Task } from "./servers";
import { dateOf, entityOf, isUnavailable, type TaskState } from "./task-state";
import { detailText } from "./task-text";

type Fact = readonly [name: string, value: string];

const TIMES = ["last_started", "last_finished"] as const;

const attributeFact = (
  hass: HomeAssistant,
  entity: EntityState,
  key: string,
): Fact => [
  hass.formatEntityAttributeName(entity, key),
  hass.formatEntityAttributeValue(entity, key),
];

/** How the current run was noticed, or else the last one. */
const evidenceFact = (hass: HomeAssistant, task: Task) => {
  const entity = [
    entityOf(hass, task, "status"),
    entityOf(hass, task, "run"),
  ].find((each) => each?.attributes["evidence"]);
  return entity && attributeFact(hass, entity, "evidence");
};

const timeFacts = (hass: HomeAssistant, task: Task): Fact[] =>
  TIMES.flatMap((key) => {
    const date = dateOf(entityOf(hass, task, key));
    if (!date) return [];
    const name = hass.localize(
      `component.plex_butler.entity.sensor.${key}.name`,
    );
    return [[name, formatDateTime(hass, date)]];
  });

const scheduleFact = (hass: HomeAssistant, task: Task): Fact | undefined => {
  const entity = entityOf(hass, task, "schedule");
  if (!entity || isUnavailable(entity)) return undefined;
  const name = hass.localize(
    "component.plex_butler.entity.select.schedule.name",
  );
  return [name, hass.formatEntityState(entity)];
};

const factsOf = (hass: HomeAssistant, task: Task, state: TaskState) => {
  const status = entityOf(hass, task, "status");
  return [
    status && detailText(task, state)
      ? attributeFact(hass, status, "detail")
      : undefined,
    ...timeFacts(hass, task),
    evidenceFact(hass, task),
    scheduleFact(hass, task),
  ].filter((fact) => fact !== undefined);
};

const notesOf = (hass: HomeAssistant, state: TaskState) =>
  [
    state.stalledSince &&
      localize("stalled_since", {
        time: formatRecent(hass, state.stalledSince),
      }),
    state.isRandomized && localize("random_start"),
    !state.isObserved && localize("not_observed"),
  ].filter((note) => typeof note === "string");

const openMoreInfo = (event: Event, entityId: string) =>
  fireEvent(event.currentTarget as HTMLElement, "hass-more-info", { entityId });

export const renderDetails = (
  hass: HomeAssistant,
  task: Task,
  state: TaskState,
) => {
  const entityId = entityOf(hass, task, "status")?.entity_id;
  return html`
    ${state.description ? html`<p>${state.description}</p>` : nothing}
    <dl>
      ${factsOf(hass, task, state).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${notesOf(hass, state).map((note) => html`<p class="note">${note}</p>`)}
    ${
      entityId === undefined
        ? nothing
        : html`<button
            class="text-button"
            @click=${(event: Event) => openMoreInfo(event, entityId)}
          >
            ${localize("more_info")}
          </button>`
    }
  `;
};
