/**
 * Lists that open while one types: `/` for what can be put in, `[[` for what can be linked. The caret stays in the
 * text; the list is a listbox that the text points to.
 */
import { type Editor, Extension, type Range } from "@tiptap/core";
import type { ResolvedPos } from "@tiptap/pm/model";
import { PluginKey } from "@tiptap/pm/state";
import { exitSuggestion, Suggestion } from "@tiptap/suggestion";
import type { Component } from "svelte";
import type { Key } from "../i18n/index.svelte";

export interface Choice {
  id: string;
  label: string;
  /** Stands behind the label: keys, or where a link leads. */
  note?: string;
  lang?: string;
  icon: Component;
  choose: (editor: Editor, range: Range) => void;
}

/** The state of one list, for the window to show. */
export class Suggestions {
  open = $state(false);
  items = $state.raw<Choice[]>([]);
  index = $state(0);
  /** Where the list belongs, in the window's coordinates. */
  rect = $state.raw<() => DOMRect | null>(() => null);
  #choose: ((choice: Choice) => void) | null = null;

  constructor(
    readonly label: Key,
    readonly empty: Key | null,
  ) {}

  show(
    items: Choice[],
    rect: (() => DOMRect | null) | null | undefined,
    choose: (choice: Choice) => void,
  ): void {
    if (this.items[this.index]?.id !== items[this.index]?.id) this.index = 0;
    this.items = items;
    this.rect = rect ?? (() => null);
    this.#choose = choose;
    this.open = items.length > 0 || this.empty !== null;
  }

  hide(): void {
    this.open = false;
    this.items = [];
    this.index = 0;
    this.#choose = null;
  }

  choose(index = this.index): void {
    const choice = this.items[index];
    if (choice) this.#choose?.(choice);
  }

  /** Whether the key was for the list. */
  key(event: KeyboardEvent): boolean {
    const count = this.items.length;
    if (!this.open || count === 0 || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "ArrowDown") this.index = (this.index + 1) % count;
    else if (event.key === "ArrowUp") this.index = (this.index + count - 1) % count;
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.choose();
    else return false;
    return true;
  }
}

export interface SuggestOptions {
  name: "slash" | "linkTargets";
  /** What before the caret opens the list; its last group is the query. */
  find: RegExp;
  items: (query: string, editor: Editor) => Choice[] | Promise<Choice[]>;
  state: Suggestions;
  debounce?: number;
}

declare module "@tiptap/core" {
  interface Storage {
    slash: { list: Suggestions };
    linkTargets: { list: Suggestions };
  }
}

const LONGEST = 120;

/** The text before the caret that opens a list, if it does. */
function match($position: ResolvedPos, find: RegExp) {
  const { parent, parentOffset, pos } = $position;
  if (parent.type.spec.code || !parent.inlineContent) return null;
  if ($position.marks().some((mark) => mark.type.spec.code)) return null;
  const before = parent.textBetween(Math.max(0, parentOffset - LONGEST), parentOffset, "\n", "\ufffc");
  const found = find.exec(before);
  const text = found?.[1];
  const query = found?.[2];
  if (text === undefined || query === undefined) return null;
  return { range: { from: pos - text.length, to: pos }, query, text };
}

export function suggest({ name, find, items, state, debounce = 0 }: SuggestOptions) {
  const pluginKey = new PluginKey(name);
  return Extension.create({
    name,
    // Before every other key of the text.
    priority: 1100,
    addStorage: () => ({ list: state }),

    addProseMirrorPlugins() {
      const { editor } = this;
      let active = false;
      return [
        Suggestion<Choice, Choice>({
          editor,
          pluginKey,
          debounce,
          findSuggestionMatch: ({ $position }) => match($position, find),
          // A list opens by typing, not where the caret happens to pass. `allow` is asked first.
          allow: ({ isActive }) => {
            active = isActive ?? false;
            return true;
          },
          shouldShow: ({ transaction }) =>
            active || (transaction.docChanged && !transaction.getMeta("paste")),
          items: ({ query }) => items(query, editor),
          command: ({ range, props }) => props.choose(editor, range),
          render: () => ({
            onUpdate: ({ items: found, loading, clientRect, command }) => {
              if (!loading) state.show(found, clientRect, command);
            },
            onExit: () => state.hide(),
            onKeyDown: ({ event }) => state.key(event),
          }),
        }),
      ];
    },

    onBlur() {
      if (state.open) exitSuggestion(this.editor.view, pluginKey);
    },
  });
}
