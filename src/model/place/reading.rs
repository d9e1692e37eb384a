//! The ways to understand the parts of an address, and the rules that pick one or none. It judges by the
//! names and people of listed places only; how the text is cut into parts is `segment`'s duty.

use super::Place;
use super::gazetteer::{Entry, Gazetteer, fold};
use super::segment::Segment;

/// How many times the people of a namesake settle which of the two is meant.
const OVERWHELMING: u32 = 10;

/// The smallest city, in thousands, that its name alone can mean: cities below 15,000 are not listed, and
/// an unlisted namesake must be overwhelmed too.
const LEAST_ALONE: u32 = 150;

/// Countries whose states are an everyday answer to "where": there a name that state and city share
/// ("New York", "Quebec") means the state, which holds either way. Elsewhere it means the city.
const STATES_ARE_SAID: [&str; 3] = [UNITED_STATES, "Canada", "Australia"];

const UNITED_STATES: &str = "United States";

/// Words for a part of a land. A region named by these alone ("Central Region", "North West") exists in too
/// many countries, and words before a state that hold one ("Silicon Valley, California") are no town.
const VAGUE: [&str; 20] = [
    "central", "centre", "center", "capital", "north", "south", "east", "west", "northern", "southern",
    "eastern", "western", "islands", "region", "upstate", "valley", "coast", "empire", "bay", "triangle",
];

/// What the end of an address names: a country, or a region with its country.
struct Scope {
    country: usize,
    region: Option<usize>,
    /// Trailing segments that name it.
    used: usize,
    /// Named by a code alone, which may be the code of something else ("CA", "GA", "DE").
    coded: bool,
}

/// One way to understand an address.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    country: usize,
    region: Option<usize>,
    city: Option<usize>,
    /// A region as written, where the list has none of that name.
    written_region: Option<String>,
    /// Segments it explains, all at the end of the text but for a region as written.
    pub(super) matched: usize,
    coded: bool,
    /// The city stands for its surroundings.
    metro: bool,
    zone: Option<&'static str>,
    /// Thousands of people in the smallest thing named.
    people: u32,
}

impl Scope {
    fn new(country: usize, region: Option<usize>, used: usize, coded: bool) -> Self {
        Self { country, region, used, coded }
    }

    fn all_of(segments: &[Segment]) -> Vec<Self> {
        let gazetteer = Gazetteer::get();
        let Some((last, before)) = segments.split_last() else {
            return Vec::new();
        };
        let inner = before.last().map_or(&[][..], |segment| segment.names);
        let mut found = Vec::new();
        for name in last.names {
            let country = match name.entry {
                Entry::City(_) => continue,
                // "New York Metropolitan Area" is the city's, and reaches into other states.
                Entry::Region(_) if last.metro && last.cities().next().is_some() => continue,
                Entry::Region(region) => {
                    let country = gazetteer.region(region).country;
                    found.push(Self::new(country, Some(region), 1, name.coded));
                    continue;
                }
                Entry::Country(country) => country,
            };
            found.push(Self::new(country, None, 1, name.coded));
            // A region of that country before it confirms both, even where both are codes.
            found.extend(inner.iter().filter_map(|name| match name.entry {
                Entry::Region(region) if gazetteer.region(region).country == country => {
                    Some(Self::new(country, Some(region), 2, false))
                }
                Entry::Country(territory) if gazetteer.is_territory(territory, country) => {
                    Some(Self::new(territory, None, 2, false))
                }
                _ => None,
            }));
        }
        found
    }

    fn holds(&self, city: usize) -> bool {
        let region = Gazetteer::get().city(city).region;
        match self.region {
            Some(own) => own == region,
            None => Gazetteer::get().region(region).country == self.country,
        }
    }

    fn reading(&self) -> Reading {
        let gazetteer = Gazetteer::get();
        let country = gazetteer.country(self.country);
        let region = self.region.map(|region| gazetteer.region(region));
        Reading {
            country: self.country,
            region: self.region,
            city: None,
            written_region: None,
            matched: self.used,
            coded: self.coded,
            metro: false,
            zone: region.map_or(country.zone, |region| region.zone),
            people: region.map_or(country.people, |region| region.people),
        }
    }

    fn with_city(&self, city: usize, segment: &Segment) -> Reading {
        let city_is = Gazetteer::get().city(city);
        let region = if segment.metro { self.region } else { Some(city_is.region) };
        let (city, zone, people) = (Some(city), city_is.zone, city_is.people);
        Reading { region, city, zone, people, matched: self.used + 1, metro: segment.metro, ..self.reading() }
    }

