//! The NUMA nodes of a utility VM.

use super::entry::numbers;
use super::{Annotations, List};

/// Stands for any node of the host.
pub const ANY_NODE: u64 = 255;

/// Most nodes that a VM has.
const MOST_NODES: usize = 64;

const PROCESSORS_PER_NODE: &str = "io.microsoft.virtualmachine.computetopology.processor.numa.max-processors-per-node";
const SIZE_PER_NODE: &str = "io.microsoft.virtualmachine.computetopology.processor.numa.max-size-per-node";
const PREFERRED: &str = "io.microsoft.virtualmachine.computetopology.numa.preferred-physical-nodes";
const MAPPED: &str = "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes";
const PROCESSORS: &str = "io.microsoft.virtualmachine.computetopology.numa.count-of-processors";
const MEMORY: &str = "io.microsoft.virtualmachine.computetopology.numa.count-of-memory-blocks";

/// How the processors and the memory of a VM are laid out in nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numa {
    /// Nodes of the host that are preferred.
    pub preferred: Vec<u64>,
    /// The layout.
    pub layout: NumaLayout,
}

/// A layout of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumaLayout {
    /// The host's own choice, within bounds.
    Bounded {
        /// Most processors in a node.
        processors: u32,
        /// Most memory in a node in MiB.
        memory_mb: u64,
    },
    /// Every node.
    Nodes(Vec<NumaNode>),
}

/// One node of a VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumaNode {
    /// Node of the host that it is on, 255 for any.
    pub physical: u32,
    /// Its processors.
    pub processors: u32,
    /// Its memory in MiB.
    pub memory_mb: u64,
}

impl Numa {
    /// What annotations say of nodes.
    ///
    /// # Errors
    /// Names what is missing, does not go together, or is not as long as the others.
    pub(super) fn of(annotations: &Annotations) -> Result<Option<Self>, String> {
        let bounds = (annotations.numa_max_processors_per_node, annotations.numa_max_size_per_node);
        let bounded = match bounds {
            (None, None) => None,
            (Some(processors), Some(memory_mb)) => Some(NumaLayout::Bounded { processors, memory_mb }),
            (Some(_), None) => return Err(needs(PROCESSORS_PER_NODE, SIZE_PER_NODE)),
            (None, Some(_)) => return Err(needs(SIZE_PER_NODE, PROCESSORS_PER_NODE)),
        };
        let preferred = read(PREFERRED, annotations.numa_preferred_physical_nodes.as_ref())?;
        let layout = match (bounded, nodes(annotations)?) {
            (Some(_), Some(_)) => {
                return Err(format!("annotations {PROCESSORS_PER_NODE} and {MAPPED} exclude each other"));
            }
            (Some(layout), None) | (None, Some(layout)) => layout,
            (None, None) if preferred.is_some() => {
                return Err(format!("annotation {PREFERRED} needs {PROCESSORS_PER_NODE} or {MAPPED}"));
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Numa { preferred: preferred.unwrap_or_default(), layout }))
    }

    /// Checks the layout against what the VM has altogether.
    pub(in crate::plan) fn check(&self, processors: u32, memory_mb: u64) -> Result<(), String> {
        let NumaLayout::Nodes(nodes) = &self.layout else { return Ok(()) };
        let sum = |part: fn(&NumaNode) -> u64| nodes.iter().map(part).fold(0_u64, u64::saturating_add);
        let all = [
            (PROCESSORS, sum(|node| node.processors.into()), u64::from(processors), "processors"),
            (MEMORY, sum(|node| node.memory_mb), memory_mb, "MiB of memory"),
        ];
        match all.into_iter().find(|(_, sum, all, _)| sum != all) {
            Some((key, sum, all, what)) => {
                Err(format!("annotation {key}: the nodes have {sum} {what}, and the VM has {all}"))
            }
            None => Ok(()),
        }
    }
}

fn needs(key: &str, other: &str) -> String {
    format!("annotation {key} needs annotation {other}")
}

/// The numbers of a list, which were checked; an empty list is none.
fn read(key: &str, list: Option<&List>) -> Result<Option<Vec<u64>>, String> {
    let Some(List(words)) = list else { return Ok(None) };
    let read = numbers(&words.join(","), 0, u64::MAX).map_err(|why| format!("annotation {key}: {why}"))?;
    Ok(Some(read))
}

fn nodes(annotations: &Annotations) -> Result<Option<NumaLayout>, String> {
    let lists = [
        (MAPPED, annotations.numa_mapped_physical_nodes.as_ref()),
        (PROCESSORS, annotations.numa_count_of_processors.as_ref()),
        (MEMORY, annotations.numa_count_of_memory_blocks.as_ref()),
    ];
    let Some((first, _)) = lists.iter().find(|(_, list)| list.is_some()) else { return Ok(None) };
    if let Some((missing, _)) = lists.iter().find(|(_, list)| list.is_none()) {
        return Err(needs(first, missing));
    }
    let [physical, processors, memory] = lists.map(|(key, list)| read(key, list));
    let (physical, processors, memory) =
        (physical?.unwrap_or_default(), processors?.unwrap_or_default(), memory?.unwrap_or_default());
    for (key, list) in [(PROCESSORS, &processors), (MEMORY, &memory)] {
        if list.len() != physical.len() {
            let (is, of) = (list.len(), physical.len());
            return Err(format!("annotation {key} has {is} numbers, and {MAPPED} has {of}"));
        }
    }
    if physical.len() > MOST_NODES {
        return Err(format!("annotation {MAPPED} has {} nodes, more than {MOST_NODES}", physical.len()));
    }
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let nodes = physical.iter().zip(&processors).zip(&memory).map(|((physical, processors), memory_mb)| NumaNode {
        physical: narrow(*physical),
        processors: narrow(*processors),
        memory_mb: *memory_mb,
    });
    Ok(Some(NumaLayout::Nodes(nodes.collect())))
}
