/** The shapes that cross to the shell: generated from Rust (`make types`), under the names that the window uses. */
import type { ActorView } from "./generated/ActorView";
import type { ErrorReport } from "./generated/ErrorReport";
import type { FindingView } from "./generated/FindingView";
import type { PostRow } from "./generated/PostRow";
import type { RevisionRow } from "./generated/RevisionRow";

export type { Attached } from "./generated/Attached";
export type { AttachmentView } from "./generated/AttachmentView";
export type { BackupRow } from "./generated/BackupRow";
export type { BlockChange } from "./generated/BlockChange";
export type { BlogView } from "./generated/BlogView";
export type { CaptureRow } from "./generated/CaptureRow";
export type { CategoryView } from "./generated/CategoryView";
export type { CheckRow } from "./generated/CheckRow";
export type { ComparisonView } from "./generated/ComparisonView";
export type { ConflictView } from "./generated/ConflictView";
export type { ExportOrder } from "./generated/ExportOrder";
export type { ExportPlan } from "./generated/ExportPlan";
export type { ExportRow } from "./generated/ExportRow";
export type { FolderView } from "./generated/FolderView";
export type { HistoryPage } from "./generated/HistoryPage";
export type { HoldView } from "./generated/HoldView";
export type { KeyRow } from "./generated/KeyRow";
export type { Language } from "./generated/Language";
export type { LibraryView } from "./generated/LibraryView";
export type { LineComparison } from "./generated/LineComparison";
export type { LinkTarget } from "./generated/LinkTarget";
export type { ListOrder } from "./generated/ListOrder";
export type { ListPage } from "./generated/ListPage";
export type { ListRequest } from "./generated/ListRequest";
export type { NewHold } from "./generated/NewHold";
export type { OutboxRow } from "./generated/OutboxRow";
export type { PairRow } from "./generated/PairRow";
export type { PdfDetail } from "./generated/PdfDetail";
export type { PdfNote } from "./generated/PdfNote";
export type { PdfView } from "./generated/PdfView";
export type { PlannedExport } from "./generated/PlannedExport";
export type { PostView } from "./generated/PostView";
export type { PublicationView } from "./generated/PublicationView";
export type { RecordFilter } from "./generated/RecordFilter";
export type { RecordPage } from "./generated/RecordPage";
export type { RecordRow } from "./generated/RecordRow";
export type { RepairView } from "./generated/RepairView";
export type { RuleView } from "./generated/RuleView";
export type { SavedSearchRow } from "./generated/SavedSearchRow";
export type { SaveResult } from "./generated/SaveResult";
export type { SearchHit } from "./generated/SearchHit";
export type { SearchQuery } from "./generated/SearchQuery";
export type { SearchResult } from "./generated/SearchResult";
export type { SelectionRequest } from "./generated/SelectionRequest";
export type { Settings } from "./generated/Settings";
export type { TaskFinished } from "./generated/TaskFinished";
export type { TaskProgress } from "./generated/TaskProgress";
export type { Theme } from "./generated/Theme";
export type { TypedText } from "./generated/TypedText";
export type { VerifyReport } from "./generated/VerifyReport";
export type { VerifySet } from "./generated/VerifySet";
export type { VersionRow } from "./generated/VersionRow";
export type { WordChange } from "./generated/WordChange";
export type { PostRow, RevisionRow };

export type Actor = ActorView;
export type AppError = ErrorReport;
export type Finding = FindingView;
export type Status = PostRow["status"];
export type Origin = RevisionRow["origin"];

/** A node of a document as TipTap writes it. Only Rust turns it into Markdown. */
export interface DocNode {
  type: string;
  attrs?: Record<string, unknown>;
  content?: DocNode[];
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  text?: string;
}
