//! A document in the form of official papers (GB/T 9704): A4, its margins, 仿宋 and 黑体.

use crate::Trouble;
use docx_rs::{
    AlignmentType, Docx, LineSpacing, LineSpacingType, PageMargin, Paragraph, Run, RunFonts, Style,
    StyleType, Table, TableAlignmentType, TableCell, TableRow, VAlignType, WidthType,
};
use domain::sheet::summary::Block;
use std::io::Cursor;

const TITLE: &str = "方正小标宋简体";
const HEADING: &str = "黑体";
const SUBHEADING: &str = "楷体";
const BODY: &str = "仿宋";
/// Sizes in half points: the second and third sizes of Chinese type (22 and 16 points), and smaller.
const LARGE: usize = 44;
const USUAL: usize = 32;
const SMALL: usize = 21;
/// From line to line, in twentieths of a point: 28 points.
const LINE: i32 = 560;
/// A page's margins in twentieths of a point: 37 mm above, 35 below, 28 left and 26 right.
const MARGIN: (i32, i32, i32, i32) = (2098, 1984, 1588, 1474);

/// The document as a file.
///
/// # Errors
/// `Unwritten` if it cannot be packed.
pub fn write(blocks: &[Block]) -> Result<Vec<u8>, Trouble> {
    let margin = PageMargin {
        top: MARGIN.0,
        bottom: MARGIN.1,
        left: MARGIN.2,
        right: MARGIN.3,
        header: 851,
        footer: 992,
        gutter: 0,
    };
    let mut document = Docx::new()
        .page_size(11_906, 16_838)
        .page_margin(margin)
        .default_fonts(fonts(BODY))
        .default_size(USUAL);
    for (at, (name, face, size)) in [
        ("Heading1", HEADING, USUAL),
        ("Heading2", SUBHEADING, USUAL),
    ]
    .into_iter()
    .enumerate()
    {
        let style = Style::new(name, StyleType::Paragraph)
            .name(format!("heading {}", at + 1))
            .fonts(fonts(face))
            .size(size)
            .outline_lvl(at);
        document = document.add_style(style);
    }
    for block in blocks {
        document = add(document, block);
    }
    let mut parts = document.build();
    parts.document = with_heads(&parts.document);
    let mut file = Cursor::new(Vec::new());
    let packed = parts.pack(&mut file);
    packed.map_err(|_| Trouble::Unwritten)?;
    Ok(file.into_inner())
}

/// Marks each table's first row as its head, which a reader repeats on every page that the table
/// goes on to; docx-rs has no word for it.
fn with_heads(document: &[u8]) -> Vec<u8> {
    const ROW: &str = "<w:cantSplit />";
    let document = String::from_utf8_lossy(document);
    let headed = |part: &str| part.replacen(ROW, &format!("{ROW}<w:tblHeader />"), 1);
    let mut parts = document.split("<w:tbl>");
    let mut whole = vec![parts.next().unwrap_or_default().to_owned()];
    whole.extend(parts.map(headed));
    whole.join("<w:tbl>").into_bytes()
}

fn fonts(face: &str) -> RunFonts {
    RunFonts::new()
        .east_asia(face)
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
}

fn run(text: &str, face: &str, size: usize) -> Run {
    Run::new().add_text(text).fonts(fonts(face)).size(size)
}

fn lines(paragraph: Paragraph) -> Paragraph {
    let spacing = LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(LINE);
    paragraph.line_spacing(spacing)
}

fn add(document: Docx, block: &Block) -> Docx {
    let plain = |text: &str, face, size| lines(Paragraph::new().add_run(run(text, face, size)));
    match block {
        Block::Title(text) => {
            let title = Paragraph::new().add_run(run(text, TITLE, LARGE));
            document.add_paragraph(title.align(AlignmentType::Center))
        }
        Block::Subtitle(text) => {
            document.add_paragraph(plain(text, SUBHEADING, USUAL).align(AlignmentType::Center))
        }
        Block::Heading(text) => {
            let heading = plain(text, HEADING, USUAL).style("Heading1");
            document.add_paragraph(heading.first_line_chars(200).keep_next(true))
        }
        Block::Subheading(text) => {
            let heading = plain(text, SUBHEADING, USUAL).style("Heading2");
            document.add_paragraph(heading.first_line_chars(200).keep_next(true))
        }
        // A text of several lines is several paragraphs.
        Block::Text(text) => text.lines().fold(document, |document, line| {
            document.add_paragraph(plain(line, BODY, USUAL).first_line_chars(200))
        }),
        Block::Annex(text) => {
            let heading = plain(text, HEADING, USUAL).style("Heading1");
            document.add_paragraph(heading.page_break_before(true).keep_next(true))
        }
        // Two tables with nothing between them would be one.
        Block::Table(rows) => document
            .add_table(table(rows))
            .add_paragraph(Paragraph::new()),
        Block::Sign(text) => {
            document.add_paragraph(plain(text, BODY, USUAL).align(AlignmentType::Right))
        }
        Block::Mark(text) => document.add_paragraph(plain(text, BODY, SMALL)),
    }
}

fn table(rows: &[Vec<String>]) -> Table {
    let row = |(at, cells): (usize, &Vec<String>)| {
        let face = if at == 0 { HEADING } else { BODY };
        let cells = cells.iter().map(|text| {
            let text = Paragraph::new().add_run(run(text, face, SMALL));
            let cell = TableCell::new().add_paragraph(text.align(AlignmentType::Center));
            cell.vertical_align(VAlignType::Center)
        });
        TableRow::new(cells.collect()).cant_split()
    };
    Table::new(rows.iter().enumerate().map(row).collect())
        .align(TableAlignmentType::Center)
        .width(5_000, WidthType::Pct)
}
