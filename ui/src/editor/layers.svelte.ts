/** What lies over the text beside the forms: the field that asks for a link's address. */
import { Extension } from "@tiptap/core";
import { formPlace } from "./forms";

export class LayersState {
  linking = $state(false);
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
