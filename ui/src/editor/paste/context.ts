/** What the parts of cleaning a paste share: the page that they build in, bounds, and what is known of its source. */

/** What a run of text carries. */
export interface Marks {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
  href?: string;
}

export interface Context {
  /** The document that the clean elements belong to; it loads and runs nothing. */
  page: Document;
  /** Footnote labels by the anchor that refers to the note, and the anchors that lead back. */
  references: Map<Element, string>;
  backlinks: Set<Element>;
  /** The elements that hold a note: they come after the text. */
  notes: Map<Element, string>;
  /** `l0 1` -> whether Word numbers level 1 of list l0. */
  numbered: Map<string, boolean>;
  blocks: (from: Node, into: Element, marks: Marks, depth: number) => void;
}

/** Deeper than this, structure is left and the text kept: no paste may exhaust the stack. */
export const DEEPEST = 80;

export const isElement = (node: Node): node is HTMLElement => node.nodeType === Node.ELEMENT_NODE;

export const styleOf = (element: Element): string => element.getAttribute("style") ?? "";

export function make(
  { page }: Context,
  tag: string,
  into?: Element,
  attributes: Record<string, string> = {},
): HTMLElement {
  const element = page.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  into?.append(element);
  return element;
}
