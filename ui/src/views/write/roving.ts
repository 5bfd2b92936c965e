/**
 * A toolbar is one stop of the Tab key: arrows, Home and End go along its buttons, Esc goes back to the text. A
 * Svelte action.
 */
const BUTTONS = "button:not([role='menuitem'])";

export function roving(bar: HTMLElement, back: () => void) {
  let current: HTMLElement | undefined;
  const buttons = () =>
    [...bar.querySelectorAll<HTMLElement>(BUTTONS)].filter(
      (one) => one.offsetParent !== null && !one.closest("[role='menu'], form"),
    );

  function settle() {
    const all = bar.querySelectorAll<HTMLElement>(BUTTONS);
    if (!current || !bar.contains(current) || current.offsetParent === null) current = buttons()[0] ?? all[0];
    for (const one of all) {
      const wanted = one === current ? "0" : "-1";
      if (one.closest("[role='menu'], form")) continue;
      if (one.getAttribute("tabindex") !== wanted) one.setAttribute("tabindex", wanted);
    }
  }

  function focusin(event: FocusEvent) {
    const button = (event.target as HTMLElement).closest<HTMLElement>(BUTTONS);
    if (!button || button.closest("[role='menu'], form")) return;
    current = button;
    settle();
  }

  function keydown(event: KeyboardEvent) {
    if (event.defaultPrevented || (event.target as HTMLElement).closest("[role='menu'], form")) return;
    const all = buttons();
    const here = all.indexOf(event.target as HTMLElement);
    const next = {
      ArrowRight: all[(here + 1) % all.length],
      ArrowLeft: all[(here - 1 + all.length) % all.length],
      Home: all[0],
      End: all.at(-1),
    }[event.key];
    if (event.key === "Escape") back();
    else if (next && here >= 0) next.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The selection stays in the text while a button is pressed. */
  function mousedown(event: MouseEvent) {
    if ((event.target as HTMLElement).closest(BUTTONS)) event.preventDefault();
  }

  const watch = new MutationObserver(settle);
  watch.observe(bar, { childList: true, subtree: true });
  bar.addEventListener("focusin", focusin);
  bar.addEventListener("keydown", keydown);
  bar.addEventListener("mousedown", mousedown);
  settle();
  return { destroy: () => watch.disconnect() };
}