    /// The city right before the scope, or one further on before its county or a region Rolo does not list.
    fn readings(&self, segments: &[Segment]) -> Vec<Reading> {
        let before = &segments[..segments.len() - self.used];
        let Some((near, further)) = before.split_last() else {
            return self.alone(segments);
        };
        let nearby = self.cities(near);
        let named_else = nearby.is_empty() && !near.metro && near.within(self.country);
        let far = further.last().filter(|far| !far.numbered && !named_else);
        let mut faraway = far.map(|far| self.cities(far)).unwrap_or_default();
        if self.region.is_none() && near.is_name() && (nearby.is_empty() || near.metro) {
            for reading in &mut faraway {
                reading.written_region = Some(near.text.clone());
            }
        }
        let choices = reconcile(nearby, faraway);
        let found = choices.into_iter().find(|choice| !choice.is_empty());
        found.unwrap_or_else(|| self.alone(segments))
    }

    fn cities(&self, segment: &Segment) -> Vec<Reading> {
        segment.cities().filter(|city| self.holds(*city)).map(|city| self.with_city(city, segment)).collect()
    }

    /// The scope without a city; a code alone stands only where nothing else uses it.
    fn alone(&self, segments: &[Segment]) -> Vec<Reading> {
        if !self.coded {
            return vec![self.reading()];
        }
        let [.., near, last] = segments else {
            return Vec::new();
        };
        let zip = last.zip && Gazetteer::get().country(self.country).name == UNITED_STATES;
        // A listed city that is not here speaks against the code ("Milano, MI" is not in Michigan).
        let unique = last.names.len() == 1 && last.is_upper() && near.cities().next().is_none();
        if self.region.is_some() && (zip || unique) { vec![self.reading()] } else { Vec::new() }
    }
}

/// Puts first the cities to choose. Of two cities the nearer stays where both are one ("Oslo, Oslo"); in one
/// region it stands for the county it is the seat of ("Marbella, Málaga, Spain"); two of different regions
/// are no one place.
fn reconcile(mut nearby: Vec<Reading>, mut faraway: Vec<Reading>) -> [Vec<Reading>; 2] {
    if !nearby.is_empty() && !faraway.is_empty() {
        let all = nearby.clone();
        nearby.retain(|near| !near.metro && faraway.iter().any(|far| far.city == near.city));
        faraway.retain(|far| all.iter().any(|near| near.is_beside(far)));
    }
    [nearby, faraway]
}

/// Every way to understand the segments, from the right.
fn readings(segments: &[Segment]) -> Vec<Reading> {
    let mut found: Vec<Reading> =
        Scope::all_of(segments).iter().flat_map(|scope| scope.readings(segments)).collect();
    if let Some(last) = segments.last() {
        let gazetteer = Gazetteer::get();
        found.extend(last.cities().map(|city| {
            let country = gazetteer.country_of(Entry::City(city));
            Scope::new(country, None, 0, false).with_city(city, last)
        }));
    }
    found
}

/// The one reading of the segments the rules leave, or what all readings left agree on.
pub(super) fn settle(segments: &[Segment]) -> Option<Reading> {
    let mut readings = readings(segments);
    let matched = readings.iter().map(|reading| reading.matched).max()?;
    readings.retain(|reading| reading.matched == matched);
    let biggest = readings.iter().max_by_key(|reading| reading.people)?.clone();
    // A code counts for any bearer: "Salem, IN" is Indiana's as likely as the far bigger one of India.
    readings.retain(|reading| {
        let rivals = (reading.coded || biggest.coded) && reading.country != biggest.country;
        rivals || reading.people.saturating_mul(OVERWHELMING) >= biggest.people
    });
    // Words left over may be a place in the region or a company in the city, so only the region is sure.
    let unread = segments[..segments.len().saturating_sub(matched)].iter().any(|segment| !segment.numbered);
    let all = readings.clone();
    readings.retain(|reading| !all.iter().any(|other| other.overrules(reading, unread)));
    let (first, rest) = readings.split_first()?;
    if matched == 1 && !(rest.is_empty() && first.stands_alone()) {
        return None;
    }
    rest.iter().try_fold(first.clone(), Reading::shared_with)
}

