//! The outlines of states, from `data/world/shapes.csv`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, written};
use comity_lab::table::csv;
use comity_model::error::{Error, Result};
use comity_model::scenario::library;

static SHAPES: LazyLock<Result<String>> = LazyLock::new(|| Ok(read()?.to_string()));

/// Every outline: name, code and predecessor's code (0: none), rings in tenths of a degree.
pub async fn shapes() -> Answer<Response> {
    match &*SHAPES {
        Ok(text) => Ok(written(text.clone())),
        Err(error) => Err(Refusal::from(error.clone())),
    }
}

fn read() -> Result<Value> {
    let path = "world/shapes.csv";
    let fail = |problem: &str| Error::new(problem).in_file(path);
    let table = csv::read("shapes", library::data(path).unwrap_or_default(), &[])?;
    let column = |name| table.real(name).ok_or_else(|| fail("lacks a column"));
    let (codes, before) = (column("ccode")?, column("predecessor")?);
    let texts = |name| table.text(name).ok_or_else(|| fail("lacks a column"));
    let (names, points) = (texts("name")?, texts("points")?);
    let mut shapes: BTreeMap<&str, (f64, f64, Vec<Vec<i64>>)> = BTreeMap::new();
    for row in 0..table.rows() {
        let ring: std::result::Result<Vec<i64>, _> =
            points[row].split(' ').map(str::parse).collect();
        let ring = ring.map_err(|_| fail("expected whole numbers in `points`"))?;
        let new = || (codes[row], before[row], Vec::new());
        shapes.entry(&names[row]).or_insert_with(new).2.push(ring);
    }
    let code = |c: f64| if c.is_finite() { c as i64 } else { 0 };
    let one = |(name, (own, before, rings)): (&str, (f64, f64, Vec<Vec<i64>>))| {
        json!([name, code(own), code(before), rings])
    };
    Ok(shapes.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use comity_model::scenario;

    #[test]
    fn every_shape_is_of_a_state_or_of_none_and_lies_on_the_globe() {
        let scenario = scenario::load("history-1946", &[]).unwrap();
        let states: BTreeSet<i64> = scenario
            .setting
            .states
            .iter()
            .map(|s| i64::from(s.code))
            .collect();
        let shapes = read().unwrap();
        let shapes = shapes.as_array().unwrap();
        assert!(shapes.len() > 160, "{}", shapes.len());
        for shape in shapes {
            for code in [&shape[1], &shape[2]] {
                let code = code.as_i64().unwrap();
                assert!(code == 0 || states.contains(&code), "{}", shape[0]);
            }
            for ring in shape[3].as_array().unwrap() {
                let ring: Vec<i64> = ring
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|v| v.as_i64().unwrap())
                    .collect();
                assert!(
                    ring.len() >= 8 && ring.len().is_multiple_of(2),
                    "{}",
                    shape[0]
                );
                assert!(
                    ring.chunks(2)
                        .all(|p| p[0].abs() <= 1800 && p[1].abs() <= 900)
                );
            }
        }
    }
}
