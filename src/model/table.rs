//! Tidy tables: columns with name, unit and definition, and the rows of a run.
//!
//! A table's shape is declared once with [`record!`](crate::record); reading and
//! writing (CSV, Parquet, JSON) and `comity describe columns` follow from it.

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Real number; missing is NaN in memory and empty on disk.
    Real,
    /// Whole number.
    Integer,
    /// Text; missing is empty.
    Text,
}

/// Declaration of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name, as in every format.
    pub name: String,
    /// Unit; `1` if it has none.
    pub unit: String,
    /// Definition, one sentence.
    pub definition: String,
    /// Type.
    pub kind: ColumnType,
}

impl Column {
    /// A column with unit and definition.
    pub fn new(name: &str, kind: ColumnType, unit: &str, definition: &str) -> Self {
        Self {
            name: name.to_string(),
            unit: unit.to_string(),
            definition: definition.to_string(),
            kind,
        }
    }

    /// A column that nothing is known of but its name and type.
    pub fn undeclared(name: &str, kind: ColumnType) -> Self {
        Self {
            name: name.to_string(),
            unit: "1".to_string(),
            definition: String::new(),
            kind,
        }
    }
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Real numbers.
    Real(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<i64>),
    /// Texts.
    Text(Vec<String>),
}

impl Values {
    /// An empty column of this type.
    pub fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Real => Self::Real(Vec::new()),
            ColumnType::Integer => Self::Integer(Vec::new()),
            ColumnType::Text => Self::Text(Vec::new()),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Real(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A table in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name: the file's stem.
    pub name: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Values, one entry for each column, all of one length.
    pub values: Vec<Values>,
}

impl Table {
    /// A table of these columns without rows.
    pub fn empty(name: &str, columns: Vec<Column>) -> Self {
        Self {
            name: name.to_string(),
            values: columns.iter().map(|c| Values::new(c.kind)).collect(),
            columns,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.first().map_or(0, Values::len)
    }

    /// The table with these of its rows.
    ///
    /// # Panics
    /// If it has no such row.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let of = |values: &Values| match values {
            Values::Real(v) => Values::Real(rows.iter().map(|&r| v[r]).collect()),
            Values::Integer(v) => Values::Integer(rows.iter().map(|&r| v[r]).collect()),
            Values::Text(v) => Values::Text(rows.iter().map(|&r| v[r].clone()).collect()),
        };
        Self {
            name: self.name.clone(),
            columns: self.columns.clone(),
            values: self.values.iter().map(of).collect(),
        }
    }

    /// Position of the column of this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// The column as real numbers (whole numbers are converted); `None` if absent or text.
    pub fn real(&self, name: &str) -> Option<Vec<f64>> {
        match &self.values[self.position(name)?] {
            Values::Real(v) => Some(v.clone()),
            Values::Integer(v) => Some(v.iter().map(|&x| x as f64).collect()),
            Values::Text(_) => None,
        }
    }

    /// The column as whole numbers; `None` if absent or of another type.
    pub fn integer(&self, name: &str) -> Option<&[i64]> {
        match &self.values[self.position(name)?] {
            Values::Integer(v) => Some(v),
            _ => None,
        }
    }

    /// The column as texts; `None` if absent or of another type.
    pub fn text(&self, name: &str) -> Option<&[String]> {
        match &self.values[self.position(name)?] {
            Values::Text(v) => Some(v),
            _ => None,
        }
    }
}

/// A Rust type that can stand in a column.
pub trait Cell {
    /// The column's type.
    const KIND: ColumnType;
    /// Appends the value; `values` is of type [`Self::KIND`].
    fn push(&self, values: &mut Values);
    /// The value in a row of a column; `None` if it is of another type, or has no such row.
    fn pull(values: &Values, row: usize) -> Option<Self>
    where
        Self: Sized;
    /// The value as a real number; NaN for a text.
    fn number(&self) -> f64;
}

impl Cell for f64 {
    const KIND: ColumnType = ColumnType::Real;
    fn push(&self, values: &mut Values) {
        if let Values::Real(v) = values {
            v.push(*self);
        }
    }
    fn pull(values: &Values, row: usize) -> Option<Self> {
        match values {
            Values::Real(v) => v.get(row).copied(),
            _ => None,
        }
    }
    fn number(&self) -> f64 {
        *self
    }
}

