/** Publishing and the outbox: everything is sent at once. */
import type { BlogView, CaptureRow, LibraryView, OutboxRow, PostView, RevisionRow } from "../types";
import { AUTHOR, type Handlers, NOTHING, type Store } from "./store";

const BLOG = { blogId: "site", blogName: "Open Government site" };

export class Publishing {
  #outbox: OutboxRow[] = [];
  #captures = new Map<string, CaptureRow[]>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The receipt of a post that was published before. */
  published(id: string, at: string): void {
    const post = this.#store.post(id);
    const receipt = receiptOf(post, post.history[0] as RevisionRow, at);
    this.#store.change(id, { publications: [receipt] });
    this.#outbox.push(this.#sent(post, receipt));
  }

  #sent(post: PostView, receipt: PostView["publications"][number]): OutboxRow {
    const { blogName, address, at, revision } = receipt;
    const { id: postId, title } = post;
    const id = this.#store.id("o");
    return {
      id,
      postId,
      title,
      blogName,
      action: "publish",
      state: "done",
      error: null,
      attempts: 1,
      nextAt: null,
      at,
      address,
      revision,
    };
  }

  #publish(id: string, blogId: string): PostView {
    const store = this.#store;
    const post = store.revise(store.post(id), "editor");
    const receipt = { ...receiptOf(post, post.history[0] as RevisionRow, store.now()), blogId };
    store.change(id, { status: "published", publications: [receipt] });
    this.#outbox.unshift(this.#sent(post, receipt));
    store.emit("library-changed", NOTHING);
    return store.post(id);
  }

  /** Has what was sent of a post wait, as when the blog is out of reach. */
  wait(post: string, error: string): void {
    const waiting = { state: "waiting", error, nextAt: this.#store.now(), address: null } as const;
    this.#outbox = this.#outbox.map((row) => (row.postId === post ? { ...row, ...waiting } : row));
  }

  #set(id: string, state: OutboxRow["state"] | null): null {
    this.#outbox = this.#outbox.flatMap((row) => {
      if (row.id !== id) return [row];
      return state === null ? [] : [{ ...row, state, error: null, nextAt: null }];
    });
    this.#store.emit("library-changed", NOTHING);
    return null;
  }

  #blogs(change: (all: BlogView[]) => BlogView[]): LibraryView {
    const library = this.#store.library as LibraryView;
    this.#store.library = { ...library, blogs: change(library.blogs) };
    this.#store.emit("library-changed", NOTHING);
    return this.#store.library;
  }

  #capture(id: string): CaptureRow[] {
    const known = this.#captures.get(id) ?? [];
    const receipt = this.#store.post(id).publications[0];
    if (receipt?.page) {
      known.unshift({
        id: "c",
        version: known.length + 1,
        blogName: receipt.blogName,
        address: receipt.page,
        status: 200,
        title: this.#store.post(id).title,
        revision: receipt.revision,
        at: this.#store.now(),
        actor: AUTHOR,
        size: 482_113,
        sha256: "0".repeat(64),
        leftOut: [{ address: "https://cdn.example.org/font.woff2", why: "elsewhere" }],
      });
    }
    this.#captures.set(id, known);
    return [...known];
  }

  handlers() {
    const store = this.#store;
    return {
      publish: ({ ids, blogId }) => ids.map((id) => this.#publish(id, blogId)),
      withdraw: ({ id }) => {
        store.change(id, { publications: [], status: "withdrawn" });
        store.emit("library-changed", NOTHING);
        return store.post(id);
      },
      captures: ({ id }) => this.#captures.get(id) ?? [],
      capture: ({ id }) => this.#capture(id),
      save_capture: ({ dir, version }) => `${dir}/page-${version}.wacz`,
      outbox: () => this.#outbox,
      add_blog: ({ name, url }) =>
        this.#blogs((all) => [...all, { id: store.id("b"), kind: "wordpress", name, url }]),
      set_blog_address: ({ blog, url }) =>
        this.#blogs((all) => all.map((one) => (one.id === blog ? { ...one, url: url || null } : one))),
      remove_blog: ({ blog }) => this.#blogs((all) => all.filter((one) => one.id !== blog)),
      test_blog: () => [
        { code: "address", works: true, message: "The blog was found.", detail: "https://blog.example.ca" },
        { code: "account", works: true, message: "The user and the password are accepted.", detail: "nadia" },
        { code: "html", works: false, message: "The account may not write unfiltered HTML.", detail: "" },
      ],
      send_item: ({ id }) => this.#set(id, "done"),
      pause_item: ({ id }) => this.#set(id, "paused"),
      resume_item: ({ id }) => this.#set(id, "waiting"),
      cancel_item: ({ id }) => this.#set(id, null),
      open_address: ({ address }) => {
        store.opened.push(address);
        return null;
      },
    } satisfies Partial<Handlers>;
  }
}

function receiptOf(post: PostView, head: RevisionRow, at: string): PostView["publications"][number] {
  const address = `${post.language}/${post.slug}/index.html`;
  const page = `https://blog.example.ca/${address}`;
  return { ...BLOG, revision: head.number, revisionHash: head.hash, address, page, at, actor: AUTHOR };
}
