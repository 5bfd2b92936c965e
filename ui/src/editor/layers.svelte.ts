/** What lies over the text beside the forms: the field that asks for a link's address, and notices. */
import { Extension } from "@tiptap/core";
import type { Key } from "../i18n/index.svelte";
import { formPlace } from "./forms";

export class LayersState {
  linking = $state(false);
  /** What the author has to know about what was just done, until it is dismissed. */
  notice = $state<Key | null>(null);
}

declare module "@tiptap/core" {
  interface Storage {
    layers: { state: LayersState };
  }
}

export const Layers = Extension.create({
  name: "layers",
  priority: 160,
  addStorage: () => ({ state: new LayersState() }),

  addKeyboardShortcuts() {
    const { editor } = this;
    const link = () => {
      if (editor.state.selection.$from.parent.type.spec.code) return false;
      editor.storage.layers.state.linking = true;
      return true;
    };
    return {
      "Mod-k": link,
      F2: () => editor.isActive("link") && formPlace(editor.state) === null && link(),
    };
  },
});
