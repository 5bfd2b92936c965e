/** Links. `auto` says how a link was written that is its own address: `<https://x>` or `https://x` alone. */
import { Link as OfficialLink } from "@tiptap/extension-link";
import { nest, optionalText } from "./attributes";

/** A post links to files beside it and to pages; nothing else is a link. */
const SAFE_LINK = /^(https?:|mailto:|tel:|#|\.{0,2}\/|[^:]*$)/i;

/** Whether an address may be linked: a page, an e-mail address, a telephone number or a file beside the post. */
export const isSafeLink = (href: string): boolean => SAFE_LINK.test(href.trim());

export const Link = OfficialLink.extend({
  excludes: "",

  addAttributes() {
    return {
      href: { default: "", validate: "string" },
      title: { default: null, validate: "string|null" },
      ...optionalText("auto"),
      ...nest,
    };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      // A link never lies inside another: the new one takes the place of those in the selection.
      setLink:
        ({ href, title = null }) =>
        ({ tr, state, dispatch }) => {
          if (!isSafeLink(href)) return false;
          const mark = this.type.create({ href, title });
          const { from, to, empty } = state.selection;
          if (!dispatch) return true;
          if (empty) tr.addStoredMark(mark);
          else tr.removeMark(from, to, this.type).addMark(from, to, mark);
          return true;
        },
    };
  },

  addPasteRules: () => [],
}).configure({
  openOnClick: false,
  autolink: false,
  linkOnPaste: true,
  HTMLAttributes: { target: null, rel: null, class: null },
  isAllowedUri: isSafeLink,
});
