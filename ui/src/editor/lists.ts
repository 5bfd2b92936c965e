/**
 * Lists that know whether a blank line stands between their items: Markdown calls them loose, else tight. A list
 * may mix plain items and tasks; a task list is one in which every item is a task.
 */

import { Extension, InputRule } from "@tiptap/core";
import {
  BulletList as OfficialBulletList,
  ListItem as OfficialListItem,
  ListKeymap as OfficialListKeymap,
  OrderedList as OfficialOrderedList,
  TaskItem as OfficialTaskItem,
  TaskList as OfficialTaskList,
} from "@tiptap/extension-list";
import { t } from "../i18n/index.svelte";
import { indentItems, toggleItems } from "./listToggle";

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
  addCommands: () => ({ toggleBulletList: () => toggleItems("bulletList", "listItem") }),
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
  addCommands: () => ({ toggleOrderedList: () => toggleItems("orderedList", "listItem") }),
  // What is pasted as plain text stays text.
  addProseMirrorPlugins: () => [],
});

const TaskList = OfficialTaskList.extend({
  addAttributes: () => tight,
  addCommands: () => ({ toggleTaskList: () => toggleItems("taskList", "taskItem") }),
});

const ListItem = OfficialListItem.extend({ content: "block+" });

const TaskItem = OfficialTaskItem.extend({
  addInputRules() {
    return [
      new InputRule({
        find: /^\s*\[([ xX]?)\]\s$/,
        handler: ({ range, match, chain }) => {
          const checked = match[1]?.toLowerCase() === "x";
          const done = chain()
            .deleteRange(range)
            .command(toggleItems("taskList", "taskItem"))
            .updateAttributes("taskItem", { checked })
            .run();
          return done ? undefined : null;
        },
      }),
    ];
  },
}).configure({
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

/** Items of both kinds move in alike. */
const ListKeys = Extension.create({
  name: "listKeys",
  priority: 150,
  addKeyboardShortcuts() {
    return { Tab: () => this.editor.commands.command(indentItems) };
  },
});

export const lists = [ListKeys, BulletList, OrderedList, ListItem, TaskList, TaskItem, ListKeymap];
