// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: datetime, dateutil, zoneinfo.
namespace moe::tools {

// clang-format off
ToolCases calendarCases()
{
    return {
        {"date_diff", R"({"date1": "2026-01-31", "date2": "2026-03-01"})",
         R"({"total_days": 29, "years": 0, "months": 1, "days": 1})",
         R"(From 2026-01-31 to 2026-03-01: 29 days (1 month, 1 day))"},
        {"date_diff", R"({"date1": "2026-03-01", "date2": "2026-01-31"})",
         R"({"total_days": -29, "years": 0, "months": -1, "days": -1})",
         R"(From 2026-03-01 to 2026-01-31: -29 days (-1 month, -1 day))"},
        {"date_diff", R"({"date1": "2026-11-21", "date2": "2026-11-21"})",
         R"({"total_days": 0, "years": 0, "months": 0, "days": 0})",
         R"(From 2026-11-21 to 2026-11-21: 0 days)"},
        {"date_diff", R"({"date1": "2026-11-21", "date2": "2026-11-22"})",
         R"({"total_days": 1, "years": 0, "months": 0, "days": 1})",
         R"(From 2026-11-21 to 2026-11-22: 1 day)"},
        {"date_diff", R"({"date1": "2024-02-29", "date2": "2025-02-28"})",
         R"({"total_days": 365, "years": 1, "months": 0, "days": 0})"},
        {"date_diff", R"({"date1": "2024-02-29", "date2": "2025-03-01"})",
         R"({"total_days": 366, "years": 1, "months": 0, "days": 1})"},
        {"date_diff", R"({"date1": "2024-02-29", "date2": "2028-02-29"})",
         R"({"total_days": 1461, "years": 4, "months": 0, "days": 0})"},
        {"date_diff", R"({"date1": "0001-01-01", "date2": "9999-12-31"})",
         R"({"total_days": 3652058, "years": 9998, "months": 11, "days": 30})"},
        {"date_diff", R"({"date1": "1900-02-28", "date2": "1900-03-01"})",
         R"({"total_days": 1, "years": 0, "months": 0, "days": 1})"},
        {"date_diff", R"({"date1": "2000-02-28", "date2": "2000-03-01"})",
         R"({"total_days": 2, "years": 0, "months": 0, "days": 2})"},
        {"date_diff", R"({"date1": "1989-11-09", "date2": "1990-10-03"})",
         R"({"total_days": 328, "years": 0, "months": 10, "days": 24})"},
        {"date_diff", R"({"date1": "1582-10-04", "date2": "1582-10-15"})",
         R"({"total_days": 11, "years": 0, "months": 0, "days": 11})"},
        {"date_diff", R"({"date1": "2026-08-31", "date2": "2026-09-30"})",
         R"({"total_days": 30, "years": 0, "months": 1, "days": 0})"},
        {"date_diff", R"({"date1": "2026-12-31", "date2": "2027-01-01"})",
         R"({"total_days": 1, "years": 0, "months": 0, "days": 1})"},
        {"date_diff", R"({"date1": "9999-12-31", "date2": "0001-01-01"})",
         R"({"total_days": -3652058, "years": -9998, "months": -11, "days": -30})"},
        {"date_diff", R"({"date1": "2026-03-31", "date2": "2026-02-28"})",
         R"({"total_days": -31, "years": 0, "months": -1, "days": 0})"},
        {"date_diff", R"({"date1": "2026-02-28", "date2": "2026-03-31"})",
         R"({"total_days": 31, "years": 0, "months": 1, "days": 3})"},
        {"date_diff", R"({"date1": "2023-10-31", "date2": "2024-02-29"})",
         R"({"total_days": 121, "years": 0, "months": 4, "days": 0})"},
        {"date_diff", R"({"date1": "1969-07-20", "date2": "2026-11-21"})",
         R"({"total_days": 20943, "years": 57, "months": 4, "days": 1})"},
        {"date_diff", R"({"date1": "1999-12-31", "date2": "2000-01-01"})",
         R"({"total_days": 1, "years": 0, "months": 0, "days": 1})"},
        {"date_diff", R"({"date1": "21.11.2026", "date2": "24.12.2026"})",
         R"({"total_days": 33, "years": 0, "months": 1, "days": 3})",
         R"(From 2026-11-21 to 2026-12-24: 33 days (1 month, 3 days))"},
        {"date_diff", R"({"date1": "1.3.2026", "date2": " 2026-03-05 "})",
         R"({"total_days": 4})"},
        {"date_diff", R"({"date1": "2026-02-30", "date2": "2026-03-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "9999-99-99", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "2026-13-01", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "0000-01-01", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "10000-01-01", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "03/04/2026", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "26-01-01", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "today", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "2026-1-1", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "29.02.2025", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "31.4.2026", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "2026-01-01T00:00", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "1900-02-29", "date2": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "2026-01-01"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": "2026-01-01", "date2": "2026-01-02", "unit": "days"})",
         "!invalid_arguments"},
        {"date_diff", R"({"date1": 20260101, "date2": "2026-01-02"})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date": "2026-01-31", "months": 1})",
         R"({"date": "2026-02-28", "weekday": "Saturday", "is_clamped": true})",
         R"(2026-01-31 + 1 month = 2026-02-28 (Saturday); the month's last day was taken)"},
        {"date_add", R"({"base_date": "2024-02-29", "years": 1})",
         R"({"date": "2025-02-28", "weekday": "Friday", "is_clamped": true})"},
        {"date_add", R"({"base_date": "2024-02-29", "years": 4})",
         R"({"date": "2028-02-29", "weekday": "Tuesday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2026-03-31", "months": -1})",
         R"({"date": "2026-02-28", "weekday": "Saturday", "is_clamped": true})"},
        {"date_add", R"({"base_date": "2026-11-21", "days": 100})",
         R"({"date": "2027-03-01", "weekday": "Monday", "is_clamped": false})",
         R"(2026-11-21 + 100 days = 2027-03-01 (Monday))"},
        {"date_add", R"({"base_date": "2026-11-21", "days": -1000})",
         R"({"date": "2024-02-25", "weekday": "Sunday", "is_clamped": false})",
         R"(2026-11-21 - 1000 days = 2024-02-25 (Sunday))"},
        {"date_add", R"({"base_date": "2024-02-29", "years": -1, "months": -1, "days": -1})",
         R"({"date": "2023-01-28", "weekday": "Saturday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2026-11-21"})",
         R"({"date": "2026-11-21", "weekday": "Saturday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2026-10-31", "months": 13})",
         R"({"date": "2027-11-30", "weekday": "Tuesday", "is_clamped": true})"},
        {"date_add", R"({"base_date": "0001-01-01", "days": 3652058})",
         R"({"date": "9999-12-31", "weekday": "Friday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "9999-12-31", "days": -3652058})",
         R"({"date": "0001-01-01", "weekday": "Monday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2026-11-21", "days": "30"})",
         R"({"date": "2026-12-21", "weekday": "Monday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2026-01-31", "months": 1, "days": 1})",
         R"({"date": "2026-03-01", "weekday": "Sunday", "is_clamped": true})"},
        {"date_add", R"({"base_date": "1999-12-31", "days": 1})",
         R"({"date": "2000-01-01", "weekday": "Saturday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2100-02-28", "days": 1})",
         R"({"date": "2100-03-01", "weekday": "Monday", "is_clamped": false})"},
        {"date_add", R"({"base_date": "2000-02-28", "days": 1})",
         R"({"date": "2000-02-29", "weekday": "Tuesday", "is_clamped": false})"},
        {"date_add", R"({"base_date":"21.11.2026","days":1e1})",
         R"({"date": "2026-12-01"})"},
        {"date_add", R"({"base_date":"2026-11-21","days":7.0})",
         R"({"date": "2026-11-28"})"},
        {"date_add", R"({"base_date": "9999-12-31", "days": 1})",
         "!out_of_range"},
        {"date_add", R"({"base_date": "0001-01-01", "days": -1})",
         "!out_of_range"},
        {"date_add", R"({"base_date": "2026-01-01", "years": 9000})",
         "!out_of_range"},
        {"date_add", R"({"base_date": "2026-01-01", "months": -40000})",
         "!out_of_range"},
        {"date_add", R"({"base_date":"2026-01-01","days":1.5})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","days":1e99999})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","days":99999999999999999999})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","days":"one"})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","days":[1]})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","years":10000})",
         "!invalid_arguments"},
        {"date_add", R"({"days":1})",
         "!invalid_arguments"},
        {"date_add", R"({"base_date":"2026-01-01","days":1,"days":2})",
         "!invalid_arguments"},
        {"date_add", R"([])",
         "!invalid_arguments"},
        {"date_add", R"("2026-01-01")",
         "!invalid_arguments"},
        {"date_add", R"()",
         "!invalid_arguments"},
        {"date_add", R"({)",
         "!invalid_arguments"},
        {"day_of_week", R"({"date_str": "2026-11-21"})",
         R"({"weekday": "Saturday", "iso_weekday": 6, "iso_week": 47, "iso_week_year": 2026, )"
         R"("day_of_year": 325, "days_in_year": 365})",
         R"(2026-11-21 is a Saturday: ISO week 2026-W47, day 325 of 365)"},
        {"day_of_week", R"({"date_str": "2024-12-30"})",
         R"({"weekday": "Monday", "iso_weekday": 1, "iso_week": 1, "iso_week_year": 2025, )"
         R"("day_of_year": 365, "days_in_year": 366})"},
        {"day_of_week", R"({"date_str": "2021-01-03"})",
         R"({"weekday": "Sunday", "iso_weekday": 7, "iso_week": 53, "iso_week_year": 2020, )"
         R"("day_of_year": 3, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "2020-12-31"})",
         R"({"weekday": "Thursday", "iso_weekday": 4, "iso_week": 53, "iso_week_year": 2020, )"
         R"("day_of_year": 366, "days_in_year": 366})"},
        {"day_of_week", R"({"date_str": "2027-01-01"})",
         R"({"weekday": "Friday", "iso_weekday": 5, "iso_week": 53, "iso_week_year": 2026, )"
         R"("day_of_year": 1, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "2000-02-29"})",
         R"({"weekday": "Tuesday", "iso_weekday": 2, "iso_week": 9, "iso_week_year": 2000, )"
         R"("day_of_year": 60, "days_in_year": 366})"},
        {"day_of_week", R"({"date_str": "1900-01-01"})",
         R"({"weekday": "Monday", "iso_weekday": 1, "iso_week": 1, "iso_week_year": 1900, )"
         R"("day_of_year": 1, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "0001-01-01"})",
         R"({"weekday": "Monday", "iso_weekday": 1, "iso_week": 1, "iso_week_year": 1, )"
         R"("day_of_year": 1, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "9999-12-31"})",
         R"({"weekday": "Friday", "iso_weekday": 5, "iso_week": 52, "iso_week_year": 9999, )"
         R"("day_of_year": 365, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "2026-01-01"})",
         R"({"weekday": "Thursday", "iso_weekday": 4, "iso_week": 1, "iso_week_year": 2026, )"
         R"("day_of_year": 1, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "2016-01-03"})",
         R"({"weekday": "Sunday", "iso_weekday": 7, "iso_week": 53, "iso_week_year": 2015, )"
         R"("day_of_year": 3, "days_in_year": 366})"},
        {"day_of_week", R"({"date_str": "2009-12-31"})",
         R"({"weekday": "Thursday", "iso_weekday": 4, "iso_week": 53, "iso_week_year": 2009, )"
         R"("day_of_year": 365, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "1970-01-01"})",
         R"({"weekday": "Thursday", "iso_weekday": 4, "iso_week": 1, "iso_week_year": 1970, )"
         R"("day_of_year": 1, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "2010-01-03"})",
         R"({"weekday": "Sunday", "iso_weekday": 7, "iso_week": 53, "iso_week_year": 2009, )"
         R"("day_of_year": 3, "days_in_year": 365})"},
        {"day_of_week", R"({"date_str": "24.12.2026"})",
         R"({"weekday": "Thursday"})"},
        {"day_of_week", R"({"date_str": "2026-02-29"})",
         "!invalid_arguments"},
        {"day_of_week", R"({"date": "2026-02-28"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-11-21T14:30", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "America/New_York"})",
         R"({"from": {"datetime": "2026-11-21T14:30:00+01:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CET"}, "to": {"datetime": "2026-11-21T08:30:00-05:00", )"
         R"("timezone": "America/New_York", "abbreviation": "EST", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})",
         R"(2026-11-21T14:30:00+01:00 (Europe/Berlin) is 2026-11-21T08:30:00-05:00 (America/New_Y)"
         R"(ork))"},
        {"timezone_convert", R"({"datetime": "2026-03-29T02:30", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2026-03-29T03:30:00+02:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CEST"}, "to": {"datetime": "2026-03-29T01:30:00+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "skipped"})",
         R"(2026-03-29T03:30:00+02:00 (Europe/Berlin) is 2026-03-29T01:30:00+00:00 (UTC); clocks )"
         R"(skipped 2026-03-29T02:30 there, it was moved on)"},
        {"timezone_convert", R"({"datetime": "2026-10-25T02:30", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2026-10-25T02:30:00+02:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CEST"}, "to": {"datetime": "2026-10-25T00:30:00+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "repeated", "to_if_later": {"datetime": "2026-10-25T01:30:00+00:00"}})",
         R"(2026-10-25T02:30:00+02:00 (Europe/Berlin) is 2026-10-25T00:30:00+00:00 (UTC); clocks )"
         R"(showed 2026-10-25T02:30 twice there, the second time is 2026-10-25T01:30:00+00:00)"},
        {"timezone_convert", R"({"datetime": "2026-03-29T01:59:59", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "Asia/Tokyo"})",
         R"({"from": {"datetime": "2026-03-29T01:59:59+01:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CET"}, "to": {"datetime": "2026-03-29T09:59:59+09:00", )"
         R"("timezone": "Asia/Tokyo", "abbreviation": "JST", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-03-29T03:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "Asia/Tokyo"})",
         R"({"from": {"datetime": "2026-03-29T03:00:00+02:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CEST"}, "to": {"datetime": "2026-03-29T10:00:00+09:00", )"
         R"("timezone": "Asia/Tokyo", "abbreviation": "JST", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "America/Los_Angeles", )"
         R"("to_timezone": "Australia/Sydney"})",
         R"({"from": {"datetime": "2026-07-01T12:00:00-07:00", )"
         R"("timezone": "America/Los_Angeles", "abbreviation": "PDT"}, )"
         R"("to": {"datetime": "2026-07-02T05:00:00+10:00", "timezone": "Australia/Sydney", )"
         R"("abbreviation": "AEST", "is_daylight_saving": false}, "clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-03-08T02:15", "from_timezone": "America/New_York", )"
         R"("to_timezone": "Europe/Berlin"})",
         R"({"from": {"datetime": "2026-03-08T03:15:00-04:00", "timezone": "America/New_York", )"
         R"("abbreviation": "EDT"}, "to": {"datetime": "2026-03-08T08:15:00+01:00", )"
         R"("timezone": "Europe/Berlin", "abbreviation": "CET", "is_daylight_saving": false}, )"
         R"("clocks": "skipped"})"},
        {"timezone_convert", R"({"datetime": "2026-11-01T01:15", "from_timezone": "America/New_York", )"
         R"("to_timezone": "Europe/Berlin"})",
         R"({"from": {"datetime": "2026-11-01T01:15:00-04:00", "timezone": "America/New_York", )"
         R"("abbreviation": "EDT"}, "to": {"datetime": "2026-11-01T06:15:00+01:00", )"
         R"("timezone": "Europe/Berlin", "abbreviation": "CET", "is_daylight_saving": false}, )"
         R"("clocks": "repeated", "to_if_later": {"datetime": "2026-11-01T07:15:00+01:00"}})"},
        {"timezone_convert", R"({"datetime": "2026-01-15T00:00", "from_timezone": "Asia/Kathmandu", )"
         R"("to_timezone": "Asia/Kolkata"})",
         R"({"from": {"datetime": "2026-01-15T00:00:00+05:45", "timezone": "Asia/Kathmandu", )"
         R"("abbreviation": "+0545"}, "to": {"datetime": "2026-01-14T23:45:00+05:30", )"
         R"("timezone": "Asia/Kolkata", "abbreviation": "IST", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "1945-05-01T12:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "1945-05-01T12:00:00+02:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CEST"}, "to": {"datetime": "1945-05-01T10:00:00+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "1880-01-01T00:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "1880-01-01T00:00:00+00:53:28", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "LMT"}, "to": {"datetime": "1879-12-31T23:06:32+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2011-12-29T23:30", "from_timezone": "Pacific/Apia", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2011-12-29T23:30:00-10:00", "timezone": "Pacific/Apia", )"
         R"("abbreviation": "-10"}, "to": {"datetime": "2011-12-30T09:30:00+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2011-12-30T12:00", "from_timezone": "Pacific/Apia", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2011-12-31T12:00:00+14:00", "timezone": "Pacific/Apia", )"
         R"("abbreviation": "+14"}, "to": {"datetime": "2011-12-30T22:00:00+00:00", )"
         R"("timezone": "UTC", "abbreviation": "UTC", "is_daylight_saving": false}, )"
         R"("clocks": "skipped"})"},
        {"timezone_convert", R"({"datetime": "2026-04-05T01:45", "from_timezone": "Australia/Lord_Howe", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2026-04-05T01:45:00+11:00", )"
         R"("timezone": "Australia/Lord_Howe", "abbreviation": "+11"}, )"
         R"("to": {"datetime": "2026-04-04T14:45:00+00:00", "timezone": "UTC", )"
         R"("abbreviation": "UTC", "is_daylight_saving": false}, "clocks": "repeated", )"
         R"("to_if_later": {"datetime": "2026-04-04T15:15:00+00:00"}})"},
        {"timezone_convert", R"({"datetime": "2026-10-04T02:15", "from_timezone": "Australia/Lord_Howe", )"
         R"("to_timezone": "UTC"})",
         R"({"from": {"datetime": "2026-10-04T02:45:00+11:00", )"
         R"("timezone": "Australia/Lord_Howe", "abbreviation": "+11"}, )"
         R"("to": {"datetime": "2026-10-03T15:45:00+00:00", "timezone": "UTC", )"
         R"("abbreviation": "UTC", "is_daylight_saving": false}, "clocks": "skipped"})"},
        {"timezone_convert", R"({"datetime": "2100-07-01T12:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "America/New_York"})",
         R"({"from": {"datetime": "2100-07-01T12:00:00+02:00", "timezone": "Europe/Berlin", )"
         R"("abbreviation": "CEST"}, "to": {"datetime": "2100-07-01T06:00:00-04:00", )"
         R"("timezone": "America/New_York", "abbreviation": "EDT", "is_daylight_saving": true}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-12-31T23:59:59", "from_timezone": "UTC", )"
         R"("to_timezone": "Pacific/Kiritimati"})",
         R"({"from": {"datetime": "2026-12-31T23:59:59+00:00", "timezone": "UTC", )"
         R"("abbreviation": "UTC"}, "to": {"datetime": "2027-01-01T13:59:59+14:00", )"
         R"("timezone": "Pacific/Kiritimati", "abbreviation": "+14", )"
         R"("is_daylight_saving": false}, "clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-06-01T12:00:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Pacific/Niue"})",
         R"({"from": {"datetime": "2026-06-01T12:00:00+00:00", "timezone": "UTC", )"
         R"("abbreviation": "UTC"}, "to": {"datetime": "2026-06-01T01:00:00-11:00", )"
         R"("timezone": "Pacific/Niue", "abbreviation": "-11", "is_daylight_saving": false}, )"
         R"("clocks": "unique"})"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00:00Z", "to_timezone": "Europe/Berlin"})",
         R"({"from": {"datetime": "2026-07-01T12:00:00+00:00", "timezone": "UTC"}, )"
         R"("to": {"datetime": "2026-07-01T14:00:00+02:00", "is_daylight_saving": true}})"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00:00.500Z", "to_timezone": "Europe/Berlin"})",
         R"({"from": {"datetime": "2026-07-01T12:00:00.500+00:00"}, )"
         R"("to": {"datetime": "2026-07-01T14:00:00.500+02:00"}})"},
        {"timezone_convert", R"({"datetime": "2026-10-25T02:30:00.25", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC"})",
         R"({"to": {"datetime": "2026-10-25T00:30:00.25+00:00"}, )"
         R"("to_if_later": {"datetime": "2026-10-25T01:30:00.25+00:00"}})"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00:00.Z", "to_timezone": "UTC"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00:00.000-05:30", "to_timezone": "UTC"})",
         R"({"to": {"datetime": "2026-07-01T17:30:00+00:00"}})"},
        {"timezone_convert", R"({"datetime": "01.07.2026 12:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         R"({"to": {"datetime": "2026-07-01T14:00:00+02:00"}})"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "Europe/Atlantis", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "../../etc/passwd"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "UTC", "to_timezone": "localtime"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "UTC", "to_timezone": "FOO3"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "UTC", "to_timezone": "EST5EDT,M3.2.0,M11.1.0"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "Europe/Berlin", "to_timezone": ""})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "UTC\u0000"})",
         "!unknown_timezone"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00", "to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00Z", "from_timezone": "Europe/Berlin", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01", "from_timezone": "UTC", "to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T24:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:60", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-02-30T12:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "9999-01-01T12:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "12:00", "from_timezone": "UTC", "to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00:00.5Z", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "2026-07-01T12:00+15:00", "from_timezone": "UTC", )"
         R"("to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
        {"timezone_convert", R"({"datetime": "", "from_timezone": "UTC", "to_timezone": "Europe/Berlin"})",
         "!invalid_arguments"},
    };
}
// clang-format on

}
