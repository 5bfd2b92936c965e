/**
 * Alt with an arrow moves the block of the caret, or the item of a list, past its neighbour. At the edge of what holds
 * it, what holds it moves: a note, a quotation, a list.
 */
import { Extension } from "@tiptap/core";
import { type EditorState, NodeSelection, TextSelection, type Transaction } from "@tiptap/pm/state";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    moveBlock: {
      /** Moves the selected block up (-1) or down (1). False where nothing stands there. */
      moveBlock: (step: 1 | -1) => ReturnType;
    };
  }
}

/** What holds blocks or items that can change places. */
const HOLDERS = new Set([
  "doc",
  "blockquote",
  "detailsContent",
  "footnoteDefinition",
  "bulletList",
  "orderedList",
  "taskList",
]);

/** The place of the innermost movable run of blocks around the selection, and of its neighbour. */
function movable({ selection }: EditorState, step: 1 | -1) {
  const { $from, $to } = selection;
  const chosen = selection instanceof NodeSelection && selection.node.isBlock ? 1 : 0;
  for (let depth = $from.sharedDepth(selection.to - chosen) + chosen; depth > 0; depth -= 1) {
    const parent = $from.node(depth - 1);
    if (!HOLDERS.has(parent.type.name)) continue;
    const first = $from.index(depth - 1);
    const last = Math.max(first, $to.indexAfter(depth - 1) - 1);
    const beside = step < 0 ? first - 1 : last + 1;
    if (beside < 0 || beside >= parent.childCount) continue;
    const from = $from.posAtIndex(first, depth - 1);
    const to = $from.posAtIndex(last + 1, depth - 1);
    return { from, to, neighbour: parent.child(beside) };
  }
  return null;
}

function move(tr: Transaction, state: EditorState, step: 1 | -1): boolean {
  const found = movable(state, step);
  if (!found) return false;
  const { from, to, neighbour } = found;
  // The neighbour moves, so that the selection's own nodes stay what they are.
  const shift = step * neighbour.nodeSize;
  if (step > 0) tr.delete(to, to + neighbour.nodeSize).insert(from, neighbour);
  else tr.insert(to, neighbour).delete(from - neighbour.nodeSize, from);
  const { selection } = state;
  const at = (place: number) => place + shift;
  tr.setSelection(
    selection instanceof NodeSelection
      ? NodeSelection.create(tr.doc, at(selection.from))
      : TextSelection.between(tr.doc.resolve(at(selection.anchor)), tr.doc.resolve(at(selection.head))),
  );
  tr.scrollIntoView();
  return true;
}

export const MoveBlock = Extension.create({
  name: "moveBlock",

  addCommands() {
    return {
      moveBlock:
        (step) =>
        ({ tr, state, dispatch }) =>
          dispatch ? move(tr, state, step) : movable(state, step) !== null,
    };
  },

  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      "Alt-ArrowUp": () => editor.commands.moveBlock(-1),
      "Alt-ArrowDown": () => editor.commands.moveBlock(1),
    };
  },
});
