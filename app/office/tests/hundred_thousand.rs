//! A campaign of 100,000 records over the province's sixteen cities: one fold over all of them (the
//! device), the sum of what its ledgers count (the server), the sheet and the document as files are
//! the same figures.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "only measured where there is a clock"
)]

use calamine::{Data, Reader, Xlsx};
use domain::area::{self, Level};
use domain::field::Input;
use domain::indicator::rollup::{self, Part};
use domain::indicator::{Category, Fold, INDICATORS, Indicator, Period, Set, Table, Tally};
use domain::sheet::progress::{self, About, figure_text};
use domain::sheet::{Taker, Words, summary};
use domain::{Area, Campaign, Id, Kind, Record, Stamp, Value, start_of};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::time::Instant;

const TODAY: Date = date(2023, 1, 20);
const PLACES: usize = 400;
/// Of each kind, how many in each place: 250 records in all.
const KINDS: &[(&str, usize)] = &[
    ("household", 35),
    ("worker", 40),
    ("dependant", 14),
    ("visit", 49),
    ("gift_issue", 15),
    ("stock_move", 2),
    ("talk", 2),
    ("service_log", 2),
    ("ticket_order", 1),
    ("ticket", 4),
    ("trip", 1),
    ("passenger", 8),
    ("boarding", 8),
    ("vehicle_check", 1),
    ("help_log", 2),
    ("job_status", 15),
    ("placement", 5),
    ("training_wish", 4),
    ("enrolment", 3),
    ("health_check", 5),
    ("vaccination", 3),
    ("exposure_survey", 2),
    ("culture_event", 1),
    ("venue_day", 1),
    ("benefit_claim", 2),
    ("assistance", 2),
    ("rescue", 1),
    ("fund_entry", 2),
    ("elder_visit", 6),
    ("child_visit", 4),
    ("harbour_session", 1),
    ("charity_project", 1),
    ("wage_case", 1),
    ("inspection", 1),
    ("penalty", 1),
    ("legal_aid", 1),
    ("need", 1),
    ("handoff", 1),
    ("opinion", 1),
    ("task", 1),
];

/// Throws the same numbers every time (SplitMix64; Steele et al., 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.roll() % count.max(1) as u64).unwrap()
    }

    fn day(&mut self) -> Date {
        let span = jiff::Span::new().days(self.below(45) as i64);
        date(2022, 12, 15).saturating_add(span)
    }
}

fn campaign() -> Campaign {
    let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
    let shandong = Area::parse("37").unwrap();
    Campaign::new(Id::new(0, [0; 10]), "春暖行动", shandong, from, until)
}

/// What a field of a kind may hold; what it refers to is one of the records of the same place.
fn value(input: &Input, here: &BTreeMap<&str, Vec<Id>>, dice: &mut Dice) -> Option<Value> {
    let mut refer = |kinds: &[&str]| {
        let known = kinds.iter().filter_map(|kind| here.get(kind)).next()?;
        Some(Value::from(
            known[dice.below(known.len())].to_string().as_str(),
        ))
    };
    Some(match input {
        Input::Number(from, _) => Value::Int(from + dice.below(30) as i64),
        Input::Money => Value::Int(dice.below(500_000) as i64),
        Input::Flag => Value::Bool(dice.below(2) == 0),
        Input::PastDate | Input::Date => dice.day().to_string().as_str().into(),
        Input::Moment | Input::PastMoment => {
            Value::Int(start_of(dice.day()) + dice.below(86_400_000) as i64)
        }
        Input::Choice(options) => options[dice.below(options.len())].into(),
        Input::Choices(options) => {
            let some = options.iter().filter(|_| dice.below(4) == 0);
            Value::List(some.map(|option| (*option).into()).collect())
        }
        Input::Reference(kinds) => refer(kinds)?,
        Input::References(kinds) => Value::List(vec![refer(kinds)?]),
        _ => return None,
    })
}

/// The records of one place, each of whose fields is filled three times out of four.
fn place(number: usize, village: Area, dice: &mut Dice) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut here: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
    for (name, count) in KINDS {
        let kind = Kind::find(name).unwrap();
        for _ in 0..*count {
            let mut random = [0; 10];
            random[..8].copy_from_slice(&dice.roll().to_be_bytes());
            random[8..].copy_from_slice(&(number as u16).to_be_bytes());
            let mut record = Record::new(Id::new(start_of(dice.day()), random), name);
            let stamp = Stamp {
                time: u64::try_from(start_of(dice.day())).unwrap(),
                ..Stamp::default()
            };
            for field in kind.fields.iter().filter(|field| field.name != "area") {
                let value = value(&field.input, &here, dice).filter(|_| dice.below(4) > 0);
                if let Some(value) = value {
                    record.put(&field.name, value, stamp);
                }
            }
            record.put("area", village.to_string().as_str().into(), stamp);
            // One in fifty people or households has a second record.
            let twin = here
                .get(name)
                .filter(|_| kind.is_found() && dice.below(50) == 0);
            if let Some(twin) = twin {
                record.put("merged_into", twin[0].to_string().as_str().into(), stamp);
            }
            here.entry(name).or_default().push(record.id);
            records.push(record);
        }
    }
    records
}

