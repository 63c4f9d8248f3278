//! The JSON Schema of experiment files.

use serde_json::json;

use super::raw::Raw;

/// The JSON Schema of an experiment file, as pretty JSON with a final newline.
pub fn experiment_schema() -> String {
    let mut schema = schemars::schema_for!(Raw);
    schema.insert("title".to_string(), json!("comity experiment"));
    let text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    format!("{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_the_current_one() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/schema/experiment.schema.json"
        );
        let current = experiment_schema();
        if std::env::var_os("COMITY_UPDATE").is_some_and(|v| v == "1") {
            std::fs::write(path, &current).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            current == checked_in,
            "{path} is not current: run the tests with COMITY_UPDATE=1"
        );
    }
}
