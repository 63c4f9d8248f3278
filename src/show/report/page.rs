//! What a report is made of, and the templates that make a page of it.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

use comity_model::error::{Error, Result};

/// By which a page is known to be a report of this program.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"comity ";

const TEMPLATES: [(&str, &str); 3] = [
    ("page.html", include_str!("page.html")),
    ("blocks.html", include_str!("blocks.html")),
    ("style.css", include_str!("style.css")),
];

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Heading.
    pub title: String,
    /// What kind of result it is, in a line.
    pub subtitle: String,
    /// Name and value of what is told at a glance.
    pub facts: Vec<Fact>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// The last words.
    pub colophon: Text,
}

/// A fact of the head.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Text,
}

impl Fact {
    /// A fact in plain words.
    pub fn of(name: &str, value: String) -> Self {
        Self {
            name: name.to_string(),
            value: Text::plain(value),
        }
    }
}

/// A section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Anchor.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading within the section.
    Heading { text: String },
    /// A paragraph.
    Paragraph { text: Text },
    /// A paragraph that must not be overlooked.
    Caution { text: Text },
    /// Sentences one below the other.
    List { items: Vec<Text> },
    /// A table.
    Table(Grid),
    /// A figure.
    Figure(Figure),
    /// Text as it is typed or stands in a file; `label` says what it is.
    Code { label: String, text: String },
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Grid {
    /// What it shows.
    pub caption: Text,
    /// Heads; those of numbers begin with `>`.
    pub heads: Vec<Head>,
    /// The rows; the first cell names the row.
    pub rows: Vec<Row>,
    /// What is not shown, below; empty if nothing.
    pub more: Text,
}

/// Head of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// Words.
    pub text: String,
    /// Whether numbers stand below.
    pub number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Text>,
    /// Whether it stands out.
    pub marked: bool,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Number, from 1.
    pub number: usize,
    /// Title.
    pub title: String,
    /// What it shows and what to see in it.
    pub caption: String,
    /// The view box of the drawing.
    pub view: String,
    /// What is drawn: elements of SVG.
    pub body: String,
    /// Whether it takes the width of the page.
    pub wide: bool,
}

/// Words with code and links in them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Text(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
enum Piece {
    Plain(String),
    Code(String),
    Link(String),
    Emphasis(String),
}

/// How a piece is marked: opening, closing, and what it becomes.
type Mark = (&'static str, &'static str, fn(String) -> Piece);
const CODE: Mark = ("`", "`", Piece::Code);
const LINK: Mark = ("<https://", ">", |rest| {
    Piece::Link(format!("https://{rest}"))
});
const EMPHASIS: Mark = ("*", "*", Piece::Emphasis);

impl Text {
    /// A citation, in which `*…*` is emphasis besides.
    pub fn citation(text: &str) -> Self {
        Self::marked(text, &[LINK, CODE, EMPHASIS])
    }

    /// Words as they are.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Piece::Plain(text.into())])
    }

    /// Code as it is.
    pub fn code(text: impl Into<String>) -> Self {
        Self(vec![Piece::Code(text.into())])
    }

    /// Followed by more.
    #[must_use]
    pub fn then(mut self, more: Text) -> Self {
        self.0.extend(more.0);
        self
    }

    fn marked(text: &str, marks: &[Mark]) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        let next = |rest: &str| {
            let open = |mark: &Mark| {
                let from = rest.find(mark.0)?;
                let inner = from + mark.0.len();
                let length = rest[inner..].find(mark.1).filter(|n| *n > 0)?;
                Some((from, inner, inner + length, *mark))
            };
            marks.iter().filter_map(open).min_by_key(|found| found.0)
        };
        while let Some((from, inner, end, mark)) = next(rest) {
            if from > 0 {
                pieces.push(Piece::Plain(rest[..from].to_string()));
            }
            pieces.push(mark.2(rest[inner..end].to_string()));
            rest = &rest[end + mark.1.len()..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Plain(rest.to_string()));
        }
        Self(pieces)
    }
}

