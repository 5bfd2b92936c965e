/** Gives elements a size, which jsdom does not: a list that draws only what is in view has to have a view. */
import { afterAll, beforeAll } from "vitest";

const HEIGHT = 800;
const ROW = 40;

const heightOf = (element: Element) => (element.matches(".scroll") ? HEIGHT : ROW);

class Observer {
  #seen: ResizeObserverCallback;
  constructor(seen: ResizeObserverCallback) {
    this.#seen = seen;
  }
  observe(target: Element) {
    const contentRect = { height: heightOf(target), width: 300 } as DOMRectReadOnly;
    queueMicrotask(() => this.#seen([{ target, contentRect } as ResizeObserverEntry], this));
  }
  unobserve() {}
  disconnect() {}
}

export function measured(): void {
  const page = document.defaultView as Window & { ResizeObserver?: unknown };
  const own = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "offsetParent");
  beforeAll(() => {
    Object.defineProperty(HTMLElement.prototype, "offsetParent", {
      configurable: true,
      get(this: HTMLElement) {
        // The rows of such a list alone: menus measure where they stand in other ways.
        return this.style.contain ? this.parentElement : null;
      },
    });
    page.ResizeObserver = Observer;
  });
  afterAll(() => {
    if (own) Object.defineProperty(HTMLElement.prototype, "offsetParent", own);
    page.ResizeObserver = globalThis.ResizeObserver;
  });
}
