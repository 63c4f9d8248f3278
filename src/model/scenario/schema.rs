//! The JSON Schema of scenario files, from the shape and the declarations.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::parameters::Domain;
use super::raw::Raw;
use super::schedule::interventions;
use super::{EventKind, PARAMETERS, Parameter, Process, Target};

/// The JSON Schema of a scenario file, as pretty JSON with a final newline.
pub fn scenario_schema() -> String {
    let mut schema = schemars::schema_for!(Raw);
    schema.insert("title".to_string(), json!("comity scenario"));
    let text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    format!("{text}\n")
}

fn object(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn parameter(p: &Parameter) -> Value {
    let [low, high] = p.prior;
    let description = format!(
        "{}. {} in {}; unit {}; prior {low} to {high}; source: {}",
        p.help, p.symbol, p.equation, p.unit, p.source
    );
    let mut value = json!({ "type": "number", "default": p.default, "description": description });
    match p.domain {
        Domain::Share => {
            value["minimum"] = json!(0);
            value["maximum"] = json!(1);
        }
        Domain::NonNegative => value["minimum"] = json!(0),
        Domain::Count => {
            value["type"] = json!("integer");
            value["minimum"] = json!(0);
            value["maximum"] = json!(1_000_000);
        }
        Domain::Real => {}
    }
    value
}

/// `[parameters]`.
pub(super) fn parameters(_: &mut SchemaGenerator) -> Schema {
    let mut groups: Map<String, Value> = Map::new();
    for p in PARAMETERS {
        if let Some((group, name)) = p.path.split_once('.') {
            let entry = groups.entry(group).or_insert_with(|| object(Map::new()));
            entry["properties"][name] = parameter(p);
        }
    }
    json_schema!({ "type": "object", "properties": groups, "additionalProperties": false })
}

/// `[processes]`.
pub(super) fn processes(_: &mut SchemaGenerator) -> Schema {
    let properties: Map<String, Value> = Process::ALL
        .iter()
        .map(|p| {
            let description = format!("{} ({}; step {})", p.help(), p.equation(), p.step());
            (
                p.name().to_string(),
                json!({ "type": "boolean", "description": description }),
            )
        })
        .collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// `set` of a treatment.
pub(super) fn settings(_: &mut SchemaGenerator) -> Schema {
    let properties: Map<String, Value> = interventions()
        .into_iter()
        .filter(|i| i.verbs == "set")
        .map(|i| {
            let path = i.name.strip_prefix("parameters.").and_then(Parameter::find);
            let value = match path {
                Some(p) => parameter(p),
                None => json!({ "type": "boolean", "description": i.help }),
            };
            (i.name, value)
        })
        .collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}

/// `force`, `add` and `scale` of a treatment.
pub(super) fn targets(_: &mut SchemaGenerator) -> Schema {
    let properties: Map<String, Value> = Target::ALL
        .iter()
        .map(|t| {
            let value = json!({ "type": "number", "description": t.help() });
            (t.name().to_string(), value)
        })
        .collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}

/// `block` of a treatment.
pub(super) fn blocks(generator: &mut SchemaGenerator) -> Schema {
    let kind = generator.subschema_for::<EventKind>();
    json_schema!({ "anyOf": [kind, { "type": "array", "items": kind, "minItems": 1 }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_the_current_one() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/schema/scenario.schema.json"
        );
        let current = scenario_schema();
        if std::env::var_os("COMITY_UPDATE").is_some_and(|v| v == "1") {
            std::fs::write(path, &current).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            current == checked_in,
            "{path} is not current: run the tests with COMITY_UPDATE=1"
        );
    }

    #[test]
    fn every_parameter_and_process_stands_in_the_schema() {
        let schema: Value = serde_json::from_str(&scenario_schema()).unwrap();
        let groups = &schema["properties"]["parameters"]["properties"];
        for p in PARAMETERS {
            let (group, name) = p.path.split_once('.').unwrap();
            assert_eq!(
                groups[group]["properties"][name]["default"],
                json!(p.default)
            );
        }
        assert_eq!(schema["$defs"]["RawTreatment"]["required"], json!(["from"]));
        for p in Process::ALL {
            assert!(schema["properties"]["processes"]["properties"][p.name()].is_object());
        }
    }
}
