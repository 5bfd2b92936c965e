/** PDFs and images of posts, and what is known of the PDFs. */
import type { AttachmentView, PdfDetail, PdfNote, PdfView, PostRow, PostView } from "../types";
import { pdfOf } from "./pdf";
import { AUTHOR, type Handlers, NOTHING, type Store } from "./store";
import { hash } from "./text";

/** The pages of every PDF that nobody brought bytes of. */
const PAGES = [
  ["What we heard", "Open Government", "June 2026"],
  ["Contents", "1. What people asked for", "2. How people took part", "3. What comes next"],
  [
    "1. What people asked for",
    "Between 4 May and 26 June 2026, 1,284 people answered the questionnaire",
    "or came to one of nine public sessions. Thirty-seven organisations wrote.",
    "Three requests came up in every session. A fixed calendar came first.",
  ],
  [
    "2. How people took part",
    "Online questionnaire: 1,102",
    "Public sessions: 182",
    "Written submissions: 37",
  ],
  ["3. What comes next", "The calendar for 2027 is published in January.", "Old versions are kept."],
];

const note = (severity: PdfNote["severity"], code: string, title: string, detail: string): PdfNote => ({
  severity,
  code,
  title,
  detail,
});

export const sampleFacts: PdfView = {
  version: "1.7",
  pages: PAGES.length,
  pagesWithText: PAGES.length,
  title: null,
  language: "en",
  encrypted: false,
  pdfa: null,
  tagged: false,
  scripts: false,
  headings: 0,
  tables: 0,
  figures: 0,
  undescribed: 0,
  ending: "whole",
  notes: [
    note(
      "warning",
      "not_tagged",
      "It is not tagged",
      "Readers with a screen reader may not be able to follow it.",
    ),
    note(
      "warning",
      "no_title",
      "It has no title",
      "Browsers and screen readers will give the file’s name instead.",
    ),
    note("note", "pdfa", "It says that it is PDF/A-2b", "Its own claim, not checked here."),
  ],
};

export class Attachments {
  /** The bytes of a PDF, by its file name; others are a sample. */
  bytes = new Map<string, Uint8Array>();
  /** What is known of a PDF, by its file name. */
  facts = new Map<string, PdfView | null>();
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
    const next = (known?.version ?? version - 1) + 1;
    const made: AttachmentView = {
      id: known?.id ?? this.#store.id("a"),
      name,
      version: next,
      size,
      sha256: hash(`${name}${next}`),
      addedAt: this.#store.now(),
      pdf: name.endsWith(".pdf") ? this.#facts(name) : null,
    };
    const others = post.attachments.filter((attachment) => attachment.name !== name);
    this.#store.change(id, { attachments: [...others, made] });
  }

  #facts(name: string): PdfView | null {
    return this.facts.has(name) ? (this.facts.get(name) ?? null) : sampleFacts;
  }

  #posts(attachmentId: string): PostView[] {
    const has = (post: PostView) => post.attachments.some((one) => one.id === attachmentId);
    return [...this.#store.posts.values()].filter(has);
  }

  #detail(attachmentId: string, version: number): PdfDetail {
    const posts = this.#posts(attachmentId);
    const newest = posts[0]?.attachments.find((one) => one.id === attachmentId);
    if (!newest) throw { code: "attachment.not_found", message: "", hints: [], retryable: false };
    const attachment = { ...newest, version, pdf: this.#facts(newest.name) };
    const versions = Array.from({ length: newest.version }, (_, older) => ({
      version: newest.version - older,
      size: newest.size - older * 200_000,
      addedAt: newest.addedAt,
      actor: AUTHOR,
      pages: attachment.pdf?.pages ?? null,
    }));
    const usedIn = posts.map(rowOf);
    return { attachment, path: `attachments/${newest.name}`, versions, usedIn };
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
      attachments: ({ id }) =>
        store.post(id).attachments.map((one) => ({ ...one, pdf: one.pdf && this.#facts(one.name) })),
      attachment_bytes: ({ attachmentId, version, from, length }) => {
        const { name } = this.#detail(attachmentId, version).attachment;
        return (this.bytes.get(name) ?? pdfOf(PAGES)).slice(from, from + length);
      },
      pdf_detail: ({ attachmentId, version }) => {
        const detail = this.#detail(attachmentId, version);
        const bytes = this.bytes.get(detail.attachment.name) ?? pdfOf(PAGES);
        return { ...detail, attachment: { ...detail.attachment, size: bytes.length } };
      },
      replace_attachment: ({ attachmentId }) => {
        let version = 1;
        for (const post of this.#posts(attachmentId)) {
          const one = post.attachments.find((attachment) => attachment.id === attachmentId);
          if (!one) continue;
          this.attach(post.id, one.name, one.size, one.version);
          version =
            store.revise(store.post(post.id), "file").attachments.find(({ id }) => id === one.id)?.version ??
            1;
        }
        store.emit("library-changed", NOTHING);
        return version;
      },
    } satisfies Partial<Handlers>;
  }
}

export function rowOf(post: PostView): PostRow {
  const { id, language, title, slug, status, savedAt: updatedAt } = post;
  const conflict = post.conflict !== null;
  return {
    id,
    language,
    title,
    slug,
    status,
    updatedAt,
    conflict,
    missing: false,
    trashedAt: null,
    snippet: null,
  };
}
