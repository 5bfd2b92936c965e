/** What the editor asks of the window around it. */
import { Extension } from "@tiptap/core";

/** What a link can lead to: another post, or a PDF of the library. `href` is as the file has it. */
export interface LinkTarget {
  kind: "post" | "pdf";
  title: string;
  href: string;
  language?: string;
}

export interface EditorHooks {
  placeholder: () => string;
  /** Takes images that were pasted or dropped. */
  onImages?: (files: File[]) => void;
  /** Lets the author choose images; where it is absent, no menu offers it. */
  pickImages?: () => void;
  /** Posts and PDFs that fit what was typed, best first. */
  targets?: (query: string) => Promise<LinkTarget[]>;
  /** The address from which this window shows an image of the post. */
  resolveImage?: (src: string) => string;
}

declare module "@tiptap/core" {
  interface Storage {
    hooks: EditorHooks;
  }
}

export const Hooks = (hooks: EditorHooks) =>
  Extension.create({
    name: "hooks",
    addStorage: () => hooks,
  });
