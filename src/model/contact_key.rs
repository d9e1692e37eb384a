//! The exact keys by which a contact is found: two contacts that share a key may be the same person. A key is a
//! digest, so an index of keys is small, of fixed width and holds nothing personal.

use std::fmt::Write as _;

use md5::Md5;
use sha2::{Digest, Sha256};

use super::Id;
use super::email::Email;
use super::name;

/// The digest of one normalised identifier. Two keys are equal exactly when kind and identifier are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContactKey([u8; 32]);

impl ContactKey {
    /// The number that the index stores. It finds candidates; whoever finds one compares the whole key.
    #[must_use]
    pub fn fingerprint(&self) -> i64 {
        self.0.first_chunk().copied().map_or(0, i64::from_be_bytes)
    }

    /// An address is found by itself, by its SHA-256 (which is its key) and by its MD5.
    #[must_use]
    pub fn of_email(email: &Email) -> [Self; 2] {
        let canonical = email.canonical();
        [Self::email_canonical(&canonical), Self::md5(Md5::digest(canonical.as_bytes()).into())]
    }

    #[must_use]
    pub fn email(email: &Email) -> Self {
        Self::email_canonical(&email.canonical())
    }

    /// Reads the MD5 or SHA-256 of an address in hexadecimal digits, as Apollo's `hashed_email`.
    #[must_use]
    pub fn hashed_email(text: &str) -> Option<Self> {
        let bytes = hex::decode(text.trim()).ok()?;
        match bytes.len() {
            16 => Some(Self::md5(bytes.try_into().ok()?)),
            32 => Some(Self(bytes.try_into().ok()?)),
            _ => None,
        }
    }

    /// A profile URL in any of its forms: with or without scheme, `www`, country host, query or final slash.
    #[must_use]
    pub fn linkedin(url: &str) -> Option<Self> {
        let url = percent_encoding::percent_decode_str(url).decode_utf8_lossy().to_lowercase();
        let (_, path) = url.split_once("linkedin.com/")?;
        let path = path.split(['?', '#']).next()?.trim_end_matches('/');
        match path.split_once('/')? {
            ("in", slug) => Some(Self::of("linkedin", &[slug.split('/').next()?])),
            // The old form: only the whole path tells namesakes apart.
            ("pub", rest) => Some(Self::of("linkedin_pub", &[rest])),
            _ => None,
        }
    }

    #[must_use]
    pub fn person(id: &Id) -> Self {
        Self::of("person", &[id.as_str()])
    }

    #[must_use]
    pub fn salesforce_lead(id: &str) -> Self {
        Self::of("salesforce_lead", &[id])
    }

    #[must_use]
    pub fn salesforce_contact(id: &str) -> Self {
        Self::of("salesforce_contact", &[id])
    }

    #[must_use]
    pub fn hubspot(vid: &str) -> Self {
        Self::of("hubspot", &[vid])
    }

    /// `folded` is a full name that [`name::fold`] has folded; nothing if nothing of it is left.
    #[must_use]
    pub fn name_at_domain(folded: &str, domain: &str) -> Option<Self> {
        Self::name_at("domain", folded, domain)
    }

    #[must_use]
    pub fn name_at_company(folded: &str, company: &str) -> Option<Self> {
        Self::name_at("company", folded, &name::fold_company(company))
    }

    #[must_use]
    pub fn name_at_organization(folded: &str, organization: &Id) -> Option<Self> {
        Self::name_at("organization", folded, organization.as_str())
    }

    /// A company's key alone identifies nobody, and neither does a name alone, or a first name at a company.
    fn name_at(kind: &str, folded: &str, place: &str) -> Option<Self> {
        if !folded.contains(' ') || place.is_empty() {
            return None;
        }
        // The name comes first in the digest, so that the index holds a person's names side by side on one page.
        let (Self(name), Self(whole)) = (Self::of("name", &[folded]), Self::of(kind, &[folded, place]));
        let mut key = whole;
        key[..4].copy_from_slice(&name[..4]);
        Some(Self(key))
    }

