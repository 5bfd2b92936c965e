/** Arrows, Home and End go along the buttons of a table's rows. A Svelte action. */
export function rows(body: HTMLElement) {
  function keydown(event: KeyboardEvent) {
    const all = [...body.querySelectorAll<HTMLElement>("button.row-button")];
    const here = all.indexOf(event.target as HTMLElement);
    const next = {
      ArrowDown: all[Math.min(here + 1, all.length - 1)],
      ArrowUp: all[Math.max(here - 1, 0)],
      Home: all[0],
      End: all.at(-1),
    }[event.key];
    if (here < 0 || !next) return;
    next.focus();
    event.preventDefault();
  }
  body.addEventListener("keydown", keydown);
  return { destroy: () => body.removeEventListener("keydown", keydown) };
}
