//! Plain text with separators: CSV as spreadsheets and government systems write it.

use super::Sheet;
use crate::Trouble;
use domain::sheet::roster::Line;
use domain::sheet::roster::clean::Raw;
use domain::sheet::roster::head::COLUMNS_AT_MOST;

/// The rows of a text.
///
/// # Errors
/// `NoTable` if it is no text, `WebPage` if it is a page that calls itself a sheet.
pub fn sheet(bytes: &[u8]) -> Result<Sheet, Trouble> {
    let text = decoded(bytes).ok_or(Trouble::NoTable)?;
    let start: String = text.trim_start().chars().take(100).collect();
    let start = start.to_ascii_lowercase();
    if start.starts_with("<html") || start.starts_with("<!doctype") || start.starts_with("<table") {
        return Err(Trouble::WebPage);
    }
    if start.starts_with('<') || start.starts_with('{') || start.starts_with("%pdf") {
        return Err(Trouble::NoTable);
    }
    let rows = rows(&text);
    let line = |(at, cells): (usize, Vec<String>)| Line {
        number: at as u32 + 1,
        cells: cells.into_iter().take(COLUMNS_AT_MOST).map(raw).collect(),
    };
    let mut lines: Vec<Line> = rows.into_iter().enumerate().map(line).collect();
    lines.retain(|line| !line.is_blank());
    Ok(Sheet {
        name: String::new(),
        lines,
    })
}

fn raw(text: String) -> Raw {
    // Written so that spreadsheets leave the number alone: ="370…".
    let text = text
        .strip_prefix("=\"")
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(&text);
    match text.trim() {
        "" => Raw::Empty,
        text => Raw::Text(text.to_owned()),
    }
}

/// UTF-8 or what Chinese Windows writes; `None` if it is no text at all.
fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some((text, _)) = (bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]))
        .then(|| encoding_rs::Encoding::for_bom(bytes))
        .flatten()
    {
        return Some(text.decode(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.trim_start_matches('\u{feff}').to_owned());
    }
    let (text, _, wrong) = encoding_rs::GB18030.decode(bytes);
    (!wrong).then(|| text.into_owned())
}

/// Rows and cells (RFC 4180), with whatever separates cells in the first line most often.
fn rows(text: &str) -> Vec<Vec<String>> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let often = |c: &char| first.matches(*c).count();
    let separator = [',', '\t', ';']
        .into_iter()
        .rev()
        .max_by_key(often)
        .unwrap_or(',');
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                cell.push('"');
                signs.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() || cell == "=" => {
                quoted = true;
                cell.clear();
            }
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            sign if sign == separator && !quoted => row.push(std::mem::take(&mut cell)),
            sign => cell.push(sign),
        }
    }
    row.push(cell);
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = sheet(bytes).unwrap();
        let texts = |line: &Line| line.cells.iter().map(Raw::text).collect();
        sheet.lines.iter().map(texts).collect()
    }

    #[test]
    fn commas_tabs_quotes_and_line_breaks_in_cells() {
        let text = "姓名,电话\r\n\"张,三\",\"a\"\"b\nc\"\n\n";
        assert_eq!(
            cells(text.as_bytes()),
            [["姓名", "电话"], ["张,三", "a\"b c"]]
        );
        assert_eq!(
            cells("姓名\t电话\n张三\t1".as_bytes()),
            [["姓名", "电话"], ["张三", "1"]]
        );
        assert_eq!(cells("a,b\n=\"370\",1".as_bytes())[1], ["370", "1"]);
    }

    #[test]
    fn what_chinese_windows_writes_is_read() {
        let (bytes, ..) = encoding_rs::GB18030.encode("姓名,电话\n张三,138");
        assert_eq!(cells(&bytes)[1], ["张三", "138"]);
    }

    #[test]
    fn pages_and_pictures_are_no_tables() {
        assert_eq!(sheet(b"<html><table>").unwrap_err(), Trouble::WebPage);
        assert_eq!(sheet(&[0, 1, 2, 3]).unwrap_err(), Trouble::NoTable);
        assert_eq!(sheet(b"%PDF-1.7").unwrap_err(), Trouble::NoTable);
    }
}
