/** Posts: their list, their text, and the making of them. */
import type { Commands } from "../backend";
import type { SamplePost } from "../sample";
import type { BlockChange, DocNode, ListPage, ListRequest, PairRow, PostRow, PostView } from "../types";
import { hit } from "./search";
import { AUTHOR, DAY, type Handlers, NOTHING, refused, revisionRow, type Store } from "./store";
import { folded, paragraphs, paragraphsOf, plain } from "./text";

/** What a new post has that its title and language do not say. */
const BLANK = {
  counterpart: null,
  attachments: [],
  publications: [],
  conflict: null,
  markdown: "",
  missing: false,
  unsealed: false,
  revisions: 0,
};

function rowOf(post: PostView, trashedAt: string | null): PostRow {
  const { id, language, title, slug, status, savedAt: updatedAt } = post;
  const conflict = post.conflict !== null;
  return { id, language, title, slug, status, updatedAt, conflict, missing: false, trashedAt, snippet: null };
}

export class Posts {
  #held = { post: "", number: 0 };
  #trash = new Map<string, { post: PostView; at: string }>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  seed(sample: SamplePost): void {
    const at = new Date(Date.now() - sample.daysAgo * DAY).toISOString();
    const history = [revisionRow(sample, 2, at, "editor"), revisionRow(sample, 1, at, "file")];
    const file = `posts/2026-11-23-${sample.slug}.${sample.language}.md`;
    const post = { ...BLANK, ...sample, revision: 2, savedAt: at, file, categories: [], history };
    this.#store.posts.set(sample.id, post);
    const { title, doc } = sample;
    this.#store.kept.set(
      sample.id,
      [1, 2].map(() => ({ title, doc, attachments: [] })),
    );
  }

  /** Another editor changed the file of a post. */
  editOutside(id: string, doc: DocNode): void {
    const post = this.#store.post(id);
    const { revision } = this.#store.revise({ ...post, doc }, "file");
    this.#store.emit("post-changed", { id, revision, origin: "file" });
  }

  /** Both the file and the text changed in the same place. */
  contest(id: string, markdown: string): void {
    const { revision, doc } = this.#store.post(id);
    const mineMarkdown = plain(doc);
    const conflict = { number: revision + 1, actor: AUTHOR, at: this.#store.now(), markdown, mineMarkdown };
    this.#store.change(id, { conflict });
    this.#store.emit("post-changed", { id, revision, origin: "file" });
  }

  #hold(id: string): number {
    this.#held = { post: id, number: this.#held.number + 1 };
    return this.#held.number;
  }

  #changed(id: string, { held, from, removed, blocks }: BlockChange): DocNode {
    if (held === null) return { type: "doc", content: blocks };
    if (this.#held.post !== id || this.#held.number !== held) throw refused("save.not_held", "", true);
    const content = [...(this.#store.post(id).doc.content ?? [])];
    content.splice(from, removed, ...blocks);
    return { type: "doc", content };
  }

  #save(id: string, title: string, doc: DocNode): Commands["save_post"][1] {
    this.#store.sources.delete(id);
    this.#store.change(id, { title, doc, savedAt: this.#store.now() });
    const { savedAt, revision } = this.#store.post(id);
    return { savedAt, revision, held: this.#hold(id), reload: null };
  }

  #list({ conditions, order, after, limit }: ListRequest): ListPage {
    const pairs = new Map<string, PairRow>();
    const meets = new Map<string, string>();
    for (const post of this.#store.posts.values()) {
      const fresh = { pairId: post.pairId, updatedAt: post.savedAt, found: post.id, posts: [] };
      const row: PairRow = pairs.get(post.pairId) ?? fresh;
      row.posts.push(rowOf(post, null));
      if (post.savedAt > row.updatedAt) row.updatedAt = post.savedAt;
      if (hit(post, { ...conditions, words: "" })) meets.set(post.pairId, post.id);
      pairs.set(post.pairId, row);
    }
    const rows = [...pairs.values()].flatMap((row) => {
      const found = meets.get(row.pairId);
      return found === undefined ? [] : [{ ...row, found }];
    });
    const byTime = (a: PairRow, b: PairRow) => b.updatedAt.localeCompare(a.updatedAt);
    const title = (row: PairRow) => folded(row.posts[0]?.title ?? "");
    if (order === "title") rows.sort((a, b) => title(a).localeCompare(title(b)));
    else rows.sort(order === "newest" ? byTime : (a, b) => byTime(b, a));
    const from = after === null ? 0 : rows.findIndex((row) => row.pairId === after) + 1;
    const page = rows.slice(from, from + limit);
    const next = from + limit < rows.length ? (page.at(-1)?.pairId ?? null) : null;
    return { rows: page, next, total: after === null && rows.length === pairs.size ? rows.length : null };
  }

  #create(title: string, language: PostView["language"], pairWith: string | null): PostView {
    const store = this.#store;
    const id = store.id("post");
    const other = pairWith ? store.post(pairWith) : null;
    const slug = title.toLocaleLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
    const doc: DocNode = { type: "doc", content: [{ type: "paragraph" }] };
    const made = store.revise(
      {
        ...BLANK,
        id,
        pairId: other?.pairId ?? store.id("pair"),
        language,
        title,
        slug,
        status: "draft",
        doc,
        revision: 0,
        savedAt: store.now(),
        file: `posts/2026-11-23-${slug}.${language}.md`,
        categories: other?.categories ?? [],
        history: [],
      },
      "editor",
    );
    store.emit("library-changed", NOTHING);
    return made;
  }

  #resolve(id: string, keep: "mine" | "theirs"): PostView {
    const post = this.#store.post(id);
    if (!post.conflict) return post;
    const doc = keep === "mine" ? post.doc : paragraphsOf(post.conflict.markdown);
    return this.#store.revise({ ...post, conflict: null, doc }, "merge");
  }

  handlers() {
    const store = this.#store;
    return {
      list_posts: ({ request }) => this.#list(request),
      create_post: ({ title, language, pairWith }) => this.#create(title, language, pairWith),
      open_post: ({ id }) => ({ ...store.post(id), held: this.#hold(id) }),
      save_post: ({ id, title, change }) => this.#save(id, title, this.#changed(id, change)),
      save_copy: ({ dir, text }) => `${dir}/${text.title}.md`,
      save_source: ({ id, title, markdown }) => {
        const saved = this.#save(id, title, paragraphsOf(markdown));
        store.sources.set(id, markdown);
        return { ...saved, held: null };
      },
      preview_html: ({ markdown }) => paragraphs(paragraphsOf(markdown)),
      flush_post: () => null,
      seal_post: ({ id }) => store.revise(store.post(id), "editor"),
      resolve_conflict: ({ id, keep }) => this.#resolve(id, keep),
      trash_post: ({ id }) => {
        this.#trash.set(id, { post: store.post(id), at: store.now() });
        store.posts.delete(id);
        store.emit("library-changed", NOTHING);
        return null;
      },
      restore_trashed: ({ id }) => {
        const trashed = this.#trash.get(id);
        if (trashed) store.posts.set(id, trashed.post);
        this.#trash.delete(id);
        store.emit("library-changed", NOTHING);
        return null;
      },
      purge_post: ({ id }) => {
        const trashed = this.#trash.get(id);
        if (!trashed) throw refused("post.not_trashed");
        this.#trash.delete(id);
        store.emit("library-changed", NOTHING);
        return null;
      },
      trash: () => [...this.#trash.values()].map(({ post, at }) => rowOf(post, at)),
      link_targets: ({ query, from }) =>
        [...store.posts.values()]
          .filter((post) => post.id !== from && folded(post.title).includes(folded(query)))
          .map((post) => ({
            kind: "post" as const,
            title: post.title,
            href: (post.file ?? "").replace("posts/", ""),
            language: post.language,
          })),
      follow_link: ({ href }) => {
        const post = [...store.posts.values()].find((one) => one.file === `posts/${href}`);
        if (!post) store.opened.push(href);
        return post?.id ?? null;
      },
    } satisfies Partial<Handlers>;
  }
}
