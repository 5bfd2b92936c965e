//! How texts lie in the database: compressed, and against another text where one is near.
//!
//! A revision's text is its front matter and body in a row. Every sixteenth revision of a post stands alone, the others
//! against the one before, so that a reading never goes through more than sixteen. A packed text is never changed; what
//! it stands against is a revision, which never changes either. Hashes are of the text, not of what is stored.

use std::io::{Error, ErrorKind, Result, Write};

use zstd::bulk::Decompressor;

/// How many revisions a reading goes through at most.
const CHAIN: u32 = 16;
/// Higher levels take four times as long and save a twentieth.
const LEVEL: i32 = 3;
/// zstd finds what two texts share within 2^21 bytes unless told otherwise, and reads up to 2^27.
const USUAL_WINDOW: u32 = 21;
const WIDEST_WINDOW: u32 = 27;
/// The bytes that a block of a frame stands for at most, and what it takes itself at least.
const LARGEST_BLOCK: usize = 128 * 1024;
const LEAST_OF_A_BLOCK: usize = 3;

/// The revision that revision `number` stands against, if it is there.
pub(crate) fn base_of(number: u32) -> Option<u32> {
    let before = number.checked_sub(1)?;
    (before % CHAIN != 0).then_some(before)
}

/// Compresses `text` against `base`; empty where it stands alone.
pub(crate) fn pack(text: &[u8], base: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, base)?;
    encoder.set_pledged_src_size(Some(text.len() as u64))?;
    let window = usize::BITS - (text.len() + base.len()).leading_zeros();
    if window > USUAL_WINDOW {
        encoder.window_log(window.min(WIDEST_WINDOW))?;
        encoder.long_distance_matching(true)?;
    }
    encoder.write_all(text)?;
    encoder.finish()
}

/// Unpacks one text.
pub(crate) fn unpack(packed: &[u8], base: &[u8], bytes: u64) -> Result<Vec<u8>> {
    Unpacker::new()?.unpack(packed, base, bytes)
}

/// Unpacks texts one after the other: what it needs for that is made once.
pub(crate) struct Unpacker(Decompressor<'static>);

impl Unpacker {
    pub(crate) fn new() -> Result<Self> {
        Ok(Unpacker(Decompressor::new()?))
    }

    /// Gives back the `bytes` bytes that were packed against `base`; anything else is an error, and is not read any further.
    pub(crate) fn unpack(&mut self, packed: &[u8], base: &[u8], bytes: u64) -> Result<Vec<u8>> {
        let wrong = || Error::from(ErrorKind::InvalidData);
        let length = usize::try_from(bytes).map_err(|_| wrong())?;
        // What a frame can hold is bounded by its length: a wrong number is refused before memory is taken for it.
        if length.div_ceil(LARGEST_BLOCK) > packed.len() / LEAST_OF_A_BLOCK {
            return Err(wrong());
        }
        let mut text = Vec::new();
        text.try_reserve_exact(length).map_err(|_| wrong())?;
        self.0.set_dictionary(base)?;
        self.0.decompress_to_buffer(packed, &mut text).map_err(|_| wrong())?;
        if text.len() == length { Ok(text) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back() {
        let long: Vec<u8> =
            (0..3_000_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
        let other = [b"inserted before ", long.as_slice()].concat();
        for (text, base) in
            [(&b""[..], &b""[..]), (b"", b"x"), (b"x", b""), (b"one two", b"one too"), (&other, &long)]
        {
            let packed = pack(text, base).unwrap();
            assert!(unpack(&packed, base, text.len() as u64).unwrap() == text);
        }
        assert!(pack(&other, &long).unwrap().len() < 20_000, "what lies 12 MB back is found");
    }

    #[test]
    fn what_was_not_packed_so_is_refused() {
        let packed = pack(&[7; 100_000], b"").unwrap();
        for bytes in [0, 99_999, 100_001, u64::MAX] {
            assert!(unpack(&packed, b"", bytes).is_err(), "{bytes}");
        }
        assert!(unpack(b"no frame", b"", 8).is_err());
        assert!(unpack(packed.get(..packed.len() - 1).unwrap(), b"", 100_000).is_err());
    }

    #[test]
    fn a_chain_is_bounded() {
        for number in 1..200 {
            let chain = std::iter::successors(Some(number), |number| base_of(*number)).count();
            assert!(chain <= CHAIN as usize, "{number}: {chain}");
        }
        assert_eq!((base_of(0), base_of(1), base_of(2), base_of(17)), (None, None, Some(1), None));
    }
}
