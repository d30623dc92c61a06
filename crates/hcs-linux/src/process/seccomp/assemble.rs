//! Rules of one architecture as a program for the kernel's classic BPF machine.
//!
//! A program is made back to front: a jump only ever goes forward, so what it jumps over is already there and its length
//! known. The kernel's conditional jumps reach 255 instructions; longer ones go through an unconditional jump.
//!
//! ```text
//! load arch ── is it x86-64? ── load number ── binary search ── leaf: return an action, or compare arguments and return
//!           └─ is it x86? ───── …
//!           └─ kill the process
//! ```

use crate::sys::seccomp::Instruction;
use hcs_host::plan::linux::support::seccomp::{Condition, Op, Rule};

/// `BPF_LD | BPF_W | BPF_ABS`: load a word of the filter's data.
const LOAD: u16 = 0x20;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
const JUMP_EQUAL: u16 = 0x15;
/// `BPF_JMP | BPF_JGT | BPF_K`.
const JUMP_GREATER: u16 = 0x25;
/// `BPF_JMP | BPF_JGE | BPF_K`.
const JUMP_AT_LEAST: u16 = 0x35;
/// `BPF_JMP | BPF_JA`.
const JUMP: u16 = 0x05;
/// `BPF_ALU | BPF_AND | BPF_K`.
const AND: u16 = 0x54;
/// `BPF_RET | BPF_K`.
const RETURN: u16 = 0x06;

/// Where the system call number is in the filter's data.
const AT_NUMBER: u32 = 0;
/// Where the architecture is.
const AT_ARCH: u32 = 4;
/// Where the first argument is; each has eight bytes, low half first on every architecture here.
const AT_ARGS: u32 = 16;

/// Stands for "this rule does not hold" until the rule's length is known.
const FAIL: u8 = 255;
/// Stands for "this condition holds" until the condition's length is known.
const HOLD: u8 = 254;

/// What is done with a system call number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Always the same.
    Return(u32),
    /// It depends on the arguments: the first rule that holds, else the last value.
    Compare(Vec<Rule>, u32),
}

/// Numbers from `first` up to the next range's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first number.
    pub first: u32,
    /// What is done with them.
    pub leaf: Leaf,
}

/// All ranges that share an audit number; the first begins at 0.
#[derive(Debug)]
pub struct Section {
    /// The audit number.
    pub audit: u32,
    /// Ranges in order.
    pub ranges: Vec<Range>,
    /// Whether only the lower half of arguments counts, by range: those from this number on, and the whole section with 0.
    pub narrow_from: u32,
}

/// An instruction without jumps.
fn plain(code: u16, k: u32) -> Instruction {
    Instruction { code, jt: 0, jf: 0, k }
}

/// A program, last instruction first.
#[derive(Default)]
struct Backward(Vec<Instruction>);

impl Backward {
    /// Puts `forward` before everything there is.
    fn prepend(&mut self, forward: &[Instruction]) {
        self.0.extend(forward.iter().rev());
    }

    /// Puts a comparison in front that skips everything added since `end` if it holds.
    fn skip_if(&mut self, code: u16, k: u32, end: usize) {
        let skipped = self.0.len() - end;
        match u8::try_from(skipped) {
            Ok(jt) => self.prepend(&[Instruction { code, jt, jf: 0, k }]),
            Err(_) => self.prepend(&[Instruction { code, jt: 0, jf: 1, k }, plain(JUMP, skipped as u32)]),
        }
    }

    /// Puts the search through `ranges` in front.
    fn search(&mut self, ranges: &[Range], narrow_from: u32) {
        if let [range] = ranges {
            return self.leaf(&range.leaf, range.first >= narrow_from);
        }
        let (lower, upper) = ranges.split_at(ranges.len() / 2);
        self.search(upper, narrow_from);
        let end = self.0.len();
        self.search(lower, narrow_from);
        self.skip_if(JUMP_AT_LEAST, upper[0].first, end);
    }

    /// Puts a leaf in front.
    fn leaf(&mut self, leaf: &Leaf, narrow: bool) {
        match leaf {
            Leaf::Return(action) => self.prepend(&[plain(RETURN, *action)]),
            Leaf::Compare(rules, otherwise) => {
                self.prepend(&[plain(RETURN, *otherwise)]);
                for rule in rules.iter().rev() {
                    self.prepend(&compare(rule, narrow));
                }
            }
        }
    }
}

