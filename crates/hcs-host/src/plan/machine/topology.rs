//! Memory, processors and NUMA nodes of a utility VM.

use super::super::annotations::{NumaLayout, NumaNode};
use super::needs;
use crate::Result;
use crate::plan::{Context, MachineLimits};
use hcs_schema::v2::{
    CpuGroup, MemoryBackingType, Numa, NumaProcessors, NumaRange, NumaSetting, Topology, VirtualMachineMemory,
    VirtualMachineProcessor, VirtualSlitType,
};

/// The first build with room for devices that can be chosen.
const MMIO: u32 = 19_041;

/// What a machine computes with.
pub(super) fn topology(context: &Context<'_>, size: &MachineLimits) -> Result<Topology> {
    let annotations = &context.annotations;
    let overcommit = annotations.overcommits(context.choice.kind);
    let gaps = [annotations.low_mmio_gap_mb, annotations.high_mmio_base_mb, annotations.high_mmio_gap_mb];
    let keys = ["lowmmiogapinmb", "highmmiobaseinmb", "highmmiogapinmb"];
    if let Some((key, _)) = keys.iter().zip(gaps).find(|(_, gap)| gap.is_some()) {
        let key = format!("annotation io.microsoft.virtualmachine.computetopology.memory.{key}");
        needs(context, &key, MMIO, "without it the host decides")?;
    }
    let [low, base, high] = gaps.map(Option::unwrap_or_default);
    let numa = numa(context);
    let processor = VirtualMachineProcessor {
        count: size.processors,
        limit: size.processor_limit.unwrap_or_default().into(),
        weight: size.processor_weight.unwrap_or_default().into(),
        cpu_group: annotations.cpu_group_id.clone().map(|id| CpuGroup { id }),
        numa_processors_settings: numa.as_ref().and_then(|numa| numa.1.clone()),
        ..VirtualMachineProcessor::default()
    };
    let memory = VirtualMachineMemory {
        size_in_mb: size.memory_mb,
        allow_overcommit: overcommit,
        // Windows tells the host which pages it will need; Linux does not.
        enable_hot_hint: overcommit && !context.choice.kind.is_linux(),
        enable_deferred_commit: annotations.enable_deferred_commit == Some(true),
        enable_cold_discard_hint: annotations.enable_cold_discard_hint == Some(true),
        low_mmio_gap_in_mb: low,
        high_mmio_base_in_mb: base,
        high_mmio_gap_in_mb: high,
        // The guest is told how far its nodes are from each other.
        slit_type: numa.as_ref().map(|_| VirtualSlitType::FirmwareFallbackMeasured),
        ..VirtualMachineMemory::default()
    };
    Ok(Topology { memory: Some(memory), processor: Some(processor), numa: numa.map(|numa| numa.0) })
}

/// The nodes, and how processors are spread over them where the host decides.
fn numa(context: &Context<'_>) -> Option<(Numa, Option<NumaProcessors>)> {
    let numa = context.annotations.parsed.numa.as_ref()?;
    let preferred_physical_nodes = numa.preferred.iter().map(|node| i64::try_from(*node).unwrap_or(i64::MAX)).collect();
    let base = Numa { preferred_physical_nodes, ..Numa::default() };
    Some(match &numa.layout {
        NumaLayout::Bounded { processors, memory_mb } => {
            let count_per_node = NumaRange { max: *processors };
            let processors = NumaProcessors { count_per_node, ..NumaProcessors::default() };
            (Numa { max_size_per_node: *memory_mb, ..base }, Some(processors))
        }
        NumaLayout::Nodes(nodes) => {
            let settings: Vec<NumaSetting> = (0..).zip(nodes).map(setting).collect();
            let virtual_node_count = u8::try_from(nodes.len()).unwrap_or(u8::MAX);
            (Numa { virtual_node_count, settings, ..base }, None)
        }
    })
}

fn setting((number, node): (u32, &NumaNode)) -> NumaSetting {
    NumaSetting {
        virtual_node_number: number,
        physical_node_number: node.physical,
        virtual_socket_number: number,
        count_of_processors: node.processors,
        count_of_memory_blocks: node.memory_mb,
        memory_backing_type: MemoryBackingType::Physical,
    }
}