impl Reading {
    /// Whether this reading wins over one of the same words that says more or less of the same place.
    fn overrules(&self, other: &Self, unread: bool) -> bool {
        let gazetteer = Gazetteer::get();
        let region_wins = unread || STATES_ARE_SAID.contains(&gazetteer.country(self.country).name);
        match ((self.region, self.city), (other.region, other.city)) {
            // A small city abroad does not cast doubt on a country (Grenada, Mississippi).
            _ if self.country != other.country => {
                let is_country = self.region.is_none() && self.city.is_none();
                is_country && other.city.is_some() && other.people < LEAST_ALONE
            }
            ((None, None), (Some(_), Some(_))) => !self.is_city_state(other),
            ((Some(_), Some(_)), (None, None)) => other.is_city_state(self),
            ((None, None), (Some(_), None)) => true,
            ((Some(region), None), (Some(of_city), Some(_))) => {
                region_wins && (region == of_city || other.people < LEAST_ALONE)
            }
            ((Some(of_city), Some(_)), (Some(region), None)) => {
                // A capital may be an enclave in the region of its name (Moscow, Buenos Aires).
                let enclave = self.people >= LEAST_ALONE && self.people.saturating_mul(3) >= other.people;
                !region_wins && (region == of_city || enclave)
            }
            _ => false,
        }
    }

    /// Whether the cities of two readings lie in one region.
    fn is_beside(&self, other: &Self) -> bool {
        let region = |reading: &Self| reading.city.map(|city| Gazetteer::get().city(city).region);
        region(self) == region(other)
    }

    /// Whether nearly all people of this country live in the city that bears its name (Singapore).
    fn is_city_state(&self, city: &Self) -> bool {
        u64::from(city.people) * 5 >= u64::from(self.people) * 4
    }

    /// Whether a single name is enough for this reading.
    fn stands_alone(&self) -> bool {
        let gazetteer = Gazetteer::get();
        match (self.region, self.city) {
            (_, Some(city)) => {
                let is_country = gazetteer.city(city).name == gazetteer.country(self.country).name;
                is_country || self.people >= LEAST_ALONE
            }
            (Some(region), None) => {
                let said = STATES_ARE_SAID.contains(&gazetteer.country(self.country).name);
                let name = fold(gazetteer.region(region).name);
                (said || self.people >= LEAST_ALONE) && !name.split(' ').all(|word| VAGUE.contains(&word))
            }
            (None, None) => true,
        }
    }

    /// Whether it explains more than one segment by names the list has.
    pub(super) fn is_whole(&self) -> bool {
        self.matched > 1 && self.written_region.is_none()
    }

    /// Whether the segments beside a city name nothing, or something in the same country.
    pub(super) fn is_corroborated(&self, segments: &[Segment]) -> bool {
        self.city.is_none()
            || segments.iter().all(|segment| {
                let silent = segment.numbered || segment.names.iter().all(|name| name.coded);
                silent || segment.within(self.country)
            })
    }

    /// What two readings have in common, if they share a country.
    fn shared_with(mut self, other: &Self) -> Option<Self> {
        self.region = self.region.filter(|region| Some(*region) == other.region);
        self.city = self.city.filter(|city| Some(*city) == other.city);
        self.zone = self.zone.filter(|zone| Some(*zone) == other.zone);
        self.written_region = None;
        (self.country == other.country).then_some(self)
    }

    pub(super) fn place(self, segments: &[Segment]) -> Place {
        let gazetteer = Gazetteer::get();
        let listed = self.city.filter(|_| !self.metro).map(|city| gazetteer.city(city).name.to_owned());
        let region = self.region.map(|region| gazetteer.region(region).name.to_owned());
        Place {
            city: listed.or_else(|| self.unlisted_city(segments)),
            state: self.written_region.or(region).filter(|name| !name.is_empty()),
            country: Some(gazetteer.country(self.country).name.to_owned()),
            time_zone: self.zone.map(str::to_owned),
        }
    }

    /// The words before a region that was named, where they look like a town too small for the list.
    fn unlisted_city(&self, segments: &[Segment]) -> Option<String> {
        let gazetteer = Gazetteer::get();
        let (before, named) = segments.split_at(segments.len().saturating_sub(self.matched));
        let (town, streets) = before.split_last()?;
        // Before a name that is a city's too ("SoHo, New York") it may be a part of that city.
        let in_region = |city: usize| Some(gazetteer.city(city).region) == self.region;
        let is_part = named.first().is_some_and(|segment| segment.cities().any(in_region));
        // A well-known city that lies elsewhere in the country contradicts the region.
        let elsewhere = |city: usize| {
            gazetteer.country_of(Entry::City(city)) == self.country
                && gazetteer.city(city).people >= LEAST_ALONE
        };
        // In other countries such words are as often a county ("Hertfordshire, England").
        let is_town = STATES_ARE_SAID.contains(&gazetteer.country(self.country).name)
            && self.region.is_some()
            && self.city.is_none()
            && !is_part
            && town.is_name()
            && !town.metro
            && streets.iter().all(|street| street.numbered)
            && !fold(&town.text).split(' ').any(|word| VAGUE.contains(&word))
            && !town.cities().any(elsewhere)
            && town.names.iter().all(|name| matches!(name.entry, Entry::City(_)));
        is_town.then(|| town.text.clone())
    }
}
