//! JSON Schema of the parts of a scenario file that declarations give: parameters, processes, treatments.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::parameters::{Domain, PARAMETERS, Parameter};
use super::process::Process;
use super::treatment::{EventKind, Target, interventions};

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
pub fn parameters(_: &mut SchemaGenerator) -> Schema {
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
pub fn processes(_: &mut SchemaGenerator) -> Schema {
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
pub fn settings(_: &mut SchemaGenerator) -> Schema {
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
pub fn targets(_: &mut SchemaGenerator) -> Schema {
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
pub fn blocks(generator: &mut SchemaGenerator) -> Schema {
    let kind = generator.subschema_for::<EventKind>();
    json_schema!({ "anyOf": [kind, { "type": "array", "items": kind, "minItems": 1 }] })
}
