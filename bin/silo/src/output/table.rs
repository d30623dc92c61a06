//! Tables: aligned columns under a heading.

/// Width of the widest column; longer texts are cut. The first column, which names what other commands are given, and the last
/// are never cut.
const WIDEST: usize = 40;

/// A colour of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// It is well.
    Green,
    /// It needs a look.
    Yellow,
    /// It is broken.
    Red,
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    colour: Option<Colour>,
}

impl Cell {
    /// A cell in colour.
    pub fn coloured(text: impl Into<String>, colour: Colour) -> Cell {
        Cell { colour: Some(colour), ..Cell::from(text.into()) }
    }
}

impl From<String> for Cell {
    /// Control characters, which would act on the terminal, are made visible.
    fn from(text: String) -> Cell {
        let plain = |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
        Cell { text: text.chars().map(plain).collect(), colour: None }
    }
}

/// Writes a table.
pub fn render<const N: usize>(heading: [&str; N], rows: &[[Cell; N]], colours: bool) -> String {
    let heading = heading.map(|text| Cell::from(text.to_owned()));
    let all = || std::iter::once(&heading).chain(rows);
    let mut widths = [0; N];
    for row in all() {
        for (index, (width, cell)) in widths.iter_mut().zip(row).enumerate() {
            let most = if index == 0 { usize::MAX } else { WIDEST };
            *width = (*width).max(cell.text.chars().count().min(most));
        }
    }
    all().map(|row| line(row, &widths, colours)).collect()
}

fn line(row: &[Cell], widths: &[usize], colours: bool) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        let last = index + 1 == row.len();
        let text = if last { cell.text.clone() } else { cut(&cell.text, *width) };
        let padding = if last { 0 } else { width + 3 - text.chars().count() };
        match cell.colour.filter(|_| colours) {
            Some(colour) => line.push_str(&format!("\x1b[{}m{text}\x1b[0m", code(colour))),
            None => line.push_str(&text),
        }
        line.extend(std::iter::repeat_n(' ', padding));
    }
    line.push('\n');
    line
}

fn cut(text: &str, width: usize) -> String {
    match text.chars().count() > width {
        true => text.chars().take(width - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

fn code(colour: Colour) -> u8 {
    match colour {
        Colour::Red => 31,
        Colour::Green => 32,
        Colour::Yellow => 33,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_and_cuts() {
        let row =
            |a: &str, b: &str| ["i".to_owned().into(), Cell::from(a.to_owned()), Cell::coloured(b, Colour::Green)];
        let table = render(["I", "A", "B"], &[row("x", "1"), row(&"y".repeat(50), "\x1b[2J")], false);
        let cut = format!("{}…", "y".repeat(39));
        let gap = " ".repeat(42);
        assert_eq!(table, format!("I   A{gap}B\ni   x{gap}1\ni   {cut}   \\u{{1b}}[2J\n"));
        assert_eq!(render(["I", "A", "B"], &[row("x", "1")], true), "I   A   B\ni   x   \x1b[32m1\x1b[0m\n");
    }

    #[test]
    fn a_name_is_never_cut() {
        let name = "n".repeat(64);
        let row = [Cell::from(name.clone()), "x".to_owned().into()];
        assert_eq!(render(["A", "B"], &[row], false), format!("A{}B\n{name}   x\n", " ".repeat(66)));
    }
}
