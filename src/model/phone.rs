//! Phone numbers: what the caller sent, kept as it was, and the E.164 form where there is one. Numbers are not
//! checked against the real numbering plan, because Apollo's own documented example is not valid in it.

use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, Region};
use serde::{Deserialize, Serialize};

/// What kind of line a number is, in Apollo's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneType {
    WorkDirect,
    Mobile,
    WorkHq,
    Home,
    Other,
}

impl PhoneType {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkDirect => "work_direct",
            Self::Mobile => "mobile",
            Self::WorkHq => "work_hq",
            Self::Home => "home",
            Self::Other => "other",
        }
    }

    /// Reads a type as clients write it. An unknown word is `other`: the number matters more than its label.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.to_lowercase().as_str() {
            "work_direct" | "work" | "direct" => Self::WorkDirect,
            "mobile" | "work_mobile" | "cell" => Self::Mobile,
            "work_hq" | "corporate" | "hq" => Self::WorkHq,
            "home" => Self::Home,
            _ => Self::Other,
        }
    }
}

/// One number of a contact; its place in the contact's list is its `position` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub raw_number: String,
    /// E.164, or nothing where the text cannot be a phone number.
    pub sanitized_number: Option<String>,
    #[serde(rename = "type")]
    pub kind: PhoneType,
}

impl Phone {
    #[must_use]
    pub fn new(raw_number: String, kind: PhoneType) -> Self {
        let sanitized_number = sanitize(&raw_number);
        Self { raw_number, sanitized_number, kind }
    }
}

/// The E.164 form of a number; one without a country code is read as a number of the United States, as Apollo
/// does. Nothing where the text is no number or its length fits no number. Extensions have no place in E.164.
#[must_use]
pub fn sanitize(raw: &str) -> Option<String> {
    let number = PhoneNumber::parse(raw, Some(Region::US)).ok()?;
    matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible))
        .then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_thirty_countries() {
        for (raw, e164) in [
            ("555-123-4567", "+15551234567"),
            ("(415) 555-2671", "+14155552671"),
            ("+1 604 555 0134", "+16045550134"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+49 30 901820", "+4930901820"),
            ("+33 1 23 45 67 89", "+33123456789"),
            ("+39 06 6982", "+39066982"),
            ("+34 912 34 56 78", "+34912345678"),
            ("+351 21 123 4567", "+351211234567"),
            ("+31 20 123 4567", "+31201234567"),
            ("+32 2 555 12 12", "+3225551212"),
            ("+41 44 668 18 00", "+41446681800"),
            ("+43 1 534680", "+431534680"),
            ("+46 8 123 456 78", "+46812345678"),
            ("+47 22 12 34 56", "+4722123456"),
            ("+45 32 12 34 56", "+4532123456"),
            ("+358 9 123 4567", "+35891234567"),
            ("+48 22 123 45 67", "+48221234567"),
            ("+420 224 123 456", "+420224123456"),
            ("+353 1 234 5678", "+35312345678"),
            ("+61 2 9374 4000", "+61293744000"),
            ("+64 3 331 6005", "+6433316005"),
            ("+81 3-1234-5678", "+81312345678"),
            ("+82 2-312-3456", "+8223123456"),
            ("+86 10 6552 9988", "+861065529988"),
            ("+91 98765 43210", "+919876543210"),
            ("+55 11 96123-4567", "+5511961234567"),
            ("+52 55 1234 5678", "+525512345678"),
            ("+54 11 1234-5678", "+541112345678"),
            ("+27 11 123 4567", "+27111234567"),
            ("+972 2-123-4567", "+97221234567"),
            ("+971 4 123 4567", "+97141234567"),
        ] {
            assert_eq!(sanitize(raw).as_deref(), Some(e164), "{raw}");
        }
    }

    #[test]
    fn extensions_are_dropped_and_letters_are_dialled() {
        assert_eq!(sanitize("+1 415 555 2671 ext. 89").as_deref(), Some("+14155552671"));
        assert_eq!(sanitize("415-555-2671 x89").as_deref(), Some("+14155552671"));
        assert_eq!(sanitize("1-800-FLOWERS").as_deref(), Some("+18003569377"));
        assert_eq!(sanitize("tel:+1-415-555-2671").as_deref(), Some("+14155552671"));
    }

    #[test]
    fn what_cannot_be_a_number_has_no_sanitized_form() {
        for raw in [
            "",
            "call me",
            "12",
            "555-1234",
            "030 123456",
            "+999 123 456 789",
            "1".repeat(400).as_str(),
            "\u{202e}",
        ] {
            assert_eq!(sanitize(raw), None, "{raw}");
        }
    }
}
