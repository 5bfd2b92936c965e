/** Following links in a text: never in the window itself, which stays where it is. */
import type { Attachment } from "svelte/attachments";
import { wanted } from "../../keys";

const linkOf = (node: EventTarget | globalThis.Node | null): string | null => {
  const element = node instanceof Element ? node : (node as globalThis.Node | null)?.parentElement;
  return element?.closest("a[href]")?.getAttribute("href") ?? null;
};

/** A click follows a link, or a click with Ctrl where a text is written; Ctrl Shift O follows the one at the caret. */
export const links =
  (follow: (href: string) => void, how: "plain" | "ctrl" = "plain"): Attachment<HTMLElement> =>
  (holder) => {
    const click = (event: MouseEvent) => {
      const href = linkOf(event.target);
      if (href === null) return;
      event.preventDefault();
      if (href.startsWith("#")) return;
      if (how === "plain" || event.ctrlKey || event.metaKey) follow(href);
    };
    const key = (event: KeyboardEvent) => {
      const href = wanted(event, "Ctrl+Shift+O") && linkOf(getSelection()?.anchorNode ?? null);
      if (!href) return;
      event.preventDefault();
      event.stopPropagation();
      follow(href);
    };
    holder.addEventListener("click", click);
    holder.addEventListener("keydown", key);
    return () => {
      holder.removeEventListener("click", click);
      holder.removeEventListener("keydown", key);
    };
  };
