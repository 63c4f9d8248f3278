//! The columns of the published files, their missing codes, and how one file is told from
//! another.

use comity_model::error::{Error, Result};
use comity_model::scenario::sheet::{Row, Sheet};
use comity_model::scenario::source::DataFile;
use comity_model::scenario::suggest::shorten;

/// Codes for "missing" and "does not apply", beside an empty cell.
const MISSING: [&str; 6] = [".", "-9", "-8", "-7", "NA", "NaN"];

/// A data set on pacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dataset {
    /// Alliance Treaty Obligations and Provisions 5.1.
    Atop,
    /// Correlates of War Formal Alliances 4.1.
    Cow,
}

impl Dataset {
    /// Both.
    pub const ALL: [Dataset; 2] = [Self::Atop, Self::Cow];

    /// Short name, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atop => "atop",
            Self::Cow => "cow",
        }
    }

    /// Name in the column `source` of the project's tables.
    pub fn source(self) -> &'static str {
        match self {
            Self::Atop => "ATOP5.1",
            Self::Cow => "COW4.1",
        }
    }

    /// Name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Atop => "ATOP 5.1",
            Self::Cow => "COW Formal Alliances 4.1",
        }
    }

    /// Name of the member-level file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Atop => "atop5_1m.csv",
            Self::Cow => "alliance_v4.1_by_member.csv",
        }
    }

    /// Last year that the release covers.
    pub fn last_year(self) -> i32 {
        match self {
            Self::Atop => 2018,
            Self::Cow => 2012,
        }
    }
}

/// The columns of a member-level file that are read.
pub struct Columns {
    /// All of them.
    pub all: &'static [&'static str],
    /// Number of the pact.
    pub pact: &'static str,
    /// Code of the member.
    pub state: &'static str,
    /// Year of entry.
    pub entry: &'static str,
    /// Year of exit.
    pub exit: &'static str,
    /// The column that says that the membership goes on, and the value with which it does.
    pub ongoing: (&'static str, i64),
    /// Obligation to defend.
    pub defence: &'static str,
    /// Obligation to join an attack, where it is coded.
    pub offence: Option<&'static str>,
    /// Obligation to stay neutral.
    pub neutrality: &'static str,
    /// Promise of non-aggression.
    pub nonaggression: &'static str,
    /// Obligation to consult, or entente.
    pub consultation: &'static str,
}

/// The columns of the data set's file; headers are compared in lower case.
pub fn columns(dataset: Dataset) -> &'static Columns {
    const ATOP: Columns = Columns {
        all: &[
            "atopid", "member", "yrent", "ineffect", "yrexit", "defense", "offense", "neutral",
            "nonagg", "consul",
        ],
        pact: "atopid",
        state: "member",
        entry: "yrent",
        exit: "yrexit",
        ongoing: ("ineffect", 1),
        defence: "defense",
        offence: Some("offense"),
        neutrality: "neutral",
        nonaggression: "nonagg",
        consultation: "consul",
    };
    const COW: Columns = Columns {
        all: &[
            "version4id",
            "ccode",
            "mem_st_year",
            "mem_end_year",
            "right_censor",
            "defense",
            "neutrality",
            "nonaggression",
            "entente",
        ],
        pact: "version4id",
        state: "ccode",
        entry: "mem_st_year",
        exit: "mem_end_year",
        ongoing: ("right_censor", 1),
        defence: "defense",
        offence: None,
        neutrality: "neutrality",
        nonaggression: "nonaggression",
        consultation: "entente",
    };
    match dataset {
        Dataset::Atop => &ATOP,
        Dataset::Cow => &COW,
    }
}

/// A file, by columns that it has and columns that it lacks.
const FILES: [(&str, &[&str], &[&str]); 13] = [
    (
        "the COW member-level file",
        &["version4id", "ccode", "mem_st_year"],
        &["year"],
    ),
    (
        "the COW member-level file by year",
        &["version4id", "ccode", "year"],
        &[],
    ),
    (
        "the COW dyadic file by year",
        &["version4id", "ccode1", "ccode2", "year"],
        &[],
    ),
    (
        "the COW dyadic file",
        &["version4id", "ccode1", "ccode2"],
        &[],
    ),
    ("a file of COW alliances 3", &["version3id"], &[]),
    (
        "the ATOP member-level file",
        &["atopid", "member", "yrent"],
        &[],
    ),
    ("the ATOP alliance-level file", &["atopid", "begyr"], &[]),
    (
        "the ATOP directed dyad-year file",
        &["statea", "stateb", "year"],
        &[],
    ),
    (
        "the ATOP dyad-year file",
        &["mem1", "mem2", "year", "atopally"],
        &[],
    ),
    (
        "the ATOP state-year file",
        &["state", "year", "atopid1"],
        &[],
    ),
    (
        "a table of this project, which needs no import",
        &["source", "pact", "kind", "entry_year"],
        &[],
    ),
    (
        "a table of this project, which needs no import",
        &["source", "defence_pacts", "year"],
        &[],
    ),
    (
        "the COW state system membership file",
        &["stateabb", "ccode", "styear"],
        &[],
    ),
];

