import "@testing-library/jest-dom/vitest";
import { configure } from "@testing-library/svelte";
import { measured } from "./measured";

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 5000, getElementError: (message) => new Error(message ?? "") });

// What jsdom leaves out and the editor and the menus measure with.
const nowhere = () => ({
  x: 0,
  y: 0,
  width: 0,
  height: 0,
  top: 0,
  left: 0,
  right: 0,
  bottom: 0,
  toJSON: () => ({}),
});
const none = () => Object.assign([], { item: () => null }) as unknown as DOMRectList;
Range.prototype.getBoundingClientRect = nowhere;
Range.prototype.getClientRects = none;
Element.prototype.getClientRects = none;
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
Element.prototype.hasPointerCapture = () => false;
document.elementFromPoint = () => null;
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
measured();
