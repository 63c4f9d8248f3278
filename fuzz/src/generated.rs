//! Scenarios, experiments and claims drawn from the JSON Schemas of `docs/schema`, so that most
//! of them get past the parser: a small file that is in order, and over it some of the keys
//! that its schema knows, with values of their types.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// A number below that which is given.
pub type Draw<'a> = &'a mut dyn FnMut(usize) -> usize;

static SCENARIO: LazyLock<Value> =
    LazyLock::new(|| schema(include_str!("../../docs/schema/scenario.schema.json")));
static EXPERIMENT: LazyLock<Value> =
    LazyLock::new(|| schema(include_str!("../../docs/schema/experiment.schema.json")));

fn schema(text: &str) -> Value {
    serde_json::from_str(text).expect("a schema that a test writes")
}

/// Definitions of which one key alone is meant, beside those that are required.
const ONE_OF: [(&str, &[&str]); 3] = [
    (
        "RawTreatment",
        &["set", "force", "add", "scale", "insert", "remove", "block"],
    ),
    ("RawInsert", &["rivalry", "pact", "partnership"]),
    ("RawRemove", &["rivalry", "pact"]),
];

/// Names that stand in the small files, by the keys that ask for them.
const NAMES: [(&str, &[&str]); 12] = [
    ("region", &["r1", "r2"]),
    ("regions", &["r1", "r2"]),
    ("state", &["s1", "s2", "s3"]),
    ("states", &["s1", "s2", "s3", "s4"]),
    ("members", &["s1", "s2", "s3", "s4"]),
    ("rivalry", &["s5", "s6", "s7", "s8"]),
    ("mode", &["none", "seed"]),
    ("column", &["defence_pacts", "competition", "disputes"]),
    ("metric", &["pacts", "rivals"]),
    ("metrics", &["pacts", "rivals"]),
    ("arm", &["a", "b"]),
    ("arms", &["a", "b"]),
];

/// Processes that are switched off.
const PROCESSES: [&str; 3] = ["aid", "trust", "diffusion"];
/// Numbers that rules stumble over.
const ODD: [f64; 4] = [1e300, -1e300, 5e-324, -0.0];

/// A scenario file.
pub fn scenario(draw: Draw) -> String {
    let mut file = world();
    for _ in 0..1 + draw(3) {
        let known = SCENARIO["properties"].as_object().expect("properties");
        let left = ["title", "purpose", "extends", "drop_schedule", "data"];
        let keys: Vec<&String> = known
            .keys()
            .filter(|k| !left.contains(&k.as_str()))
            .collect();
        let key = keys[draw(keys.len())];
        let made = Walk(&SCENARIO).value(&known[key], key, draw);
        lay_over(&mut file, key, made);
    }
    toml(&file)
}

/// An experiment file, with the scenario that it names.
pub fn experiment(draw: Draw) -> String {
    let mut file = study();
    for _ in 0..1 + draw(2) {
        let keys = [
            "base",
            "replicates",
            "seed",
            "arms",
            "metrics",
            "record",
            "chunk",
            "design",
        ];
        let key = keys[draw(keys.len())];
        let made = match key {
            "base" => json!({ "parameters": parameters(draw) }),
            "arms" => json!({ "b": { "parameters": parameters(draw) } }),
            "metrics" => {
                let metric = &EXPERIMENT["$defs"]["RawMetric"];
                json!({ "drawn": Walk(&EXPERIMENT).object(metric, "RawMetric", draw) })
            }
            "design" => design(draw),
            _ => Walk(&EXPERIMENT).value(&EXPERIMENT["properties"][key], key, draw),
        };
        lay_over(&mut file, key, made);
    }
    with_world(&file)
}

/// A file of claims, with the scenario that it names.
pub fn claims(draw: Draw) -> String {
    let mut file = study();
    let tests = [
        "paired_difference",
        "equivalence",
        "trend",
        "share",
        "knock_out",
        "rank",
    ];
    let test = tests[draw(tests.len())];
    let expect = ["increase", "decrease"][draw(2)];
    let mut claim = json!({
        "statement": "More of the one than of the other", "paper": "A", "section": "1",
        "metric": "pacts", "test": test, "expect": expect,
    });
    match test {
        "trend" | "share" => claim["arm"] = json!("a"),
        _ => claim["contrast"] = json!(["b", "a"]),
    }
    match test {
        "equivalence" => {
            claim["expect"] = json!("none");
            claim["margin"] = json!(0.5);
        }
        "share" => claim["threshold"] = json!(0.5),
        "knock_out" => claim["knock_out"] = json!({ "processes": { "culture": false } }),
        _ => {}
    }
    let known = &EXPERIMENT["$defs"]["RawClaim"]["properties"];
    let keys = [
        "section",
        "class",
        "fails",
        "note",
        "at_least",
        "margin",
        "independent",
        "knock_out",
    ];
    for _ in 0..draw(3) {
        let key = keys[draw(keys.len())];
        let made = match key {
            "knock_out" => {
                json!({ "processes": { (PROCESSES[draw(PROCESSES.len())]): false } })
            }
            _ => Walk(&EXPERIMENT).value(&known[key], key, draw),
        };
        lay_over(&mut claim, key, made);
    }
    file["claims"] = json!({ "X1": claim });
    with_world(&file)
}

