/**
 * Every command of the window, with its words and its keys: the palette, the list of keys and the keys themselves take
 * theirs from here. What always holds: a chord means the command that was added last among those that can be done now.
 */
import type { Component } from "svelte";
import type { Key } from "./i18n/index.svelte";
import { wanted } from "./keys";

export interface Command {
  id: string;
  label: Key;
  icon: Component<{ class?: string }>;
  /** The chord, as `written` takes it. */
  keys?: string;
  /** Whether the text itself hears the chord: it is only shown. */
  heard?: boolean;
  /** Whether it can be done now; always, where nothing is said. */
  can?: () => boolean;
  run: () => void;
}

export class CommandList {
  #sets = $state.raw<(() => Command[])[]>([]);

  /** Adds commands for as long as a view stands; the answer takes them away. */
  add(commands: () => Command[]): () => void {
    this.#sets = [commands, ...this.#sets];
    return () => {
      this.#sets = this.#sets.filter((one) => one !== commands);
    };
  }

  get all(): Command[] {
    return this.#sets.flatMap((commands) => commands());
  }

  get possible(): Command[] {
    return this.all.filter((command) => command.can?.() ?? true);
  }

  /** Runs what the keys mean now. Whether they mean anything. */
  press(event: KeyboardEvent): boolean {
    const meant = this.possible.find(({ keys, heard }) => keys && !heard && wanted(event, keys));
    meant?.run();
    return meant !== undefined;
  }
}
