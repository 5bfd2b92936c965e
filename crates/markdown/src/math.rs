//! TeX as MathML, which every browser reads aloud and shows without a script.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// In bytes. A longer formula is shown as its source.
const LONGEST: usize = 4000;

/// The most commands in a row without a brace: the parser descends into each. A formula of more is shown as its source.
const LONGEST_ROW: usize = 40;

/// What could make a short source into a long one.
const DEFINITIONS: [&str; 5] = ["\\def", "\\let", "\\newcommand", "\\renewcommand", "\\gdef"];

/// The formula as an element of MathML Core with its TeX as an annotation, or as code where it is no TeX that can be
/// read.
pub(crate) fn html(latex: &str, display: bool) -> String {
    read(latex, display).unwrap_or_else(|| {
        let sign = if display { "$$" } else { "$" };
        let source = latex.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("<code>{sign}{source}{sign}</code>")
    })
}

fn read(latex: &str, display: bool) -> Option<String> {
    let rows = latex.split(|c: char| !c.is_alphabetic() && !c.is_whitespace() && c != '\\');
    let too_deep = rows.map(|row| row.matches('\\').count()).max().unwrap_or(0) > LONGEST_ROW;
    if latex.len() > LONGEST || too_deep || DEFINITIONS.iter().any(|name| latex.contains(name)) {
        return None;
    }
    let storage = Storage::new();
    let events = Parser::new(latex, &storage).collect::<Result<Vec<_>, _>>().ok()?;
    let mut out = String::new();
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::with_annotation(latex) };
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    push_mathml(&mut out, events, config).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_mathml_with_its_source() {
        let html = html("e^{i\\pi} + 1 = 0", false);
        assert!(html.starts_with("<math display=\"inline\""), "{html}");
        assert!(html.contains("<msup>") && html.contains("e^{i\\pi} + 1 = 0</annotation>"), "{html}");
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_stands() {
        assert_eq!(html("\\frac{a<b", true), "<code>$$\\frac{a&lt;b$$</code>");
        assert_eq!(html("\\def\\a{\\a\\a}\\a", false), "<code>$\\def\\a{\\a\\a}\\a$</code>");
        assert!(html(&"{".repeat(5000), false).starts_with("<code>"));
    }

    #[test]
    fn deep_formulas_end() {
        for part in ["{", "\\sqrt", "\\sqrt ", "\\sqrt{", "a^{", "\\left(", "\\frac", "\\begin{matrix}", "_"]
        {
            for count in [LONGEST_ROW, 300, LONGEST / part.len()] {
                html(&part.repeat(count), true);
                html(&format!("{}a{}", part.repeat(count), "}".repeat(count)), false);
            }
        }
    }
}
