//! Who is allied with whom, for a terminal of 80 columns.

use super::grid::{grid, paragraph};
use comity_lab::analysis::network::LOOKS;
use comity_lab::table::Table;

/// Rows of a table with these texts in these columns.
fn rows(table: &Table, wanted: &[(&str, &str)]) -> Vec<usize> {
    let holds = |row: &usize| {
        let is =
            |(column, value): &(&str, &str)| table.text(column).is_some_and(|c| c[*row] == *value);
        wanted.iter().all(is)
    };
    (0..table.rows()).filter(holds).collect()
}

/// Three decimals without the 0 before them; `-` for what there is not.
fn short(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:.3}").replacen("0.", ".", usize::from(value.abs() < 1.0)),
        false => "-".to_string(),
    }
}

/// The tables of the network as text; empty without them.
pub fn summary(tables: &[Table]) -> String {
    let find = |name: &str| tables.iter().find(|t| t.name == name);
    let mut text = String::new();
    let Some(scores) = find("network_scores") else {
        return text;
    };
    let mut sources: Vec<String> = Vec::new();
    for source in scores.text("source").unwrap_or_default() {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    for source in sources {
        text.push_str(&format!("\nWho is allied ({source})\n\n"));
        for (column, words) in [
            ("auc", "AUC"),
            ("average_precision", "average precision"),
            ("brier", "Brier score"),
        ] {
            text.push_str(&discrimination(scores, &source, column, words));
            text.push('\n');
        }
        let parts = [
            find("network_camps").map(|t| camps(t, &source)),
            find("network_named").map(|t| named(t, &source)),
            find("network_sponsors").map(|t| sponsors(t, &source)),
            find("network_births").map(|t| births(t, &source)),
            find("network_coverage").map(|t| coverage(t, &source)),
        ];
        for part in parts.into_iter().flatten() {
            text.push_str(&part);
            text.push('\n');
        }
    }
    text.push_str(&paragraph(
        "The forecast of a pair is the share of runs in which it is allied. Statistical forecasts know \
         the years up to the end of the fit window. Camps: shares of pairs in a common defence pact \
         of West (listed as input, or the allies of the United States in 1955) and East; states: in a \
         regional body; runs / record. Named pacts: mean Jaccard index of the nearest simulated pact; arises: share \
         of runs in which it reaches .5; lasts: of those, until the named pact's last year.",
        0,
    ));
    text
}

fn discrimination(scores: &Table, source: &str, column: &str, words: &str) -> String {
    let values = scores.real(column).unwrap_or_default();
    let span = ["from", "until"].map(|c| scores.real(c).unwrap_or_default());
    let mut spans: Vec<(f64, f64)> = LOOKS.map(|y| (f64::from(y), f64::from(y))).to_vec();
    let pooled = (0..scores.rows()).map(|r| (span[0][r], span[1][r]));
    for pair in pooled.filter(|(from, until)| from != until) {
        if !spans.contains(&pair) {
            spans.push(pair);
        }
    }
    let mut forecasters: Vec<&String> = Vec::new();
    for name in scores.text("forecaster").unwrap_or_default() {
        if !forecasters.contains(&name) {
            forecasters.push(name);
        }
    }
    let line = |name: &str, scope: &str| {
        let key = [("source", source), ("scope", scope), ("forecaster", name)];
        let rows = rows(scores, &key);
        let cell = |(from, until): &(f64, f64)| {
            let row = rows
                .iter()
                .find(|&&r| (span[0][r], span[1][r]) == (*from, *until));
            row.map_or("-".to_string(), |&r| short(values[r]))
        };
        let label = match scope {
            "all" => name.to_string(),
            _ => format!("{name}, within regions"),
        };
        std::iter::once(label)
            .chain(spans.iter().map(cell))
            .collect()
    };
    let mut lines: Vec<Vec<String>> = forecasters.iter().map(|n| line(n, "all")).collect();
    lines.push(line("model", "within"));
    let years = spans.iter().map(|(from, until)| match from == until {
        true => format!(">{from}"),
        false => format!(">{from}-{}", until - 1900.0),
    });
    let head: Vec<String> = std::iter::once(words.to_string()).chain(years).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    grid(&head, &lines)
}

/// A column of years, each cell the runs' value and the record's.
fn by_look(table: &Table, key: &[(&str, &str)], label: &str) -> Vec<String> {
    let column = |name: &str| table.real(name).unwrap_or_default();
    let (years, model, record) = (column("year"), column("model"), column("record"));
    let found = rows(table, key);
    let cell = |look: i32| {
        let row = found.iter().find(|&&r| years[r] == f64::from(look));
        row.map_or("-".to_string(), |&r| {
            format!("{} / {}", short(model[r]), short(record[r]))
        })
    };
    std::iter::once(label.to_string())
        .chain(LOOKS.map(cell))
        .collect()
}

fn looks(words: &str) -> Vec<String> {
    let years = LOOKS.map(|y| format!(">{y}"));
    std::iter::once(words.to_string()).chain(years).collect()
}

fn with_looks(words: &str, lines: &[Vec<String>]) -> String {
    let head = looks(words);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    grid(&head, lines)
}

fn camps(table: &Table, source: &str) -> String {
    let mut lines = Vec::new();
    for definition in ["listed", "allies of 1955"] {
        for (a, b) in [("west", "west"), ("east", "east"), ("west", "east")] {
            let key = [
                ("source", source),
                ("definition", definition),
                ("camp_1", a),
                ("camp_2", b),
            ];
            let short = match definition {
                "listed" => "listed",
                _ => "allies",
            };
            let words = format!("{}-{}", &a[..1], &b[..1]).to_uppercase() + ", " + short;
            lines.push(by_look(table, &key, &words));
        }
    }
    with_looks("camps", &lines)
}

fn named(table: &Table, source: &str) -> String {
    let column = |name: &str| table.real(name).unwrap_or_default();
    let (jaccard, arises) = (column("jaccard"), column("arises"));
    let (year, lasts) = (column("year"), column("lasts"));
    let labels = table.text("label").unwrap_or_default();
    let line = |r: usize| {
        vec![
            labels[r].clone(),
            short(jaccard[r]),
            short(arises[r]),
            if year[r].is_finite() {
                format!("{:.0}", year[r])
            } else {
                "-".to_string()
            },
            short(lasts[r]),
        ]
    };
    let rows = rows(table, &[("source", source)]);
    let lines: Vec<Vec<String>> = rows.into_iter().map(line).collect();
    grid(
        &["named pact", ">Jaccard", ">arises", ">year", ">lasts"],
        &lines,
    )
}

fn sponsors(table: &Table, source: &str) -> String {
    let column = |name: &str| table.real(name).unwrap_or_default();
    let (arises, year) = (column("arises"), column("year"));
    let (members, lasts) = (column("members"), column("lasts"));
    let names = table.text("sponsor").unwrap_or_default();
    let line = |r: usize| {
        vec![
            names[r].clone(),
            short(arises[r]),
            format!("{:.0}", year[r]),
            format!("{:.1}", members[r]),
            short(lasts[r]),
        ]
    };
    let rows = rows(table, &[("source", source)]);
    let lines: Vec<Vec<String>> = rows.into_iter().map(line).collect();
    let head = [
        "large pact of",
        ">arises by 1956",
        ">year",
        ">members",
        ">lasts to 1988",
    ];
    grid(&head, &lines)
}

fn births(table: &Table, source: &str) -> String {
    let column = |name: &str| table.real(name).unwrap_or_default();
    let (from, until) = (column("from"), column("until"));
    let (model, record) = (column("model"), column("record"));
    let (share, recorded) = (column("model_share"), column("record_share"));
    let line = |r: usize| {
        vec![
            format!("{:.0}-{:.0}", from[r], until[r]),
            format!("{:.2}", model[r]),
            format!("{:.2}", record[r]),
            short(share[r]),
            short(recorded[r]),
        ]
    };
    let rows = rows(table, &[("source", source), ("kind", "defence")]);
    let lines: Vec<Vec<String>> = rows.into_iter().map(line).collect();
    let head = [
        "defence pacts per 100 state-years",
        ">runs",
        ">record",
        ">share of new, runs",
        ">record",
    ];
    grid(&head, &lines)
}

fn coverage(table: &Table, source: &str) -> String {
    let key = [("source", source), ("region", "world")];
    with_looks("in a body", &[by_look(table, &key, "states")])
}
