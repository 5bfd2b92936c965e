/** Categories, and the filing of posts under them. */
import { sampleCategories } from "../sample";
import type { CategoryView } from "../types";
import { type Handlers, refused, type Store } from "./store";

type Filing = Map<string, string[]>;

export class Categories {
  #all: CategoryView[] = sampleCategories.map((category) => ({ ...category }));
  #store: Store;
  /** What each change of the tree found, so that it can be undone. */
  #before: { all: CategoryView[]; filing: Filing }[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  file(pairId: string, categories: string[]): void {
    for (const [id, post] of this.#store.posts) {
      if (post.pairId === pairId) this.#store.change(id, { categories });
    }
  }

  /** A category and all above it, from the bottom up. */
  upwards(id: string): CategoryView[] {
    const here = this.#all.find((one) => one.id === id);
    if (!here) return [];
    return [here, ...(here.parent === null ? [] : this.upwards(here.parent))];
  }

  #below(id: string): string[] {
    const children = this.#all.filter((one) => one.parent === id);
    return [id, ...children.flatMap((child) => this.#below(child.id))];
  }

  #filed(category: string): number {
    const posts = [...this.#store.posts.values()].filter((post) => post.categories.includes(category));
    return new Set(posts.map((post) => post.pairId)).size;
  }

  #filing(): Filing {
    return new Map([...this.#store.posts].map(([id, post]) => [id, [...post.categories]]));
  }

  /** Changes the tree; answers with the number that undoes it. */
  #change(change: () => void): number {
    this.#before.push({ all: structuredClone(this.#all), filing: this.#filing() });
    change();
    return this.#before.length;
  }

  #set(id: string, change: Partial<CategoryView>): void {
    this.#all = this.#all.map((one) => (one.id === id ? { ...one, ...change } : one));
  }

  #refile(from: string[], to: string | null): void {
    for (const [id, post] of this.#store.posts) {
      if (!post.categories.some((one) => from.includes(one))) continue;
      const stays = post.categories.filter((one) => !from.includes(one));
      this.#store.change(id, { categories: [...new Set(to === null ? stays : [...stays, to])] });
    }
  }

  #path(category: CategoryView): CategoryView {
    const path = this.upwards(category.id).reverse();
    return {
      ...category,
      pathEn: path.map((one) => one.nameEn).join("/"),
      pathFr: path.map((one) => one.nameFr).join("/"),
      posts: this.#filed(category.id),
    };
  }

  handlers() {
    const store = this.#store;
    return {
      categories: () =>
        this.#all.map((category) => this.#path(category)).sort((a, b) => a.pathEn.localeCompare(b.pathEn)),
      add_category: (category) => {
        const id = store.id("c");
        this.#change(() => this.#all.push({ id, posts: 0, pathEn: "", pathFr: "", ...category }));
        return id;
      },
      rename_category: ({ id, nameEn, nameFr }) => this.#change(() => this.#set(id, { nameEn, nameFr })),
      move_category: ({ id, parent }) => {
        if (parent !== null && this.#below(id).includes(parent)) throw refused("category.loop");
        return this.#change(() => this.#set(id, { parent }));
      },
      merge_category: ({ id, into }) => {
        if (this.#below(id).includes(into)) throw refused("category.loop");
        return this.#change(() => {
          this.#refile([id], into);
          for (const child of this.#all.filter((one) => one.parent === id))
            this.#set(child.id, { parent: into });
          this.#all = this.#all.filter((one) => one.id !== id);
        });
      },
      remove_category: ({ id, to }) => {
        const gone = this.#below(id);
        return this.#change(() => {
          this.#refile(gone, to);
          this.#all = this.#all.filter((one) => !gone.includes(one.id));
        });
      },
      undo_category: ({ number }) => {
        const before = this.#before[number - 1];
        if (!before) throw refused("category.not_undoable");
        return this.#change(() => {
          this.#all = structuredClone(before.all);
          for (const [id, categories] of before.filing)
            if (store.posts.has(id)) store.change(id, { categories });
        });
      },
      file_post: ({ id, categories }) => {
        this.file(store.post(id).pairId, categories);
        return store.post(id);
      },
    } satisfies Partial<Handlers>;
  }
}
