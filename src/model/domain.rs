//! Host names and the company they speak for. The public suffix list decides which part of a host is registered
//! by a company; free-mail providers speak for nobody.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Providers where anybody can have an address, one domain a line.
static FREE_MAIL: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("free_mail.txt").lines().collect());

/// The company domain of a web site as people write it: `<https://www.Example.co.uk/about>` → `example.co.uk`.
/// Nothing where the text holds no registrable host name.
#[must_use]
pub fn from_website(website: &str) -> Option<String> {
    let host = host_of(strip_brackets(website))?;
    registrable(&host)
}

/// A web site as it is kept: without the blanks and angle brackets that documents wrap around links.
#[must_use]
pub fn strip_brackets(website: &str) -> &str {
    website.trim().trim_start_matches('<').trim_end_matches('>').trim()
}

/// The part of a host that a company registers: `mail.example.co.uk` → `example.co.uk`.
#[must_use]
pub fn registrable(host: &str) -> Option<String> {
    let domain = psl::domain_str(host)?;
    domain.contains('.').then(|| domain.to_owned())
}

/// A host name in its one canonical form: lower case, international names in their ASCII spelling.
#[must_use]
pub fn host_to_ascii(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.');
    let ascii = idna::domain_to_ascii_strict(host).ok()?;
    (!ascii.is_empty() && ascii.len() <= 253).then_some(ascii)
}

/// Whether addresses at this domain say nothing about a company.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(domain)
}

fn host_of(website: &str) -> Option<String> {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    host_to_ascii(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_name_their_company() {
        for (website, domain) in [
            ("https://www.greatamericanwriters.com", Some("greatamericanwriters.com")),
            ("<https://www.greatamericanwriters.com>", Some("greatamericanwriters.com")),
            ("greatamericanwriters.com", Some("greatamericanwriters.com")),
            ("HTTP://User@Shop.Example.co.uk:8080/a?b#c", Some("example.co.uk")),
            ("bücher.example", Some("xn--bcher-kva.example")),
            ("", None),
            ("localhost", None),
            ("co.uk", None),
            ("not a site", None),
            ("<>", None),
        ] {
            assert_eq!(from_website(website).as_deref(), domain, "{website}");
        }
    }

    #[test]
    fn free_mail_is_known() {
        assert!(is_free_mail("gmail.com") && is_free_mail("web.de"));
        assert!(!is_free_mail("greatamericanwriters.com"));
    }
}
