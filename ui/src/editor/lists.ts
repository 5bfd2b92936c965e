/** Lists that know whether a blank line stands between their items: Markdown calls them loose, else tight. */
import { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } from "@tiptap/extension-list";

const tight = { tight: { default: true, rendered: false, keepOnSplit: true } };

const TightBulletList = BulletList.extend({
  addAttributes() {
    return { ...this.parent?.(), ...tight };
  },
});

const TightOrderedList = OrderedList.extend({
  addAttributes() {
    return { ...this.parent?.(), ...tight };
  },
});

const TightTaskList = TaskList.extend({
  addAttributes() {
    return { ...this.parent?.(), ...tight };
  },
});

export const lists = [
  TightBulletList,
  TightOrderedList,
  ListItem,
  TightTaskList,
  TaskItem.configure({ nested: true }),
  ListKeymap,
];
