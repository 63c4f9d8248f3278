//! What can be taken along: a table, the scenario, the command that repeats the run.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use toml::{Table as Toml, Value};

use super::answer::Answer;
use super::query::Wanted;
use super::run::{scenario as read, working};
use super::turns::Client;
use super::{Shared, bounds};
use comity_lab::table::{Record, Table, csv};
use comity_model::error::{Error, Result};
use comity_model::observe::dyads::DyadYear;
use comity_model::observe::records::{
    AgreementEvent, ConflictEvent, RegionYear, StateYear, WorldYear,
};
use comity_model::observe::{self, History, Selection};
use comity_model::scenario::document;
use comity_model::scenario::suggest::unknown;
use comity_model::simulation::run_recording_while;

/// `/api/table`: one table of the run as CSV, `world` if `table` names none.
pub async fn table(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let wanted = Wanted::of(&uri, &["table"])?;
    let name = wanted.own("table").unwrap_or("world").to_string();
    let tables = observe::tables();
    if !tables.iter().any(|t| t.name == name) {
        let names = tables.iter().map(|t| t.name);
        return Err(Error::new(unknown("a table", &name, names))
            .at_key("table")
            .into());
    }
    let file = format!("{}-seed{}-{name}.csv", plain(&wanted.scenario), wanted.seed);
    let asked = (&shared, client);
    let (wanted, scenario, _) = read(asked, wanted).await?;
    let expected = bounds::expected(&scenario);
    let bytes = working(asked, expected, move |_, go_on| {
        let mut selection = Selection::none();
        selection.add_table(&name)?;
        let history = run_recording_while(&scenario, wanted.seed, &selection, go_on)?;
        history
            .map(|h| csv::write(&recorded(&h, &name)))
            .transpose()
    });
    Ok(download(&file, "text/csv; charset=utf-8", bytes.await?))
}

fn recorded(history: &History, name: &str) -> Table {
    match name {
        RegionYear::TABLE => RegionYear::table(&history.regions),
        AgreementEvent::TABLE => AgreementEvent::table(&history.agreements),
        ConflictEvent::TABLE => ConflictEvent::table(&history.events),
        StateYear::TABLE => StateYear::table(&history.states),
        DyadYear::TABLE => DyadYear::table(&history.dyads),
        _ => WorldYear::table(&history.world),
    }
}

/// `/api/scenario.toml`: a scenario file with what is changed.
pub async fn scenario(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let wanted = Wanted::of(&uri, &[])?;
    let file = format!("{}-changed.toml", plain(&wanted.scenario));
    let (wanted, scenario, _) = read((&shared, client), wanted).await?;
    let text = written(&wanted, &scenario.title)?;
    Ok(download(&file, "application/toml", text.into_bytes()))
}

fn written(wanted: &Wanted, title: &str) -> Result<String> {
    let mut root = Toml::new();
    let title = match wanted.overrides().is_empty() {
        true => title.to_string(),
        false => format!("{title}, changed"),
    };
    root.insert("title".to_string(), Value::String(title));
    root.insert(
        "extends".to_string(),
        Value::String(wanted.scenario.clone()),
    );
    for change in wanted.overrides() {
        let (path, text) = change.split_once('=').unwrap_or((&change, ""));
        let value = document::parse_value(text, 0)
            .transpose()?
            .map(|node| node.to_value());
        put(
            &mut root,
            path,
            value.unwrap_or_else(|| Value::String(text.to_string())),
        );
    }
    toml::to_string(&root).map_err(|e| Error::new(format!("cannot be written as TOML: {e}")))
}

fn put(table: &mut Toml, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_string(), value);
        }
        Some((group, rest)) => {
            let entry = table
                .entry(group)
                .or_insert_with(|| Value::Table(Toml::new()));
            if let Value::Table(inner) = entry {
                put(inner, rest, value);
            }
        }
    }
}

/// The command that repeats the run.
pub fn command(wanted: &Wanted) -> String {
    let mut text = format!(
        "comity run {} --seed {}",
        shell(&wanted.scenario),
        wanted.seed
    );
    for change in wanted.overrides() {
        text.push_str(" --set ");
        text.push_str(&shell(&change));
    }
    text
}

/// One word of a shell.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-=/+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// A part of a file's name.
fn plain(name: &str) -> String {
    let stem = name
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".toml");
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    stem.chars().map(safe).collect()
}

fn download(file: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let place = format!("attachment; filename=\"{file}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CONTENT_DISPOSITION, place),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::scenario::{self, load};

    #[test]
    fn file_and_command_repeat_the_run() {
        let query = "/?scenario=s2-bipolar&variant=core&alliance.reactance=0.25&processes.culture=false\
                     &stylised.poles=%5B0.6%2C0.4%5D&competition=observed&competition.floor=0.2";
        let wanted = Wanted::of(&query.parse().unwrap(), &[]).unwrap();
        let there = load("s2-bipolar", &wanted.overrides()).unwrap();
        let text = written(&wanted, &there.title).unwrap();
        let file = scenario::load_text("/nowhere/x.toml", &text, &[]).unwrap();
        assert_eq!(file.hash, there.hash, "{text}");
        assert_ne!(there.hash, load("s2-bipolar", &[]).unwrap().hash);
        assert_eq!(
            command(&wanted),
            "comity run s2-bipolar --seed 1 --set variant=core --set processes.culture=false \
             --set 'stylised.poles=[0.6,0.4]' --set competition=observed \
             --set parameters.alliance.reactance=0.25 --set parameters.competition.floor=0.2"
        );
        assert_eq!(shell("it's"), "'it'\\''s'");
        assert_eq!(plain("../my worlds/a b.toml"), "a_b");
    }
}
