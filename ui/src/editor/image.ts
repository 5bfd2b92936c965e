/** An image in a line. The window says from where it may show the file; without words for it, it is marked. */
import { Image as OfficialImage } from "@tiptap/extension-image";
import type { Node } from "@tiptap/pm/model";

export const Image = OfficialImage.extend({
  addAttributes() {
    return {
      src: { default: "", validate: "string" },
      alt: { default: "", validate: "string" },
      title: { default: null, validate: "string|null" },
    };
  },

  addNodeView() {
    return ({ node, editor }) => {
      const dom = document.createElement("img");
      dom.draggable = false;
      const show = ({ attrs }: Node) => {
        const { resolveImage } = editor.storage.hooks;
        const src = resolveImage?.(attrs.src) ?? attrs.src;
        if (dom.getAttribute("src") !== src) dom.src = src;
        dom.alt = attrs.alt;
        dom.title = attrs.title ?? "";
        dom.classList.toggle("without-alt", attrs.alt === "");
      };
      show(node);
      return {
        dom,
        update: (next) => {
          if (next.type !== node.type) return false;
          show(next);
          return true;
        },
      };
    };
  },
}).configure({ inline: true, allowBase64: false });
