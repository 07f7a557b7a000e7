//! Excel out: what leaves the app gives the figures of the screen, says who took it, and is in the
//! log; without a network, too.

use crate::journeys::{enrolled, village};
use calamine::{Data, Reader, Xlsx};
use domain::grant::Role;
use host::device::new_id;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::World;
use tests::browser::Browser;
use tests::libreoffice::{self, LibreOffice};
use tests::world::{area, county};

/// A folder for what a browser downloads.
pub struct Downloads(TempDir);

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

impl Downloads {
    pub fn of(browser: &Browser) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().display().to_string();
        browser.cdp(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": path }),
        );
        Self(folder)
    }

    /// The one file with this ending, once it is whole; it is taken out of the folder.
    pub fn take(&self, ending: &str) -> (String, Vec<u8>) {
        let begun = now();
        loop {
            let files = std::fs::read_dir(self.0.path()).unwrap().flatten();
            let mut files: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
            let whole = files
                .iter()
                .all(|f| f.extension().is_some_and(|e| e == ending));
            if let (true, Some(file)) = (whole, files.pop()) {
                let bytes = std::fs::read(&file).unwrap();
                std::fs::remove_file(&file).unwrap();
                return (
                    file.file_name().unwrap().to_string_lossy().into_owned(),
                    bytes,
                );
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "nothing was downloaded"
            );
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

/// Waits until the module that reads and writes sheets is kept for work without a network.
pub fn office_is_kept(browser: &Browser) {
    let look = "const name = document.documentElement.dataset.officeWasm;
        window.officeIsKept ??= false;
        caches.match(name).then((found) => { window.officeIsKept = Boolean(found); });";
    let kept = format!("(() => {{ {look} return window.officeIsKept; }})()");
    browser.wait_until("the office is kept", &kept);
}

fn manager(world: &World) -> Browser {
    host::training::fill(world.server()).unwrap();
    let mut tablet = enrolled(world, "魏国强", Role::Coordinator, "371721");
    tablet.patient();
    office_is_kept(&tablet);
    tablet
}

pub type Book = Xlsx<Cursor<Vec<u8>>>;

pub fn opened(bytes: &[u8]) -> Book {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap()
}

/// The cells of the first sheet, as texts.
pub fn cells(book: &mut Book) -> Vec<Vec<Data>> {
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A document's paragraphs; it is well-formed, or this fails.
fn paragraphs(bytes: &[u8]) -> Vec<String> {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    let mut part = file.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    let mut paragraphs = vec![String::new()];
    for piece in xml.split('<').skip(1) {
        let (tag, said) = piece.split_once('>').unwrap();
        assert!(!tag.is_empty());
        if tag == "/w:p" {
            paragraphs.push(String::new());
        }
        paragraphs.last_mut().unwrap().push_str(said);
    }
    paragraphs
}

pub fn document_of(bytes: &[u8]) -> String {
    paragraphs(bytes).concat()
}

/// What the page's table shows, row by row.
pub fn shown(tablet: &Browser) -> Vec<Vec<String>> {
    let rows = tablet.js(
        "return [...document.querySelectorAll('table.progress tbody tr')]
           .map((row) => [...row.children].map((cell) =>
             (cell.querySelector('a, .zero') ?? cell).innerText.trim()))",
    );
    serde_json::from_value(rows).unwrap()
}

/// Opens the progress table; its rows.
fn table(tablet: &Browser) -> Vec<Vec<String>> {
    tablet.go("/progress");
    let there = "document.querySelector('table.progress')";
    tablet.wait_until("the table is there", there);
    shown(tablet)
}

/// Opens the list of workers; how many the screen says there are.
fn workers(tablet: &mut Browser) -> String {
    tablet.tap("人员");
    tablet.tap("务工人员");
    tablet.wait_until("the list is there", "document.querySelector('.list .row')");
    tablet.text_of(".count-line")
}

/// Takes the table or the list that is open as a file: its name and bytes.
fn as_sheet(tablet: &mut Browser, downloads: &Downloads) -> (String, Vec<u8>) {
    tablet.tap("导出 Excel");
    tablet.see("已记入操作记录");
    downloads.take("xlsx")
}

/// The same with the summary.
fn as_document(tablet: &mut Browser, downloads: &Downloads) -> (String, Vec<u8>) {
    tablet.tap("导出工作总结");
    tablet.see(".docx");
    downloads.take("docx")
}

/// A figure as the screen writes it.
fn as_shown(cell: &Data, on_screen: &str) -> String {
    match cell {
        Data::Float(share) if on_screen.ends_with('%') => format!("{:.1}%", share * 100.0),
        Data::Float(amount) if on_screen.contains('.') => format!("{amount:.2}"),
        Data::Float(whole) => format!("{whole}"),
        Data::Int(whole) => whole.to_string(),
        Data::String(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_progress_table_in_excel_gives_the_figures_of_the_screen_also_without_a_network() {
    let mut world = World::new();
    let mut tablet = manager(&world);
    let downloads = Downloads::of(&tablet);
    world.stop_server();
    let screen = table(&tablet);
    let (name, bytes) = as_sheet(&mut tablet, &downloads);
    assert!(name.starts_with("动态进展统计表-"), "{name}");
    if let Some(folder) = std::env::var_os("CHUNNUAN_FILES") {
        std::fs::write(PathBuf::from(folder).join("progress.xlsx"), &bytes).unwrap();
    }

    let mut book = opened(&bytes);
    let cells = cells(&mut book);
    let text = |row: usize, column: usize| cells[row][column].to_string();
    assert!(text(0, 0).ends_with("动态进展统计表"), "{}", text(0, 0));
    assert!(text(1, 0).contains("曹县"));
    assert!(
        cells[1]
            .iter()
            .any(|cell| cell.to_string().contains("统计时间"))
    );
    assert_eq!(text(2, 0), "地区");
    for (at, row) in screen.iter().enumerate() {
        let sheet = &cells[4 + at];
        for (column, wanted) in row.iter().enumerate() {
            assert_eq!(
                &as_shown(&sheet[column], wanted),
                wanted,
                "{} {column}",
                row[0]
            );
        }
    }
    // The total is the sum of the rows below it, to whoever opens the file and to a program.
    let formulas = book.worksheet_formula(&book.sheet_names()[0]).unwrap();
    let sums = formulas
        .used_cells()
        .filter(|(.., formula)| formula.starts_with("SUM("));
    assert!(sums.count() > 5);
    let end = cells.len();
    let (name, bytes) = as_document(&mut tablet, &downloads);
    assert!(name.starts_with("工作总结-"), "{name}");
    let document = document_of(&bytes);
    for figure in ["visits", "households_visited", "workers"] {
        let label = tablet.label(&format!("indicator.{figure}"));
        let at = cells[3]
            .iter()
            .position(|cell| cell.to_string() == label)
            .unwrap();
        let told = format!("{label} {}", screen[0][at]);
        assert!(document.contains(&told), "{told} in {document}");
    }
    assert!(document.contains("魏国强") && document.contains("一、基本情况"));
    if let Some(folder) = std::env::var_os("CHUNNUAN_FILES") {
        std::fs::write(PathBuf::from(folder).join("summary.docx"), &bytes).unwrap();
    }
    assert!(text(end - 2, 0).contains("审核人"), "{}", text(end - 2, 0));
    assert!(text(end - 1, 0).contains("魏国强"), "{}", text(end - 1, 0));
}

/// Registers so many workers.
fn register(world: &World, people: usize) {
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    let numbers: Vec<usize> = (0..people).collect();
    for part in numbers.chunks(200) {
        let made = part.iter().map(|person| {
            let name = format!("务工{person:05}");
            let phone = format!("199{person:08}");
            let cells = [
                ("name", name.as_str().into()),
                ("flow", "returning".into()),
                ("phone", phone.as_str().into()),
            ];
            device.makes(new_id(), "worker", area("371721101004"), &cells)
        });
        let made: Vec<_> = made.collect();
        device.push(county(), &made).unwrap();
    }
}

/// The same sheet, in which the value that is kept with each formula is wrong.
fn misled(bytes: &[u8]) -> Vec<u8> {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut formulas = 0;
    for at in 0..file.len() {
        let mut part = file.by_index(at).unwrap();
        let mut held = Vec::new();
        part.read_to_end(&mut held).unwrap();
        let name = part.name().unwrap().into_owned();
        if name == "xl/worksheets/sheet1.xml" {
            let xml = String::from_utf8(held).unwrap();
            let mut pieces = xml.split("</f><v>");
            let mut wrong = pieces.next().unwrap().to_owned();
            for piece in pieces {
                let (_, rest) = piece.split_once("</v>").unwrap();
                wrong.push_str("</f><v>7654321</v>");
                wrong.push_str(rest);
                formulas += 1;
            }
            held = wrong.into_bytes();
        }
        let plain = zip::write::SimpleFileOptions::default();
        copy.start_file(name, plain).unwrap();
        copy.write_all(&held).unwrap();
    }
    assert!(formulas > 5, "{formulas}");
    copy.finish().unwrap().into_inner()
}

/// The rows of a file in CSV.
fn rows_of(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut quoted) = (vec![vec![String::new()]], false);
    for c in csv.chars().filter(|c| *c != '\r' && *c != '\u{feff}') {
        let row = rows.last_mut().unwrap();
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            other => row.last_mut().unwrap().push(other),
        }
    }
    rows
}

#[test]
fn libreoffice_opens_what_a_manager_takes_along_and_reads_what_the_screen_shows() {
    let world = World::new();
    let mut tablet = manager(&world);
    let downloads = Downloads::of(&tablet);
    let screen = table(&tablet);
    let (_, progress) = as_sheet(&mut tablet, &downloads);
    let (_, summary) = as_document(&mut tablet, &downloads);
    let count = workers(&mut tablet);
    let (_, people) = as_sheet(&mut tablet, &downloads);
    drop(tablet);

    let office = LibreOffice::new();
    let begun = now();
    let sheets = [
        ("progress.xlsx", progress.as_slice()),
        ("misled.xlsx", &misled(&progress)),
        ("people.xlsx", &people),
    ];
    let read = office.reads(sheets, libreoffice::CSV);
    let [progress, misled, list] = read.map(|csv| rows_of(&csv));
    let [told] = office.reads([("summary.docx", &summary)], libreoffice::TEXT);
    println!(
        "LibreOffice read it in {:.1} s",
        begun.elapsed().as_secs_f64()
    );

    let plain = |text: &String| text.replace(',', "");
    assert_eq!(progress, misled, "the totals are reckoned, not kept");
    for (at, row) in screen.iter().enumerate() {
        let read: Vec<String> = progress[4 + at].iter().map(plain).collect();
        assert_eq!(&read, row);
    }
    // The list says the same cell by cell, to this reader and to the other.
    let mut book = opened(&people);
    let cells = cells(&mut book);
    let people = &list[3..list.len() - 1];
    assert!(count.starts_with(&people.len().to_string()), "{count}");
    assert_eq!(people.len(), cells.len() - 3);
    for (read, row) in people.iter().zip(&cells[3..]) {
        for (read, cell) in read.iter().zip(row) {
            match cell {
                Data::String(text) => assert_eq!(read, text),
                Data::Float(number) => assert_eq!(*read, number.to_string()),
                Data::Empty => assert_eq!(read, ""),
                Data::DateTime(day) => {
                    let (year, month, day, ..) = day.to_ymd_hms_milli();
                    let day = format!("{year:04}-{month:02}-{day:02}");
                    assert!(read.starts_with(&day), "{read} {day}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // The document: every paragraph is there, and every figure that is not nothing.
    let lines: Vec<&str> = told
        .lines()
        .map(|line| line.trim_matches('\u{feff}'))
        .collect();
    for paragraph in paragraphs(&summary) {
        assert!(lines.contains(&paragraph.trim()), "{paragraph:?} in {told}");
    }
    for (head, figure) in progress[3].iter().zip(&screen[0]).skip(1) {
        let nothing = figure == "—" || figure.trim_matches(['0', '.', '%']).is_empty();
        let sentence = format!("{head} {figure}");
        assert!(nothing || told.contains(&sentence), "{sentence} in {told}");
    }
}

#[test]
fn a_persons_file_on_paper_is_without_the_frame() {
    let world = World::new();
    let device = village(&world);
    let records = device.pull(county()).unwrap();
    let worker = records
        .values()
        .find(|record| record.kind == "worker")
        .unwrap();
    let tablet = enrolled(&world, "魏国强", Role::Coordinator, "371721");
    tablet.go(&format!("/people?open={}", worker.id));
    tablet.see(worker.text("name"));
    tablet.see("打印");
    tablet.on_paper();
    let printed = tablet.js(
        "const shown = (css) => [...document.querySelectorAll(css)]
           .filter((e) => e.getClientRects().length).length;
         return [shown('.record h1'), shown('.nav'), shown('.topbar'), shown('button'), shown('.pane-list')];",
    );
    assert_eq!(printed, json!([1, 0, 0, 0, 0]));
}

#[test]
fn a_list_leaves_masked_marked_and_logged() {
    let mut world = World::new();
    // With CHUNNUAN_LIST=8000 it is measured how long a long one takes.
    let more = std::env::var("CHUNNUAN_LIST").ok();
    register(&world, more.and_then(|more| more.parse().ok()).unwrap_or(0));
    let mut tablet = manager(&world);
    let downloads = Downloads::of(&tablet);
    world.stop_server();
    let count = workers(&mut tablet);
    let begun = now();
    let (_, bytes) = as_sheet(&mut tablet, &downloads);
    println!("{count} exported in {:.1} s", begun.elapsed().as_secs_f64());
    if let Some(folder) = std::env::var_os("CHUNNUAN_FILES") {
        std::fs::write(PathBuf::from(folder).join("workers.xlsx"), &bytes).unwrap();
    }

    let mut book = opened(&bytes);
    let cells = cells(&mut book);
    assert!(cells[0][0].to_string().contains("务工人员"));
    let mark = cells[1][0].to_string();
    assert!(
        mark.contains("魏国强") && mark.contains(&count.replace(" 条", "")),
        "{mark} {count}"
    );
    let rows = cells.len() - 3;
    assert!(
        count.starts_with(&rows.to_string()),
        "{rows} rows, {count} on the screen"
    );
    // A coordinator sees no ID number, and so none leaves.
    let column = |name: &str| cells[2].iter().position(|cell| *cell == name);
    let numbers = column("证件号码").unwrap();
    assert!(cells[3..].iter().all(|row| row[numbers] == Data::Empty));
    let named = column("姓名").unwrap();
    assert!(
        cells[3..]
            .iter()
            .all(|row| matches!(&row[named], Data::String(_)))
    );
    let born = column("出生日期").unwrap();
    assert!(
        cells[3..]
            .iter()
            .any(|row| matches!(&row[born], Data::DateTime(_)))
    );

    // The server hears of it with the next sync.
    world.start_server();
    tablet.see("已上传");
    let administrator = world.device("杜主任", Role::Administrator, "371721");
    let told = || {
        let log: Value = administrator
            .get("/api/audit?after=0")
            .unwrap()
            .json("audit")
            .unwrap();
        let entries = log["entries"].as_array().cloned().unwrap_or_default();
        let exported = |entry: &&Value| entry["deed"] == "exported" && entry["what"] == "worker";
        entries.iter().find(exported).cloned()
    };
    let begun = now();
    let told = loop {
        if let Some(told) = told() {
            break told;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the log never heard of it"
        );
        tablet.look();
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(told["rows"], json!(rows), "{told}");
}
