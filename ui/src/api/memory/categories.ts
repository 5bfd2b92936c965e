/** Categories, and the filing of posts under them. */
import { sampleCategories } from "../sample";
import type { CategoryView } from "../types";
import type { Handlers, Store } from "./store";

export class Categories {
  #all: CategoryView[] = sampleCategories.map((category) => ({ ...category }));
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  file(pairId: string, categories: string[]): void {
    for (const [id, post] of this.#store.posts) {
      if (post.pairId === pairId) this.#store.change(id, { categories });
    }
  }

  #filed(category: string): number {
    const posts = [...this.#store.posts.values()].filter((post) => post.categories.includes(category));
    return new Set(posts.map((post) => post.pairId)).size;
  }

  #change(id: string, change: Partial<CategoryView>): null {
    this.#all = this.#all.map((one) => (one.id === id ? { ...one, ...change } : one));
    return null;
  }

  handlers() {
    const store = this.#store;
    return {
      categories: () => this.#all.map((category) => ({ ...category, posts: this.#filed(category.id) })),
      add_category: (category) => {
        const { nameEn, nameFr } = category;
        this.#all.push({ id: store.id("c"), posts: 0, pathEn: nameEn, pathFr: nameFr, ...category });
        return null;
      },
      rename_category: ({ id, nameEn, nameFr }) => this.#change(id, { nameEn, nameFr }),
      move_category: ({ id, parent }) => this.#change(id, { parent }),
      remove_category: ({ id }) => {
        this.#all = this.#all.filter((one) => one.id !== id);
        return null;
      },
      file_post: ({ id, categories }) => {
        this.file(store.post(id).pairId, categories);
        return store.post(id);
      },
    } satisfies Partial<Handlers>;
  }
}
