/** The revisions of a post. */
import type { DocNode } from "../types";
import type { Handlers, Store } from "./store";
import { paragraphs } from "./text";

export function historyHandlers(store: Store) {
  return {
    revision_html: ({ id }) => paragraphs(store.post(id).doc),
    restore_revision: ({ id }) =>
      store.revise({ ...store.post(id), doc: store.docs.get(id) as DocNode }, "restore"),
  } satisfies Partial<Handlers>;
}
