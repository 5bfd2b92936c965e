/**
 * Bold, italic and strike. A mark may lie inside its own kind, with another `nest`; turning one off removes all of
 * its kind. Pasted text stays as it is: asterisks in it are asterisks.
 */
import { Bold as OfficialBold } from "@tiptap/extension-bold";
import { Italic as OfficialItalic } from "@tiptap/extension-italic";
import { Strike as OfficialStrike } from "@tiptap/extension-strike";
import { nest } from "./attributes";

const nests = {
  excludes: "",
  addAttributes: () => nest,
  addPasteRules: () => [],
};

export const Bold = OfficialBold.extend(nests);
export const Italic = OfficialItalic.extend(nests);
export const Strike = OfficialStrike.extend(nests);
