/**
 * Tables by keyboard. Enter goes to the cell below, Shift Enter breaks the line, Alt Shift with an arrow moves the row
 * or the column, and the arrows lead out at the top and the bottom, also where nothing stands there yet.
 */
import { type CommandProps, Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import {
  type EditorState,
  Plugin,
  PluginKey,
  Selection,
  TextSelection,
  type Transaction,
} from "@tiptap/pm/state";
import { isInTable, moveTableColumn, moveTableRow, selectedRect, TableMap } from "@tiptap/pm/tables";

export type Side = "left" | "center" | "right" | null;

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    tableKeys: {
      /** Moves the row of the caret up (-1) or down (1). The head stays the first row. */
      moveRow: (step: 1 | -1) => ReturnType;
      /** Moves the column of the caret. */
      moveColumn: (step: 1 | -1) => ReturnType;
      /** Aligns the columns of the selection; null as the reader's program does. */
      alignColumn: (side: Side) => ReturnType;
      /** Puts the caret after (1) or before (-1) the table, in a new paragraph where none is. */
      leaveTable: (step: 1 | -1) => ReturnType;
      /** Puts the caret into the cell below, or after the table. */
      goToCellBelow: () => ReturnType;
    };
  }
}

/** Brings a table to what Markdown can say: only the first row is the head, which also aligns the columns. */
export function straighten(tr: Transaction, table: Node, at: number): void {
  const map = TableMap.get(table);
  const { tableHeader, tableCell } = table.type.schema.nodes;
  // A row that was put above the head takes its alignment over.
  const headRow = Math.max(
    0,
    table.children.findIndex((row) => row.firstChild?.type === tableHeader),
  );
  const seen = new Set<number>();
  map.map.forEach((offset, index) => {
    const cell = table.nodeAt(offset);
    if (!cell || seen.has(offset)) return;
    seen.add(offset);
    const head = table.nodeAt(map.map[headRow * map.width + (index % map.width)] as number);
    const type = index < map.width ? tableHeader : tableCell;
    const align = head?.attrs.align ?? null;
    if (cell.type === type && cell.attrs.align === align) return;
    if (!type?.validContent(cell.content)) return;
    tr.setNodeMarkup(at + 1 + offset, type, { ...cell.attrs, align });
  });
}

/** The innermost table around the selection, and where it begins. */
function tableAround(state: EditorState): { table: Node; at: number } | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") return { table: $from.node(depth), at: $from.before(depth) };
  }
  return null;
}

function leave(tr: Transaction, state: EditorState, step: 1 | -1): boolean {
  const found = tableAround(state);
  const paragraph = state.schema.nodes.paragraph;
  if (!found || !paragraph) return false;
  const edge = step > 0 ? found.at + found.table.nodeSize : found.at;
  const $edge = tr.doc.resolve(edge);
  const beside = step > 0 ? $edge.nodeAfter : $edge.nodeBefore;
  if (beside?.isTextblock) tr.setSelection(Selection.near($edge, step));
  else tr.insert(edge, paragraph.create()).setSelection(TextSelection.create(tr.doc, edge + 1));
  tr.scrollIntoView();
  return true;
}

function align({ state, tr, dispatch }: CommandProps, side: Side): boolean {
  if (!isInTable(state)) return false;
  if (!dispatch) return true;
  const { map, table, tableStart, left, right } = selectedRect(state);
  for (let column = left; column < right; column += 1) {
    const offset = map.map[column] as number;
    const head = table.nodeAt(offset);
    if (head) tr.setNodeMarkup(tableStart + offset, undefined, { ...head.attrs, align: side });
  }
  return true;
}

export const TableKeys = Extension.create({
  name: "tableKeys",
  priority: 200,

  addCommands() {
    return {
      moveRow:
        (step) =>
        ({ state, dispatch }) => {
          if (!isInTable(state)) return false;
          const { top, map } = selectedRect(state);
          const to = top + step;
          if (to < 0 || to >= map.height) return false;
          return moveTableRow({ from: top, to, select: false })(state, dispatch);
        },
      moveColumn:
        (step) =>
        ({ state, dispatch }) => {
          if (!isInTable(state)) return false;
          const { left, map } = selectedRect(state);
          const to = left + step;
          if (to < 0 || to >= map.width) return false;
          return moveTableColumn({ from: left, to, select: false })(state, dispatch);
        },
      alignColumn: (side) => (props) => align(props, side),
      leaveTable:
        (step) =>
        ({ state, tr, dispatch }) =>
          dispatch ? leave(tr, state, step) : isInTable(state),
      goToCellBelow:
        () =>
        ({ state, tr, dispatch }) => {
          if (!isInTable(state)) return false;
          const { map, tableStart, left, bottom } = selectedRect(state);
          if (!dispatch) return true;
          if (bottom >= map.height) return leave(tr, state, 1);
          const cell = tableStart + (map.map[bottom * map.width + left] as number);
          tr.setSelection(Selection.near(tr.doc.resolve(cell + 1), 1)).scrollIntoView();
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    const { editor } = this;
    /** Leaves by an arrow only where the caret is in the last line of an outermost row, and nothing is beyond. */
    const edge = (step: 1 | -1) => () => {
      const { state, view } = editor;
      const found = tableAround(state);
      if (!found || !state.selection.empty) return false;
      const { top, bottom, map } = selectedRect(state);
      if (step > 0 ? bottom < map.height : top > 0) return false;
      const $edge = state.doc.resolve(step > 0 ? found.at + found.table.nodeSize : found.at);
      if (step > 0 ? $edge.nodeAfter : $edge.nodeBefore) return false;
      return view.endOfTextblock(step > 0 ? "down" : "up") && editor.commands.leaveTable(step);
    };
    return {
      Enter: () => editor.commands.goToCellBelow(),
      "Alt-Shift-ArrowUp": () => editor.commands.moveRow(-1),
      "Alt-Shift-ArrowDown": () => editor.commands.moveRow(1),
      "Alt-Shift-ArrowLeft": () => editor.commands.moveColumn(-1),
      "Alt-Shift-ArrowRight": () => editor.commands.moveColumn(1),
      ArrowDown: edge(1),
      ArrowUp: edge(-1),
    };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey("straightTables"),
        appendTransaction: (transactions, _before, after) => {
          if (!transactions.some((one) => one.docChanged)) return null;
          const found = tableAround(after);
          if (!found) return null;
          const { tr } = after;
          straighten(tr, found.table, found.at);
          return tr.docChanged ? tr : null;
        },
      }),
    ];
  },
});
