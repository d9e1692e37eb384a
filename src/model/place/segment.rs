//! Cuts an address into the parts that may each name something, and cleans what names nothing: postal
//! codes, house numbers, invisible characters. It looks names up to cut right, and never picks a meaning.

use super::gazetteer::{Entry, Gazetteer, Name, fold};

const SEPARATORS: [char; 13] = [',', ';', '|', '/', '\\', '\n', '\r', '\t', '•', '·', '，', '、', '،'];

/// Words that say how someone works, not where.
const MANNERS: [&str; 4] = ["remote", "remotely", "hybrid", "wfh"];

/// Parts that name no country, or repeat what kind of country the part before names.
const SILENT: [&str; 19] = [
    "anywhere",
    "worldwide",
    "global",
    "earth",
    "europe",
    "eu",
    "emea",
    "apac",
    "latam",
    "unknown",
    "various",
    "na",
    "republic of",
    "islamic republic of",
    "bolivarian republic of",
    "plurinational state of",
    "united republic of",
    "federated states of",
    "province of china",
];

const METRO_FIRST: [&str; 4] = ["greater", "metro", "metropolitan", "county"];
const METRO_LAST: [&str; 8] =
    ["area", "metro", "metropolitan", "metroplex", "region", "bay", "county", "ncr"];

/// Longer runs of words are prose or a street, and are not searched for a place inside.
const MOST_WORDS: usize = 6;

/// One part of an address with everything its text may mean.
#[derive(Debug)]
pub(super) struct Segment {
    /// The words as written, without those that hold digits.
    pub(super) text: String,
    pub(super) names: &'static [Name],
    /// It held or was followed by a number: a street and its house, or a city and its postal code.
    pub(super) numbered: bool,
    /// The number was a United States postal code at the end.
    pub(super) zip: bool,
    /// It names the surroundings of a city ("Greater Boston"), not the city.
    pub(super) metro: bool,
}

impl Segment {
    fn new(words: &[&str]) -> Option<Self> {
        let text = words.join(" ");
        let text = text.trim_matches(|letter: char| !letter.is_alphanumeric());
        let key = fold(text);
        if key.is_empty() || SILENT.contains(&key.as_str()) {
            return None;
        }
        let (names, metro) = meanings(&key);
        Some(Self { text: text.to_owned(), names, numbered: false, zip: false, metro })
    }

    /// Whether it reads like one name rather than a sentence, a code or an address line.
    pub(super) fn is_name(&self) -> bool {
        let spelled = |letter: char| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\'' | '’' | '.');
        let letters = self.text.chars().filter(|letter| letter.is_alphabetic()).count();
        let words = self.text.split(' ').count();
        !self.numbered && (4..=40).contains(&letters) && words <= 4 && self.text.chars().all(spelled)
    }

    /// Whether it is written in capitals alone, as codes are.
    pub(super) fn is_upper(&self) -> bool {
        self.text.chars().all(char::is_uppercase)
    }

    /// The cities it may name.
    pub(super) fn cities(&self) -> impl Iterator<Item = usize> {
        self.names.iter().filter_map(
            |name| {
                if let Entry::City(city) = name.entry { Some(city) } else { None }
            },
        )
    }

    /// Whether it may name anything in a country.
    pub(super) fn within(&self, country: usize) -> bool {
        self.names.iter().any(|name| Gazetteer::get().country_of(name.entry) == country)
    }
}

/// The segments of a text from left to right; what says nothing is left out.
pub(super) fn segments(raw: &str) -> Vec<Segment> {
    let visible: String = raw.chars().filter(|letter| !is_invisible(*letter)).collect();
    let mut found = Vec::new();
    for part in visible.split(SEPARATORS) {
        let words: Vec<&str> = part.split_whitespace().collect();
        for group in words.split(|word| word.chars().all(|letter| matches!(letter, '-' | '–' | '—'))) {
            push_group(group, &mut found);
        }
    }
    found
}