fn everything() -> Vec<Record> {
    let mut dice = Dice(2023);
    let townships: Vec<Area> = area::all()
        .map(|(area, _)| area)
        .filter(|area| area.level() == Level::Township)
        .collect();
    let mut records = Vec::new();
    for number in 0..PLACES {
        // Spread over the whole province, in the order of the codes.
        let township = townships[number * townships.len() / PLACES];
        let village = Area::parse(&format!("{township}001")).unwrap();
        records.extend(place(number, village, &mut dice));
    }
    between(&mut records, &townships, &mut dice);
    records
}

/// Handoffs go from one county to another, and are kept where both lie.
fn between(records: &mut [Record], townships: &[Area], dice: &mut Dice) {
    for record in records.iter_mut().filter(|record| record.kind == "handoff") {
        let from = record.area().unwrap().ledger();
        let to = townships[dice.below(townships.len())].ledger();
        let stamp = Stamp {
            time: u64::MAX >> 16,
            ..Stamp::default()
        };
        let common = from.common(to).unwrap().ledger();
        for (cell, area) in [("from_area", from), ("to_area", to), ("area", common)] {
            record.put(cell, area.to_string().as_str().into(), stamp);
        }
    }
}

fn folded<'r>(period: Period, records: impl IntoIterator<Item = &'r Record>) -> Tally {
    let campaign = campaign();
    let mut fold = Fold::new(period, start_of(TODAY) + 36_000_000);
    records
        .into_iter()
        .for_each(|record| fold.add(record, &campaign));
    fold.settled()
}

/// What the ledgers tell those above, as it is read again there.
fn told(period: Period, records: &[Record]) -> Vec<Part> {
    let mut ledgers: BTreeMap<Area, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let ledger = record.area().unwrap().ledger();
        ledgers.entry(ledger).or_default().push(record);
    }
    let tell = |(ledger, own): (Area, Vec<&Record>)| {
        let part = Part::kept(ledger, &folded(period, own), 0);
        serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap()
    };
    ledgers.into_iter().map(tell).collect()
}

/// Counted by hand: those of a kind whose date lies in the period, and an amount of theirs.
fn by_hand(records: &[Record], kind: &str, day: &str, amount: &str) -> (i64, i64) {
    let period = Period::of(&campaign());
    let dated = records.iter().filter(|record| {
        let day = record.text(day).parse().ok();
        record.kind == kind && day.is_some_and(|day| period.holds(day))
    });
    dated.fold((0, 0), |(count, sum), record| match record.value(amount) {
        Some(Value::Int(number)) => (count + 1, sum + number),
        _ => (count + 1, sum),
    })
}

/// The app's own words.
struct Chinese(BTreeMap<String, String>);

impl Words for Chinese {
    fn label(&self, key: &str) -> String {
        self.0[key].clone()
    }
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let filled = |text: String, (name, value): &(&str, &str)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        values.iter().fold(self.label(key), filled)
    }
    fn area(&self, area: Area) -> String {
        area.name().unwrap().to_owned()
    }
    fn record(&self, id: Id) -> String {
        id.to_string()
    }
    fn colleague(&self, id: Id) -> String {
        id.to_string()
    }
}

/// A cell as the screen writes its figure.
fn as_text(indicator: &Indicator, cell: &Data) -> String {
    match cell {
        Data::Float(share) if indicator.is_share() => format!("{:.1}%", share * 100.0),
        Data::Float(number) => format!("{number:.*}", indicator.unit.decimals()),
        other => other.to_string(),
    }
}

/// What the progress table gives to whoever opens it: row by row, the total first.
fn in_excel(table: &Table, about: &About, words: &Chinese) -> Vec<Vec<String>> {
    let sheet = progress::sheet(table, about, words);
    let mut book = office::Book::new();
    book.begin(&sheet.layout).unwrap();
    book.add(&sheet.rows).unwrap();
    let file = book.finish().unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let rows = range.rows().skip(4).take(1 + table.rows.len());
    let figures = |row: &[Data]| {
        let cells = about.columns.iter().zip(&row[1..]);
        cells.map(|(one, cell)| as_text(one, cell)).collect()
    };
    rows.map(figures).collect()
}

/// What stands in a document: its paragraphs, and each column of its tables under its head.
struct Document {
    paragraphs: Vec<String>,
    columns: Vec<(String, Vec<String>)>,
}