/// The comparisons of one rule, and its return; when it does not hold, execution goes on behind them.
fn compare(rule: &Rule, narrow: bool) -> Vec<Instruction> {
    let mut code = Vec::with_capacity(rule.conditions.len() * 5 + 1);
    for condition in &rule.conditions {
        let start = code.len();
        if narrow {
            narrow_condition(&mut code, condition)
        } else {
            wide_condition(&mut code, condition)
        }
        let end = code.len();
        patch(&mut code[start..], HOLD, end - start);
    }
    code.push(plain(RETURN, rule.action));
    let end = code.len();
    patch(&mut code, FAIL, end);
    code
}

/// Turns the stand-in `mark` into jumps to `target`, counted from the slice's beginning.
fn patch(code: &mut [Instruction], mark: u8, target: usize) {
    for (at, instruction) in code.iter_mut().enumerate() {
        // At most six conditions of five instructions: every distance is far below the stand-ins.
        let distance = (target - at - 1) as u8;
        if instruction.jt == mark {
            instruction.jt = distance;
        }
        if instruction.jf == mark {
            instruction.jf = distance;
        }
    }
}

/// Loads half of an argument and masks it.
fn load(code: &mut Vec<Instruction>, condition: &Condition, upper: bool) -> u32 {
    let shift = if upper { 32 } else { 0 };
    let mask = (condition.mask >> shift) as u32;
    code.push(plain(LOAD, AT_ARGS + u32::from(condition.index) * 8 + shift / 8));
    if mask != u32::MAX {
        code.push(plain(AND, mask));
    }
    (condition.value >> shift) as u32
}

/// The jump that decides by the lower half: its operation, and whether holding means "it compares so" or the opposite.
fn by_lower_half(op: Op) -> (u16, bool) {
    match op {
        Op::Eq | Op::MaskedEq => (JUMP_EQUAL, true),
        Op::Ne => (JUMP_EQUAL, false),
        Op::Gt => (JUMP_GREATER, true),
        Op::Le => (JUMP_GREATER, false),
        Op::Ge => (JUMP_AT_LEAST, true),
        Op::Lt => (JUMP_AT_LEAST, false),
    }
}

/// Compares the lower half only. Holding is going on behind the last instruction.
fn narrow_condition(code: &mut Vec<Instruction>, condition: &Condition) {
    let k = load(code, condition, false);
    let (operation, positive) = by_lower_half(condition.op);
    let (jt, jf) = if positive { (0, FAIL) } else { (FAIL, 0) };
    code.push(Instruction { code: operation, jt, jf, k });
}

/// Compares the upper half, and where that leaves it open the lower half.
fn wide_condition(code: &mut Vec<Instruction>, condition: &Condition) {
    let k = load(code, condition, true);
    let mut upper = |operation, jt, jf| code.push(Instruction { code: operation, jt, jf, k });
    match condition.op {
        Op::Eq | Op::MaskedEq => upper(JUMP_EQUAL, 0, FAIL),
        Op::Ne => upper(JUMP_EQUAL, 0, HOLD),
        Op::Gt | Op::Ge => {
            upper(JUMP_GREATER, HOLD, 0);
            upper(JUMP_EQUAL, 0, FAIL);
        }
        Op::Lt | Op::Le => {
            upper(JUMP_GREATER, FAIL, 0);
            upper(JUMP_EQUAL, 0, HOLD);
        }
    }
    narrow_condition(code, condition);
}

/// The whole program; a call of an architecture without a section returns `stranger`.
pub fn program(sections: &[Section], stranger: u32) -> Vec<Instruction> {
    let mut program = Backward(Vec::with_capacity(1024));
    program.prepend(&[plain(RETURN, stranger)]);
    for section in sections.iter().rev() {
        let end = program.0.len();
        program.search(&section.ranges, section.narrow_from);
        program.prepend(&[plain(LOAD, AT_NUMBER)]);
        let length = (program.0.len() - end) as u32;
        let enter = Instruction { code: JUMP_EQUAL, jt: 1, jf: 0, k: section.audit };
        program.prepend(&[enter, plain(JUMP, length)]);
    }
    program.prepend(&[plain(LOAD, AT_ARCH)]);
    program.0.reverse();
    program.0
}
