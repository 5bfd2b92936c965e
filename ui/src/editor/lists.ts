/**
 * Lists that know whether a blank line stands between their items: Markdown calls them loose, else tight. A list
 * may mix plain items and tasks; a task list is one in which every item is a task.
 */
import {
  BulletList as OfficialBulletList,
  ListItem as OfficialListItem,
  ListKeymap as OfficialListKeymap,
  OrderedList as OfficialOrderedList,
  TaskItem as OfficialTaskItem,
  TaskList as OfficialTaskList,
} from "@tiptap/extension-list";
import { t } from "../i18n/index.svelte";

const MOST = 999_999_999;
const MIXED = "(listItem | taskItem)+";
const tight = {
  tight: {
    default: true,
    validate: "boolean",
    keepOnSplit: true,
    parseHTML: (element: HTMLElement) => element.getAttribute("data-tight") !== "false",
    renderHTML: (attributes: Record<string, unknown>) =>
      attributes.tight === false ? { "data-tight": "false" } : {},
  },
};

const BulletList = OfficialBulletList.extend({
  content: MIXED,
  addAttributes: () => tight,
});

const OrderedList = OfficialOrderedList.extend({
  content: MIXED,
  addAttributes() {
    return {
      start: {
        default: 1,
        validate: "number",
        parseHTML: (element) => {
          const start = Number.parseInt(element.getAttribute("start") ?? "", 10);
          return start >= 0 && start <= MOST ? start : 1;
        },
      },
      ...tight,
    };
  },
  // What is pasted as plain text stays text.
  addProseMirrorPlugins: () => [],
});

const TaskList = OfficialTaskList.extend({
  addAttributes: () => tight,
});

const ListItem = OfficialListItem.extend({ content: "block+" });

const TaskItem = OfficialTaskItem.configure({
  nested: true,
  HTMLAttributes: { "data-type": "taskItem" },
  a11y: { checkboxLabel: (node) => t("editor.task", { text: node.firstChild?.textContent ?? "" }) },
});

const ListKeymap = OfficialListKeymap.configure({
  listTypes: [
    { itemName: "listItem", wrapperNames: ["bulletList", "orderedList"] },
    { itemName: "taskItem", wrapperNames: ["taskList", "bulletList", "orderedList"] },
  ],
});

export const lists = [BulletList, OrderedList, ListItem, TaskList, TaskItem, ListKeymap];
