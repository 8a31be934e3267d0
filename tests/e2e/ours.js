// What tests look for in the elements of Plex Butler, wherever they are in a page.

const ours = {
  /** Yields all elements below a root, also in shadow roots. */
  *below(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* ours.below(element.shadowRoot);
    }
  },

  elements() {
    return [...ours.below(document)].filter((element) =>
      element.localName.startsWith("plex-butler-"),
    );
  },

  /** Returns the texts that don't have enough room. Inline elements have no size of their own. */
  cutTexts() {
    return ours
      .elements()
      .flatMap((element) => [...element.shadowRoot.querySelectorAll("*")])
      .filter((element) => {
        const { display, overflowY } = getComputedStyle(element);
        if (display === "inline" || !element.textContent.trim()) return false;
        const isTooLow = element.scrollHeight > element.clientHeight + 1;
        const isTooNarrow = element.scrollWidth > element.clientWidth;
        return isTooNarrow || (overflowY !== "visible" && isTooLow);
      })
      .map((element) => element.textContent.replace(/\s+/g, " ").trim());
  },

  /** Returns what axe finds in our elements: the rule, and the HTML of what violates it. */
  async violations() {
    const { violations } = await axe.run({ include: ours.elements() });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  },
};
