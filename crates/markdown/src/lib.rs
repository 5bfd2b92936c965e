//! Markdown and TipTap JSON.
