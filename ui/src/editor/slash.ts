/** `/` at the start of a line or after a space: all that can be put in, found by its name in either language. */
import { inBoth, t } from "../i18n/index.svelte";
import { written } from "../keys";
import { type Action, blocksFor, footnote, insertsFor, linkByTyping } from "./actions";
import { type Choice, Suggestions, suggest } from "./suggest.svelte";

/** Without accents and capitals, as one types in a hurry. */
export const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** How well a name fits what was typed: it begins so, a word of it begins so, it holds it, or not (-1). */
function rank(names: string[], query: string): number {
  const folded = names.map(fold);
  if (folded.some((name) => name.startsWith(query))) return 0;
  if (folded.some((name) => name.split(/[\s’']+/).some((word) => word.startsWith(query)))) return 1;
  return folded.some((name) => name.includes(query)) ? 2 : -1;
}

const choice = ({ id, label, icon, keys, run }: Action): Choice => ({
  id,
  label: t(label),
  note: keys && written(keys, t("keys.enter")),
  icon: icon as Choice["icon"],
  choose: (editor, range) => {
    editor.chain().focus().deleteRange(range).run();
    run(editor);
  },
});

/** The acts that fit, best first. */
export function fitting(actions: Action[], query: string): Action[] {
  const wanted = fold(query.trim());
  return actions
    .map((action) => ({ action, rank: rank(inBoth(action.label), wanted) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map((one) => one.action);
}

export const slashMenu = () =>
  suggest({
    name: "slash",
    find: /(?:^|[\s\ufffc])(\/((?:[\p{L}\p{N}][\p{L}\p{N} ’'-]{0,24})?))$/u,
    items: (query, editor) =>
      fitting([...blocksFor(editor), ...insertsFor(editor), footnote, linkByTyping], query).map(choice),
    state: new Suggestions("tools.slash", null),
  });
