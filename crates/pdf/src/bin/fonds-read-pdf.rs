//! A reading process and nothing else: what the tests of this crate start.

fn main() {
    fonds_pdf::serve_if_asked();
}