fn world() -> Value {
    json!({
        "title": "T", "purpose": "P", "years": 3,
        "stylised": { "states": 8, "regions": 2, "poles": [0.6, 0.4] },
    })
}

fn study() -> Value {
    json!({
        "title": "E", "question": "Q?", "scenario": "w.toml", "replicates": 2,
        "arms": { "a": {}, "b": { "parameters": { "alliance": { "reactance": 0.25 } } } },
        "metrics": {
            "pacts": { "column": "defence_pacts" },
            "rivals": { "column": "competition", "reduce": "last" },
        },
    })
}

fn parameters(draw: Draw) -> Value {
    let groups = &SCENARIO["properties"]["parameters"];
    Walk(&SCENARIO).value(groups, "parameters", draw)
}

/// A design with a factor or two of the model's parameters.
fn design(draw: Draw) -> Value {
    let mut factors = Map::new();
    for name in ["alliance.reactance", "alliance.autonomy"] {
        factors.insert(
            name.to_string(),
            json!([0.1, 0.1 + 0.1 * (1 + draw(5)) as f64]),
        );
    }
    match draw(4) {
        0 => json!({ "method": "grid", "levels": 2 + draw(3), "parameters": factors }),
        1 => json!({ "method": "lhs", "samples": 2 + draw(9), "parameters": factors }),
        2 => json!({ "method": "sobol", "samples": 2 << draw(3), "parameters": factors }),
        _ => json!({ "method": "morris", "trajectories": 2 + draw(3), "parameters": factors }),
    }
}

/// Tables are joined, anything else is replaced.
fn lay_over(file: &mut Value, key: &str, made: Value) {
    match (file.get_mut(key).and_then(Value::as_object_mut), made) {
        (Some(before), Value::Object(made)) => before.extend(made),
        (_, made) => file[key] = made,
    }
}

fn toml(file: &Value) -> String {
    toml::to_string(file).expect("what is drawn has no null")
}

fn with_world(file: &Value) -> String {
    format!("{}%%% w.toml\n{}", toml(file), toml(&world()))
}

/// Values of a schema with this root.
struct Walk<'a>(&'a Value);

impl Walk<'_> {
    fn value(&self, schema: &Value, name: &str, draw: Draw) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let schema = &self.0["$defs"][name];
            return match schema["properties"].is_object() {
                true => self.object(schema, name, draw),
                false => self.value(schema, name, draw),
            };
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(any) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            let any: Vec<&Value> = any.iter().filter(|s| s["type"] != "null").collect();
            return self.value(any[draw(any.len())], name, draw);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("boolean") => json!(draw(2) == 0),
            Some("integer") => integer(schema, draw),
            Some("number") => number(schema, draw),
            Some("array") => {
                let count = |key: &str| schema[key].as_u64().map(|n| n as usize);
                let low = count("minItems").unwrap_or(if name == "rivalry" { 2 } else { 1 });
                let high = count("maxItems").unwrap_or(low + 1);
                let length = low + draw(high - low + 1);
                let mut all: Vec<Value> = Vec::new();
                for _ in 0..length {
                    let next = self.value(&schema["items"], name, draw);
                    // A name stands once in a list.
                    if !next.is_string() || !all.contains(&next) {
                        all.push(next);
                    }
                }
                Value::Array(all)
            }
            Some("object") => self.object(schema, name, draw),
            _ => {
                let names = NAMES
                    .iter()
                    .find(|n| n.0 == name)
                    .map_or(&["x", "Ünder"][..], |n| n.1);
                json!(names[draw(names.len())])
            }
        }
    }

    /// What is required, and one or two keys more; none where none is to be found.
    fn object(&self, schema: &Value, name: &str, draw: Draw) -> Value {
        let known = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let required: Vec<&str> = match schema["required"].as_array() {
            Some(names) => names.iter().filter_map(Value::as_str).collect(),
            None if name == "RawTreatment" => vec!["from"],
            None => Vec::new(),
        };
        let mut keys: Vec<&str> = required.clone();
        let one = ONE_OF.iter().find(|(definition, _)| *definition == name);
        let free: Vec<&str> = match one {
            Some((_, keys)) => keys.to_vec(),
            None => known.keys().map(String::as_str).collect(),
        };
        let more = if one.is_some() { 1 } else { 1 + draw(2) };
        for _ in 0..more.min(free.len()) {
            keys.push(free[draw(free.len())]);
        }
        let mut made = Map::new();
        for key in keys {
            let value = self.value(&known[key], key, draw);
            made.insert(key.to_string(), value);
        }
        Value::Object(made)
    }
}

fn integer(schema: &Value, draw: Draw) -> Value {
    let low = schema["minimum"].as_i64().unwrap_or(0).max(0);
    let high = schema["maximum"].as_i64().unwrap_or(i64::MAX).min(low + 4);
    json!(low + draw((high - low + 1) as usize) as i64)
}

fn number(schema: &Value, draw: Draw) -> Value {
    let low = schema["minimum"].as_f64().unwrap_or(-1.0);
    let high = schema["maximum"].as_f64().unwrap_or(2.0);
    // The ends are where rules stumble; now and then a number that is none of these.
    match draw(12) {
        0 => json!(low),
        1 => json!(high),
        2 if draw(4) == 0 => json!(ODD[draw(ODD.len())]),
        k => json!(low + (high - low) * k as f64 / 12.0),
    }
}
