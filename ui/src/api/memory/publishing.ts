/** Publishing and the outbox: everything is sent at once. */
import type { OutboxRow, PostView, RevisionRow } from "../types";
import { AUTHOR, type Handlers, NOTHING, type Store } from "./store";

const BLOG = { blogId: "site", blogName: "Open Government site" };

export class Publishing {
  #outbox: OutboxRow[] = [];
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

  handlers() {
    const store = this.#store;
    return {
      publish: ({ ids, blogId }) => ids.map((id) => this.#publish(id, blogId)),
      withdraw: ({ id }) => {
        store.change(id, { publications: [], status: "withdrawn" });
        store.emit("library-changed", NOTHING);
        return store.post(id);
      },
      outbox: () => this.#outbox,
      open_address: ({ address }) => {
        store.opened.push(address);
        return null;
      },
    } satisfies Partial<Handlers>;
  }
}

function receiptOf(post: PostView, head: RevisionRow, at: string): PostView["publications"][number] {
  const address = `${post.language}/${post.slug}/index.html`;
  return { ...BLOG, revision: head.number, revisionHash: head.hash, address, at, actor: AUTHOR };
}
