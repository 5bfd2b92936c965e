//! Blog connectors.
