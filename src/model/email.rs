//! E-mail addresses: syntax is judged by a library, the domain is written in its one canonical form, and two
//! spellings that differ only by case are the same address.

use email_address::{EmailAddress, Options};

use super::domain;

/// A well-formed address: the local part as it was sent, the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address, forgiving blanks and angle brackets around it. The error says what is wrong, without
    /// repeating the address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let parsed = EmailAddress::parse_with_options(text, options).map_err(|error| error.to_string())?;
        let host = domain::host_to_ascii(parsed.domain()).ok_or("the domain is not a host name")?;
        Ok(Self(format!("{}@{host}", parsed.local_part())))
    }

    /// An address read back from the store, where only parsed ones get in.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether the address is at a provider where anybody can have one, so that it says nothing about a company.
    #[must_use]
    pub fn is_free(&self) -> bool {
        domain::is_free_mail(self.domain())
    }

    /// The form that is compared and hashed: all in lower case. Apollo hashes the same form.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_addresses_are_kept() {
        for (sent, kept) in [
            ("mark@greatamericanwriters.com", "mark@greatamericanwriters.com"),
            ("  Mark.Twain@GreatAmericanWriters.COM ", "Mark.Twain@greatamericanwriters.com"),
            ("<mark@writers.test>", "mark@writers.test"),
            ("mark+books@writers.co.uk", "mark+books@writers.co.uk"),
            ("post@bücher.example", "post@xn--bcher-kva.example"),
        ] {
            assert_eq!(Email::parse(sent).map(|email| email.0), Ok(kept.to_owned()), "{sent}");
        }
        assert_eq!(Email::parse("Mark@Writers.Test").unwrap().canonical(), "mark@writers.test");
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for sent in [
            "",
            "mark",
            "mark@",
            "@writers.com",
            "mark@localhost",
            "a b@writers.com",
            "[email protected]",
            "Mark <mark@writers.com>",
            "user@[127.0.0.1]",
            "mark@@writers.com",
            "mark@writers..com",
        ] {
            assert!(Email::parse(sent).is_err(), "{sent}");
        }
    }
}
