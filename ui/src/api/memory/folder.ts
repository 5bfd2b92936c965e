/** The watched folder, of which the memory has none: what is said of it can be set, for the tests and for looking at it. */
import type { FolderView } from "../types";
import type { Handlers, Store } from "./store";

const CALM: FolderView = { polling: false, elsewhere: false, vanishedCount: 0, vanished: [] };

export class Folder {
  #store: Store;
  #state = CALM;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes the folder look so, and says it. */
  show(state: Partial<FolderView>): void {
    this.#state = { ...CALM, ...state };
    this.#store.emit("folder-changed", this.#state);
  }

  handlers() {
    const calm = () => {
      this.#state = { ...this.#state, vanishedCount: 0, vanished: [] };
      return this.#state;
    };
    return {
      folder_state: () => this.#state,
      look_again: () => null,
      write_file_again: ({ id }) => {
        const post = { ...this.#store.post(id), missing: false };
        this.#store.posts.set(id, post);
        return post;
      },
      accept_vanished: calm,
      write_vanished: calm,
    } satisfies Partial<Handlers>;
  }
}
