/** The typesetter, in a chunk of its own: only a post with formulas loads it. */
import katex from "katex";
import "katex/dist/katex.min.css";

/** Formulas come from files of others: no commands that reach outside, and an end to every expansion. */
const BOUNDS = { trust: false, strict: false, throwOnError: true, maxSize: 20, maxExpand: 1000 } as const;
const LONGEST = 20_000;

/** Sets `latex` into `place`; what cannot be set stays there as its source, marked. */
export function typeset(place: HTMLElement, latex: string, displayMode: boolean): void {
  place.removeAttribute("title");
  place.classList.remove("wrong");
  if (latex.trim() === "") return;
  try {
    if (latex.length > LONGEST) throw new Error(`more than ${LONGEST} characters`);
    katex.render(latex, place, { ...BOUNDS, displayMode });
  } catch (thrown) {
    place.textContent = latex;
    place.title = thrown instanceof Error ? thrown.message : String(thrown);
    place.classList.add("wrong");
  }
}
