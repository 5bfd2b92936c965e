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

/// The result of this crate's fallible functions.
pub type Result<T> = std::result::Result<T, Error>;
