//! The countries, regions and cities Rolo can name, read once from `places.tsv` and found by any of their
//! names. It answers what a name may mean and never decides which meaning is right: that is `place`'s duty.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Written by `scripts/places.py`; `README.md` beside it tells the layout.
const PLACES: &str = include_str!("places.tsv");

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::read(PLACES));

/// Something a name may mean, as an index into the list of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Country(usize),
    Region(usize),
    City(usize),
}

/// A country or a territory that addresses write like one.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) name: &'static str,
    pub(super) zone: Option<&'static str>,
    /// Thousands of people.
    pub(super) people: u32,
    code: &'static str,
    sovereign: &'static str,
}

/// A first-level division; a nameless one holds the cities the data puts in none.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) zone: Option<&'static str>,
    pub(super) country: usize,
    /// Thousands of people in its listed cities.
    pub(super) people: u32,
}

/// A city with the zone its clocks keep.
#[derive(Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) zone: Option<&'static str>,
    pub(super) region: usize,
    /// Thousands of people.
    pub(super) people: u32,
}

/// One name of an entry: a word of a language, or a code such as `GA`.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) entry: Entry,
    pub(super) coded: bool,
    start: u32,
    length: u16,
}

impl Name {
    fn span(&self) -> Range<usize> {
        let start = self.start as usize;
        start..start + usize::from(self.length)
    }
}

/// All entries, and their names sorted by folded spelling.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    countries: Vec<Country>,
    regions: Vec<Region>,
    cities: Vec<City>,
    // One text for all keys: a string of its own for each would triple the memory.
    keys: String,
    names: Vec<Name>,
}

impl Gazetteer {
    /// The one gazetteer of the process, read at the first call.
    pub(super) fn get() -> &'static Self {
        &GAZETTEER
    }

    pub(super) fn country(&self, index: usize) -> &Country {
        &self.countries[index]
    }

    pub(super) fn region(&self, index: usize) -> &Region {
        &self.regions[index]
    }

    pub(super) fn city(&self, index: usize) -> &City {
        &self.cities[index]
    }

    /// Whether the first country is a territory of the second, as Puerto Rico is of the United States.
    pub(super) fn is_territory(&self, inner: usize, outer: usize) -> bool {
        self.country(inner).sovereign == self.country(outer).code
    }

    /// The country an entry is or lies in.
    pub(super) fn country_of(&self, entry: Entry) -> usize {
        match entry {
            Entry::Country(country) => country,
            Entry::Region(region) => self.region(region).country,
            Entry::City(city) => self.region(self.city(city).region).country,
        }
    }

    /// Everything known by this folded spelling.
    pub(super) fn meanings(&self, key: &str) -> &[Name] {
        let start = self.names.partition_point(|name| self.key(name) < key);
        let rest = &self.names[start..];
        &rest[..rest.partition_point(|name| self.key(name) == key)]
    }

    fn key(&self, name: &Name) -> &str {
        self.keys.get(name.span()).unwrap_or_default()
    }

    fn read(text: &'static str) -> Self {
        let mut gazetteer = Self::default();
        let mut zone = "";
        for line in text.lines() {
            if let Some(country) = line.strip_prefix('=') {
                gazetteer.add_country(country);
            } else if let Some(region) = line.strip_prefix('+') {
                zone = gazetteer.add_region(region);
            } else {
                gazetteer.add_city(line, zone);
            }
        }
        let mut keys = std::mem::take(&mut gazetteer.keys);
        keys.shrink_to_fit();
        let spelling = |name: &Name| (keys.get(name.span()).unwrap_or_default(), name.entry, name.coded);
        gazetteer.names.sort_unstable_by(|a, b| spelling(a).cmp(&spelling(b)));
        gazetteer.names.dedup_by(|a, b| {
            let (a, b) = (spelling(a), spelling(b));
            (a.0, a.1) == (b.0, b.1)
        });
        gazetteer.names.shrink_to_fit();
        gazetteer.cities.shrink_to_fit();
        gazetteer.keys = keys;
        gazetteer
    }

    fn add_country(&mut self, line: &'static str) {
        let [name, code, people, zone, sovereign, aliases, codes] = columns(line);
        let entry = Entry::Country(self.countries.len());
        let people = people.parse().unwrap_or_default();
        self.countries.push(Country { name, zone: told(zone), people, code, sovereign });
        self.add_names(entry, name, aliases, codes);
    }

    /// Returns the zone of those cities of the region that tell none of their own.
    fn add_region(&mut self, line: &'static str) -> &'static str {
        let [name, zone, aliases, codes] = columns(line);
        let entry = Entry::Region(self.regions.len());
        let country = self.countries.len().saturating_sub(1);
        let inherited = self.countries.last().and_then(|country| country.zone);
        // A tilde marks the zone of most of the region, which the region alone does not tell.
        let (zone, usual) = match zone.strip_prefix('~') {
            Some(usual) => (None, usual),
            None => (told(zone).or(inherited), told(zone).or(inherited).unwrap_or_default()),
        };
        self.regions.push(Region { name, zone, country, people: 0 });
        self.add_names(entry, name, aliases, codes);
        usual
    }

    fn add_city(&mut self, line: &'static str, usual: &'static str) {
        let [name, people, zone, aliases] = columns(line);
        let entry = Entry::City(self.cities.len());
        let people = people.parse().unwrap_or_default();
        let region = self.regions.len().saturating_sub(1);
        if let Some(region) = self.regions.last_mut() {
            region.people += people;
        }
        self.cities.push(City { name, zone: told(zone).or(told(usual)), region, people });
        self.add_names(entry, name, aliases, "");
    }

    fn add_names(&mut self, entry: Entry, name: &str, aliases: &str, codes: &str) {
        let names = aliases.split('|').chain([name]).map(|name| (name, false));
        for (spelling, coded) in names.chain(codes.split('|').map(|code| (code, true))) {
            let key = fold(spelling);
            if let (Ok(start), Ok(length)) = (u32::try_from(self.keys.len()), u16::try_from(key.len()))
                && length > 0
            {
                self.names.push(Name { entry, coded, start, length });
                self.keys.push_str(&key);
            }
        }
    }
}

