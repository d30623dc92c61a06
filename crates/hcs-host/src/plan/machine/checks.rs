//! Findings about a specification: what is refused by name, and what is told of in notes.

use crate::Result;
use crate::plan::{Context, Wanted};
use hcs_schema::oci;

/// What was found.
#[derive(Default)]
pub(super) struct Findings {
    /// The first property that is refused, and why.
    refused: Option<(String, String)>,
    /// Notes.
    notes: Vec<String>,
}

impl Findings {
    /// A property that cannot be honoured, if it is given.
    pub fn refuse(&mut self, property: &str, given: bool, why: &str) {
        if given && self.refused.is_none() {
            self.refused = Some((property.into(), why.into()));
        }
    }

    /// A property that has no effect, if it is given.
    pub fn note(&mut self, property: &str, given: bool, why: &str) {
        if given {
            self.notes.push(format!("{property} has no effect: {why}"));
        }
    }

    /// Properties that are not known, and that the guest gets as they are.
    pub fn handed_on(&mut self, path: &str, extra: &oci::Extra) {
        self.notes.extend(
            extra.keys().map(|key| format!("property {path}{key} is not known here, and is left to the guest")),
        );
    }

    /// Properties that are not known.
    pub fn unknown(&mut self, path: &str, extra: &oci::Extra) {
        self.notes.extend(extra.keys().map(|key| format!("property {path}{key} is not known, and has no effect")));
    }

    /// The refusal, or else the notes.
    pub fn finish(self, context: &mut Context<'_>, what: &str) -> Result<()> {
        context.notes.extend(self.notes);
        match self.refused {
            Some((property, why)) => {
                Err(context.wanted.unsupported(format!("{property}: is not supported for {what}: {why}")))
            }
            None => Ok(()),
        }
    }
}

/// Refuses an id that cannot be the name of a folder in the guest.
pub(super) fn id(wanted: &Wanted) -> Result<()> {
    let id = &wanted.id;
    let good = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if id.is_empty() || !good || id.starts_with('.') {
        let message = format!("id: {id:?} is not a name of letters, digits, hyphens, underscores and dots");
        return Err(wanted.invalid(message));
    }
    Ok(())
}

/// Refuses what a build does not have yet, and says what to do instead.
pub(crate) fn needs(context: &Context<'_>, what: &str, build: u32, instead: &str) -> Result<()> {
    let refused = crate::plan::needs(context, what, build);
    refused.map_err(|error| context.wanted.unsupported(format!("{}; {instead}", error.message)))
}
