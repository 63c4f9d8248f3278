//! Parquet: snappy, with each column's unit and definition as field metadata.

use std::io::Write;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, Encoding};
use ::parquet::column::page::PageReader;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::serialized_reader::SerializedPageReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};

/// Rows of a row group: what a reader, and the writer, holds in memory at once.
const GROUP: usize = 1 << 16;

/// The table as Parquet.
pub fn write(table: &Table) -> Result<Vec<u8>> {
    let mut writer = Writer::begin(table, Vec::new())?;
    writer.push(table)?;
    writer.finish()
}

/// A file that tables of the same columns are appended to.
pub struct Writer<W: Write + Send> {
    schema: Arc<Schema>,
    inner: ArrowWriter<W>,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file with the columns of `table`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(table: &Table, out: W) -> Result<Self> {
        let fields: Vec<Field> = table.columns.iter().map(field).collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("comity ", env!("CARGO_PKG_VERSION")).to_string())
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let inner =
            ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(|e| failed(&e))?;
        Ok(Self { schema, inner })
    }

    /// Appends the rows of `table`.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn push(&mut self, table: &Table) -> Result<()> {
        let arrays: Vec<ArrayRef> = table.values.iter().map(array).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(|e| failed(&e))?;
        self.inner.write(&batch).map_err(|e| failed(&e))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<W> {
        self.inner.into_inner().map_err(|e| failed(&e))
    }
}

fn failed(e: &dyn std::error::Error) -> Error {
    Error::new(format!("failed to write Parquet: {e}"))
}

fn field(column: &Column) -> Field {
    let (kind, nullable) = match column.kind {
        ColumnType::Real => (DataType::Float64, true),
        ColumnType::Integer => (DataType::Int64, false),
        ColumnType::Text => (DataType::Utf8, false),
    };
    Field::new(&column.name, kind, nullable).with_metadata([
        ("definition".to_string(), column.definition.clone()),
        ("unit".to_string(), column.unit.clone()),
    ])
}

fn array(values: &Values) -> ArrayRef {
    match values {
        Values::Real(v) => Arc::new(Float64Array::from_iter(
            v.iter().map(|x| (!x.is_nan()).then_some(*x)),
        )),
        Values::Integer(v) => Arc::new(Int64Array::from_iter_values(v.iter().copied())),
        Values::Text(v) => Arc::new(StringArray::from_iter_values(v)),
    }
}

/// The table in `bytes`; units and definitions are those in the file.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Table> {
    let failed = |e: &dyn std::error::Error| Error::new(format!("failed to read Parquet: {e}"));
    let bytes = bytes::Bytes::from(bytes);
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).map_err(|e| failed(&e))?;
    dictionaries_come_first(bytes, builder.metadata()).map_err(|e| failed(&e))?;
    let columns: Vec<Column> = builder
        .schema()
        .fields()
        .iter()
        .map(|f| column(f))
        .collect::<Result<_>>()?;
    let mut values: Vec<Values> = columns.iter().map(|c| Values::new(c.kind)).collect();
    for batch in builder.build().map_err(|e| failed(&e))? {
        let batch = batch.map_err(|e| failed(&e))?;
        for (array, values) in batch.columns().iter().zip(&mut values) {
            append(array, values);
        }
    }
    Ok(Table {
        name: name.to_string(),
        columns,
        values,
    })
}

/// Refuses values that refer to a dictionary which the file does not have before them: the
/// library that decodes them takes it for granted.
fn dictionaries_come_first(
    bytes: bytes::Bytes,
    metadata: &ParquetMetaData,
) -> ::parquet::errors::Result<()> {
    let bytes = Arc::new(bytes);
    for group in metadata.row_groups() {
        for chunk in group.columns() {
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            let mut pages = SerializedPageReader::new(bytes.clone(), chunk, rows, None)?;
            // After a dictionary any page may refer to it.
            while pages.peek_next_page()?.is_some_and(|page| !page.is_dict) {
                let refers = pages.get_next_page()?.is_some_and(|page| {
                    #[allow(deprecated)]
                    let older = Encoding::PLAIN_DICTIONARY;
                    [Encoding::RLE_DICTIONARY, older].contains(&page.encoding())
                });
                if refers {
                    let column = chunk.column_path();
                    let what = format!("column {column} refers to a dictionary that is not there");
                    return Err(ParquetError::General(what));
                }
            }
        }
    }
    Ok(())
}

fn column(field: &Field) -> Result<Column> {
    let kind = match field.data_type() {
        DataType::Float64 => ColumnType::Real,
        DataType::Int64 => ColumnType::Integer,
        DataType::Utf8 => ColumnType::Text,
        other => {
            return Err(Error::expected(other, "Float64, Int64 or Utf8").at_key(field.name()));
        }
    };
    let mut column = Column::undeclared(field.name(), kind);
    if let Some(unit) = field.metadata().get("unit") {
        column.unit = unit.clone();
    }
    if let Some(definition) = field.metadata().get("definition") {
        column.definition = definition.clone();
    }
    Ok(column)
}

/// Appends `array`, which is of the type of `values`.
fn append(array: &ArrayRef, values: &mut Values) {
    match values {
        Values::Real(v) => {
            let array = array.as_primitive::<Float64Type>();
            v.extend(array.iter().map(|x| x.unwrap_or(f64::NAN)));
        }
        Values::Integer(v) => {
            let array = array.as_primitive::<Int64Type>();
            v.extend(array.iter().map(|x| x.unwrap_or_default()));
        }
        Values::Text(v) => {
            let array = array.as_string::<i32>();
            v.extend((0..array.len()).map(|i| match array.is_null(i) {
                true => String::new(),
                false => array.value(i).to_string(),
            }));
        }
    }
}