fn in_the_document(table: &Table, about: &About, words: &Chinese) -> Document {
    let blocks = summary::document(table, &[], about, words);
    let file = office::document::write(&blocks).unwrap();
    let mut file = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut xml = String::new();
    let mut part = file.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    let text = |xml: &str| {
        let runs = xml.split('<').filter_map(|tag| tag.split_once('>'));
        runs.map(|(_, said)| said).collect::<String>()
    };
    let cells = |row: &str| {
        let (cells, _) = row.rsplit_once("</w:tc>").unwrap();
        cells.split("</w:tc>").map(text).collect::<Vec<_>>()
    };
    let mut columns = Vec::new();
    for table in xml.split("<w:tbl>").skip(1) {
        let (rows, _) = table.split_once("</w:tbl>").unwrap();
        let (rows, _) = rows.rsplit_once("</w:tr>").unwrap();
        let rows: Vec<_> = rows.split("</w:tr>").map(cells).collect();
        for (at, head) in rows[0].iter().enumerate() {
            let below = rows[1..].iter().map(|row| row[at].clone());
            columns.push((head.clone(), below.collect()));
        }
    }
    Document {
        paragraphs: xml.split("</w:p>").map(text).collect(),
        columns,
    }
}

/// The province's table and each city's, read again from the files that are made of them.
fn files_give_the_same(tables: &[Table]) {
    let labels = include_str!("../../language/zh.json");
    let words = Chinese(serde_json::from_str(labels).unwrap());
    let about = About {
        campaign: "春暖行动".to_owned(),
        period: Period::of(&campaign()),
        columns: INDICATORS.iter().collect(),
        taker: Taker {
            name: "许晓燕".to_owned(),
            at_ms: start_of(TODAY),
        },
    };
    for table in tables {
        let (total, place) = (&table.total, table.total.area);
        let figures = |row: &domain::indicator::Row| {
            let figure = |one: &&Indicator| figure_text(one, row.figures[one.name]);
            about.columns.iter().map(figure).collect::<Vec<_>>()
        };
        let all = std::iter::once(total).chain(&table.rows);
        let expected: Vec<_> = all.map(figures).collect();
        assert_eq!(in_excel(table, &about, &words), expected, "{place}");

        let Document {
            paragraphs,
            columns,
        } = in_the_document(table, &about, &words);
        let sentences: Vec<&str> = paragraphs
            .iter()
            .flat_map(|p| p.split(['，', '。']))
            .collect();
        for (indicator, figure) in about.columns.iter().zip(&expected[0]) {
            let sentence = format!("{} {figure}", progress::label(indicator, &words));
            let nothing = total.figures[indicator.name].count == 0;
            assert_eq!(
                sentences.contains(&sentence.as_str()),
                !nothing,
                "{place}: {sentence}"
            );
        }
        // Of every area below, too.
        for (at, indicator) in about.columns.iter().enumerate() {
            if total.figures[indicator.name].count != 0 {
                let column: Vec<_> = expected.iter().map(|row| row[at].clone()).collect();
                let head = progress::label(indicator, &words);
                assert!(columns.contains(&(head, column)), "{place}: {indicator:?}");
            }
        }
    }
}

#[test]
fn one_fold_over_all_the_ledgers_sums_the_sheet_and_the_document_are_the_same_figures() {
    let records = everything();
    assert_eq!(records.len(), 100_000);
    let period = Period::of(&campaign());
    let begun = Instant::now();
    let whole = folded(period, &records);
    let took = begun.elapsed();
    let parts = told(period, &records);
    let begun = Instant::now();
    let province = Area::parse("37").unwrap();
    for category in Category::all().map(Some).chain([None]) {
        for place in std::iter::once(province).chain(province.children()) {
            let sum = rollup::table(place, &parts, category, None);
            assert_eq!(sum, whole.table(place, category), "{place} {category:?}");
        }
    }
    println!(
        "one fold over {} records: {took:?}; 68 tables both ways: {:?}; {} bytes told",
        records.len(),
        begun.elapsed(),
        serde_json::to_string(&parts).unwrap().len()
    );

    let table = rollup::table(province, &parts, None, None);
    assert_eq!(table.rows.len(), 16);
    let begun = Instant::now();
    let cities = province.children();
    let cities = cities.map(|city| rollup::table(city, &parts, None, None));
    let tables: Vec<Table> = std::iter::once(table.clone()).chain(cities).collect();
    files_give_the_same(&tables);
    println!(
        "{} sheets and documents: {:?}",
        tables.len(),
        begun.elapsed()
    );
    let totals: Vec<_> = table.total.columns().collect();
    assert_eq!(totals.len(), INDICATORS.len());
    for (number, total) in totals.iter().enumerate() {
        assert_ne!(total.figure.count, 0, "{} counts nothing", total.label());
        let columns = table
            .rows
            .iter()
            .map(|row| row.columns().nth(number).unwrap());
        let sum: i64 = columns.map(|column| column.figure.count).sum();
        assert_eq!(sum, total.figure.count, "{}", total.label());
    }
    let figure = |name: &str| table.total.figures[name].count;
    let visits = by_hand(&records, "visit", "date", "");
    assert_eq!(figure("visits"), visits.0);
    let talks = by_hand(&records, "talk", "date", "attendance");
    assert_eq!((figure("talks"), figure("talk_attendance")), talks);
    let owed = by_hand(&records, "wage_case", "received_on", "owed");
    assert!(figure("wage_owed") >= owed.1 && owed.1 > 0);
    let behind = whole.behind(Indicator::find("visits").unwrap(), province, None);
    assert_eq!(behind.len() as i64, visits.0);
    assert!(Set::ALL.len() > 80);
}