    fn email_canonical(canonical: &str) -> Self {
        Self(Sha256::digest(canonical.as_bytes()).into())
    }

    fn md5(digest: [u8; 16]) -> Self {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&digest);
        Self(key)
    }

    /// Zero bytes separate the parts: no identifier can hold one, so no two lists of parts read alike.
    fn of(kind: &str, parts: &[&str]) -> Self {
        let mut digest = Sha256::new_with_prefix(kind);
        for part in parts {
            digest.update([0]);
            digest.update(part);
        }
        Self(digest.finalize().into())
    }
}

/// The fingerprints of keys as a JSON array of texts, the form in which one statement stores them all.
#[must_use]
pub fn fingerprints_json(keys: &[ContactKey]) -> String {
    let mut json = String::with_capacity(keys.len() * 23 + 2);
    json.push('[');
    for (place, key) in keys.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(json, "{comma}{}", key.fingerprint()); // writing to a String cannot fail
    }
    json.push(']');
    json
}

/// Keys without repetitions, in their first order.
#[must_use]
pub fn distinct(keys: Vec<ContactKey>) -> Vec<ContactKey> {
    let mut seen: Vec<ContactKey> = Vec::with_capacity(keys.len());
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    #[test]
    fn an_address_is_found_by_its_hashes() {
        let [key, md5] = ContactKey::of_email(&email("Mark@Writers.test"));
        assert_eq!(key, ContactKey::email(&email("mark@writers.test")));
        let sha256 = hex::encode(Sha256::digest("mark@writers.test"));
        assert_eq!(ContactKey::hashed_email(&sha256.to_uppercase()), Some(key));
        assert_eq!(ContactKey::hashed_email(&hex::encode(Md5::digest("mark@writers.test"))), Some(md5));
        assert_eq!(ContactKey::hashed_email("abc"), None);
        assert_eq!(ContactKey::hashed_email("zz"), None);
    }

    #[test]
    fn profile_urls_have_one_key() {
        let key = ContactKey::linkedin("http://www.linkedin.com/in/mark-twain").unwrap();
        for url in [
            "https://linkedin.com/in/Mark-Twain/",
            "de.linkedin.com/in/mark-twain?trk=x",
            "www.LinkedIn.com/in/mark%2Dtwain#a",
        ] {
            assert_eq!(ContactKey::linkedin(url), Some(key), "{url}");
        }
        let namesakes = ["/1/2/3", "/9/8/7"]
            .map(|rest| ContactKey::linkedin(&format!("linkedin.com/pub/mark-twain{rest}")));
        assert!(namesakes[0].is_some() && namesakes[0] != namesakes[1]);
        for url in ["", "https://linkedin.com/company/writers", "https://linkedin.com/in/", "mark-twain"] {
            assert_eq!(ContactKey::linkedin(url), None, "{url}");
        }
    }

    #[test]
    fn a_company_alone_identifies_nobody() {
        assert_eq!(ContactKey::name_at_company("", "Writers"), None);
        assert_eq!(ContactKey::name_at_company("mark", "Writers"), None);
        assert_eq!(ContactKey::name_at_domain("mark twain", ""), None);
        assert_ne!(
            ContactKey::name_at_company("mark twain", "writers.test"),
            ContactKey::name_at_domain("mark twain", "writers.test"),
        );
    }

    #[test]
    fn fingerprints_are_a_json_array() {
        let keys = [ContactKey::hubspot("1"), ContactKey::hubspot("2")];
        let numbers: Vec<i64> = serde_json::from_str(&fingerprints_json(&keys)).unwrap();
        assert_eq!(numbers, keys.map(|key| key.fingerprint()));
        assert_eq!(fingerprints_json(&[]), "[]");
    }
}
