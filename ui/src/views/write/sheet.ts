/** What a text is written on: the rich editor or the Markdown source. The desk saves either in the same way. */
import type { Backend } from "../../api/backend";
import type { PostView, SaveResult, TypedText } from "../../api/types";
import type { Place } from "./places";

/** What stands around the text that is saved. */
export interface Head {
  id: string;
  revision: number;
  title: string;
}

export interface Sheet {
  /** The post that is on it. */
  readonly id: string | null;
  /** The text in words, for the clipboard. */
  readonly text: string;
  /** The whole text as it stands, for a file elsewhere. */
  readonly typed: Omit<TypedText, "title">;
  /** Shows a post, with an undo history of its own. Throws where it cannot be shown. */
  show(post: PostView): void;
  /** Brings another state of its post in, under what was typed since the last save. */
  take(post: PostView): void;
  /** Whether this state of its post says the same as the last one that it was given or saved. */
  knows(post: PostView): boolean;
  /** Saves the text as it stands. Typing meanwhile is left for the next save; where it fails, nothing is lost. */
  save(backend: Backend, head: Head): Promise<SaveResult>;
  /** Counts the words: yields now and then, and gives the count at last. */
  count(): Generator<undefined, number>;
  /** Where the caret and the window's upper edge stand in the Markdown text. */
  place(markdown: string): Place;
  /** Goes there, and takes the focus. */
  goTo(markdown: string, place: Place): void;
}

/** What a sheet tells the desk. */
export interface Heard {
  /** The author typed. */
  typed(): void;
  /** The text changed, by the author or from outside. */
  changed(): void;
}
