//! Host names and the company they speak for. The public suffix list decides which part of a host is registered
//! by a company; free-mail providers speak for nobody.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Providers where anybody can have an address, one domain a line.
static FREE_MAIL: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("free_mail.txt").lines().collect());

/// Sites that host pages of many companies and people, one domain a line.
static SHARED_SITES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("shared_sites.txt").lines().collect());

/// The company domain of a web site as people write it: `<https://www.Example.co.uk/about>` → `example.co.uk`.
/// Nothing where the text names no host that one company has registered.
#[must_use]
pub fn from_website(website: &str) -> Option<String> {
    let domain = registrable(&host_of(strip_brackets(website))?)?;
    (!is_free_mail(&domain) && !SHARED_SITES.contains(domain.as_str())).then_some(domain)
}

/// Whether the text is the address of a site at all.
#[must_use]
pub fn is_website(website: &str) -> bool {
    host_of(strip_brackets(website)).is_some_and(|host| host.contains('.'))
}

/// A web site as it is kept: without the blanks and angle brackets that documents wrap around links.
#[must_use]
pub fn strip_brackets(website: &str) -> &str {
    website.trim().trim_start_matches('<').trim_end_matches('>').trim()
}

/// The part of a host that a company registers: `mail.example.co.uk` → `example.co.uk`. Nothing for an IP address.
#[must_use]
pub fn registrable(host: &str) -> Option<String> {
    if host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let domain = psl::domain_str(host)?;
    domain.contains('.').then(|| domain.to_owned())
}

/// A host name in its one canonical form: lower case, international names in their ASCII spelling.
#[must_use]
pub fn host_to_ascii(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.');
    let ascii = idna::domain_to_ascii(host).ok()?;
    let is_host = ascii.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    (is_host && !ascii.is_empty() && ascii.len() <= 253).then_some(ascii)
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
            ("https://my_shop.example.com", Some("example.com")),
            ("https://192.168.0.1", None),
            ("https://www.linkedin.com/company/writers", None),
            ("gmail.com", None),
            ("not a site", None),
            ("<>", None),
        ] {
            assert_eq!(from_website(website).as_deref(), domain, "{website}");
        }
    }

    #[test]
    fn sites_without_a_company_domain_are_sites_all_the_same() {
        for site in
            ["https://vercel.app", "http://192.168.0.1/", "ab--cd.com", "www.linkedin.com/company/writers"]
        {
            assert!(is_website(site), "{site}");
        }
        for text in ["", "no site", "<>", "localhost"] {
            assert!(!is_website(text), "{text}");
        }
    }

    #[test]
    fn free_mail_is_known() {
        assert!(is_free_mail("gmail.com") && is_free_mail("web.de"));
        assert!(!is_free_mail("greatamericanwriters.com"));
    }
}
