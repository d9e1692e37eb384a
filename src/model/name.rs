//! Names of people and companies, and the folded form in which two spellings of one name are equal. Folding is
//! for comparing only: what was sent is what is kept and shown.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Legal forms that companies add to their name or leave out as they please.
const LEGAL_FORMS: [&str; 31] = [
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "aps",
    "pty",
    "pte",
    "pvt",
    "kk",
];

/// The full name from its parts, or nothing if both are missing.
#[must_use]
pub fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

/// Accents of the Latin, Greek and Cyrillic scripts. In other scripts such marks are letters.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// A person's name for comparing: lower case, without accents, punctuation, invisible marks or doubled blanks.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.nfkd().filter(|character| !ACCENTS.contains(character)).nfc() {
        if character.is_alphanumeric() || is_combining_mark(character) {
            folded.extend(character.to_lowercase());
        } else if (character.is_whitespace() || "-_/&,".contains(character)) && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.trim().to_owned()
}

/// A company's name for comparing: folded, and without the legal forms at its end.
#[must_use]
pub fn fold_company(name: &str) -> String {
    let folded = fold(name);
    let mut rest = folded.as_str();
    while let Some((before, last)) = rest.rsplit_once(' ') {
        if !LEGAL_FORMS.contains(&last) {
            break;
        }
        rest = before;
    }
    rest.strip_prefix("the ").unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_from_its_parts() {
        assert_eq!(full_name(Some("Mark"), Some("Twain")).as_deref(), Some("Mark Twain"));
        assert_eq!(full_name(None, Some("Twain")).as_deref(), Some("Twain"));
        assert_eq!(full_name(None, None), None);
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (one, other) in [
            ("José  García", "jose garcia"),
            ("O'Neill", "ONEILL"),
            ("Jean-Luc", "Jean Luc"),
            ("\u{202e}Mark\u{200b} Twain ", "mark twain"),
            ("ＭＡＲＫ", "mark"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        for (one, other) in [("Mark Twain", "Marc Twain"), ("राम", "रमा"), ("がな", "かな"), ("ไก่", "ไก")]
        {
            assert_ne!(fold(one), fold(other), "{one}");
        }
        assert_eq!(fold("王 小明"), "王 小明");
    }

    #[test]
    fn legal_forms_do_not_tell_companies_apart() {
        for name in
            ["Great American Writers Co.", "great american writers", "The Great American Writers Co., Inc."]
        {
            assert_eq!(fold_company(name), "great american writers", "{name}");
        }
        assert_eq!(fold_company("Co"), "co");
        assert_ne!(fold_company("Orchard Tools"), fold_company("Orchard Toys"));
    }
}
