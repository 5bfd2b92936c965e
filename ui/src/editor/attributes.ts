/**
 * Attributes with their default and the check that every document goes through. On the clipboard each one stands in
 * a `data-` attribute of its own, so that what is copied from a post is pasted as it was.
 */
import type { Attribute } from "@tiptap/core";

/** A text, never absent; the clipboard's name for it is `data-NAME`. */
export function text(name: string, fallback = ""): Record<string, Attribute> {
  return attribute(name, fallback, "string", (value) => value);
}

/** A text or nothing. */
export function optionalText(name: string): Record<string, Attribute> {
  return attribute(name, null, "string|null", (value) => value);
}

/** Yes or no. */
export function flag(name: string): Record<string, Attribute> {
  return attribute(name, false, "boolean", (value) => value === "true");
}

/** A whole number, not negative. */
export function whole(name: string, fallback: number): Record<string, Attribute> {
  return attribute(name, fallback, "number", (value) => Math.max(0, Number.parseInt(value, 10) || fallback));
}

function attribute(
  name: string,
  fallback: unknown,
  validate: string,
  read: (value: string) => unknown,
): Record<string, Attribute> {
  const data = `data-${name}`;
  return {
    [name]: {
      default: fallback,
      validate,
      parseHTML: (element) => {
        const value = element.getAttribute(data);
        return value === null ? fallback : read(value);
      },
      renderHTML: (attributes) => (attributes[name] === fallback ? {} : { [data]: String(attributes[name]) }),
    },
  };
}

/** Where marks of one kind touch or lie inside each other, the number tells them apart; the lower is the outer. */
export const nest = whole("nest", 0);
