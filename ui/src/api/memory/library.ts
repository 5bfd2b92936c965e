/** Settings, the library that is open, and the dialogs of the system. */
import type { LibraryView } from "../types";
import type { Exports } from "./exports";
import type { Handlers, Store } from "./store";

export class Libraries {
  nextFolder: string | null = "/home/nadia/Archives 2026";
  nextFiles: string[] = [];
  #store: Store;
  #exports: Exports;

  constructor(store: Store, exports: Exports) {
    this.#store = store;
    this.#exports = exports;
  }

  make(path: string): LibraryView {
    return {
      path,
      name: path.split("/").pop() ?? path,
      series: "open-government-blog",
      nextSequence: this.#exports.all.length + 1,
      blogs: [{ id: "site", kind: "static", name: "Open Government site", url: null }],
      network: path.startsWith("/mnt/share") ? "NFS" : null,
    };
  }

  #open(path: string): LibraryView {
    const store = this.#store;
    store.library = this.make(path);
    const { name } = store.library;
    const others = store.settings.recent.filter((one) => one.path !== path);
    store.settings = { ...store.settings, recent: [{ path, name }, ...others] };
    return store.library;
  }

  handlers() {
    const store = this.#store;
    return {
      settings: () => store.settings,
      save_settings: ({ settings }) => {
        store.settings = settings;
        return null;
      },
      create_library: ({ path }) => {
        store.posts.clear();
        this.#exports.all = [];
        return this.#open(path);
      },
      open_library: ({ path }) => this.#open(path),
      current_library: () => store.library,
      close_library: () => {
        store.library = null;
        return null;
      },
      show_in_folder: ({ path }) => {
        store.opened.push(path);
        return null;
      },
      pick_folder: () => this.nextFolder,
      pick_files: () => this.nextFiles,
      confirm_close: () => null,
    } satisfies Partial<Handlers>;
  }
}
