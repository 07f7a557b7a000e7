//! Excel out: what leaves the app gives the figures of the screen, says who took it, and is in the
//! log; without a network, too.

use crate::journeys::{enrolled, village};
use calamine::{Data, Reader, Xlsx};
use domain::grant::Role;
use host::device::new_id;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::World;
use tests::browser::Browser;
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

/// The text of a document; it is well-formed, or this fails.
fn document_of(bytes: &[u8]) -> String {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    let mut part = file.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    let mut text = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, said) = piece.split_once('>').unwrap();
        assert!(!tag.is_empty());
        text.push_str(said);
    }
    text
}

/// What the page's table shows, row by row, with the heads of its columns.
fn shown(tablet: &Browser) -> Vec<Vec<String>> {
    let rows = tablet.js(
        "return [...document.querySelectorAll('table.progress tbody tr')]
           .map((row) => [...row.children].map((cell) =>
             (cell.querySelector('a, .zero') ?? cell).innerText.trim()))",
    );
    serde_json::from_value(rows).unwrap()
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
    tablet.go("/progress");
    tablet.wait_until(
        "the table is there",
        "document.querySelector('table.progress')",
    );
    let screen = shown(&tablet);
    tablet.tap("导出 Excel");
    tablet.see("已记入操作记录");
    let (name, bytes) = downloads.take("xlsx");
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
    tablet.tap("导出工作总结");
    tablet.see(".docx");
    let (name, bytes) = downloads.take("docx");
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
    tablet.tap("人员");
    tablet.tap("务工人员");
    tablet.wait_until("the list is there", "document.querySelector('.list .row')");
    let count = tablet.text_of(".count-line");
    let begun = now();
    tablet.tap("导出 Excel");
    tablet.see("已记入操作记录");
    println!("{count} exported in {:.1} s", begun.elapsed().as_secs_f64());
    let (_, bytes) = downloads.take("xlsx");
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
