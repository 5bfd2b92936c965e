/** PDFs and images of posts. */
import type { Handlers, Store } from "./store";
import { hash } from "./text";

export class Attachments {
  #images = new Map<string, string>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  imageAddress(name: string): string {
    return this.#images.get(name) ?? "";
  }

  attach(id: string, name: string, size: number, version: number): void {
    const post = this.#store.post(id);
    const known = post.attachments.find((attachment) => attachment.name === name);
    const made = {
      id: known?.id ?? this.#store.id("a"),
      name,
      version: (known?.version ?? version - 1) + 1,
      size,
      sha256: hash(name),
      addedAt: this.#store.now(),
    };
    const others = post.attachments.filter((attachment) => attachment.name !== name);
    this.#store.change(id, { attachments: [...others, made] });
  }

  handlers() {
    const store = this.#store;
    return {
      attach_files: ({ id, paths }) => {
        const names = paths.map((path) => path.split("/").pop() ?? path);
        for (const name of names) this.attach(id, name, 48_211, 1);
        return { post: store.revise(store.post(id), "editor"), names };
      },
      attach_image: ({ id, name, data }) => {
        this.#images.set(name, `data:image/png;base64,${data}`);
        this.attach(id, name, data.length, 1);
        return { post: store.revise(store.post(id), "editor"), names: [name] };
      },
      detach: ({ id, attachmentId }) => {
        const post = store.post(id);
        const attachments = post.attachments.filter((attachment) => attachment.id !== attachmentId);
        return store.revise({ ...post, attachments }, "editor");
      },
      open_attachment: ({ attachmentId }) => {
        store.opened.push(attachmentId);
        return null;
      },
    } satisfies Partial<Handlers>;
  }
}
