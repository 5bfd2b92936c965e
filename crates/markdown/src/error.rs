//! What can go wrong: a document that is not ours to write, and front matter that cannot be read.

/// Why a conversion was refused.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The JSON names a node or mark that the schema does not have.
    #[error("the document holds a “{0}”, which Markdown has no form for; remove it and save again")]
    UnknownNode(String),
    /// A node lacks what the schema demands, or stands where it must not.
    #[error("the document is malformed at a “{node}”: {reason}; reload the post and repeat the edit")]
    Malformed {
        /// The type of the node.
        node: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The text is no JSON, or no JSON of a document.
    #[error("the document cannot be read: {0}; reload the post and repeat the edit")]
    Json(String),
    /// An edit names blocks that the document does not have.
    #[error("the edit reaches to block {end} of a document that has {count}; send the whole document")]
    NoSuchBlocks {
        /// Where the edit's range ends.
        end: usize,
        /// How many blocks there are.
        count: usize,
    },
    /// Nodes are nested deeper than [`crate::MAX_DEPTH`].
    #[error("the document nests blocks deeper than {} levels; flatten its lists or quotes", crate::MAX_DEPTH)]
    TooDeep,
    /// The YAML between the `---` lines cannot be read.
    #[error("line {line} of the front matter cannot be read: {reason}; correct it in a text editor")]
    FrontMatter {
        /// The line in the file, from 1 (the opening `---` is line 1).
        line: usize,
        /// What the YAML reader found.
        reason: String,
    },
}

impl Error {
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        // serde_json stops at 128 levels by itself.
        let text = error.to_string();
        if text.starts_with("recursion limit") { Error::TooDeep } else { Error::Json(text) }
    }
}

/// The result of this crate's fallible functions.
pub type Result<T> = std::result::Result<T, Error>;
