//! When a record may be disposed of: calendar arithmetic alone, without a clock or a database.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, SpanFieldwise, Timestamp};

use super::Trigger;
use crate::Timestamp as Moment;

/// A period in whole calendar units, as ISO 8601 writes it: `P5Y`, `P18M`, `P1Y6M`, `P90D`, `P0D`.
#[derive(Clone, Copy, Debug)]
pub struct Period(Span);

/// Longer than any retention period, and far from where dates end.
const MOST_YEARS: i16 = 1000;

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let span: Span = text.trim().to_uppercase().parse().map_err(|_| "it is no ISO 8601 period")?;
        let times = [span.get_hours().into(), span.get_minutes(), span.get_seconds()];
        let parts = [span.get_milliseconds(), span.get_microseconds(), span.get_nanoseconds()];
        if times.iter().chain(&parts).any(|part| *part != 0) {
            return Err("it counts hours, minutes or seconds");
        }
        if span.is_negative() {
            return Err("it is negative");
        }
        let beyond = span.get_years() > MOST_YEARS
            || span.get_months() > i32::from(MOST_YEARS) * 12
            || span.get_weeks() > i32::from(MOST_YEARS) * 52
            || span.get_days() > i32::from(MOST_YEARS) * 365;
        if beyond { Err("it is longer than a thousand years") } else { Ok(Period(span)) }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() { f.write_str("P0D") } else { fmt::Display::fmt(&self.0, f) }
    }
}

impl PartialEq for Period {
    fn eq(&self, other: &Self) -> bool {
        self.0.fieldwise() == SpanFieldwise(other.0)
    }
}

impl Eq for Period {}

impl Period {
    /// Years, months, weeks and days, for people to read.
    pub fn parts(&self) -> [i64; 4] {
        let span = self.0;
        [span.get_years().into(), span.get_months().into(), span.get_weeks().into(), span.get_days().into()]
    }
}

/// What a record has been through: what a trigger looks at. A pair's moments are the latest of its posts'.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moments {
    /// When it was made.
    pub created: Moment,
    /// When its text last changed.
    pub revised: Moment,
    /// When it first was on a blog; none where it never was.
    pub published: Option<Moment>,
    /// When it was taken off its last blog; none where it is on one, or never was.
    pub withdrawn: Option<Moment>,
}

/// A retention period that has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// The day that the period counts from.
    pub since: Date,
    /// The last day on which the record is kept. It may be disposed of from the day after.
    pub until: Date,
}

impl Running {
    /// Whether the period is over on this day.
    pub fn is_over(&self, today: Date) -> bool {
        today > self.until
    }
}

/// The period of a rule for a record; none while what triggers it has not happened.
///
/// Days are those of UTC, so that a record is due on the same day whoever looks and wherever. A month or year that lacks
/// the day ends on its last one (31 January and a month: 28 or 29 February). What would end after the year 9999 ends there.
pub fn running(trigger: Trigger, year_end: bool, period: &Period, moments: &Moments) -> Option<Running> {
    let moment = match trigger {
        Trigger::Created => Some(moments.created),
        Trigger::Revised => Some(moments.revised),
        Trigger::Published => moments.published,
        Trigger::Withdrawn => moments.withdrawn,
    };
    let day = day(moment?);
    let since = if year_end { Date::new(day.year(), 12, 31).unwrap_or(day) } else { day };
    Some(Running { since, until: since.saturating_add(period.0) })
}