/// Whether it is the data set's member-level file.
///
/// # Errors
/// If it is another one, which is named as far as it is known.
pub fn recognise(dataset: Dataset, data: &DataFile) -> Result<()> {
    let sheet = Sheet::read(data, &[])?;
    let has = |column: &&str| sheet.has(column);
    let wanted = match dataset {
        Dataset::Atop => "the ATOP member-level file",
        Dataset::Cow => "the COW member-level file",
    };
    let expected = format!("{wanted}, {}", dataset.file());
    let known = FILES
        .iter()
        .find(|(_, with, without)| with.iter().all(&has) && !without.iter().any(&has));
    let found = match known {
        Some((name, ..)) if *name == wanted => return Ok(()),
        Some((name, ..)) => {
            let other = Dataset::ALL.into_iter().find(|d| *d != dataset);
            let fits = other.filter(|d| columns(*d).all.iter().all(&has));
            let hint = fits.map(|d| format!(" (for which the kind is `{}`)", d.name()));
            format!("{name}{}", hint.unwrap_or_default())
        }
        None if columns(dataset).all.iter().filter(|c| has(c)).count() > 4 => return Ok(()),
        None => {
            let header = data.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
            let header = String::from_utf8_lossy(header);
            match header.contains(',') {
                true => format!("a table of the columns \"{}\"", shorten(&header)),
                false if header.contains(';') || header.contains('\t') => {
                    "a table whose columns are not separated by commas".to_string()
                }
                false => format!("a file that begins with \"{}\"", shorten(&header)),
            }
        }
    };
    Err(Error::expected(found, expected).in_file(&data.shown))
}

/// The text, and a note if it is not in UTF-8: a file of the years before is Latin-1, one
/// that a spreadsheet has saved may be UTF-16.
pub fn decode(bytes: Vec<u8>) -> (String, Option<String>) {
    let units = |pair: fn([u8; 2]) -> u16| {
        let pairs = bytes[2..].chunks_exact(2);
        let units: Vec<u16> = pairs.map(|p| pair([p[0], p[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let note = |name: &str| Some(format!("the file is not in UTF-8 and was read as {name}"));
    if bytes.starts_with(b"\xFF\xFE") {
        return (units(u16::from_le_bytes), note("UTF-16"));
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return (units(u16::from_be_bytes), note("UTF-16"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(e) => {
            let latin = e.as_bytes().iter().map(|&b| char::from(b)).collect();
            (latin, note("Latin-1"))
        }
    }
}

/// The text with its first line in lower case, without a byte order mark, and with lines
/// that end in `\n`.
pub fn lower_header(text: String) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let text = match text.contains('\n') {
        true => text.to_string(),
        false => text.replace('\r', "\n"),
    };
    match text.split_once('\n') {
        Some((header, rest)) => format!("{}\n{rest}", header.to_lowercase()),
        None => text.to_lowercase(),
    }
}

/// A whole number, which may be written with decimals that are 0; `None` where it is missing.
///
/// # Errors
/// If the cell holds anything else.
pub fn number(row: &Row, column: &str) -> Result<Option<i64>> {
    let text = row.text(column);
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.is_empty() || MISSING.contains(&text) {
        return Ok(None);
    }
    let wrong = || row.unexpected(column, "a whole number, or -9, a dot or nothing if missing");
    text.parse().map(Some).map_err(|_| wrong())
}

/// A year; 0 stands for one that has not come, as in ATOP.
///
/// # Errors
/// If the cell holds anything else.
pub fn year(row: &Row, column: &str) -> Result<Option<i32>> {
    let year = number(row, column)?.filter(|&y| y != 0);
    match year {
        Some(y) if !(1000..=3000).contains(&y) => Err(row.unexpected(column, "a year")),
        year => Ok(year.map(|y| y as i32)),
    }
}

/// Whether an obligation is there: 1 and more are degrees of it, 0 and missing are none.
///
/// # Errors
/// If the cell holds anything else.
pub fn flag(row: &Row, column: &str) -> Result<bool> {
    match number(row, column)? {
        None | Some(0) => Ok(false),
        Some(1..=9) => Ok(true),
        Some(_) => Err(row.unexpected(column, "0 or 1")),
    }
}