/// Words in which `` `…` `` is code.
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::marked(text, &[CODE])
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl Page {
    /// The page as HTML.
    ///
    /// # Errors
    /// Never in practice: the templates are tested.
    pub fn html(&self) -> Result<String> {
        let failed = |e: minijinja::Error| Error::new(format!("failed to write the report: {e:#}"));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut syntax = SyntaxConfig::builder();
        let syntax = syntax.trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(failed)?);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).map_err(failed)?;
        }
        let template = environment.get_template("page.html").map_err(failed)?;
        let version = env!("CARGO_PKG_VERSION");
        let page = Serde(self);
        template.render(context! { page, version }).map_err(failed)
    }
}

impl Grid {
    /// A table with these heads, those of numbers beginning with `>`.
    pub fn new(caption: impl Into<Text>, heads: &[&str]) -> Self {
        let head = |h: &&str| Head {
            text: h.trim_start_matches('>').to_string(),
            number: h.starts_with('>'),
        };
        Self {
            caption: caption.into(),
            heads: heads.iter().map(head).collect(),
            ..Self::default()
        }
    }

    /// Appends a row.
    pub fn row(&mut self, cells: Vec<Text>) {
        self.rows.push(Row {
            cells,
            marked: false,
        });
    }

    /// Appends a row that stands out.
    pub fn marked(&mut self, cells: Vec<Text>) {
        self.rows.push(Row {
            cells,
            marked: true,
        });
    }

    /// The table, if it has rows.
    pub fn block(self) -> Option<Block> {
        (!self.rows.is_empty()).then_some(Block::Table(self))
    }
}

impl Section {
    /// A section, if anything stands in it.
    pub fn of(id: &'static str, title: &str, blocks: Vec<Block>) -> Option<Self> {
        let title = title.to_string();
        (!blocks.is_empty()).then_some(Self { id, title, blocks })
    }
}

impl Block {
    /// A paragraph.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    /// A paragraph that must not be overlooked.
    pub fn caution(text: impl Into<Text>) -> Self {
        Self::Caution { text: text.into() }
    }

    /// A heading within the section.
    pub fn heading(text: &str) -> Self {
        Self::Heading {
            text: text.to_string(),
        }
    }

    /// Sentences one below the other, if there are any.
    pub fn list(sentences: Vec<String>) -> Option<Self> {
        let items: Vec<Text> = sentences.into_iter().map(Text::from).collect();
        (!items.is_empty()).then_some(Self::List { items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_pieces() {
        let text = Text::citation("A `b*c` in *D* 1. <https://e.org/x>. 2 * 3");
        let expected = [
            Piece::Plain("A ".into()),
            Piece::Code("b*c".into()),
            Piece::Plain(" in ".into()),
            Piece::Emphasis("D".into()),
            Piece::Plain(" 1. ".into()),
            Piece::Link("https://e.org/x".into()),
            Piece::Plain(". 2 * 3".into()),
        ];
        assert_eq!(text.0, expected);
        assert_eq!(Text::from("μ* and ` alone").0.len(), 1);
    }

    #[test]
    fn what_users_write_is_escaped() {
        let evil = "<script>alert(1)</script> & \"x\"";
        let mut grid = Grid::new(evil, &[evil, ">n"]);
        grid.row(vec![Text::plain(evil), Text::code(evil)]);
        let page = Page {
            title: evil.to_string(),
            subtitle: evil.to_string(),
            facts: vec![Fact {
                name: evil.to_string(),
                value: evil.into(),
            }],
            sections: vec![Section {
                id: "x",
                title: evil.to_string(),
                blocks: vec![
                    Block::text(evil),
                    Block::caution(evil),
                    Block::heading(evil),
                    Block::list(vec![evil.to_string()]).unwrap(),
                    grid.block().unwrap(),
                    Block::Code {
                        label: evil.to_string(),
                        text: evil.to_string(),
                    },
                    Block::Figure(Figure {
                        number: 1,
                        title: evil.to_string(),
                        caption: evil.to_string(),
                        view: "0 0 1 1".to_string(),
                        body: "<g></g>".to_string(),
                        wide: true,
                    }),
                ],
            }],
            colophon: evil.into(),
        };
        let html = page.html().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("<g></g>"));
        assert!(html.starts_with("<!DOCTYPE html>"));
        assert!(is_generated(&html));
    }

    fn is_generated(html: &str) -> bool {
        super::super::is_report(html.as_bytes()) && !super::super::is_report(b"<!DOCTYPE html>")
    }
}
