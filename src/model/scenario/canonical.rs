//! The canonical form of a scenario, by which it is hashed.
//!
//! It is CBOR as RFC 8949 (section 4.2) makes it deterministic: keys in the order of their
//! bytes, integers and lengths as short as they go, floats as 32 bits where these hold
//! them exactly, else as 64. A key without a value is left out, so that something new
//! that is not used changes no hash; a value missing in a list (a state that is not in
//! the system) is null. `docs/reproduce.md` says what it has and what it has not.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use super::inputs::Scenario;
use super::parameters::{PARAMETERS, Parameters};
use super::process::{Process, ProcessSet};

/// First 16 hexadecimal digits of the SHA-256 of the canonical form.
pub fn hash(scenario: &Scenario) -> String {
    sha256(&canonical(scenario))[..16].to_string()
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn canonical(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let tree = serde_json::to_value(value).expect("every key is a text");
    write(&tree, &mut bytes);
    bytes
}

fn write(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::Null => to.push(0xf6),
        Value::Bool(on) => to.push(0xf4 + u8::from(*on)),
        Value::Number(number) => write_number(number, to),
        Value::String(text) => write_text(text, to),
        Value::Array(items) => {
            head(4, items.len() as u64, to);
            items.iter().for_each(|item| write(item, to));
        }
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().filter(|(_, v)| !v.is_null()).collect();
            entries.sort_unstable_by_key(|(key, _)| (key.len(), *key));
            head(5, entries.len() as u64, to);
            for (key, value) in entries {
                write_text(key, to);
                write(value, to);
            }
        }
    }
}

fn write_number(number: &Number, to: &mut Vec<u8>) {
    if let Some(whole) = number.as_u64() {
        head(0, whole, to);
    } else if let Some(negative) = number.as_i64() {
        head(1, !negative as u64, to);
    } else if let Some(float) = number.as_f64() {
        let short = float as f32;
        if f64::from(short) == float {
            to.push(0xfa);
            to.extend(short.to_be_bytes());
        } else {
            to.push(0xfb);
            to.extend(float.to_be_bytes());
        }
    }
}

fn write_text(text: &str, to: &mut Vec<u8>) {
    head(3, text.len() as u64, to);
    to.extend(text.as_bytes());
}

/// The first byte of an item, three bits of kind, with its number or length.
fn head(kind: u8, number: u64, to: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    let (short, skip) = match number {
        0..24 => (number as u8, 8),
        24..0x100 => (24, 7),
        0x100..0x1_0000 => (25, 6),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 0),
    };
    to.push(kind << 5 | short);
    to.extend(&bytes[skip..]);
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(PARAMETERS.iter().map(|p| (p.path, p.get(self))))
    }
}

impl Serialize for Process {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The names of those that run, as a set.
impl Serialize for ProcessSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let on = Process::ALL.iter().filter(|p| self.has(**p));
        serializer.collect_seq(on.map(|p| p.name()).collect::<BTreeSet<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load_text;
    use crate::scenario::setting::{AgreementKind, Geometry, PactKind};
    use crate::scenario::treatment::{Action, EventKind, GovernanceSwitch, Target, Thing};
    use serde_json::json;

    /// Every part of a scenario stands in it.
    const RICH: &str = r#"
extends = "history-1946"
drop_schedule = ["terror-2001"]
years = 3
[governance]
total_budget = 2.0
[institutions]
mode = "test"
[[institutions.partnership]]
name = "B"
region = "europe"
members = ["FRN", "BEL"]
agreements = ["economic"]
offices = ["int_border"]
participants = [{ state = "USA", stance = 0.5 }]
[[schedule]]
id = "base"
from = 1947
until = 1948
region = "europe"
states = ["FRN"]
insert = { base = "USA" }
"#;

    fn rich() -> Scenario {
        load_text("/nowhere/x.toml", RICH, &[]).unwrap_or_else(|e| panic!("{e}"))
    }

    /// RFC 8949, appendix A, but for floats of 16 bits.
    #[test]
    fn it_is_deterministic_cbor() {
        let cases = [
            (json!(0), "00"),
            (json!(23), "17"),
            (json!(24), "1818"),
            (json!(1000), "1903e8"),
            (json!(1_000_000), "1a000f4240"),
            (json!(u64::MAX), "1bffffffffffffffff"),
            (json!(-1), "20"),
            (json!(-1000), "3903e7"),
            (json!(100_000.0), "fa47c35000"),
            (json!(1.1), "fb3ff199999999999a"),
            (json!(-0.0), "fa80000000"),
            (json!(false), "f4"),
            (json!(true), "f5"),
            (json!([null]), "81f6"),
            (json!("\u{fc}"), "62c3bc"),
            (json!([1, [2, 3], [4, 5]]), "8301820203820405"),
            (
                json!({ "bb": 1, "c": [2], "a": null }),
                "a26163810262626201",
            ),
        ];
        for (value, expected) in cases {
            let bytes = canonical(&value);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, expected, "{value}");
        }
    }

