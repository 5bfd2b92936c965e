/** Which block of a text stands at the upper edge of what is shown, and going back to it. */

const scrollerOf = (element: Element): HTMLElement | null => element.closest<HTMLElement>(".scroll");

/** How far an element begins below the upper edge of its scroller, in pixels. */
export const offsetOf = (element: Element, scroller: Element): number =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** The first child of `holder` that reaches below the upper edge, and how far it has gone above it, in pixels. */
export function overEdge(holder: Element): { index: number; below: number } {
  const scroller = scrollerOf(holder);
  const blocks = holder.children;
  if (!scroller || blocks.length === 0) return { index: 0, below: 0 };
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle] as Element;
    if (offsetOf(block, scroller) + block.getBoundingClientRect().height > 0) high = middle;
    else low = middle + 1;
  }
  return { index: low, below: -offsetOf(blocks[low] as Element, scroller) };
}

/** Scrolls so that the child stands where `overEdge` found it. */
export function goDown(holder: Element, index: number, below: number): void {
  const scroller = scrollerOf(holder);
  const block = holder.children[Math.min(index, holder.children.length - 1)];
  if (scroller && block) scroller.scrollTop += offsetOf(block, scroller) + below;
}
