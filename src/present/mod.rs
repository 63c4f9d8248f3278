//! What a reader sees: figures and terminal tables.
