//! The text of a page: its glyphs in the order of its content, with spaces and line ends where the glyphs stand apart.

use hayro_cmap::BfString;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, interpret_page,
};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;
use kurbo::{Affine, BezPath, Point, Rect, Vec2};

/// More text than any page that a person reads, in bytes.
const LONGEST_PAGE: u64 = 512 * 1024;
/// Of a letter's size: a gap along the line that is a space, a step across it that is a new line.
const SPACE: f64 = 0.17;
const NEW_LINE: f64 = 0.45;

/// What pages share: fonts, mostly.
pub(crate) struct Cache<'a>(InterpreterCache<'a>);

impl<'a> Cache<'a> {
    pub(crate) fn new() -> Self {
        Cache(InterpreterCache::new())
    }

    /// A page's text, at most `room` bytes of it, and whether that was all.
    pub(crate) fn text_of(&self, page: &Page<'a>, pdf: &'a Pdf, room: u64) -> (String, bool) {
        let settings =
            InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
        let unit = Rect::new(0.0, 0.0, 1.0, 1.0);
        let mut context = Context::new(Affine::IDENTITY, unit, &self.0, pdf.xref(), settings);
        let room = usize::try_from(room.min(LONGEST_PAGE)).unwrap_or(usize::MAX);
        let mut writer = Writer { room, ..Writer::default() };
        interpret_page(page, &mut context, &mut writer);
        writer.text.truncate(writer.text.trim_end().len());
        (writer.text, !writer.full)
    }
}

/// Writes down what would be drawn.
#[derive(Default)]
struct Writer {
    text: String,
    /// In bytes.
    room: usize,
    full: bool,
    /// Where the last glyph ended, along which direction, and how large it was.
    end: Option<(Point, Vec2, f64)>,
    /// Where the last run began: a run that is filled and stroked comes twice.
    begun: Option<(Point, usize)>,
}

impl Writer {
    fn glyph(&mut self, glyph: &Glyph<'_>, place: Affine) {
        // A glyph is drawn on a square of 1000 units.
        let along = place * Point::new(1000.0, 0.0) - place * Point::ZERO;
        let up = place * Point::new(0.0, 1000.0) - place * Point::ZERO;
        let (at, size) = (place * Point::ZERO, up.hypot());
        if !(at.is_finite() && along.is_finite() && size.is_finite() && size > 0.0 && along.hypot() > 0.0) {
            return;
        }
        let width = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width(),
            Glyph::Type3(glyph) => glyph.advance_width(),
        };
        self.separate(at);
        let direction = along / along.hypot();
        self.end = Some((at + along * f64::from(width.unwrap_or(500.0)) / 1000.0, direction, size));
        match glyph.as_unicode() {
            Some(BfString::Char(letter)) => self.letter(letter),
            Some(BfString::String(letters)) => letters.chars().for_each(|letter| self.letter(letter)),
            None => {}
        }
    }

    /// A space or a line end, where the next glyph stands away from the last one.
    fn separate(&mut self, at: Point) {
        let Some((end, direction, size)) = self.end else { return };
        let gap = at - end;
        let (along, across) = (gap.dot(direction) / size, gap.cross(direction).abs() / size);
        if across > NEW_LINE {
            self.white('\n');
        } else if !(-1.0..=SPACE).contains(&along) {
            self.white(' ');
        }
    }

    fn white(&mut self, white: char) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(white);
        }
    }

    fn letter(&mut self, letter: char) {
        if self.text.len() + 4 > self.room {
            self.full = true;
            return;
        }
        match letter {
            letter if letter.is_whitespace() => self.white(' '),
            letter if letter.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&letter) => {}
            '\u{fffd}' | '\u{fffe}' | '\u{ffff}' => {}
            letter => {
                self.join(letter);
                match ligature(letter) {
                    Some(letters) => self.text.push_str(letters),
                    None => self.text.push(letter),
                }
            }
        }
    }

    /// A word that was divided at the end of a line is one word again.
    fn join(&mut self, letter: char) {
        if !letter.is_lowercase() {
            return;
        }
        let Some(line) = self.text.strip_suffix('\n') else { return };
        let word = line.strip_suffix(['-', '\u{ad}', '\u{2010}']);
        if let Some(length) = word.filter(|word| word.ends_with(char::is_alphabetic)).map(str::len) {
            self.text.truncate(length);
        }
    }
}

impl<'a> Device<'a> for Writer {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let Some(first) = run.glyphs().first() else { return };
        let begun = (props.transform * first.transform() * Point::ZERO, run.glyphs().len());
        if matches!(mode, DrawMode::Stroke(_)) && self.begun == Some(begun) {
            return;
        }
        self.begun = Some(begun);
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The letters of a ligature that Unicode keeps for old character sets: a search for “office” has to find it.
fn ligature(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}
