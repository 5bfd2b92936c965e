/** An image in a line. */
import { Image as OfficialImage } from "@tiptap/extension-image";

export const Image = OfficialImage.extend({
  addAttributes() {
    return {
      src: { default: "", validate: "string" },
      alt: { default: "", validate: "string" },
      title: { default: null, validate: "string|null" },
    };
  },
}).configure({ inline: true, allowBase64: false });
