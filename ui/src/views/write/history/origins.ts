/** How a revision came to be: its icon and its words. */
import CloudDownload from "@lucide/svelte/icons/cloud-download";
import FileInput from "@lucide/svelte/icons/file-input";
import GitMerge from "@lucide/svelte/icons/git-merge";
import PenLine from "@lucide/svelte/icons/pen-line";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import type { Origin } from "../../../api/types";
import type { Key } from "../../../i18n/index.svelte";

export const origins: Record<Origin, { Icon: typeof PenLine; key: Key; word: Key }> = {
  editor: { Icon: PenLine, key: "history.editor", word: "history.inEditor" },
  file: { Icon: FileInput, key: "history.file", word: "history.inFile" },
  remote: { Icon: CloudDownload, key: "history.remote", word: "history.fromBlog" },
  restore: { Icon: RotateCcw, key: "history.restore", word: "history.restored" },
  merge: { Icon: GitMerge, key: "history.merge", word: "history.merged" },
};
