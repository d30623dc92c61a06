//! The licences of everything that is linked in, held against the allow-list of `deny.toml`, and where it comes from.
//!
//! `cargo deny` does more, and runs too where it is installed; this keeps the rule on machines that do not have it.

use crate::{tools, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;

/// The one place from which packages may come.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks every package of the lock file.
pub fn run(root: &Path) -> Result<()> {
    let deny = std::fs::read_to_string(root.join("deny.toml")).context("cannot read deny.toml")?;
    let allowed = allowed(&deny)?;
    let text = tools::output(tools::cargo(root).args(["metadata", "--all-features", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("no packages in cargo metadata")?;
    let mut problems = Vec::new();
    for package in packages {
        problems.extend(judge(package, &allowed)?);
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    println!("{} packages, each under a licence that deny.toml allows", packages.len());
    Ok(())
}

/// What is wrong with a package, if anything.
fn judge(package: &Value, allowed: &[String]) -> Result<Option<String>> {
    let name = format!("{} {}", workspace::text(package, "name")?, workspace::text(package, "version")?);
    if package["source"].as_str().is_some_and(|source| source != CRATES_IO) {
        return Ok(Some(format!("{name} does not come from crates.io but from {}", package["source"])));
    }
    let Some(licence) = package["license"].as_str() else {
        return Ok(Some(format!("{name} states no licence")));
    };
    Ok((!permits(licence, allowed)).then(|| format!("{name} is under `{licence}`, which deny.toml does not allow")))
}

/// The strings of `allow` in the `[licenses]` table.
fn allowed(deny: &str) -> Result<Vec<String>> {
    let table = deny.split("[licenses]").nth(1).context("deny.toml has no [licenses]")?;
    let list = table.split("allow = [").nth(1).context("[licenses] has no allow")?;
    let list = list.split(']').next().unwrap_or_default();
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

/// Whether an SPDX expression can be met with allowed licences alone. The old `A/B` means `A OR B`.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "-WITH-");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) == Some(true) && rest.is_empty()
}

/// `all OR all …`; none where that is not what the words are.
fn either(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut holds = all(words, allowed)?;
    while take(words, "OR") {
        holds |= all(words, allowed)?;
    }
    Some(holds)
}

/// `one AND one …`
fn all(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut holds = one(words, allowed)?;
    while take(words, "AND") {
        holds &= one(words, allowed)?;
    }
    Some(holds)
}

/// A licence, or an expression in brackets.
fn one(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    if take(words, "(") {
        let holds = either(words, allowed)?;
        return take(words, ")").then_some(holds);
    }
    let licence = words.split_off_first()?;
    Some(allowed.contains(&licence.replace("-WITH-", " WITH ")))
}

fn take(words: &mut &[&str], wanted: &str) -> bool {
    let found = words.first().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
    if found {
        *words = &words[1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list() -> Vec<String> {
        let deny = "[bans]\nallow = [\"GPL-3.0\"]\n[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0\",\n  \"ISC\", \"X WITH Y\",\n]\n";
        allowed(deny).unwrap()
    }

    #[test]
    fn the_allow_list_is_that_of_the_licences() {
        assert_eq!(list(), ["MIT", "Apache-2.0", "ISC", "X WITH Y"]);
    }

    #[test]
    fn expressions() {
        let good =
            ["MIT", "MIT/GPL-3.0", "GPL-2.0 OR MIT", "(MIT OR GPL-3.0) AND ISC", "GPL-3.0 AND ISC OR MIT", "X WITH Y"];
        let bad = ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "", "MIT OR", "(MIT", "MIT MIT", "X"];
        for expression in good {
            assert!(permits(expression, &list()), "{expression}");
        }
        for expression in bad {
            assert!(!permits(expression, &list()), "{expression}");
        }
    }

    #[test]
    fn origin_and_licence_are_both_asked() {
        let from_git = json!({"name": "a", "version": "1", "license": "MIT", "source": "git+https://example.org/a"});
        let silent = json!({"name": "b", "version": "1", "license": null, "source": CRATES_IO});
        let ours = json!({"name": "c", "version": "1", "license": "MIT", "source": null});
        assert!(judge(&from_git, &list()).unwrap().unwrap().contains("crates.io"));
        assert!(judge(&silent, &list()).unwrap().unwrap().contains("no licence"));
        assert_eq!(judge(&ours, &list()).unwrap(), None);
    }
}
