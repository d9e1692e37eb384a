//! Tells city, state, country and time zone from a free-text address such as "Atlanta, GA". It fills only
//! what the text settles: a wrong place is worse than none, so it must not guess between namesakes, and it
//! never looks outside the list of places it was built with.

mod gazetteer;
mod reading;
mod segment;

use reading::{Reading, settle};
use segment::segments;

/// No address is longer, in bytes; a longer text tells nothing.
const LONGEST: usize = 500;

/// What an address tells. A field is `None` where the text does not settle it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// City by its English name.
    pub city: Option<String>,
    /// First-level division by its full English name, or as written where the list has no such region.
    pub state: Option<String>,
    /// Country by its English name.
    pub country: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// Reads a free-text address.
#[must_use]
pub fn parse(raw: &str) -> Place {
    let raw = raw.trim();
    if raw.len() > LONGEST {
        return Place::default();
    }
    let mut segments = segments(raw);
    let forward = settle(&segments);
    if segments.len() < 2 || forward.as_ref().is_some_and(|reading| reading.matched > 1) {
        return forward.map(|reading| reading.place(&segments)).unwrap_or_default();
    }
    let forward = forward.filter(|reading| reading.is_corroborated(&segments));
    let forward = forward.map(|reading| reading.place(&segments)).unwrap_or_default();
    // One match among several parts: the text may run from the country down ("Germany, Berlin").
    segments.reverse();
    let backward = settle(&segments).filter(Reading::is_whole);
    backward.map_or(forward, |reading| reading.place(&[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The four fields in order, `-` where one is not told.
    fn told(raw: &str) -> String {
        let place = parse(raw);
        let fields = [place.city, place.state, place.country, place.time_zone];
        fields.map(|field| field.unwrap_or_else(|| "-".to_owned())).join("|")
    }

    fn check(rows: &[(&str, &str)]) {
        for (raw, expected) in rows {
            assert_eq!(told(raw), *expected, "{raw}");
        }
    }

    #[test]
    fn common_forms() {
        check(&[
            ("Atlanta, United States", "Atlanta|Georgia|United States|America/New_York"),
            (
                "San Francisco, California, United States",
                "San Francisco|California|United States|America/Los_Angeles",
            ),
            ("Atlanta, GA", "Atlanta|Georgia|United States|America/New_York"),
            ("London, UK", "London|England|United Kingdom|Europe/London"),
            ("Berlin, Germany", "Berlin|Berlin|Germany|Europe/Berlin"),
            (
                "1 Infinite Loop, Cupertino, CA 95014, USA",
                "Cupertino|California|United States|America/Los_Angeles",
            ),
            ("São Paulo, Brazil", "São Paulo|São Paulo|Brazil|America/Sao_Paulo"),
            ("Sao Paulo, SP, Brasil", "São Paulo|São Paulo|Brazil|America/Sao_Paulo"),
            ("New York City", "New York|New York|United States|America/New_York"),
            ("Toronto, ON", "Toronto|Ontario|Canada|America/Toronto"),
            ("Perth, WA", "Perth|Western Australia|Australia|Australia/Perth"),
            ("Dubai, UAE", "Dubai|Dubai|United Arab Emirates|Asia/Dubai"),
            ("München, Bayern, Deutschland", "Munich|Bavaria|Germany|Europe/Berlin"),
            ("Austin Texas USA", "Austin|Texas|United States|America/Chicago"),
            ("Germany, Bavaria, Munich", "Munich|Bavaria|Germany|Europe/Berlin"),
            ("United Kingdom, Cambridge", "Cambridge|England|United Kingdom|Europe/London"),
            ("San Juan, Puerto Rico, United States", "San Juan|San Juan|Puerto Rico|America/Puerto_Rico"),
            ("Seoul, Korea, Republic of", "Seoul|Seoul|South Korea|Asia/Seoul"),
        ]);
    }

    #[test]
    fn spelling_does_not_matter() {
        for raw in ["  atlanta ,  u.s.a. ", "ATLANTA, US.", "Atlanta\n30301\nUnited States of America;"] {
            assert_eq!(told(raw), told("Atlanta, United States"), "{raw}");
        }
        let munich = told("Munich, Germany");
        for raw in
            ["Munchen, DEU", "80331 Muenchen, Germany", "M\u{fc}nchen - Germany", "Mu\u{308}nchen / Germany"]
        {
            assert_eq!(told(raw), munich, "{raw}");
        }
        check(&[
            ("Saint Louis, MO", "St. Louis|Missouri|United States|America/Chicago"),
            ("221B Baker Street, London NW1 6XE", "London|England|United Kingdom|Europe/London"),
            ("1012 AB Amsterdam, Netherlands", "Amsterdam|North Holland|Netherlands|Europe/Amsterdam"),
        ]);
    }

    #[test]
    fn a_name_alone_needs_overwhelming_people() {
        check(&[
            ("Paris", "Paris|Île-de-France|France|Europe/Paris"),
            ("Delaware", "-|Delaware|United States|America/New_York"),
            ("Nunavut", "-|Nunavut|Canada|-"),
            ("Grenada", "-|-|Grenada|America/Grenada"),
            ("Monaco", "Monaco|Municipality of Monaco|Monaco|Europe/Monaco"),
            ("Singapore", "Singapore|-|Singapore|Asia/Singapore"),
            ("Luxembourg", "-|-|Luxembourg|Europe/Luxembourg"),
            ("Scotland", "-|Scotland|United Kingdom|Europe/London"),
        ]);
        let ambiguous =
            ["Georgia", "Cambridge", "Springfield", "Birmingham", "Barcelona", "Washington", "Punjab"];
        let small_or_vague = [
            "Bath",
            "Western Province",
            "North West",
            "Blowing Point",
            "Capital Region",
            "CA",
            "na",
            "N/A",
            "ok",
        ];
        for raw in ambiguous.iter().chain(&small_or_vague) {
            assert_eq!(parse(raw), Place::default(), "{raw}");
        }
    }

    #[test]
    fn the_rest_of_the_text_settles_namesakes() {
        check(&[
            ("Georgia, USA", "-|Georgia|United States|America/New_York"),
            ("Tbilisi, Georgia", "Tbilisi|Tbilisi|Georgia|Asia/Tbilisi"),
            ("Cambridge, MA", "Cambridge|Massachusetts|United States|America/New_York"),
            ("Cambridge, England", "Cambridge|England|United Kingdom|Europe/London"),
            ("London, Ontario", "London|Ontario|Canada|America/Toronto"),
            ("Berlin, DE", "Berlin|Berlin|Germany|Europe/Berlin"),
            ("Dover, DE", "Dover|Delaware|United States|America/New_York"),
            // Readings that differ tell what they share; codes of two countries share nothing.
            ("Springfield, United States", "-|-|United States|-"),
            ("Salem, IN", "-|-|-|-"),
            ("Milano, MI", "-|-|-|-"),
            ("Paris, London", "-|-|-|-"),
            ("Paris, Lyon, France", "-|-|France|Europe/Paris"),
        ]);
    }

    #[test]
    fn one_name_for_city_and_region() {
        check(&[
            ("New York, NY", "New York|New York|United States|America/New_York"),
            ("New York, United States", "-|New York|United States|America/New_York"),
            ("Quebec", "-|Quebec|Canada|America/Toronto"),
            ("Moscow, Russia", "Moscow|Moscow|Russia|Europe/Moscow"),
            ("Buenos Aires", "Buenos Aires|Buenos Aires City|Argentina|America/Argentina/Buenos_Aires"),
            ("Hauptstraße 5, Berlin, Germany", "Berlin|Berlin|Germany|Europe/Berlin"),
            ("Main Avenue, 1578, São Paulo, Brazil", "São Paulo|São Paulo|Brazil|America/Sao_Paulo"),
            ("Acme GmbH, Berlin, Germany", "-|Berlin|Germany|Europe/Berlin"),
        ]);
    }

    #[test]
    fn what_the_list_lacks_is_kept_as_written() {
        check(&[
            ("Munich, Upper Bavaria, Germany", "Munich|Upper Bavaria|Germany|Europe/Berlin"),
            ("Dublin, County Dublin, Ireland", "Dublin|County Dublin|Ireland|Europe/Dublin"),
            ("Springfield, Sangamon County, Illinois", "Springfield|Illinois|United States|America/Chicago"),
            ("Milano, MI, Italia", "Milan|Lombardy|Italy|Europe/Rome"),
            ("Marbella, Málaga, Spain", "Marbella|Andalusia|Spain|Europe/Madrid"),
            ("Tinytown, Vermont", "Tinytown|Vermont|United States|America/New_York"),
            ("Tinytown, TX", "Tinytown|Texas|United States|-"),
            ("Tinytown, GA 30513", "Tinytown|Georgia|United States|America/New_York"),
            ("Tinytown, GA", "-|-|-|-"),
            ("Dallas, Virginia", "-|Virginia|United States|America/New_York"),
            ("Tinytown, Germany", "-|-|Germany|Europe/Berlin"),
            ("Hertfordshire, England", "-|England|United Kingdom|Europe/London"),
            ("Munich, Hesse, Germany", "-|Hesse|Germany|Europe/Berlin"),
            ("5 London, Tinytown, UK", "-|-|United Kingdom|Europe/London"),
            ("Germany, Acme Company, Munich", "Munich|Bavaria|Germany|Europe/Berlin"),
            ("SoHo, New York, USA", "-|New York|United States|America/New_York"),
        ]);
    }

    #[test]
    fn not_every_word_before_a_state_is_a_town() {
        for town in ["Tinytown", "St. Tiny-Town", "1 Main Street, Tinytown"] {
            let tiny = town.rsplit(", ").next().unwrap_or_default();
            check(&[(
                &format!("{town} - Vermont"),
                &format!("{tiny}|Vermont|United States|America/New_York"),
            )]);
        }
        for words in ["Sales & Marketing", "Acme, Tinytown", "Silicon Valley", "Georgia", "Sangamon County"] {
            check(&[(&format!("{words}, Vermont"), "-|Vermont|United States|America/New_York")]);
        }
        assert_eq!(parse("Tinytown, tx"), Place::default());
    }

    #[test]
    fn surroundings_are_not_the_city() {
        check(&[
            ("Greater Boston Area", "-|-|United States|America/New_York"),
            ("London Area, United Kingdom", "-|-|United Kingdom|Europe/London"),
            ("New York Metropolitan Area", "-|-|United States|America/New_York"),
            ("San Diego County, CA", "-|California|United States|America/Los_Angeles"),
            (
                "Manchester, Greater Manchester, England, UK",
                "Manchester|England|United Kingdom|Europe/London",
            ),
        ]);
    }

    #[test]
    fn remote_is_no_place() {
        check(&[
            ("Remote", "-|-|-|-"),
            ("EMEA", "-|-|-|-"),
            ("Remote, US", "-|-|United States|-"),
            ("Berlin, Germany (Remote)", "Berlin|Berlin|Germany|Europe/Berlin"),
        ]);
    }

    #[test]
    fn zones_hold_for_the_whole_of_what_is_told() {
        check(&[
            ("Germany", "-|-|Germany|Europe/Berlin"),
            ("Spain", "-|-|Spain|-"),
            ("Canary Islands, Spain", "-|Canary Islands|Spain|Atlantic/Canary"),
            ("California", "-|California|United States|America/Los_Angeles"),
            ("Texas", "-|Texas|United States|-"),
            ("El Paso, Texas", "El Paso|Texas|United States|America/Denver"),
        ]);
    }

    #[test]
    fn hostile_text_is_read_without_harm() {
        let long = ["a", "a,", "Paris ", "Paris,", "é", "\u{fdfa}", "🇩🇪", "- ", "1 ", "greater "];
        for part in long {
            assert_eq!(parse(&part.repeat(10_000)), Place::default(), "{part}");
            assert!(
                parse(&part.repeat(LONGEST / part.len())).city.is_none_or(|city| city == "Paris"),
                "{part}"
            );
        }
        for raw in [
            "",
            " ",
            "\0",
            ",,,",
            "\u{202e}",
            "🙂",
            "🙂, 🙂",
            "́",
            "-",
            "()",
            "12345",
            "的, 的",
            "\u{fdfa}, GA",
        ] {
            assert_eq!(parse(raw), Place::default(), "{raw:?}");
        }
        let berlin = told("Berlin, Germany");
        for raw in ["\u{202e}Ber\0lin\u{200f}, \u{feff}Germany\u{202c}", "🇩🇪 Berlin 🙂, Germany 🇩🇪"]
        {
            assert_eq!(told(raw), berlin, "{raw:?}");
        }
        assert_eq!(told("Tiny\u{202e}town, Vermont").split('|').next(), Some("Tinytown"));
    }
}