/// The day of a moment, in UTC.
pub(crate) fn day(moment: Moment) -> Date {
    Timestamp::from_millisecond(moment.as_millis())
        .map_or(Date::MAX, |time| time.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn case(trigger: Trigger, year_end: bool, period: &str, day: &str) -> String {
        let moment = at(&format!("{day}T12:00:00Z"));
        let moments =
            Moments { created: moment, revised: moment, published: Some(moment), withdrawn: Some(moment) };
        let run = running(trigger, year_end, &period.parse().unwrap(), &moments).unwrap();
        format!("{} {}", run.since, run.until)
    }

    #[test]
    fn periods_end_as_the_calendar_says() {
        let table = [
            // period, from the year's end, day, counts from, last day
            ("P5Y", false, "2021-10-12", "2021-10-12 2026-10-12"),
            ("P2Y", false, "2026-12-31", "2026-12-31 2028-12-31"),
            ("P0D", false, "2026-11-25", "2026-11-25 2026-11-25"),
            ("P90D", false, "2026-11-25", "2026-11-25 2027-02-23"),
            ("P2W", false, "2026-12-25", "2026-12-25 2027-01-08"),
            ("P1Y6M", false, "2026-08-31", "2026-08-31 2028-02-29"),
            // Months' ends.
            ("P1M", false, "2026-01-31", "2026-01-31 2026-02-28"),
            ("P1M", false, "2028-01-31", "2028-01-31 2028-02-29"),
            ("P1M", false, "2026-04-30", "2026-04-30 2026-05-30"),
            ("P18M", false, "2026-05-31", "2026-05-31 2027-11-30"),
            // Leap days.
            ("P1Y", false, "2024-02-29", "2024-02-29 2025-02-28"),
            ("P4Y", false, "2024-02-29", "2024-02-29 2028-02-29"),
            ("P100Y", false, "2000-02-29", "2000-02-29 2100-02-28"),
            ("P365D", false, "2023-03-01", "2023-03-01 2024-02-29"),
            // From the end of the calendar year.
            ("P7Y", true, "2026-01-01", "2026-12-31 2033-12-31"),
            ("P7Y", true, "2026-12-31", "2026-12-31 2033-12-31"),
            ("P2M", true, "2026-06-15", "2026-12-31 2027-02-28"),
            ("P2M", true, "2027-06-15", "2027-12-31 2028-02-29"),
            // Where dates end.
            ("P1000Y", false, "9500-01-01", "9500-01-01 9999-12-31"),
        ];
        for trigger in [Trigger::Created, Trigger::Revised, Trigger::Published, Trigger::Withdrawn] {
            for (period, year_end, day, expected) in table {
                assert_eq!(case(trigger, year_end, period, day), expected, "{period} from {day}");
            }
        }
    }

    #[test]
    fn a_trigger_that_has_not_happened_lets_nothing_run() {
        let moments = Moments {
            created: at("2020-01-01T00:00:00Z"),
            revised: at("2021-01-01T00:00:00Z"),
            published: None,
            withdrawn: None,
        };
        let period = "P1Y".parse().unwrap();
        for year_end in [false, true] {
            assert_eq!(running(Trigger::Published, year_end, &period, &moments), None);
            assert_eq!(running(Trigger::Withdrawn, year_end, &period, &moments), None);
        }
        let since = |trigger| running(trigger, false, &period, &moments).unwrap().since.to_string();
        assert_eq!(since(Trigger::Created), "2020-01-01");
        assert_eq!(since(Trigger::Revised), "2021-01-01");
    }

    #[test]
    fn the_last_day_is_kept_to_its_end_and_days_are_those_of_utc() {
        let late = at("2025-12-31T23:59:59.999Z");
        let moments = Moments { created: late, revised: late, published: Some(late), withdrawn: None };
        let run = running(Trigger::Published, false, &"P1Y".parse().unwrap(), &moments).unwrap();
        assert_eq!(run.until.to_string(), "2026-12-31");
        assert!(!run.is_over(day(at("2026-12-31T23:59:59.999Z"))));
        assert!(run.is_over(day(at("2027-01-01T00:00:00Z"))));
        assert!(!run.is_over(day(at("2026-12-31T20:00:00-03:00").min(at("2026-12-31T12:00:00Z")))));
    }

    #[test]
    fn a_period_is_iso_8601_in_whole_days_or_more() {
        for (text, canonical) in
            [("P5Y", "P5Y"), (" p1y6m ", "P1Y6M"), ("P0Y", "P0D"), ("P10W", "P10W"), ("P1000Y", "P1000Y")]
        {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), canonical);
        }
        for bad in [
            "",
            "5",
            "5Y",
            "P",
            "P5",
            "-P5Y",
            "P-5Y",
            "P1.5Y",
            "PT5H",
            "P1DT1S",
            "P1001Y",
            "P400000D",
            "P999999999999Y",
            "P5Y P5Y",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad:?}");
        }
        assert_ne!("P12M".parse::<Period>(), "P1Y".parse::<Period>(), "a period is kept as it was written");
    }
}