fn columns<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut fields = line.split('\t');
    std::array::from_fn(|_| fields.next().unwrap_or_default())
}

fn told(field: &'static str) -> Option<&'static str> {
    (!field.is_empty()).then_some(field)
}

/// The spelling two writings of one name share: without case, accents and punctuation, and with the words
/// that English writes both long and short (Saint, Mount, Fort) made short.
pub(super) fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            '.' | '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' => {}
            '&' => plain.push_str(" and "),
            'ø' | 'Ø' => plain.push('o'),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'ı' => plain.push('i'),
            'ə' | 'Ə' | 'ǝ' => plain.push('e'),
            'ß' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'þ' | 'Þ' => plain.push_str("th"),
            _ if letter.is_alphanumeric() => plain.extend(letter.to_lowercase()),
            _ => plain.push(' '),
        }
    }
    let mut words = plain.split_whitespace().peekable();
    let mut key = String::with_capacity(plain.len());
    while let Some(word) = words.next() {
        let short = match word {
            "the" if key.is_empty() && words.peek().is_some() => continue,
            "saint" | "sainte" => "st",
            "mount" => "mt",
            "fort" => "ft",
            other => other,
        };
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(short);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_whole() {
        let gazetteer = Gazetteer::get();
        let lines = PLACES.lines().count();
        let read = gazetteer.countries.len() + gazetteer.regions.len() + gazetteer.cities.len();
        assert_eq!(read, lines);
        assert!(gazetteer.countries.iter().all(|country| country.code.len() == 2));
        let placeless = |city: &&City| city.zone.is_none_or(|zone| !zone.contains('/')) || city.people == 0;
        assert_eq!(gazetteer.cities.iter().find(placeless).map(|city| city.name), None);
    }

    #[test]
    fn every_city_is_found_by_its_name() {
        let gazetteer = Gazetteer::get();
        for (index, city) in gazetteer.cities.iter().enumerate() {
            let found =
                gazetteer.meanings(&fold(city.name)).iter().any(|name| name.entry == Entry::City(index));
            assert!(found, "{}", city.name);
        }
    }

    #[test]
    fn spellings_fold_together() {
        let pairs = [
            ("SÃO  PAULO", "sao paulo"),
            ("St. Louis", "Saint Louis"),
            ("Washington, D.C.", "washington dc"),
            ("The Hague", "hague"),
            ("Łódź", "Lodz"),
            ("İstanbul", "istanbul"),
            ("Winston-Salem", "winston salem"),
            ("Trinidad & Tobago", "Trinidad and Tobago"),
        ];
        for (one, other) in pairs {
            assert_eq!(fold(one), fold(other));
        }
        assert_ne!(fold("Paris"), fold("Pari"));
    }
}