    /// The leaves of the tree, of lists only those of the first and the last item.
    fn leaves(value: &Value, path: String, to: &mut Vec<String>) {
        match value {
            Value::Object(entries) => entries
                .iter()
                .for_each(|(key, value)| leaves(value, format!("{path}/{key}"), to)),
            Value::Array(items) => {
                let ends = BTreeSet::from([0, items.len().saturating_sub(1)]);
                let ends = ends.into_iter().filter_map(|k| Some((k, items.get(k)?)));
                ends.for_each(|(k, item)| leaves(item, format!("{path}/{k}"), to));
            }
            _ => to.push(path),
        }
    }

    #[test]
    fn whatever_changes_in_a_scenario_changes_its_form() {
        let mut tree = serde_json::to_value(rich()).unwrap();
        let mut paths = Vec::new();
        leaves(&tree, String::new(), &mut paths);
        assert!(paths.len() > PARAMETERS.len() + 100);
        let mut seen = BTreeSet::from([canonical(&tree)]);
        for path in &paths {
            let leaf = tree.pointer_mut(path).unwrap();
            let other = match &*leaf {
                Value::Bool(on) => json!(!on),
                Value::String(text) => json!(format!("{text}x")),
                Value::Number(n) if n.is_f64() => {
                    json!(f64::from_bits(n.as_f64().unwrap().to_bits() ^ 1))
                }
                Value::Number(n) => json!(n.as_i64().unwrap() + 1),
                _ => json!(0.5),
            };
            let before = std::mem::replace(leaf, other);
            assert!(seen.insert(canonical(&tree)), "{path}");
            *tree.pointer_mut(path).unwrap() = before;
        }
    }

    #[test]
    fn the_hash_leaves_out_names_and_texts_and_nothing_else() {
        let Value::Object(tree) = serde_json::to_value(rich()).unwrap() else {
            panic!("no table");
        };
        let mut s = rich();
        let before = s.hash.clone();
        assert_eq!(before, hash(&s));
        for text in [&mut s.name, &mut s.title, &mut s.purpose, &mut s.hash] {
            text.push('x');
        }
        s.data_files.clear();
        s.filled.clear();
        assert_eq!(before, hash(&s));
        // With these six, every field of a scenario.
        let text = format!("{s:#?}");
        let fields = text
            .lines()
            .filter(|l| l.starts_with("    ") && !l.starts_with("     "));
        let fields = fields.filter(|l| l.contains(": ")).count();
        assert_eq!(tree.len() + 6, fields);
    }

    #[test]
    fn order_comments_and_the_way_to_it_do_not_count() {
        let hash = |text: &str| load_text("/nowhere/x.toml", text, &[]).unwrap().hash;
        let direct =
            "title = \"T\"\npurpose = \"P\"\nyears = 9\n[stylised]\nstates = 12\nregions = 3\n";
        let other = "# A world.\nyears = 9 # few\npurpose = \"Q\"\ntitle = \"U\"\n[stylised]\nregions = 3\nstates = 12\n";
        let by_way = "extends = \"s2-bipolar\"\nyears = 9\nburn_in = 0\n[stylised]\nstates = 12\nregions = 3\npoles = [0.4, 0.4, 0.2]\n";
        assert_eq!(hash(direct), hash(other));
        let full = load_text("/nowhere/x.toml", direct, &[]).unwrap();
        let extended = load_text("/nowhere/x.toml", by_way, &[]).unwrap();
        assert_eq!(full.hash, extended.hash);
    }

    /// Changes only with what scenarios have: then every scenario has another hash, which
    /// `CHANGELOG.md` says.
    #[test]
    fn the_hash_is_the_same_in_every_version() {
        let mut s = rich();
        PARAMETERS
            .iter()
            .for_each(|p| p.set(&mut s.parameters, 0.5));
        let powers = vec![1, 2];
        let actions = [
            Action::SetParameter(3, 0.25),
            Action::SetProcess(Process::Aid, false),
            Action::SetGovernance(GovernanceSwitch::Standing, true),
            Action::Force(Target::Awareness, 0.1),
            Action::Scale(Target::Budget, 2.0),
            Action::Insert(Thing::Pact(PactKind::NonAggression, powers)),
            Action::Remove(Thing::Agreement(1, AgreementKind::DomTerror)),
            Action::Block(EventKind::Founding),
        ];
        let entry = s.schedule[0].clone();
        let treatment = |action| crate::scenario::Treatment {
            action,
            ..entry.clone()
        };
        s.schedule.extend(actions.map(treatment));
        s.setting.geometry = Geometry::Plane;
        assert_eq!(hash(&s), "4a66135c88f004fe");
    }
}
