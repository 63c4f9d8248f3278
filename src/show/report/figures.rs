//! The figures of a report, within its size.

use super::page::{Block, Figure};
use super::words::list;
use comity_model::error::Result;

/// Bytes of one drawing at most.
const LARGEST: usize = 900_000;
/// Bytes of all drawings at most, so that a page stays below 3 MB.
const ALL: usize = 2_200_000;

/// Figures numbered as they come, as long as there is room.
#[derive(Debug)]
pub struct Figures {
    next: usize,
    left: usize,
    omitted: Vec<String>,
}

impl Figures {
    /// None yet.
    pub fn new() -> Self {
        Self {
            next: 1,
            left: ALL,
            omitted: Vec::new(),
        }
    }

    /// The figures of these names, each with its title and caption, as blocks.
    ///
    /// # Errors
    /// If one cannot be drawn.
    pub fn of(
        names: &[String],
        label: impl Fn(&str) -> (String, String),
        render: impl Fn(&str) -> Result<Vec<u8>>,
    ) -> Result<Vec<Block>> {
        let mut taken = Self::new();
        let mut blocks = Vec::new();
        for name in names {
            let (title, caption) = label(name);
            match taken.take(&title, &caption, &render(name)?) {
                Some(block) => blocks.push(block),
                None => taken.omit(name),
            }
        }
        blocks.extend(taken.omissions());
        Ok(blocks)
    }

    /// The next figure, from the bytes of an SVG of this program; `None` if it is too large.
    pub fn take(&mut self, title: &str, caption: &str, svg: &[u8]) -> Option<Block> {
        let (view, body) = inner(&String::from_utf8_lossy(svg))?;
        if body.len() > LARGEST.min(self.left) {
            return None;
        }
        self.left -= body.len();
        let number = self.next;
        self.next += 1;
        let width = view.split(' ').nth(2).and_then(|w| w.parse().ok());
        Some(Block::Figure(Figure {
            number,
            title: title.to_string(),
            caption: caption.to_string(),
            view,
            body,
            wide: width.unwrap_or(0.0) > 3000.0,
        }))
    }

    /// Notes that a figure of this name does not fit.
    pub fn omit(&mut self, name: &str) {
        self.omitted.push(format!("`figures/{name}.svg`"));
    }

    /// What is not shown, if anything.
    pub fn omissions(&self) -> Option<Block> {
        (!self.omitted.is_empty()).then(|| {
            Block::text(format!(
                "Left out to keep this page small: {} (`comity plot` draws them in the result \
                 folder).",
                list(&self.omitted)
            ))
        })
    }
}

/// View box and elements of an SVG.
fn inner(svg: &str) -> Option<(String, String)> {
    let from = svg.find("<svg ")?;
    let open = from + svg[from..].find('>')?;
    let close = svg.rfind("</svg>")?;
    let (_, view) = svg[from..open].split_once("viewBox=\"")?;
    let view = view.split('"').next()?.to_string();
    Some((view, svg[open + 1..close].trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(size: usize) -> Vec<u8> {
        let line = "<polyline points=\"1,2 3,4\"/>\n".repeat(size / 28);
        format!(
            "<svg width=\"1.0pt\" height=\"2.0pt\" role=\"img\" viewBox=\"0 0 4961 20\" \
             xmlns=\"http://www.w3.org/2000/svg\">\n{line}</svg>\n"
        )
        .into_bytes()
    }

    #[test]
    fn drawings_are_taken_out_of_their_files() {
        let mut figures = Figures::new();
        let Some(Block::Figure(found)) = figures.take("T", "C", &svg(28)) else {
            panic!("no figure");
        };
        assert_eq!(found.view, "0 0 4961 20");
        assert_eq!(found.body, "<polyline points=\"1,2 3,4\"/>");
        assert!(found.wide && found.number == 1);
        assert_eq!(figures.omissions(), None);
    }

    #[test]
    fn there_is_a_limit_for_one_and_for_all() {
        let mut figures = Figures::new();
        assert!(figures.take("T", "C", &svg(2_000_000)).is_none());
        let taken = (0..9).filter(|_| figures.take("T", "C", &svg(500_000)).is_some());
        let taken = taken.count();
        assert!((4..9).contains(&taken), "{taken}");
        figures.omit("network");
        assert!(figures.omissions().is_some());
    }
}
