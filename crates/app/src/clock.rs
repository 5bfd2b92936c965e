//! The one place that reads the clock, makes ids and knows the local time zone.

use fonds_library::{Id, Timestamp};

/// The time, UTC.
pub fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// A fresh id.
pub fn new_id() -> Id {
    Id::generate()
}

/// `2026-11-23`, where the user is.
pub fn local_date(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::system()).date().to_string()
}
