//! Which journal entries are PREMIS events.

/// Whether an action of the journal is an event in the life of what the export holds. Others (a revision was
/// kept, a post waits to be sent) stand in the journal and in OCFL's versions alone.
pub fn is_event(action: &str) -> bool {
    match action.split_once('.') {
        Some((
            "library" | "export" | "attachment" | "approval" | "retention" | "hold" | "disposition",
            _,
        )) => true,
        Some(("post", step)) => {
            matches!(step, "published" | "withdrawn" | "captured" | "trashed" | "untrashed" | "purged")
        }
        _ => false,
    }
}
