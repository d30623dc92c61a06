//! Tests of the grammar: that it is sound, and that its help is as it was looked at.

use super::Cli;
use crate::testing::golden;
use clap::{Args, CommandFactory};

#[test]
fn the_grammar_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn help_is_as_it_was_looked_at() {
    let mut command = Cli::command().term_width(100);
    command.build();
    golden("help/silo.txt", &command.render_help().to_string());
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        let sub = command.find_subcommand_mut(name).unwrap();
        golden(&format!("help/{name}.txt"), &sub.render_help().to_string());
    }
}

#[test]
fn every_command_tells_what_it_does_in_the_imperative() {
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().unwrap().to_string();
        let verb = about.split(' ').next().unwrap();
        assert!(!verb.ends_with('s') && !about.ends_with('.'), "{about}");
        assert!(command.get_after_help().unwrap().to_string().contains("Example"), "{}", command.get_name());
    }
}

#[test]
fn nothing_that_shapes_a_container_goes_with_a_bundle() {
    let shape = super::run::ShapeArgs::augment_args(clap::Command::new("shape"));
    let run = super::run::RunArgs::augment_args(clap::Command::new("run"));
    let bundle = run.get_arguments().find(|argument| argument.get_id() == "bundle").unwrap();
    let conflicts = run.get_arg_conflicts_with(bundle);
    for argument in shape.get_arguments() {
        assert!(conflicts.iter().any(|conflict| conflict.get_id() == argument.get_id()), "{}", argument.get_id());
    }
}
