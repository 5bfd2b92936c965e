/** Keeps a layer at a place of the text, within the window, while either moves. A Svelte action. */
import { computePosition, flip, hide, offset, type Placement, shift } from "@floating-ui/dom";

export interface Floating {
  /** Where the layer belongs, in the window's coordinates. Null hides it. */
  rect: () => DOMRect | null;
  placement?: Placement;
  /** The text's own element: the layer hides with the place that it belongs to. */
  within: Element;
  /** Slides along the text's edge with a tall place, instead of leaving with its top. */
  sticky?: boolean;
}

const GAP = 6;

export function float(layer: HTMLElement, given: Floating) {
  let options = given;
  let stopped = false;

  async function place() {
    const rect = options.rect();
    if (!rect || stopped) return;
    const boundary = options.within.closest(".scroll") ?? undefined;
    const { placement = "bottom-start", sticky = false } = options;
    const reference = { getBoundingClientRect: () => rect, contextElement: options.within };
    const clip = { boundary, padding: GAP };
    const { x, y, middlewareData } = await computePosition(reference, layer, {
      strategy: "fixed",
      placement,
      middleware: [
        offset(GAP),
        ...(sticky ? [] : [flip({ padding: GAP })]),
        shift(sticky ? { ...clip, crossAxis: true } : { padding: GAP }),
        hide(clip),
      ],
    });
    if (stopped) return;
    layer.style.left = `${Math.round(x)}px`;
    layer.style.top = `${Math.round(y)}px`;
    const gone = middlewareData.hide?.referenceHidden === true && rect.height > 0;
    // What has the focus keeps it.
    layer.style.visibility = gone && !layer.contains(document.activeElement) ? "hidden" : "visible";
  }

  const moved = () => void place();
  const grown = new ResizeObserver(moved);
  grown.observe(layer);
  window.addEventListener("scroll", moved, { capture: true, passive: true });
  window.addEventListener("resize", moved);
  void place();
  return {
    update(next: Floating) {
      options = next;
      void place();
    },
    destroy() {
      stopped = true;
      grown.disconnect();
      window.removeEventListener("scroll", moved, { capture: true });
      window.removeEventListener("resize", moved);
    },
  };
}