impl Cell for i64 {
    const KIND: ColumnType = ColumnType::Integer;
    fn push(&self, values: &mut Values) {
        if let Values::Integer(v) = values {
            v.push(*self);
        }
    }
    fn pull(values: &Values, row: usize) -> Option<Self> {
        match values {
            Values::Integer(v) => v.get(row).copied(),
            _ => None,
        }
    }
    fn number(&self) -> f64 {
        *self as f64
    }
}

impl Cell for String {
    const KIND: ColumnType = ColumnType::Text;
    fn push(&self, values: &mut Values) {
        if let Values::Text(v) = values {
            v.push(self.clone());
        }
    }
    fn pull(values: &Values, row: usize) -> Option<Self> {
        match values {
            Values::Text(v) => v.get(row).cloned(),
            _ => None,
        }
    }
    fn number(&self) -> f64 {
        f64::NAN
    }
}

/// A row type declared with [`record!`](crate::record).
pub trait Record {
    /// Name of the table.
    const TABLE: &'static str;
    /// What a row is.
    const TITLE: &'static str;
    /// The columns in order.
    fn columns() -> Vec<Column>;
    /// Appends this row to `values`, one entry for each column.
    fn push(&self, values: &mut [Values]) {
        self.push_from(0, values);
    }
    /// Appends this row but its first columns to `values`.
    fn push_from(&self, first: usize, values: &mut [Values]);
    /// The value in the column at this position as a real number; NaN for texts and outside.
    fn number(&self, column: usize) -> f64;
    /// The row of a table that has these columns, in whatever order; `None` if it lacks one.
    fn read(table: &Table, row: usize) -> Option<Self>
    where
        Self: Sized;

    /// A table of these rows.
    fn table(rows: &[Self]) -> Table
    where
        Self: Sized,
    {
        let columns = Self::columns();
        let mut values: Vec<_> = columns.iter().map(|c| Values::new(c.kind)).collect();
        for row in rows {
            row.push(&mut values);
        }
        Table {
            name: Self::TABLE.to_string(),
            columns,
            values,
        }
    }
}

/// Declares a row type and its columns: `name: type, "unit", "definition";`.
///
/// ```
/// use comity_model::table::Record;
/// comity_model::record! {
///     /// Yearly counts.
///     pub struct Count in "count", "one year" {
///         year: i64, "year", "calendar year";
///         pacts: f64, "pacts", "pacts in force";
///     }
/// }
/// let table = Count::table(&[Count { year: 1946, pacts: 3.0 }]);
/// assert_eq!(table.rows(), 1);
/// ```
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $Name:ident in $table:literal, $title:literal {
        $( $column:ident: $kind:ty, $unit:literal, $definition:literal; )*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $Name { $( #[doc = $definition] pub $column: $kind, )* }

        impl $crate::table::Record for $Name {
            const TABLE: &'static str = $table;
            const TITLE: &'static str = $title;

            fn columns() -> Vec<$crate::table::Column> {
                vec![ $( $crate::table::Column {
                    name: stringify!($column).trim_start_matches("r#").to_string(),
                    unit: $unit.to_string(),
                    definition: $definition.to_string(),
                    kind: <$kind as $crate::table::Cell>::KIND,
                }, )* ]
            }

            fn push_from(&self, first: usize, values: &mut [$crate::table::Values]) {
                let mut column = 0;
                $(
                    if column >= first {
                        $crate::table::Cell::push(&self.$column, &mut values[column - first]);
                    }
                    column += 1;
                )*
                debug_assert_eq!(column - first, values.len());
            }

            fn read(table: &$crate::table::Table, row: usize) -> Option<Self> {
                Some(Self { $( $column: {
                    let at = table.position(stringify!($column).trim_start_matches("r#"))?;
                    $crate::table::Cell::pull(&table.values[at], row)?
                }, )* })
            }

            fn number(&self, column: usize) -> f64 {
                let mut at = 0;
                $( if at == column { return $crate::table::Cell::number(&self.$column); } at += 1; )*
                debug_assert!(column >= at);
                f64::NAN
            }
        }
    };
}
