/**
 * Pasting: HTML from anywhere comes in as clean structure, images go to the window, an address becomes a link, and
 * text stays text. With Shift everything is text.
 */
import { Extension } from "@tiptap/core";
import { Fragment, type Node, Slice } from "@tiptap/pm/model";
import { type EditorState, Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import { isInTable } from "@tiptap/pm/tables";
import type { EditorView } from "@tiptap/pm/view";
import { freeLabel } from "../footnotes";
import { isSafeLink } from "../link";
import { clean, LONGEST_HTML, withoutImageData } from "./clean";

const IMAGES = /^image\//;

/** Characters of text that are pasted at once; more would keep the window from answering for seconds. */
const LONGEST_TEXT = 1_500_000;

/** What another post or this one put on the clipboard is as it should be already. */
const isOurs = (html: string): boolean => /<[^>]*\bdata-pm-slice=/.test(html);

const images = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter((file) => IMAGES.test(file.type));

/** Whether the HTML says nothing but the image that is there as a file too. */
function onlyImages(data: DataTransfer): boolean {
  const html = data.getData("text/html");
  if (html === "") return data.getData("text/plain").trim() === "";
  const { body } = new DOMParser().parseFromString(withoutImageData(html).slice(0, 100_000), "text/html");
  return (body.textContent ?? "").trim() === "" && body.querySelector("img") !== null;
}

/** Notes that came along go to the end of the text, the rest to the caret. */
function withNotes(tr: Transaction, slice: Slice): boolean {
  const notes: Node[] = [];
  const rest: Node[] = [];
  slice.content.forEach((node) => {
    (node.type.name === "footnoteDefinition" ? notes : rest).push(node);
  });
  if (notes.length === 0 || rest.length === 0) return false;
  tr.replaceSelection(Slice.maxOpen(Fragment.fromArray(rest)));
  const { selection } = tr;
  tr.insert(tr.doc.content.size, notes).setSelection(
    selection.map(tr.doc, tr.mapping.slice(tr.steps.length)),
  );
  tr.scrollIntoView();
  return true;
}

/** A cell takes one line: blocks become lines with breaks between. */
function intoCell(tr: Transaction, { schema }: EditorState, slice: Slice): boolean {
  const lines: Fragment[] = [];
  let table = false;
  slice.content.descendants((node) => {
    if (node.type.spec.tableRole) table = true;
    if (!node.isTextblock) return !table;
    lines.push(node.type.spec.code ? Fragment.from(schema.text(node.textContent || " ")) : node.content);
    return false;
  });
  const rest = slice.content.firstChild;
  if (table || lines.length < 2 || !rest) return false;
  const hardBreak = schema.nodes.hardBreak?.create();
  const line = lines.reduce((whole, next) =>
    whole.append(hardBreak ? Fragment.from(hardBreak) : Fragment.empty).append(next),
  );
  tr.replaceSelection(new Slice(line, 0, 0)).scrollIntoView();
  return true;
}

/** An address alone is a link to itself. */
function address(tr: Transaction, state: EditorState, text: string): boolean {
  const href = text.trim();
  const link = state.schema.marks.link;
  if (!link || !state.selection.empty || !/^https?:\/\/[^\s<>]{3,2000}$/i.test(href) || !isSafeLink(href))
    return false;
  tr.replaceSelectionWith(state.schema.text(href, [link.create({ href, auto: "bare" })]), false);
  tr.removeStoredMark(link).scrollIntoView();
  return true;
}

function paste(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  const { state } = view;
  const data = event.clipboardData;
  if (!data || state.selection.$from.parent.type.spec.code) return false;
  const { tr } = state;
  const text = data.getData("text/plain");
  const one = slice.content.childCount === 1 && slice.content.firstChild?.textContent === text.trim();
  const done =
    (isInTable(state) && intoCell(tr, state, slice)) ||
    (!isOurs(data.getData("text/html")) && withNotes(tr, slice)) ||
    (one && address(tr, state, text));
  if (done) view.dispatch(tr.setMeta("paste", true).setMeta("uiEvent", "paste"));
  return done;
}

export const Paste = Extension.create({
  name: "pasting",
  // After the link that is pasted over a selection.
  priority: 90,

  addProseMirrorPlugins() {
    const { editor } = this;
    const asText = (view: EditorView, text: string, event: ClipboardEvent) => {
      if (text.length > LONGEST_TEXT) editor.storage.layers.state.notice = "write.pasteTooLong";
      else view.pasteText(text, event);
      return true;
    };
    const take = (files: File[]) => {
      const { onImages } = editor.storage.hooks;
      if (files.length === 0 || !onImages) return false;
      onImages(files);
      return true;
    };
    return [
      new Plugin({
        key: new PluginKey("pasting"),
        props: {
          transformPastedHTML: (html, view) =>
            isOurs(html) ? html : clean(html, Number(freeLabel(view.state.doc))),
          handlePaste: paste,
          handleDrop: (_view, event) => {
            if (!take(images(event.dataTransfer))) return false;
            event.preventDefault();
            return true;
          },
          handleDOMEvents: {
            paste: (view, event) => {
              const data = event.clipboardData;
              if (!data) return false;
              const files = images(data);
              const handled =
                (files.length > 0 && onlyImages(data) && take(files)) ||
                (isTooLong(data) && asText(view, data.getData("text/plain"), event));
              if (handled) event.preventDefault();
              return handled;
            },
          },
        },
      }),
    ];
  },
});

function isTooLong(data: DataTransfer): boolean {
  const html = data.getData("text/html");
  return (
    data.getData("text/plain").length > LONGEST_TEXT ||
    (html.length > LONGEST_HTML && withoutImageData(html).length > LONGEST_HTML)
  );
}
