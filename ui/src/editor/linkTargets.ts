/** `[[`: links to other posts and to attached PDFs, found as one types; what one chooses comes in as linked text. */
import FileText from "@lucide/svelte/icons/file-text";
import Globe from "@lucide/svelte/icons/globe";
import Newspaper from "@lucide/svelte/icons/newspaper";
import { t } from "../i18n/index.svelte";
import type { LinkTarget } from "./hooks";
import { isSafeLink } from "./link";
import { type Choice, Suggestions, suggest } from "./suggest.svelte";

const choice = ({ kind, title, href, language }: LinkTarget): Choice => ({
  id: href,
  label: title,
  note: kind === "pdf" ? "PDF" : language?.toUpperCase(),
  lang: language,
  icon: (kind === "pdf" ? FileText : Newspaper) as unknown as Choice["icon"],
  choose: (editor, range) => link(title, href)(editor, range),
});

/** Puts linked text in the place of what was typed, and a caret behind it that writes plain text. */
const link =
  (text: string, href: string): Choice["choose"] =>
  (editor, range) =>
    editor
      .chain()
      .focus()
      .insertContentAt(range, { type: "text", text, marks: [{ type: "link", attrs: { href } }] })
      .unsetMark("link")
      .run();

/** An address that was typed or pasted after `[[`. */
function address(query: string): Choice[] {
  const href = query.trim();
  if (!/^(https?:\/\/|mailto:)\S+$/i.test(href) || !isSafeLink(href)) return [];
  const label = t("tools.linkTo", { address: href });
  return [{ id: href, label, icon: Globe as unknown as Choice["icon"], choose: link(href, href) }];
}

export const linkTargets = () =>
  suggest({
    name: "linkTargets",
    find: /(\[\[([^[\]]{0,100}))$/,
    items: async (query, editor) => {
      const found = (await editor.storage.hooks.targets?.(query)) ?? [];
      return [...address(query), ...found.map(choice)];
    },
    state: new Suggestions("tools.linkTargets", "tools.noTargets"),
    debounce: 80,
  });
