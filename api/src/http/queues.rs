//! `GET /api/queues`: how much waits for what, who could take it, and how long it will take.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use spool_shared::{
    class::{Class, Length, Resolution},
    job::{
        Status,
        estimate::{self, Span},
    },
    workflow::{Preset, Priority, Workflow},
};
use utoipa::ToSchema;

use super::{
    docs::{Operation, Tag},
    problem::Problem,
    time::SpanView,
};
use crate::{
    app::App,
    store::{ClassOutlook, Outlook, Places},
};

/// The object. Spans are milliseconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queues)]
struct QueuesView {
    items: Vec<WorkflowView>,
    /// Jobs that wait, those that wait for a time included, and how many may.
    waiting: u64,
    delayed: u64,
    limit: u64,
    /// Jobs that agents have.
    assigned: u64,
    running: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowQueue)]
struct WorkflowView {
    workflow: Workflow,
    #[serde(flatten)]
    queue: QueueView,
    classes: Vec<ClassView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClassQueue)]
struct ClassView {
    class: Class,
    #[serde(flatten)]
    queue: QueueView,
    /// How long an attempt usually takes: the middle half of the last ones.
    attempt_ms: Option<SpanView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
struct QueueView {
    /// Jobs that wait for a place, by priority.
    depth: BTreeMap<Priority, u64>,
    /// Jobs that wait for a time before they are tried again.
    delayed: u64,
    oldest_waiting_ms: Option<u64>,
    /// Agents that take such jobs now, and their places.
    agents: u32,
    places: PlacesView,
    /// How long a job that comes now would wait; absent until something was measured.
    estimated_wait_ms: Option<SpanView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Places)]
struct PlacesView {
    total: u32,
    free: u32,
}

pub(super) async fn queues(app: Data<App>) -> Result<HttpResponse, Problem> {
    let outlook = app.store.outlook().await?;
    let jobs = |status| outlook.jobs.get(&status).copied().unwrap_or(0);
    let view = QueuesView {
        items: Workflow::ALL.into_iter().map(|workflow| workflow_view(&outlook, workflow)).collect(),
        waiting: jobs(Status::Queued),
        delayed: outlook.classes.values().map(|class| class.delayed).sum(),
        limit: outlook.limit,
        assigned: jobs(Status::Assigned),
        running: jobs(Status::Running),
    };
    Ok(HttpResponse::Ok().json(view))
}

pub(super) fn doc() -> Operation {
    Operation::new("getQueues", Tag::Fleet, "What waits for what")
        .about("For each workflow and each requirement class that has jobs or agents: how much waits, who could take it, and how long it will take.")
        .json::<QueuesView>(200, "The queues.", example())
}

fn example() -> QueuesView {
    let queue = || QueueView {
        depth: Priority::ALL.map(|priority| (priority, u64::from(priority == Priority::Normal) * 3)).into(),
        delayed: 1,
        oldest_waiting_ms: Some(12_480),
        agents: 2,
        places: PlacesView { total: 2, free: 0 },
        estimated_wait_ms: Some(SpanView::of(Span { low: 31_000, high: 64_000 })),
    };
    let class = ClassView {
        class: Class::I2v(Resolution::P480, Length::F81, Preset::Lightning),
        queue: queue(),
        attempt_ms: Some(SpanView::of(Span { low: 38_000, high: 44_000 })),
    };
    let workflow = WorkflowView { workflow: Workflow::I2v, queue: queue(), classes: vec![class] };
    QueuesView { items: vec![workflow], waiting: 4, delayed: 1, limit: 10_000, assigned: 0, running: 2 }
}

fn workflow_view(outlook: &Outlook, workflow: Workflow) -> WorkflowView {
    let mut depth: BTreeMap<Priority, u64> = Priority::ALL.map(|priority| (priority, 0)).into();
    for (priority, jobs) in outlook.of(workflow).flat_map(|(_, class)| &class.depth) {
        *depth.entry(*priority).or_default() += jobs;
    }
    let Places { agents, total, free } = outlook.places(workflow);
    let waits: Vec<Span> = outlook.of(workflow).filter_map(|(class, _)| outlook.wait(class)).collect();
    let low = waits.iter().map(|wait| wait.low).min();
    let high = waits.iter().map(|wait| wait.high).max();
    let queue = QueueView {
        depth,
        delayed: outlook.of(workflow).map(|(_, class)| class.delayed).sum(),
        oldest_waiting_ms: waited(
            outlook,
            outlook.of(workflow).filter_map(|(_, class)| class.oldest_at).min(),
        ),
        agents,
        places: PlacesView { total, free },
        estimated_wait_ms: low.zip(high).map(|(low, high)| SpanView::of(Span { low, high })),
    };
    let classes = outlook.of(workflow).map(|(class, of)| class_view(outlook, class, of)).collect();
    WorkflowView { workflow, queue, classes }
}

fn class_view(outlook: &Outlook, class: Class, of: &ClassOutlook) -> ClassView {
    let queue = QueueView {
        depth: of.depth.clone(),
        delayed: of.delayed,
        oldest_waiting_ms: waited(outlook, of.oldest_at),
        agents: of.agents,
        places: PlacesView { total: of.places, free: of.free },
        estimated_wait_ms: outlook.wait(class).map(SpanView::of),
    };
    ClassView { class, queue, attempt_ms: estimate::usual(&of.durations).map(SpanView::of) }
}

fn waited(outlook: &Outlook, since: Option<u64>) -> Option<u64> {
    since.map(|since| outlook.taken_at.0.saturating_sub(since))
}
