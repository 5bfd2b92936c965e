//! Text in XML 1.0.

use std::fmt::{self, Display, Write as _};

/// Text as it stands in an element or in an attribute between double quotes. Characters that XML 1.0 cannot
/// hold become U+FFFD.
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A path as a relative address: what a path of this format may hold and an address may not is encoded.
pub struct Href<'a>(pub &'a str);

impl Display for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z'
                | b'A'..=b'Z'
                | b'0'..=b'9'
                | b'-'
                | b'.'
                | b'_'
                | b'~'
                | b'/'
                | b'='
                | b'+'
                | b'@' => {
                    f.write_char(char::from(byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_place() {
        assert_eq!(Escaped("a<b>&\"\u{1}\n'é").to_string(), "a&lt;b&gt;&amp;&quot;\u{fffd}&#10;'é");
        assert_eq!(Href("o/urn%3auuid%3a1/0=x_1.1").to_string(), "o/urn%253auuid%253a1/0=x_1.1");
    }
}
