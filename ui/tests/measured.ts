/** Gives elements a size, which jsdom does not: a list that draws only what is in view has to have a view. */
import { afterAll, beforeAll, vi } from "vitest";

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
  beforeAll(() => {
    vi.spyOn(HTMLElement.prototype, "offsetParent", "get").mockImplementation(function (this: HTMLElement) {
      return this.parentElement;
    });
    page.ResizeObserver = Observer;
    vi.stubGlobal("ResizeObserver", Observer);
  });
  afterAll(() => {
    delete page.ResizeObserver;
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
