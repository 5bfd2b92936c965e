/** Following links in a text: never in the window itself, which stays where it is. */
import type { Attachment } from "svelte/attachments";
import { wanted } from "../../keys";

const linkOf = (node: EventTarget | globalThis.Node | null): Element | null => {
  const element = node instanceof Element ? node : (node as globalThis.Node | null)?.parentElement;
  return element?.closest("a[href]") ?? null;
};
const hrefOf = (link: Element): string => link.getAttribute("href") ?? "";

/** A click follows a link, or a click with Ctrl where a text is written; Ctrl Shift O follows the one at the caret. */
export const links =
  (follow: (href: string, link: Element) => void, how: "plain" | "ctrl" = "plain"): Attachment<HTMLElement> =>
  (holder) => {
    const click = (event: MouseEvent) => {
      const link = linkOf(event.target);
      if (link === null) return;
      event.preventDefault();
      if (hrefOf(link).startsWith("#")) return;
      if (how === "plain" || event.ctrlKey || event.metaKey) follow(hrefOf(link), link);
    };
    const key = (event: KeyboardEvent) => {
      const link = wanted(event, "Ctrl+Shift+O") && linkOf(getSelection()?.anchorNode ?? null);
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      follow(hrefOf(link), link);
    };
    holder.addEventListener("click", click);
    holder.addEventListener("keydown", key);
    return () => {
      holder.removeEventListener("click", click);
      holder.removeEventListener("keydown", key);
    };
  };
