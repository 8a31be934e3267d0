/** Renders elements again every minute, since "2 minutes ago" grows old. */

import type { LitElement, ReactiveController } from "lit";
import { requestRender } from "./changes";

const hosts = new Set<LitElement>();
let timer: number | undefined;

export class MinutesController implements ReactiveController {
  constructor(private readonly host: LitElement) {
    host.addController(this);
  }

  hostConnected() {
    hosts.add(this.host);
    // Home Assistant keeps views, and shows them again after any time.
    requestRender(this.host);
    timer ??= window.setInterval(() => {
      hosts.forEach(requestRender);
    }, 60_000);
  }

  hostDisconnected() {
    hosts.delete(this.host);
    if (hosts.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  }
}
