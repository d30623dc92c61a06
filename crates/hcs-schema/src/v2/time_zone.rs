//! The time zone that a Windows guest is given, in the shape of `TIME_ZONE_INFORMATION`.

use crate::model::object;

object! {
    /// A time zone. Schema 2.1.
    pub struct TimeZoneInformation {
        /// UTC minus local time, in minutes.
        "Bias" bias: i32,
        /// Name of standard time.
        "StandardName" standard_name: String,
        /// When standard time begins; a month of 0 is never.
        "StandardDate" standard_date: Option<SystemTime>,
        /// What is added to `bias` in standard time, in minutes; mostly 0.
        "StandardBias" standard_bias: i32,
        /// Name of daylight saving time.
        "DaylightName" daylight_name: String,
        /// When daylight saving time begins; a month of 0 is never.
        "DaylightDate" daylight_date: Option<SystemTime>,
        /// What is added to `bias` in daylight saving time, in minutes; mostly -60.
        "DaylightBias" daylight_bias: i32,
    }

    /// A date and a time, or with a year of 0 a day of every year. Schema 2.1.
    pub struct SystemTime {
        /// Year; 0 is every year.
        "Year" year: u16,
        /// Month, from 1.
        "Month" month: u16,
        /// Day of the week, from 0 for Sunday.
        "DayOfWeek" day_of_week: u16,
        /// Day of the month; of every year, which such weekday of the month, 5 being the last.
        "Day" day: u16,
        /// Hour.
        "Hour" hour: u16,
        /// Minute.
        "Minute" minute: u16,
        /// Second.
        "Second" second: u16,
        /// Milliseconds.
        "Milliseconds" milliseconds: u16,
    }
}
