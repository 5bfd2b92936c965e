/** A block with a small button beside its content, which the keyboard reaches by the key that does the same. */
import type { Node } from "@tiptap/pm/model";

export interface BlockView {
  dom: HTMLElement;
  button: HTMLButtonElement;
  content: HTMLElement;
}

/** Whether a change of the DOM is the window's own, not the author's. */
export const ownMutation =
  (content: HTMLElement) =>
  (mutation: { target: globalThis.Node; type: string }): boolean =>
    mutation.type !== "selection" && !content.contains(mutation.target);

export function blockView(tag: string, className: string, content: HTMLElement, act: () => void): BlockView {
  const dom = document.createElement(tag);
  dom.className = className;
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.contentEditable = "false";
  // The caret stays where it is.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", act);
  dom.append(button, content);
  return { dom, button, content };
}

/** Whether two nodes differ in kind, so that the view cannot be kept. */
export const otherKind = (before: Node, after: Node): boolean => before.type !== after.type;
