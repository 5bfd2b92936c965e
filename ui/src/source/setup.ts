/** CodeMirror as the place to write Markdown: one column of soft-wrapped text, in the look of the window. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import type { Language } from "../api/types";
import { french } from "./phrases";

/** Keys that belong to the window. */
const WINDOWS = new Set(["Mod-Enter", "Mod-/", "Shift-Mod-k", "Mod-i", "Alt-A", "Ctrl-m"]);
const ours = (bindings: readonly KeyBinding[]) =>
  bindings.filter((binding) => !WINDOWS.has(binding.key ?? ""));

/** What changes with the window's language and the post's. */
export const words = new Compartment();

export interface Words {
  label: string;
  window: Language;
  post: Language;
}

export function wordsOf({ label, window, post }: Words): Extension {
  return [
    EditorState.phrases.of(window === "fr" ? french : {}),
    EditorView.contentAttributes.of({
      "aria-label": label,
      lang: post,
      spellcheck: "true",
      autocorrect: "on",
      autocapitalize: "sentences",
    }),
  ];
}

/** The page's style nonce: the window's policy takes no other style than files and what carries it. */
const nonce = (): string => document.querySelector<HTMLStyleElement>("style[nonce]")?.nonce ?? "";

/** All but the text. `separator` is the line end that is kept and typed. */
export function setup(separator: string, spoken: Words, heard: Extension): Extension {
  return [
    EditorState.lineSeparator.of(separator),
    EditorView.cspNonce.of(nonce()),
    EditorView.lineWrapping,
    history(),
    drawSelection(),
    dropCursor(),
    highlightSpecialChars(),
    search({ top: true }),
    highlightSelectionMatches(),
    // Blocks of code are shown, not read: their languages would weigh more than the editor.
    markdown({ base: markdownLanguage, completeHTMLTags: false, pasteURLAsLink: false }),
    syntaxHighlighting(classHighlighter),
    keymap.of(ours([...searchKeymap, ...historyKeymap, ...defaultKeymap])),
    words.of(wordsOf(spoken)),
    heard,
  ];
}
