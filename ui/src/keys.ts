/** Keys of the window. Ctrl is Command on a Mac. */
import { language } from "./i18n/index.svelte";

const mac = (): boolean => /Mac/i.test(navigator.platform);

/** Whether the event is this chord, such as `Ctrl+Shift+A`. */
export function wanted(event: KeyboardEvent, chord: string): boolean {
  const parts = chord.split("+");
  const key = parts.at(-1) ?? "";
  const ctrl = mac() ? event.metaKey : event.ctrlKey;
  const same = event.key.toLowerCase() === key.toLowerCase() || event.code === `Digit${key}`;
  // A slash may need Shift on a French keyboard.
  const shift = key === "/" || event.shiftKey === parts.includes("Shift");
  return same && ctrl === parts.includes("Ctrl") && shift && !event.altKey;
}

/** The chord as this machine and this language write it. */
export function written(chord: string, enter: string): string {
  const french = language() === "fr";
  const named = chord
    .replace("Enter", enter)
    .replace("Shift", french ? "Maj" : "Shift")
    .replace("Esc", french ? "Échap" : "Esc")
    .replaceAll("+", " ");
  return mac() ? named.replace("Ctrl", "⌘").replace(/Shift|Maj/, "⇧") : named;
}

const FOCUSABLE = 'button, [href], input, textarea, [contenteditable="true"], [tabindex="0"]';

/** F6: the focus goes to the next pane that shows, to what was focused there last, or to its first control. */
export function nextPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>(".pane")].filter(
    (pane) => pane.offsetParent !== null,
  );
  if (panes.length === 0) return;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + step + panes.length) % panes.length];
  const target =
    next?.querySelector<HTMLElement>('[contenteditable="true"]') ??
    next?.querySelector<HTMLElement>("[aria-current]") ??
    next?.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
}
