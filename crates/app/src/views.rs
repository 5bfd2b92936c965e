//! What is handed to the window and to `--json`: plain values, times in RFC 3339 UTC, ids as text.

use fonds_markdown::Document;

use crate::Language;
use crate::settings::ActorView;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ListOrder {
    /// The newest text first.
    #[default]
    Newest,
    /// The oldest text first.
    Oldest,
    /// By title in the user's language, where there is one.
    Title,
}

/// Derives what every view has.
macro_rules! view {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "camelCase")]
        #[ts(export)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
    )* };
}
pub(crate) use view;

view! {
    /// An open library.
    LibraryView {
        /// Its folder.
        path: String,
        /// Its name.
        name: String,
        /// The series that the next export belongs to.
        series: String,
        /// The next export's place in it.
        next_sequence: u32,
        /// Its blogs.
        blogs: Vec<BlogView>,
        /// The network file system that it lies on, by name: one program at a time has it open. None on a disk of this
        /// computer.
        network: Option<String>,
    }
    /// A configured blog.
    BlogView {
        /// Its id.
        id: String,
        /// Its connector.
        kind: String,
        /// Its name.
        name: String,
        /// Its address, where it has one.
        url: Option<String>,
    }
    /// A row of the list: a pair, or a post alone.
    PairRow {
        /// The pair's id.
        pair_id: String,
        /// When either text last changed.
        updated_at: String,
        /// The post by which it is listed: one that meets the conditions.
        found: String,
        /// English first.
        posts: Vec<PostRow>,
    }
    /// What part of the list is wanted.
    #[derive(Default)]
    ListRequest {
        /// Which posts; words are no condition here.
        conditions: SearchQuery,
        /// In which order.
        order: ListOrder,
        /// Where the page before ended, as that page said; none for the first.
        after: Option<String>,
        /// How many rows at most.
        limit: u32,
    }
    /// A part of the list.
    ListPage {
        /// Its rows; there may be fewer than asked for, even none, where more follow.
        rows: Vec<PairRow>,
        /// Where the next page begins; none at the end.
        next: Option<String>,
        /// How many rows the list has: said with the first page, and not under conditions.
        #[ts(type = "number | null")]
        total: Option<u64>,
    }
    /// A post in a list.
    PostRow {
        /// Its id.
        id: String,
        /// Its language.
        language: Language,
        /// Its title.
        title: String,
        /// Its slug.
        slug: String,
        /// `draft`, `approved`, `scheduled`, `published` or `withdrawn`.
        #[ts(type = "\"draft\" | \"approved\" | \"scheduled\" | \"published\" | \"withdrawn\"")]
        status: String,
        /// When its text last changed.
        updated_at: String,
        /// Whether two texts wait for a decision.
        conflict: bool,
        /// Whether its file has vanished.
        missing: bool,
        /// When it was put into the trash.
        trashed_at: Option<String>,
        /// Where a search found it; matches stand between U+0002 and U+0003.
        snippet: Option<String>,
    }
    /// A post, open.
    PostView {
        /// Its id.
        id: String,
        /// Its pair's id.
        pair_id: String,
        /// Its language.
        language: Language,
        /// Its title.
        title: String,
        /// Its slug.
        slug: String,
        /// See [`PostRow`].
        #[ts(type = "\"draft\" | \"approved\" | \"scheduled\" | \"published\" | \"withdrawn\"")]
        status: String,
        /// The text as TipTap JSON.
        #[ts(type = "import(\"../types\").DocNode")]
        doc: Document,
        /// The number under which the window's desk holds `doc`; absent where nobody does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        held: Option<u32>,
        /// The text as Markdown, without front matter.
        markdown: String,
        /// The head's number; 0 until the first revision is sealed.
        revision: u32,
        /// Whether there is text that no revision holds yet.
        unsealed: bool,
        /// When the text last reached the database.
        saved_at: String,
        /// Its file, relative to the library.
        file: Option<String>,
        /// Whether that file has vanished.
        missing: bool,
        /// The text in the other language.
        counterpart: Option<Counterpart>,
        /// The categories it is filed under, by id.
        categories: Vec<String>,
        /// Its PDFs.
        attachments: Vec<AttachmentView>,
        /// Its newest revisions, at most 20, the newest first.
        history: Vec<RevisionRow>,
        /// How many revisions it has.
        revisions: u32,
        /// Where it is public.
        publications: Vec<PublicationView>,
        /// The other text, where two wait for a decision.
        conflict: Option<ConflictView>,
    }
    /// The text in the other language.
    Counterpart {
        /// Its id.
        id: String,
        /// Its language.
        language: Language,
        /// Its title.
        title: String,
        /// See [`PostRow`].
        #[ts(type = "\"draft\" | \"approved\" | \"scheduled\" | \"published\" | \"withdrawn\"")]
        status: String,
    }
    /// A post after files were attached to it.
    Attached {
        /// The post.
        post: PostView,
        /// What the files are called in `attachments/`, in their order.
        names: Vec<String>,
    }
    /// Something that a link can lead to.
    LinkTarget {
        /// `post` or `pdf`.
        #[ts(type = "\"post\" | \"pdf\"")]
        kind: String,
        /// Its title, or the file's name.
        title: String,
        /// Its address as it stands in the Markdown.
        href: String,
        /// A post's language.
        language: Option<Language>,
    }
    /// A PDF or an image of a post.
    AttachmentView {
        /// Its id.
        id: String,
        /// Its file name.
        name: String,
        /// Its version, from 1.
        version: u32,
        /// Its size in bytes.
        #[ts(type = "number")]
        size: u64,
        /// The bytes' digest.
        sha256: String,
        /// When this version came.
        added_at: String,
        /// What was read from a PDF; none while it is unread, and of an image.
        pdf: Option<PdfView>,
    }
    /// What a PDF says of itself.
    PdfView {
        /// The version of the format, such as `1.7`.
        version: String,
        /// How many pages.
        pages: u32,
        /// How many of them have text.
        pages_with_text: u32,
        /// Its title.
        title: Option<String>,
        /// Its language, a tag as it stands in the file.
        language: Option<String>,
        /// Whether it is encrypted.
        encrypted: bool,
        /// The kind of PDF/A that it claims to be.
        pdfa: Option<String>,
        /// Whether it claims to be tagged.
        tagged: bool,
        /// Whether it carries JavaScript, which is never run.
        scripts: bool,
        /// Headings among its tags.
        headings: u32,
        /// Tables among its tags.
        tables: u32,
        /// Figures among its tags.
        figures: u32,
        /// Figures without a text that says what they show.
        undescribed: u32,
        /// How its reading ended: `whole`, `locked`, `unreadable`, `toomuch`, `tooslow` or `broken`.
        #[ts(type = "\"whole\" | \"locked\" | \"unreadable\" | \"toomuch\" | \"tooslow\" | \"broken\"")]
        ending: String,
        /// The same in plain words, in the user's language: warnings first.
        notes: Vec<PdfNote>,
    }
    /// Something that readers of a PDF meet.
    PdfNote {
        /// A stable word for it, such as `not_tagged`.
        code: String,
        /// `warning`, `note` or `good`.
        #[ts(type = "\"warning\" | \"note\" | \"good\"")]
        severity: String,
        /// What it is.
        title: String,
        /// What that means, or to what.
        detail: String,
    }
    /// A version of an attached PDF, with all that is shown beside it.
    PdfDetail {
        /// The version itself.
        attachment: AttachmentView,
        /// Its path in the library.
        path: String,
        /// Every version, the newest first.
        versions: Vec<PdfVersionRow>,
        /// The posts that have it now.
        used_in: Vec<PostRow>,
    }
    /// A version of an attached PDF, in a list.
    PdfVersionRow {
        /// 1, 2, 3 …
        version: u32,
        /// Its size in bytes.
        #[ts(type = "number")]
        size: u64,
        /// When it came.
        added_at: String,
        /// Who brought it.
        actor: ActorView,
        /// How many pages; none while it is unread.
        pages: Option<u32>,
    }
    /// What is searched for. Whatever is absent is no condition.
    #[derive(Default)]
    SearchQuery {
        /// Words and “phrases”; the last word is a beginning.
        words: String,
        /// Filed under this category, an id or a path, or below it.
        #[serde(default)]
        category: Option<String>,
        /// In this language.
        #[serde(default)]
        language: Option<Language>,
        /// See [`PostRow`].
        #[serde(default)]
        #[ts(type = "\"draft\" | \"approved\" | \"scheduled\" | \"published\" | \"withdrawn\" | null")]
        status: Option<String>,
        /// With a revision by somebody whose name or e-mail has this in it.
        #[serde(default)]
        author: Option<String>,
        /// Last changed at this time or later, RFC 3339.
        #[serde(default)]
        since: Option<String>,
        /// Last changed before this time, RFC 3339.
        #[serde(default)]
        before: Option<String>,
        /// With a PDF, or without one.
        #[serde(default)]
        pdf: Option<bool>,
        /// Under a hold in force, or under none.
        #[serde(default)]
        held: Option<bool>,
        /// Also in earlier revisions.
        #[serde(default)]
        revisions: bool,
    }
    /// A search under a name.
    SavedSearchRow {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// What it asks; the category by id.
        query: SearchQuery,
    }
    /// What a search found.
    SearchResult {
        /// The best first.
        hits: Vec<SearchHit>,
        /// Whether there is more than is given, or than was looked through.
        more: bool,
    }
    /// A post that a search found. Matches stand between U+0002 and U+0003.
    SearchHit {
        /// The post; its snippet is empty where only a PDF or a revision has the words.
        post: PostRow,
        /// Its title with matches marked.
        title: String,
        /// Pages of its PDFs.
        pages: Vec<PageHitView>,
        /// The newest earlier revision that has the words.
        revision: Option<RevisionHitView>,
    }
    /// A page that a search found.
    PageHitView {
        /// The PDF.
        attachment_id: String,
        /// Its version.
        version: u32,
        /// Its file name.
        name: String,
        /// The page, from 1.
        page: u32,
        /// A few words around the match.
        snippet: String,
    }
    /// An earlier revision that a search found.
    RevisionHitView {
        /// Its number.
        number: u32,
        /// A few words around the match.
        snippet: String,
    }
    /// A row of a post's history.
    RevisionRow {
        /// Its number.
        number: u32,
        /// Its title.
        title: String,
        /// Who wrote it.
        actor: ActorView,
        /// When.
        at: String,
        /// `editor`, `file`, `remote`, `restore` or `merge`.
        #[ts(type = "\"editor\" | \"file\" | \"remote\" | \"restore\" | \"merge\"")]
        origin: String,
        /// Its content hash.
        hash: String,
        /// The revisions it was made from.
        parents: Vec<u32>,
        /// The name that people gave it.
        name: Option<String>,
    }
    /// A part of a post's history.
    HistoryPage {
        /// How many revisions the post has.
        total: u32,
        /// Revisions, the newest first.
        rows: Vec<RevisionRow>,
    }
    /// Two revisions compared, as a reader sees them.
    ComparisonView {
        /// The earlier one.
        from: RevisionRow,
        /// The later one.
        to: RevisionRow,
        /// The earlier revision that the later one has the content of, where there is one: it was restored.
        restored: Option<u32>,
        /// The words of the titles.
        title: Vec<WordChange>,
        /// The blocks of both texts.
        blocks: Vec<BlockComparison>,
        /// How many words came.
        #[ts(type = "number")]
        added: usize,
        /// How many words went.
        #[ts(type = "number")]
        removed: usize,
        /// The PDFs and images of either.
        attachments: Vec<AttachmentChange>,
        /// What else differs.
        fields: Vec<FieldChange>,
    }
    /// A piece of text and where it stands.
    WordChange {
        /// `equal`, `added` or `removed`.
        #[ts(type = "\"equal\" | \"added\" | \"removed\"")]
        kind: String,
        /// The text, exact.
        text: String,
    }
    /// A block of either text.
    BlockComparison {
        /// `same`, `changed`, `added`, `removed` or `moved`.
        #[ts(type = "\"same\" | \"changed\" | \"added\" | \"removed\" | \"moved\"")]
        kind: String,
        /// It in one, as sanitised HTML, with what went and what came marked.
        html: String,
        /// It as it was; none where it was not there, or where nothing changed.
        old: Option<String>,
        /// It as it is; none where it is no more, or where nothing changed.
        new: Option<String>,
    }
    /// A line of either source.
    LineComparison {
        /// `same`, `changed`, `added` or `removed`.
        #[ts(type = "\"same\" | \"changed\" | \"added\" | \"removed\"")]
        kind: String,
        /// Its number in the earlier text, from 1.
        #[ts(type = "number | null")]
        old: Option<usize>,
        /// Its number in the later text, from 1.
        #[ts(type = "number | null")]
        new: Option<usize>,
        /// Its words: those of both where it changed.
        words: Vec<WordChange>,
    }
    /// A PDF or an image in two revisions.
    AttachmentChange {
        /// Its id.
        id: String,
        /// Its file name.
        name: String,
        /// The version that the earlier revision has.
        from: Option<u32>,
        /// The version that the later revision has.
        to: Option<u32>,
    }
    /// A field that differs.
    FieldChange {
        /// `slug`, `language` or `frontMatter`.
        #[ts(type = "\"slug\" | \"language\" | \"frontMatter\"")]
        field: String,
        /// As it was.
        from: String,
        /// As it is.
        to: String,
    }
    /// A version of a PDF or an image.
    VersionRow {
        /// Its number, from 1.
        version: u32,
        /// Its size in bytes.
        #[ts(type = "number")]
        size: u64,
        /// The bytes' digest.
        sha256: String,
        /// When it came.
        at: String,
        /// Who brought it.
        actor: ActorView,
        /// The revisions of the post that have it, by stretches of first and last.
        revisions: Vec<(u32, u32)>,
    }
    /// A revision, whole.
    RevisionView {
        /// Its row.
        row: RevisionRow,
        /// Its language.
        language: Language,
        /// Its slug.
        slug: String,
        /// Its text as Markdown.
        markdown: String,
        /// Its PDFs.
        attachments: Vec<AttachmentView>,
    }
    /// Where a post is public.
    PublicationView {
        /// The blog's id.
        blog_id: String,
        /// The blog's name.
        blog_name: String,
        /// The revision that is public.
        revision: u32,
        /// Its hash.
        revision_hash: String,
        /// Where.
        address: String,
        /// The web address at which the public finds it; none where it has none.
        page: Option<String>,
        /// When it was sent.
        at: String,
        /// By whom.
        actor: ActorView,
    }
    /// A public page as it was seen once.
    CaptureRow {
        /// The captures of this post on this blog.
        id: String,
        /// Which of them, from 1.
        version: u32,
        /// The blog.
        blog_name: String,
        /// The page's address, after redirects.
        address: String,
        /// The code that the server answered with, such as 200.
        status: u16,
        /// The page's title.
        title: String,
        /// The revision that was public by the receipts.
        revision: u32,
        /// When it was seen.
        at: String,
        /// Who had it captured.
        actor: ActorView,
        /// The size of the WACZ in bytes.
        #[ts(type = "number")]
        size: u64,
        /// Its digest.
        sha256: String,
        /// What the page names and the capture does not hold.
        left_out: Vec<LeftOutRow>,
    }
    /// Something that a capture does not hold.
    LeftOutRow {
        /// Its address.
        address: String,
        /// Why.
        #[ts(type = "\"elsewhere\" | \"unreachable\" | \"too-large\" | \"too-many\"")]
        why: String,
    }
    /// The other text of a conflict.
    ConflictView {
        /// Its revision number.
        number: u32,
        /// Who wrote it, as far as known.
        actor: ActorView,
        /// When it was found.
        at: String,
        /// The other program's text.
        markdown: String,
        /// The post's own text.
        mine_markdown: String,
    }
    /// What a save answers.
    SaveResult {
        /// When the text reached the database.
        saved_at: String,
        /// The head's number.
        revision: u32,
        /// The number under which the desk holds the saved document; none after a save of Markdown.
        held: Option<u32>,
        /// The post anew, where a change from outside was merged in.
        reload: Option<PostView>,
    }
    /// How the folder of files is.
    FolderView {
        /// Whether the files are looked at every two seconds, because the system cannot tell of changes.
        polling: bool,
        /// Whether another Fonds watches the folder.
        elsewhere: bool,
        /// How many posts' files have vanished at once. Nothing is recorded until the author says so.
        vanished_count: u32,
        /// Their paths, or the first of them.
        vanished: Vec<String>,
    }
    /// A category.
    CategoryView {
        /// Its id.
        id: String,
        /// The one it is below.
        parent: Option<String>,
        /// Its English name.
        name_en: String,
        /// Its French name.
        name_fr: String,
        /// `Consultation/Reports`, in English.
        path_en: String,
        /// `Consultation/Rapports`, in French.
        path_fr: String,
        /// How many pairs are filed right under it.
        #[ts(type = "number")]
        posts: u64,
    }
    /// An item of the outbox.
    OutboxRow {
        /// Its id.
        id: String,
        /// The post's id.
        post_id: String,
        /// The post's title.
        title: String,
        /// The blog's name.
        blog_name: String,
        /// `publish` or `withdraw`.
        #[ts(type = "\"publish\" | \"withdraw\"")]
        action: String,
        /// `waiting`, `sending`, `done`, `failed` or `paused`.
        #[ts(type = "\"waiting\" | \"sending\" | \"done\" | \"failed\" | \"paused\"")]
        state: String,
        /// What the last attempt met.
        error: Option<String>,
        /// How often it was tried.
        attempts: u32,
        /// A waiting item is not tried before; none where it goes out at once.
        next_at: Option<String>,
        /// When its state last changed.
        at: String,
        /// Where the post is public now.
        address: Option<String>,
        /// The revision to send.
        revision: u32,
    }
    /// One thing that was looked at when a blog was tested.
    CheckRow {
        /// `address`, `account`, `write`, `publish`, `media`, `categories` or `html`.
        code: String,
        /// Whether it works.
        works: bool,
        /// What that means, in words.
        message: String,
        /// What the blog said.
        detail: String,
    }
    /// An export that was made.
    ExportRow {
        /// Its place in the series.
        sequence: u32,
        /// The series.
        series: String,
        /// Its time.
        at: String,
        /// `full`.
        mode: String,
        /// The zip's size in bytes.
        #[ts(type = "number")]
        size: u64,
        /// The zip's digest.
        sha256: String,
        /// Where it was put, on this computer.
        path: Option<String>,
        /// Whether a signature lies beside it.
        signed: bool,
        /// Whether a time-stamp lies beside it.
        stamped: bool,
    }
    /// What the next export would hold.
    ExportPlan {
        /// The series that it belongs to; none where it begins one of its own.
        series: Option<String>,
        /// With all of it.
        full: PlannedExport,
        /// With what changed since the export before; none where there is none to build on.
        incremental: Option<PlannedExport>,
    }
    /// What an export would hold.
    PlannedExport {
        /// How many posts.
        posts: u32,
        /// How many attachments.
        attachments: u32,
        /// The bytes of their texts and versions.
        #[ts(type = "number")]
        bytes: u64,
    }
    /// How far long work is.
    TaskProgress {
        /// Which work.
        id: String,
        /// The step, by a stable word.
        phase: String,
        /// What is being worked on.
        item: String,
        /// Bytes done, over all steps.
        #[ts(type = "number")]
        done_bytes: u64,
        /// Bytes to do, over all steps.
        #[ts(type = "number")]
        total_bytes: u64,
        /// The seconds that are left at the pace so far, where that can be told.
        left_seconds: Option<u32>,
    }
    /// What a verification says.
    VerifyReport {
        /// The zip.
        path: String,
        /// `whole`, `unproved` where the key that was given does not vouch for a whole export, or `damaged`.
        #[ts(type = "\"whole\" | \"unproved\" | \"damaged\"")]
        verdict: String,
        /// The number of the key whose holder held these bytes; none where no signature was held against a key.
        signed_by: Option<String>,
        /// Which posts the export holds, in words, where it does not hold all.
        selection: Option<String>,
        /// The time-stamp beside the zip, where there is one for these bytes.
        time_stamp: Option<TimeStampView>,
        /// The verdict in words, with what is not proved.
        sentence: String,
        /// What was checked.
        checked: Vec<CheckedCount>,
        /// What is wrong.
        findings: Vec<FindingView>,
    }
    /// What a verification of one zip, or of several as a series, says.
    VerifySet {
        /// Each zip by itself, in the order of the series.
        exports: Vec<VerifyReport>,
        /// What is wrong between them.
        findings: Vec<FindingView>,
    }
    /// A time-stamp.
    TimeStampView {
        /// The time by which the bytes were there, in UTC.
        at: String,
        /// The authority's name, as its certificate claims it.
        authority: String,
        /// Whether it is an authority that was given as trusted.
        trusted: bool,
    }
    /// A count of what was checked.
    CheckedCount {
        /// Of what.
        label: String,
        /// How many.
        #[ts(type = "number")]
        count: u64,
    }
    /// A backup on this computer.
    BackupRow {
        /// The day it was made on, where the user is: `2026-11-25`.
        day: String,
        /// How many bytes.
        #[ts(type = "number")]
        size: u64,
    }
    /// What a repair came to.
    RepairView {
        /// What was wrong and is no longer.
        mended: Vec<FindingView>,
        /// What is still wrong.
        left: Vec<FindingView>,
    }
    /// A finding.
    FindingView {
        /// Its stable code.
        code: String,
        /// `error` or `warning`.
        #[ts(type = "\"error\" | \"warning\"")]
        severity: String,
        /// Where.
        place: String,
        /// What it means.
        message: String,
    }
}
