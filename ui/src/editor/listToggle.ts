/**
 * Turning blocks into a list of a kind, a list into another kind, and a list of that kind back into blocks; moving
 * items one level in.
 */
import type { CommandProps } from "@tiptap/core";
import { Fragment, type Node, type NodeType } from "@tiptap/pm/model";
import { TextSelection, type Transaction } from "@tiptap/pm/state";

export type ListName = "bulletList" | "orderedList" | "taskList";
export type ItemName = "listItem" | "taskItem";

const LISTS = new Set(["bulletList", "orderedList", "taskList"]);

/** The innermost list around the selection, where it begins, and the indexes of the items that are selected. */
function listAround({ tr }: CommandProps): { list: Node; at: number; first: number; last: number } | null {
  const { $from, $to } = tr.selection;
  const shared = $from.sharedDepth($to.pos);
  for (let depth = shared; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name === "table") return null;
    if (!LISTS.has(node.type.name)) continue;
    return { list: node, at: $from.before(depth), first: $from.index(depth), last: $to.index(depth) };
  }
  return null;
}

/** Makes the item at `at` one of `type`. A task begins with a paragraph. */
function convert(tr: Transaction, at: number, type: NodeType): void {
  const item = tr.doc.nodeAt(at);
  if (!item || item.type === type) return;
  const { paragraph } = type.schema.nodes;
  if (type.name === "taskItem" && item.firstChild?.type !== paragraph && paragraph) {
    tr.insert(at + 1, paragraph.create());
  }
  tr.setNodeMarkup(at, type);
}

/** Makes the list at `at` one of kind `listType`, with the items from `first` to `last` of kind `itemType`. */
function remake(
  tr: Transaction,
  at: number,
  listType: NodeType,
  itemType: NodeType,
  from: number,
  to: number,
) {
  const { bulletList, taskList } = listType.schema.nodes;
  const list = tr.doc.nodeAt(at);
  if (!list || !bulletList || !taskList) return;
  // A task list takes no plain items, so it is a bullet list while they change.
  if (list.type === taskList) tr.setNodeMarkup(at, bulletList, list.attrs);
  let place = at + 1;
  for (let index = 0; index < list.childCount; index += 1) {
    if (index >= from && index <= to) convert(tr, place, itemType);
    place += tr.doc.nodeAt(place)?.nodeSize ?? 0;
  }
  const now = tr.doc.nodeAt(at) as Node;
  const onlyTasks = now.children.every((item) => item.type.name === "taskItem");
  const wanted = listType === taskList && !onlyTasks ? bulletList : listType;
  if (now.type !== wanted) tr.setNodeMarkup(at, wanted, { tight: list.attrs.tight });
}

/**
 * A command. In a list of another kind it changes the list, and for tasks only the items that are selected; in a list
 * of this kind it takes the items out; elsewhere it makes a list of the blocks that are selected.
 */
export function toggleItems(listName: ListName, itemName: ItemName) {
  return (props: CommandProps): boolean => {
    const { tr, commands, state, dispatch } = props;
    const around = listAround(props);
    const listType = state.schema.nodes[listName];
    const itemType = state.schema.nodes[itemName];
    if (!listType || !itemType) return false;
    if (!around) return commands.toggleList(listName, itemName);
    const { list, at, first, last } = around;
    const chosen = list.children.slice(first, last + 1);
    const alike = chosen.every((item) => item.type === itemType);
    const same = list.type === listType || (listName === "taskList" && list.type.name === "bulletList");
    if (same && alike) return commands.liftListItem(itemName);
    if (!dispatch) return true;
    if (listName === "taskList" && list.type.name !== "taskList") {
      remake(tr, at, list.type.name === "bulletList" ? listType : list.type, itemType, first, last);
    } else if (listName === "bulletList" && list.type.name === "bulletList") {
      remake(tr, at, listType, itemType, first, last);
    } else remake(tr, at, listType, itemType, 0, list.childCount - 1);
    return true;
  };
}

/** A command: the selected items go into a list at the end of the item before them. */
export function indentItems(props: CommandProps): boolean {
  const { tr, dispatch } = props;
  const around = listAround(props);
  if (!around) return false;
  // Nothing to go into; the key is still the list's, for the focus must not leave the text.
  if (around.first === 0 || !dispatch) return true;
  const { list, at, first, last } = around;
  const sizes = list.children.map((item) => item.nodeSize);
  const sum = (until: number) => sizes.slice(0, until).reduce((whole, size) => whole + size, at + 1);
  const from = sum(first);
  const items = Fragment.fromArray(list.children.slice(first, last + 1));
  const { anchor, head } = tr.selection;
  const inner = list.child(first - 1).lastChild;
  tr.delete(from, sum(last + 1));
  let place = from - 1;
  if (inner && LISTS.has(inner.type.name)) {
    place -= 1;
    const { bulletList } = list.type.schema.nodes;
    if (!inner.type.validContent(inner.content.append(items))) {
      tr.setNodeMarkup(place - inner.nodeSize + 1, bulletList, inner.attrs);
    }
    tr.insert(place, items);
  } else {
    tr.insert(place, listOf(list, items));
    place += 1;
  }
  const moved = place - from;
  tr.setSelection(TextSelection.create(tr.doc, anchor + moved, head + moved)).scrollIntoView();
  return true;
}

/** A list of the kind of `list` around `items`, or the kind that takes them. */
function listOf(list: Node, items: Fragment): Node {
  const { bulletList, taskList } = list.type.schema.nodes;
  const onlyTasks = items.content.every((item) => item.type.name === "taskItem");
  const type = list.type.name === "orderedList" ? list.type : onlyTasks ? taskList : bulletList;
  return (type ?? list.type).create({ tight: list.attrs.tight }, items);
}
