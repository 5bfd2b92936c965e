/** The revisions of a post: their pages, their differences, their names. */
import type { ComparisonView, DocNode, RevisionRow, VersionRow } from "../types";
import { blocks, changes, lines, words } from "./difference";
import { AUTHOR, DAY, type Handlers, type Kept, refused, revisionRow, type Store } from "./store";
import { plain, sourceOf } from "./text";

const OTHER = { name: "Amir Haddad", email: "amir.haddad@example.org" };
const ORIGINS: RevisionRow["origin"][] = ["editor", "editor", "file", "editor", "merge", "editor", "restore"];

const parts = (doc: DocNode): string[] => (doc.content ?? []).map(plain);

/** Gives a post a past of that many revisions, a few a day. */
export function pastOf(store: Store, id: string, count: number): void {
  const post = store.post(id);
  const history: RevisionRow[] = [];
  const kept: Kept[] = [];
  for (let number = 1; number <= count; number += 1) {
    const at = new Date(Date.now() - ((count - number) / 3) * DAY).toISOString();
    const origin = number === 1 ? "file" : (ORIGINS[number % ORIGINS.length] ?? "editor");
    history.unshift({ ...revisionRow(post, number, at, origin), actor: number % 4 === 2 ? OTHER : AUTHOR });
    const content = (post.doc.content ?? []).filter(
      (_, block) => block < 4 || number > count / 2 || block % 3 > 0,
    );
    const older = (node: DocNode): DocNode =>
      node.text && number < count - 1
        ? { ...node, text: node.text.replace("26 June", "30 June").replace("say when", "write when") }
        : node.content
          ? { ...node, content: node.content.map(older) }
          : node;
    kept.push({
      title: post.title,
      doc: { type: "doc", content: content.map(older) },
      attachments: post.attachments,
    });
  }
  kept[count - 1] = { title: post.title, doc: post.doc, attachments: post.attachments };
  store.posts.set(id, { ...post, history, revision: count });
  store.kept.set(id, kept);
}

export function historyHandlers(store: Store) {
  const kept = (id: string, number: number): Kept => {
    const found = store.kept.get(id)?.[number - 1];
    if (!found) throw refused("revision.not_found", `There is no revision ${number}.`);
    return found;
  };
  const row = (id: string, number: number) =>
    store.post(id).history.find((one) => one.number === number) as RevisionRow;

  function compare(id: string, from: number, to: number): ComparisonView {
    const [old, now] = [kept(id, from), kept(id, to)];
    const compared = blocks(parts(old.doc), parts(now.doc));
    const counted = (kind: "added" | "removed") =>
      compared
        .flatMap((block) => [...block.html.matchAll(new RegExp(`<(?:ins|del) class="${kind}">([^<]*)`, "g"))])
        .reduce((sum, match) => sum + words(match[1] ?? "").filter((word) => word.trim()).length, 0);
    const ids = new Map([...old.attachments, ...now.attachments].map((one) => [one.id, one.name]));
    const version = (held: Kept, one: string) =>
      held.attachments.find((attachment) => attachment.id === one)?.version ?? null;
    return {
      from: row(id, from),
      to: row(id, to),
      restored: row(id, to).origin === "restore" ? 1 : null,
      title: changes(words(old.title), words(now.title)),
      blocks: compared,
      added: counted("added"),
      removed: counted("removed"),
      attachments: [...ids].map(([one, name]) => ({
        id: one,
        name,
        from: version(old, one),
        to: version(now, one),
      })),
      fields: [],
    };
  }

  function versions(id: string, attachment: string): VersionRow[] {
    const found = new Map<number, VersionRow>();
    for (const [index, held] of (store.kept.get(id) ?? []).entries()) {
      const one = held.attachments.find((other) => other.id === attachment);
      if (!one) continue;
      const number = index + 1;
      const { version, size, sha256, addedAt: at } = one;
      const known = found.get(version) ?? { version, size, sha256, at, actor: AUTHOR, revisions: [] };
      const last = known.revisions.at(-1);
      if (last && last[1] === number - 1) last[1] = number;
      else known.revisions.push([number, number]);
      found.set(version, known);
    }
    return [...found.values()].sort((a, b) => b.version - a.version);
  }

  return {
    history: ({ id, before, limit }) => {
      const all = store.post(id).history;
      const rows = all.filter((one) => before === null || one.number < before).slice(0, limit);
      return { total: all.length, rows };
    },
    compare_revisions: ({ id, from, to }) => compare(id, from, to),
    compare_sources: ({ id, from, to }) => {
      const source = (number: number) => sourceOf(kept(id, number).doc).split("\n");
      return lines(source(from), source(to));
    },
    name_revision: ({ id, number, name }) => {
      const named = store.post(id).history.map((one) => (one.number === number ? { ...one, name } : one));
      store.change(id, { history: named });
      return null;
    },
    attachment_history: ({ id, attachmentId }) => versions(id, attachmentId),
    restore_revision: ({ id, number }) => store.revise({ ...store.post(id), ...kept(id, number) }, "restore"),
  } satisfies Partial<Handlers>;
}