fn push_group(words: &[&str], found: &mut Vec<Segment>) {
    let numbered = words.iter().any(|word| has_digit(word));
    let zip = words.last().is_some_and(|word| is_zip(word));
    let kept: Vec<&str> =
        words.iter().enumerate().filter(|(at, _)| !is_noise(words, *at)).map(|(_, word)| *word).collect();
    let before = found.len();
    match Segment::new(&kept) {
        Some(segment) if segment.names.is_empty() => match split(&kept) {
            Some(parts) => found.extend(parts.into_iter().filter_map(Segment::new)),
            None => found.push(segment),
        },
        segment => found.extend(segment),
    }
    // A number on its own belongs to the part before it ("Avenida Paulista, 1578"; "Austin, TX, 78701").
    if (found.len() > before || kept.is_empty())
        && let Some(last) = found.last_mut()
    {
        last.numbered |= numbered;
        last.zip |= zip;
    }
}

/// Cuts words that name nothing together into a place and what holds it ("Austin Texas USA").
fn split<'a>(words: &'a [&'a str]) -> Option<Vec<&'a [&'a str]>> {
    let count = words.len();
    if count > MOST_WORDS {
        return None;
    }
    (1..count.min(4)).find_map(|tail| {
        let (place, holder) = words.split_at(count - tail);
        let holders = meanings(&fold(&holder.join(" "))).0;
        let held = |name: &Name| holders.iter().any(|holder| holds(holder.entry, name.entry));
        if meanings(&fold(&place.join(" "))).0.iter().any(held) {
            return Some(vec![place, holder]);
        }
        let has_scope = holders.iter().any(|name| !matches!(name.entry, Entry::City(_)));
        let mut parts = has_scope.then(|| split(place))??;
        parts.push(holder);
        Some(parts)
    })
}

fn holds(outer: Entry, inner: Entry) -> bool {
    let gazetteer = Gazetteer::get();
    match (outer, inner) {
        (Entry::Country(country), Entry::City(_) | Entry::Region(_)) => {
            gazetteer.country_of(inner) == country
        }
        (Entry::Region(region), Entry::City(city)) => gazetteer.city(city).region == region,
        _ => false,
    }
}

/// What a key may mean, and whether words for a metropolitan area had to go first.
fn meanings(key: &str) -> (&'static [Name], bool) {
    let gazetteer = Gazetteer::get();
    let mut words: Vec<&str> = key.split(' ').collect();
    let mut names = gazetteer.meanings(key);
    let mut metro = false;
    while names.is_empty() && words.len() > 1 {
        if words.first().is_some_and(|word| METRO_FIRST.contains(word)) {
            words.remove(0);
        } else if words.last().is_some_and(|word| METRO_LAST.contains(word)) {
            words.pop();
        } else {
            break;
        }
        metro = true;
        names = gazetteer.meanings(&words.join(" "));
    }
    (names, metro)
}

/// Whether the word at a place in its group is a number, part of a postal code or a manner of working.
fn is_noise(words: &[&str], at: usize) -> bool {
    let word = words[at];
    // Dutch postal codes end in two letters: 1012 AB Amsterdam.
    let dutch = at > 0
        && at + 1 < words.len()
        && words[at - 1].len() == 4
        && words[at - 1].bytes().all(|digit| digit.is_ascii_digit())
        && word.len() == 2
        && word.bytes().all(|letter| letter.is_ascii_uppercase());
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    dutch || has_digit(word) || MANNERS.iter().any(|manner| manner.eq_ignore_ascii_case(bare))
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

fn is_zip(word: &str) -> bool {
    let (first, rest) = word.split_at_checked(5).unwrap_or_default();
    !first.is_empty()
        && first.bytes().all(|digit| digit.is_ascii_digit())
        && (rest.is_empty() || rest.starts_with('-'))
}

/// Control and format characters, which would cut a word in two or come back out in an answer.
fn is_invisible(letter: char) -> bool {
    let format = matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    format || (letter.is_control() && !letter.is_whitespace())
}
